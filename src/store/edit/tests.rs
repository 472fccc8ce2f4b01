//! Every noun can be edited, the log follows, and nothing else moves.

use super::*;
use crate::domain::{
    About, AdverseEvent, Day, Finding, Infusion, Medication, Placed, Product, Source, Statement,
};
use crate::store::testing::{case, registry, report};
use crate::store::{Registry, StoreError};

/// One patient with one of each kind, all read in the same place.
fn full() -> (tempfile::TempDir, Registry) {
    let (folder, mut registry) = registry();
    let mut records = case(&["HbA1c=6.8 %", "AFP=<0.9 ng/mL"]);
    let source = Some(Source { place: Some("p. 1".to_owned()), ..Source::default() });
    let product = Product { key: "p".to_owned(), ..Product::default() };
    records.products.push(Placed::typed(product));
    let patient = &mut records.patients[0];
    patient.patient.as_mut().unwrap().source.clone_from(&source);
    let second = Infusion { number: 2, day: Some(Day(7)), ..Infusion::default() };
    patient.infusions.push(Placed::typed(second));
    let fever = AdverseEvent {
        term: "fever".to_owned(),
        infusion: Some(1),
        onset_day: Some(Day(1)),
        source: source.clone(),
        ..AdverseEvent::default()
    };
    let chills = AdverseEvent { term: "chills".to_owned(), ..fever.clone() };
    patient.events.extend([fever, chills].map(Placed::typed));
    let insulin = Medication { drug: "insulin".to_owned(), ..Medication::default() };
    patient.medications.push(Placed::typed(insulin));
    let visit = Some("W4".to_owned());
    let about = About::Topic("weight".to_owned());
    let finding = Finding::Decreased;
    patient.statements.push(Placed::typed(Statement { about, visit, finding, source, note: None }));
    take(&mut registry, &records);
    (folder, registry)
}

fn take(registry: &mut Registry, records: &crate::domain::Records) {
    let done: Result<_, StoreError> =
        registry.change("test", None, |change| change.take_in(records));
    assert_eq!(done.unwrap().problems, []);
}

fn edit<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Editing<T>,
) -> Result<Edited<T>, Unedited> {
    let done: Result<_, StoreError> = registry.change("test edit", Some("why"), work);
    done.unwrap()
}

fn patient(registry: &Registry) -> Stored<Patient> {
    registry.patient("a/1").unwrap().unwrap()
}

#[track_caller]
fn assert_verified(registry: &Registry) {
    assert_eq!(registry.verify().unwrap().discrepancies, []);
}

#[test]
fn every_noun_is_edited_and_the_log_follows() {
    let (_folder, mut registry) = full();
    let whose = patient(&registry);
    let note = || Some("edited".to_owned());
    let hba1c = registry.catalogue().find("HbA1c").unwrap().key.clone();
    let on = &mut registry;
    assert!(
        edit(on, |c| c.edit_report("a", |r| {
            r.citation.year = Some(2025);
            r.adverse_events_source = Some(Source { quote: note(), ..Source::default() });
            Ok(())
        }))
        .is_ok()
    );
    assert!(
        edit(on, |c| c.edit_product("p", |r| {
            r.note = note();
            Ok(())
        }))
        .is_ok()
    );
    assert!(
        edit(on, |c| c.edit_patient("a/1", |r| {
            r.age_years = None;
            Ok(())
        }))
        .is_ok()
    );
    assert!(
        edit(on, |c| c.edit_infusion(&whose, 1, |r| {
            r.product = Some("p".to_owned());
            Ok(())
        }))
        .is_ok()
    );
    assert!(
        edit(on, |c| c.edit_event(&whose, 2, |r| {
            r.term = "rigor".to_owned();
            Ok(())
        }))
        .is_ok()
    );
    assert!(
        edit(on, |c| c.edit_medication(&whose, 1, |r| {
            (r.dose_per_day, r.dose_unit) = (Some(0.0), Some("U".to_owned()));
            r.drug = "insulin glargine".to_owned();
            Ok(())
        }))
        .is_ok()
    );
    assert!(
        edit(on, |c| c.edit_statement(&whose, 1, |r| {
            r.about = About::Analyte(hba1c.clone());
            r.visit = None;
            Ok(())
        }))
        .is_ok()
    );
    assert_verified(&registry);
    let file = registry.patient_file("a/1").unwrap().unwrap();
    assert_eq!((file.patient.age_years, file.reports[0].citation.year), (None, Some(2025)));
    assert_eq!(file.infusions[0].product.as_deref(), Some("p"));
    assert_eq!(file.events.iter().map(|e| e.term.as_str()).collect::<Vec<_>>(), ["fever", "rigor"]);
    assert_eq!(file.medications[0].dose_per_day, Some(0.0));
    assert_eq!(file.statements[0].visit, None);
}

#[test]
fn a_shared_source_stays_as_it_is_for_the_others() {
    let (_folder, mut registry) = full();
    let whose = patient(&registry);
    let page = |page: &str| Some(Source { place: Some(page.to_owned()), ..Source::default() });
    let to = page("p. 2");
    edit(&mut registry, |c| {
        c.edit_event(&whose, 1, |r| {
            r.source.clone_from(&to);
            Ok(())
        })
    })
    .unwrap();
    let file = registry.patient_file("a/1").unwrap().unwrap();
    assert_eq!(file.events[0].source, page("p. 2"));
    assert_eq!((&file.events[1].source, &file.patient.source), (&page("p. 1"), &page("p. 1")));
    assert_verified(&registry);
}

#[test]
fn a_renamed_visit_keeps_what_hangs_on_it() {
    let (_folder, mut registry) = full();
    let whose = patient(&registry);
    let name = |label: &'static str| {
        move |visit: &mut crate::domain::Visit| {
            visit.label = label.to_owned();
            Ok(())
        }
    };
    edit(&mut registry, |c| c.edit_visit(&whose, "w4", name("W5"))).unwrap();
    let file = registry.patient_file("a/1").unwrap().unwrap();
    assert_eq!((file.visits[0].0.label.as_str(), file.visits[0].1.len()), ("W5", 2));
    assert_eq!(file.statements[0].visit.as_deref(), Some("W5"));
    assert_verified(&registry);
    // The log also follows what becomes of them under the new label, and back again.
    edit(&mut registry, |c| c.edit_visit(&whose, "W5", name("W6"))).unwrap();
    let key = &file.visits[0].1[0];
    let visit = registry.patient_file("a/1").unwrap().unwrap().visits[0].0.clone();
    let removed: Result<_, StoreError> =
        registry.change("test", None, |c| c.remove_measurement(&whose, &visit, key));
    removed.unwrap();
    assert_verified(&registry);
    let other = &file.visits[0].1[1];
    let history = registry.history_of_measurement("a/1", "W6", &other.analyte).unwrap();
    assert_eq!(history.iter().map(|entry| entry.number).collect::<Vec<_>>(), [2, 3, 4]);
    registry.connection.execute("UPDATE measurement SET printed = '9.9'", ()).unwrap();
    assert_eq!(registry.verify().unwrap().discrepancies.len(), 1);
}

#[test]
fn what_adding_refuses_editing_refuses() {
    let (_folder, mut registry) = full();
    let whose = patient(&registry);
    let on = &mut registry;
    let wrong = |done: Result<(), Unedited>| match done {
        Err(Unedited::Wrong(mismatch)) => mismatch.expected,
        other => format!("{other:?}"),
    };
    let infusion = |day, product: Option<&str>| {
        let product = product.map(str::to_owned);
        move |r: &mut Infusion| {
            (r.day, r.product) = (Some(Day(day)), product);
            Ok(())
        }
    };
    let done = edit(on, |c| c.edit_infusion(&whose, 1, infusion(3, None))).map(|_| ());
    assert!(wrong(done).starts_with("day 0 for the first infusion"));
    let done = edit(on, |c| c.edit_infusion(&whose, 2, infusion(7, Some("q")))).map(|_| ());
    assert_eq!(wrong(done), "a product that is recorded");
    let done = edit(on, |c| {
        c.edit_event(&whose, 1, |r| {
            r.infusion = Some(3);
            Ok(())
        })
    })
    .map(|_| ());
    assert_eq!(wrong(done), "an infusion that is recorded");
    let done = edit(on, |c| {
        c.edit_event(&whose, 1, |r| {
            r.end_day = Some(Day(0));
            Ok(())
        })
    })
    .map(|_| ());
    assert_eq!(wrong(done), "an end on or after day 1");
    let done = edit(on, |c| {
        c.edit_event(&whose, 2, |r| {
            r.term = "fever".to_owned();
            Ok(())
        })
    })
    .map(|_| ());
    assert_eq!(wrong(done), "a record that differs from the others of the patient");
    let done = edit(on, |c| {
        c.edit_medication(&whose, 1, |r| {
            r.dose_per_day = Some(3.0);
            Ok(())
        })
    })
    .map(|_| ());
    assert_eq!(wrong(done), "a dose with its unit");
    let done = edit(on, |c| {
        c.edit_statement(&whose, 1, |r| {
            r.visit = Some("W8".to_owned());
            Ok(())
        })
    })
    .map(|_| ());
    assert_eq!(wrong(done), "a visit that is recorded");
    let done = edit(on, |c| {
        c.edit_patient("a/1", |r| {
            r.reports.push("b".to_owned());
            Ok(())
        })
    })
    .map(|_| ());
    assert_eq!(wrong(done), "a report that is recorded");
    assert_verified(&registry);
}

#[test]
fn an_edit_that_changes_nothing_leaves_no_entry() {
    let (_folder, mut registry) = full();
    let whose = patient(&registry);
    let entries = |registry: &Registry| registry.verify().unwrap().entries;
    let before = entries(&registry);
    let on = &mut registry;
    assert_eq!(edit(on, |c| c.edit_event(&whose, 1, |_| Ok(()))), Err(Unedited::Same));
    assert_eq!(edit(on, |c| c.edit_event(&whose, 0, |_| Ok(()))), Err(Unedited::NotThere));
    assert_eq!(edit(on, |c| c.edit_event(&whose, 3, |_| Ok(()))), Err(Unedited::NotThere));
    assert_eq!(edit(on, |c| c.edit_infusion(&whose, 3, |_| Ok(()))), Err(Unedited::NotThere));
    assert_eq!(edit(on, |c| c.edit_visit(&whose, "W8", |_| Ok(()))), Err(Unedited::NotThere));
    assert_eq!(edit(on, |c| c.edit_report("b", |_| Ok(()))), Err(Unedited::NotThere));
    assert_eq!(entries(&registry), before);
}

/// The file keeps no order of the reports beside the first; the log must not claim one.
#[test]
fn a_patient_in_several_reports_comes_back_as_logged() {
    let (_folder, mut registry) = full();
    let reports = ["b", "c"].map(|key| Placed::typed(report(key))).to_vec();
    take(&mut registry, &crate::domain::Records { reports, ..Default::default() });
    let also_in = |keys: &'static [&str]| {
        move |patient: &mut Patient| {
            patient.reports.extend(keys.iter().map(|key| (*key).to_owned()));
            Ok(())
        }
    };
    let edited = edit(&mut registry, |c| c.edit_patient("a/1", also_in(&["c", "b"]))).unwrap();
    assert_eq!(edited.after.reports, ["a", "b", "c"]);
    assert_verified(&registry);
}
