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

/// What a file says otherwise is changed on request: the print stays, the log has both sides.
#[test]
fn an_update_changes_what_differs_and_the_same_again_changes_nothing() {
    let desk = desk();
    desk.run("import li.toml").ok();
    let other = CASE.replace("7.0 %", "7.1 %").replace("age = 53", "age = 54\nsex = \"female\"");
    desk.write("li.toml", other);
    let update = "import li.toml --update --reason chart";
    shows!(
        desk.run(&format!("{update} --dry-run")).ok(),
        desk.run(update).ok(),
        desk.run(&format!("{update} --format json")).ok(),
    );
    shows!(desk.run("show li-2019/1").ok(), desk.run("history --rows").ok());
    desk.run("verify").ok();
}

#[test]
fn each_record_is_listed_on_request() {
    let desk = desk();
    shows!(
        desk.run("import li.toml --dry-run --list").ok(),
        desk.run("import li.toml --dry-run --list --format csv").ok(),
    );
}

/// A screen gets the beginning of a long list, a file all of it.
#[test]
fn a_long_list_is_whole_in_a_file() {
    let desk = desk();
    let patient = |at| format!("[[patient]]\nlabel = \"{at}\"\n");
    let patients: String = (1..=70).map(patient).collect();
    desk.write("many.toml", format!("[report]\nkey = \"m\"\nkind = \"case series\"\n{patients}"));
    let run = desk.run("import many.toml --dry-run --list").ok();
    assert!(run.stdout.contains("and 21 more; -o FILE"), "{run}");
    run.never_says("m/60");
    desk.run("import many.toml --dry-run --list -o list.md").ok();
    assert_eq!(desk.text("list.md").matches("| patient m/").count(), 70);
}

#[test]
fn many_accepted_questions_are_summed_up_and_all_in_the_log() {
    let desk = desk();
    let patient = |at| {
        format!(
            "[[patient]]\nlabel = \"{at}\"\n[[patient.visit]]\nlabel = \"W0\"\n\
             values = [\"HbA1c=17.{at} %\"]\n"
        )
    };
    let patients: String = (1..=9).map(patient).collect();
    desk.write("many.toml", format!("[report]\nkey = \"m\"\nkind = \"case series\"\n{patients}"));
    shows!(desk.run("import many.toml --accept --problems asked.csv").ok());
    assert_eq!(desk.text("asked.csv").lines().count(), 10);
    let history = desk.run("history --rows --format json").ok();
    assert!(history.stdout.contains("17.1 %") && history.stdout.contains("17.9 %"));
}

#[test]
fn a_folder_stands_for_its_files_and_a_dash_for_the_input() {
    let desk = desk();
    std::fs::create_dir(desk.path("cases")).expect("a folder");
    desk.write("cases/a.toml", CASE.replace("li-2019", "a"));
    desk.write("cases/b.json", SAME_IN_JSON.replace("li-2019", "b"));
    desk.write("cases/notes.docx", "x");
    shows!(desk.run("import cases").ok());
    for text in [CASE, SAME_IN_JSON] {
        let run = desk.run_reading("import - --as case", text.as_bytes()).ok();
        assert!(run.stdout.contains("standard input"), "{run}");
    }
    desk.run("show li-2019/1").ok();
}

/// Nobody at a terminal, nothing told.
#[test]
fn progress_is_not_told_to_a_file() {
    let desk = desk();
    assert_eq!(desk.run("import li.toml").ok().stderr, "");
}

/// Ctrl-C while records are taken in: nothing changed, said so, no journal.
#[cfg(unix)]
#[test]
fn an_import_that_is_interrupted_changes_nothing() {
    let desk = desk();
    let values: Vec<_> = ["HbA1c=7.0 %", "FPG=7.1 mmol/L", "ALT=31 U/L", "AST=30 U/L"]
        .map(|v| format!("{v:?}"))
        .into();
    let visit = |label| {
        format!("[[patient.visit]]\nlabel = \"{label}\"\nvalues = [{}]\n", values.join(", "))
    };
    let visits: String = ["W0", "W4", "W12", "W24", "W52"].map(visit).concat();
    let patient = |at| format!("[[patient]]\nlabel = \"{at}\"\n{visits}");
    let patients: String = (0..4000).map(patient).collect();
    desk.write("many.toml", format!("[report]\nkey = \"m\"\nkind = \"case series\"\n{patients}"));
    let before = desk.files();
    let mut program = desk.program();
    program.args(["import", "many.toml"]).stderr(std::process::Stdio::piped());
    let child = program.stdout(std::process::Stdio::null()).spawn().expect("the program starts");
    // The journal is there once something is written.
    let journal = desk.path("casebook.db-journal");
    let begun = std::time::Instant::now();
    while !journal.exists() && begun.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &id]).status().expect("kill");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("Nothing was changed"), "{stderr}");
    assert!(desk.files() == before, "{:?}", desk.names());
    desk.run("verify").ok();
}
