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

/// Days and dates stand in one order where day 0 has a date.
#[test]
fn visits_of_which_only_the_date_is_known() {
    let desk = Desk::small();
    desk.run("patient add a-2024/7").ok();
    desk.run("infusion add a-2024/7 --number 1 --date 2024-03-05").ok();
    desk.run("visit add a-2024/7 W4 HbA1c=7.9%").ok();
    desk.run("visit add a-2024/7 discharge --date 2024-03-07 HbA1c=8.4%").ok();
    let run = desk.run("show a-2024/7").ok().sound();
    let at = |what| run.stdout.find(what).expect(what);
    assert!(at("discharge, 2024-03-07") < at("W4, day 28 as planned"), "{run}");
    shows!(run);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("show a-2024/1 -q -o patient.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("patient.md"), desk.run("show a-2024/1 --format md").ok().stdout);
}
