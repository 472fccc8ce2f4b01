//! Files and folders that may only be read.
//!
//! Root ignores permissions, so root runs the program as nobody (user 65534), from a copy that
//! everybody may run. Anybody else is refused as they are.

use super::assert_refused;
use crate::support::{Desk, Run, words};
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::sync::OnceLock;

const NOBODY: u32 = 65534;

/// A desk whose folder and registry have these permissions.
fn desk(folder: u32, registry: u32) -> Desk {
    let desk = Desk::small();
    allow(&desk, "casebook.db", registry);
    allow(&desk, "", folder);
    desk
}

fn allow(desk: &Desk, name: &str, mode: u32) {
    let permissions = Permissions::from_mode(mode);
    std::fs::set_permissions(desk.path(name), permissions).expect("permissions");
}

/// Run as somebody whom permissions concern.
fn run_as_nobody(desk: &Desk, line: &str) -> Run {
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
        std::fs::copy(env!("CARGO_BIN_EXE_casebook"), copy).expect("a copy");
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("open");
        folder
    });
    folder.path().join("casebook")
}

/// Refused with this code, every file as it was.
#[track_caller]
fn refuses(desk: &Desk, code: i32, line: &str) -> Run {
    let before = desk.files();
    let run = run_as_nobody(desk, line);
    assert!(desk.files() == before, "a file was changed by\n{run}");
    assert_refused(&run, code, line);
    run
}

const ADD: &str = r#"visit add a-2024/2 W4 "HbA1c=8.0 %""#;

#[test]
fn a_read_only_file() {
    let desk = desk(0o777, 0o444);
    shows!(refuses(&desk, 3, ADD));
}

#[test]
fn a_read_only_folder() {
    let desk = desk(0o555, 0o666);
    shows!(refuses(&desk, 3, ADD));
    allow(&desk, "", 0o755);
}

#[test]
fn a_file_that_may_not_be_read() {
    let desk = desk(0o777, 0o000);
    if std::fs::metadata(desk.path("")).expect("the folder").uid() == 0 {
        shows!(refuses(&desk, 3, "summary change"));
    }
}

#[test]
fn init_in_a_read_only_folder() {
    let desk = desk(0o555, 0o444);
    shows!(refuses(&desk, 3, "-r new.db init"));
    allow(&desk, "", 0o755);
}

#[test]
fn a_result_into_a_read_only_folder() {
    let desk = desk(0o555, 0o444);
    shows!(refuses(&desk, 1, "summary change -o change.md"));
    allow(&desk, "", 0o755);
}

/// What may be read can be read, wherever it lies.
#[test]
fn reading_works_all_the_same() {
    for (folder, registry) in [(0o777, 0o444), (0o555, 0o666), (0o555, 0o444)] {
        let desk = desk(folder, registry);
        for line in ["summary change", "show a-2024/1", "history", "patient list"] {
            run_as_nobody(&desk, line).ok();
        }
        allow(&desk, "", 0o755);
    }
}
