//! `casebook summary baseline`: who the patients were before anything was infused.

use crate::support::Desk;

#[test]
fn the_demonstration_and_its_real_patient() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary baseline").ok().sound().explained(),
        desk.run("summary baseline --real").ok().sound().explained(),
    );
}

#[test]
fn each_group_beside_all_with_standardised_differences() {
    let desk = Desk::demo();
    let line = "summary baseline --by sex --smd --analyte HbA1c,FPG --units conventional";
    shows!(desk.run(line).ok().sound().explained());
}

/// Two patients, one of each sex: a column of the registry's own, a level that nobody has, a limit.
#[test]
fn two_patients_in_groups() {
    let desk = Desk::small();
    desk.run("attribute add arm --kind category --values placebo,msc,sham").ok();
    desk.run("attribute add centre --kind text").ok();
    desk.run("patient edit a-2024/1 --set arm=msc --set centre=A --reason test").ok();
    desk.run(r#"visit add a-2024/2 D-3 "AFP=<0.9 ng/mL""#).ok();
    desk.run(r#"visit add a-2024/1 D20 "TG=1.9 mmol/L""#).ok();
    shows!(desk.run("summary baseline --by arm").ok().sound().explained());
}

#[test]
fn the_same_in_csv_json_and_md() {
    let desk = Desk::small();
    let in_format = |format| {
        desk.run(&format!("summary baseline --analyte HbA1c --format {format}")).ok().sound()
    };
    shows!(in_format("csv"), in_format("md"));
    let csv = in_format("csv").stdout.lines().count() - 1;
    let page = in_format("json").json();
    assert_eq!(page["results"].as_array().map(Vec::len), Some(csv));
    for result in page["results"].as_array().expect("results") {
        assert_eq!(result["value"].is_null(), result["reason"].is_string(), "{result}");
    }
}

#[test]
fn two_runs_are_the_same_and_reading_changes_nothing() {
    let desk = Desk::demo();
    let before = desk.files();
    for format in ["table", "csv", "json", "md"] {
        let run = || desk.run(&format!("summary baseline --by sex --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
    assert!(desk.files() == before);
}

/// Nobody, one, and one of whom nothing is said.
#[test]
fn small_numbers() {
    let nobody = Desk::with_registry();
    shows!(nobody.run("summary baseline").ok().sound().explained());
    let one = Desk::small();
    let female = "summary baseline --where \"sex = 'female'\"";
    shows!(one.run(female).ok().sound().explained());
    let silent = Desk::after([
        "init",
        "report add a --kind case-report",
        "patient add a/1",
        "visit add a/1 W0 ALT=not-done",
    ]);
    shows!(silent.run("summary baseline").ok().sound().explained());
    silent.run("summary baseline --by sex --format json").ok().sound().json();
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("summary baseline -q -o table-1.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("table-1.md"), desk.run("summary baseline --format md").ok().stdout);
}
