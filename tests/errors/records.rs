//! A record that can't be made or found: exit 1; a word that can't be read: exit 2.

use super::refuses;
use crate::support::Desk;

#[test]
fn repeated_report() {
    shows!(refuses(&Desk::small(), 1, "report add a-2024 --kind case-report"));
}

#[test]
fn repeated_product() {
    shows!(refuses(&Desk::small(), 1, "product add cells"));
}

#[test]
fn repeated_patient() {
    shows!(refuses(&Desk::small(), 1, "patient add a-2024/1"));
}

#[test]
fn repeated_infusion() {
    shows!(
        refuses(&Desk::small(), 1, "infusion add a-2024/1 --number 1")
            .says("one that is not recorded yet")
    );
}

#[test]
fn repeated_visit() {
    shows!(refuses(&Desk::small(), 1, r#"visit add a-2024/1 w12 "ALT=30 U/L""#));
}

#[test]
fn repeated_measurement() {
    shows!(refuses(&Desk::small(), 1, r#"measurement add a-2024/1 W0 "HbA1c=9.2 %""#));
}

#[test]
fn unknown_patient() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, r#"visit add a-2042/1 W4 "HbA1c=7 %""#).says("did you mean"),
        refuses(&desk, 1, r#"measurement add a-2042/1 W0 "ALT=30 U/L""#).says("did you mean"),
        refuses(&desk, 1, "infusion add a-2042/1").says("did you mean"),
        refuses(&desk, 1, "show a-2042/1").says("did you mean"),
        refuses(&desk, 1, "visit list a-2042/1").says("did you mean"),
        refuses(&desk, 1, "history a-2042/1").says("did you mean"),
    );
}

#[test]
fn unknown_report() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "patient add a-2042/3").says("did you mean"),
        refuses(&desk, 1, "patient add a-2024/3 --also-in quux").says("report add"),
    );
}

#[test]
fn unknown_product() {
    let desk = Desk::small();
    shows!(refuses(&desk, 1, "infusion add a-2024/2 --product cell").says("did you mean"));
}

#[test]
fn unknown_visit() {
    let desk = Desk::small();
    shows!(refuses(&desk, 1, r#"measurement add a-2024/1 W4 "ALT=30 U/L""#).says("visit add"));
}

#[test]
fn unknown_analyte_of_a_summary() {
    shows!(refuses(&Desk::small(), 1, "summary change --analyte Hb1Ac").says("did you mean"));
}

#[test]
fn unknown_column() {
    shows!(refuses(&Desk::small(), 1, "summary change --by rapport").says("did you mean"));
}

#[test]
fn bad_date() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "visit add a-2024/2 W4 --date 03/04/2024").says("year-month-day"),
        refuses(&desk, 2, "visit add a-2024/2 W4 --date 2024-02-30"),
    );
}

/// The last is the least number a computer's word holds, which has no positive twin.
#[test]
fn bad_day() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "visit add a-2024/2 W4 --day soon"),
        refuses(&desk, 2, "visit add a-2024/2 W4 --day 99999999"),
        refuses(&desk, 2, "visit add a-2024/2 W4 --day -2147483648"),
    );
}

#[test]
fn bad_schedule() {
    let desk = Desk::empty();
    shows!(
        refuses(&desk, 2, "init --schedule W0,X4"),
        refuses(&desk, 2, "init --schedule W0,W4±many"),
        refuses(&desk, 2, "init --schedule W0,W4,D28"),
    );
}

#[test]
fn bad_words_of_closed_lists() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "patient add a-2024/3 --sex femal").says("did you mean"),
        refuses(&desk, 2, "report add b --kind case-reprt").says("did you mean"),
        refuses(&desk, 2, "product add x --donor alogenic").says("did you mean"),
    );
}

#[test]
fn bad_keys() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, r#"report add "Huang 2025" --kind case-report"#),
        refuses(&desk, 2, "patient add a-2024"),
        refuses(&desk, 1, r#"visit add a-2024/2 "  ""#),
    );
}

#[test]
fn bad_doses() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "infusion add a-2024/2 --cells 4.9×108").says("4.9e8"),
        refuses(&desk, 2, "infusion add a-2024/2 --cells 0"),
        refuses(&desk, 2, "infusion add a-2024/2 --viability 101"),
    );
}

/// The command line takes no text that a file would be refused for.
#[test]
fn a_control_character_in_a_text() {
    let desk = Desk::small();
    refuses(&desk, 2, "report add b --kind case-report --title \u{1b}[31mred");
    refuses(&desk, 2, "patient add a-2024/3 --note \u{7}");
}

#[test]
fn not_a_command() {
    shows!(refuses(&Desk::empty(), 2, "sumary change").says("summary"));
}
