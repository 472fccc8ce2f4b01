//! What enters, what is there already, what contradicts, what is unknown.

use super::silence::{Fate, Silent, fates};
use super::*;
use crate::domain::{
    AdverseEvent, Day, Level, Limits, Measurement, Medication, Problem, Source, Status,
};
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

/// Take records in as a file with --update says them.
fn update(registry: &mut Registry, records: &Records) -> Intake {
    let correction = Correction { made_by: "reader", reason: "chart" };
    let manner = Manner { update: Some(correction), ..Manner::default() };
    registry.change("test", Some("chart"), |change| change.take_in_as(records, manner)).unwrap()
}

fn discrepancies(registry: &Registry) -> Vec<String> {
    let found = registry.verify().unwrap().discrepancies;
    found.iter().map(|one| format!("{one:?}")).collect()
}

fn measured(registry: &Registry) -> Measurement {
    registry.patient_file("a/1").unwrap().unwrap().visits[0].1[0].clone()
}

#[test]
fn what_a_file_leaves_out_contradicts_nothing() {
    let (_folder, mut registry) = registry();
    let mut full = case(&["HbA1c=6.80 %", "FPG=7.1 mmol/L"]);
    full.reports[0].record.simulated = true;
    full.reports[0].record.note = Some("a note".to_owned());
    let of_patient = &mut full.patients[0];
    let known = of_patient.patient.as_mut().unwrap();
    known.source =
        Some(Source { place: Some("p. 2".to_owned()), quote: Some("53".to_owned()), method: None });
    of_patient.infusions[0].record.cells = Some(6e7);
    of_patient.visits[0].visit.record.note = Some("fasting".to_owned());
    of_patient.visits[0].measurements[0].record.limits =
        Some(Limits { low: Some("4".to_owned()), high: Some("6".to_owned()) });
    let fever = AdverseEvent {
        term: "fever".to_owned(),
        grade: Some(2),
        onset_day: Some(Day(3)),
        ..AdverseEvent::default()
    };
    of_patient.events.push(Placed::typed(fever));
    take(&mut registry, &full);
    let mut short = case(&["HbA1c=6.8 %"]);
    let of_patient = &mut short.patients[0];
    let patient = of_patient.patient.as_mut().unwrap();
    patient.age_years = None;
    patient.source = Some(Source { place: Some("p. 2".to_owned()), ..Source::default() });
    let fever = AdverseEvent { term: "fever".to_owned(), ..AdverseEvent::default() };
    of_patient.events.push(Placed::typed(fever));
    let again = take(&mut registry, &short);
    assert_eq!((errors(&again), again.added.total()), (Vec::new(), 0));
    assert_eq!(again.known.total(), 6, "report, patient, infusion, visit, measurement, event");
    assert_eq!(registry.verify().unwrap().entries, 2, "nothing was written");
}

#[test]
fn each_field_that_differs_is_named_and_names_the_way_to_change_it() {
    let (_folder, mut registry) = registry();
    take(&mut registry, &case(&["HbA1c=6.8 %"]));
    let mut other = case(&["HbA1c=6.9 %"]);
    let patient = other.patients[0].patient.as_mut().unwrap();
    (patient.age_years, patient.height_cm) = (Some(54.0), Some(170.0));
    let intake = take(&mut registry, &other);
    assert_eq!(intake.problems.len(), 3);
    assert!(errors(&intake).iter().all(|text| text.contains("--update")), "{intake:?}");
}

#[test]
fn an_update_edits_each_record_once_and_the_file_is_known_afterwards() {
    let (_folder, mut registry) = registry();
    let mut first = case(&["HbA1c=6.8 %", "FPG=figure-only", "ALT=31 U/L"]);
    let metformin = |dose| Medication {
        drug: "metformin".to_owned(),
        dose_per_day: Some(dose),
        dose_unit: Some("mg".to_owned()),
        start_day: Some(Day(-100)),
        note: Some("with meals".to_owned()),
        ..Medication::default()
    };
    first.patients[0].medications.push(Placed::typed(metformin(500.0)));
    take(&mut registry, &first);
    let mut other = case(&["HbA1c=6.9 %", "FPG=7.1 mmol/L", "ALT=31 U/L"]);
    other.patients[0].patient = Some(patient("a/1", Some(54.0)));
    let mut new = metformin(1000.0);
    new.note = None;
    other.patients[0].medications.push(Placed::typed(new));
    let intake = update(&mut registry, &other);
    assert_eq!(errors(&intake), Vec::<String>::new());
    let changed = |kind| intake.changed.of(kind);
    assert_eq!(changed(Kind::Patient), 1);
    assert_eq!((changed(Kind::Measurement), changed(Kind::Medication)), (2, 1));
    assert_eq!(intake.added.total(), 0);
    let file = registry.patient_file("a/1").unwrap().unwrap();
    assert_eq!(file.patient.age_years, Some(54.0));
    let of = |analyte: &str| {
        file.visits[0].1.iter().find(|one| one.analyte == analyte).expect(analyte).clone()
    };
    let hba1c = of("hba1c");
    assert_eq!(hba1c.reading.text(), "6.8 %", "the print stays");
    assert_eq!(hba1c.in_force().text(), "6.9 %");
    assert_eq!(hba1c.other_readings[0].made_by, "reader");
    let fpg = of("fpg");
    assert_eq!((fpg.reading.status, fpg.reading.text()), (Status::Measured, "7.1 mmol/L".into()));
    let medication = &file.medications[..];
    assert_eq!(medication.len(), 1);
    assert_eq!(medication[0].dose_per_day, Some(1000.0));
    assert_eq!(medication[0].note.as_deref(), Some("with meals"), "left out, not removed");
    assert_eq!(discrepancies(&registry), Vec::<String>::new());
    let fields: Vec<_> =
        intake.changes.iter().map(|one| (one.field.as_str(), one.before.as_deref())).collect();
    assert!(fields.contains(&("value", Some("figure only"))), "{fields:?}");
    // Both what was printed and what is read now are known; neither changes anything.
    for records in [&other, &case(&["HbA1c=6.8 %"])] {
        let mut records = records.clone();
        records.patients[0].patient = Some(patient("a/1", Some(54.0)));
        let again = update(&mut registry, &records);
        assert_eq!((again.changed.total(), again.added.total(), again.problems.len()), (0, 0, 0));
    }
    assert_eq!(registry.verify().unwrap().entries, 3);
}

/// The same value in another unit, rounded as it is printed, is the same value: a file contradicts
/// nothing by it, and an update changes nothing.
#[test]
fn the_same_value_in_another_unit_is_no_change() {
    let (_folder, mut registry) = registry();
    take(&mut registry, &case(&["HbA1c=6.8 %", "FPG=126 mg/dL"]));
    let other = case(&["HbA1c=51 mmol/mol", "FPG=7.0 mmol/L"]);
    assert_eq!(take(&mut registry, &other).problems, []);
    let intake = update(&mut registry, &other);
    assert_eq!((intake.changed.total(), intake.problems.len()), (0, 0), "{intake:?}");
    assert_eq!(measured(&registry).other_readings, []);
    assert_eq!(registry.verify().unwrap().entries, 2, "nothing was written");
    // Of another value it is a correction, and in whichever unit it is said again, it is known.
    let intake = update(&mut registry, &case(&["HbA1c=52 mmol/mol"]));
    assert_eq!(intake.changed.total(), 1);
    assert_eq!(measured(&registry).in_force().text(), "52 mmol/mol");
    for known in ["HbA1c=52 mmol/mol", "HbA1c=6.9 %", "HbA1c=6.8 %"] {
        assert_eq!(update(&mut registry, &case(&[known])).changed.total(), 0, "{known}");
    }
    assert_eq!(discrepancies(&registry), Vec::<String>::new());
}

#[test]
fn what_no_reading_corrects_is_refused_also_with_an_update() {
    for (recorded, given) in [
        ("ALT=not-done", "ALT=31 U/L"),
        ("ALT=31 U/L", "ALT=not-done"),
        ("ALT=31 U/L", "ALT=not-reported"),
    ] {
        let (_folder, mut registry) = registry();
        take(&mut registry, &case(&[recorded]));
        let intake = update(&mut registry, &case(&[given]));
        assert_eq!(intake.problems.len(), 1, "{recorded} {given}");
        assert!(errors(&intake)[0].contains("measurement remove"), "{:?}", errors(&intake));
        assert_eq!(measured(&registry).other_readings, []);
    }
}

#[test]
fn two_records_of_one_import_that_contradict_are_named_not_changed() {
    let (_folder, mut registry) = registry();
    let mut records = case(&["HbA1c=6.8 %"]);
    records.append(case(&["HbA1c=6.9 %"]));
    let intake = update(&mut registry, &records);
    let told = errors(&intake);
    assert!(told.len() == 1 && told[0].contains("contradict each other"), "{told:?}");
}

#[test]
fn limits_and_a_source_are_added_to_a_value_and_logged() {
    let (_folder, mut registry) = registry();
    take(&mut registry, &case(&["HbA1c=6.8 %"]));
    let mut other = case(&["HbA1c=6.8 %"]);
    let measurement = &mut other.patients[0].visits[0].measurements[0].record;
    measurement.limits = Some(Limits { low: None, high: Some("6".to_owned()) });
    measurement.source = Some(Source { place: Some("table 2".to_owned()), ..Source::default() });
    assert_eq!(take(&mut registry, &other).problems.len(), 2, "more is said than is recorded");
    let intake = update(&mut registry, &other);
    assert_eq!((intake.changed.total(), intake.changes.len()), (1, 2), "{intake:?}");
    assert_eq!(measured(&registry), other.patients[0].visits[0].measurements[0].record);
    assert_eq!(discrepancies(&registry), Vec::<String>::new());
}

#[test]
fn an_update_inside_a_bulk_leaves_the_batch_it_was_in() {
    let (_folder, mut registry) = registry();
    let bulk = |registry: &mut Registry, records: &Records, update| {
        let correction = Correction { made_by: "reader", reason: "chart" };
        let manner = Manner { update: Some(correction).filter(|_| update), ..Manner::default() };
        let done: Result<Intake, StoreError> = registry.change("test", Some("chart"), |change| {
            change.begin_bulk()?;
            change.take_in_as(records, manner)
        });
        done.unwrap()
    };
    bulk(&mut registry, &case(&["HbA1c=6.8 %", "FPG=not-reported"]), false);
    let mut other = case(&["HbA1c=6.9 %", "FPG=7.1 mmol/L", "ALT=31 U/L"]);
    other.patients[0].patient = Some(patient("a/1", Some(54.0)));
    other.patients[0].visits[0].visit.record.note = Some("fasting".to_owned());
    let intake = bulk(&mut registry, &other, true);
    assert_eq!((intake.changed.total(), intake.added.total()), (4, 1), "{intake:?}");
    assert_eq!(discrepancies(&registry), Vec::<String>::new());
}

#[test]
fn a_source_at_another_place_does_not_inherit_the_quote() {
    let source = |place: &str, quote: Option<&str>| {
        let quote = quote.map(str::to_owned);
        Some(Source { place: Some(place.to_owned()), quote, method: None })
    };
    let event = |source| AdverseEvent { source, ..AdverseEvent::default() };
    let known = event(source("p. 2", Some("a fever")));
    assert_eq!(event(source("p. 2", None)).filled(&known), known);
    assert_eq!(event(None).filled(&known), known);
    assert_eq!(event(source("p. 3", None)).filled(&known).source, source("p. 3", None));
}

#[test]
fn what_has_no_key_is_paired_only_where_it_is_plainly_the_same() {
    let event = |onset: Option<i32>, grade| AdverseEvent {
        term: "fever".to_owned(),
        onset_day: onset.map(Day),
        grade,
        ..AdverseEvent::default()
    };
    let fate = |records: Vec<&AdverseEvent>, known: &AdverseEvent| {
        fates(records.into_iter(), std::slice::from_ref(known), false)
    };
    let (bare, early) = (event(None, None), event(Some(3), Some(1)));
    assert_eq!(fate(vec![&early], &early), [Fate::Known]);
    assert_eq!(fate(vec![&bare], &early), [Fate::Known], "silence");
    assert_eq!(fate(vec![&bare, &bare], &early), [Fate::Known, Fate::New]);
    assert_eq!(fate(vec![&early], &bare), [Fate::Differs(0)], "it says more");
    assert_eq!(fate(vec![&early, &bare], &bare), [Fate::New, Fate::Known]);
    assert_eq!(fate(vec![&event(Some(3), Some(2))], &early), [Fate::Differs(0)]);
    assert_eq!(fate(vec![&event(Some(9), Some(1))], &early), [Fate::New], "another day");
    assert_eq!(fate(vec![&event(None, Some(2))], &event(None, Some(1))), [Fate::New]);
    let exact = fates([&bare].into_iter(), std::slice::from_ref(&early), true);
    assert_eq!(exact, [Fate::New], "what is typed means what it leaves out");
}

#[test]
fn a_planned_day_of_a_file_is_no_day_and_an_actual_one_is() {
    let schedule = crate::domain::Schedule::parse("W0,W4±1").unwrap();
    let visit = |day: Option<i32>| Visit::new("W4", day.map(Day), None, &schedule).unwrap();
    assert_eq!(visit(None).filled(&visit(Some(30))), visit(Some(30)));
    assert_eq!(visit(Some(30)).filled(&visit(None)), visit(Some(30)));
    let dated = Visit { date: crate::domain::PartialDate::parse("2024-03-05").ok(), ..visit(None) };
    let dated = Visit { day: None, day_basis: None, ..dated };
    assert_eq!(dated.filled(&visit(None)), dated, "a date overrules the plan");
    assert_eq!(dated.filled(&visit(Some(30))).day, Some(Day(30)));
}

#[test]
fn whoever_watches_can_end_it_and_nothing_stays() {
    let (folder, mut registry) = registry();
    let before = std::fs::read(folder.path().join("test.db")).unwrap();
    let mut records = case(&["HbA1c=6.8 %"]);
    records.append(case(&["FPG=7.1 mmol/L"]));
    let mut asked = Vec::new();
    let mut watch = |done| {
        asked.push(done);
        done == 0
    };
    let manner = Manner { watch: Some(&mut watch), ..Manner::default() };
    let done: Result<Intake, StoreError> =
        registry.change("test", None, |change| change.take_in_as(&records, manner));
    assert!(matches!(done, Err(StoreError::Stopped)));
    assert_eq!(asked, [0, 4], "patient, infusion, visit and value");
    assert!(!folder.path().join("test.db-journal").exists());
    drop(registry);
    assert_eq!(std::fs::read(folder.path().join("test.db")).unwrap(), before);
}

#[test]
fn what_comes_in_pieces_is_one_intake() {
    let pieces = ["1", "2", "3"].map(|label| {
        let mut records = case(&["HbA1c=6.8 %"]);
        let of_patient = &mut records.patients[0];
        of_patient.key.record = format!("a/{label}");
        of_patient.patient = Some(patient(&format!("a/{label}"), Some(53.0)));
        records
    });
    let (_folder, mut registry) = registry();
    let mut seen = Vec::new();
    let mut watch = |done| {
        seen.push(done);
        true
    };
    let intake = registry.change("test", None, |change| {
        let mut work = Work::new(Manner { watch: Some(&mut watch), ..Manner::default() });
        for records in &pieces {
            change.take_in_piece(records, &mut work)?;
        }
        change.end_intake(work)
    });
    let intake = intake.unwrap();
    let counts = [Kind::Report, Kind::Patient, Kind::Visit, Kind::Measurement];
    assert_eq!(counts.map(|kind| intake.added.of(kind)), [1, 3, 3, 3]);
    assert_eq!(seen, [0, 4, 8, 12], "records so far, over all pieces");
    let entries = registry.history(&HistoryOf::All).unwrap().unwrap();
    assert_eq!(entries.len(), 2, "init and one intake");
}

#[test]
fn a_report_that_two_files_of_one_import_name_is_counted_once() {
    let (_folder, mut registry) = registry();
    let mut both = case(&["HbA1c=6.8 %"]);
    both.reports.extend(both.reports.clone());
    let intake = take(&mut registry, &both);
    let counts = |intake: &Intake| [intake.added, intake.known].map(|tally| tally.of(Kind::Report));
    assert_eq!(counts(&intake), [1, 0]);
    assert_eq!(counts(&take(&mut registry, &both)), [0, 1]);
}
