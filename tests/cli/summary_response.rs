//! `casebook summary response`: who meets a rule, of those of whom it is known and of all.

use crate::support::Desk;

/// Three patients: one below 7.0 % at W12, one above, and one who is said to be at target.
fn three() -> Desk {
    let desk = Desk::small();
    for line in [
        r#"visit add a-2024/2 W12 "HbA1c=6.9 %""#,
        r#"patient add a-2024/3 --sex male --age 47"#,
        r#"visit add a-2024/3 W0 "HbA1c=8.0 %""#,
        r#"visit add a-2024/3 W12 "HbA1c=at target""#,
    ] {
        desk.run(line).ok();
    }
    desk
}

#[test]
fn the_demonstration_by_report_and_its_real_patient() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary response --by report").ok().sound().explained(),
        desk.run("summary response --real").ok().sound().explained(),
    );
}

#[test]
fn rules_of_values_and_changes() {
    let desk = three();
    let rules = "--rule \"HbA1c < 7.0 % at W12\" --rule \"HbA1c change <= -0.5 % at W12\" \
                 --rule \"HbA1c percent change <= -20 % and HbA1c < 7.0 % at W12\"";
    shows!(
        desk.run(&format!("summary response {rules}")).ok().sound().explained(),
        desk.run("summary response --by sex --timepoint W12 --level 0.9").ok().sound().explained(),
    );
}

#[test]
fn the_same_in_csv_and_md() {
    let desk = three();
    let in_format = |format| {
        desk.run(&format!("summary response --timepoint W12 --format {format}")).ok().sound()
    };
    shows!(in_format("csv"), in_format("md"));
}

/// 9.1 to 7.0 % is a change of -2.1 %, which is -22.95 mmol/mol: the slope of 10.93 alone.
#[test]
fn a_change_is_compared_in_the_unit_of_the_rule() {
    let desk = Desk::small();
    for (rule, responders) in [
        ("HbA1c change <= -2.1 % at W12", 1),
        ("HbA1c change < -2.1 % at W12", 0),
        ("HbA1c change <= -22.95 mmol/mol at W12", 1),
        ("HbA1c change <= -22.96 mmol/mol at W12", 0),
    ] {
        let page = desk.run(&format!("summary response --rule \"{rule}\" --format json")).ok();
        let page = page.sound().json();
        let results = page["results"].as_array().expect("results");
        let found = results.iter().find(|row| row["statistic"] == "responders").expect("a count");
        assert_eq!(found["value"], responders, "{rule}");
        assert_eq!(found["n"], 1);
    }
}

/// A rule counts the patients whose values, in the unit of `summary change`, changed so much.
#[test]
fn a_percent_change_is_that_of_the_table_beside_it() {
    let desk = Desk::demo();
    let rule = "summary response --rule \"HbA1c percent change <= -10 % at W12\"";
    let page = desk.run(&format!("{rule} --format json")).ok().sound().json();
    let results = page["results"].as_array().expect("results");
    let found = results.iter().find(|row| row["statistic"] == "responders").expect("a count");
    let line = "summary change --analyte HbA1c --timepoint W12 --percent --explain --format json";
    let table = desk.run(line).ok().sound().json();
    let told = table["contributions"].as_array().expect("contributions");
    let at = |patient: &serde_json::Value, timepoint: &str| {
        let is_it = |one: &&serde_json::Value| {
            one["patient"] == *patient
                && one["timepoint"] == timepoint
                && one["variable"] == "value"
        };
        told.iter().find(is_it).and_then(|one| one["value"].as_f64())
    };
    let patients =
        told.iter().filter(|one| one["timepoint"] == "W12" && one["variable"] == "value");
    let percents: Vec<f64> = patients
        .filter_map(|one| Some((at(&one["patient"], "Baseline")?, one["value"].as_f64()?)))
        .map(|(baseline, follow_up)| 100.0 * (follow_up - baseline) / baseline)
        .collect();
    let fell = percents.iter().filter(|percent| **percent <= -10.0).count();
    assert_eq!((&found["value"], &found["n"]), (&fell.into(), &percents.len().into()));
    assert!(fell < percents.len());
    shows!(desk.run(rule).ok().sound());
}

#[test]
fn rules_stand_in_the_order_of_the_schedule() {
    let rules = "--rule \"HbA1c < 7.0 % at W12\" --rule \"HbA1c < 8.0 % at W4\" \
                 --rule \"HbA1c < 7.0 % at W12 and HbA1c < 8.0 % at W4\"";
    shows!(three().run(&format!("summary response {rules}")).ok().sound().explained());
}

/// The insulin doses of the demonstration; a patient of whom no medication is recorded is unknown, and
/// one without insulin is not evaluable.
#[test]
fn rules_of_treatment() {
    let desk = Desk::demo();
    let rules = "--rule \"insulin -50 %\" --rule \"HbA1c < 7 % and insulin -50 % at W12\" \
                 --rule \"insulin-free for >= 12 weeks\" --rule drug-free";
    shows!(desk.run(&format!("summary response {rules}")).ok().sound().explained());
}

/// From an open dose that is only dated: 20 U since 2019, 8 U from four weeks after day 0.
#[test]
fn doses_may_have_dates() {
    let desk = Desk::small();
    for line in [
        "infusion edit a-2024/1 1 --date 2024-03-05 --reason known",
        "medication add a-2024/1 glargine --dose 20 --unit U --start-date 2019 --end-date 2024-04-03",
        "medication add a-2024/1 glargine --dose 8 --unit U --start-date 2024-04-04",
    ] {
        desk.run(line).ok();
    }
    for (rule, responders, n) in [
        ("insulin reduced >= 60 % at W12", 1, 1),
        ("insulin reduced > 60 % at W12", 0, 1),
        ("insulin -10 % at W4", 0, 1),
    ] {
        let page = desk.run(&format!("summary response --rule \"{rule}\" --format json")).ok();
        let page = page.sound().json();
        let results = page["results"].as_array().expect("results");
        let found = results.iter().find(|row| row["statistic"] == "responders").expect("a count");
        assert_eq!((&found["value"], &found["n"]), (&responders.into(), &n.into()), "{rule}");
    }
}

#[test]
fn the_time_to_the_first_response() {
    let desk = Desk::demo();
    let rules = "--rule \"HbA1c < 7.0 %\" --rule \"insulin -50 %\"";
    shows!(
        desk.run(&format!("summary response --time {rules}")).ok().sound().explained(),
        desk.run("summary response --time --by sex --timepoint W12 --level 0.9").ok().sound(),
        three().run("summary response --time --accept-statements").ok().sound().explained(),
        Desk::with_registry().run("summary response --time").ok().sound(),
        three().run("summary response --time --format csv").ok().sound(),
    );
}

/// Words are an answer where that is asked for, and are marked as such.
#[test]
fn words_may_answer() {
    let desk = three();
    let line = "summary response --timepoint W12 --accept-statements";
    shows!(desk.run(line).ok().sound().explained());
    let page = desk.run(&format!("{line} --format json")).ok().sound().json();
    assert_eq!(page["accept_statements"], true);
}

#[test]
fn what_stands_behind_a_response() {
    let desk = three();
    desk.run(r#"visit add a-2024/2 W4 "HbA1c=<7.0 %""#).ok();
    let rule = "--rule \"HbA1c < 7.0 %\"";
    shows!(
        desk.run(&format!("summary response {rule} --explain")).ok().sound().explained(),
        desk.run(&format!("summary response {rule} --time --explain --format csv")).ok(),
    );
}

/// Nobody; one patient of whom nothing is known; 0 of 1 and 1 of 1.
#[test]
fn small_numbers() {
    let nobody = Desk::with_registry();
    let one = Desk::small();
    shows!(
        nobody.run("summary response").ok().sound().explained(),
        nobody.run("summary response --rule \"HbA1c < 7 %\"").ok().sound().explained(),
        one.run("summary response --rule \"FPG < 7 mmol/L\"").ok().sound().explained(),
        one.run(
            "summary response --where \"sex = 'female'\" --rule \"HbA1c < 7 % at W12\" \
             --rule \"HbA1c <= 7 % at W12\"",
        )
        .ok()
        .sound()
        .explained(),
    );
    for desk in [nobody, one] {
        let page = desk.run("summary response --format json").ok().sound().json();
        for result in page["results"].as_array().expect("results") {
            assert_eq!(result["value"].is_null(), result["reason"].is_string(), "{result}");
        }
    }
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let run = || desk.run(&format!("summary response --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}
