//! `casebook statement`: results in words from the command line.

use crate::support::{Desk, SMALL};

#[test]
fn statements_are_recorded_counted_and_removed() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run(r#"statement add a-2024/1 hba1c at-target --visit w12 --quote "at target""#).ok(),
        desk.run(r#"statement add a-2024/1 "insulin resistance" improved --source abstract"#).ok(),
        desk.run("statement list").ok(),
        desk.run("summary change").ok(),
        desk.run("statement remove a-2024/1 1 --reason misread").ok(),
        desk.run("statement list --format md").ok(),
    );
}

#[test]
fn a_visit_that_is_not_there_and_an_unknown_finding_are_told() {
    let desk = Desk::after(SMALL);
    let before = desk.files();
    shows!(
        desk.run("statement add a-2024/1 HbA1c at-target --visit W8"),
        desk.run("statement add a-2024/1 HbA1c better"),
    );
    assert!(desk.files() == before, "nothing was changed");
}
