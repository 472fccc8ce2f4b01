//! What is locked stays, whoever writes; the log follows, and merges know of it.

use super::*;
use crate::domain::{AdverseEvent, Infusion, PatientRecords, Placed as At, Records};
use crate::store::testing::{case, patient, registry, report};
use crate::store::{Access, Caller, Merged};

/// One report with a patient of everything, and a second report with none.
fn written() -> (tempfile::TempDir, Registry) {
    let (folder, mut registry) = registry();
    let mut records = case(&["HbA1c=6.8 %"]);
    let fever = AdverseEvent { term: "fever".to_owned(), ..AdverseEvent::default() };
    records.patients[0].events.push(At::typed(fever));
    records.reports.push(At::typed(report("b")));
    change(&mut registry, |change| change.take_in(&records)).unwrap();
    (folder, registry)
}

fn change<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    registry.change("test", Some("because"), work)
}

fn key(key: &str) -> Lockable {
    Lockable::Key(key.to_owned())
}

fn lock(registry: &mut Registry, what: &Lockable) -> Result<Lock, Unlocked> {
    let done = change(registry, |change| change.lock(what, "tester", "checked")).unwrap();
    assert_verified(registry);
    done
}

fn unlock(registry: &mut Registry, what: &Lockable) -> Result<Lock, Unlocked> {
    let done = change(registry, |change| change.unlock(what)).unwrap();
    assert_verified(registry);
    done
}

#[track_caller]
fn assert_verified(registry: &Registry) {
    assert_eq!(registry.verify().unwrap().discrepancies, []);
}

/// What a change was refused for; it must have left everything as it was.
#[track_caller]
fn refused<T: std::fmt::Debug>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> Vec<String> {
    let before = registry.verify().unwrap();
    let done = change(registry, work);
    assert_eq!(registry.verify().unwrap(), before, "something was changed");
    match done {
        Err(StoreError::Held(held)) => {
            held.iter().map(|one| format!("{} {}", one.noun, one.key)).collect()
        }
        other => panic!("it was not refused: {other:?}"),
    }
}

fn second_patient(reports: &[&str]) -> Records {
    let mut of_patient = PatientRecords::of(At::typed("a/2".to_owned()));
    let mut two = patient("a/2", None);
    two.reports = reports.iter().map(|&key| key.to_owned()).collect();
    of_patient.patient = Some(two);
    Records { patients: vec![of_patient], ..Records::default() }
}

#[test]
fn a_locked_report_keeps_its_patients_and_all_below_them() {
    let (_folder, mut registry) = written();
    lock(&mut registry, &key("a")).unwrap();
    let stored = registry.patient("a/1").unwrap().unwrap();
    let file = registry.patient_file("a/1").unwrap().unwrap();
    let on = &mut registry;
    let a1 = ["patient a/1"];
    let age = |p: &mut crate::domain::Patient| {
        p.age_years = Some(54.0);
        Ok(())
    };
    assert_eq!(refused(on, |c| c.edit_patient("a/1", age)), a1);
    assert_eq!(refused(on, |c| c.remove_event(&stored, 1)), a1);
    assert_eq!(refused(on, |c| c.remove_patient(&file, true)), a1);
    assert_eq!(
        refused(on, |c| c.edit_infusion(&stored, 1, |i| {
            i.passage = Some(3);
            Ok(())
        })),
        a1
    );
    let mut more = case(&["HbA1c=6.8 %"]);
    more.patients[0].infusions.push(At::typed(Infusion { number: 2, ..Infusion::default() }));
    assert_eq!(refused(on, |c| c.take_in(&more)), a1);
    assert_eq!(
        refused(on, |c| c.edit_report("a", |r| {
            r.citation.year = Some(2025);
            Ok(())
        })),
        ["report a"]
    );
    let edited = change(on, |c| {
        c.edit_report("b", |r| {
            r.citation.year = Some(2025);
            Ok(())
        })
    });
    assert!(edited.unwrap().is_ok(), "what is not locked can be changed");
}

#[test]
fn no_patient_enters_or_leaves_a_locked_report() {
    let (_folder, mut registry) = written();
    lock(&mut registry, &key("b")).unwrap();
    let on = &mut registry;
    assert_eq!(refused(on, |c| c.take_in(&second_patient(&["b"]))), ["patient a/2"]);
    assert_eq!(refused(on, |c| c.take_in(&second_patient(&["a", "b"]))), ["patient a/2"]);
    unlock(on, &key("b")).unwrap();
    change(on, |c| c.take_in(&second_patient(&["a", "b"]))).unwrap();
    lock(on, &key("b")).unwrap();
    let leaves = |p: &mut crate::domain::Patient| {
        p.reports = vec!["a".to_owned()];
        Ok(())
    };
    assert_eq!(refused(on, |c| c.edit_patient("a/2", leaves)), ["patient a/2"]);
}

#[test]
fn a_locked_registry_keeps_everything_until_it_is_unlocked() {
    let (_folder, mut registry) = written();
    lock(&mut registry, &key("a/1")).unwrap();
    lock(&mut registry, &Lockable::Registry).unwrap();
    let on = &mut registry;
    let all = ["registry registry"];
    let product = crate::domain::Product { key: "p".to_owned(), ..Default::default() };
    let products = Records { products: vec![At::typed(product)], ..Records::default() };
    assert_eq!(refused(on, |c| c.take_in(&products)), all);
    assert_eq!(refused(on, |c| c.lock(&key("b"), "tester", "checked")), all);
    assert_eq!(change(on, |c| c.take_in(&case(&["HbA1c=6.8 %"]))).unwrap().added.total(), 0);
    unlock(on, &key("a/1")).unwrap();
    unlock(on, &Lockable::Registry).unwrap();
    assert_eq!(change(on, |c| c.take_in(&products)).unwrap().added.total(), 1);
}

#[test]
fn a_locked_registry_keeps_its_definitions_and_answers() {
    let (_folder, mut registry) = written();
    let zinc = |key: &str| {
        let mut own = crate::domain::Analyte::own(key);
        own.name = format!("The {key}");
        own.set_unit("mg/L");
        own
    };
    let arm = |key: &str| crate::domain::Attribute {
        key: key.to_owned(),
        label: None,
        kind: crate::domain::AttributeKind::Text,
        values: Vec::new(),
    };
    let answer = |finding: &str| crate::store::Answer {
        finding: finding.to_owned(),
        rule: "usual-range".to_owned(),
        place: "a/1, visit W4, HbA1c".to_owned(),
        evidence: "6.8 %".to_owned(),
        made_by: "tester".to_owned(),
        reason: "as printed".to_owned(),
    };
    let product = |key: &str| crate::domain::Product { key: key.to_owned(), ..Default::default() };
    let timepoint = |label: &str| {
        crate::domain::Schedule::parse(label).unwrap().timepoints().first().unwrap().clone()
    };
    let on = &mut registry;
    change(on, |c| c.add_analyte(&zinc("zinc"))).unwrap().unwrap();
    change(on, |c| c.add_attribute("u1", &arm("arm"))).unwrap();
    change(on, |c| c.add_product("u2", &product("cells"))).unwrap();
    assert!(change(on, |c| c.answer_doubt(&answer("11111111"))).unwrap());
    lock(on, &Lockable::Registry).unwrap();
    let all = ["registry registry"];
    assert_eq!(refused(on, |c| c.add_analyte(&zinc("copper"))), all);
    assert_eq!(refused(on, |c| c.remove_analyte("zinc")), all);
    let renamed = |own: &mut crate::domain::Analyte| {
        own.name = "Another".to_owned();
        Ok(())
    };
    assert_eq!(refused(on, |c| c.edit_analyte("zinc", renamed)), all);
    assert_eq!(refused(on, |c| c.add_attribute("u3", &arm("other"))), all);
    let labelled = |own: &mut crate::domain::Attribute| {
        own.label = Some("Another".to_owned());
        Ok(())
    };
    assert_eq!(refused(on, |c| c.edit_attribute("arm", labelled)), all);
    assert_eq!(refused(on, |c| c.add_timepoint(&timepoint("W24±4"))), all);
    assert_eq!(refused(on, |c| c.edit_timepoint("W4", &timepoint("W4±2"))), all);
    assert_eq!(refused(on, |c| c.remove_timepoint("W4")), all);
    assert_eq!(refused(on, |c| c.add_product("u4", &product("others"))), all);
    let named = |product: &mut crate::domain::Product| {
        product.name = Some("Another".to_owned());
        Ok(())
    };
    assert_eq!(refused(on, |c| c.edit_product("cells", named)), all);
    assert_eq!(refused(on, |c| c.answer_doubt(&answer("22222222"))), all);
    assert_eq!(refused(on, |c| c.reopen("11111111")), all);
    unlock(on, &Lockable::Registry).unwrap();
    assert!(change(on, |c| c.add_timepoint(&timepoint("W24±4"))).unwrap().is_ok());
}

#[test]
fn locking_says_what_it_can_not_do() {
    let (_folder, mut registry) = written();
    let on = &mut registry;
    assert_eq!(lock(on, &key("nobody")), Err(Unlocked::NotThere("nobody".to_owned())));
    let made = lock(on, &key("a")).unwrap();
    assert_eq!(lock(on, &key("a")), Err(Unlocked::Already(made.clone())));
    let not = Unlocked::NotLocked("patient a/1".to_owned(), Some(made));
    assert_eq!(unlock(on, &key("a/1")), Err(not));
    lock(on, &key("a/1")).unwrap();
    let named: Vec<_> =
        on.locks().unwrap().into_iter().map(|(lock, at)| (lock.name(), at.is_some())).collect();
    assert_eq!(named, [("report a".to_owned(), true), ("patient a/1".to_owned(), true)]);
    assert_eq!(unlock(on, &key("b")), Err(Unlocked::NotLocked("report b".to_owned(), None)));
}

#[test]
fn a_lock_made_or_lifted_outside_is_found() {
    let (_folder, mut registry) = written();
    lock(&mut registry, &key("a")).unwrap();
    registry.connection.execute("DELETE FROM lock", ()).unwrap();
    let found = registry.verify().unwrap().discrepancies;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].place.as_str(), found[0].what.as_str()),
        ("lock report a", "it was removed outside casebook")
    );
}

/// A registry and a copy of it.
fn fork() -> (tempfile::TempDir, Registry, Registry) {
    let (folder, ours) = written();
    let copy = folder.path().join("copy.db");
    ours.copy_to(&copy).unwrap();
    let theirs = Registry::open(&copy, Access::Write, &Caller::named("other")).unwrap();
    (folder, ours, theirs)
}

fn merge(ours: &mut Registry, theirs: &Registry) -> Result<Merged, StoreError> {
    let merged = change(ours, |change| change.merge(theirs, None));
    assert_verified(ours);
    merged
}

fn names(registry: &Registry) -> Vec<String> {
    registry.locks().unwrap().into_iter().map(|(lock, _)| lock.name()).collect()
}

#[test]
fn locks_come_and_go_with_a_merge_that_of_a_whole_file_stays() {
    let (_folder, mut ours, mut theirs) = fork();
    lock(&mut theirs, &key("a")).unwrap();
    lock(&mut theirs, &Lockable::Registry).unwrap();
    let merged = merge(&mut ours, &theirs).unwrap();
    assert_eq!(merged.disagreements, []);
    assert_eq!(merged.outcomes["lock"].added, 1);
    assert_eq!(merged.notes.len(), 1, "{:?}", merged.notes);
    assert_eq!(names(&ours), ["report a"]);
    let again = merge(&mut ours, &theirs).unwrap();
    assert_eq!((again.entries, again.outcomes.get("lock")), (0, None));
    unlock(&mut theirs, &Lockable::Registry).unwrap();
    unlock(&mut theirs, &key("a")).unwrap();
    assert_eq!(merge(&mut ours, &theirs).unwrap().outcomes["lock"].removed, 1);
    assert_eq!(names(&ours), Vec::<String>::new());
}

#[test]
fn a_lock_that_was_lifted_here_does_not_come_back() {
    let (_folder, mut ours, mut theirs) = fork();
    lock(&mut theirs, &key("a/1")).unwrap();
    merge(&mut ours, &theirs).unwrap();
    unlock(&mut ours, &key("a/1")).unwrap();
    merge(&mut ours, &theirs).unwrap();
    assert_eq!(names(&ours), Vec::<String>::new());
}

#[test]
fn locked_on_both_sides_is_locked() {
    let (_folder, mut ours, mut theirs) = fork();
    lock(&mut ours, &key("a")).unwrap();
    lock(&mut theirs, &key("a")).unwrap();
    let merged = merge(&mut ours, &theirs).unwrap();
    assert_eq!((merged.disagreements.len(), names(&ours)), (0, vec!["report a".to_owned()]));
}

#[test]
fn a_merge_that_would_change_what_is_locked_is_refused_as_a_whole() {
    let (_folder, mut ours, mut theirs) = fork();
    lock(&mut ours, &key("a")).unwrap();
    change(&mut theirs, |c| c.take_in(&second_patient(&["b"]))).unwrap();
    assert!(merge(&mut ours, &theirs).is_ok(), "nothing locked is touched");
    let stored = theirs.patient("a/1").unwrap().unwrap();
    change(&mut theirs, |c| c.remove_event(&stored, 1)).unwrap().unwrap();
    assert_eq!(refused(&mut ours, |c| c.merge(&theirs, None)), ["patient a/1"]);
    unlock(&mut ours, &key("a")).unwrap();
    assert_eq!(merge(&mut ours, &theirs).unwrap().outcomes["event"].removed, 1);
}
