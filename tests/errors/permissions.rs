//! Files and folders that may only be read.

use super::assert_refused;
use crate::support::nobody::{allow, run_as_nobody};
use crate::support::{Desk, Run};
use std::os::unix::fs::MetadataExt;

/// A desk whose folder and registry have these permissions.
fn desk(folder: u32, registry: u32) -> Desk {
    let desk = Desk::small();
    allow(&desk, "casebook.db", registry);
    allow(&desk, "", folder);
    desk
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

#[test]
fn an_older_file_on_a_medium_that_can_not_be_written() {
    let older = || super::migrate::older();
    let (file, folder) = (older(), older());
    allow(&file, "casebook.db", 0o444);
    allow(&file, "", 0o777);
    shows!(refuses(&file, 3, "patient list"));
    allow(&folder, "casebook.db", 0o666);
    allow(&folder, "", 0o555);
    refuses(&folder, 3, "patient list").says("it or its folder can't be written");
    allow(&folder, "casebook.db", 0o444);
    refuses(&folder, 3, "migrate").says("copy it to a folder that may be written");
    let before = folder.files();
    for line in ["migrate --status", "migrate --dry-run"] {
        run_as_nobody(&folder, line).ok();
    }
    assert!(folder.files() == before);
    allow(&folder, "", 0o755);
}

/// The log can't take the entry, so it is said that it does not know.
#[test]
fn an_export_from_a_read_only_registry_says_that_it_is_not_logged() {
    let desk = desk(0o777, 0o444);
    let before = desk.bytes("casebook.db");
    shows!(run_as_nobody(&desk, "export a.toml").ok());
    assert!(desk.bytes("casebook.db") == before && desk.text("a.toml").contains("a-2024"));
}

#[test]
fn an_export_into_a_read_only_folder() {
    let desk = desk(0o555, 0o666);
    let run = run_as_nobody(&desk, "export study");
    assert_eq!(desk.names(), ["casebook.db"]);
    shows!(run);
    allow(&desk, "", 0o755);
}
