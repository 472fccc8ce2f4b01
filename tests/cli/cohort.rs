//! `casebook cohort`: named selections of patients, and `--where`.

use crate::support::Desk;

#[test]
fn the_columns_of_a_patient() {
    let desk = Desk::small();
    desk.run("attribute add arm --kind category --values placebo,msc").ok();
    shows!(desk.run("cohort columns").ok().sound());
    let csv = desk.run("cohort columns --format csv").ok().sound().stdout;
    assert!(csv.contains("\narm,text,,"), "{csv}");
}

/// The second patient has no value at W12: whether it fell is unknown, not false.
#[test]
fn a_summary_of_those_who_meet_a_condition() {
    let desk = Desk::small();
    let fell = "--where \"hba1c_percent_change_w12 <= -20 and age < 60\"";
    shows!(
        desk.run(&format!("summary change --analyte HbA1c {fell}")).ok().sound(),
        desk.run("summary exposure --where \"age > 60\"").ok().sound(),
    );
    let page = desk.run("summary reports --where \"hba1c_w12 < 60\" --format json").ok().json();
    assert_eq!(page["patient_count"], 1);
    assert_eq!(page["where"], "hba1c_w12 < 60");
    assert_eq!(page["selected_from_patient_count"], 2);
    assert_eq!(page["unmet_patient_count"], 0);
    assert_eq!(page["unknown_patient_count"], 1);
    let nobody = desk.run("summary change --where \"age > 100\" --by sex").ok().sound();
    assert!(nobody.stdout.contains("0 of 2 patients"), "{nobody}");
}

/// What a condition selects by is what a summary of the same patients prints.
#[test]
fn a_condition_and_a_summary_mean_the_same_values() {
    let desk = Desk::demo();
    let n = |line: &str| {
        let page = desk.run(&format!("{line} --format json")).ok().json();
        let results = page["results"].as_array().expect("results").clone();
        let is_it = |result: &&serde_json::Value| {
            result["timepoint"] == "W12"
                && result["variable"] == "change"
                && result["statistic"] == "n"
        };
        (page["patient_count"].as_u64(), results.iter().find(is_it).map(|r| r["value"].clone()))
    };
    let pairs = n("summary change --analyte HbA1c");
    let known = n("summary change --analyte HbA1c --where \"hba1c_change_w12 is not null\"");
    assert_eq!(known.1, pairs.1);
    assert_eq!(known.0, pairs.1.and_then(|pairs| pairs.as_u64()));
}
