//! `casebook attribute`: columns of a patient that a registry has of its own.

use crate::support::{Desk, SMALL};

const OWN: [&str; 5] = [
    r#"attribute add arm --kind category --values placebo,msc --label "Treatment arm""#,
    "attribute add smoking --kind yes-no",
    "attribute add score --kind number",
    "patient add a-2024/3 --set arm=MSC --set smoking=n --set score=7.50",
    "patient edit a-2024/1 --set arm=placebo --reason unblinded",
];

fn desk() -> Desk {
    Desk::after(SMALL.into_iter().chain(OWN))
}

#[test]
fn an_attribute_is_added_set_shown_and_listed() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run(OWN[0]).ok(),
        desk.run(OWN[1]).ok(),
        desk.run("attribute list").ok(),
        desk.run(r#"patient add a-2024/3 --set arm=MSC --set smoking=n --source "table 1""#).ok(),
        desk.run("attribute show arm").ok(),
        desk.run("patient list").ok(),
        desk.run("show a-2024/3").ok(),
        desk.run("history a-2024/3 --rows").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn the_lists_in_csv_and_json() {
    let desk = desk();
    shows!(
        desk.run("attribute list --format csv").ok(),
        desk.run("attribute list --format json").ok(),
        desk.run("attribute show arm --format csv").ok(),
        desk.run("patient list --format csv").ok(),
    );
    let patients = desk.run("patient list --format json").ok().json();
    assert_eq!(patients["patients"][2]["score"], 7.5);
    assert_eq!(patients["patients"][2]["smoking"], false);
    assert!(patients["patients"][1]["arm"].is_null());
    let shown = desk.run("patient show a-2024/3 --format json").ok().json();
    assert_eq!(shown["patient"][0]["score"], 7.5);
}

/// Machines have every column always, people those in which anything stands.
#[test]
fn a_column_nobody_has_a_value_of_is_for_machines() {
    let desk = Desk::small();
    desk.run("attribute add region --kind text").ok();
    assert!(!desk.run("patient list").ok().stdout.contains("region"));
    assert!(desk.run("patient list --format csv").ok().stdout.contains(",region\n"));
}

#[test]
fn values_are_changed_taken_back_and_told() {
    let desk = desk();
    shows!(
        desk.run(
            "patient edit a-2024/3 --set arm=placebo --unset smoking --reason letter --dry-run"
        )
        .ok(),
        desk.run("patient edit a-2024/3 --set arm=placebo --unset smoking --reason letter").ok(),
        desk.run("patient edit a-2024/3 --clear set --reason withdrawn").ok(),
        desk.run("history a-2024/3 --rows").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn a_definition_is_edited_and_removed() {
    let desk = desk();
    shows!(
        desk.run("attribute edit arm --add-value sham --label Arm --reason protocol").ok(),
        desk.run("attribute edit arm --remove-value sham --reason \"never opened\"").ok(),
        desk.run("attribute remove arm --with-values --reason \"not needed\"").ok(),
        desk.run("history --rows").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn groups_stand_in_the_order_of_the_category() {
    let desk = desk();
    desk.run(r#"visit add a-2024/3 W0 "HbA1c=8.0 %""#).ok();
    desk.run(r#"visit add a-2024/3 W12 "HbA1c=7.5 %""#).ok();
    shows!(
        desk.run("summary change --by arm").ok().sound(),
        desk.run("summary exposure --by arm").ok().sound(),
    );
    let results = desk.run("summary change --by smoking --format json").ok().sound().json();
    let groups: Vec<_> = results["results"].as_array().expect("results").iter().collect();
    let mut groups: Vec<_> = groups.iter().filter_map(|one| one["group"].as_str()).collect();
    groups.dedup();
    assert_eq!(groups[..2], ["no", "not reported"]);
}

const CASE: &str = r#"[report]
key = "li-2019"
kind = "trial arm"
[[attribute]]
key = "arm"
kind = "category"
values = ["placebo", "msc"]
[[attribute]]
key = "enrolled_elsewhere"
kind = "yes-no"
[[patient]]
label = "1"
[patient.attributes]
arm = "msc"
enrolled_elsewhere = false
"#;

#[test]
fn a_case_file_brings_its_own_columns() {
    let desk = Desk::with_registry();
    desk.write("li.toml", CASE);
    shows!(
        desk.run("import li.toml --dry-run").ok(),
        desk.run("import li.toml").ok(),
        desk.run("import li.toml").ok(),
        desk.run("patient list").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn a_merge_brings_columns_and_values() {
    let desk = Desk::after(SMALL);
    desk.run("backup copy.db").ok();
    for line in OWN {
        desk.run(&format!("-r copy.db {line}")).ok();
    }
    shows!(desk.run("merge copy.db").ok(), desk.run("attribute list").ok());
    desk.run("verify").ok();
}

#[test]
fn quiet_and_files() {
    let desk = desk();
    let list = desk.run("attribute list -q -o own.md").ok();
    assert_eq!((list.stdout.as_str(), list.stderr.as_str()), ("", ""));
    assert!(desk.text("own.md").contains("| arm"));
}
