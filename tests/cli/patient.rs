//! `casebook patient`: people, each known by a pseudonym only.

use crate::support::{Desk, SMALL};

#[test]
fn patients_are_recorded_and_listed() {
    let desk = Desk::after(SMALL[..2].iter().copied());
    shows!(
        desk.run(r#"patient add a-2024/1 --sex female --age 53.5 --diagnosis T2DM --duration 8 --height 161 --follow-up "12 wk""#).ok(),
        desk.run("patient add a-2024/02").ok(),
        desk.run("patient list").ok(),
    );
}

#[test]
fn the_list_in_csv_json_and_md() {
    let desk = Desk::small();
    let list = |format| desk.run(&format!("patient list --format {format}")).ok();
    shows!(list("csv"), list("json"), list("md"));
}

#[test]
fn a_patient_may_stand_in_several_reports() {
    let desk = Desk::small();
    desk.run("report add b-2025 --kind second-hand").ok();
    desk.run("patient add a-2024/3 --also-in b-2025").ok();
    let patients = desk.run("patient list --format json").ok().json();
    assert_eq!(patients["patients"][2]["reports"], "a-2024 b-2025");
}

/// Labels as printed: 02 is not 2.
#[test]
fn labels_are_kept_as_printed() {
    let desk = Desk::small();
    desk.run("patient add a-2024/02").ok();
    let list = desk.run("patient list --format csv").ok().stdout;
    assert!(list.contains("\na-2024/02,") && list.contains("\na-2024/2,"), "{list}");
}

#[test]
fn what_is_not_reported_is_a_dash_and_null() {
    let desk = Desk::after(SMALL[..2].iter().copied());
    desk.run("patient add a-2024/1").ok();
    let line = desk.run("patient list").ok().stdout;
    assert!(line.contains('—'), "{line}");
    let patients = desk.run("patient list --format json").ok().json();
    for column in ["sex", "age_years", "diagnosis", "follow_up_days"] {
        assert!(patients["patients"][0][column].is_null(), "{column}: {patients}");
    }
}

#[test]
fn an_empty_list_is_a_list() {
    let desk = Desk::with_registry();
    shows!(desk.run("patient list").ok(), desk.run("patient list --format json").ok());
    assert_eq!(desk.run("patient list --format csv").ok().stdout.lines().count(), 1);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let list = desk.run("patient list --quiet -o patients.md").ok();
    assert_eq!((list.stdout.as_str(), list.stderr.as_str()), ("", ""));
    assert!(desk.text("patients.md").contains("| a-2024/1"));
}
