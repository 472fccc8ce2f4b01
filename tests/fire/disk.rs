//! A disk that fails or is full: at each single operation that an import needs, once or from then on.
//!
//! `disk.c` is put between the program and the system. It is compiled here; where there is no C
//! compiler, or the system has no LD_PRELOAD, that is said and nothing is tried.
#![cfg(target_os = "linux")]

use crate::support::{Desk, Run, words};
use crate::{assert_sound, case, patients, size};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

const EIO: i32 = 5;
const EINVAL: i32 = 22;
const ENOSPC: i32 = 28;

/// How the disk fails.
#[derive(Debug, Clone, Copy)]
struct Failure {
    /// What the system says.
    errno: i32,
    /// Every operation from this one on, not this one alone.
    ever: bool,
    /// A write writes its first half.
    short: bool,
}

/// The library that fails; `None`, and why, where it can't be made.
fn shim() -> Option<PathBuf> {
    static MADE: OnceLock<Result<tempfile::TempDir, String>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fire/disk.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.path().join("disk.so"));
        let done = cc.args([source, "-ldl"]).output().map_err(|error| format!("cc: {error}"))?;
        if done.status.success() {
            return Ok(folder);
        }
        Err(String::from_utf8_lossy(&done.stderr).into_owned())
    });
    match made {
        Ok(folder) => Some(folder.path().join("disk.so")),
        Err(why) => {
            println!("NOT TRIED, no failing disk can be made here: {why}");
            None
        }
    }
}

/// Run a command on a disk whose operation with this number fails; 0 for none. Also how many
/// operations there were.
fn run(desk: &Desk, line: &str, at: usize, failure: Failure) -> (Run, usize) {
    let count = tempfile::NamedTempFile::new().expect("a file");
    let mut program = desk.program();
    program.args(words(line));
    program.env("LD_PRELOAD", shim().expect("it was made"));
    // With the folder itself, whose syncs count too; what lies elsewhere does not.
    program.env(
        "FAIL_PATH",
        desk.path("")
            .canonicalize()
            .expect("a folder")
            .to_str()
            .expect("text")
            .trim_end_matches('/'),
    );
    program.env("FAIL_AT", at.to_string()).env("FAIL_ERRNO", failure.errno.to_string());
    program.env("FAIL_COUNT", count.path());
    if failure.ever {
        program.env("FAIL_EVER", "1");
    }
    if failure.short {
        program.env("FAIL_SHORT", "1");
    }
    let run = Run::of(line, program);
    let count = std::fs::read_to_string(count.path()).expect("a count");
    (run, count.parse().unwrap_or(0))
}

/// Every operation of an import fails in turn, until none is left; or only each so manieth.
fn at_every_operation(failure: Failure, stride: usize) {
    if shim().is_none() {
        return;
    }
    let each = size(6, 20);
    let fresh = || {
        let desk = Desk::small();
        desk.write("case.toml", case("big", each));
        desk
    };
    let before = fresh();
    let (whole, operations) = run(&before, "import case.toml", 0, failure);
    whole.ok();
    assert!(operations > 10, "the failing disk is not between the program and the system");
    let original = fresh().bytes("casebook.db");
    let known = patients(&fresh()).len();
    let (mut back, mut there, mut unsure) = (0, 0, 0);
    for at in (1..operations).step_by(stride).chain([operations]) {
        let desk = fresh();
        let (failed, _) = run(&desk, "import case.toml", at, failure);
        let told = failed.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        let journal = std::fs::read(desk.path("casebook.db-journal")).unwrap_or_default();
        let is_whole = journal.first().is_none_or(|byte| *byte == 0);
        let same = desk.bytes("casebook.db") == original;
        let found = patients(&desk).len() - known;
        assert!(found == 0 || found == each, "operation {at} {failure:?}: {found}\n{failed}");
        if failed.code == Some(0) {
            // SQLite does without an operation that is only for tidiness.
            assert_eq!(found, each, "operation {at} {failure:?}: acknowledged and lost\n{failed}");
            there += 1;
        } else {
            assert_eq!(failed.code, Some(3), "operation {at} {failure:?}\n{failed}");
            assert!(failed.stdout.is_empty(), "{failed}");
            if told.contains("Nothing was changed") {
                assert_eq!(found, 0, "operation {at} {failure:?}\n{failed}");
                assert!(same || !is_whole, "operation {at} {failure:?}: not as it was\n{failed}");
                let cause = if failure.errno == ENOSPC { "is full" } else { "disk I/O error" };
                assert!(told.contains(cause), "operation {at} {failure:?}\n{failed}");
                back += 1;
            } else if told.contains("holds what was to be recorded") {
                assert_eq!(found, each, "operation {at} {failure:?}\n{failed}");
                there += 1;
            } else {
                assert!(told.contains("to tell what became of it"), "{failed}");
                assert!(told.contains("casebook history"), "{failed}");
                unsure += 1;
            }
        }
        // Once the disk works again, so does the registry.
        desk.run("report add after --kind \"case series\"").ok();
        assert_sound(&desk, &["case.toml"]);
    }
    println!(
        "{operations} operations {failure:?}: {back} times nothing was changed, {there} times all \
         was there, {unsure} times it could not be told"
    );
    assert!(back > 0, "nothing failed");
    let can_look_again = !failure.ever || failure.errno == ENOSPC;
    assert!(!can_look_again || unsure == 0, "the file could be read, and was not");
}

#[test]
fn one_operation_fails() {
    at_every_operation(Failure { errno: EIO, ever: false, short: false }, size(4, 1));
}

#[test]
fn the_disk_fails_for_good() {
    at_every_operation(Failure { errno: EIO, ever: true, short: false }, size(9, 1));
}

#[test]
fn the_disk_is_full_once() {
    at_every_operation(Failure { errno: ENOSPC, ever: false, short: false }, size(9, 1));
}

#[test]
fn the_disk_stays_full() {
    at_every_operation(Failure { errno: ENOSPC, ever: true, short: true }, size(9, 1));
}

/// The last operation waits until the folder has forgotten the journal: all is written by then. The one
/// before it removes the journal: it would be played back, if only the disk could be read.
#[test]
fn what_is_said_when_the_end_was_not_confirmed() {
    if shim().is_none() {
        return;
    }
    let desk = || {
        let desk = Desk::small();
        desk.write("case.toml", case("big", 6));
        desk
    };
    let none = Failure { errno: EIO, ever: false, short: false };
    let (_, last) = run(&desk(), "import case.toml", 0, none);
    let (unconfirmed, _) = run(&desk(), "import case.toml", last, none);
    let for_good = Failure { ever: true, ..none };
    let (unsure, _) = run(&desk(), "import case.toml", last - 1, for_good);
    shows!(unconfirmed, unsure);
    // On a drive that can't wait for a folder, nothing is amiss.
    let unknown = Failure { errno: EINVAL, ..for_good };
    run(&desk(), "import case.toml", last, unknown).0.ok();
}
