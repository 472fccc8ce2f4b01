//! `casebook summary change`: every analyte at every timepoint, as value and as change.

use crate::support::{Desk, Run};
use serde_json::Value;

#[test]
fn two_patients() {
    let desk = Desk::small();
    shows!(desk.run("summary change").ok().sound());
}

#[test]
fn the_demonstration_by_report_and_without_the_simulated() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary change --analyte HbA1c --by report").ok().sound(),
        desk.run("summary change --analyte HbA1c,FPG --real").ok().sound(),
        desk.run("summary change --analyte HbA1c --units si --width 200").ok().sound(),
    );
}

#[test]
fn the_same_in_csv_json_and_md() {
    let desk = Desk::small();
    let in_format = |format| {
        desk.run(&format!("summary change --analyte HbA1c --format {format}")).ok().sound()
    };
    shows!(in_format("csv"));
    shows!(in_format("md"));
    let csv = in_format("csv").stdout.lines().count() - 1;
    assert_eq!(in_format("json").json()["results"].as_array().map(Vec::len), Some(csv));
}

/// Under ten patients each of them comes first; of a larger cohort, those of an analyte that few have.
#[test]
fn few_patients_are_listed_first() {
    let desk = Desk::small();
    for line in [
        r#"visit add a-2024/2 W4 "HbA1c=66 mmol/mol" "AFP=<0.9 ng/mL""#,
        r#"visit add a-2024/2 W12 "HbA1c=at target" "AFP=2.1 ng/mL""#,
        r#"visit add a-2024/2 later --day 40 "HbA1c=8.0 %""#,
    ] {
        desk.run(line).ok();
    }
    shows!(
        desk.run("summary change").ok().sound().explained(),
        desk.run("summary change --by sex --analyte HbA1c,AFP").ok().sound().explained(),
        Desk::demo().run("summary change --analyte HbA1c,UACR,IL-6,HDL-C").ok().sound().explained(),
    );
    let page = desk.run("summary change --analyte HbA1c --format json").ok().sound().json();
    let listing = page["listing"].as_array().expect("a listing");
    assert_eq!(listing.len(), 6, "two patients at three timepoints");
    let found: Vec<_> =
        listing.iter().map(|row| (&row["text"], &row["value"], &row["change"])).collect();
    assert_eq!(found[2], (&"7.0".into(), &7.0.into(), &(-2.1).into()));
    assert_eq!(found[5], (&"at target".into(), &Value::Null, &Value::Null));
    assert_eq!(listing[5]["status"], "in words only");
    let csv = desk.run("summary change --analyte HbA1c --format csv").ok().stdout;
    assert!(csv.starts_with("parameter,"), "a csv is one table whatever the number of patients");
}

/// What no window holds counts here too; the best is told to be biased and is not tested.
#[test]
fn the_best_and_the_last_observation() {
    let desk = Desk::small();
    for line in [
        r#"visit add a-2024/1 later --day 120 "HbA1c=7.4 %" "AFP=2.0 ng/mL""#,
        r#"visit add a-2024/2 between --day 50 "HbA1c=8.0 %""#,
    ] {
        desk.run(line).ok();
    }
    let asked = "summary change --analyte HbA1c,AFP --extra best,last";
    shows!(
        desk.run(asked).ok().sound().explained(),
        desk.run("summary change --analyte HbA1c --timepoint Baseline --extra last --explain")
            .ok()
            .sound(),
        Desk::demo()
            .run("summary change --analyte HbA1c,ALT --extra last,best --test t --timepoint W12")
            .ok()
            .sound()
            .explained(),
    );
    assert_values(
        &desk.run(&format!("{asked} --format json")).ok().sound().json(),
        ("Best after baseline", "change", "%"),
        &[("n", 2.0), ("mean", -1.25)],
    );
}

#[test]
fn two_runs_are_the_same_and_reading_changes_nothing() {
    let desk = Desk::demo();
    let before = desk.files();
    for format in ["table", "csv", "json", "md"] {
        let run = || desk.run(&format!("summary change --by sex --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
    assert!(desk.files() == before);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("summary change -q -o hba1c.md --analyte hba1c").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let shown = desk.run("summary change --analyte HbA1c --format md").ok().stdout;
    assert_eq!(desk.text("hba1c.md"), shown);
}

/// Nobody, one, two, and only words: a dash with its reason, null with its reason, never a NaN.
#[test]
fn small_numbers() {
    let nobody = Desk::with_registry();
    shows!(nobody.run("summary change").ok().sound().explained());
    nobody.run("summary change --by report --format json").ok().sound().json();

    let one = Desk::after([
        "init --schedule W0,W12",
        "report add a --kind case-report",
        "patient add a/1",
        r#"visit add a/1 W0 "HbA1c=9.1 %""#,
        r#"visit add a/1 W12 "HbA1c=9.1 %""#,
    ]);
    shows!(one.run("summary change").ok().sound().explained());
    assert_reasons(&one.run("summary change --format json").ok().sound());

    one.run("patient add a/2").ok();
    one.run(r#"visit add a/2 W0 "HbA1c=9.1 %""#).ok();
    one.run(r#"visit add a/2 W12 "HbA1c=9.1 %""#).ok();
    shows!(one.run("summary change").ok().sound().explained());

    let words = Desk::after([
        "init --schedule W0,W12",
        "report add a --kind case-report",
        "patient add a/1",
        "visit add a/1 W0 ALT=not-done AFP=figure-only HbA1c=unreadable",
        r#"visit add a/1 W12 ALT=normal AFP=not-reported "HbA1c=7 unit not reported""#,
    ]);
    shows!(words.run("summary change").ok().sound().explained());
    assert_reasons(&words.run("summary change --format json").ok().sound());
}

/// Timepoints, units, quartiles and level of one's own are honoured, told below the table, and part of
/// what machines read.
#[test]
fn the_options_of_a_summary() {
    let desk = Desk::demo();
    let asked = "summary change --analyte HbA1c,ALT --timepoint W12 --units conventional --quantile r \
                 --level 0.9 --by sex";
    shows!(desk.run(asked).ok().sound());
    let page = desk.run(&format!("{asked} --format json")).ok().sound().json();
    assert_eq!(page["quartiles"], "type 7 (R)");
    assert_eq!(page["confidence_level"], 0.9);
    assert_eq!(page["units"], "conventional");
    assert_eq!(page["groups_by"], "sex");
    assert_eq!(page["timepoints_shown"], "W12");
    let results = page["results"].as_array().expect("results");
    let names: std::collections::BTreeSet<_> =
        results.iter().filter_map(|result| result["timepoint"].as_str()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["Baseline", "W12"]);
}

/// Who adds up the rows must not count anybody twice.
#[test]
fn an_analyte_named_twice_is_told_once() {
    let desk = Desk::small();
    let rows =
        |names| desk.run(&format!("summary change --format csv --analyte {names}")).ok().stdout;
    assert!(rows("HbA1c,A1c") == rows("HbA1c"), "HbA1c is told twice");
}

/// What has no value has a reason, and the other way round.
fn assert_reasons(run: &Run) {
    let results = run.json()["results"].as_array().expect("results").clone();
    assert!(results.iter().any(|result| result["value"].is_null()), "{run}");
    for result in results {
        let without = result["value"].is_null();
        assert_eq!(without, result["reason"].is_string(), "{result}");
        assert_eq!(without, result["text"] == "—", "{result}");
    }
}

/// Three patients, one of them reported in mmol/mol, computed by hand (Python `decimal`, 40
/// digits). NGSP = 0.09148 IFCC + 2.152 (ngsp.org/ifcc.asp); quartiles of type 2: of three values
/// the first and the third; t(0.975, df = 2) = (2p − 1) / √(2p(1 − p)) = 4.302652729749463…
///
/// ```python
/// base = [9.1, 8.4, 0.09148*75 + 2.152]                       # 9.1, 8.4, 9.013
/// week = [7.0, 7.7, 0.09148*53 + 2.152]                       # 7.0, 7.7, 7.00044
/// mean = sum(x)/3; sd = (sum((v - mean)**2 for v in x)/2)**.5
/// limits = mean -+ 4.302652729749463 * sd / 3**.5
/// t = mean / (sd / 3**.5); p = 1 - abs(t) / (2 + t*t)**.5      # of 2 degrees of freedom
/// ```
#[test]
fn the_numbers_are_those_of_a_calculation_by_hand() {
    let desk = Desk::after([
        "init --schedule W0,W12±2",
        "report add a --kind case-series",
        "patient add a/1",
        "patient add a/2",
        "patient add a/3",
        r#"visit add a/1 W0 "HbA1c=9.1 %""#,
        r#"visit add a/1 W12 "HbA1c=7.0 %""#,
        r#"visit add a/2 W0 "HbA1c=8.4 %""#,
        r#"visit add a/2 W12 --day 90 "HbA1c=7.7 %""#,
        r#"visit add a/3 W0 "HbA1c=75 mmol/mol""#,
        r#"visit add a/3 W12 --day 80 "HbA1c=53 mmol/mol""#,
        // None of these counts: too early to be the baseline, outside every window.
        r#"visit add a/1 D-14 "HbA1c=9.9 %""#,
        r#"visit add a/2 D40 "HbA1c=6.0 %""#,
    ]);
    let run = desk.run("summary change --test t --test wilcoxon --format json").ok().sound();
    assert_values(
        &run.json(),
        ("Baseline", "value", "%"),
        &[
            ("n", 3.0),
            ("mean", 8.837_666_666_667),
            ("sd", 0.381_518_457_395),
            ("median", 9.013),
            ("q1", 8.4),
            ("q3", 9.1),
            ("min", 8.4),
            ("max", 9.1),
        ],
    );
    assert_values(
        &run.json(),
        ("W12", "change", "%"),
        &[
            ("n", 3.0),
            ("mean", -1.604_186_666_667),
            ("sd", 0.784_268_184_063),
            ("median", -2.012_56),
            ("q1", -2.1),
            ("q3", -0.7),
            ("mean_lower", -3.552_416_838_823),
            ("mean_upper", 0.344_043_505_490),
            // The means of pairs are −2.1, −2.05628, −2.01256, −1.4, −1.35628, −0.7.
            ("hodges_lehmann", -1.706_28),
            ("hodges_lehmann_lower", -2.1),
            ("hodges_lehmann_upper", -0.7),
            ("hodges_lehmann_confidence", 0.75),
            ("p_t", 0.071_259_548_278),
            ("p_wilcoxon", 0.25),
            ("p_wilcoxon_least", 0.25),
            ("zeros_dropped", 0.0),
        ],
    );
    let text = desk.run("summary change").ok().stdout;
    assert!(text.contains("a/2 D40 (day 40)"), "what was left out is not named:\n{text}");
    // The same three in mmol/mol: differences and SDs convert by the slope alone.
    assert_values(
        &desk.run("summary change --units si --format json").ok().sound().json(),
        ("W12", "change", "mmol/mol"),
        &[
            ("mean", -17.535_927_707_331),
            ("sd", 8.573_110_888_313),
            ("mean_lower", -38.832_715_772_008),
            ("mean_upper", 3.760_860_357_345),
        ],
    );
}

/// In per cent of each patient's baseline: by group, of one patient, of a baseline of 0 and of degrees.
#[test]
fn the_change_in_per_cent() {
    let demo = Desk::demo();
    shows!(
        demo.run("summary change --analyte HbA1c --timepoint W12 --by sex --percent --width 240")
            .ok()
            .sound(),
    );
    let desk = Desk::after([
        "init --schedule W0,W12",
        "report add a --kind case-report",
        "patient add a/1",
        r#"visit add a/1 W0 "FPG=10.0 mmol/L" "CRP=0 mg/L" "Temperature=36.5 Cel""#,
        r#"visit add a/1 W12 "FPG=8.0 mmol/L" "CRP=2 mg/L" "Temperature=37.0 Cel""#,
    ]);
    shows!(desk.run("summary change --percent --width 240").ok().sound().explained());
    assert_values(
        &desk.run("summary change --analyte FPG --format json").ok().sound().json(),
        ("W12", "percent_change", "%"),
        &[("n", 1.0), ("mean", -20.0), ("median", -20.0), ("baseline zero", 0.0)],
    );
}

/// The p stands beside its estimate, with the least one that so few can give; who reads csv or json has all
/// of it in full.
#[test]
fn the_change_is_tested_within_patients() {
    let desk = Desk::demo();
    shows!(
        desk.run(
            "summary change --analyte HbA1c,AFP --timepoint W12 --test t,wilcoxon --width 100"
        )
        .ok()
        .sound(),
    );
    let asked = "summary change --analyte HbA1c --timepoint W12 --by sex --test wilcoxon";
    let page = desk.run(&format!("{asked} --format json")).ok().sound().json();
    assert_eq!(page["p_values"], 2);
    let all = page["results"].as_array().expect("results");
    let rows = |statistic: &str| -> Vec<&Value> {
        all.iter().filter(|result| result["statistic"] == statistic).collect()
    };
    let p = rows("p_wilcoxon");
    // Nine women; the one rise ties with the smallest fall: 6 of 2^9 signs are as far, by enumeration.
    assert_eq!(p[0]["value"], 6.0 / 512.0);
    assert_eq!((&p[0]["text"], &p[2]["reason"]), (&"0.012".into(), &"no values".into()));
    assert_eq!(rows("p_wilcoxon_least")[0]["value"], 0.003_906_25);
    assert_eq!(rows("zeros_dropped")[0]["value"], 0);
    assert!(rows("p_t").is_empty(), "only what was asked for is tested");
}

/// No p of one change, of changes that are all 0, or beside no estimate.
#[test]
fn a_test_that_can_not_be_made_has_a_reason() {
    let desk = Desk::after([
        "init --schedule W0,W12",
        "report add a --kind case-series",
        "patient add a/1",
        r#"visit add a/1 W0 "FPG=9.0 mmol/L" "TG=2.0 mmol/L" "CRP=1 mg/L""#,
        r#"visit add a/1 W12 "FPG=8.0 mmol/L" "TG=2.0 mmol/L""#,
        "patient add a/2",
        r#"visit add a/2 W0 "TG=1.5 mmol/L" "ALT=30 U/L""#,
        r#"visit add a/2 W12 "TG=1.5 mmol/L" "ALT=30 U/L""#,
        "patient add a/3",
        r#"visit add a/3 W0 "ALT=31 U/L""#,
        r#"visit add a/3 W12 "ALT=28 U/L""#,
    ]);
    shows!(desk.run("summary change --test t,wilcoxon").ok().sound().explained());
    assert_reasons(&desk.run("summary change --test t,wilcoxon --format json").ok().sound());
}

fn assert_values(
    page: &Value,
    (timepoint, variable, unit): (&str, &str, &str),
    all: &[(&str, f64)],
) {
    let results = page["results"].as_array().expect("results");
    for (statistic, expected) in all {
        let is_it = |result: &&Value| {
            result["timepoint"] == timepoint
                && result["variable"] == variable
                && result["statistic"] == *statistic
        };
        let result = results.iter().find(is_it).expect(statistic);
        let found = result["value"].as_f64().expect("a number");
        assert_eq!(result["unit"], unit);
        assert!((found - expected).abs() < 1e-9, "{statistic}: {found}, by hand {expected}");
    }
}
