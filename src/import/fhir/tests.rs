use super::*;
use crate::domain::{Outcome, Schedule, Status};
use proptest::prelude::*;

const BUNDLE: &str = r#"{"resourceType": "Bundle", "type": "collection", "entry": [
 {"fullUrl": "urn:uuid:p1", "resource": {"resourceType": "Patient", "id": "P014", "gender": "female",
   "birthDate": "1968-05-17", "name": [{"family": "Secret"}], "address": [{"city": "Secret"}],
   "identifier": [{"value": "Secret"}]}},
 {"fullUrl": "urn:uuid:p2", "resource": {"resourceType": "Patient"}},
 {"fullUrl": "urn:uuid:e1", "resource": {"resourceType": "Encounter", "status": "finished",
   "subject": {"reference": "urn:uuid:p1"}, "period": {"start": "2024-03-05T08:00:00+01:00"}}},
 {"resource": {"resourceType": "Observation", "status": "final",
   "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
   "subject": {"reference": "urn:uuid:p1"}, "encounter": {"reference": "urn:uuid:e1"},
   "valueQuantity": {"value": 8.10, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
   "referenceRange": [{"low": {"value": 4.0, "unit": "%"}, "high": {"value": 6.0, "unit": "%"}}]}},
 {"resource": {"resourceType": "Observation", "status": "final",
   "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
   "subject": {"reference": "Patient/P014"}, "effectiveDateTime": "2024-03-05T23:50:00-08:00",
   "component": [
    {"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
     "valueQuantity": {"value": 128, "unit": "mmHg", "code": "mm[Hg]"}},
    {"code": {"coding": [{"system": "http://loinc.org", "code": "8462-4"}]},
     "valueQuantity": {"value": 81, "unit": "mmHg", "code": "mm[Hg]"}}]}},
 {"resource": {"resourceType": "Observation", "status": "final",
   "code": {"coding": [{"system": "http://loinc.org", "code": "1834-1"}]},
   "subject": {"reference": "urn:uuid:p2"}, "effectiveDateTime": "2024-03",
   "valueQuantity": {"value": 0.9, "comparator": "<", "unit": "ng/mL"}}},
 {"resource": {"resourceType": "Observation", "status": "final",
   "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7"}]},
   "subject": {"reference": "urn:uuid:p2"}, "effectiveDateTime": "2024-03",
   "dataAbsentReason": {"coding": [{"code": "not-performed"}]}}},
 {"resource": {"resourceType": "Observation", "status": "entered-in-error",
   "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7"}]},
   "subject": {"reference": "urn:uuid:p2"}, "valueQuantity": {"value": 1}}},
 {"resource": {"resourceType": "Observation", "status": "final",
   "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3", "display": "Pain"}]},
   "subject": {"reference": "urn:uuid:p2"}, "valueQuantity": {"value": 1}}},
 {"resource": {"resourceType": "Procedure", "status": "completed",
   "code": {"text": "Infusion of mesenchymal stem cells"},
   "subject": {"reference": "urn:uuid:p1"}, "performedPeriod": {"start": "2024-04-02"}}},
 {"resource": {"resourceType": "MedicationAdministration", "status": "completed",
   "medicationReference": {"reference": "Medication/m1"},
   "subject": {"reference": "urn:uuid:p1"}, "effectiveDateTime": "2024-03-05T09:00:00Z",
   "dosage": {"route": {"text": "intravenous"}, "dose": {"value": 60000000, "unit": "cells"}}}},
 {"resource": {"resourceType": "Medication", "id": "m1", "code": {"text": "UC mesenchymal stem cells"}}},
 {"resource": {"resourceType": "Procedure", "status": "completed", "code": {"text": "Appendectomy"},
   "subject": {"reference": "urn:uuid:p1"}}},
 {"resource": {"resourceType": "MedicationStatement", "status": "active",
   "medicationCodeableConcept": {"text": "metformin",
     "coding": [{"system": "http://www.whocc.no/atc", "code": "A10BA02"}]},
   "subject": {"reference": "urn:uuid:p1"}, "effectivePeriod": {"start": "2023-01-01"},
   "dosage": [{"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
     "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg"}}]}]}},
 {"resource": {"resourceType": "MedicationRequest", "subject": {"reference": "urn:uuid:p1"}}},
 {"resource": {"resourceType": "Condition", "subject": {"reference": "urn:uuid:p1"},
   "code": {"coding": [{"system": "http://snomed.info/sct", "code": "44054006"}]}}},
 {"resource": {"resourceType": "Condition", "subject": {"reference": "urn:uuid:p1"},
   "code": {"coding": [{"system": "http://snomed.info/sct", "code": "444814009"}]}}},
 {"resource": {"resourceType": "AdverseEvent", "actuality": "actual", "event": {"text": "fever"},
   "subject": {"reference": "urn:uuid:p1"}, "date": "2024-03-05",
   "outcome": {"coding": [{"code": "resolved"}]}}},
 {"resource": {"resourceType": "Claim"}}
]}"#;

fn read_as(source: &str, is_lines: bool, report: Option<&str>) -> Reading {
    let schedule = Schedule::default();
    let how = How { report: report.map(str::to_owned), ..How::new(&schedule) };
    read_fhir("b.json", source, is_lines, &how)
}

fn read(source: &str) -> Reading {
    read_as(source, false, Some("ward"))
}

#[test]
fn a_code_that_is_near_an_analyte_but_none_is_left_out_with_the_reason() {
    let source = observation(r#""valueQuantity": {"value": 90, "unit": "mg/dL"}"#);
    let reading = read(&source.replace("2345-7", "2339-0"));
    assert_eq!(reading.problems, []);
    assert!(reading.records.patients.iter().all(|patient| patient.visits.is_empty()));
    let told = reading.ignored.iter().find(|one| one.what.contains("2339-0"));
    assert!(told.is_some_and(|one| one.why.contains("whole blood")), "{:?}", reading.ignored);
}

/// One observation of a patient of another file.
fn observation(rest: &str) -> String {
    format!(
        r#"{{"resourceType": "Observation", "status": "final", "subject": {{"reference": "Patient/7"}},
        "code": {{"coding": [{{"system": "http://loinc.org", "code": "2345-7"}}]}}, {rest}}}"#
    )
}

fn told(reading: &Reading) -> String {
    let problems = reading.problems.iter();
    problems.map(|one| format!("{}: {}\n", one.what, one.mismatch)).collect()
}

/// Every visit of a patient with its measurements.
fn visits(reading: &Reading, at: usize) -> Vec<(String, Vec<String>)> {
    let visits = reading.records.patients[at].visits.iter();
    visits
        .map(|one| {
            let texts = one.measurements.iter().map(|one| &one.record);
            let texts = texts.map(|one| format!("{} {}", one.analyte, one.reading.text()));
            (one.visit.record.label.clone(), texts.collect())
        })
        .collect()
}

#[test]
fn a_bundle_becomes_patients_with_visits() {
    let reading = read(BUNDLE);
    assert_eq!(told(&reading), "");
    let patients = &reading.records.patients;
    let keys: Vec<_> = patients.iter().map(|one| one.key.record.as_str()).collect();
    assert_eq!(keys, ["ward/P014", "ward/1"]);
    let first = patients[0].patient.as_ref().expect("a patient");
    assert_eq!((first.birth_year, first.diagnosis.as_deref()), (Some(1968), Some("T2DM")));
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        visits(&reading, 0),
        [("2024-03-05".to_owned(), texts(&["hba1c 8.10 %", "sbp 128 mm[Hg]", "dbp 81 mm[Hg]"]))]
    );
    assert_eq!(
        visits(&reading, 1),
        [("2024-03".to_owned(), texts(&["afp <0.9 ng/mL", "glu_random not done"]))]
    );
}

#[test]
fn what_was_given_and_suffered_is_taken() {
    let reading = read(BUNDLE);
    let of = &reading.records.patients[0];
    let infusions: Vec<_> = of.infusions.iter().map(|one| &one.record).collect();
    assert_eq!((infusions[0].number, infusions[0].cells), (1, Some(6e7)));
    assert_eq!(infusions[1].date.as_ref().map(|date| date.as_str()), Some("2024-04-02"));
    let metformin = &of.medications[0].record;
    assert_eq!((metformin.dose_per_day, metformin.atc.as_deref()), (Some(1000.0), Some("A10BA02")));
    assert_eq!(of.events[0].record.outcome, Some(Outcome::Recovered));
}

#[test]
fn what_has_no_place_is_counted_and_names_are_never_read() {
    let reading = read(BUNDLE);
    let count =
        |what: &str| reading.ignored.iter().find(|one| one.what == what).map(|one| one.count);
    for what in [
        "Patient, name",
        "Patient, address",
        "Patient, identifier",
        "Patient, month and day of birth",
        "Observation that is entered-in-error",
        "LOINC 72514-3 Pain",
        "Procedure",
        "MedicationRequest",
        "Condition",
        "Claim",
    ] {
        assert_eq!(count(what), Some(1), "{what}: {:?}", reading.ignored);
    }
    assert!(!format!("{reading:?}").contains("Secret"));
}

#[test]
fn lines_are_read_like_a_bundle() {
    let lines: String = BUNDLE
        .trim_end_matches("\n]}")
        .split("\"resource\": ")
        .skip(1)
        .filter_map(|part| part.rsplit_once('}'))
        .map(|(resource, _)| resource.replace('\n', " ") + "\n")
        .collect();
    let lines = lines.replace("urn:uuid:p1", "Patient/P014").replace("urn:uuid:p2", "Patient/P2");
    let lines = lines.replace("\"Patient\"}", "\"Patient\", \"id\": \"P2\"}");
    let reading = read_as(&lines, true, Some("ward"));
    assert_eq!(told(&reading), "");
    assert_eq!(reading.records.patients.len(), 2);
    assert_eq!(reading.records.patients[0].infusions.len(), 2);
    let broken = read_as(&format!("{lines}{{\"a\": \n"), true, Some("ward"));
    assert_eq!(broken.problems.len(), 1);
}

#[test]
fn a_value_of_the_same_day_again_has_a_visit_of_its_own() {
    let glucose = |time: &str, value: &str| {
        observation(&format!(
            r#""effectiveDateTime": "2024-03-05T{time}:00Z",
            "valueQuantity": {{"value": {value}, "code": "mg/dL"}}"#
        ))
    };
    let lines = [glucose("12:00", "180"), glucose("08:00", "120")].map(|one| one.replace('\n', ""));
    let reading = read_as(&lines.join("\n"), true, Some("ward"));
    assert_eq!(told(&reading), "");
    let visit = |label: &str, text: &str| (label.to_owned(), vec![format!("glu_random {text}")]);
    assert_eq!(
        visits(&reading, 0),
        [visit("2024-03-05", "120 mg/dL"), visit("2024-03-05 12:00", "180 mg/dL")]
    );
}

#[test]
fn what_can_not_be_read_is_named() {
    let quantity = |fields: &str| observation(&format!(r#""valueQuantity": {{{fields}}}"#));
    for (source, expected) in [
        (quantity(r#""value": 7.1, "code": "mmol/L""#), "LOINC 2345-7 with mmol/L"),
        (quantity(r#""value": 7.1, "code": "mg/dL", "unit": "mmol/L""#), "mg/dL and mmol/L"),
        (quantity(r#""value": 180"#), "a unit behind the number"),
        (quantity(r#""code": "mg/dL""#), "no number"),
        (quantity(r#""value": 180, "code": "mg/dL", "comparator": "ad""#), "another comparator"),
        (observation(r#""effectiveDateTime": "yesterday""#), "date or time such as"),
        ("{}".to_owned(), "without resourceType"),
        ("7".to_owned(), "a number without resourceType"),
        (BUNDLE.replace("\"urn:uuid:p2\"}, \"eff", "\"urn:uuid:p3\"}, \"eff"), "leads nowhere"),
        (BUNDLE.replace("\"P014\"", "\"Maria Huber\""), "a pseudonym"),
    ] {
        let reading = read(&source);
        assert!(told(&reading).contains(expected), "{source}\n{}", told(&reading));
        assert!(!told(&reading).contains("Huber"));
    }
    assert!(told(&read_as(BUNDLE, false, None)).contains("pass --report KEY"));
}

#[test]
fn two_infusions_of_a_day_are_asked_about() {
    let reading = read(&BUNDLE.replace("2024-04-02", "2024-03-05"));
    assert_eq!(reading.problems[0].level, Level::Question);
    assert!(told(&reading).contains("another infusion on 2024-03-05"), "{}", told(&reading));
}

#[test]
fn a_reason_for_no_value_is_a_status() {
    let absent = |code: &str| {
        let reason = format!(r#""dataAbsentReason": {{"coding": [{{"code": "{code}"}}]}}"#);
        let reading = read(&observation(&reason));
        reading.records.patients[0].visits[0].measurements[0].record.reading.status
    };
    assert_eq!(absent("not-performed"), Status::NotDone);
    assert_eq!(absent("unknown"), Status::NotReported);
}

proptest! {
    #[test]
    fn no_bytes_panic(at in 0usize..BUNDLE.len(), with in "[\\[\\]{}\",:0-9a-zé]{0,4}", cut in any::<bool>()) {
        let mut source = BUNDLE.to_owned();
        if cut { source.truncate(at) } else { source.replace_range(at..at + 1, &with) }
        for is_lines in [false, true] {
            let reading = read_as(&source, is_lines, Some("ward"));
            let is_line = |one: &Problem| matches!(one.place, Place::Line { .. });
            prop_assert!(reading.problems.iter().all(is_line));
        }
    }
}
