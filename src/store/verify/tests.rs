//! What verification finds, each thing altered behind the program's back.

use super::*;
use crate::domain::{AdverseEvent, Placed, Records};
use crate::store::testing::{case, registry};
use crate::store::{Access, Caller, StoreError};
use std::path::PathBuf;

/// A registry with a case, closed; the folder goes with the test.
fn written() -> (tempfile::TempDir, PathBuf) {
    let (folder, mut registry) = registry();
    let mut records = case(&["HbA1c=6.8 %", "FPG=7.1 mmol/L"]);
    for _ in 0..2 {
        let event = AdverseEvent { term: "fever".to_owned(), ..AdverseEvent::default() };
        records.patients[0].events.push(Placed::typed(event));
    }
    take_in(&mut registry, &records);
    let path = registry.path().to_owned();
    (folder, path)
}

fn take_in(registry: &mut Registry, records: &Records) {
    let done: Result<_, StoreError> =
        registry.change("test", None, |change| change.take_in(records));
    assert_eq!(done.unwrap().problems, []);
}

/// What verification says after this SQL was run by another program.
fn after(sql: &str) -> Vec<String> {
    let (_folder, path) = written();
    let other = Connection::open(&path).unwrap();
    other.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
    drop(other);
    let registry = Registry::open(&path, Access::Read, &Caller::named("reader")).unwrap();
    let found = registry.verify().unwrap();
    found.discrepancies.iter().map(|one| format!("{}: {}", one.place, one.what)).collect()
}

#[test]
fn an_untouched_file_is_what_its_log_says() {
    let (_folder, path) = written();
    let registry = Registry::open(&path, Access::Read, &Caller::named("reader")).unwrap();
    let found = registry.verify().unwrap();
    assert_eq!(found.discrepancies, []);
    assert_eq!((found.entries, found.records), (2, 9));
    assert_eq!(found.last_hash.len(), 64);
}

#[test]
fn an_altered_value_is_named_with_what_it_was() {
    let told = after("UPDATE measurement SET value = 7.2 WHERE value = 7.1");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("measurement a/1 W4 fpg: it was altered outside casebook"));
    assert!(told[0].contains("value is 7.2, the log says 7.1"), "{}", told[0]);
    let told = after("UPDATE patient SET age_years = 35");
    assert!(told[0].contains("age years is 35.0, the log says 53.0"), "{told:#?}");
    let told = after("UPDATE registry SET day_zero = 'enrolment'");
    assert!(told[0].contains("day zero"), "{told:#?}");
}

#[test]
fn what_was_added_or_removed_elsewhere_is_named() {
    let told = after("DELETE FROM measurement WHERE value = 7.1");
    assert_eq!(told, ["measurement a/1 W4 fpg: it was removed outside casebook"]);
    let told = after("INSERT INTO visit (patient_id, label) SELECT id, 'W8' FROM patient");
    assert_eq!(told, ["visit a/1 W8: it was added outside casebook"]);
    let told = after("DELETE FROM adverse_event WHERE id = 1");
    assert_eq!(told, ["event a/1 fever: it was removed outside casebook"]);
    let told = after(
        "INSERT INTO adverse_event (uuid, patient_id, term)
         SELECT 'x', patient_id, term FROM adverse_event LIMIT 1",
    );
    assert_eq!(told, ["event a/1 fever: it was added outside casebook"]);
}

#[test]
fn an_altered_log_is_named() {
    let free = "DROP TRIGGER change_is_never_edited; DROP TRIGGER change_is_never_removed;";
    let told =
        after(&format!("{free} UPDATE change SET body = replace(body, '7.1', '7.2') WHERE id = 2"));
    assert!(told.iter().any(|one| one.starts_with("entry 2: its text was altered")), "{told:#?}");
    let told = after(&format!("{free} DELETE FROM change WHERE id = 1"));
    assert!(told.iter().any(|one| one == "entry 2: entry 1 is missing"), "{told:#?}");
    assert!(told.iter().any(|one| one.contains("does not follow")), "{told:#?}");
}

#[test]
fn the_log_can_not_be_edited_by_accident() {
    let (_folder, path) = written();
    let other = Connection::open(&path).unwrap();
    for sql in ["UPDATE change SET hash = hash", "DELETE FROM change"] {
        let refused = other.execute(sql, ()).unwrap_err().to_string();
        assert!(refused.contains("the change log is never"), "{refused}");
    }
}

#[test]
fn broken_links_are_named() {
    let told = after("DELETE FROM report");
    assert!(told.iter().any(|one| one.contains("names a report that is not there")), "{told:#?}");
    assert!(told.iter().any(|one| one == "report a: it was removed outside casebook"), "{told:#?}");
}
