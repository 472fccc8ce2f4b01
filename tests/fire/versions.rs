//! A file of an older version: upgraded whole or not at all, by one program at a time, its copy whole.

use crate::support::{Desk, words};
use crate::{Dice, size};
use casebook::store::SCHEMA_VERSION;
use rusqlite::Connection;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A desk with a registry of this version.
pub fn old(version: i64) -> Desk {
    let desk = Desk::empty();
    let dump = format!("{}/tests/migrations/v{version}.sql", env!("CARGO_MANIFEST_DIR"));
    let sql = std::fs::read_to_string(dump).expect("the dump");
    let file = Connection::open(desk.path("casebook.db")).expect("a file");
    file.execute_batch(&sql).expect("the dump is SQL");
    desk
}

/// The version of a file, which must be whole.
fn version(desk: &Desk, name: &str) -> i64 {
    let file = Connection::open(desk.path(name)).expect(name);
    let ask = |pragma| file.pragma_query_value(None, pragma, |row| row.get(0)).expect(name);
    let whole: String =
        file.pragma_query_value(None, "integrity_check", |row| row.get(0)).expect(name);
    assert_eq!(whole, "ok", "{name}");
    ask("user_version")
}

fn tables(desk: &Desk) -> Vec<String> {
    let file = Connection::open(desk.path("casebook.db")).expect("a file");
    let mut query = file.prepare("SELECT sql FROM sqlite_schema ORDER BY name").expect("a query");
    let rows = query.query_map((), |row| row.get::<_, Option<String>>(0)).expect("rows");
    rows.map(|sql| sql.expect("text").unwrap_or_default()).collect()
}

#[test]
fn a_killed_upgrade_leaves_the_old_schema_or_the_new_one() {
    let mut dice = Dice(11);
    for of in [1, 2] {
        let copy = format!("casebook.v{of}.db");
        let (before, after) = (tables(&old(of)), {
            let desk = old(of);
            desk.run("verify").ok();
            tables(&desk)
        });
        let begun = Instant::now();
        old(of).run("patient list").ok();
        let whole = begun.elapsed();
        let (mut olds, mut news) = (0, 0);
        for _ in 0..size(4, 100) {
            let desk = old(of);
            let mut program = desk.program();
            program.args(words("patient list")).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = program.spawn().expect("the program starts");
            std::thread::sleep(whole.mul_f64(dice.roll(1100) as f64 / 1000.0));
            let _ = child.kill();
            child.wait().expect("it ends");
            let found = version(&desk, "casebook.db");
            let schema = tables(&desk);
            assert!(
                (found == of && schema == before) || (found == SCHEMA_VERSION && schema == after),
                "version {found} of {of} has the schema\n{schema:#?}"
            );
            if found == of {
                olds += 1
            } else {
                news += 1
            }
            // Interrupted twice is upgraded all the same, and there is one copy, whole.
            desk.run("verify").ok();
            assert_eq!(version(&desk, "casebook.db"), SCHEMA_VERSION);
            assert_eq!(version(&desk, &copy), of);
            // A kill right after the commit leaves a journal that says in its first byte that it is over;
            // the next write takes its place.
            let journal = std::fs::read(desk.path("casebook.db-journal")).unwrap_or_default();
            assert_eq!(journal.first().unwrap_or(&0), &0, "a hot journal was left");
            desk.run("report add last --kind case-report").ok();
            assert_eq!(desk.names(), ["casebook.db".to_owned(), copy.clone()]);
        }
        println!("version {of}: {olds} times the old schema was left, {news} times the new one");
    }
}

#[test]
fn eight_who_come_at_once_upgrade_once() {
    for _ in 0..size(1, 10) {
        let desk = old(1);
        std::thread::scope(|scope| {
            let come = |line: &'static str| scope.spawn(|| desk.run(line).ok());
            let all: Vec<_> = (0..4).flat_map(|_| [come("patient list"), come("verify")]).collect();
            all.into_iter().for_each(|one| drop(one.join().expect("a reader")));
        });
        assert_eq!(version(&desk, "casebook.v1.db"), 1);
        assert_eq!(desk.names(), ["casebook.db", "casebook.v1.db"]);
    }
}

#[test]
fn a_file_in_the_place_of_the_copy_stays() {
    let desk = old(1);
    desk.write("casebook.v1.db", "somebody's");
    desk.run("verify").ok();
    assert_eq!(desk.text("casebook.v1.db"), "somebody's");
    assert_eq!(version(&desk, "casebook.v1-2.db"), 1);
}

#[test]
fn whoever_upgrades_waits_for_those_who_read() {
    let desk = old(2);
    let reader = Connection::open(desk.path("casebook.db")).expect("the registry");
    reader.execute_batch("BEGIN; SELECT count(*) FROM patient").expect("a lock");
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| desk.run("patient list"));
        std::thread::sleep(Duration::from_millis(300));
        reader.execute_batch("COMMIT").expect("unlocked");
        waiting.join().expect("a run")
    });
    waiting.ok();
}

#[test]
fn whoever_waits_to_upgrade_holds_up_nobody_who_writes() {
    let desk = old(2);
    let writer = Connection::open(desk.path("casebook.db")).expect("the registry");
    writer.execute_batch("BEGIN IMMEDIATE; UPDATE registry SET title = title").expect("a lock");
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| desk.run("patient list"));
        std::thread::sleep(Duration::from_millis(300));
        // Without patience: a reader that kept its lock while it waits would keep this from its end.
        writer.busy_timeout(Duration::ZERO).expect("no patience");
        writer.execute_batch("COMMIT").expect("nobody in the way");
        waiting.join().expect("a run")
    });
    waiting.ok();
    assert_eq!(version(&desk, "casebook.db"), SCHEMA_VERSION);
}
