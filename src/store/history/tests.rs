//! Records at a moment are what they were then; one record is followed through its names.

use super::*;
use crate::domain::{AdverseEvent, Medication, Moment, Placed, Records};
use crate::store::testing::{case, registry};
use crate::store::{Access, Caller, Change, Lockable};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn change<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    registry.change("test", Some("because"), work)
}

fn fever(grade: u8) -> AdverseEvent {
    AdverseEvent { term: "fever".to_owned(), grade: Some(grade), ..AdverseEvent::default() }
}

fn with_events(events: Vec<AdverseEvent>) -> Records {
    let mut records = case(&["HbA1c=6.8 %", "FPG=7.1 mmol/L"]);
    records.patients[0].events = events.into_iter().map(Placed::typed).collect();
    records
}

/// Every record as text, by its noun and name.
fn now(registry: &Registry) -> BTreeMap<(String, String), Vec<String>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for ((noun, _, key), images) in registry.current_records().unwrap().0 {
        let texts = images.iter().map(ToString::to_string);
        found.entry((noun, key)).or_default().extend(texts);
    }
    found.values_mut().for_each(|texts| texts.sort());
    found
}

fn then(registry: &Registry, entry: i64) -> BTreeMap<(String, String), Vec<String>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    let as_of = registry.as_of(&HistoryOf::All, &Moment::Entry(entry)).unwrap().unwrap();
    assert_eq!(as_of.entry.map(|(number, _)| number), Some(entry));
    for Past { noun, key, image } in as_of.records {
        found.entry((noun, key)).or_default().push(image.to_string());
    }
    found.values_mut().for_each(|texts| texts.sort());
    found
}

/// Something a person may do. What can't be done at the moment changes nothing.
#[derive(Debug, Clone)]
enum Step {
    TakeIn,
    AddEvent(u8),
    AddMedication(u8),
    EditEvent(usize, u8),
    RemoveEvent(usize),
    EditAge(u8),
    RenameVisit(&'static str, &'static str),
    RemoveVisit,
    RemovePatient,
    Lock,
    Unlock,
}

fn step() -> impl Strategy<Value = Step> {
    let label = || prop::sample::select(vec!["W4", "week 4", "W0", "x"]);
    prop_oneof![
        Just(Step::TakeIn),
        (1..4u8).prop_map(Step::AddEvent),
        (1..4u8).prop_map(Step::AddMedication),
        (1..4usize, 1..5u8).prop_map(|(number, grade)| Step::EditEvent(number, grade)),
        (1..4usize).prop_map(Step::RemoveEvent),
        (20..90u8).prop_map(Step::EditAge),
        (label(), label()).prop_map(|(was, now)| Step::RenameVisit(was, now)),
        Just(Step::RemoveVisit),
        Just(Step::RemovePatient),
        Just(Step::Lock),
        Just(Step::Unlock),
    ]
}

fn take(registry: &mut Registry, step: &Step) {
    let file = registry.patient_file("a/1").unwrap();
    let stored = registry.patient("a/1").unwrap();
    // Whoever calls drops a change that is not done; what is locked is refused.
    let _ = registry.change("step", Some("because"), |change| {
        let kept = || StoreError::Unexpected("kept".to_owned());
        match (step, stored, file) {
            (Step::TakeIn, ..) => {
                let intake = change.take_in(&with_events(Vec::new()))?;
                if intake.problems.is_empty() { Ok(()) } else { Err(kept()) }
            }
            (Step::Lock, ..) => change
                .lock(&Lockable::Key("a".to_owned()), "tester", "checked")?
                .map(|_| ())
                .map_err(|_| kept()),
            (Step::Unlock, ..) => {
                change.unlock(&Lockable::Key("a".to_owned()))?.map(|_| ()).map_err(|_| kept())
            }
            (Step::AddEvent(grade), Some(stored), _) => {
                change.add_event(&stored, None, &fever(*grade))
            }
            (Step::AddMedication(dose), Some(stored), _) => {
                let drug = Medication {
                    drug: "insulin".to_owned(),
                    note: Some(dose.to_string()),
                    ..Medication::default()
                };
                change.add_medication(&stored, None, &drug)
            }
            (Step::EditEvent(number, grade), Some(stored), _) => change
                .edit_event(&stored, *number, |event| {
                    event.grade = Some(*grade);
                    event.term = if *grade > 2 { "high fever" } else { "fever" }.to_owned();
                    Ok(())
                })?
                .map(|_| ())
                .map_err(|_| kept()),
            (Step::RemoveEvent(number), Some(stored), _) => {
                change.remove_event(&stored, *number)?.map(|_| ()).map_err(|_| kept())
            }
            (Step::EditAge(age), Some(_), _) => change
                .edit_patient("a/1", |patient| {
                    patient.age_years = Some(f64::from(*age));
                    Ok(())
                })?
                .map(|_| ())
                .map_err(|_| kept()),
            (Step::RenameVisit(was, now), Some(stored), _) => change
                .edit_visit(&stored, was, |visit| {
                    visit.label = (*now).to_owned();
                    Ok(())
                })?
                .map(|_| ())
                .map_err(|_| kept()),
            (Step::RemoveVisit, Some(stored), Some(file)) => match file.visits.first() {
                Some((visit, measured)) => change
                    .remove_visit(&stored, visit, measured, true)?
                    .map(|_| ())
                    .map_err(|_| kept()),
                None => Err(kept()),
            },
            (Step::RemovePatient, Some(_), Some(file)) => {
                change.remove_patient(&file, true)?.map(|_| ()).map_err(|_| kept())
            }
            _ => Err(kept()),
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn each_moment_is_what_was_there_then(steps in prop::collection::vec(step(), 1..24)) {
        let (_folder, mut registry) = registry();
        let mut seen = BTreeMap::new();
        for step in std::iter::once(&Step::TakeIn).chain(&steps) {
            take(&mut registry, step);
            let newest = registry.history(&HistoryOf::All).unwrap().unwrap().len();
            seen.entry(i64::try_from(newest).unwrap()).or_insert_with(|| now(&registry));
        }
        prop_assert_eq!(registry.verify().unwrap().discrepancies, vec![]);
        for (entry, was) in seen {
            prop_assert_eq!(then(&registry, entry), was, "entry {}", entry);
        }
    }
}

/// The grade of a fever in the history of an event, entry by entry: before and after.
fn grades(registry: &Registry, number: usize) -> Vec<(i64, Option<String>, Option<String>)> {
    let of = HistoryOf::Part("a/1".to_owned(), Part::Numbered("event", number));
    let entries = registry.history(&of).unwrap().unwrap();
    let mut found = Vec::new();
    for entry in &entries {
        let fields = entry.rows.iter().flat_map(Entry::fields);
        let grade = fields.into_iter().filter(|one| one.field == "grade");
        found.extend(grade.map(|one| (entry.number, one.before, one.after)));
    }
    found
}

#[test]
fn one_of_several_of_the_same_name_is_followed() {
    let (_folder, mut registry) = registry();
    change(&mut registry, |c| c.take_in(&with_events(vec![fever(1), fever(2)]))).unwrap();
    let stored = registry.patient("a/1").unwrap().unwrap();
    let grade = |registry: &mut Registry, number, grade| {
        let edit = |event: &mut AdverseEvent| {
            event.grade = Some(grade);
            Ok(())
        };
        change(registry, |c| c.edit_event(&stored, number, edit)).unwrap().unwrap();
    };
    grade(&mut registry, 1, 3);
    grade(&mut registry, 2, 1); // as the other one was
    let told = |text: &str| Some(text.to_owned());
    assert_eq!(grades(&registry, 1), [(2, None, told("1")), (3, told("1"), told("3"))]);
    assert_eq!(grades(&registry, 2), [(2, None, told("2")), (4, told("2"), told("1"))]);
    let of = HistoryOf::Part("a/1".to_owned(), Part::Numbered("event", 2));
    let then = registry.as_of(&of, &Moment::Entry(3)).unwrap().unwrap();
    assert_eq!(then.records.len(), 1);
    assert_eq!(then.records[0].image["grade"], 2);
    assert!(registry.as_of(&of, &Moment::Entry(1)).unwrap().unwrap().records.is_empty());
    let none = HistoryOf::Part("a/1".to_owned(), Part::Numbered("event", 3));
    assert_eq!(registry.history(&none).unwrap(), None);
}

#[test]
fn a_renamed_visit_is_followed_with_its_measurements() {
    let (_folder, mut registry) = registry();
    change(&mut registry, |c| c.take_in(&with_events(Vec::new()))).unwrap();
    let stored = registry.patient("a/1").unwrap().unwrap();
    let rename = |visit: &mut crate::domain::Visit| {
        visit.label = "week 4".to_owned();
        Ok(())
    };
    change(&mut registry, |c| c.edit_visit(&stored, "W4", rename)).unwrap().unwrap();
    let of = HistoryOf::Part("a/1".to_owned(), Part::Visit("WEEK 4".to_owned()));
    let entries = registry.history(&of).unwrap().unwrap();
    let rows: Vec<_> = entries.iter().map(|entry| (entry.number, entry.rows.len())).collect();
    assert_eq!(rows, [(2, 3), (3, 3)]);
    let then = registry.as_of(&of, &Moment::Entry(2)).unwrap().unwrap();
    let keys: Vec<_> = then.records.iter().map(|past| past.key.as_str()).collect();
    assert_eq!(keys, ["a/1 W4", "a/1 W4 fpg", "a/1 W4 hba1c"]);
    let visits = "a/1 week".to_owned();
    let other = HistoryOf::Part("a/1".to_owned(), Part::Visit(visits));
    assert_eq!(registry.history(&other).unwrap(), None);
}

#[test]
fn what_was_removed_keeps_its_history() {
    let (_folder, mut registry) = registry();
    change(&mut registry, |c| c.take_in(&with_events(vec![fever(1)]))).unwrap();
    let file = registry.patient_file("a/1").unwrap().unwrap();
    change(&mut registry, |c| c.remove_patient(&file, true)).unwrap().unwrap();
    let numbers = |of: &HistoryOf| -> Vec<i64> {
        let entries = registry.history(of).unwrap().unwrap();
        entries.iter().map(|entry| entry.number).collect()
    };
    let part = |part| HistoryOf::Part("a/1".to_owned(), part);
    for of in [
        HistoryOf::Key("a/1".to_owned()),
        part(Part::Visit("W4".to_owned())),
        part(Part::Measurement("W4".to_owned(), "hba1c".to_owned())),
        part(Part::Noun("event")),
        part(Part::Numbered("infusion", 1)),
    ] {
        assert_eq!(numbers(&of), [2, 3], "{of:?}");
    }
    let of = HistoryOf::Key("a/1".to_owned());
    assert_eq!(registry.as_of(&of, &Moment::Entry(2)).unwrap().unwrap().records.len(), 6);
    assert!(registry.as_of(&of, &Moment::Entry(3)).unwrap().unwrap().records.is_empty());
    assert_eq!(registry.history(&HistoryOf::Key("a/9".to_owned())).unwrap(), None);
}

#[test]
fn before_the_first_entry_there_was_nothing() {
    let (_folder, registry) = registry();
    let long_ago = Moment::parse("2001-01-01").unwrap();
    let then = registry.as_of(&HistoryOf::All, &long_ago).unwrap().unwrap();
    assert_eq!((then.entry, then.newest, then.records.len()), (None, 1, 0));
}

#[test]
fn a_file_that_is_not_what_its_log_says_has_no_past() {
    let (_folder, mut registry) = registry();
    change(&mut registry, |c| c.take_in(&with_events(Vec::new()))).unwrap();
    registry.connection.execute("UPDATE patient SET age_years = 35", ()).unwrap();
    let told = registry.as_of(&HistoryOf::All, &Moment::Entry(1)).unwrap_err().to_string();
    assert!(told.ends_with("patient a/1 is not what entry 2 says of it"), "{told}");
}

#[test]
fn what_a_merge_brought_is_told_by_the_log_it_came_from() {
    let (folder, mut ours) = registry();
    change(&mut ours, |c| c.take_in(&with_events(Vec::new()))).unwrap();
    let copy = folder.path().join("copy.db");
    ours.copy_to(&copy).unwrap();
    let mut theirs = Registry::open(&copy, Access::Write, &Caller::named("other")).unwrap();
    change(&mut theirs, |c| c.take_in(&with_events(vec![fever(2)]))).unwrap();
    change(&mut ours, |c| c.merge(&theirs, None)).unwrap();
    let of = HistoryOf::Part("a/1".to_owned(), Part::Noun("event"));
    let entries = ours.history(&of).unwrap().unwrap();
    assert_eq!(entries.len(), 1);
    let origin = ours.origin(&entries[0].rows[0]).unwrap().unwrap();
    assert_eq!((entries[0].actor.as_str(), origin.actor.as_str()), ("tester", "other"));
    let log = ours.log_text().unwrap();
    assert_eq!((log.own, log.merged), (3, 1));
}

#[test]
fn what_a_registry_defines_has_its_history_also_once_it_is_gone() {
    let (_folder, mut registry) = registry();
    let mut zinc = crate::domain::Analyte::own("zinc");
    zinc.name = "Zinc".to_owned();
    zinc.set_unit("umol/L");
    let arm = crate::domain::Attribute {
        key: "arm".to_owned(),
        label: None,
        kind: crate::domain::AttributeKind::Text,
        values: Vec::new(),
    };
    let product = crate::domain::Product { key: "cells".to_owned(), ..Default::default() };
    let answer = crate::store::Answer {
        finding: "0a1b2c3d".to_owned(),
        rule: "usual-range".to_owned(),
        place: "a/1, visit W4, AFP".to_owned(),
        evidence: "34 ng/mL".to_owned(),
        made_by: "tester".to_owned(),
        reason: "as printed".to_owned(),
    };
    let week = crate::domain::Schedule::parse("W24±4").unwrap().timepoints()[0].clone();
    change(&mut registry, |c| c.add_analyte(&zinc)).unwrap().unwrap();
    change(&mut registry, |c| c.add_attribute("u1", &arm)).unwrap();
    change(&mut registry, |c| c.add_product("u2", &product)).unwrap();
    assert!(change(&mut registry, |c| c.answer_doubt(&answer)).unwrap());
    assert!(change(&mut registry, |c| c.add_timepoint(&week)).unwrap().is_ok());
    let told = |registry: &Registry, key: &str| -> Vec<String> {
        let found = registry.history(&HistoryOf::Key(key.to_owned())).unwrap().unwrap_or_default();
        let row = |row: &serde_json::Value| {
            let side = |side: &str| if row[side].is_null() { "-" } else { "+" };
            let noun = row["noun"].as_str().unwrap_or_default();
            format!("{noun} {}{}", side("before"), side("after"))
        };
        found.iter().flat_map(|entry| entry.rows.iter().map(row)).collect()
    };
    let all = [
        ("zinc", "analyte"),
        ("arm", "attribute"),
        ("cells", "product"),
        ("0a1b2c3d", "answer"),
        ("W24", "timepoint"),
    ];
    for (key, noun) in all {
        assert_eq!(told(&registry, key), [format!("{noun} -+")], "{key}");
    }
    let now = registry.as_of(&HistoryOf::All, &"2999-01-01".parse().unwrap()).unwrap().unwrap();
    let nouns: Vec<_> = now.records.iter().map(|one| one.noun.as_str()).collect();
    assert_eq!(nouns, ["registry", "analyte", "attribute", "product", "answer"]);
    change(&mut registry, |c| c.remove_analyte("zinc")).unwrap().unwrap();
    change(&mut registry, |c| c.remove_attribute("arm", false)).unwrap().unwrap();
    change(&mut registry, |c| c.remove_product("cells")).unwrap().unwrap();
    assert!(change(&mut registry, |c| c.reopen("0a1b2c3d")).unwrap().is_some());
    assert!(change(&mut registry, |c| c.remove_timepoint("W24")).unwrap().is_ok());
    for (key, noun) in all {
        assert_eq!(told(&registry, key), [format!("{noun} -+"), format!("{noun} +-")], "{key}");
    }
    assert!(registry.history(&HistoryOf::Key("W0".to_owned())).unwrap().is_some(), "init");
    assert!(registry.history(&HistoryOf::Key("W99".to_owned())).unwrap().is_none());
}
