//! `casebook measurement`: more values of a visit that is recorded.

use crate::support::{Desk, SMALL};

#[test]
fn values_are_added_to_a_visit() {
    let desk = Desk::after(SMALL[..7].iter().copied());
    shows!(
        desk.run(r#"measurement add a-2024/1 W0 "CEA=3.6 ng/mL""#).ok(),
        desk.run(r#"measurement add a-2024/1 w0 "AFP=33 unit not reported" ALT=figure-only --source "table 3""#).ok(),
        desk.run("show a-2024/1").ok(),
    );
}

#[test]
fn what_became_of_it_in_json_and_csv() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run(r#"measurement add a-2024/2 W0 "FPG=9.9 mmol/L" "BUN=5 mmol/L" --format json"#)
            .ok(),
        desk.run(r#"measurement add a-2024/1 W12 "CEA=3.6 ng/mL" --format csv"#).ok(),
    );
}

/// What is used has the status, the sign and the unit of the reading in force; the print stays.
#[test]
fn the_reading_in_force_decides_what_a_value_is() {
    let desk = Desk::after(SMALL);
    desk.run(r#"measurement add a-2024/1 W12 "AFP=<0.9 ng/mL" "TG=1.7 mmol/L" ALT=not-done"#).ok();
    desk.run(r#"measurement edit a-2024/1 W12 "AFP=1.2 ng/mL" --reason x"#).ok();
    desk.run(r#"measurement edit a-2024/1 W12 "TG=<150 mg/dL" --reason x"#).ok();
    desk.run(r#"measurement edit a-2024/1 W12 "ALT=31 U/L" --reason x"#).ok();
    shows!(
        desk.run("measurement list a-2024/1").ok(),
        desk.run("measurement show a-2024/1 W12 TG").ok(),
        desk.run("summary change --analyte TG").ok(),
        desk.run("verify -q").ok(),
    );
}

#[test]
fn quiet_and_files() {
    let desk = Desk::after(SMALL);
    let run = desk.run(r#"measurement add a-2024/2 W0 "FPG=9.9 mmol/L" -q -o done.json"#).ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert!(desk.text("done.json").contains("measurements"));
}

/// The same value again adds nothing, changes nothing and claims nothing.
#[test]
fn the_same_value_again_changes_nothing_and_says_so() {
    let desk = Desk::after(SMALL);
    let line = r#"measurement add a-2024/2 W0 "HbA1c=8.4 %""#;
    let before = desk.files();
    let run = desk.run(line).ok();
    assert!(desk.files() == before, "the file was changed by\n{run}");
    assert!(!run.stdout.starts_with("Recorded"), "nothing was recorded, but\n{run}");
}

/// Who reads the number that was proposed, and adds its unit, agrees with the proposal.
#[test]
fn a_correction_to_the_proposed_number_accepts_the_proposal() {
    let desk = Desk::after(SMALL);
    desk.run(r#"measurement add a-2024/1 W0 "CEA=34 unit not reported""#).ok();
    let propose = "measurement edit a-2024/1 W0 --propose --actor \"Dr Wu\"";
    desk.run(&format!(r#"{propose} "CEA=3.4 unit not reported" --reason "point lost?""#)).ok();
    desk.run(&format!(r#"{propose} "CEA=0.34 ng/mL" --reason "or two?""#)).ok();
    shows!(
        desk.run(r#"measurement edit a-2024/1 W0 "CEA=3.4 ng/mL" --reason "laboratory printout""#)
            .ok(),
        desk.run("measurement show a-2024/1 W0 CEA").ok(),
        desk.run("show a-2024/1").ok(),
    );
    desk.run("verify").ok();
}
