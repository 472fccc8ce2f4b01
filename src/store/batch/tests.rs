//! What is logged in batches is as safe as what is logged one by one.

use super::*;
use crate::domain::{
    Catalogue, Day, Limits, Moment, OtherReading, Patient, PatientFile, PatientRecords, Placed,
    Reading, Records, Source, Standing, Visit, VisitRecords,
};
use crate::store::testing::{case, patient, registry};
use crate::store::{Access, Caller, HistoryOf, Part, Registry, Stored};
use proptest::prelude::*;
use rusqlite::Connection;

/// Three patients with two visits each, every value another.
fn records() -> Records {
    let mut records = case(&[]);
    records.patients.clear();
    for number in 1..=3 {
        let key = format!("a/{number}");
        let mut of_patient = PatientRecords::of(Placed::typed(key.clone()));
        of_patient.patient = Some(patient(&key, Some(f64::from(50 + number))));
        for (label, day) in [("W0", 0), ("W4", 28)] {
            let visit = Visit::new(label, Some(Day(day)), None, &Default::default()).unwrap();
            let value = |text: String| Measurement::parse(&text, Catalogue::built_in()).unwrap();
            let mut measurements = vec![
                value(format!("HbA1c={}.{} %", 6 + number, day / 4)),
                value(format!("FPG={}.{day} mmol/L", 5 + number)),
                value("ALT=not-done".to_owned()),
            ];
            measurements[0].source =
                Some(Source { place: Some("table \"1\"".to_owned()), ..Source::default() });
            measurements[1].limits =
                Some(Limits { low: Some("3.9".to_owned()), high: Some("6.1".to_owned()) });
            let measurements = measurements.into_iter().map(Placed::typed).collect();
            of_patient.visits.push(VisitRecords { visit: Placed::typed(visit), measurements });
        }
        records.patients.push(of_patient);
    }
    records
}

fn change<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> T {
    registry.change("test", Some("because"), work).unwrap()
}

/// A registry into which the records went in batches.
fn filled() -> (tempfile::TempDir, Registry) {
    let (folder, mut registry) = registry();
    let intake = change(&mut registry, |change| {
        change.begin_bulk()?;
        change.take_in(&records())
    });
    assert_eq!(intake.problems, []);
    (folder, registry)
}

fn of_patient(registry: &Registry, key: &str) -> (Stored<Patient>, PatientFile) {
    let patient = registry.patient(key).unwrap().unwrap();
    (patient, registry.patient_file(key).unwrap().unwrap())
}

fn told(registry: &Registry) -> Vec<String> {
    let found = registry.verify().unwrap().discrepancies;
    found.into_iter().map(|one| format!("{}: {}", one.place, one.what)).collect()
}

/// What verification says after this SQL was run by another program.
fn after(sql: &str) -> Vec<String> {
    let (_folder, registry) = filled();
    let path = registry.path().to_owned();
    let other = Connection::open(&path).unwrap();
    other.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
    told(&registry)
}

#[test]
fn many_records_share_a_line_of_the_log_and_are_read_back_as_they_went_in() {
    let (_folder, registry) = filled();
    let found = registry.verify().unwrap();
    assert_eq!(found.discrepancies, []);
    assert_eq!((found.entries, found.records), (2, 1 + 1 + 3 + 6 + 18));
    let entries = registry.history(&HistoryOf::All).unwrap().unwrap();
    let rows: Vec<_> = entries[1]
        .rows
        .iter()
        .map(|row| (row["noun"].as_str().unwrap_or_default(), row["records"].as_u64()))
        .collect();
    let counted = |noun, count| (noun, Some(count));
    assert_eq!(
        rows,
        [("report", None), counted("measurement", 18), counted("patient", 3), counted("visit", 6)]
    );
    let file = registry.patient_file("a/2").unwrap().unwrap();
    let given = &records().patients[1];
    assert_eq!(Some(&file.patient), given.patient.as_ref());
    let wanted = |at: usize| given.visits[at].measurements.iter().map(|one| one.record.clone());
    for (at, (visit, measurements)) in file.visits.iter().enumerate() {
        assert_eq!(visit, &given.visits[at].visit.record);
        assert!(wanted(at).all(|one| measurements.contains(&one)));
    }
}

#[test]
fn as_many_as_a_bulk_are_logged_in_batches_and_fewer_are_not() {
    for (count, batches) in [(BULK_FROM - 1, 0), (BULK_FROM, 3)] {
        let (_folder, mut registry) = registry();
        let mut records = case(&[]);
        let one = Measurement::parse("FPG=7.1 mmol/L", Catalogue::built_in()).unwrap();
        let of_patient = &mut records.patients[0];
        let empty = of_patient.visits.remove(0);
        for number in 0..count {
            let visit = Visit { label: format!("v{number}"), ..empty.visit.record.clone() };
            of_patient.visits.push(VisitRecords {
                visit: Placed::typed(visit),
                measurements: vec![Placed::typed(one.clone())],
            });
        }
        change(&mut registry, |change| change.take_in(&records));
        let sql = "SELECT count(*) FROM batch";
        let found: i64 = registry.connection.query_row(sql, (), |row| row.get(0)).unwrap();
        assert_eq!(found, batches, "{count} measurements");
    }
}

#[test]
fn history_knows_what_came_at_once() {
    let (_folder, mut registry) = filled();
    let of = |part| HistoryOf::Part("a/2".to_owned(), part);
    let entries = |registry: &Registry, of: &HistoryOf| {
        let found = registry.history(of).unwrap().unwrap_or_default();
        found.iter().map(|entry| (entry.number, entry.rows.len())).collect::<Vec<_>>()
    };
    let fpg = of(Part::Measurement("W4".to_owned(), "fpg".to_owned()));
    assert_eq!(entries(&registry, &fpg), [(2, 1)]);
    assert_eq!(entries(&registry, &of(Part::Visit("W4".to_owned()))), [(2, 2)]);
    assert_eq!(entries(&registry, &HistoryOf::Key("a/2".to_owned())), [(2, 3)]);
    let all = registry.as_of(&HistoryOf::All, &Moment::Entry(2)).unwrap().unwrap().records;
    let (whose, file) = of_patient(&registry, "a/2");
    let (visit, measurements) = &file.visits[1];
    change(&mut registry, |c| c.remove_measurement(&whose, visit, &measurements[1]));
    let edited = change(&mut registry, |change| {
        change.edit_visit(&whose, "W4", |visit| {
            visit.label = "later".to_owned();
            Ok(())
        })
    });
    assert!(edited.is_ok());
    let hba1c = of(Part::Measurement("later".to_owned(), "hba1c".to_owned()));
    assert_eq!(entries(&registry, &hba1c), [(2, 1), (4, 1)], "under whatever label");
    // As it stood: what was edited since is as it was, and before the import there was nothing.
    let as_of = |entry| {
        let when = Moment::Entry(entry);
        registry.as_of(&HistoryOf::All, &when).unwrap().unwrap().records
    };
    assert_eq!(as_of(2), all);
    assert_eq!(as_of(4).len(), all.len() - 1);
    assert_eq!(as_of(1).len(), 1, "the registry itself");
}

#[test]
fn the_same_records_again_add_nothing() {
    let (_folder, mut registry) = filled();
    let intake = change(&mut registry, |change| {
        change.begin_bulk()?;
        change.take_in(&records())
    });
    assert_eq!((intake.added.total(), intake.problems.len()), (0, 0));
    assert_eq!(registry.verify().unwrap().entries, 2);
    // The same twice within one change: what waits is written before it is asked for.
    let (_folder, mut registry) = crate::store::testing::registry();
    let both = change(&mut registry, |change| {
        change.begin_bulk()?;
        let first = change.take_in(&records())?;
        Ok((first, change.take_in(&records())?))
    });
    assert_eq!((both.0.added, both.1.added.total()), (both.1.known, 0));
    assert_eq!(told(&registry), Vec::<String>::new());
}

#[test]
fn an_altered_record_is_named() {
    let aside = "the log holds a digest of what entry 2 brought";
    let one = |sql: &str, begins: &str| {
        let told = after(sql);
        let [only] = &told[..] else { panic!("{sql}: {told:#?}") };
        assert!(only.starts_with(begins) && only.contains(aside), "{only}");
    };
    one(
        "UPDATE measurement SET value = 7.29 WHERE value = 7.28",
        "measurement a/2 W4 fpg: it was altered outside casebook",
    );
    one(
        "UPDATE measurement SET printed = '7.00' WHERE printed = '7.0' AND unit_id = 1",
        "measurement a/1 W0 hba1c: it was altered",
    );
    one("UPDATE patient SET age_years = 25 WHERE key = 'a/2'", "patient a/2: it was altered");
    one("UPDATE visit SET day = 29 WHERE id = 4", "visit a/2 W4: it was altered");
    // The lowest bit of a stored number.
    let told = after("UPDATE measurement SET value = value * (1 + 2.3e-16) WHERE value = 6.28");
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[test]
fn what_many_records_point_to_is_covered_too() {
    let count = |sql: &str| after(sql).len();
    assert_eq!(count("UPDATE reported_unit SET slope = 10 WHERE printed = '%'"), 6);
    assert_eq!(count("UPDATE reference_limits SET high_printed = '6.2'"), 6);
    assert_eq!(count("UPDATE source SET place = 'table 2'"), 6);
    // A visit of another patient takes its line with it, and those of its three measurements.
    assert_eq!(count("UPDATE visit SET patient_id = 3, label = 'x' WHERE id = 2"), 4);
}

#[test]
fn what_was_added_or_removed_elsewhere_is_named() {
    let told = after("DELETE FROM measurement WHERE value = 7.28");
    assert!(told[0].starts_with("measurement (1 before a/3 W0 fpg): it was removed"), "{told:#?}");
    let told = after(
        "DELETE FROM measurement WHERE analyte_id = (SELECT max(analyte_id) FROM measurement)",
    );
    assert!(told[0].starts_with("measurement (6 at the end): they were removed"), "{told:#?}");
    let told = after(
        "INSERT INTO measurement (analyte_id, visit_id, status, batch_id)
         SELECT 54, 1, 4, batch_id FROM measurement LIMIT 1",
    );
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("it was added outside casebook"), "{told:#?}");
    let told = after("INSERT INTO measurement (analyte_id, visit_id, status) VALUES (54, 1, 4)");
    assert!(told[0].contains("it was added outside casebook"), "{told:#?}");
    let told = after(
        "INSERT INTO measurement (analyte_id, visit_id, replicate, status) VALUES (1, 1, 1, 4)",
    );
    assert!(told[0].contains("again 1: it was added outside"), "{told:#?}");
    let reading =
        "INSERT INTO reading (uuid, analyte_id, visit_id, standing, printed, made_by, reason)
                   VALUES ('u', 1, 1, 'accepted', '9', 'x', 'y')";
    assert!(!after(reading).is_empty());
}

#[test]
fn a_batch_that_was_altered_is_named() {
    let told =
        after("UPDATE batch SET records = 2, fingerprints = zeroblob(8) WHERE noun = 'patient'");
    assert!(
        told[0].contains(" patients that entry ")
            && told[0].contains("it is not what the log says of it"),
        "{told:#?}"
    );
    // The marks are an aid; the digest decides.
    let told = after(
        "UPDATE patient SET age_years = 25 WHERE id = 1;
         UPDATE batch SET fingerprints = randomblob(length(fingerprints)) WHERE noun = 'patient'",
    );
    assert!(told.iter().any(|one| one.contains("outside casebook")), "{told:#?}");
    let told = after("DELETE FROM batch WHERE noun = 'visit'");
    assert!(!told.is_empty());
    let told = after("UPDATE measurement SET batch_id = 99");
    assert!(
        told.iter()
            .any(|one| one.ends_with("(batch 99 of the file): the log speaks of no such batch")),
        "{told:#?}"
    );
}

#[test]
fn records_leave_their_batch_when_they_are_edited_or_removed() {
    let (_folder, mut registry) = filled();
    let of = of_patient;
    // A corrected reading.
    let (whose, file) = of(&registry, "a/2");
    let (visit, measurements) = &file.visits[1];
    let fpg = Catalogue::built_in().find("FPG").unwrap();
    let other = OtherReading {
        reading: Reading::parse("7.3 mmol/L", fpg).unwrap(),
        standing: Standing::Accepted,
        made_by: "tester".to_owned(),
        reason: "because".to_owned(),
        source: None,
    };
    let known = measurements.iter().find(|one| one.analyte_id == fpg.id).unwrap();
    change(&mut registry, |change| change.add_reading(&whose, visit, known, &other));
    assert_eq!(told(&registry), Vec::<String>::new());
    // A renamed visit takes its measurements out of the batch.
    let edited = change(&mut registry, |change| {
        change.edit_visit(&whose, "W0", |visit| {
            visit.label = "first".to_owned();
            Ok(())
        })
    });
    assert!(edited.is_ok());
    assert_eq!(told(&registry), Vec::<String>::new());
    // An edited patient; a removed measurement, visit and patient.
    let edited = change(&mut registry, |change| {
        change.edit_patient("a/1", |patient| {
            patient.age_years = None;
            Ok(())
        })
    });
    assert!(edited.is_ok());
    let (whose, file) = of(&registry, "a/1");
    let (visit, measurements) = &file.visits[0];
    change(&mut registry, |c| c.remove_measurement(&whose, visit, &measurements[2]));
    let (visit, measurements) = &file.visits[1];
    let removed = change(&mut registry, |c| c.remove_visit(&whose, visit, measurements, true));
    assert_eq!(removed, Ok(4));
    assert_eq!(told(&registry), Vec::<String>::new());
    let (_, file) = of(&registry, "a/3");
    let removed = change(&mut registry, |change| change.remove_patient(&file, true));
    assert_eq!(removed, Ok(9));
    assert_eq!(told(&registry), Vec::<String>::new());
    // And what was altered since is still found among what is left.
    registry.connection.execute("UPDATE measurement SET value = 1 WHERE value = 6.0", ()).unwrap();
    assert_eq!(told(&registry).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The line of a measurement is the image the log would hold, whatever stands in it.
    #[test]
    fn a_line_is_the_image_of_its_record(
        value in prop_oneof!["[0-9]{1,2}\\.[0-9]{1,3} mmol/L", "<0\\.[1-9] mmol/L", "[4-9] unit not reported",
            "not-done", "figure-only", "at-target", "[1-9][0-9]{2} mg/dL"],
        low in proptest::option::of("[0-9]\\.[0-9]"),
        place in proptest::option::of("\\PC{1,12}"),
    ) {
        let fpg = Catalogue::built_in().find("FPG").unwrap();
        let Ok(reading) = Reading::parse(&value, fpg) else { return Ok(()) };
        let mut measurement = Measurement::plain(fpg, reading);
        measurement.limits = low.map(|low| Limits { low: Some(low), high: None });
        measurement.source = place.map(|place| Source { place: Some(place), ..Source::default() });
        let mut records = case(&[]);
        records.patients[0].visits[0].measurements.push(Placed::typed(measurement.clone()));
        let (_folder, mut registry) = registry();
        change(&mut registry, |change| {
            change.begin_bulk()?;
            change.take_in(&records)
        });
        let uuid = registry.patient("a/1").unwrap().unwrap().uuid;
        let line = of_record(&uuid, "a/1 W4 fpg", &measurement);
        let mut digested = Digested::default();
        digested.put(&line);
        let entries = registry.history(&HistoryOf::All).unwrap().unwrap();
        let row = entries[1].rows.iter().find(|row| row["noun"] == "measurement").unwrap().clone();
        let digest = digested.digest();
        prop_assert_eq!(row["digest"].as_str(), Some(digest.as_str()));
        prop_assert_eq!(told(&registry), Vec::<String>::new());
    }
}

#[test]
fn batches_of_another_registry_are_merged_record_by_record() {
    let (folder, mut ours) = registry();
    let copy = folder.path().join("copy.db");
    ours.copy_to(&copy).unwrap();
    let mut theirs = Registry::open(&copy, Access::Write, &Caller::named("other")).unwrap();
    for _ in 0..2 {
        let intake = change(&mut theirs, |change| {
            change.begin_bulk()?;
            change.take_in(&records())
        });
        assert_eq!(intake.problems, []);
    }
    let merge = |ours: &mut Registry, theirs: &Registry| {
        let merged = change(ours, |change| {
            change.begin_bulk()?;
            change.merge(theirs, None)
        });
        assert_eq!((told(ours), merged.disagreements), (Vec::new(), Vec::new()));
        let of = |noun: &str| merged.outcomes.get(noun).copied().unwrap_or_default();
        (of("measurement"), of("patient"))
    };
    let (measurements, patients) = merge(&mut ours, &theirs);
    assert_eq!((measurements.added, patients.added), (18, 3));
    let sql = "SELECT count(*) FROM batch";
    let batches: i64 = ours.connection.query_row(sql, (), |row| row.get(0)).unwrap();
    assert_eq!(batches, 3, "what comes in bulk is logged in bulk");
    // What only one side touched since is right, whichever batch it was in.
    let edit = |registry: &mut Registry, key: &str| {
        let edited = change(registry, |change| {
            change.edit_patient(key, |patient| {
                patient.age_years = Some(33.0);
                Ok(())
            })
        });
        assert!(edited.is_ok());
    };
    edit(&mut ours, "a/1");
    edit(&mut theirs, "a/2");
    let (measurements, patients) = merge(&mut ours, &theirs);
    assert_eq!((measurements.same, patients.newer_here, patients.taken), (18, 1, 1));
    let (measurements, patients) = merge(&mut ours, &theirs);
    assert_eq!((measurements.same, patients.newer_here, patients.same), (18, 1, 2));
}

#[test]
fn a_second_entry_is_told_who_entered_what_was_logged_at_once() {
    let (_folder, registry) = filled();
    let mut second = records();
    let patient = &mut second.patients[0];
    patient.patient.as_mut().unwrap().age_years = Some(99.0);
    patient.visits[0].visit.record.note = Some("another".to_owned());
    let other = Measurement::parse("HbA1c=9.9 %", Catalogue::built_in()).unwrap();
    patient.visits[1].measurements[0].record.reading = other.reading;
    let found = registry.compare(&second).unwrap();
    let told: Vec<_> = found
        .differences
        .iter()
        .map(|one| (one.noun, one.entered.as_ref().map(|(who, _)| who.as_str())))
        .collect();
    assert_eq!(told, ["patient", "visit", "measurement"].map(|noun| (noun, Some("tester"))));
}
