//! `casebook summary safety`: adverse events of patients, after infusions and over time.

use crate::support::{Desk, SMALL};
use serde_json::Value;

/// One patient infused, and these events.
fn one_patient(events: &[&str]) -> Desk {
    let desk = Desk::after(SMALL[..4].iter().copied());
    desk.run("infusion add a-2024/1 --day 0").ok();
    for event in events {
        desk.run(&format!("event add a-2024/1 {event}")).ok();
    }
    desk
}

/// The amount of one statistic.
fn value(page: &Value, parameter: &str, variable: &str, statistic: &str) -> Value {
    let results = page["results"].as_array().expect("results");
    let is_it = |row: &&Value| {
        row["parameter"] == parameter
            && row["variable"] == variable
            && row["statistic"] == statistic
    };
    results.iter().find(is_it).unwrap_or_else(|| panic!("{parameter} {statistic}"))["value"].clone()
}

#[test]
fn the_demonstration() {
    shows!(Desk::demo().run("summary safety").ok().sound().explained());
}

/// Of the real patient the report states that there were none: 0 of 1 leaves 97.5 % possible.
#[test]
fn nothing_in_one_patient() {
    let desk = Desk::demo();
    let run = desk.run("summary safety --real").ok().sound().explained();
    assert!(run.stdout.contains("0/1 (0.0%; 95% CI 0.0 to 97.5)"), "{run}");
    shows!(run);
    let page = desk.run("summary safety --real --format json").ok().json();
    let upper = value(&page, "Any adverse event", "patients", "percent_upper");
    assert!((upper.as_f64().expect("a limit") - 97.5).abs() < 1e-12, "{upper}");
    assert_eq!(page["event_count"], 0);
}

#[test]
fn nobody_and_a_report_that_is_silent() {
    let nobody = Desk::with_registry();
    shows!(nobody.run("summary safety").ok().sound().explained());
    nobody.run("summary safety --format json").ok().sound().json();
    let silent = Desk::after([
        SMALL[0],
        "report add b-2020 --kind case-report",
        "patient add b-2020/1",
        "infusion add b-2020/1",
    ]);
    shows!(silent.run("summary safety").ok().sound().explained());
}

#[test]
fn groups_and_another_level() {
    let desk = Desk::small();
    desk.run("report edit a-2024 --adverse-events given --reason r").ok();
    desk.run("infusion add a-2024/2 --day 0").ok();
    desk.run("event add a-2024/2 fever --onset 1 --grade 1 --ctcae 5.0 --not-serious").ok();
    shows!(desk.run("summary safety --by sex --level 0.9").ok().sound().explained());
    // The report gives events, though none of the patient that is selected.
    let one = desk.run("summary safety --where \"sex = 'female'\" --format json").ok().json();
    assert_eq!(value(&one, "Any adverse event", "patients", "n"), 1);
    assert_eq!(value(&one, "Any adverse event", "patients", "count"), 0);
}

#[test]
fn the_same_in_csv_json_and_md() {
    let desk = one_patient(&[
        "fever --onset 0 --grade 1 --ctcae 5.0 --related-to-cells probable --not-serious",
        "\"=cmd|' /C calc'\" --coded-class \"General disorders\"",
    ]);
    let in_format = |format| desk.run(&format!("summary safety --format {format}")).ok().sound();
    shows!(in_format("csv"), in_format("md"));
    let page = in_format("json").json();
    assert_eq!(page["exposed_patient_count"], 1);
    assert_eq!(page["denominator_patient_count"], 1);
    for row in page["results"].as_array().expect("results") {
        assert_eq!(row["value"].is_null(), row["reason"].is_string(), "{row}");
    }
    assert_eq!(value(&page, "Any adverse event", "events", "count"), 2);
    assert_eq!(value(&page, "Any adverse event", "patients", "worst grade: 1"), 1);
    assert_eq!(value(&page, "Within 24 h of an infusion", "events", "count"), 1);
}

/// Every event has something that is not known, and the page says what.
#[test]
fn what_is_not_known_is_told() {
    let desk = one_patient(&[
        "fever --onset 0 --grade 2 --ctcae 5.0",
        "fever --onset 200 --grade 3 --ctcae 4.03 --serious hospitalisation",
        "rash",
        "cough --onset -5",
    ]);
    desk.run("report add g-2021 --kind case-series --adverse-events given").ok();
    for line in [
        "patient add g-2021/1",
        "infusion add g-2021/1 --day 0",
        "patient add g-2021/2",
        "patient add a-2024/2",
        "infusion add a-2024/2",
        "event add a-2024/2 nausea --infusion 1",
        "patient add a-2024/3",
        "event add a-2024/3 nausea",
    ] {
        desk.run(line).ok();
    }
    shows!(desk.run("summary safety").ok().sound().explained());
}

/// The controls of a placebo arm have no infusion; an event after the time at risk is in no rate.
#[test]
fn controls_without_an_infusion_and_an_event_after_the_time_at_risk() {
    let desk = Desk::small();
    for line in [
        "attribute add arm --kind category --values placebo,msc",
        "patient edit a-2024/1 --set arm=msc --reason test",
        "patient edit a-2024/2 --set arm=placebo --reason test",
        "patient add a-2024/3 --set arm=placebo",
        "report edit a-2024 --adverse-events given --reason test",
        "event add a-2024/1 fever --onset 2 --grade 1 --ctcae 5.0",
        "event add a-2024/1 stroke --onset 90 --grade 3 --ctcae 5.0",
        "event add a-2024/2 headache --onset 5",
    ] {
        desk.run(line).ok();
    }
    shows!(
        desk.run("summary safety --by arm").ok().sound().explained(),
        desk.run("summary safety --explain").ok().sound().explained(),
    );
    let page = desk.run("summary safety --format json").ok().sound().json();
    assert_eq!(page["events_beyond_time_at_risk"], 1);
    assert_eq!(
        (&page["not_infused_patient_count"], &page["not_infused_event_count"]),
        (&2.into(), &1.into())
    );
    let count = |parameter: &str| value(&page, parameter, "events", "count");
    assert_eq!(count("Any adverse event"), 2);
    assert_eq!(count("Any adverse event, per patient-year"), 1);
    assert_eq!(count("Patients without a recorded infusion"), 1);
    shows!(
        desk.run("summary exposure --by arm").ok().sound(),
        desk.run("summary reports").ok().sound(),
    );
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let run = || desk.run(&format!("summary safety --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("summary safety -q -o safety.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("safety.md"), desk.run("summary safety --format md").ok().stdout);
}
