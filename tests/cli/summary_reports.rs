//! `casebook summary reports`: one line a report.

use crate::support::Desk;

#[test]
fn the_demonstration_and_its_real_report() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary reports").ok().sound(),
        desk.run("summary reports --real").ok().sound(),
    );
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
