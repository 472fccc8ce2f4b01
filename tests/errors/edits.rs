//! An edit or a look at a record that can't be: what adding refuses, editing refuses too.

use super::refuses;
use crate::support::{Desk, SMALL};

fn desk() -> Desk {
    let more = [
        "event add a-2024/1 fever --onset 3 --grade 1 --ctcae 5.0",
        "event add a-2024/1 chills --onset 3 --grade 1 --ctcae 5.0",
        "medication add a-2024/1 metformin --dose 1500 --unit mg --start 0",
        "statement add a-2024/1 HbA1c improved --visit W12",
        "infusion add a-2024/1 --day 7",
    ];
    Desk::after(SMALL.into_iter().chain(more))
}

#[test]
fn edit_without_a_reason() {
    shows!(refuses(&desk(), 1, "event edit a-2024/1 1 --grade 2").says("--reason \"why\""));
}

#[test]
fn edit_that_changes_nothing() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "event edit a-2024/1 1 --grade 1 --reason x").says("event show"),
        refuses(&desk, 1, "patient edit a-2024/1 --reason x"),
        refuses(&desk, 1, "report edit a-2024 --clear year --reason x --dry-run"),
    );
}

#[test]
fn edit_of_what_is_not_there() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "event edit a-2024/1 3 --grade 2 --reason x").says("event list"),
        refuses(&desk, 1, "infusion edit a-2024/1 3 --day 9 --reason x"),
        refuses(&desk, 1, "visit edit a-2024/1 W8 --day 9 --reason x"),
        refuses(&desk, 1, "patient edit a-2042/1 --age 9 --reason x").says("did you mean"),
        refuses(&desk, 1, "report edit a-2042 --year 2024 --reason x").says("did you mean"),
        refuses(&desk, 1, "product edit cell --lot 1 --reason x").says("did you mean"),
    );
}

#[test]
fn clear_of_what_can_not_be_cleared() {
    let desk = desk();
    shows!(
        refuses(&desk, 2, "event edit a-2024/1 1 --clear grad --reason x").says("\"grade\""),
        refuses(&desk, 2, "event edit a-2024/1 1 --clear term --reason x"),
        refuses(&desk, 2, "report edit a-2024 --clear adverse-events --reason x"),
        refuses(&desk, 2, "event edit a-2024/1 1 --grade 2 --clear grade --reason x"),
        refuses(&desk, 2, r#"event edit a-2024/1 1 --note " " --reason x"#),
    );
}

#[test]
fn edit_that_contradicts_other_records() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "event edit a-2024/1 1 --infusion 9 --reason x"),
        refuses(&desk, 1, "event edit a-2024/1 1 --end 2 --reason x"),
        refuses(&desk, 1, "event edit a-2024/1 1 --clear ctcae --reason x").says("--ctcae 5.0"),
        refuses(&desk, 1, "event edit a-2024/1 2 --term fever --reason x"),
        refuses(&desk, 1, "medication edit a-2024/1 1 --clear unit --reason x").says("--unit"),
        refuses(&desk, 1, "medication edit a-2024/1 1 --end -1 --reason x"),
        refuses(&desk, 1, "statement edit a-2024/1 1 --visit W8 --reason x"),
        refuses(&desk, 1, "infusion edit a-2024/1 1 --day 3 --reason x"),
        refuses(&desk, 1, "infusion edit a-2024/1 1 --product cell --reason x").says("cells"),
    );
}

#[test]
fn edit_of_a_visit_or_patient_that_can_not_be_so() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "visit edit a-2024/1 W12 --label w0 --reason x"),
        refuses(&desk, 1, "patient edit a-2024/1 --also-in quux --reason x").says("report add"),
        refuses(&desk, 1, "patient edit a-2024/1 --not-in a-2024 --reason x"),
        refuses(&desk, 1, "patient edit a-2024/1 --not-in quux --reason x"),
    );
}

#[test]
fn show_of_what_is_not_there() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "report show a-2042").says("did you mean"),
        refuses(&desk, 1, "product show cell").says("did you mean"),
        refuses(&desk, 1, "patient show a-2042/1").says("did you mean"),
        refuses(&desk, 1, "infusion show a-2024/1 3"),
        refuses(&desk, 1, "visit show a-2024/1 W8"),
        refuses(&desk, 1, "event show a-2024/1 0"),
        refuses(&desk, 1, "medication show a-2024/1 2"),
        refuses(&desk, 1, "statement show a-2042/1 1").says("did you mean"),
        refuses(&desk, 1, "measurement show a-2024/1 W0 ALT"),
        refuses(&desk, 1, "measurement show a-2024/1 W0 Hb1Ac").says("did you mean"),
        refuses(&desk, 1, "measurement list a-2024/1 --visit W8"),
    );
}
