//! `casebook <noun> show`: one record, every field, one fact a line.

use crate::support::{Desk, SMALL};

const MORE: [&str; 7] = [
    r#"patient edit a-2024/1 --source "table 1" --method table --reason x"#,
    r#"visit add a-2024/1 W4 "HbA1c=8.0 %" "CEA=35 ng/mL" "AFP=33 unit not reported" ALT=not-done --accept --source "table 2" --quote "35 (0–5)" --method table"#,
    r#"measurement edit a-2024/1 W4 "CEA=3.5 ng/mL" --propose --reason "decimal point lost?" --actor "Dr Wu""#,
    r#"measurement edit a-2024/1 W4 "CEA=3.6 ng/mL" --reason "laboratory printout" --source letter --method lab"#,
    r#"event add a-2024/1 fever --onset 0 --grade 1 --ctcae 5.0 --infusion 1 --related-to-cells possible --source "p. 3" --quote "mild fever""#,
    r#"medication add a-2024/1 "insulin glargine" --dose 0 --unit U --start 0 --atc A10AE04 --atc-year 2024"#,
    r#"statement add a-2024/1 "insulin resistance" improved --quote "improved markedly""#,
];

fn desk() -> Desk {
    Desk::after(SMALL.into_iter().chain(MORE))
}

#[test]
fn every_noun_on_its_page() {
    let desk = desk();
    shows!(
        desk.run("report show a-2024").ok(),
        desk.run("product show cells").ok(),
        desk.run("infusion show a-2024/1 1").ok(),
        desk.run("visit show a-2024/1 w4").ok(),
        desk.run("event show a-2024/1 1").ok(),
        desk.run("medication show a-2024/1 1").ok(),
        desk.run("statement show a-2024/1 1").ok(),
    );
}

#[test]
fn a_measurement_with_every_reading_of_its_print() {
    let desk = desk();
    shows!(
        desk.run("measurement show a-2024/1 W4 CEA").ok(),
        desk.run("measurement show a-2024/1 W4 a1c").ok(),
        desk.run("measurement show a-2024/1 W4 AFP").ok(),
        desk.run("measurement show a-2024/1 W4 ALT").ok(),
    );
}

#[test]
fn the_measurements_of_a_patient() {
    let desk = desk();
    shows!(
        desk.run("measurement list a-2024/1").ok(),
        desk.run("measurement list a-2024/1 --analyte HbA1c").ok(),
        desk.run("measurement list a-2024/1 --visit W0 --format csv").ok(),
        desk.run("measurement list a-2024/2 --analyte CEA").ok(),
    );
}

#[test]
fn machines_get_null_for_what_is_not_reported() {
    let desk = desk();
    shows!(
        desk.run("medication show a-2024/1 1 --format json").ok(),
        desk.run("infusion show a-2024/1 1 --format csv").ok(),
        desk.run("measurement show a-2024/1 W4 CEA --format json").ok(),
    );
}

#[test]
fn the_patient_is_the_page_of_show() {
    let desk = desk();
    let patient = desk.run("patient show a-2024/1").ok().stdout;
    assert_eq!(patient, desk.run("show a-2024/1").ok().stdout);
}

#[test]
fn a_simulated_patient_is_called_so() {
    let desk = Desk::demo();
    let list = desk.run("visit list --format json").ok().json();
    let simulated = |visit: &&serde_json::Value| {
        !visit["patient"].as_str().is_some_and(|patient| patient.starts_with("huang-2025"))
    };
    let visits = list["visits"].as_array().expect("visits");
    let visit = visits.iter().find(simulated).expect("a simulated one");
    let (patient, label) = (visit["patient"].as_str(), visit["visit"].as_str());
    let (patient, label) = (patient.expect("a key"), label.expect("a label"));
    for line in [
        format!("visit show {patient} {label}"),
        format!("infusion show {patient} 1"),
        format!("measurement list {patient}"),
        format!("measurement show {patient} {label} HbA1c"),
    ] {
        let run = desk.run(&line).ok();
        assert!(run.stdout.contains("simulated"), "{run}");
    }
}

#[test]
fn quiet_and_files() {
    let desk = desk();
    let run = desk.run("event show a-2024/1 1 -q -o event.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("event.md"), desk.run("event show a-2024/1 1 --format md").ok().stdout);
}
