//! `casebook medication`: dose episodes from the command line.

use crate::support::{Desk, SMALL};

#[test]
fn doses_are_recorded_listed_and_removed() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run(r#"medication add a-2024/1 "insulin glargine" --atc A10AE04 --atc-year 2024 --dose 20 --unit U --start -30 --end 28"#).ok(),
        desk.run(r#"medication add a-2024/1 "insulin glargine" --atc A10AE04 --dose 0 --unit U --start 28 --stop-reason "at target""#).ok(),
        desk.run("medication add a-2024/2 metformin").ok(),
        desk.run("medication list").ok(),
        desk.run("show a-2024/1").ok(),
        desk.run(r#"medication remove a-2024/1 2 --reason "never stopped""#).ok(),
        desk.run("medication list --format json").ok(),
    );
}

/// A new dose while the old one is open; the note says how to end that, and doing so settles it.
#[test]
fn an_episode_that_is_still_open_is_told() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run("medication add a-2024/1 glargine --dose 20 --unit U --start -30").ok(),
        desk.run("medication add a-2024/1 glargine --dose 0 --unit U --start 28").ok(),
        desk.run("summary medication --timepoint W12").ok(),
        desk.run("medication edit a-2024/1 1 --end 27 --reason \"dose changed\"").ok(),
        desk.run("summary medication --timepoint W12 --explain --format csv").ok(),
    );
}

#[test]
fn a_dose_needs_its_unit_and_is_not_negative() {
    let desk = Desk::after(SMALL);
    let before = desk.files();
    shows!(
        desk.run("medication add a-2024/1 metformin --dose 1000"),
        desk.run("medication add a-2024/1 metformin --dose=-5 --unit mg"),
        desk.run(r#"medication add a-2024/1 metformin --dose 1,5 --unit g"#),
    );
    assert!(desk.files() == before, "nothing was changed");
}
