//! `casebook check`: what is doubted, the answers, and what makes an answer count no more.

use crate::support::{Desk, Run};
use rusqlite::Connection;

/// A patient about whom there is something to ask at every level.
const DOUBTFUL: [&str; 8] = [
    r#"init --title "Doubtful" --schedule "W0,W4±1,W12±2""#,
    r#"report add a-2024 --kind "case series" --adverse-events given"#,
    r#"patient add a-2024/1 --sex male --age 53 --height 175 --follow-up "12 wk""#,
    r#"infusion add a-2024/1 --day 0 --cells 5e7 --cells-per-kg 1e6"#,
    r#"visit add a-2024/1 W0 "AFP=34 ng/mL" "Weight=70 kg" "BMI=26.1 kg/m2" "HOMA-IR=3.1" "CEA=3 unit not reported" --accept --reason "printed so""#,
    r#"visit add a-2024/1 W4 "AFP=3.3 ng/mL" "FPG=9.3 mmol/L" "FINS=12.6 mIU/L" "HOMA-IR=3.1""#,
    r#"visit add a-2024/1 W24 "AFP=3.2 ng/mL""#,
    r#"medication add a-2024/1 "insulin glargine" --dose 20 --unit U --start -30"#,
];

/// The ID of the one doubt of this rule.
fn id(desk: &Desk, rule: &str) -> String {
    let json = desk.run(&format!("check --answered --rule {rule} --format json")).json();
    let doubts = json["doubts"].as_array().expect("doubts");
    assert_eq!(doubts.len(), 1, "{rule}: {json:#}");
    doubts[0]["id"].as_str().expect("an ID").to_owned()
}

fn asks(run: Run) -> Run {
    assert_eq!(run.code, Some(1), "{run}");
    run
}

#[test]
fn the_demonstration_is_asked_about_where_its_paper_is_doubtful() {
    let desk = Desk::demo();
    let before = desk.files();
    shows!(asks(desk.run("check")));
    assert!(desk.files() == before, "check changed the file");
    let simulated = desk.run("check --report simulated-4 --level question").ok();
    simulated.never_says("simulated-4/1, visit");
}

#[test]
fn every_level_in_a_table_csv_and_json() {
    let desk = Desk::after(DOUBTFUL);
    shows!(
        asks(desk.run("check --answered")),
        asks(desk.run("check --rule bmi --format csv")),
        asks(desk.run("check --rule bmi --format json")),
    );
}

#[test]
fn the_rules_are_listed_without_a_registry() {
    shows!(Desk::empty().run("check rules").ok());
}

#[test]
fn filters_show_a_part_and_say_what_could_not_be_asked() {
    let desk = Desk::after(DOUBTFUL);
    let notes = desk.run("check --level note").ok();
    assert!(notes.stdout.starts_with("2 notes\n"), "{notes}");
    let run = asks(desk.run("check --patient a-2024/1"));
    assert!(run.stdout.contains("skipped: it needs all patients of a report"), "{run}");
    assert!(asks(desk.run("check --report a-2024")).stdout.contains("report a-2024"));
    desk.run("report add b-2024 --kind \"case report\"").ok();
    let none = desk.run("check --report b-2024").ok();
    assert!(none.stdout.starts_with("Nothing to ask\n"), "{none}");
    assert!(none.stdout.contains("skipped") && !none.stdout.contains("passed"), "{none}");
}

#[test]
fn an_error_is_an_error_whoever_made_it() {
    let desk = Desk::after(DOUBTFUL);
    let other = Connection::open(desk.path("casebook.db")).expect("the registry");
    other.execute_batch("UPDATE measurement SET value = 5 WHERE printed = '9.3'").expect("SQL");
    drop(other);
    shows!(asks(desk.run("check --level error")));
}

#[test]
fn an_answer_holds_until_a_value_changes() {
    let desk = Desk::after(DOUBTFUL);
    let bmi = id(&desk, "bmi");
    let accepted =
        desk.run(&format!("check accept {bmi} --reason \"height is of another year\"")).ok();
    let passed = desk.run("check --rule bmi").ok();
    let answered = desk.run("check --rule bmi --answered").ok();
    let history = desk.run("history a-2024/1 --format csv").ok();
    assert!(history.stdout.contains(&format!("check accept {bmi}")), "{history}");
    desk.run("verify").ok();
    desk.run(r#"measurement edit a-2024/1 W0 "BMI=26.2 kg/m2" --reason "misread""#).ok();
    assert_ne!(id(&desk, "bmi"), bmi, "another value is another question");
    let changed = asks(desk.run("check"));
    assert!(changed.stdout.contains("1 answer counts no more"), "{changed}");
    shows!(accepted, passed, answered, asks(desk.run("check --rule bmi")));
}

#[test]
fn an_answer_is_taken_back_and_the_question_asked_again() {
    let desk = Desk::after(DOUBTFUL);
    let (bmi, homa) = (id(&desk, "bmi"), id(&desk, "homa"));
    desk.run(&format!("check accept {bmi} {homa} {bmi} --reason \"table 2\"")).ok();
    desk.run("check --rule homa").ok();
    let reopened = desk.run(&format!("check reopen {homa} --reason \"another table\"")).ok();
    assert_eq!(id(&desk, "homa"), homa, "the same question");
    asks(desk.run("check --rule homa"));
    desk.run("check --rule bmi").ok();
    desk.run("verify").ok();
    shows!(reopened);
}

/// What `--accept` took when it was entered is not asked again, whoever enters it.
#[test]
fn a_value_accepted_when_it_was_entered_is_answered() {
    let desk = Desk::after(DOUBTFUL);
    let run = desk.run("check --rule usual-range --answered").ok();
    assert!(run.stdout.contains("tester") && run.stdout.contains("printed so"), "{run}");
    desk.run(r#"measurement edit a-2024/1 W4 "AFP=33 ng/mL" --reason "misread""#).ok();
    asks(desk.run("check --rule usual-range"));
}

#[test]
fn answers_go_along_with_a_copy() {
    let desk = Desk::after(DOUBTFUL);
    desk.run("backup copy.db").ok();
    let bmi = id(&desk, "bmi");
    desk.run(&format!("-r copy.db check accept {bmi} --reason \"table 2\"")).ok();
    let merged = desk.run("merge copy.db").ok();
    assert!(merged.stdout.contains("answers"), "{merged}");
    desk.run("check --rule bmi").ok();
    desk.run("verify").ok();
}

#[test]
fn quiet_and_files() {
    let desk = Desk::after(DOUBTFUL);
    let run = asks(desk.run("check -q -o doubts.md"));
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("doubts.md"), desk.run("check --format md").stdout);
}
