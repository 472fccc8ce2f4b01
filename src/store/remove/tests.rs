//! What goes, what is kept for what hangs on it, and that the log says so in the end.

use super::*;
use crate::domain::{About, Catalogue};
use crate::domain::{
    AdverseEvent, Finding, Medication, OtherReading, Placed, Reading, Standing, Statement, Status,
};
use crate::store::Registry;
use crate::store::testing::{case, registry};

/// A registry with one patient of everything; the folder goes with the test.
fn written() -> (tempfile::TempDir, Registry) {
    let (folder, mut registry) = registry();
    let mut records = case(&["HbA1c=6.8 %", "CEA=35 ng/mL"]);
    let patient = &mut records.patients[0];
    let event =
        AdverseEvent { term: "fever".to_owned(), infusion: Some(1), ..AdverseEvent::default() };
    patient.events.push(Placed::typed(event));
    let drug = Medication { drug: "metformin".to_owned(), ..Medication::default() };
    patient.medications.push(Placed::typed(drug));
    patient.statements.push(Placed::typed(Statement {
        about: About::Analyte("hba1c".to_owned()),
        visit: Some("W4".to_owned()),
        finding: Finding::AtTarget,
        source: None,
        note: None,
    }));
    change(&mut registry, |change| change.take_in(&records)).problems.clear();
    (folder, registry)
}

fn change<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> T {
    registry.change("test", Some("because"), work).unwrap()
}

/// The registry is what its log says, and so many records are left.
fn assert_verified(registry: &Registry, records: usize) {
    let found = registry.verify().unwrap();
    assert_eq!(found.discrepancies, []);
    assert_eq!(found.records, records);
}

fn file(registry: &Registry) -> PatientFile {
    registry.patient_file("a/1").unwrap().unwrap()
}

#[test]
fn nothing_is_orphaned() {
    let (_folder, mut registry) = written();
    let patient = registry.patient("a/1").unwrap().unwrap();
    let file = file(&registry);
    let (visit, measurements) = &file.visits[0];
    assert_eq!(
        change(&mut registry, |change| change.remove_report("a")),
        Err(Kept::HangsOn(vec![("patient", 1)]))
    );
    assert_eq!(
        change(&mut registry, |change| change.remove_infusion(&patient, 1)),
        Err(Kept::HangsOn(vec![("adverse event", 1)]))
    );
    assert_eq!(
        change(&mut registry, |change| change.remove_visit(&patient, visit, measurements, false)),
        Err(Kept::HangsOn(vec![("statement", 1), ("measurement", 2)]))
    );
    let kept = change(&mut registry, |change| change.remove_patient(&file, false));
    assert!(matches!(kept, Err(Kept::HangsOn(hanging)) if hanging.len() == 6));
    assert_eq!(change(&mut registry, |change| change.remove_product("x")), Err(Kept::NotThere));
    assert_eq!(change(&mut registry, |c| c.remove_event(&patient, 2)), Err(Kept::NotThere));
    assert_eq!(change(&mut registry, |c| c.remove_event(&patient, 0)), Err(Kept::NotThere));
    assert_verified(&registry, 10);
}

#[test]
fn what_is_removed_is_gone_and_stands_in_the_log() {
    let (_folder, mut registry) = written();
    let patient = registry.patient("a/1").unwrap().unwrap();
    assert_eq!(change(&mut registry, |change| change.remove_event(&patient, 1)), Ok(1));
    assert_eq!(change(&mut registry, |change| change.remove_statement(&patient, 1)), Ok(1));
    assert_eq!(change(&mut registry, |change| change.remove_medication(&patient, 1)), Ok(1));
    assert_eq!(change(&mut registry, |change| change.remove_infusion(&patient, 1)), Ok(1));
    let before = file(&registry);
    let (visit, measurements) = &before.visits[0];
    assert_eq!(
        change(&mut registry, |c| c.remove_visit(&patient, visit, measurements, true)),
        Ok(3)
    );
    let left = file(&registry);
    assert!(left.visits.is_empty() && left.events.is_empty() && left.infusions.is_empty());
    assert_verified(&registry, 3);
}

#[test]
fn a_patient_can_go_with_everything() {
    let (_folder, mut registry) = written();
    let before = file(&registry);
    assert_eq!(change(&mut registry, |change| change.remove_patient(&before, true)), Ok(8));
    assert_eq!(change(&mut registry, |change| change.remove_report("a")), Ok(1));
    assert_verified(&registry, 1);
    let again = change(&mut registry, |change| change.take_in(&case(&["HbA1c=6.8 %"])));
    assert!(again.added.total() > 0, "what was removed can be recorded anew");
    assert_verified(&registry, 6);
}

#[test]
fn a_correction_keeps_what_was_printed() {
    let (_folder, mut registry) = written();
    let patient = registry.patient("a/1").unwrap().unwrap();
    let cea = Catalogue::built_in().find("CEA").unwrap();
    let mut correct = |text: &str, standing| {
        let file = registry.patient_file("a/1").unwrap().unwrap();
        let (visit, measurements) = &file.visits[0];
        let known = measurements.iter().find(|one| one.analyte_id == cea.id).unwrap();
        let other = OtherReading {
            reading: Reading::parse(text, cea).unwrap(),
            standing,
            made_by: "tester".to_owned(),
            reason: "because".to_owned(),
            source: None,
        };
        change(&mut registry, |change| change.add_reading(&patient, visit, known, &other));
        let found = registry.verify().unwrap();
        assert_eq!(found.discrepancies, []);
        let now = registry.observations(cea.id).unwrap();
        (now[0].status, now[0].value, now[0].decimals, now[0].doubted)
    };
    assert_eq!(correct("3.6 ng/mL", Standing::Proposed), (Status::Measured, Some(35.0), 0, true));
    assert_eq!(
        correct("<3.5 ng/mL", Standing::Accepted),
        (Status::BelowLimit, Some(3.5), 1, false)
    );
    assert_eq!(correct("3.42 ng/mL", Standing::Accepted), (Status::Measured, Some(3.42), 2, false));
    let file = file(&registry);
    let cea = file.visits[0].1.iter().find(|one| one.analyte == "cea").unwrap();
    assert_eq!(cea.reading.text(), "35 ng/mL");
    let standings: Vec<_> = cea.other_readings.iter().map(|one| one.standing).collect();
    assert_eq!(standings, [Standing::Rejected, Standing::Rejected, Standing::Accepted]);
}
