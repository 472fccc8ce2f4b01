//! Comparing changes nothing, every field is compared, and what was settled stays so.

use super::*;
use crate::domain::*;
use crate::store::testing::{case, registry};
use std::collections::BTreeSet;

fn import(registry: &mut Registry, records: &Records) {
    let done: Result<_, StoreError> =
        registry.change("import", None, |change| change.take_in(records));
    assert_eq!(done.unwrap().problems, []);
}

fn settle(registry: &mut Registry, records: &Records, take: &[&str], keep: &[&str]) -> Settled {
    let choices = |texts: &[&str]| texts.iter().map(|text| Choice::parse(text)).collect();
    let decisions = Decisions {
        take: choices(take),
        keep: choices(keep),
        made_by: "second".to_owned(),
        reason: "chart".to_owned(),
    };
    let done: Result<_, StoreError> =
        registry.change("settle", Some("chart"), |change| change.settle(records, &decisions));
    let done = done.unwrap();
    assert_eq!(registry.verify().unwrap().discrepancies, []);
    done
}

/// The fields that are open, as `record, field: here / there`.
fn open(registry: &Registry, records: &Records) -> Vec<String> {
    let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let found = registry.compare(records).unwrap();
    found
        .open()
        .map(|one| {
            format!("{}, {}: {} / {}", one.record, one.field, told(&one.here), told(&one.there))
        })
        .collect()
}

/// A second entry of `case` with other values, age and an event.
fn second() -> Records {
    let mut second = case(&["HbA1c=6.9 %", "FPG=7.1 mmol/L"]);
    let patient = &mut second.patients[0];
    patient.patient.as_mut().unwrap().age_years = Some(35.0);
    patient
        .events
        .push(Placed::typed(AdverseEvent { term: "fever".to_owned(), ..AdverseEvent::default() }));
    second
}

const OPEN: [&str; 4] = [
    "a/1, age years: 53 / 35",
    "a/1, visit W4, HbA1c, value: 6.8 % / 6.9 %",
    "a/1, visit W4, FPG, record: - / 7.1 mmol/L",
    "a/1, event fever, record: - / term fever",
];

#[test]
fn the_same_entered_twice_agrees_in_every_field() {
    let (_folder, mut registry) = registry();
    let records = case(&["HbA1c=6.8 %", "ALT=not-done"]);
    import(&mut registry, &records);
    let found = registry.compare(&records).unwrap();
    assert_eq!((found.differences.len(), found.equal), (0, found.fields));
    assert!(found.fields >= 5, "{} fields", found.fields);
}

#[test]
fn what_differs_is_named_with_who_entered_it_and_nothing_is_changed() {
    let (_folder, mut registry) = registry();
    import(&mut registry, &case(&["HbA1c=6.8 %"]));
    assert_eq!(open(&registry, &second()), OPEN);
    let found = registry.compare(&second()).unwrap();
    assert_eq!(found.differences[0].entered.as_ref().unwrap().0, "tester");
    assert_eq!(registry.verify().unwrap().entries, 2);
    let names: BTreeSet<_> = found.differences.iter().map(|one| one.id.clone()).collect();
    assert_eq!(names.len(), 4, "each has a name of its own");
    let again: BTreeSet<_> =
        registry.compare(&second()).unwrap().differences.into_iter().map(|one| one.id).collect();
    assert_eq!(names, again);
}

#[test]
fn the_second_entry_is_taken_and_the_print_stays() {
    let (_folder, mut registry) = registry();
    import(&mut registry, &case(&["HbA1c=6.8 %"]));
    let settled = settle(&mut registry, &second(), &["all"], &[]);
    assert_eq!((settled.taken.len(), settled.refused.len()), (4, 0));
    assert_eq!(open(&registry, &second()), [""; 0]);
    let file = registry.patient_file("a/1").unwrap().unwrap();
    assert_eq!((file.patient.age_years, file.events.len()), (Some(35.0), 1));
    let hba1c = file.visits[0].1.iter().find(|one| one.analyte == "hba1c").unwrap();
    assert_eq!(hba1c.reading.text(), "6.8 %");
    let other = &hba1c.other_readings[0];
    assert_eq!((other.reading.text().as_str(), other.made_by.as_str()), ("6.9 %", "second"));
    assert_eq!(other.reason, "chart (settled in double entry)");
}

#[test]
fn what_was_kept_is_settled_until_one_of_the_values_changes() {
    let (_folder, mut registry) = registry();
    import(&mut registry, &case(&["HbA1c=6.8 %"]));
    let settled = settle(&mut registry, &second(), &["event"], &["age", "W4, HbA1c"]);
    assert_eq!((settled.taken.len(), settled.kept.len()), (1, 2));
    assert_eq!(open(&registry, &second()), OPEN[2..3]);
    let answers = registry.answers().unwrap();
    assert_eq!(answers[0].evidence, "recorded 53; second entry 35");
    assert_eq!((answers[0].rule.as_str(), answers[0].made_by.as_str()), (RULE_TEXT, "second"));
    let mut other = second();
    other.patients[0].patient.as_mut().unwrap().age_years = Some(36.0);
    assert_eq!(open(&registry, &other)[0], "a/1, age years: 53 / 36");
}

const RULE_TEXT: &str = "double entry";

#[test]
fn what_can_not_be_taken_so_is_refused_by_name_and_passed_over_by_all() {
    let (_folder, mut registry) = registry();
    import(&mut registry, &case(&["HbA1c=6.8 %", "ALT=not-done", "AFP=3.4 ng/mL"]));
    let second = case(&["HbA1c=not-done", "ALT=31 U/L"]);
    let settled = settle(&mut registry, &second, &["all"], &[]);
    assert_eq!((settled.taken.len(), settled.refused.len()), (0, 0));
    let names: Vec<_> =
        registry.compare(&second).unwrap().differences.into_iter().map(|one| one.id).collect();
    assert_eq!(names.len(), 3);
    for name in &names {
        assert_eq!(settle(&mut registry, &second, &[name], &[]).refused.len(), 1, "{name}");
    }
    let keep: Vec<_> = names.iter().map(String::as_str).collect();
    assert_eq!(settle(&mut registry, &second, &[], &keep).kept.len(), 3);
    assert_eq!(open(&registry, &second), [""; 0]);
}

#[test]
fn fields_that_need_each_other_are_taken_together() {
    let (_folder, mut registry) = registry();
    let medication = |dose: Option<f64>, start, end| Medication {
        drug: "metformin".to_owned(),
        dose_per_day: dose,
        dose_unit: dose.map(|_| "mg".to_owned()),
        start_day: Some(Day(start)),
        end_day: Some(Day(end)),
        ..Medication::default()
    };
    let mut first = case(&[]);
    first.patients[0].medications.push(Placed::typed(medication(None, -30, -20)));
    import(&mut registry, &first);
    let mut second = case(&[]);
    let taken = medication(Some(500.0), 5, 10);
    second.patients[0].medications.push(Placed::typed(taken.clone()));
    let settled = settle(&mut registry, &second, &["metformin"], &[]);
    assert_eq!((settled.taken.len(), settled.refused.len()), (4, 0));
    assert_eq!(registry.patient_file("a/1").unwrap().unwrap().medications, [taken]);
}

/// A field that is left out of a list would be equal whatever was entered.
#[test]
fn every_field_of_every_record_is_compared() {
    fn all_of<T: fields::Fields + Clone + PartialEq + std::fmt::Debug>(empty: T, full: T) {
        let names: Vec<String> = T::fields().iter().map(|field| field.name.to_owned()).collect();
        let mut copy = empty.clone();
        fields::copied(&names, &full, &mut copy);
        assert_eq!(copy, full);
        let (same, all) = fields::alike(&empty, &full);
        assert!(all == names.len() && same == 0, "{same} of {all} alike, {} fields", names.len());
    }
    let text = || Some("x".to_owned());
    let date = || PartialDate::parse("2024").ok();
    let source = || Some(Source { place: text(), quote: text(), method: Some(Method::Lab) });
    let empty = |key: &str| crate::store::testing::report(key);
    all_of(
        empty("a"),
        Report {
            key: "a".to_owned(),
            kind: ReportKind::TrialArm,
            simulated: true,
            citation: Citation {
                title: text(),
                authors: text(),
                journal: text(),
                year: Some(2020),
                volume: text(),
                issue: text(),
                pages: text(),
                doi: text(),
                pmid: text(),
                registration: text(),
                country: text(),
                language: text(),
                site: text(),
            },
            adverse_events: AdverseEventStance::Given,
            adverse_events_days: Some(3),
            adverse_events_source: source(),
            note: text(),
        },
    );
    all_of(
        Product::default(),
        Product {
            key: String::new(),
            name: text(),
            cell_type: text(),
            donor: Some(Donor::Autologous),
            tissue: text(),
            preparation: text(),
            state: Some(ProductState::Fresh),
            identity: text(),
            release_tests: text(),
            lot: text(),
            source: source(),
            note: text(),
        },
    );
    all_of(
        Patient::default(),
        Patient {
            key: String::new(),
            reports: vec!["a".to_owned(), "b".to_owned()],
            sex: Some(Sex::Other),
            age_years: Some(1.0),
            birth_year: Some(2000),
            diagnosis: text(),
            diabetes_duration_years: Some(1.0),
            height_cm: Some(100.0),
            follow_up_days: Some(1),
            enrolment_date: date(),
            attributes: [("arm".to_owned(), "msc".to_owned())].into(),
            source: source(),
            note: text(),
        },
    );
    all_of(
        Infusion::default(),
        Infusion {
            number: 0,
            day: Some(Day(1)),
            date: date(),
            product: text(),
            route: text(),
            delivery_site: text(),
            cells: Some(1e6),
            cells_per_kg: Some(1e6),
            dose_printed: text(),
            volume_ml: Some(1.0),
            viability_percent: Some(90.0),
            passage: Some(3),
            premedication: text(),
            source: source(),
            note: text(),
        },
    );
    let visit = Visit::new("discharge", None, None, &Schedule::default()).unwrap();
    all_of(
        visit.clone(),
        Visit {
            day: Some(Day(3)),
            day_basis: Some(DayBasis::Actual),
            date: date(),
            source: source(),
            note: text(),
            ..visit
        },
    );
    all_of(
        AdverseEvent { term: "a".to_owned(), ..AdverseEvent::default() },
        AdverseEvent {
            term: "b".to_owned(),
            coded_term: text(),
            coded_class: text(),
            dictionary: text(),
            onset_day: Some(Day(1)),
            onset_date: date(),
            end_day: Some(Day(2)),
            end_date: date(),
            ctcae_version: text(),
            grade: Some(1),
            serious: Some(true),
            serious_reason: Some(SeriousReason::Important),
            related_to_cells: Some(Relation::None),
            related_to_procedure: Some(Relation::None),
            related_to_premedication: Some(Relation::None),
            related_to_disease: Some(Relation::None),
            infusion: Some(1),
            action: text(),
            outcome: Some(Outcome::Recovered),
            source: source(),
            note: text(),
        },
    );
    all_of(
        Medication { drug: "a".to_owned(), ..Medication::default() },
        Medication {
            drug: "b".to_owned(),
            atc: text(),
            atc_year: Some(2020),
            dose_per_day: Some(0.0),
            dose_unit: text(),
            start_day: Some(Day(1)),
            start_date: date(),
            end_day: Some(Day(2)),
            end_date: date(),
            stop_reason: text(),
            source: source(),
            note: text(),
        },
    );
    let about = |about: &str| About::Topic(about.to_owned());
    all_of(
        Statement {
            about: about("a"),
            visit: None,
            finding: Finding::Normal,
            source: None,
            note: None,
        },
        Statement {
            about: about("b"),
            visit: text(),
            finding: Finding::Improved,
            source: source(),
            note: text(),
        },
    );
}
