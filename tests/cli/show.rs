//! `casebook show`: one patient on one page.

use crate::support::Desk;

#[test]
fn the_real_patient_of_the_demonstration() {
    let desk = Desk::demo();
    shows!(desk.run("show huang-2025/1").ok().sound());
    let again = || desk.run("show huang-2025/1").ok().stdout;
    assert_eq!(again(), again());
}

#[test]
fn a_patient_in_json_and_md() {
    let desk = Desk::small();
    let show = |format| desk.run(&format!("show a-2024/1 --format {format}")).ok().sound();
    shows!(show("json"), show("md"));
}

#[test]
fn a_patient_in_csv() {
    let desk = Desk::small();
    shows!(desk.run("show a-2024/1 --format csv").ok());
}

/// A narrow window breaks tables between columns and never cuts a value.
#[test]
fn a_narrow_window() {
    use unicode_width::UnicodeWidthStr;
    let run = Desk::demo().run("show huang-2025/1 --width 60").ok();
    let widest = run.stdout.lines().map(UnicodeWidthStr::width).max();
    assert!(widest <= Some(60), "{widest:?} columns in\n{run}");
    assert!(!run.stdout.contains('…'), "something was cut in\n{run}");
    shows!(run);
}

#[test]
fn a_patient_of_whom_nothing_is_known() {
    let desk = Desk::small();
    desk.run("patient add a-2024/9").ok();
    shows!(desk.run("show a-2024/9").ok().sound());
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("show a-2024/1 -q -o patient.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("patient.md"), desk.run("show a-2024/1 --format md").ok().stdout);
}
