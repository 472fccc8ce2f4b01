//! `casebook summary exposure`: what was infused, and how long patients were followed.

use crate::support::{Desk, SMALL};

#[test]
fn the_demonstration_and_its_real_patient() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary exposure").ok().sound(),
        desk.run("summary exposure --real").ok().sound(),
    );
}

#[test]
fn the_same_in_csv_json_and_md() {
    let desk = Desk::small();
    let in_format = |format| desk.run(&format!("summary exposure --format {format}")).ok().sound();
    shows!(in_format("csv"), in_format("md"));
    assert_eq!(in_format("json").json()["exposed_patient_count"], 1);
}

/// Viability and passage have lines where they are recorded, and every part of a number can be listed.
#[test]
fn what_few_reports_say_and_what_stands_behind_it() {
    let desk = Desk::after(SMALL[..6].iter().copied());
    desk.run("infusion add a-2024/1 --day 14 --cells 6e7 --viability 93.5 --passage 4").ok();
    desk.run("infusion add a-2024/2 --route intravenous").ok();
    shows!(desk.run("summary exposure --explain").ok().sound().explained());
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let run = || desk.run(&format!("summary exposure --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

/// Nobody, and two of whom nothing but the infusion is known.
#[test]
fn small_numbers() {
    let nobody = Desk::with_registry();
    shows!(nobody.run("summary exposure").ok().sound().explained());
    nobody.run("summary exposure --format json").ok().sound().json();
    let silent = Desk::after(SMALL[..5].iter().copied());
    silent.run("infusion add a-2024/1").ok();
    silent.run("infusion add a-2024/2").ok();
    shows!(silent.run("summary exposure").ok().sound().explained());
    let page = silent.run("summary exposure --format json").ok().sound().json();
    for result in page["results"].as_array().expect("results") {
        assert_eq!(result["value"].is_null(), result["reason"].is_string(), "{result}");
    }
}

/// Two infusions of 1 and 3 million cells per kg on days 0 and 14: 4 a patient, 14 days between.
#[test]
fn doses_add_up_and_an_unknown_one_makes_the_total_unknown() {
    let desk = Desk::after(SMALL[..5].iter().copied());
    desk.run("infusion add a-2024/1 --day 0 --cells-per-kg 1e6").ok();
    desk.run("infusion add a-2024/1 --day 14 --cells-per-kg 3e6").ok();
    desk.run("infusion add a-2024/2 --day 0 --cells-per-kg 5e6").ok();
    desk.run("infusion add a-2024/2 --day 10").ok();
    let page = desk.run("summary exposure --format json").ok().json();
    let value = |parameter: &str, statistic: &str| {
        let results = page["results"].as_array().expect("results");
        let found = results
            .iter()
            .find(|row| row["parameter"] == parameter && row["statistic"] == statistic);
        found.unwrap_or_else(|| panic!("{parameter} {statistic}"))["value"].as_f64()
    };
    assert_eq!(value("Cells per kg and patient", "n"), Some(1.0));
    assert_eq!(value("Cells per kg and patient", "missing"), Some(1.0));
    assert_eq!(value("Cells per kg and patient", "mean"), Some(4.0));
    assert_eq!(value("Cells per kg and infusion", "mean"), Some(3.0));
    assert_eq!(value("Days between infusions", "mean"), Some(12.0));
    assert_eq!(value("Infusions per patient", "mean"), Some(2.0));
}

/// Of four numbers of infusions, 1, 1, 2, 4, the third quartile is 3, 3.5 or 2.5.
#[test]
fn quartiles_are_those_that_are_asked_for() {
    let desk = Desk::after(SMALL[..3].iter().copied());
    for (patient, infusions) in [1, 1, 2, 4].into_iter().enumerate() {
        desk.run(&format!("patient add a-2024/{patient}")).ok();
        for _ in 0..infusions {
            desk.run(&format!("infusion add a-2024/{patient}")).ok();
        }
    }
    for (quantile, third, name) in [
        ("", 3.0, "type 2 (SAS)"),
        ("--quantile spss", 3.5, "type 6 (SPSS)"),
        ("--quantile r", 2.5, "type 7 (R)"),
    ] {
        let page = desk.run(&format!("summary exposure --format json {quantile}")).ok().json();
        let results = page["results"].as_array().expect("results");
        let is_it = |result: &&serde_json::Value| {
            result["parameter"] == "Infusions per patient" && result["statistic"] == "q3"
        };
        let found = results.iter().find(is_it).map(|result| &result["value"]);
        assert_eq!(found.and_then(serde_json::Value::as_f64), Some(third), "{quantile}");
        assert_eq!(page["quartiles"], name);
    }
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("summary exposure -q -o exposure.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("exposure.md"), desk.run("summary exposure --format md").ok().stdout);
}
