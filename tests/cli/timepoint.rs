//! `casebook timepoint`: the planned visits and their windows.

use crate::support::Desk;

#[test]
fn the_schedule_is_listed_with_its_windows() {
    let desk = Desk::with_registry();
    shows!(desk.run("timepoint list").ok(), desk.run("timepoint list --format csv").ok());
}

#[test]
fn windows_may_be_lopsided_and_in_other_units() {
    let desk = Desk::after([r#"init --schedule "D-7,D0,W2-1d+3d,M6±2w,Y1""#]);
    shows!(desk.run("timepoint list --format json").ok());
}

#[test]
fn no_timepoints_at_all() {
    let desk = Desk::after([r#"init --schedule """#]);
    shows!(desk.run("timepoint list").ok());
    assert_eq!(desk.run("timepoint list --format csv").ok().stdout.lines().count(), 1);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::with_registry();
    let run = desk.run("timepoint list -q -o t.json").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("t.json"), desk.run("timepoint list --format json").ok().stdout);
}

#[test]
fn a_timepoint_is_added_and_says_which_analyses_change() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/2 W24 "HbA1c=7.9 %" "FPG=8.0 mmol/L" ALT=normal"#).ok();
    desk.run(r#"visit add a-2024/2 discharge "FPG=7.0 mmol/L""#).ok();
    let before = desk.files();
    shows!(desk.run(r#"timepoint add "W24±4" --dry-run"#).ok());
    assert!(desk.files() == before, "a dry run changed something");
    desk.run(r#"timepoint add "W24±4""#).ok();
    let list = desk.run("visit list --format csv").ok().stdout;
    assert!(list.contains("a-2024/2,W24,W24,168,planned"), "{list}");
    desk.run("verify -q").ok();
}

#[test]
fn a_window_is_edited() {
    let desk = Desk::small();
    shows!(
        desk.run(r#"timepoint edit w12 --to "W12±1d" --reason "amendment 2" --dry-run"#).ok(),
        desk.run(r#"timepoint edit w12 --to "W12±1d" --reason "amendment 2""#).ok(),
        desk.run("timepoint list").ok(),
        desk.run("history --rows --format table").ok(),
        desk.run("verify -q").ok(),
    );
}

#[test]
fn planned_days_follow_another_day_and_baselines_are_named() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/1 discharge "FPG=9.9 mmol/L""#).ok();
    shows!(
        desk.run(r#"timepoint add "discharge=D10±9""#).ok(),
        desk.run(r#"timepoint edit W0 --to "W0=D2±8d" --reason "counted from the second day""#)
            .ok(),
        desk.run("visit list a-2024/1").ok(),
        desk.run(r#"timepoint edit W0 --to W0 --reason "that was wrong" --format csv"#).ok(),
        desk.run("verify -q").ok(),
    );
}

#[test]
fn a_timepoint_is_removed_and_its_visits_stay() {
    let desk = Desk::small();
    shows!(
        desk.run("timepoint show w12").ok(),
        desk.run(r#"timepoint remove w12 --reason "not in the protocol""#).ok(),
        desk.run("visit list").ok(),
        desk.run("timepoint list --format json").ok(),
        desk.run("verify -q").ok(),
    );
}

/// What the result says will differ is what differs: the summary before and after.
#[test]
fn what_is_said_to_differ_differs_and_nothing_else() {
    let desk = Desk::demo();
    let summary = |analyte: &str| {
        desk.run(&format!("summary change --analyte {analyte} --format csv")).ok().stdout
    };
    let list = desk.run("analyte list --format json").ok().json();
    let keys: Vec<String> = list["analytes"]
        .as_array()
        .expect("analytes")
        .iter()
        .map(|analyte| analyte["key"].as_str().expect("a key").to_owned())
        .collect();
    let before: Vec<_> = keys.iter().map(|key| summary(key)).collect();
    let line = r#"timepoint edit W12 --to "W12±2d" --reason x --format json"#;
    let told = desk.run(line).ok().json();
    let shifts = told["shifts"].as_array().expect("shifts");
    let differ: Vec<&String> = keys
        .iter()
        .zip(&before)
        .filter(|(key, was)| summary(key) != **was)
        .map(|(key, _)| key)
        .collect();
    let mut said: Vec<&str> = shifts.iter().filter_map(|shift| shift["key"].as_str()).collect();
    said.dedup();
    assert!(!said.is_empty(), "the demonstration has something to move");
    assert_eq!(differ, said);
}

#[test]
fn a_result_goes_to_a_file() {
    let desk = Desk::small();
    let run = desk.run("timepoint add W24 -q -o done.json").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert!(desk.text("done.json").contains("\"rules_version\": 2"));
}

#[test]
fn what_names_a_timepoint_that_goes_is_told() {
    let desk = Desk::small();
    desk.run(r#"cohort add late --where "hba1c_w12 < 50""#).ok();
    desk.run(r#"cohort add older --where "age_years > 55""#).ok();
    desk.run(r#"endpoint add target --rule "HbA1c < 7.0 % at W12""#).ok();
    let lost =
        "Can't be asked by this schedule, until they are edited: cohort late, endpoint target.";
    let tried = desk.run("timepoint remove W12 --dry-run --width 200").ok();
    assert!(tried.stdout.contains(lost), "{tried}");
    let kept = desk.run(r#"timepoint edit W12 --to "W12±3" --reason x"#).ok();
    assert!(!kept.stdout.contains("Can't be asked"), "{kept}");
    let gone = desk.run("timepoint remove W12 --reason x --width 200").ok();
    assert!(gone.stdout.contains(lost), "{gone}");
}
