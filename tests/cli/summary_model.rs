//! `casebook summary model`: one analyte over time in all patients together.

use crate::support::Desk;

#[test]
fn the_demonstration() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary model --analyte HbA1c").ok().sound().explained(),
        desk.run("summary model --analyte HbA1c --by sex --timepoint W12 --units si --test")
            .ok()
            .sound()
            .explained(),
        desk.run("summary model --analyte HbA1c --real --test").ok().sound().explained(),
    );
}

/// In % and in mmol/mol the change is the same one, by the slope alone, and so is its p.
#[test]
fn a_table_in_another_unit_tells_the_same_story() {
    let desk = Desk::demo();
    let value = |units: &str, variable: &str, statistic: &str| {
        let line = format!("summary model --analyte HbA1c --test --units {units} --format json");
        let page = desk.run(&line).ok().sound().json();
        let results = page["results"].as_array().expect("results");
        let is_it = |row: &&serde_json::Value| {
            row["timepoint"] == "W12"
                && row["variable"] == variable
                && row["statistic"] == statistic
        };
        results.iter().find(is_it).expect(statistic)["value"].as_f64().expect("a number")
    };
    let change = |units: &str, statistic: &str| value(units, "mixed model, change", statistic);
    let slope = change("si", "estimate") / change("conventional", "estimate");
    assert!((slope - 1.0 / 0.09148).abs() < 1e-6, "{slope}");
    for statistic in ["df", "p"] {
        let (si, other) = (change("si", statistic), change("conventional", statistic));
        assert!((si - other).abs() < 1e-6 * other.abs(), "{statistic}: {si} {other}");
    }
}

#[test]
fn too_few_patients_and_every_part() {
    let desk = Desk::small();
    shows!(
        desk.run("summary model --analyte HbA1c --test").ok().sound().explained(),
        desk.run("summary model --analyte HbA1c --explain --format csv").ok().sound(),
    );
    let page = desk.run("summary model --analyte HbA1c --test --format json").ok().sound().json();
    for result in page["results"].as_array().expect("results") {
        assert_eq!(result["value"].is_null(), result["reason"].is_string(), "{result}");
        assert!(result["statistic"] != "p" || result["value"].is_null(), "{result}");
    }
    Desk::with_registry().run("summary model --analyte HbA1c").ok().sound().explained();
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let run =
            || desk.run(&format!("summary model --analyte FPG --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn quiet_and_files() {
    let desk = Desk::demo();
    let run = desk.run("summary model --analyte FPG -q -o model.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let shown = desk.run("summary model --analyte FPG --format md").ok().stdout;
    assert_eq!(desk.text("model.md"), shown);
}
