//! `casebook import`: everything in a file, or nothing.

use crate::support::Desk;

const CASE: &str = r#"
[report]
key = "li-2019"
kind = "case report"
adverse_events = "given"

[[product]]
key = "cells"
tissue = "脐带"

[[patient]]
label = "1"
age = 53
[[patient.infusion]]
product = "cells"
cells_per_kg = "1×10^6/kg"
[[patient.visit]]
label = "W0"
values = ["HbA1c=9.10 %", "FPG=10.4 mmol/L"]
[[patient.visit]]
label = "W12"
day = 86
values = ["HbA1c=7.0 %", "FPG=not-done"]
[[patient.event]]
term = "fever"
onset_day = 0
[[patient.medication]]
drug = "metformin"
dose_per_day = 0
dose_unit = "mg"
[[patient.statement]]
topic = "insulin resistance"
finding = "improved"
"#;

const SAME_IN_JSON: &str = r#"{
  "report": {"key": "li-2019", "kind": "case report", "adverse_events": "given"},
  "product": [{"key": "cells", "tissue": "脐带"}],
  "patient": [{
    "label": "1", "age": 53,
    "infusion": [{"product": "cells", "cells_per_kg": "1×10^6/kg"}],
    "visit": [
      {"label": "W0", "values": ["HbA1c=9.10 %", "FPG=10.4 mmol/L"]},
      {"label": "W12", "day": 86, "values": ["HbA1c=7.0 %", "FPG=not-done"]}],
    "event": [{"term": "fever", "onset_day": 0}],
    "medication": [{"drug": "metformin", "dose_per_day": 0, "dose_unit": "mg"}],
    "statement": [{"topic": "insulin resistance", "finding": "improved"}]}]
}"#;

fn desk() -> Desk {
    let desk = Desk::with_registry();
    desk.write("li.toml", CASE);
    desk.write("li.json", SAME_IN_JSON);
    desk
}

#[test]
fn a_file_is_tried_imported_and_known_again() {
    let desk = desk();
    shows!(
        desk.run("import li.toml --dry-run").ok(),
        desk.run("import li.toml").ok(),
        desk.run("import li.toml").ok(),
        desk.run("show li-2019/1").ok(),
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let desk = desk();
    let before = desk.files();
    desk.run("import li.toml --dry-run").ok();
    assert!(desk.files() == before);
    assert_eq!(desk.run("patient list --format csv").ok().stdout.lines().count(), 1);
}

#[test]
fn the_second_import_changes_nothing() {
    let desk = desk();
    desk.run("import li.toml").ok();
    let before = desk.files();
    desk.run("import li.toml").ok();
    assert!(desk.files() == before);
}

/// TOML or JSON, one patient is one patient.
#[test]
fn json_of_the_same_shape_is_the_same_case() {
    let desk = desk();
    desk.run("import li.toml").ok();
    let again = desk.run("import li.json --format json").ok().json();
    for kind in again["intake"].as_array().expect("kinds") {
        assert_eq!(kind["added"], 0, "{kind}");
    }
}

#[test]
fn several_files_are_one_change() {
    let desk = desk();
    desk.write("wu.toml", CASE.replace("li-2019", "wu-2021").replace("\"cells\"", "\"more\""));
    shows!(desk.run("import li.toml wu.toml").ok());
    let history = desk.run("history --format json").ok().json();
    assert_eq!(history["changes"].as_array().map(Vec::len), Some(2));
}

/// Half of a request is never done: the good file waits for the bad one.
#[test]
fn one_bad_file_stops_all() {
    let desk = desk();
    desk.write("bad.toml", CASE.replace("li-2019", "bad").replace("7.0 %", "7,0 %"));
    let before = desk.files();
    assert_eq!(desk.run("import li.toml bad.toml").code, Some(1));
    assert!(desk.files() == before);
}

#[test]
fn what_was_added_in_csv_json_and_md() {
    let desk = desk();
    let dry = |format| desk.run(&format!("import li.toml --dry-run --format {format}")).ok();
    shows!(dry("csv"), dry("json"), dry("md"));
}

#[test]
fn quiet_and_files() {
    let desk = desk();
    let run = desk.run("import li.toml -q -o done.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert!(desk.text("done.md").contains("measurements"));
}

/// Taken on request, said, and in the log.
#[test]
fn an_unusual_value_is_taken_when_accepted_and_logged() {
    let desk = desk();
    desk.write("high.toml", CASE.replace("7.0 %", "17.0 %"));
    assert_eq!(desk.run("import high.toml").code, Some(1));
    shows!(desk.run("import high.toml --accept").ok());
    let history = desk.run("history --rows --format json").ok();
    assert!(history.stdout.contains("accept"), "the log does not say that it was accepted");
}

/// What the report does not say stays unsaid: no row, no zero.
#[test]
fn silence_is_not_recorded() {
    let desk = desk();
    desk.run("import li.toml").ok();
    let patients = desk.run("patient list --format json").ok().json();
    assert!(patients["patients"][0]["sex"].is_null());
    assert!(patients["patients"][0]["follow_up_days"].is_null());
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let desk = desk();
    desk.write("windows.toml", format!("\u{feff}{}", CASE.replace('\n', "\r\n")));
    desk.run("import windows.toml").ok();
    let again = desk.run("import li.toml --format json").ok().json();
    assert!(again["intake"].as_array().expect("kinds").iter().all(|kind| kind["added"] == 0));
}
