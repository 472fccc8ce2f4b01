//! `casebook summary labs`: laboratory values against the reference ranges recorded with them.

use crate::support::{Desk, SMALL};
use serde_json::Value;

/// A long form of a value with its limits.
fn measured(analyte: &str, value: &str, low: &str, high: &str) -> String {
    let (value, unit) = value.split_once(' ').expect("a unit");
    let low = if low.is_empty() { String::new() } else { format!("lower_limit = \"{low}\"\n") };
    format!(
        "[[patient.visit.measurement]]\nanalyte = \"{analyte}\"\nvalue = \"{value}\"\n\
         unit = \"{unit}\"\n{low}upper_limit = \"{high}\"\n"
    )
}

/// Three patients of one report: liver, kidney, tumour markers; of the last nothing follows.
fn with_ranges() -> Desk {
    let visit = |label: &str, measured: &[String]| {
        format!("[[patient.visit]]\nlabel = \"{label}\"\n{}", measured.concat())
    };
    let patient = |label: &str, sex: &str, visits: &[String]| {
        format!(
            "[[patient]]\nlabel = \"{label}\"\nsex = \"{sex}\"\n[[patient.infusion]]\nday = 0\n{}",
            visits.concat()
        )
    };
    let text = [
        "[report]\nkey = \"l-2024\"\nkind = \"case series\"\nadverse_events = \"not mentioned\"\n"
            .to_owned(),
        patient(
            "1",
            "female",
            &[
                visit(
                    "W0",
                    &[
                        measured("ALT", "22 U/L", "5", "40"),
                        measured("TBil", "0.8 mg/dL", "", "1.2"),
                        measured("AFP", "3.1 ng/mL", "", "7"),
                        measured("CEA", "6.4 ng/mL", "", "5"),
                    ],
                ),
                visit(
                    "W4",
                    &[
                        measured("ALT", "131 U/L", "5", "40"),
                        measured("TBil", "2.6 mg/dL", "", "1.2"),
                        measured("AFP", "9.2 ng/mL", "", "7"),
                        measured("CEA", "5.8 ng/mL", "", "5"),
                        measured("Creatinine", "70 umol/L", "45", "90"),
                    ],
                ),
                visit(
                    "W12",
                    &[measured("ALT", "38 U/L", "5", "40"), measured("AFP", "<0.9 ng/mL", "", "7")],
                ),
            ],
        ),
        patient(
            "2",
            "male",
            &[
                visit(
                    "W0",
                    &[measured("ALT", "60 U/L", "5", "40"), measured("AFP", "2 ng/mL", "", "7")],
                ),
                visit("W4", &[measured("ALT", "95 U/L", "5", "40"), "".to_owned()]),
                visit(
                    "W12",
                    &[
                        measured("Albumin", "31 g/L", "35", "52"),
                        measured("AFP", "2.2 ng/mL", "", "7"),
                    ],
                )
                .replace("label = \"W12\"\n", "label = \"W12\"\nvalues = [\"HbA1c=7.1 %\"]\n"),
            ],
        ),
        patient("3", "male", &[visit("W0", &[measured("ALT", "30 U/L", "5", "40")])]),
    ]
    .concat();
    let desk = Desk::after([SMALL[0]]);
    desk.write("l-2024.toml", text);
    desk.run("import l-2024.toml").ok();
    desk
}

/// How many of how many.
fn share(page: &Value, parameter: &str, timepoint: &str) -> (Option<i64>, Option<i64>) {
    let results = page["results"].as_array().expect("results");
    let amount = |statistic: &str| {
        let is_it = |row: &&Value| {
            row["parameter"] == parameter
                && row["timepoint"] == timepoint
                && row["statistic"] == statistic
        };
        results.iter().find(is_it).and_then(|row| row["value"].as_i64())
    };
    (amount("count"), amount("n"))
}

#[test]
fn the_demonstration() {
    shows!(Desk::demo().run("summary labs").ok().sound().explained());
}

/// Few patients: their values come first, then what they say together.
#[test]
fn shifts_grades_liver_and_tumour_markers() {
    let desk = with_ranges();
    shows!(desk.run("summary labs").ok().sound().explained());
    let page = desk.run("summary labs --format json").ok().sound().json();
    let worst = "Worst after baseline";
    assert_eq!(share(&page, "ALT > 3 × ULN", worst), (Some(1), Some(2)));
    let together = "ALT or AST > 3 × ULN, TBil > 2 × ULN within 14 days";
    assert_eq!(share(&page, together, worst), (Some(1), Some(1)));
    assert_eq!(share(&page, "AFP newly above the upper limit", worst), (Some(1), Some(2)));
    assert_eq!(share(&page, "CEA above the upper limit", "Baseline"), (Some(1), Some(1)));
    assert_eq!(page["liver_cases"][0]["patient"], "l-2024/1");
    // 95 U/L is 2.4 upper limits, and 1.6 times the high baseline: grade 1 either way.
    let line = &page["out_of_range"].as_array().expect("lines")[1];
    assert_eq!((&line["value"], &line["ctcae_grade"]), (&95.0.into(), &1.into()));
    for result in page["results"].as_array().expect("results") {
        assert_eq!(result["value"].is_null(), result["reason"].is_string(), "{result}");
    }
}

#[test]
fn groups_timepoints_analytes_units_and_level() {
    let desk = with_ranges();
    let options = "--by sex --timepoint W4,W12 --analyte ALT,TBil,AFP --units si --level 0.9";
    shows!(desk.run(&format!("summary labs {options} --quantile r")).ok().sound().explained());
}

/// A value that was read anew is compared as it is read now. Once it is read in another unit, nobody knows
/// which unit the limits have.
#[test]
fn limits_are_those_of_the_print() {
    let desk = with_ranges();
    let lines = || -> Vec<Value> {
        let page = desk.run("summary labs --analyte ALT --format json").ok().sound().json();
        let lines = page["out_of_range"].as_array().expect("lines").iter();
        lines.filter(|line| line["patient"] == "l-2024/2").cloned().collect()
    };
    desk.run("measurement edit l-2024/2 W4 \"ALT=85 U/L\" --reason typo").ok();
    assert_eq!(lines()[0]["value"], 85.0);
    assert_eq!(lines()[0]["upper_limit"], 40.0);
    desk.run("measurement edit l-2024/2 W4 \"ALT=1.5 ukat/L\" --reason typo").ok();
    assert_eq!(lines(), Vec::<Value>::new());
}

#[test]
fn the_same_in_csv_and_md() {
    let desk = with_ranges();
    let in_format = |format| {
        desk.run(&format!("summary labs --analyte ALT,AFP --format {format}")).ok().sound()
    };
    shows!(in_format("csv"), in_format("md"));
}

/// Nobody; and values without a range, of which one has a grade all the same.
#[test]
fn nobody_and_no_range() {
    let nobody = Desk::with_registry();
    shows!(nobody.run("summary labs").ok().sound().explained());
    nobody.run("summary labs --format json").ok().sound().json();
    let desk = Desk::small();
    desk.run("visit add a-2024/1 W4 \"TG=6.1 mmol/L\" \"ALT=80 U/L\" \"TC=9.1 mmol/L\"").ok();
    shows!(desk.run("summary labs").ok().sound().explained());
}

/// The real patient of the demonstration has numbers, of which none has a unit.
#[test]
fn numbers_without_a_unit() {
    shows!(Desk::demo().run("summary labs --real").ok().sound().explained());
}

#[test]
fn what_stands_behind_the_numbers() {
    let desk = with_ranges();
    shows!(desk.run("summary labs --analyte ALT,HbA1c --explain").ok().sound());
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let run = || desk.run(&format!("summary labs --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("summary labs -q -o labs.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("labs.md"), desk.run("summary labs --format md").ok().stdout);
}
