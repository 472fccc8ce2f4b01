//! `casebook import` of FHIR R4: a bundle, and resources line by line.

use crate::support::Desk;

const BUNDLE: &str = r#"{"resourceType": "Bundle", "type": "collection", "entry": [
  {"fullUrl": "urn:uuid:p1", "resource": {"resourceType": "Patient", "id": "P014", "gender": "female",
    "birthDate": "1968-05-17", "name": [{"family": "Secret", "given": ["Secret"]}],
    "address": [{"city": "Secret"}]}},
  {"fullUrl": "urn:uuid:e1", "resource": {"resourceType": "Encounter", "status": "finished",
    "subject": {"reference": "urn:uuid:p1"}, "period": {"start": "2024-03-05T08:00:00+01:00"}}},
  {"resource": {"resourceType": "Observation", "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
    "subject": {"reference": "urn:uuid:p1"}, "encounter": {"reference": "urn:uuid:e1"},
    "valueQuantity": {"value": 9.1, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}}},
  {"resource": {"resourceType": "Procedure", "status": "completed",
    "code": {"text": "Infusion of mesenchymal stem cells"},
    "subject": {"reference": "urn:uuid:p1"}, "performedDateTime": "2024-03-05T09:00:00+01:00"}},
  {"resource": {"resourceType": "Observation", "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
    "subject": {"reference": "urn:uuid:p1"}, "effectiveDateTime": "2024-06-04T08:00:00+02:00",
    "valueQuantity": {"value": 7.4, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}}},
  {"resource": {"resourceType": "AdverseEvent", "actuality": "actual", "event": {"text": "fever"},
    "subject": {"reference": "urn:uuid:p1"}, "date": "2024-03-06"}},
  {"resource": {"resourceType": "Claim"}}
]}"#;

const LINES: &str = r#"{"resourceType": "Patient", "id": "P015", "gender": "male"}
{"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7"}]}, "subject": {"reference": "Patient/P015"}, "effectiveDateTime": "2024-03-05", "valueQuantity": {"value": 180, "code": "mg/dL"}}
"#;

fn desk() -> Desk {
    let desk = Desk::with_registry();
    desk.write("bundle.json", BUNDLE);
    desk.write("lines.ndjson", LINES);
    desk
}

#[test]
fn a_bundle_is_tried_imported_and_known_again() {
    let desk = desk();
    let before = desk.files();
    let line = "import bundle.json --report ward-3 --report-kind \"registry extract\"";
    shows!(desk.run(&format!("{line} --dry-run")).ok());
    assert!(desk.files() == before);
    shows!(
        desk.run(line).ok(),
        desk.run(&format!("{line} --format json")).ok(),
        desk.run("show ward-3/P014").ok().never_says("Secret"),
    );
    desk.run("verify").ok();
    assert!(!String::from_utf8_lossy(&desk.bytes("casebook.db")).contains("Secret"));
}

#[test]
fn lines_are_resources() {
    let desk = desk();
    desk.run("report add ward-3 --kind \"registry extract\"").ok();
    shows!(
        desk.run("import lines.ndjson --report ward-3").ok(),
        desk.run("measurement list ward-3/P015 --format csv").ok(),
    );
}
