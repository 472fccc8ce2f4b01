//! `casebook timepoint`: the planned visits and their windows.

use crate::support::Desk;

#[test]
fn the_schedule_is_listed_with_its_windows() {
    let desk = Desk::with_registry();
    shows!(desk.run("timepoint list").ok(), desk.run("timepoint list --format csv").ok());
}

#[test]
fn windows_may_be_lopsided_and_in_other_units() {
    let desk = Desk::after([r#"init --schedule "D-7,D0,W2-1d+3d,M6±2w,Y1""#]);
    shows!(desk.run("timepoint list --format json").ok());
}

#[test]
fn no_timepoints_at_all() {
    let desk = Desk::after([r#"init --schedule """#]);
    shows!(desk.run("timepoint list").ok());
    assert_eq!(desk.run("timepoint list --format csv").ok().stdout.lines().count(), 1);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::with_registry();
    let run = desk.run("timepoint list -q -o t.json").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("t.json"), desk.run("timepoint list --format json").ok().stdout);
}
