//! `casebook event`: adverse events from the command line.

use crate::support::{Desk, SMALL};

const FEVER: &str = "event add a-2024/1 fever --onset 0 --end 1 --grade 1 --ctcae 5.0 --infusion 1 --related-to-cells possible --outcome recovered";

#[test]
fn events_are_recorded_listed_and_removed() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run(FEVER).ok(),
        desk.run(r#"event add a-2024/2 "acute appendicitis" --onset 70 --serious hospitalisation"#)
            .ok(),
        desk.run("event list").ok(),
        desk.run(r#"event remove a-2024/1 1 --reason "another patient's""#).ok(),
        desk.run("event list --format csv").ok(),
        desk.run("event list --format json").ok(),
    );
}

#[test]
fn what_can_not_be_recorded_is_told_and_changes_nothing() {
    let desk = Desk::after(SMALL.into_iter().chain([FEVER]));
    let before = desk.files();
    shows!(
        desk.run(FEVER),
        desk.run("event add a-2024/1 fever --infusion 7"),
        desk.run("event add a-2024/9 fever"),
        desk.run("event add a-2024/1 fever --grade 2"),
        desk.run("event remove a-2024/1 2 --reason x"),
        desk.run("event remove a-2024/1 1"),
    );
    assert!(desk.files() == before, "nothing was changed");
}
