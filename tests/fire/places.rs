//! A registry where nothing can be written: it is read, and what can't be is told.

use crate::damage::{interrupted, left_behind};
use crate::support::nobody::{allow, run_as_nobody};
use crate::support::{Desk, Run};
use crate::versions::old;
use std::process::Command;

const READING: [&str; 4] = ["summary change", "show a-2024/1", "verify", "patient list"];
const ADD: &str = "report add b --kind case-report";

/// The file may not be written, nor its folder.
fn lock_up(desk: &Desk) {
    for name in desk.names() {
        allow(desk, &name, 0o444);
    }
    allow(desk, "", 0o555);
}

/// Refused with exit 3 and this text, every byte as it was.
#[track_caller]
fn refuses(desk: &Desk, line: &str, text: &str) -> Run {
    let before = desk.files();
    let run = run_as_nobody(desk, line);
    assert_eq!(run.code, Some(3), "{run}");
    assert!(desk.files() == before, "{run}");
    run.says(text).says("Nothing was changed").says("to mend")
}

#[test]
fn a_locked_up_registry_is_read_and_not_written() {
    let desk = Desk::small();
    lock_up(&desk);
    for line in READING {
        run_as_nobody(&desk, line).ok();
    }
    refuses(&desk, ADD, "can't be written");
    allow(&desk, "", 0o755);
}

#[test]
fn an_interrupted_write_that_can_not_be_put_back_is_told() {
    let (file, journal) = interrupted(&Desk::small());
    let desk = left_behind(&file, Some(&journal));
    lock_up(&desk);
    for line in READING.into_iter().chain([ADD]) {
        refuses(&desk, line, "was left in the middle of a write");
    }
    shows!(refuses(&desk, READING[0], "was left"));
    allow(&desk, "", 0o755);
}

#[test]
fn an_older_file_that_can_not_be_upgraded_is_told() {
    let desk = old(1);
    lock_up(&desk);
    shows!(refuses(&desk, "patient list", "has schema version 1 and can't be brought to version"));
    allow(&desk, "", 0o755);
}

/// The same on a medium of its own, mounted read-only in a namespace, also for root.
#[test]
#[cfg(target_os = "linux")]
fn a_read_only_medium() {
    let (file, journal) = interrupted(&Desk::small());
    let whole = left_behind(&Desk::small().bytes("casebook.db"), None);
    let hot = left_behind(&file, Some(&journal));
    for (desk, line, code, text) in [
        (&whole, "patient list", 0, ""),
        (&whole, "verify", 0, ""),
        (&whole, "report add b --kind case-report", 3, "can't be written"),
        (&hot, "patient list", 3, "was left in the middle of a write"),
        (&old(1), "patient list", 3, "has schema version 1"),
    ] {
        let Some(run) = on_read_only_medium(desk, line) else { return };
        assert_eq!(run.code, Some(code), "{run}");
        run.says(text);
    }
}

/// Run a command on a medium with the files of this desk; `None` where none may be mounted.
fn on_read_only_medium(desk: &Desk, line: &str) -> Option<Run> {
    std::fs::create_dir_all(desk.path("medium")).expect("a folder");
    let script = format!(
        "mount -t tmpfs tmpfs medium && cp casebook.db* medium/ && mount -o remount,ro medium \
         || exit 99; cd medium; exec \"$0\" {line}"
    );
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    unshare.arg(desk.program().get_program()).current_dir(desk.path(""));
    let run = Run::of(line, unshare);
    if run.code == Some(99) || run.stderr.contains("unshare") {
        println!("NOT TRIED, no medium may be mounted here: {}", run.stderr);
        return None;
    }
    Some(run)
}
