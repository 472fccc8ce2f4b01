//! Every schema that ever landed, with rows, is brought to today's; today's schema is one page.

use casebook::domain::{BaselineRule, DayZero, Rules, Schedule};
use casebook::store::{Access, Caller, HistoryOf, Registry, hash_of};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// The landed schemas, oldest first: `v1.sql` and so on beside this file.
const LANDED: [&str; 3] = ["v1.sql", "v2.sql", "v3.sql"];

fn build(dump: &str, folder: &Path) -> PathBuf {
    let path = folder.join("study.db");
    let connection = Connection::open(&path).expect("a file");
    let sql = std::fs::read_to_string(Path::new("tests/migrations").join(dump)).expect(dump);
    connection.execute_batch(&sql).expect("the dump is SQL");
    path
}

fn schema_of(path: &Path) -> String {
    let connection = Connection::open(path).expect("a file");
    let mut query = connection
        .prepare(
            "SELECT sql FROM sqlite_schema
              WHERE sql IS NOT NULL AND name NOT LIKE 'refinery%'
              ORDER BY type DESC, name",
        )
        .expect("a query");
    let rows = query.query_map((), |row| row.get::<_, String>(0)).expect("rows");
    rows.map(|sql| sql.expect("text") + ";\n\n").collect()
}

/// The page is written anew with `UPDATE_SCHEMA=1 cargo test --test migrations`.
fn assert_is_golden(schema: &str) {
    let page = Path::new("tests/migrations/schema.sql");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(page, schema).expect("the page");
    }
    let golden = std::fs::read_to_string(page).expect("the page");
    assert_eq!(schema, golden, "the schema is not the one on tests/migrations/schema.sql");
}

#[test]
fn every_landed_schema_is_brought_up_to_date_with_its_rows() {
    for dump in LANDED {
        let folder = tempfile::tempdir().expect("a folder");
        let path = build(dump, folder.path());
        let registry = Registry::open(&path, Access::Write, &Caller::named("tester")).expect(dump);
        let reports = registry.reports().expect("reports");
        let keys: Vec<_> = reports.iter().map(|line| line.report.key.as_str()).collect();
        assert_eq!(keys, ["huang-2025", "simulated-3"], "{dump}");
        let cohort = registry.cohort(false).expect("a cohort");
        assert_eq!((cohort.subjects.len(), cohort.occasions.len()), (3, 8), "{dump}");
        let hba1c = registry.catalogue().find("HbA1c").expect("HbA1c");
        let seen = registry.observations(hba1c.id).expect("observations");
        assert!(seen.iter().any(|one| one.value.is_some()), "{dump}");
        assert_eq!(registry.verify().expect("a verification").discrepancies, [], "{dump}");
        drop(registry);
        let connection = Connection::open(&path).expect("a file");
        let broken: i64 = connection
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", (), |row| row.get(0))
            .expect("a count");
        assert_eq!(broken, 0, "{dump}: foreign keys");
        assert_is_golden(&schema_of(&path));
    }
}

#[test]
fn a_new_registry_has_the_schema_of_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.db");
    let rules = Rules {
        title: "new".to_owned(),
        day_zero: DayZero::FirstInfusion,
        baseline: BaselineRule::LastBeforeDayZero,
        version: 1,
        schedule: Schedule::default(),
    };
    Registry::create(&path, &rules, &Caller::named("tester")).expect("a registry");
    assert_is_golden(&schema_of(&path));
}

#[test]
fn the_log_of_a_kept_file_is_an_unbroken_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = build(LANDED[0], folder.path());
    let registry =
        Registry::open(&path, Access::Read, &Caller::named("tester")).expect("a registry");
    let entries = registry.history(&HistoryOf::All).expect("a history").expect("entries");
    assert!(entries.len() >= 3);
    let connection = Connection::open(&path).expect("a file");
    let mut previous = casebook::store::FIRST_HASH.to_owned();
    for entry in entries {
        let body: String = connection
            .query_row("SELECT body FROM change WHERE id = ?1", [entry.number], |row| row.get(0))
            .expect("a body");
        assert!(body.contains(&format!("\"previous\":\"{previous}\"")), "entry {}", entry.number);
        assert_eq!(hash_of(&body), entry.hash, "entry {}", entry.number);
        previous = entry.hash;
    }
}
