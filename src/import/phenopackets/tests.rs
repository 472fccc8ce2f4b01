use super::*;
use crate::domain::{Analyte, Catalogue, Level, Problem, Records, Schedule, Status};
use proptest::prelude::*;

const PACKET: &str = r#"{
  "id": "a-1",
  "subject": {"id": "individual 1", "sex": "MALE", "karyotypicSex": "XY",
    "timeAtLastEncounter": {"age": {"iso8601duration": "P44Y6M"}}},
  "phenotypicFeatures": [{"type": {"id": "HP:1"}}, {"type": {"id": "HP:2"}}],
  "measurements": [
    {"assay": {"id": "LOINC:4548-4", "label": "Hemoglobin A1c"},
     "timeObserved": {"age": {"iso8601duration": "P44Y"}},
     "value": {"quantity": {"unit": {"id": "UO:1", "label": "percent"}, "value": 8.10,
       "referenceRange": {"unit": {"id": "UO:1", "label": "percent"}, "low": 4.0, "high": 6.0}}}},
    {"assay": {"id": "LOINC:2345-7", "label": "Glucose [Mass/volume]"},
     "timeObserved": {"age": {"iso8601duration": "P44Y"}},
     "value": {"quantity": {"unit": {"id": "UCUM:mg/dL", "label": "x"}, "value": 180}}},
    {"assay": {"id": "LOINC:2345-7", "label": "Glucose [Mass/volume]"},
     "timeObserved": {"timestamp": "2024-03-05T23:30:00+09:00"},
     "value": {"ontologyClass": {"id": "NCIT:1", "label": "Normal"}}},
    {"assay": {"id": "LOINC:1742-6", "label": "ALT"},
     "value": {"ontologyClass": {"id": "NCIT:2", "label": "High"}}},
    {"assay": {"id": "LOINC:2141-0", "label": "Corticotropin"},
     "value": {"quantity": {"unit": {"id": "UCUM:pg/mL", "label": "x"}, "value": 1}}}],
  "medicalActions": [
    {"treatment": {"agent": {"id": "CL:0002568", "label": "mesenchymal stem cell of Wharton's jelly"},
      "routeOfAdministration": {"id": "NCIT:3", "label": "Intravenous"},
      "doseIntervals": [
        {"quantity": {"unit": {"id": "x", "label": "cells/kg"}, "value": 1e6},
         "interval": {"start": "2024-04-02T00:00:00Z", "end": "2024-04-02T00:00:00Z"}},
        {"quantity": {"unit": {"id": "x", "label": "cells/kg"}, "value": 1e6},
         "interval": {"start": "2024-03-05T00:00:00Z", "end": "2024-03-05T00:00:00Z"}}]},
     "adverseEvents": [{"id": "HP:0001945", "label": "Fever"}]},
    {"treatment": {"agent": {"id": "DrugCentral:1725", "label": "metformin"},
      "doseIntervals": [{"quantity": {"unit": {"id": "UO:2", "label": "milligram"}, "value": 500},
        "scheduleFrequency": {"id": "NCIT:4", "label": "Twice Daily"},
        "interval": {"start": "2023-01-01T00:00:00Z", "end": "2024-03-05T00:00:00Z"}}]}}],
  "diseases": [{"term": {"id": "MONDO:0005148", "label": "type 2 diabetes mellitus"}}],
  "files": [{"uri": "x"}],
  "metaData": {"phenopacketSchemaVersion": "2.0", "externalReferences": [
    {"id": "PMID:1", "description": "A case"}]}
}"#;

fn read_with(source: &str, catalogue: &Catalogue, report: Option<&str>) -> Reading {
    let schedule = Schedule::default();
    let how = How { catalogue, report: report.map(str::to_owned), ..How::new(&schedule) };
    read_phenopackets("a.json", source, &how)
}

fn read(source: &str) -> Reading {
    read_with(source, Catalogue::built_in(), None)
}

fn records(source: &str) -> Records {
    let reading = read(source);
    assert_eq!(reading.problems, []);
    reading.records
}

/// What is wrong, each with its level.
fn told(reading: &Reading) -> Vec<(Level, String)> {
    let problems = reading.problems.iter();
    problems.map(|one| (one.level, format!("{}: {}", one.what, one.mismatch))).collect()
}

#[test]
fn a_packet_becomes_a_patient_with_visits() {
    let records = records(PACKET);
    assert_eq!(records.reports[0].record.key, "pmid-1");
    assert_eq!(records.reports[0].record.citation.title.as_deref(), Some("A case"));
    let of = &records.patients[0];
    let patient = of.patient.as_ref().expect("a patient");
    assert_eq!((patient.key.as_str(), patient.sex), ("pmid-1/individual-1", Some(Sex::Male)));
    assert_eq!(patient.diagnosis.as_deref(), Some("type 2 diabetes mellitus"));
    let visits: Vec<_> = of
        .visits
        .iter()
        .map(|one| {
            let texts = one.measurements.iter().map(|one| one.record.reading.text());
            let date = one.visit.record.date.as_ref().map(ToString::to_string);
            (one.visit.record.label.as_str(), date, texts.collect::<Vec<_>>())
        })
        .collect();
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        visits,
        [
            ("2024-03-05", Some("2024-03-05".to_owned()), texts(&["normal"])),
            ("P44Y", None, texts(&["8.10 %", "180 mg/dL"])),
        ]
    );
    let glucose = &of.visits[1].measurements[1].record.reading;
    assert_eq!(glucose.status, Status::Measured);
    assert!(glucose.value.is_some_and(|value| (value - 9.991_340_8).abs() < 1e-6));
    let limits = of.visits[1].measurements[0].record.limits.as_ref().expect("limits");
    assert_eq!((limits.low.as_deref(), limits.high.as_deref()), (Some("4.0"), Some("6.0")));
}

#[test]
fn cells_are_infusions_in_the_order_of_time_and_drugs_are_episodes() {
    let records = records(PACKET);
    let of = &records.patients[0];
    let infusions: Vec<_> = of
        .infusions
        .iter()
        .map(|one| &one.record)
        .map(|one| (one.number, one.date.clone().expect("a date").to_string(), one.cells_per_kg))
        .collect();
    assert_eq!(
        infusions,
        [(1, "2024-03-05".to_owned(), Some(1e6)), (2, "2024-04-02".to_owned(), Some(1e6))]
    );
    assert_eq!(records.products.len(), 1);
    let metformin = &of.medications[0].record;
    assert_eq!(
        (metformin.dose_per_day, metformin.dose_unit.as_deref()),
        (Some(1000.0), Some("mg"))
    );
    assert_eq!(of.events[0].record.term, "Fever");
}

#[test]
fn what_has_no_place_is_counted_by_name() {
    let ignored = read(PACKET).ignored;
    let count = |what: &str| ignored.iter().find(|one| one.what == what).map(|one| one.count);
    assert_eq!(count("phenotypicFeatures"), Some(2));
    assert_eq!(count("files"), Some(1));
    assert_eq!(count("subject, karyotypicSex"), Some(1));
    assert_eq!(count("LOINC 2141-0 Corticotropin"), Some(1));
    assert_eq!(count("measurements"), Some(1), "\"high\" is no finding of ours");
}

#[test]
fn the_report_is_asked_for_where_none_is_cited() {
    let uncited = PACKET.replace("PMID:1", "https://example.org");
    let reading = read(&uncited);
    assert!(told(&reading)[0].1.contains("pass --report KEY"), "{:?}", told(&reading));
    let reading = read_with(PACKET, Catalogue::built_in(), Some("own"));
    assert_eq!(reading.problems, []);
    assert_eq!(reading.records.patients[0].key.record, "own/individual-1");
    assert_eq!(reading.records.reports, []);
    let doi = records(&PACKET.replace("PMID:1", "DOI:10.1000/AB(c)"));
    assert_eq!(doi.reports[0].record.key, "doi-10.1000-ab-c-");
}

/// A published cohort has ACTH as pg/L beside limits in pg/mL, and cortisol as nmol/L under a code of mass.
#[test]
fn code_unit_and_limits_that_contradict_each_other_are_named() {
    let own = |key: &str, unit: &str, loinc: &str, also: &[&str]| {
        let mut own = Analyte::own(key);
        own.set_unit(unit);
        own.loinc = Some(loinc.to_owned());
        let also: Vec<_> = also.iter().map(|text| text.parse().expect("a unit")).collect();
        own.set_other_units(&also, &vec!["exact".to_owned(); also.len()]);
        own
    };
    let packet = |code: &str, name: &str, unit: &str, value: &str| {
        format!(
            r#"{{"subject": {{"id": "1"}}, "measurements": [{{"assay": {{"id": "LOINC:{code}",
            "label": "{name}"}}, "value": {{"quantity": {{"unit": {{"id": "UCUM:{unit}"}},
            "value": {value}, "referenceRange": {{"unit": {{"id": "UCUM:{unit}"}}, "low": 10,
            "high": 60}}}}}}}}]}}"#
        )
    };
    let read = |own: Analyte, packet: &str| {
        told(&read_with(packet, &Catalogue::with_own(vec![own]), Some("a")))
    };
    let cortisol = packet("2143-6", "Cortisol [Mass/Vol]", "nmol/L", "116.6");
    for unit in ["nmol/L", "ug/dL"] {
        let told = read(own("cortisol", unit, "2143-6", &[]), &cortisol);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, Level::Error);
        assert!(told[0].1.contains("LOINC 2143-6 with nmol/L"), "{told:?}");
        assert!(told[0].1.contains("mass per volume"), "{told:?}");
    }
    let acth = packet("2141-0", "Corticotropin [Mass/Vol]", "pg/L", "180.2");
    let told_acth = read(own("acth", "pg/mL", "2141-0", &[]), &acth);
    assert!(told_acth[0].1.contains("found \"pg/L\", expected a unit of acth: pg/mL"));
    let far = packet("2141-0", "Corticotropin [Mass/Vol]", "pg/L", "180200");
    let told_far = read(own("acth", "pg/mL", "2141-0", &["pg/L=0.001"]), &far);
    assert_eq!(told_far[0].0, Level::Question);
    assert!(told_far[0].1.contains("10 to 60"), "{told_far:?}");
    let glucose = packet("2345-7", "", "mmol/L", "7.1");
    let told_glucose = told(&read_with(&glucose, Catalogue::built_in(), Some("a")));
    assert!(told_glucose[0].1.contains("LOINC 2345-7 with mmol/L"), "{told_glucose:?}");
}

#[test]
fn what_may_be_a_name_or_comes_twice_is_refused_without_being_repeated() {
    let named = read(&PACKET.replace("individual 1", "Maria Huber"));
    assert_eq!(named.problems.len(), 1);
    assert!(!format!("{named:?}").contains("Huber"));
    let field = read(&PACKET.replace("\"karyotypicSex\": \"XY\"", "\"name\": \"Huber\""));
    assert!(told(&field)[0].1.starts_with("subject, name"), "{:?}", told(&field));
    assert!(!format!("{field:?}").contains("Huber"));
    let cohort = format!(
        r#"{{"id": "c", "members": [{PACKET}, {}]}}"#,
        PACKET.replace("individual 1", "individual-1")
    );
    assert!(told(&read(&cohort))[0].1.contains("another spelling"));
}

#[test]
fn families_and_cohorts_hold_packets() {
    let family = format!(r#"{{"proband": {PACKET}, "relatives": [{PACKET}], "pedigree": {{}}}}"#);
    let reading = read(&family);
    assert_eq!((reading.problems.len(), reading.records.patients.len()), (0, 1));
    assert!(reading.ignored.iter().any(|one| one.what == "family, relatives"));
    let cohort = format!(
        r#"{{"id": "c", "members": [{PACKET}, {}]}}"#,
        PACKET.replace("individual 1", "individual 2")
    );
    assert_eq!(records(&cohort).patients.len(), 2);
}

#[test]
fn what_is_no_packet_is_named_with_its_place() {
    for (source, place, what) in [
        ("[]", "a.json, line 1, column 1", "no subject"),
        ("{\n\"subject\": 1}", "a.json, line 1, column 1", "no subject"),
        ("{\"subject\": {\"id\": \"1\"", "a.json, line 1, column 22", "EOF"),
        (
            "{\"subject\": {\"id\": \"1\"}, \"metaData\": {\"phenopacketSchemaVersion\": \"1.0\"}}",
            "a.json, line 1, column 1",
            "version 2",
        ),
    ] {
        let reading = read(source);
        assert_eq!(reading.problems[0].place.to_string(), place, "{source}");
        assert!(told(&reading)[0].1.contains(what), "{:?}", told(&reading));
    }
    let nothing = PACKET.replace("\"value\": 180", "\"comment\": 180");
    assert!(told(&read(&nothing))[0].1.contains("silence is no zero"));
}

#[test]
fn the_age_at_the_last_encounter_is_not_that_of_the_first_infusion() {
    let age =
        |source: &str| records(source).patients[0].patient.as_ref().and_then(|one| one.age_years);
    assert_eq!(age(PACKET), None);
    assert_eq!(age(&PACKET.replace("medicalActions", "others")), Some(44.5));
}

#[test]
fn an_age_is_read_in_years() {
    let age = time::parse_age;
    assert_eq!((age("P44Y6M"), age("P20D"), age("P1Y2M3DT4H")), (Ok(44.5), Ok(0.05), Ok(1.17)));
    for wrong in ["", "P", "PT", "44", "P44", "P6M44Y", "P-1Y", "P999Y", "PY"] {
        assert!(age(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_packet_cites_few_publications() {
    let cited: Vec<_> = (0..=MOST_CITED).map(|at| format!(r#"{{"id": "PMID:{at}"}}"#)).collect();
    let of = |cited: &[String]| {
        let meta = format!(r#"{{"externalReferences": [{}]}}"#, cited.join(","));
        read(&format!(r#"{{"subject": {{"id": "P1"}}, "metaData": {meta}}}"#))
    };
    assert_eq!(of(&cited[1..]).problems, []);
    let told = &of(&cited).problems[0].mismatch;
    assert_eq!(told.to_string(), "found \"1001 of them\", expected at most 1000");
}

proptest! {
    #[test]
    fn no_bytes_panic(at in 0usize..PACKET.len(), with in "[\\[\\]{}\",:0-9a-zé]{0,4}", cut in any::<bool>()) {
        let mut source = PACKET.to_owned();
        if cut { source.truncate(at) } else { source.replace_range(at..at + 1, &with) }
        let reading = read(&source);
        let is_line = |one: &Problem| matches!(one.place, Place::Line { .. });
        prop_assert!(reading.problems.iter().all(is_line));
    }
}
