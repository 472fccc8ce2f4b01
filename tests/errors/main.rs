//! The gallery of errors: one snapshot a message, which is also where people look them up.
//!
//! Each is held to what the design promises: the exit code (1 mend your data or request, 2 mend the
//! command line, 3 the registry file can't be used), not a byte changed, and that it says so.

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod analytes;
mod attributes;
mod bad_files;
mod bad_values;
mod check;
mod double_entry;
mod edits;
mod export;
mod history;
mod identity;
mod import;
mod import_bundles;
mod import_conflicts;
mod import_many;
mod import_studies;
mod import_workbook;
mod locks;
mod merge;
mod migrate;
mod output;
#[cfg(unix)]
mod permissions;
mod records;
mod registry;
mod sql;
mod summaries;
mod tables;
mod timepoints;
mod values;

use support::{Desk, Run, words};

/// Run a command that has to be refused with this exit code and must leave every file as it was.
#[track_caller]
fn refuses(desk: &Desk, code: i32, line: &str) -> Run {
    let before = desk.files();
    let run = desk.run(line);
    assert!(desk.files() == before, "a file was changed by\n{run}");
    assert_refused(&run, code, line);
    run
}

/// What every refusal has in common.
#[track_caller]
fn assert_refused(run: &Run, code: i32, line: &str) {
    assert_eq!(run.code, Some(code), "{run}");
    assert!(run.stderr.starts_with("error: "), "{run}");
    assert!(run.stdout.is_empty(), "a refusal has no result, but\n{run}");
    let writes = |word: &String| ["add", "edit", "import", "init", "demo"].contains(&word.as_str());
    if code != 2 && words(line).iter().any(writes) {
        assert!(run.stderr.contains("Nothing was changed"), "it doesn't say what changed:\n{run}");
    }
}
