//! `casebook migrate`: files of older versions, looked at, tried on a copy, brought up to date.

use crate::support::Desk;
use rusqlite::Connection;

/// A desk with a registry of an older schema.
fn older(dump: &str) -> Desk {
    let desk = Desk::empty();
    let sql = std::fs::read_to_string(format!("tests/migrations/{dump}")).expect(dump);
    let file = Connection::open(desk.path("casebook.db")).expect("a file");
    file.execute_batch(&sql).expect("the dump is SQL");
    desk
}

#[test]
fn an_older_file_is_looked_at_and_left_as_it_is() {
    let desk = older("v2.sql");
    let before = desk.files();
    shows!(
        desk.run("migrate --status").ok(),
        desk.run("migrate --status --format csv").ok(),
        desk.run("migrate --dry-run").ok(),
    );
    assert!(desk.files() == before);
}

#[test]
fn a_trial_leaves_nothing_behind() {
    let desk = older("v1.sql");
    let before = desk.files();
    std::fs::create_dir(desk.path("scratch")).expect("a folder");
    let mut program = desk.program();
    program.args(["migrate", "--dry-run"]).env("TMPDIR", desk.path("scratch"));
    let run = crate::support::Run::of("migrate --dry-run", program).ok();
    assert!(run.stdout.contains("The upgraded copy was verified"), "{run}");
    assert_eq!(std::fs::read_dir(desk.path("scratch")).expect("the folder").count(), 0);
    assert!(desk.files() == before);
}

#[test]
fn an_older_file_is_brought_up_to_date_once() {
    let desk = older("v1.sql");
    let before = desk.bytes("casebook.db");
    shows!(desk.run("migrate").ok(), desk.run("migrate").ok(), desk.run("migrate --dry-run").ok());
    assert_eq!(desk.names(), ["casebook.db", "casebook.v1.db"]);
    assert_ne!(desk.bytes("casebook.db"), before);
    let status = |name: &str| {
        let told = desk.run(&format!("-r {name} migrate --status --format json")).ok().json();
        told["schema"].clone()
    };
    assert_eq!((status("casebook.v1.db"), status("casebook.db")), (1.into(), 4.into()));
    desk.run("verify").ok();
}

#[test]
fn any_command_upgrades_and_says_so() {
    let desk = older("v2.sql");
    let run = desk.run("timepoint list").ok();
    shows!(run);
    assert_eq!(desk.run("timepoint list").ok().stderr, "");
}

#[test]
fn a_newer_file_is_told_of() {
    let desk = Desk::with_registry();
    let file = Connection::open(desk.path("casebook.db")).expect("a file");
    file.execute_batch(
        "INSERT INTO refinery_schema_history VALUES (99, 'later', '2099-01-01T00:00:00Z', '0');
         PRAGMA user_version = 99;",
    )
    .expect("SQL");
    drop(file);
    let run = desk.run("migrate --status").ok();
    assert!(run.stdout.contains("A newer casebook made it"), "{run}");
    assert_eq!(desk.run("migrate").code, Some(3));
    assert_eq!(desk.run("migrate --dry-run").code, Some(3));
}
