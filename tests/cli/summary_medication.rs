//! `casebook summary medication`: who takes which drugs, and what became of them since baseline.

use crate::support::Desk;

/// Three patients: insulin halved and metformin kept; insulin stopped; nothing recorded.
fn three() -> Desk {
    let desk = Desk::small();
    for line in [
        "medication add a-2024/1 glargine --dose 20 --unit U --start -400 --end 27",
        "medication add a-2024/1 glargine --dose 10 --unit U --start 28",
        "medication add a-2024/1 metformin --dose 2000 --unit mg --start -400",
        "medication add a-2024/2 \"insulin aspart\" --dose 24 --unit IU --start -90 --end 30",
        "patient edit a-2024/2 --follow-up \"12 wk\" --reason reported",
        "patient add a-2024/3 --sex female --age 47",
        "statement add a-2024/3 \"glucose-lowering medication\" decreased",
    ] {
        desk.run(line).ok();
    }
    desk
}

#[test]
fn the_demonstration_and_its_real_patient() {
    let desk = Desk::demo();
    shows!(
        desk.run("summary medication").ok().sound().explained(),
        desk.run("summary medication --real").ok().sound().explained(),
    );
}

#[test]
fn few_patients_are_listed_first() {
    let desk = three();
    shows!(
        desk.run("summary medication").ok().sound().explained(),
        desk.run("summary medication --by sex --timepoint W12 --quantile r --level 0.9 --explain")
            .ok()
            .sound(),
    );
}

#[test]
fn the_same_in_csv_and_md() {
    let desk = three();
    let in_format = |format| {
        desk.run(&format!("summary medication --timepoint W12 --format {format}")).ok().sound()
    };
    shows!(in_format("csv"), in_format("md"));
    assert_eq!(
        in_format("json").json()["regimens"][0]["taken"],
        "glargine 20 U, metformin 2000 mg"
    );
}

/// Metformin from day 0 in one patient is counted at baseline; insulin that was another dose before is not
/// spoken of.
#[test]
fn what_is_begun_on_day_0_is_told() {
    let desk = Desk::small();
    for line in [
        "medication add a-2024/1 metformin --dose 2000 --unit mg --start 0",
        "medication add a-2024/2 glargine --dose 20 --unit U --start -90 --end -1",
        "medication add a-2024/2 glargine --dose 10 --unit U --start 0",
    ] {
        desk.run(line).ok();
    }
    shows!(desk.run("summary medication").ok().sound());
}

/// Nobody, and two of whom nothing is known.
#[test]
fn small_numbers() {
    let nobody = Desk::with_registry();
    let silent = Desk::small();
    shows!(
        nobody.run("summary medication").ok().sound().explained(),
        silent.run("summary medication").ok().sound().explained(),
    );
    for desk in [nobody, silent] {
        let page = desk.run("summary medication --format json").ok().sound().json();
        for result in page["results"].as_array().expect("results") {
            assert_eq!(result["value"].is_null(), result["reason"].is_string(), "{result}");
        }
    }
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let run = || desk.run(&format!("summary medication --format {format}")).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn quiet_and_files() {
    let desk = three();
    let run = desk.run("summary medication -q -o medication.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let shown = desk.run("summary medication --format md").ok().stdout;
    assert_eq!(desk.text("medication.md"), shown);
}
