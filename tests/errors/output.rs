//! The result can't be written: exit 1, and what became of the registry is said.

use super::refuses;
use crate::support::{Desk, Run};

#[test]
fn onto_the_registry_itself() {
    let desk = Desk::small();
    shows!(refuses(&desk, 1, "summary change -o casebook.db"));
    refuses(&desk, 1, r#"visit add a-2024/2 W4 "HbA1c=8.0 %" -o casebook.db"#);
}

/// A case file that somebody wrote by hand is no place for a result.
#[test]
fn onto_the_file_that_is_imported() {
    let desk = Desk::with_registry();
    desk.write("case.json", r#"{"report": {"key": "b", "kind": "case report"}}"#);
    refuses(&desk, 1, "import case.json -o case.json");
}

#[test]
fn into_a_folder_that_is_not_there() {
    shows!(refuses(&Desk::small(), 1, "summary change -o nowhere/change.md"));
}

#[test]
fn onto_a_folder() {
    let desk = Desk::small();
    std::fs::create_dir(desk.path("results")).expect("a folder");
    shows!(refuses(&desk, 1, "summary change -o results"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk() {
    shows!(refuses(&Desk::small(), 1, "summary change -o /dev/full"));
}

/// Whoever reads that the output failed must learn whether the record was made.
#[test]
#[cfg(target_os = "linux")]
fn a_record_whose_answer_can_t_be_written() {
    let desk = Desk::small();
    let before = desk.bytes("casebook.db");
    let run = desk.run(r#"visit add a-2024/2 W4 "HbA1c=8.0 %" -o /dev/full"#);
    assert_eq!(run.code, Some(1), "{run}");
    let unchanged = desk.bytes("casebook.db") == before;
    assert_eq!(run.stderr.contains("Nothing was changed"), unchanged, "{run}");
    assert!(unchanged || run.stderr.contains("recorded"), "it doesn't say what changed:\n{run}");
}

/// A result that can't be written whole leaves the older one as it was.
#[test]
#[cfg(unix)]
fn an_older_result_is_kept() {
    let desk = Desk::demo();
    desk.run("summary change -o change.json").ok();
    let before = desk.files();
    let mut shell = std::process::Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" summary change -o change.json";
    shell.arg("-c").arg(script).arg(desk.program().get_program()).current_dir(desk.path(""));
    let run = Run::of("summary change -o change.json", shell);
    assert_eq!(run.code, Some(1), "{run}");
    assert!(desk.files() == before, "the older result is lost");
}

#[test]
fn unknown_format() {
    shows!(refuses(&Desk::small(), 2, "summary change --format xlsx"));
}

/// A table of text in a file called .xlsx opens nowhere.
#[test]
fn unknown_suffix() {
    let desk = Desk::small();
    let run = desk.run("summary change -o change.xlsx");
    assert_eq!((run.code, desk.names().len()), (Some(2), 1), "{run}");
    assert!(run.stderr.contains("csv, json or md"), "{run}");
}

#[test]
fn template_over_a_file() {
    let desk = Desk::after(["template case.toml"]);
    let run = refuses(&desk, 1, "template case.toml");
    shows!(run.never_says("-o"));
}

#[test]
fn template_into_a_folder_that_is_not_there() {
    shows!(refuses(&Desk::empty(), 1, "template nowhere/case.toml"));
}

#[test]
fn template_of_a_case_with_options_of_a_workbook() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "template case.toml --fill --report a-2024").says("casebook export"),
        refuses(&desk, 2, "template case.toml --rows 9 --schedule W0,W8"),
    );
}

#[test]
fn template_of_another_kind() {
    shows!(refuses(&Desk::empty(), 1, "template visits.docx"));
}
