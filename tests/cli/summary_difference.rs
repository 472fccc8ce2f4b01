//! `casebook summary difference`: the change of each group, and how far it is from that of one of them.

use crate::support::Desk;
use serde_json::Value;

/// t(0.975) of the degrees of freedom below, by numerical integration of its density.
const T_QUANTILE: f64 = 9.082776201;

/// Three patients with placebo, two with cells, one of whom the arm is not reported.
fn arms() -> Desk {
    let mut lines = vec![
        "init --schedule W0,W12±2".to_owned(),
        "report add t --kind trial-arm".to_owned(),
        "attribute add arm --kind category --values placebo,msc".to_owned(),
    ];
    for (patient, arm, w0, w12) in [
        ("t/1", "--set arm=placebo", "9.0", "8.8"),
        ("t/2", "--set arm=placebo", "8.0", "8.2"),
        ("t/3", "--set arm=placebo", "8.5", "8.5"),
        ("t/4", "--set arm=msc", "9.1", "7.6"),
        ("t/5", "--set arm=msc", "8.4", "7.7"),
        ("t/6", "", "8.8", "7.0"),
    ] {
        lines.push(format!("patient add {patient} {arm}"));
        lines.push(format!(r#"visit add {patient} W0 "HbA1c={w0} %" "AFP=2.0 ng/mL""#));
        lines.push(format!(r#"visit add {patient} W12 "HbA1c={w12} %""#));
    }
    Desk::after(lines.iter().map(String::as_str))
}

#[test]
fn two_arms_and_the_demonstration() {
    let desk = arms();
    shows!(
        desk.run("summary difference --by arm --test welch,permutation").ok().sound().explained(),
        desk.run("summary difference --by arm --reference msc --explain").ok().sound(),
        Desk::demo()
            .run("summary difference --by sex --analyte HbA1c,AFP --test permutation,welch --level 0.9")
            .ok()
            .sound()
            .explained(),
    );
}

/// One pair has a change and no interval, a difference and no test; no pair has neither.
#[test]
fn small_numbers() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/2 W12 "HbA1c=8.0 %""#).ok();
    let asked = "summary difference --by sex --test welch,permutation";
    shows!(desk.run(asked).ok().sound().explained());
    let page = desk.run(&format!("{asked} --format json")).ok().sound().json();
    for result in page["results"].as_array().expect("results") {
        let without = result["value"].is_null();
        assert_eq!(without, result["reason"].is_string(), "{result}");
    }
    assert_eq!(page["p_values"], 0);
}

/// By hand: the changes −0.2, 0.2, 0 have the mean 0 and the variance 0.04, the changes −1.5 and −0.7
/// the mean −1.1 and the variance 0.32. Then SE² = 0.04/3 + 0.32/2, and by Satterthwaite
/// df = SE⁴ / ((0.04/3)²/2 + (0.32/2)²/1) = 1.169550; of C(5, 2) = 10 splits this one is the farthest.
#[test]
fn the_numbers_are_those_of_a_calculation_by_hand() {
    let desk = arms();
    let asked = "summary difference --by arm --test welch --test permutation --format json";
    let page = desk.run(asked).ok().sound().json();
    assert_eq!(page["reference"], "placebo");
    let value = |variable: &str, statistic: &str| {
        let results = page["results"].as_array().expect("results");
        let is_it = |row: &&Value| {
            row["variable"] == variable
                && row["statistic"] == statistic
                && row["group"] == "msc"
                && row["timepoint"] == "W12"
                && row["parameter"] == "hba1c"
        };
        results.iter().find(is_it).expect(statistic)["value"].as_f64().expect("a number")
    };
    assert!((value("change", "mean") + 1.1).abs() < 1e-12);
    assert!((value("difference of change", "mean") + 1.1).abs() < 1e-12);
    let (lower, upper) =
        (value("difference of change", "mean_lower"), value("difference of change", "mean_upper"));
    assert!((lower + upper + 2.2).abs() < 1e-9, "the interval is about the difference");
    let t = (upper + 1.1) / (0.04_f64 / 3.0 + 0.16).sqrt();
    assert!((t - T_QUANTILE).abs() < 1e-6, "t(0.975; 1.169550) is {t}");
    assert_eq!(value("difference of change", "p_permutation"), 0.1);
    assert_eq!(value("difference of change", "splits"), 10.0);
    // The same in mmol/mol: a difference converts by the slope of 0.09148 alone.
    let si = desk.run(&format!("{asked} --units si")).ok().sound().json();
    let results = si["results"].as_array().expect("results");
    let is_it =
        |row: &&Value| row["variable"] == "difference of change" && row["statistic"] == "mean";
    let found = results.iter().find(is_it).expect("a difference")["value"].as_f64();
    assert!((found.expect("a number") + 1.1 / 0.09148).abs() < 1e-9, "{found:?}");
    let table = desk.run("summary difference --by arm").ok().stdout;
    assert!(table.contains("1 patient is in no group: arm is not reported."), "{table}");
}

#[test]
fn the_same_in_csv_and_md() {
    let desk = arms();
    let in_format = |format: &str| {
        let asked = format!("summary difference --by arm --timepoint W12 --format {format}");
        desk.run(&format!("{asked} --analyte HbA1c")).ok().sound()
    };
    shows!(in_format("csv"), in_format("md"));
    desk.run("summary difference --by arm -q -o arms.md --analyte HbA1c --timepoint W12").ok();
    assert_eq!(desk.text("arms.md"), in_format("md").stdout);
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let asked = "summary difference --by sex --analyte HbA1c --test permutation";
        let run = || desk.run(&format!("{asked} --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}
