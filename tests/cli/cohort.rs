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

/// A cohort is defined, used, changed and removed; outputs name its version.
#[test]
fn from_its_definition_to_its_removal() {
    let desk = Desk::demo();
    shows!(
        desk.run("cohort add poor --where \"hba1c_baseline >= 64\" --note \"8 % and over\"").ok(),
        desk.run("cohort show poor --analyte HbA1c").ok().sound(),
        desk.run("cohort edit poor --where \"hba1c_baseline >= 75\" --reason \"amendment 2\"").ok(),
        desk.run("cohort list").ok().sound(),
        desk.run("summary reports --cohort poor --where \"sex = 'male'\"").ok().sound(),
        desk.run("cohort show poor --real").ok().sound(),
        desk.run("cohort remove poor --reason \"not in the protocol\"").ok(),
        desk.run("cohort list").ok().sound(),
    );
    assert!(desk.run("verify").ok().stdout.contains("passed"));
    let history = desk.run("history poor --fields").ok().stdout;
    assert!(
        history.contains("hba1c_baseline >= 64") && history.contains("amendment 2"),
        "{history}"
    );
}

#[test]
fn machines_read_the_cohort_and_its_version() {
    let desk = Desk::small();
    desk.run("cohort add older --where \"age > 60\"").ok();
    let page = desk.run("summary change --cohort older --format json").ok().sound().json();
    assert_eq!((&page["cohort"], &page["where"]), (&"older v1".into(), &serde_json::Value::Null));
    let page = desk.run("cohort show older --format json").ok().sound().json();
    assert_eq!(page["patients"][0]["patient"], "a-2024/2");
    let counts: Vec<_> = page["attrition"].as_array().expect("steps").iter().collect();
    assert_eq!(counts.last().expect("steps")["count"], 0, "not infused");
}

/// A column that a condition names may go: the list still shows the cohort, and says so.
#[test]
fn a_condition_on_a_column_that_is_gone() {
    let desk = Desk::small();
    desk.run("attribute add arm --kind text").ok();
    desk.run("cohort add treated --where \"arm = 'msc'\"").ok();
    desk.run("attribute remove arm --reason unused").ok();
    shows!(desk.run("cohort list").ok(), desk.run("summary change --cohort treated"));
}

/// Cohorts come in with a merge; of two that were defined independently under one name, ours stays.
#[test]
fn a_merge_brings_cohorts() {
    let desk = Desk::small();
    desk.run("cohort add both --where \"age > 50\"").ok();
    desk.run("backup copy.db").ok();
    desk.run("-r copy.db cohort edit both --where \"age > 55\" --reason amended").ok();
    desk.run("-r copy.db cohort add theirs --where \"age > 56\"").ok();
    desk.run("-r copy.db cohort add same --where \"age > 57\"").ok();
    desk.run("-r copy.db cohort add other --where \"age > 58\"").ok();
    desk.run("cohort add same --where \"age > 57\"").ok();
    desk.run("cohort add other --where \"age > 59\"").ok();
    let merged = desk.run("merge copy.db");
    assert!(merged.stdout.contains("age > 58") && merged.stdout.contains("age > 59"), "{merged}");
    let list = desk.run("cohort list --format csv").ok().stdout;
    for line in ["both,2,age > 55", "other,1,age > 59", "same,1,age > 57", "theirs,1,age > 56"] {
        assert!(list.contains(line), "{line}\n{list}");
    }
    assert!(desk.run("verify").ok().stdout.contains("passed"));
}

/// A case file takes the cohorts along, with their versions; a deidentified one leaves them out.
#[test]
fn a_case_file_holds_cohorts() {
    let desk = Desk::small();
    desk.run("cohort add older --where \"age > 60\" --note \"as planned\"").ok();
    desk.run("cohort edit older --where \"age > 65\" --reason amended").ok();
    desk.run("export case.toml").ok();
    assert!(desk.text("case.toml").contains("[[cohort]]"), "{}", desk.text("case.toml"));
    let list = desk.run("cohort list --format csv").ok().stdout;
    desk.run("-r other.db init --schedule W0,W4±1,W12±2").ok();
    desk.run("-r other.db import case.toml").ok();
    assert_eq!(desk.run("-r other.db cohort list --format csv").ok().stdout, list);
    desk.run("-r other.db import case.toml").ok();
    desk.run("-r other.db cohort edit older --where \"age > 70\" --reason later").ok();
    shows!(desk.run("-r other.db import case.toml"));
    desk.run("export shared.toml --deidentified").ok();
    assert!(!desk.text("shared.toml").contains("cohort"), "{}", desk.text("shared.toml"));
}
