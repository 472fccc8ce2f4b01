//! `casebook visit`: when a patient was seen and what was measured.

use crate::support::{Desk, SMALL};

#[test]
fn visits_are_recorded_and_listed() {
    let desk = Desk::after(SMALL[..5].iter().copied());
    shows!(
        desk.run(r#"visit add a-2024/1 W0 "HbA1c=9.1 %" "FPG=10.4 mmol/L" "AFP=<0.9 ng/mL" ALT=not-done"#).ok(),
        desk.run(r#"visit add a-2024/1 w4 --day 30 "HbA1c=64 mmol/mol" --source "table 2" --method table"#).ok(),
        desk.run("visit add a-2024/1 discharge --date 2024-03-05").ok(),
        desk.run("visit add a-2024/2 W12 HbA1c=at-target").ok(),
        desk.run("visit list").ok(),
    );
}

#[test]
fn the_list_of_one_patient_in_csv_and_json() {
    let desk = Desk::small();
    shows!(
        desk.run("visit list a-2024/1 --format csv").ok(),
        desk.run("visit list a-2024/2 --format json").ok(),
    );
}

/// A value is kept as printed: its zeros, its comparator, its unit.
#[test]
fn values_come_back_as_printed() {
    let desk = Desk::small();
    let values = ["7.10 %", "<0.9 ng/mL", "≥1.5 ng/mL", "85 µmol/l", "not done", "at target"];
    let line = r#"visit add a-2024/2 W4 "HbA1c=7.10 %" "AFP=<0.9 ng/mL" "CEA=≥1.5 ng/mL" "Creatinine=85 µmol/l" ALT=not-done FPG=at-target"#;
    desk.run(line).ok();
    let page = desk.run("show a-2024/2").ok();
    for value in values {
        assert!(page.stdout.contains(value), "{value} in\n{page}");
    }
}

/// The log knows who, why and every value.
#[test]
fn what_was_recorded_stands_in_the_history() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/2 W4 "HbA1c=7.7 %" --reason "late letter" --actor "Dr Wu""#).ok();
    let history = desk.run("history a-2024/2 --format json").ok().json();
    let last = history["changes"].as_array().and_then(|all| all.last()).expect("an entry");
    assert_eq!(last["actor"], "Dr Wu");
    assert_eq!(last["reason"], "late letter");
    assert_eq!(last["rows"], 2);
}

#[test]
fn many_at_once_are_all_recorded() {
    let desk = Desk::small();
    std::thread::scope(|scope| {
        let add = |n| {
            let desk = &desk;
            scope.spawn(move || desk.run(&format!(r#"visit add a-2024/2 D{n} "HbA1c=7.{n} %""#)))
        };
        let runs: Vec<_> = (1..=6).map(add).collect();
        for run in runs {
            run.join().expect("a run").ok();
        }
    });
    assert_eq!(desk.run("visit list a-2024/2 --format csv").ok().stdout.lines().count(), 1 + 7);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    assert_eq!(desk.run("visit add a-2024/2 W4 -q").ok().stderr, "");
    desk.run("visit list -q -o visits.md").ok();
    assert_eq!(desk.text("visits.md"), desk.run("visit list --format md").ok().stdout);
}
