//! A registry's own analytes: known, logged, verified, and never moved under recorded values.

use super::*;
use crate::domain::{
    About, Finding, Measurement, Patient, PatientRecords, Placed, Records, Statement,
};
use crate::store::testing::{case, registry, report};
use crate::store::{Access, Caller, Edited, Merged};

fn adiponectin() -> Analyte {
    let mut own = Analyte::own("adiponectin");
    own.symbol = "Adipo".to_owned();
    own.name = "Adiponectin".to_owned();
    own.aliases = vec!["脂联素".to_owned(), "acrp30".to_owned()];
    own.loinc = Some("47828-9".to_owned());
    own.hard_range = (0.0, 100.0);
    own.set_unit("mg/L");
    own.set_decimals(1);
    own.set_other_units(&["mg/dL=10".parse().unwrap()], &["1 dL is 0.1 L".to_owned()]);
    own
}

fn change<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> T {
    let done = registry.change("test", Some("because"), work).unwrap();
    assert_verified(registry);
    done
}

/// The log agrees, and what is in memory is what stands in the file.
#[track_caller]
fn assert_verified(registry: &Registry) {
    assert_eq!(registry.verify().unwrap().discrepancies, []);
    let anew = Registry::open(registry.path(), Access::Read, &Caller::named("reader")).unwrap();
    assert_eq!(anew.catalogue(), registry.catalogue());
    assert_eq!(anew.rules(), registry.rules());
}

fn add(registry: &mut Registry, analyte: &Analyte) -> Result<(), Mismatch> {
    change(registry, |change| change.add_analyte(analyte))
}

fn edit(
    registry: &mut Registry,
    edit: impl FnOnce(&mut Analyte),
) -> Result<Edited<Analyte>, Unedited> {
    change(registry, |change| {
        change.edit_analyte("adiponectin", |analyte| {
            edit(analyte);
            Ok(())
        })
    })
}

/// What a case says, with values of the registry's own analytes too.
fn take(registry: &mut Registry, values: &[&str]) {
    let mut records = case(&[]);
    for text in values {
        let measurement = Measurement::parse(text, registry.catalogue()).unwrap();
        records.patients[0].visits[0].measurements.push(Placed::typed(measurement));
    }
    let intake = change(registry, |change| change.take_in(&records));
    assert_eq!(intake.problems, []);
}

fn values(registry: &Registry) -> Vec<(String, Option<f64>)> {
    let file = registry.patient_file("a/1").unwrap().unwrap();
    let measured = file.visits.into_iter().flat_map(|(_, measured)| measured);
    measured.map(|one| (one.analyte, one.reading.value)).collect()
}

#[test]
fn an_own_analyte_is_known_at_once_and_after_opening() {
    let (_folder, mut registry) = registry();
    assert_eq!(registry.catalogue, None, "nothing to keep");
    add(&mut registry, &adiponectin()).unwrap();
    for name in ["adiponectin", "ADIPO", "acrp-30", "脂联素"] {
        assert_eq!(
            registry.catalogue().find(name).map(|one| one.id),
            Ok(AnalyteId(10_001)),
            "{name}"
        );
    }
    let mut second = Analyte::own("leptin");
    second.name = "Leptin".to_owned();
    second.set_unit("ug/L");
    add(&mut registry, &second).unwrap();
    assert_eq!(registry.catalogue().find("leptin").map(|one| one.id), Ok(AnalyteId(10_002)));
    take(&mut registry, &["Adipo=0.71 mg/dL", "leptin=9 ug/L", "HbA1c=6.8 %"]);
    let found = values(&registry);
    assert_eq!(found[1..], [("adiponectin".into(), Some(7.1)), ("leptin".into(), Some(9.0))]);
}

#[test]
fn a_name_another_analyte_has_is_refused() {
    let (_folder, mut registry) = registry();
    add(&mut registry, &adiponectin()).unwrap();
    assert!(add(&mut registry, &adiponectin()).is_err());
    let mut other = Analyte { key: "other".to_owned(), ..adiponectin() };
    assert!(add(&mut registry, &other).is_err(), "its symbol is taken");
    other.key = "hba1c".to_owned();
    assert!(add(&mut registry, &other).is_err());
    assert_eq!(registry.own_analytes().unwrap().len(), 1);
    assert_eq!(registry.verify().unwrap().entries, 2, "what was refused is no entry");
}

#[test]
fn a_rule_under_which_a_value_is_recorded_stays() {
    let (_folder, mut registry) = registry();
    add(&mut registry, &adiponectin()).unwrap();
    take(&mut registry, &["Adipo=0.71 mg/dL"]);
    let others = |text: &str, basis: &str| {
        let (unit, basis) = (text.parse().unwrap(), basis.to_owned());
        move |analyte: &mut Analyte| analyte.set_other_units(&[unit], &[basis])
    };
    let wrong = |done: Result<Edited<Analyte>, Unedited>| match done {
        Err(Unedited::Wrong(mismatch)) => mismatch.expected,
        done => panic!("{done:?}"),
    };
    for refused in [
        edit(&mut registry, others("mg/dL=11", "1 dL is 0.1 L")),
        edit(&mut registry, others("mg/dL=10", "another basis")),
        edit(&mut registry, others("g/L=1000", "SI")),
        edit(&mut registry, |analyte| analyte.set_unit("ug/L")),
    ] {
        assert!(wrong(refused).contains("1 value is recorded in mg/dL"));
    }
    // What nothing is recorded under may change, and so may everything else.
    edit(&mut registry, |analyte| {
        let units = ["mg/dL=10", "ug/mL=1"].map(|text| text.parse().unwrap());
        analyte.set_other_units(&units, &["1 dL is 0.1 L", "the same"].map(str::to_owned));
        analyte.query_range = (0.5, 30.0);
        analyte.aliases.clear();
        analyte.symbol = "APN".to_owned();
    })
    .unwrap();
    edit(&mut registry, others("mg/dL=10", "1 dL is 0.1 L")).unwrap();
    assert_eq!(edit(&mut registry, |_| ()), Err(Unedited::Same));
    // Once the value is gone, its unit lends its former rule to no other.
    let patient = registry.patient("a/1").unwrap().unwrap();
    let file = registry.patient_file("a/1").unwrap().unwrap();
    let (visit, measured) = &file.visits[0];
    change(&mut registry, |change| change.remove_measurement(&patient, visit, &measured[0]));
    edit(&mut registry, others("mg/dL=10", "a better basis")).unwrap();
    take(&mut registry, &["APN=0.71 mg/dL"]);
    assert_eq!(values(&registry), [("adiponectin".to_owned(), Some(7.1))]);
}

/// Values of a large import stand in one line of the log, whose digest holds their rule.
#[test]
fn values_that_were_logged_together_keep_their_rule_too() {
    let (_folder, mut registry) = registry();
    add(&mut registry, &adiponectin()).unwrap();
    let mut records = case(&[]);
    let measurement = Measurement::parse("Adipo=0.71 mg/dL", registry.catalogue()).unwrap();
    records.patients[0].visits[0].measurements.push(Placed::typed(measurement));
    change(&mut registry, |change| {
        change.begin_bulk()?;
        change.take_in(&records)
    });
    let rule = edit(&mut registry, |analyte| analyte.set_other_units(&[], &[]));
    assert!(matches!(rule, Err(Unedited::Wrong(_))));
    edit(&mut registry, |analyte| analyte.symbol = "APN".to_owned()).unwrap();
    let refused = change(&mut registry, |change| change.remove_analyte("adiponectin"));
    assert_eq!(refused, Err(Kept::HangsOn(vec![("measurement", 1)])));
}

#[test]
fn what_is_recorded_of_keeps_it() {
    let (_folder, mut registry) = registry();
    add(&mut registry, &adiponectin()).unwrap();
    take(&mut registry, &["Adipo=7.1 mg/L"]);
    let mut said = PatientRecords::of(Placed::typed("a/1".to_owned()));
    said.statements.push(Placed::typed(Statement {
        about: About::Analyte("adiponectin".to_owned()),
        visit: None,
        finding: Finding::Improved,
        source: None,
        note: None,
    }));
    let records = Records { patients: vec![said], ..Records::default() };
    change(&mut registry, |change| change.take_in(&records));
    let remove =
        |registry: &mut Registry| change(registry, |change| change.remove_analyte("adiponectin"));
    let hanging = vec![("measurement", 1), ("statement", 1)];
    assert_eq!(remove(&mut registry), Err(Kept::HangsOn(hanging)));
    let patient = registry.patient("a/1").unwrap().unwrap();
    let file = registry.patient_file("a/1").unwrap().unwrap();
    let (visit, measured) = &file.visits[0];
    change(&mut registry, |change| change.remove_measurement(&patient, visit, &measured[0]));
    change(&mut registry, |change| change.remove_statement(&patient, 1)).unwrap();
    assert_eq!(remove(&mut registry), Ok(1));
    assert_eq!(remove(&mut registry), Err(Kept::NotThere));
    assert_eq!(change(&mut registry, |change| change.remove_analyte("hba1c")), Err(Kept::NotThere));
    assert_eq!(registry.catalogue, None);
    let left = registry.connection.query_row(
        "SELECT (SELECT count(*) FROM analyte_unit) + (SELECT count(*) FROM analyte_alias)
              + (SELECT count(*) FROM reported_unit WHERE analyte_id > 10000)",
        (),
        |row| row.get::<_, i64>(0),
    );
    assert_eq!(left, Ok(0));
}

#[test]
fn what_another_program_did_to_an_analyte_is_named() {
    let (_folder, mut registry) = registry();
    add(&mut registry, &adiponectin()).unwrap();
    let after = |sql: &str| {
        registry.connection.execute_batch(&format!("SAVEPOINT a; {sql}")).unwrap();
        let found = registry.verify().unwrap().discrepancies;
        registry.connection.execute_batch("ROLLBACK TO a; RELEASE a").unwrap();
        found.into_iter().map(|one| format!("{}: {}", one.place, one.what)).collect::<Vec<_>>()
    };
    for (sql, place, what) in [
        ("UPDATE analyte_unit SET slope = 11 WHERE position = 1", "adiponectin", "altered"),
        ("UPDATE analyte SET symbol = 'x' WHERE id = 10001", "adiponectin", "symbol is"),
        ("DELETE FROM analyte_alias", "adiponectin", "aliases is"),
        ("UPDATE analyte SET canonical_unit = '%' WHERE id = 1", "hba1c", "canonical unit is"),
        ("UPDATE analyte SET key = 'x' WHERE id = 1", "hba1c", "key is"),
        ("UPDATE analyte SET built_in = 0 WHERE id = 1", "hba1c", "no longer marked"),
        ("DELETE FROM analyte WHERE id = 2", "fpg", "removed"),
        (
            "INSERT INTO analyte SELECT 900, 'u', 'y', name, specimen, state, canonical_unit, loinc,
                decimals, 0, 1, 0, 1, 0, NULL FROM analyte WHERE id = 1",
            "y",
            "added",
        ),
    ] {
        let told = after(sql);
        let is_it = |one: &String| one.starts_with(&format!("analyte {place}: ")) && one.contains(what);
        assert!(told.iter().any(is_it), "{sql}: {told:?}");
    }
}

#[test]
fn what_was_read_before_another_program_changed_it_is_not_written() {
    let (_folder, mut registry) = registry();
    let caller = Caller::named("other");
    let mut other = Registry::open(registry.path(), Access::Write, &caller).unwrap();
    add(&mut registry, &adiponectin()).unwrap();
    let refused: Result<_, StoreError> =
        other.change("test", None, |change| change.take_in(&case(&["HbA1c=6.8 %"])));
    assert!(matches!(refused, Err(StoreError::Overtaken(_))));
    assert_verified(&registry);
}

/// Two registries that began apart.
fn two() -> [(tempfile::TempDir, Registry); 2] {
    [registry(), registry()]
}

fn merge(ours: &mut Registry, theirs: &Registry) -> Merged {
    change(ours, |change| change.merge(theirs, None))
}

/// Another report and patient, so that nothing else stands in the way.
fn take_other(registry: &mut Registry, value: &str) {
    let mut records = case(&[]);
    records.reports = vec![Placed::typed(report("b"))];
    let of = &mut records.patients[0];
    of.key = Placed::typed("b/1".to_owned());
    let known = of.patient.take().unwrap();
    of.patient = Some(Patient { key: "b/1".to_owned(), reports: vec!["b".to_owned()], ..known });
    let measurement = Measurement::parse(value, registry.catalogue()).unwrap();
    of.visits[0].measurements.push(Placed::typed(measurement));
    of.statements.push(Placed::typed(Statement {
        about: About::Analyte("adiponectin".to_owned()),
        visit: None,
        finding: Finding::Improved,
        source: None,
        note: None,
    }));
    let intake = change(registry, |change| change.take_in(&records));
    assert_eq!(intake.problems, []);
}

#[test]
fn an_analyte_comes_over_with_its_values_whatever_its_number() {
    let [(_a, mut ours), (_b, mut theirs)] = two();
    let mut leptin = Analyte { aliases: Vec::new(), ..adiponectin() };
    leptin.key = "leptin".to_owned();
    leptin.symbol = "Leptin".to_owned();
    leptin.name = "Leptin, serum".to_owned();
    add(&mut ours, &leptin).unwrap();
    add(&mut theirs, &adiponectin()).unwrap();
    take_other(&mut theirs, "Adipo=0.71 mg/dL");
    let merged = merge(&mut ours, &theirs);
    assert_eq!(merged.disagreements, []);
    assert_eq!(merged.outcomes["analyte"].added, 1);
    assert_eq!(ours.catalogue().find("Adipo").map(|one| one.id), Ok(AnalyteId(10_002)));
    let value = |registry: &Registry| {
        registry.patient_file("b/1").unwrap().unwrap().visits[0].1[0].reading.value
    };
    assert_eq!((value(&ours), value(&theirs)), (Some(7.1), Some(7.1)));
    let entries = ours.verify().unwrap().entries;
    let again = merge(&mut ours, &theirs);
    assert_eq!((again.outcomes["analyte"].same, ours.verify().unwrap().entries), (1, entries));
    // An edit over there comes over, and so does the removal of what nothing hangs on.
    edit(&mut theirs, |analyte| analyte.query_range = (1.0, 30.0)).unwrap();
    assert_eq!(merge(&mut ours, &theirs).outcomes["analyte"].taken, 1);
    assert_eq!(ours.catalogue().find("Adipo").map(|one| one.query_range), Ok((1.0, 30.0)));
    assert_eq!(merge(&mut theirs, &ours).outcomes["analyte"].added, 1);
    change(&mut theirs, |change| change.remove_analyte("leptin")).unwrap();
    assert_eq!(merge(&mut ours, &theirs).outcomes["analyte"].removed, 1);
    assert!(ours.catalogue().find("leptin").is_err());
}

#[test]
fn the_same_analyte_added_twice_is_one_if_it_is_kept_in_the_same_unit() {
    let [(_a, mut ours), (_b, mut theirs)] = two();
    let mut mine = adiponectin();
    mine.set_other_units(&["mg/dL=10".parse().unwrap()], &["in other words".to_owned()]);
    add(&mut ours, &mine).unwrap();
    take(&mut ours, &["Adipo=0.5 mg/dL"]);
    add(&mut theirs, &adiponectin()).unwrap();
    take_other(&mut theirs, "Adipo=0.71 mg/dL");
    let merged = merge(&mut ours, &theirs);
    assert_eq!((merged.disagreements.len(), merged.outcomes["analyte"].same), (0, 1));
    assert_eq!(ours.patient_file("b/1").unwrap().unwrap().visits[0].1[0].reading.value, Some(7.1));
    assert_eq!(ours.own_analytes().unwrap()[0].record.units[1].basis, "in other words");
}

#[test]
fn an_analyte_of_another_unit_or_name_is_named_and_left_out_with_its_values() {
    for (edit, field) in [
        ((|own: &mut Analyte| own.set_unit("nmol/L")) as fn(&mut Analyte), "canonical unit"),
        (
            |own: &mut Analyte| {
                own.key = "apn".to_owned();
                own.aliases = vec!["adiponectin".to_owned()];
            },
            "check",
        ),
    ] {
        let [(_a, mut ours), (_b, mut theirs)] = two();
        let mut mine = adiponectin();
        edit(&mut mine);
        add(&mut ours, &mine).unwrap();
        add(&mut theirs, &adiponectin()).unwrap();
        take_other(&mut theirs, "Adipo=0.71 mg/dL");
        let merged = merge(&mut ours, &theirs);
        let told: Vec<_> = merged
            .disagreements
            .iter()
            .map(|one| (one.noun.as_str(), one.fields[0].field.as_str()))
            .collect();
        assert_eq!(told, [("analyte", field), ("measurement", "record"), ("statement", "record")]);
        assert!(merged.disagreements.iter().all(|one| one.is_open));
        assert_eq!(ours.own_analytes().unwrap()[0].record.id, AnalyteId(10_001));
        let file = ours.patient_file("b/1").unwrap().unwrap();
        assert_eq!((file.visits[0].1.len(), file.statements.len()), (0, 0));
    }
}

#[test]
fn a_declaration_is_taken_in_before_its_values_and_once() {
    let (_folder, mut registry) = registry();
    let mut declared = Analyte::own("zinc");
    declared.name = "Zinc".to_owned();
    declared.set_unit("umol/L");
    declared.set_decimals(1);
    let mut catalogue = Catalogue::built_in().clone();
    // Whoever read the file knew another analyte of that number.
    catalogue.declare(&Analyte::own("copper"));
    catalogue.declare(&declared);
    let mut records = case(&[]);
    let value = Measurement::parse("Zinc=12.5 umol/L", &catalogue).unwrap();
    records.patients[0].visits[0].measurements.push(Placed::typed(value));
    let undeclared = records.clone();
    records.analytes.push(Placed::typed(declared.clone()));
    let told: Result<_, StoreError> =
        registry.change("test", None, |change| change.take_in(&undeclared).map(|one| one.problems));
    let told = told.unwrap();
    assert_eq!(told[0].mismatch.expected, "an analyte that is recorded");
    let intake = change(&mut registry, |change| change.take_in(&records));
    assert_eq!((intake.problems.len(), intake.added.of(crate::store::Kind::Analyte)), (0, 1));
    let again = change(&mut registry, |change| change.take_in(&records));
    assert_eq!((again.added.total(), again.problems.len()), (0, 0));
    assert_eq!(again.known.of(crate::store::Kind::Analyte), 1);
    records.analytes[0].record.set_decimals(2);
    let other = change(&mut registry, |change| change.take_in(&records));
    assert_eq!(other.problems.len(), 1);
    assert_eq!(other.problems[0].what, "analyte zinc");
    assert!(other.problems[0].mismatch.found.contains("decimals"), "{:?}", other.problems[0]);
    assert_eq!(registry.verify().unwrap().discrepancies, []);
}
