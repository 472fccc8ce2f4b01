//! `casebook summary reports`: one line a report.

use crate::support::{Desk, Run};

#[test]
fn the_demonstration_and_its_real_report() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary reports").ok().sound(),
        desk.run("summary reports --real").ok().sound(),
    );
}

/// One patient's two numbers, the mean change of several, words, and nothing: each report in its way.
#[test]
fn the_key_change_is_of_the_analyte_that_is_asked_for() {
    let desk = Desk::small();
    desk.run("visit add a-2024/2 W12 \"HbA1c=7.6 %\" \"FPG=at-target\"").ok();
    desk.run("infusion add a-2024/1 --day 14 --cells-per-kg 2e6").ok();
    shows!(
        desk.run("summary reports").ok().sound(),
        desk.run("summary reports --units si --timepoint W4").ok().sound(),
        desk.run("summary reports --analyte FPG --explain").ok().sound(),
    );
    let page = desk.run("summary reports --format json").ok().sound().json();
    assert_eq!(page["reports"][0]["key_pairs"], 2);
    // (7.0 - 9.1 + 7.6 - 8.4) / 2
    assert_eq!(page["reports"][0]["key_change_mean"], -1.45);
}

/// In a wide terminal each report of the demonstration stays readable.
#[test]
fn a_line_a_report_fits_into_120_columns() {
    let desk = Desk::demo();
    let mut program = desk.program();
    program.env("COLUMNS", "120").args(["summary", "reports"]);
    let run = Run::of("summary reports", program).ok();
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 120), "{run}");
    shows!(run);
}

#[test]
fn the_same_in_csv_and_md() {
    let desk = Desk::small();
    let in_format = |format| desk.run(&format!("summary reports --format {format}")).ok().sound();
    shows!(in_format("csv"), in_format("md"));
}

#[test]
fn the_same_in_json() {
    let desk = Desk::small();
    let page = desk.run("summary reports --format json").ok().sound().json();
    assert_eq!(page["patient_count"], 2);
    shows!(desk.run("summary reports --format json").ok());
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "md"] {
        let run = || desk.run(&format!("summary reports --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

/// No reports; then one without patients, of which nothing is known.
#[test]
fn small_numbers() {
    let desk = Desk::with_registry();
    shows!(desk.run("summary reports").ok().sound());
    desk.run("report add silent --kind second-hand").ok();
    shows!(desk.run("summary reports").ok().sound());
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("summary reports -q -o reports.csv").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("reports.csv"), desk.run("summary reports --format csv").ok().stdout);
}
