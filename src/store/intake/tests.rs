//! What enters, what is there already, what contradicts, what is unknown.

use super::*;
use crate::domain::AdverseEvent;
use crate::store::testing::{case, patient, registry};
use crate::store::{Access, Caller, HistoryOf, Registry};

fn take(registry: &mut Registry, records: &Records) -> Intake {
    registry.change("test", None, |change| change.take_in(records)).unwrap()
}

fn errors(intake: &Intake) -> Vec<String> {
    let text = |problem: &Problem| format!("{}: {}", problem.what, problem.mismatch);
    intake.problems.iter().map(text).collect()
}

#[test]
fn what_goes_in_comes_out() {
    let (_folder, mut registry) = registry();
    let records =
        case(&["HbA1c=6.80 %", "AFP=<0.9 ng/mL", "ALT=not-done", "CEA=3.6 unit not reported"]);
    let intake = take(&mut registry, &records);
    assert_eq!((intake.added.of(Kind::Measurement), intake.problems.len()), (4, 0));
    let file = registry.patient_file("a/1").unwrap().unwrap();
    let given = &records.patients[0];
    assert_eq!(Some(&file.patient), given.patient.as_ref());
    assert_eq!(file.visits[0].0, given.visits[0].visit.record);
    let wanted: Vec<_> = given.visits[0].measurements.iter().map(|one| &one.record).collect();
    for measurement in &file.visits[0].1 {
        assert!(wanted.contains(&measurement), "{measurement:?}");
    }
    assert_eq!(file.visits[0].1.len(), wanted.len());
}

#[test]
fn the_same_records_add_nothing_and_leave_no_entry() {
    let (_folder, mut registry) = registry();
    let records = case(&["HbA1c=6.8 %"]);
    let first = take(&mut registry, &records);
    let again = take(&mut registry, &records);
    assert_eq!(again.added, Tally::default());
    assert_eq!(again.known, first.added);
    let entries = registry.history(&HistoryOf::All).unwrap().unwrap();
    assert_eq!(entries.len(), 2, "init and the first intake");
}

#[test]
fn what_differs_is_named_and_never_overwritten() {
    let (_folder, mut registry) = registry();
    take(&mut registry, &case(&["HbA1c=6.8 %"]));
    let mut other = case(&["HbA1c=6.9 %"]);
    other.patients[0].patient = Some(patient("a/1", Some(54.0)));
    let told = errors(&take(&mut registry, &other));
    assert!(told[0].starts_with("patient a/1: found \"age years: 54"), "{}", told[0]);
    assert!(told[1].starts_with("a/1, visit W4, hba1c: found \"6.9 %\""), "{}", told[1]);
    let file = registry.patient_file("a/1").unwrap().unwrap();
    assert_eq!(file.patient.age_years, Some(53.0));
    assert_eq!(file.visits[0].1[0].reading.text(), "6.8 %");
}

#[test]
fn what_is_not_there_is_named_with_the_nearest() {
    let (_folder, mut registry) = registry();
    take(&mut registry, &case(&[]));
    let mut records = Records::default();
    let mut of_patient = PatientRecords::of(Placed::typed("a/1".to_owned()));
    let infusion = Infusion { number: 2, product: Some("cels".to_owned()), ..Infusion::default() };
    of_patient.infusions.push(Placed::typed(infusion));
    let event =
        AdverseEvent { term: "fever".to_owned(), infusion: Some(7), ..AdverseEvent::default() };
    of_patient.events.push(Placed::typed(event));
    records.patients = vec![of_patient, PatientRecords::of(Placed::typed("a/2".to_owned()))];
    let told = errors(&take(&mut registry, &records));
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[0].contains("a product that is recorded"));
    assert!(told[1].contains("found \"7\", expected an infusion"));
    assert!(told[2].contains("record it first"), "another number is no slip: {}", told[2]);
}

#[test]
fn a_rare_value_is_a_question() {
    let (_folder, mut registry) = registry();
    let intake = take(&mut registry, &case(&["AFP=34 ng/mL"]));
    let levels: Vec<_> = intake.problems.iter().map(|problem| problem.level).collect();
    assert_eq!(levels, [Level::Question]);
}

#[test]
fn a_failed_change_leaves_nothing_behind() {
    let (folder, mut registry) = registry();
    let before = std::fs::read(folder.path().join("test.db")).unwrap();
    let failed: Result<(), StoreError> = registry.change("test", None, |change| {
        change.take_in(&case(&["HbA1c=6.8 %"]))?;
        Err(StoreError::Unexpected("on purpose".to_owned()))
    });
    assert!(failed.is_err());
    drop(registry);
    assert_eq!(std::fs::read(folder.path().join("test.db")).unwrap(), before);
}

#[test]
fn each_change_names_the_hash_of_the_one_before() {
    let (folder, mut registry) = registry();
    take(&mut registry, &case(&["HbA1c=6.8 %"]));
    drop(registry);
    let path = folder.path().join("test.db");
    let registry = Registry::open(&path, Access::Read, &Caller::named("reader")).unwrap();
    let entries = registry.history(&HistoryOf::All).unwrap().unwrap();
    let of_patient = registry.history(&HistoryOf::Key("a/1".to_owned())).unwrap().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(of_patient.len(), 1);
    let nouns: Vec<_> =
        of_patient[0].rows.iter().map(|row| row["noun"].as_str().unwrap().to_owned()).collect();
    assert_eq!(nouns, ["patient", "infusion", "visit", "measurement"]);
    assert_eq!(registry.history(&HistoryOf::Key("b/9".to_owned())).unwrap(), None);
}
