//! Running the program as somebody whom permissions concern.
//!
//! Root ignores permissions, so root runs the program as nobody (user 65534), from a copy that
//! everybody may run. Anybody else is refused as they are.

use super::{Desk, Run, words};
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::sync::OnceLock;

const NOBODY: u32 = 65534;

/// Give a file of a desk, or with "" its folder, these permissions.
pub fn allow(desk: &Desk, name: &str, mode: u32) {
    let permissions = Permissions::from_mode(mode);
    std::fs::set_permissions(desk.path(name), permissions).expect("permissions");
}

/// Run as somebody whom permissions concern.
pub fn run_as_nobody(desk: &Desk, line: &str) -> Run {
    let mut program = desk.program();
    if std::fs::metadata(desk.path("")).expect("the folder").uid() == 0 {
        let mut copy = std::process::Command::new(copy_for_everybody());
        copy.current_dir(desk.path("")).env_clear().envs([("USER", "nobody"), ("COLUMNS", "100")]);
        copy.uid(NOBODY).gid(NOBODY);
        program = copy;
    }
    program.args(words(line));
    Run::of(line, program)
}

/// The program where everybody may run it: a build folder may be private.
fn copy_for_everybody() -> PathBuf {
    static COPY: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = COPY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join("casebook");
        // By a program of its own: what is open for writing here, however shortly, is handed to every
        // program that another test starts at that moment, and can't be run meanwhile.
        let mut cp = std::process::Command::new("cp");
        let copied = cp.arg(env!("CARGO_BIN_EXE_casebook")).arg(copy).status();
        assert!(copied.expect("a copy").success());
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("open");
        folder
    });
    folder.path().join("casebook")
}
