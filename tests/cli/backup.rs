//! `casebook backup`: a copy that is whole and verified.

use crate::support::{Desk, SMALL};

#[test]
fn a_copy_is_made_verified_and_can_be_worked_with() {
    let desk = Desk::after(SMALL);
    let before = desk.bytes("casebook.db");
    shows!(
        desk.run("backup copy.db").ok(),
        desk.run("-r copy.db patient list").ok(),
        desk.run("-r copy.db verify --format csv").ok(),
    );
    assert!(desk.bytes("casebook.db") == before, "the registry was changed");
}

#[test]
fn nothing_is_overwritten() {
    let desk = Desk::after(SMALL);
    desk.write("copy.db", "something else");
    let before = desk.files();
    let run = desk.run("backup copy.db");
    assert_eq!(run.code, Some(3), "{run}");
    shows!(run);
    assert!(desk.files() == before, "nothing was changed");
}
