//! Two copies of a registry that went their own ways, brought together.

use super::*;
use crate::domain::{
    AdverseEvent, Attribute, AttributeKind, Catalogue, Measurement, OtherReading, Placed, Reading,
    Standing,
};
use crate::store::testing::{case, registry, report};
use crate::store::{Access, Answer, Caller};

/// A registry with one patient, and a copy of it in the same folder.
fn fork() -> (tempfile::TempDir, Registry, Registry) {
    let (folder, mut ours) = registry();
    change(&mut ours, |change| change.take_in(&case(&["HbA1c=6.8 %", "CEA=35 ng/mL"])));
    let copy = folder.path().join("copy.db");
    ours.copy_to(&copy).unwrap();
    let theirs = Registry::open(&copy, Access::Write, &Caller::named("other")).unwrap();
    (folder, ours, theirs)
}

fn change<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> T {
    registry.change("test", Some("because"), work).unwrap()
}

fn merge(ours: &mut Registry, theirs: &Registry, prefer: Option<Prefer>) -> Merged {
    let merged = change(ours, |change| change.merge(theirs, prefer));
    assert_eq!(ours.verify().unwrap().discrepancies, []);
    merged
}

fn of(merged: &Merged, noun: &str) -> Outcomes {
    merged.outcomes.get(noun).copied().unwrap_or_default()
}

fn add_fever(registry: &mut Registry, grade: u8) {
    let mut records = case(&["HbA1c=6.8 %", "CEA=35 ng/mL"]);
    let event =
        AdverseEvent { term: "fever".to_owned(), grade: Some(grade), ..AdverseEvent::default() };
    records.patients[0].events.push(Placed::typed(event));
    let intake = change(registry, |change| change.take_in(&records));
    assert_eq!(intake.added.total(), 1, "{:?}", intake.problems);
}

fn set_age(registry: &mut Registry, age: f64) {
    let edited = change(registry, |change| {
        change.edit_patient("a/1", |patient| {
            patient.age_years = Some(age);
            Ok(())
        })
    });
    assert!(edited.is_ok());
}

fn age(registry: &Registry) -> Option<f64> {
    registry.patient("a/1").unwrap().unwrap().record.age_years
}

fn read_cea_as(registry: &mut Registry, text: &str) {
    let patient = registry.patient("a/1").unwrap().unwrap();
    let file = registry.patient_file("a/1").unwrap().unwrap();
    let (visit, measurements) = &file.visits[0];
    let cea = Catalogue::built_in().find("CEA").unwrap();
    let before = measurements.iter().find(|one| one.analyte_id == cea.id).unwrap();
    let other = OtherReading {
        reading: Reading::parse(text, cea).unwrap(),
        standing: Standing::Accepted,
        made_by: "reviewer".to_owned(),
        reason: "decimal point".to_owned(),
        source: None,
    };
    change(registry, |change| change.add_reading(&patient, visit, before, &other));
}

fn cea(registry: &Registry) -> Measurement {
    let file = registry.patient_file("a/1").unwrap().unwrap();
    let measurements = file.visits.into_iter().flat_map(|(_, measured)| measured);
    measurements.into_iter().find(|one| one.analyte == "cea").unwrap()
}

#[test]
fn what_only_one_side_changed_is_right_and_merging_again_changes_nothing() {
    let (_folder, mut ours, mut theirs) = fork();
    set_age(&mut ours, 54.0);
    add_fever(&mut theirs, 1);
    read_cea_as(&mut theirs, "3.5 ng/mL");
    change(&mut theirs, |change| change.add_report("uuid-of-b", &report("b")));
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!(merged.disagreements, []);
    assert_eq!((of(&merged, "event").added, of(&merged, "report").added), (1, 1));
    assert_eq!((of(&merged, "measurement").taken, of(&merged, "measurement").same), (1, 1));
    assert_eq!(of(&merged, "patient").newer_here, 1);
    assert_eq!(merged.entries, 3);
    assert_eq!(age(&ours), Some(54.0));
    assert_eq!(cea(&ours), cea(&theirs), "with who read it so and why");
    let entries = ours.verify().unwrap().entries;
    let again = merge(&mut ours, &theirs, None);
    assert_eq!((again.entries, again.disagreements.len()), (0, 0));
    assert!(again.outcomes.values().all(|one| one.added + one.taken + one.removed == 0));
    assert_eq!(ours.verify().unwrap().entries, entries, "not even the log grew");
}

#[test]
fn after_a_merge_both_ways_both_say_the_same() {
    let (_folder, mut ours, mut theirs) = fork();
    set_age(&mut ours, 54.0);
    add_fever(&mut theirs, 1);
    merge(&mut ours, &theirs, None);
    let merged = merge(&mut theirs, &ours, None);
    assert_eq!(merged.disagreements, []);
    assert_eq!(age(&theirs), Some(54.0));
    assert_eq!(ours.patient_file("a/1").unwrap(), theirs.patient_file("a/1").unwrap());
    set_age(&mut theirs, 55.0);
    assert_eq!(merge(&mut ours, &theirs, None).disagreements, []);
    assert_eq!(age(&ours), Some(55.0), "changed there since they agreed");
}

#[test]
fn where_both_changed_a_record_the_person_decides() {
    let (_folder, mut ours, mut theirs) = fork();
    set_age(&mut ours, 54.0);
    set_age(&mut theirs, 52.0);
    let merged = merge(&mut ours, &theirs, None);
    let [one] = &merged.disagreements[..] else { panic!("{:?}", merged.disagreements) };
    assert_eq!((one.noun.as_str(), one.key.as_str()), ("patient", "a/1"));
    let differing = |field: &str, here: &str, there: &str| Differing {
        field: field.to_owned(),
        here: here.to_owned(),
        there: there.to_owned(),
    };
    assert_eq!(one.fields, [differing("age years", "54.0", "52.0")]);
    assert_eq!((one.is_open, age(&ours)), (true, Some(54.0)));
    assert!(merge(&mut ours, &theirs, None).disagreements[0].is_open, "it stays undecided");
    merge(&mut ours, &theirs, Some(Prefer::Theirs));
    assert_eq!(age(&ours), Some(52.0));
    assert_eq!(merge(&mut ours, &theirs, None).disagreements, []);
}

#[test]
fn what_was_decided_is_not_asked_again_on_either_side() {
    let (_folder, mut ours, mut theirs) = fork();
    set_age(&mut ours, 54.0);
    set_age(&mut theirs, 52.0);
    merge(&mut ours, &theirs, None);
    assert!(merge(&mut theirs, &ours, None).disagreements[0].is_open, "nobody decided yet");
    assert!(!merge(&mut ours, &theirs, Some(Prefer::Ours)).disagreements[0].is_open);
    assert_eq!(merge(&mut ours, &theirs, None).disagreements, []);
    assert_eq!(age(&ours), Some(54.0));
    assert_eq!(merge(&mut theirs, &ours, None).disagreements, []);
    assert_eq!(age(&theirs), Some(54.0), "the decision was made here");
}

#[test]
fn what_was_removed_on_one_side_goes_unless_the_other_changed_it() {
    let (_folder, mut ours, mut theirs) = fork();
    add_fever(&mut ours, 1);
    merge(&mut theirs, &ours, None);
    let patient = theirs.patient("a/1").unwrap().unwrap();
    change(&mut theirs, |change| change.remove_event(&patient, 1)).unwrap();
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!((of(&merged, "event").removed, merged.disagreements.len()), (1, 0));
    assert_eq!(ours.patient_file("a/1").unwrap().unwrap().events, []);
    // What went here comes back only where it was changed there, and only if so decided.
    let cea_of = |registry: &Registry| {
        let file = registry.patient_file("a/1").unwrap().unwrap();
        (registry.patient("a/1").unwrap().unwrap(), file.visits[0].0.clone(), cea(registry))
    };
    let (patient, visit, measurement) = cea_of(&ours);
    change(&mut ours, |change| change.remove_measurement(&patient, &visit, &measurement));
    assert_eq!(of(&merge(&mut ours, &theirs, None), "measurement").newer_here, 1);
    read_cea_as(&mut theirs, "3.5 ng/mL");
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!(merged.disagreements[0].fields[0].here, "removed");
    merge(&mut ours, &theirs, Some(Prefer::Theirs));
    assert_eq!(cea(&ours), cea(&theirs));
}

#[test]
fn a_key_that_another_record_has_is_left_out_with_all_below_it() {
    let (_folder, mut ours, _) = fork();
    let (_other_folder, mut theirs) = registry();
    change(&mut theirs, |change| change.take_in(&case(&["HbA1c=7.9 %"])));
    let before = ours.patient_file("a/1").unwrap();
    let merged = merge(&mut ours, &theirs, Some(Prefer::Theirs));
    let named: Vec<_> =
        merged.disagreements.iter().map(|one| (one.noun.as_str(), one.is_open)).collect();
    assert_eq!(named, [("report", true), ("patient", true)]);
    assert_eq!(ours.patient_file("a/1").unwrap(), before);
}

fn answer(finding: &str, reason: &str) -> Answer {
    Answer {
        finding: finding.to_owned(),
        rule: "usual-range".to_owned(),
        place: "a/1, visit W4, CEA".to_owned(),
        evidence: "35 ng/mL".to_owned(),
        made_by: "tester".to_owned(),
        reason: reason.to_owned(),
    }
}

#[test]
fn answers_come_over_and_go_as_they_went_there() {
    let (_folder, mut ours, mut theirs) = fork();
    let (both, only_there) = (answer("11111111", "ours"), answer("22222222", "theirs"));
    assert!(change(&mut ours, |change| change.answer_doubt(&both)));
    for one in [answer("11111111", "theirs"), only_there.clone()] {
        assert!(change(&mut theirs, |change| change.answer_doubt(&one)));
    }
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!((of(&merged, "answer").added, of(&merged, "answer").same), (1, 1));
    assert_eq!(merged.disagreements, [], "one answer is enough");
    assert_eq!(ours.answers().unwrap(), [both, only_there.clone()]);
    let entries = ours.verify().unwrap().entries;
    assert_eq!(of(&merge(&mut ours, &theirs, None), "answer").added, 0);
    assert_eq!(ours.verify().unwrap().entries, entries, "not even the log grew");
    change(&mut theirs, |change| change.reopen("22222222"));
    let again = answer("22222222", "on second thoughts");
    change(&mut theirs, |change| change.answer_doubt(&again));
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!((of(&merged, "answer").added, of(&merged, "answer").removed), (1, 1));
    assert!(ours.answers().unwrap().contains(&again));
    change(&mut theirs, |change| change.reopen("22222222"));
    merge(&mut ours, &theirs, None);
    assert_eq!(ours.answers().unwrap().len(), 1, "taken back there, and asked again here");
}

#[test]
fn a_kept_log_that_was_altered_is_named() {
    let (_folder, mut ours, mut theirs) = fork();
    add_fever(&mut theirs, 1);
    merge(&mut ours, &theirs, None);
    ours.connection
        .execute_batch(
            "DROP TRIGGER merged_change_is_never_edited;
             UPDATE merged_change SET body = replace(body, 'fever', 'chill');",
        )
        .unwrap();
    let found = ours.verify().unwrap().discrepancies;
    assert!(found.iter().any(|one| one.what.contains("altered")), "{found:?}");
}

fn arm(kind: AttributeKind, values: &[&str]) -> Attribute {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Attribute { key: "arm".to_owned(), label: None, kind, values }
}

fn add_arm(registry: &mut Registry, uuid: &str, attribute: &Attribute) {
    change(registry, |change| change.add_attribute(uuid, attribute));
}

fn set_arm(registry: &mut Registry, value: &str) {
    let edited = change(registry, |change| {
        change.edit_patient("a/1", |patient| {
            patient.attributes.insert("arm".to_owned(), value.to_owned());
            Ok(())
        })
    });
    assert!(edited.is_ok());
}

fn arm_of(registry: &Registry) -> Option<String> {
    registry.patient("a/1").unwrap().unwrap().record.attributes.get("arm").cloned()
}

#[test]
fn an_attribute_comes_over_with_what_patients_have_of_it_and_goes_the_same_way() {
    let (_folder, mut ours, mut theirs) = fork();
    add_arm(&mut theirs, "u", &arm(AttributeKind::Category, &["placebo", "msc"]));
    set_arm(&mut theirs, "msc");
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!((of(&merged, "attribute").added, of(&merged, "patient").taken), (1, 1));
    assert_eq!((merged.disagreements.len(), arm_of(&ours)), (0, Some("msc".to_owned())));
    let again = merge(&mut ours, &theirs, None);
    assert_eq!((again.entries, of(&again, "attribute").same), (0, 1));
    change(&mut theirs, |change| change.remove_attribute("arm", true)).unwrap();
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!((merged.disagreements.len(), of(&merged, "attribute").removed), (0, 1));
    assert_eq!((arm_of(&ours), ours.attributes().unwrap().len()), (None, 0));
}

#[test]
fn two_attributes_of_one_key_and_kind_become_one() {
    let (_folder, mut ours, mut theirs) = fork();
    add_arm(&mut ours, "u", &arm(AttributeKind::Category, &["MSC"]));
    add_arm(&mut theirs, "v", &arm(AttributeKind::Category, &["placebo", "msc"]));
    set_arm(&mut theirs, "msc");
    let merged = merge(&mut ours, &theirs, None);
    assert_eq!((merged.disagreements.len(), of(&merged, "attribute").taken), (0, 1));
    assert_eq!(ours.attributes().unwrap()[0].values, ["MSC", "placebo"]);
    assert_eq!(arm_of(&ours), Some("MSC".to_owned()), "as this registry writes it");
    let again = merge(&mut ours, &theirs, None);
    assert_eq!((again.entries, again.disagreements.len(), of(&again, "attribute").same), (0, 0, 1));
}

#[test]
fn an_attribute_of_another_kind_is_named_and_left_out_with_its_values() {
    let (_folder, mut ours, mut theirs) = fork();
    add_arm(&mut ours, "u", &arm(AttributeKind::YesNo, &[]));
    set_arm(&mut ours, "yes");
    add_arm(&mut theirs, "v", &arm(AttributeKind::Text, &[]));
    set_arm(&mut theirs, "left");
    set_age(&mut theirs, 54.0);
    let merged = merge(&mut ours, &theirs, Some(Prefer::Theirs));
    let left_out: Vec<_> = merged.disagreements.iter().filter(|one| one.is_open).collect();
    let [one] = &left_out[..] else { panic!("{left_out:?}") };
    assert_eq!((one.noun.as_str(), one.fields[0].field.as_str()), ("attribute", "kind"));
    assert_eq!((arm_of(&ours), age(&ours)), (Some("yes".to_owned()), Some(54.0)));
}

#[test]
fn what_patients_have_there_of_an_attribute_that_went_here_is_left_out_and_said() {
    let (_folder, mut ours, mut theirs) = fork();
    add_arm(&mut theirs, "u", &arm(AttributeKind::Text, &[]));
    set_arm(&mut theirs, "left");
    merge(&mut ours, &theirs, None);
    change(&mut ours, |change| change.remove_attribute("arm", true)).unwrap();
    set_arm(&mut theirs, "right");
    let merged = merge(&mut ours, &theirs, Some(Prefer::Theirs));
    assert_eq!(arm_of(&ours), None);
    assert!(merged.notes.iter().any(|note| note.contains("arm")), "{:?}", merged.notes);
}
