//! `casebook history`: who changed what, when and why.

use crate::support::Desk;
use casebook::store::{FIRST_HASH, hash_of};
use rusqlite::Connection;
use serde_json::Value;

#[test]
fn every_change_is_listed() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/2 W4 "HbA1c=8.0 %" --reason 补录 --actor 吴医生"#).ok();
    shows!(desk.run("history").ok(), desk.run("history a-2024/2 --rows").ok());
}

#[test]
fn the_same_in_csv_and_json() {
    let desk = Desk::with_registry();
    shows!(desk.run("history --format csv").ok(), desk.run("history --format json").ok());
}

#[test]
fn the_history_of_one_patient_or_report() {
    let desk = Desk::small();
    let commands = |key: &str| -> Vec<String> {
        let history = desk.run(&format!("history {key} --format json")).ok().json();
        let changes = history["changes"].as_array().expect("changes").clone();
        changes.iter().map(|c| c["command"].as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(commands("a-2024/2"), ["patient add a-2024/2", "visit add a-2024/2 W0"]);
    assert_eq!(commands("a-2024"), ["report add a-2024"]);
}

#[test]
fn reading_leaves_no_trace() {
    let desk = Desk::small();
    let before = desk.files();
    for line in ["history", "show a-2024/1", "summary change", "visit list", "timepoint list"] {
        desk.run(line).ok();
    }
    assert!(desk.files() == before);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("history -q -o history.json").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("history.json"), desk.run("history --format json").ok().stdout);
}

/// As an outsider would check it: with the file and SHA-256 alone.
#[test]
fn the_chain_holds() {
    let desk = Desk::demo();
    let mut previous = FIRST_HASH.to_owned();
    for (number, (body, hash)) in (1..).zip(log(&desk)) {
        let entry: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(entry["number"], number);
        assert_eq!(entry["previous"], previous);
        assert_eq!(hash, hash_of(&body));
        previous = hash;
    }
    // SHA-256 of "abc", FIPS 180-2: the hash is what it says it is.
    assert!(hash_of("abc").starts_with("ba7816bf8f01cfea"));
}

/// Each entry's text and hash, in their order.
fn log(desk: &Desk) -> Vec<(String, String)> {
    let file = Connection::open(desk.path("casebook.db")).expect("the registry");
    let mut query = file.prepare("SELECT body, hash FROM change ORDER BY id").expect("a query");
    let rows = query.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("the log")
}

#[test]
fn the_log_can_t_be_edited_by_accident() {
    let desk = Desk::small();
    let file = Connection::open(desk.path("casebook.db")).expect("the registry");
    for statement in ["UPDATE change SET body = '{}'", "DELETE FROM change WHERE id = 3"] {
        let refused = file.execute_batch(statement).expect_err("refused").to_string();
        assert!(refused.contains("the change log is never"), "{refused}");
    }
}

/// Every row in the file is told by the log: nothing is written beside it.
#[test]
fn the_log_tells_of_every_row() {
    let desk = Desk::demo();
    let bodies = log(&desk).into_iter().map(|(body, _)| body);
    let rows: Vec<Value> = bodies
        .flat_map(|body| {
            let entry: Value = serde_json::from_str(&body).expect("JSON");
            entry["rows"].as_array().expect("rows").clone()
        })
        .collect();
    let file = Connection::open(desk.path("casebook.db")).expect("the registry");
    for (noun, table) in [
        ("report", "report"),
        ("patient", "patient"),
        ("product", "product"),
        ("infusion", "infusion"),
        ("visit", "visit"),
        ("measurement", "measurement"),
        ("statement", "statement"),
        ("medication", "medication"),
        ("event", "adverse_event"),
    ] {
        let told = rows.iter().filter(|row| row["noun"] == noun).count().to_string();
        let count = format!("SELECT CAST(count(*) AS TEXT) FROM {table}");
        let there: String = file.query_row(&count, (), |row| row.get(0)).expect(table);
        assert_eq!(told, there, "{noun}");
    }
}

/// A patient with an edited value, a renamed visit, and two events of one name.
fn worked_on() -> Desk {
    let desk = Desk::small();
    desk.run("event add a-2024/1 fever --grade 1 --ctcae 5.0").ok();
    desk.run("event add a-2024/1 fever --grade 2 --ctcae 5.0 --actor \"Dr Wu\"").ok();
    desk.run(r#"event edit a-2024/1 1 --grade 3 --reason "discharge letter""#).ok();
    desk.run(r#"visit edit a-2024/1 W12 --label late --reason "the ward's diary""#).ok();
    desk.run(r#"patient edit a-2024/1 --clear age --reason "not in the report""#).ok();
    desk
}

#[test]
fn each_field_with_who_when_and_why() {
    let desk = worked_on();
    shows!(
        desk.run("history a-2024/1 --fields --since 12").ok(),
        desk.run("history a-2024/1 --fields --since 12 --format csv").ok(),
    );
}

/// What a correction says stands first, in one line; what it changed in the record stands below.
#[test]
fn a_correction_is_told_in_words_before_its_fields() {
    let desk = Desk::small();
    desk.run(r#"measurement add a-2024/1 W0 "CEA=34 unit not reported""#).ok();
    let edit = "measurement edit a-2024/1 W0";
    desk.run(&format!(r#"{edit} "CEA=3.4 ng/mL" --propose --reason "point lost?""#)).ok();
    desk.run(&format!(r#"{edit} "CEA=3.4 ng/mL" --actor "Dr Wu" --reason printout"#)).ok();
    let line = "history a-2024/1 W0 CEA --fields --since 11";
    shows!(desk.run(line).ok(), desk.run(&format!("{line} --format csv")).ok());
}

#[test]
fn the_history_of_one_record() {
    let desk = worked_on();
    shows!(
        desk.run("history a-2024/1 event 1 --fields").ok(),
        desk.run("history a-2024/1 event 2").ok(),
        desk.run("history a-2024/1 event --rows").ok(),
        desk.run("history a-2024/1 late").ok(),
        desk.run("history a-2024/1 late HbA1c --rows").ok(),
        desk.run("history a-2024/1 infusion 1").ok(),
        desk.run("history cells").ok(),
    );
}

#[test]
fn the_records_as_they_stood_then() {
    let desk = worked_on();
    let before = desk.files();
    shows!(
        desk.run("history a-2024/1 --as-of 11").ok(),
        desk.run("history a-2024/1 event 1 --as-of 11 --format json").ok(),
        desk.run("history a-2024/1 late --as-of 11").ok(),
        desk.run("history a-2024/1 event 2 --as-of 10").ok(),
        desk.run("history --as-of 2001-01-01").ok(),
    );
    assert!(desk.files() == before);
    let today = desk.run("history a-2024/1 --as-of 2999-12-31 --format json").ok().json();
    assert_eq!(today["entry"], 14, "a day to come is now");
}

#[test]
fn the_entries_of_a_time_or_a_person() {
    let desk = worked_on();
    shows!(
        desk.run("history --since 10 --until 11").ok(),
        desk.run("history --actor \"dr wu\"").ok(),
        desk.run("history --actor somebody").ok(),
        desk.run("history --until 2001-01-01").ok(),
    );
}
