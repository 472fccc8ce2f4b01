//! What holds for every command: help, streams, colours, the environment.

use crate::support::{Desk, Run, words};
use std::process::Stdio;

#[test]
fn the_first_thing_anybody_types() {
    let desk = Desk::empty();
    shows!(desk.run(""), desk.run("--help").ok(), desk.run("--version").ok());
    assert!(desk.names().is_empty());
}

#[test]
fn one_page_of_help() {
    shows!(Desk::empty().run("visit add --help").ok());
}

/// A dry run records nothing that a reason would stand beside; without it a reason is asked for.
#[test]
fn a_dry_run_needs_no_reason() {
    let desk = Desk::small();
    desk.run("backup copy.db").ok();
    desk.run("-r copy.db patient edit a-2024/1 --age 54 --reason chart").ok();
    desk.run("patient edit a-2024/1 --age 55 --reason letter").ok();
    desk.run("export cases").ok();
    let other = desk.text("cases/a-2024.toml").replace("\"9.1\"", "\"9.2\"");
    desk.write("other.toml", other);
    let before = desk.bytes("casebook.db");
    for line in [
        "timepoint edit W12 --to W12±1",
        "timepoint remove W12",
        "visit edit a-2024/1 W12 --day 87",
        "merge copy.db --prefer theirs",
        "import other.toml --update",
        "import other.toml --compare --take all",
    ] {
        let run = desk.run(line);
        assert_eq!(run.code, Some(1), "{run}");
        assert!(run.stderr.contains("takes a reason"), "{run}");
        let run = desk.run(&format!("{line} --dry-run"));
        assert!(run.stderr.is_empty() && run.stdout.contains("Would "), "{run}");
    }
    assert!(desk.bytes("casebook.db") == before);
}

/// Every list of what belongs to patients is of all, of one patient or of a report, said in one way.
#[test]
fn lists_of_patients_records_are_asked_for_alike() {
    let desk = Desk::small();
    for line in [
        "report add b-2025 --kind \"case report\"",
        "patient add b-2025/1 --age 40",
        "visit add b-2025/1 W0 \"HbA1c=8.0 %\"",
    ] {
        desk.run(line).ok();
    }
    for patient in ["a-2024/1", "a-2024/2", "b-2025/1"] {
        let day = if patient == "a-2024/1" { 7 } else { 0 };
        desk.run(&format!("infusion add {patient} --day {day} --product cells")).ok();
        desk.run(&format!("event add {patient} fever --onset 3")).ok();
        desk.run(&format!("medication add {patient} metformin --start 0")).ok();
        desk.run(&format!("statement add {patient} HbA1c improved")).ok();
    }
    let patients = |line: &str| {
        let csv = desk.run(&format!("{line} --format csv")).ok().stdout;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let at = reader.headers().expect("a heading").iter().position(|name| name == "patient");
        let at = at.expect("a column of patients");
        let keys = reader.records().map(|row| row.expect("a row")[at].to_owned());
        keys.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    for noun in ["infusion", "visit", "measurement", "event", "medication", "statement"] {
        assert_eq!(patients(&format!("{noun} list")), ["a-2024/1", "a-2024/2", "b-2025/1"]);
        assert_eq!(patients(&format!("{noun} list --report a-2024")), ["a-2024/1", "a-2024/2"]);
        let one = desk.run(&format!("{noun} list b-2025/1")).ok().never_says("a-2024");
        assert!(one.stdout.contains("b-2025/1"), "{one}");
        let both = desk.run(&format!("{noun} list b-2025/1 --report b-2025"));
        assert_eq!(both.code, Some(2), "{both}");
        let unknown = desk.run(&format!("{noun} list b-2025/2"));
        assert!(unknown.code == Some(1) && unknown.stderr.contains("no patient"), "{unknown}");
        let unknown = desk.run(&format!("{noun} list --report b-2024"));
        assert!(unknown.code == Some(1) && unknown.stderr.contains("no report"), "{unknown}");
    }
    assert_eq!(patients("patient list --report b-2025"), ["b-2025/1"]);
    shows!(
        desk.run("measurement list").ok(),
        desk.run("measurement list b-2025/1").ok(),
        desk.run("measurement list --report a-2024 --visit w0 --analyte HbA1c --format csv").ok(),
        desk.run("measurement list --visit W7"),
        desk.run("event list --help").ok(),
    );
}

/// `casebook … | head -1`: the reader goes away, which is no error.
#[test]
fn a_closed_pipe_is_silent() {
    let desk = Desk::demo();
    for line in ["summary change", "show huang-2025/1 --format json", "completions zsh", "--help"] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut program = desk.program();
        program.args(words(line)).stdout(writer).stderr(Stdio::piped());
        let done = program.spawn().and_then(std::process::Child::wait_with_output).expect("a run");
        assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{line}");
        assert_eq!(done.status.code(), Some(0), "{line}");
    }
}

/// `casebook demo 2>&1 | head -1`: what is said beside the result must not stop the work.
#[test]
fn a_closed_stderr_is_silent_too() {
    let desk = Desk::empty();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut program = desk.program();
    let status = program.arg("demo").stdout(Stdio::null()).stderr(writer).status().expect("a run");
    assert_eq!(status.code(), Some(0));
    desk.run("-r demo.db show huang-2025/1").ok();
}

/// Shells, editors and batch systems export COLUMNS as they like; a result is more important.
#[test]
fn an_odd_terminal_width_stops_nothing() {
    let desk = Desk::small();
    for columns in ["", "0", "10", "wide"] {
        let mut program = desk.program();
        program.args(["patient", "list"]).env("COLUMNS", columns);
        Run::of(&format!("patient list   # COLUMNS={columns}"), program).ok();
    }
}

#[test]
fn an_empty_variable_is_as_good_as_none() {
    let desk = Desk::small();
    for variable in ["CASEBOOK_REGISTRY", "CASEBOOK_ACTOR", "USER"] {
        let mut program = desk.program();
        program.args(["patient", "list"]).env(variable, "");
        Run::of(&format!("patient list   # {variable}="), program).ok();
    }
}

/// Colour never carries meaning: without it the same text is left.
#[test]
fn colour_is_only_colour() {
    let desk = Desk::small();
    let show = |colour| desk.run(&format!("summary change --color {colour}")).ok().stdout;
    let coloured = show("always");
    assert!(coloured.contains('\u{1b}') && !show("auto").contains('\u{1b}'));
    let mut plain = String::new();
    for (at, part) in coloured.split("\u{1b}[").enumerate() {
        plain += if at == 0 { part } else { part.split_once('m').map_or(part, |(_, rest)| rest) };
    }
    assert_eq!(plain, show("never"));
    let mut program = desk.program();
    program.args(["summary", "change"]).env("NO_COLOR", "1");
    assert_eq!(Run::of("summary change", program).ok().stdout, show("never"));
}

/// A file is the same wherever it is written: the width of a terminal is none of its business.
#[test]
fn a_file_does_not_depend_on_the_terminal() {
    let desk = Desk::demo();
    let written = |columns: &str, name: &str| {
        let mut program = desk.program();
        program.args(["summary", "change", "-o", name]).env("COLUMNS", columns);
        Run::of("summary change -o", program).ok();
        desk.text(name)
    };
    assert!(written("60", "narrow.txt") == written("200", "wide.txt"));
    assert!(written("60", "narrow.md") == written("200", "wide.md"));
}

/// Nothing is written but the file that was named, and no companion stays behind.
#[test]
fn only_the_named_files_are_written() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/2 W4 "HbA1c=8.0 %""#).ok();
    desk.run("summary change -o change.csv").ok();
    assert_eq!(desk.names(), ["casebook.db", "change.csv"]);
}

#[test]
fn a_result_replaces_an_older_one() {
    let desk = Desk::small();
    desk.write("list.csv", "an older and much longer result\n".repeat(100));
    desk.run("patient list -o list.csv").ok();
    assert_eq!(desk.text("list.csv"), desk.run("patient list --format csv").ok().stdout);
}

#[test]
fn a_minus_is_the_screen() {
    let desk = Desk::small();
    let run = desk.run("patient list -o -").ok();
    assert_eq!(run.stdout, desk.run("patient list").ok().stdout);
}
