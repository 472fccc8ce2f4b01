//! `casebook merge`: two copies that went their own ways become one again.

use crate::support::{Desk, SMALL};

/// The registry of `SMALL`, and a copy in which somebody else worked.
fn forked() -> Desk {
    let desk = Desk::after(SMALL);
    desk.run("backup ward-2.db").ok();
    desk.run(r#"-r ward-2.db visit add a-2024/2 W4 "HbA1c=7.9 %""#).ok();
    desk.run("-r ward-2.db patient edit a-2024/1 --age 54 --reason chart").ok();
    desk.run("-r ward-2.db event add a-2024/1 fever --grade 1 --ctcae 5.0 --infusion 1").ok();
    desk
}

#[test]
fn what_the_others_did_comes_in_once() {
    let desk = forked();
    desk.run(r#"visit add a-2024/2 W12 "HbA1c=7.0 %""#).ok();
    let other = desk.bytes("ward-2.db");
    shows!(
        desk.run("merge ward-2.db --dry-run").ok(),
        desk.run("merge ward-2.db").ok(),
        desk.run("merge ward-2.db").ok(),
        desk.run("visit list").ok(),
        desk.run("history").ok(),
        desk.run("verify").ok(),
    );
    assert!(desk.bytes("ward-2.db") == other, "the other file was changed");
}

#[test]
fn where_both_changed_a_record_each_field_is_listed_and_the_person_decides() {
    let desk = forked();
    desk.run("patient edit a-2024/1 --age 55 --sex male --reason letter").ok();
    let run = desk.run("merge ward-2.db");
    assert_eq!(run.code, Some(1), "{run}");
    shows!(
        run,
        desk.run("merge ward-2.db --prefer theirs"),
        desk.run(r#"merge ward-2.db --prefer theirs --reason "agreed by telephone" --format csv"#)
            .ok(),
        desk.run("show a-2024/1").ok(),
    );
    desk.run("verify").ok();
}
