//! Columns of the registry's own: what patients have is what the log says, and is always a value.

use super::*;
use crate::domain::{AttributeGiven, Placed, Records};
use crate::store::change::image_of;
use crate::store::intake::Intake;
use crate::store::testing::{case, patient, registry};

fn arm() -> Attribute {
    let values = ["placebo", "msc"].map(str::to_owned).to_vec();
    Attribute { key: "arm".to_owned(), label: None, kind: AttributeKind::Category, values }
}

fn given(key: &str, text: &str) -> Placed<AttributeGiven> {
    Placed::typed(AttributeGiven { key: key.to_owned(), text: text.to_owned() })
}

fn take(registry: &mut Registry, records: &Records) -> Intake {
    let done: Result<_, StoreError> =
        registry.change("test", None, |change| change.take_in(records));
    done.unwrap()
}

/// A registry whose only patient is in the arm msc.
fn with_arm() -> (tempfile::TempDir, Registry) {
    let (folder, mut registry) = registry();
    let mut records = case(&["HbA1c=6.8 %"]);
    records.attributes.push(Placed::typed(arm()));
    records.patients[0].attributes.push(given("ARM", "MSC"));
    assert_eq!(take(&mut registry, &records).problems, []);
    (folder, registry)
}

fn value(registry: &Registry) -> Option<String> {
    registry.patient("a/1").unwrap().unwrap().record.attributes.get("arm").cloned()
}

fn edit(registry: &mut Registry, edit: impl FnOnce(&mut Attribute)) -> Result<Attribute, Unedited> {
    let done: Result<_, StoreError> = registry.change("test", Some("because"), |change| {
        change.edit_attribute("arm", |attribute| {
            edit(attribute);
            Ok(())
        })
    });
    done.unwrap().map(|edited| edited.after)
}

#[test]
fn what_goes_in_comes_out_and_is_what_the_log_says() {
    let (_folder, registry) = with_arm();
    assert_eq!(registry.attributes().unwrap(), [arm()]);
    assert_eq!(value(&registry), Some("msc".to_owned()), "as the category writes it");
    let found = registry.verify().unwrap();
    assert_eq!(found.discrepancies, []);
    let row: (String, String, String) = registry
        .connection
        .query_row("SELECT patient, attribute, value FROM attributes", (), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(row, ("a/1".into(), "arm".into(), "msc".into()), "for other tools");
    let used = &registry.attributes_in_use().unwrap()[0];
    assert_eq!((used.with(), used.without, used.has("placebo")), (1, 0, false));
    assert_eq!(registry.cohort(false).unwrap().subjects[0].attributes["arm"], "msc");
}

#[test]
fn the_same_again_adds_nothing_and_a_file_may_know_fewer_values() {
    let (_folder, mut registry) = with_arm();
    let mut records = case(&["HbA1c=6.8 %"]);
    let fewer = Attribute { values: vec!["msc".to_owned()], ..arm() };
    records.attributes.push(Placed::typed(fewer));
    records.patients[0].attributes.push(given("arm", "msc"));
    let intake = take(&mut registry, &records);
    assert_eq!((intake.problems.len(), intake.added.total()), (0, 0));
    let silent = records.patients[0].attributes.pop();
    let intake = take(&mut registry, &records);
    assert_eq!(
        (intake.problems.len(), intake.added.total()),
        (0, 0),
        "silence is no contradiction"
    );
    records.patients[0].attributes.extend(silent);
    records.patients[0].attributes[0] = given("arm", "placebo");
    records.attributes[0].record.values.push("sham".to_owned());
    let told: Vec<_> = take(&mut registry, &records).problems.into_iter().map(|p| p.what).collect();
    assert_eq!(told, ["attribute arm", "patient a/1"]);
}

#[test]
fn what_is_no_value_is_a_problem_and_adds_nobody() {
    let (_folder, mut registry) = registry();
    let mut records = case(&[]);
    records.attributes.push(Placed::typed(arm()));
    records.patients[0].attributes = vec![given("arm", "both"), given("smoking", "no")];
    let told: Vec<_> = take(&mut registry, &records).problems.into_iter().map(|p| p.what).collect();
    assert_eq!(told, ["patient a/1, arm", "patient a/1, smoking"]);
    assert_eq!(registry.patient("a/1").unwrap(), None);
}

#[test]
fn a_value_altered_elsewhere_is_named_and_so_is_an_attribute() {
    let (_folder, registry) = with_arm();
    registry
        .connection
        .execute_batch(
            "UPDATE patient_attribute SET value = 'placebo'; UPDATE attribute SET label = 'x';",
        )
        .unwrap();
    let found = registry.verify().unwrap().discrepancies;
    let places: Vec<_> = found.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["attribute arm", "patient a/1"]);
    assert!(found[1].what.contains("placebo"), "{}", found[1].what);
}

#[test]
fn what_a_patient_has_stays_a_value() {
    let (_folder, mut registry) = with_arm();
    let wrong = |unedited: Result<Attribute, Unedited>| matches!(unedited, Err(Unedited::Wrong(_)));
    assert!(wrong(edit(&mut registry, |arm| arm.values.retain(|value| value != "msc"))));
    let to_text = |arm: &mut Attribute| {
        arm.kind = AttributeKind::Text;
        arm.values.clear();
    };
    assert!(wrong(edit(&mut registry, to_text)));
    assert!(wrong(edit(&mut registry, |arm| arm.values.clear())), "a category without values");
    let sham = edit(&mut registry, |arm| arm.values[0] = "sham".to_owned());
    assert_eq!(sham.unwrap().values, ["sham", "msc"]);
    assert_eq!(edit(&mut registry, |_| ()), Err(Unedited::Same));
    let done: Result<_, StoreError> = registry.change("test", None, |change| {
        change.edit_patient("a/1", |patient| {
            patient.attributes.clear();
            Ok(())
        })
    });
    assert!(done.unwrap().is_ok());
    assert!(edit(&mut registry, to_text).is_ok());
    assert_eq!(registry.verify().unwrap().discrepancies, []);
}

#[test]
fn an_attribute_goes_with_what_patients_have_of_it_or_not_at_all() {
    let (_folder, mut registry) = with_arm();
    let remove = |registry: &mut Registry, all| -> Result<usize, Kept> {
        let done: Result<_, StoreError> =
            registry.change("test", Some("x"), |change| change.remove_attribute("arm", all));
        done.unwrap()
    };
    assert_eq!(remove(&mut registry, false), Err(Kept::HangsOn(vec![("value", 1)])));
    assert_eq!(value(&registry), Some("msc".to_owned()));
    assert_eq!(remove(&mut registry, true), Ok(2));
    assert_eq!((value(&registry), registry.attributes().unwrap().len()), (None, 0));
    assert_eq!(registry.verify().unwrap().discrepancies, []);
    assert_eq!(remove(&mut registry, true), Err(Kept::NotThere));
}

/// Patients that were logged before there were attributes are still what the log says.
#[test]
fn a_patient_without_attributes_is_pictured_as_before_there_were_any() {
    assert_eq!(image_of(&patient("a/1", None)).get("attributes"), None);
}
