//! A file of an older schema that can't be upgraded, and one that is newer.

use crate::refuses;
use crate::support::Desk;
use rusqlite::Connection;

/// A desk with a registry of the first schema.
pub fn older() -> Desk {
    let desk = Desk::empty();
    let sql = std::fs::read_to_string("tests/migrations/v1.sql").expect("the dump");
    let file = Connection::open(desk.path("casebook.db")).expect("a file");
    file.execute_batch(&sql).expect("the dump is SQL");
    desk
}

/// Another file has the name that the copy would get: it stays, and the copy gets the next one.
#[test]
fn the_name_of_the_copy_is_taken() {
    let desk = older();
    desk.write("casebook.v1.db", "notes of somebody else");
    desk.run("migrate --dry-run").ok();
    desk.run("summary change").ok().says("casebook.v1-2.db");
    assert_eq!(desk.names(), ["casebook.db", "casebook.v1-2.db", "casebook.v1.db"]);
    assert_eq!(desk.text("casebook.v1.db"), "notes of somebody else");
}

#[test]
fn a_newer_file() {
    let desk = Desk::with_registry();
    let file = Connection::open(desk.path("casebook.db")).expect("a file");
    file.execute_batch("PRAGMA user_version = 99").expect("SQL");
    drop(file);
    shows!(refuses(&desk, 3, "migrate"), refuses(&desk, 3, "migrate --dry-run"));
}

#[test]
fn no_registry_and_two_wishes() {
    let desk = Desk::empty();
    desk.write("notes.db", "Patient;HbA1c\n".repeat(100));
    shows!(
        refuses(&desk, 3, "migrate --status"),
        refuses(&desk, 3, "-r notes.db migrate --status"),
        refuses(&desk, 2, "migrate --status --dry-run"),
    );
}

/// Somebody else writes: the file is neither copied nor upgraded.
#[test]
fn an_older_file_in_use() {
    let desk = older();
    let other = Connection::open(desk.path("casebook.db")).expect("the registry");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let run = desk.run("migrate --wait 0");
    drop(other);
    super::assert_refused(&run, 3, "migrate --wait 0");
    assert_eq!(desk.names(), ["casebook.db"]);
    shows!(run);
}
