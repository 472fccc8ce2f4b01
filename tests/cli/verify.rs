//! `casebook verify`: what was changed behind the log is named.

use crate::support::{Desk, SMALL};
use rusqlite::Connection;

#[test]
fn an_untouched_registry_passes_and_is_left_as_it_is() {
    let desk = Desk::after(SMALL);
    let before = desk.files();
    shows!(desk.run("verify").ok(), desk.run("verify --format json").ok());
    assert!(desk.files() == before, "verify changed the file");
    Desk::demo().run("verify").ok();
}

#[test]
fn a_change_made_by_another_program_is_named() {
    let desk = Desk::after(SMALL);
    let other = Connection::open(desk.path("casebook.db")).expect("the registry");
    let sql = "UPDATE measurement SET value = 50 WHERE printed = '9.1';
               UPDATE patient SET sex = NULL WHERE key = 'a-2024/2';
               INSERT INTO visit (patient_id, label) VALUES (2, 'W8');";
    other.execute_batch(sql).expect("SQL");
    drop(other);
    let run = desk.run("verify");
    assert_eq!(run.code, Some(1), "{run}");
    shows!(run);
}

/// Every row of every table in words, but for the moment each migration ran (not part of the
/// record; with nanoseconds, so now and then it holds "9.1"); none if the file can't be read.
fn rows(desk: &Desk) -> Option<Vec<String>> {
    let connection = Connection::open(desk.path("casebook.db")).ok()?;
    let mut tables = connection
        .prepare(
            "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name <> 'refinery_schema_history' ORDER BY name",
        )
        .ok()?;
    let names: Vec<String> = tables.query_map((), |row| row.get(0)).ok()?.flatten().collect();
    let mut found = Vec::new();
    for name in names {
        let mut query = connection.prepare(&format!("SELECT * FROM {name} NOT INDEXED")).ok()?;
        let columns = query.column_count();
        let mut rows = query.query(()).ok()?;
        while let Some(row) = rows.next().ok()? {
            let values = (0..columns).map(|at| format!("{:?}", row.get_ref(at)));
            found.push(format!("{name}: {}", values.collect::<Vec<_>>().join(", ")));
        }
    }
    Some(found)
}

/// Any bit of the values, records and log that flips is found, or the file is refused.
#[test]
fn flipped_bits_are_found() {
    let desk = Desk::after(SMALL);
    let whole = desk.bytes("casebook.db");
    let before = rows(&desk);
    let mut passed = Vec::new();
    for text in ["9.1", "a-2024/2", "HbA1c=", "not done", "10.4"] {
        for (at, _) in
            whole.windows(text.len()).enumerate().filter(|(_, part)| *part == text.as_bytes())
        {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            desk.write("casebook.db", &damaged);
            if rows(&desk) == before {
                continue; // space that holds nothing any more
            }
            let run = desk.run("verify");
            if !matches!(run.code, Some(1 | 3)) {
                passed.push(format!("byte {at} of \"{text}\": {run}"));
            }
        }
    }
    assert!(passed.is_empty(), "{}", passed.join("\n\n"));
}
