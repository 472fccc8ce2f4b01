//! `casebook import` of GA4GH phenopackets: a folder of them, their publication as the report.

use crate::support::Desk;

/// A packet of the patient with this id and HbA1c in percent at one age.
fn packet(id: &str, hba1c: &str) -> String {
    format!(
        r#"{{
  "id": "PMID_1_{id}",
  "subject": {{"id": "individual {id}", "sex": "FEMALE",
    "timeAtLastEncounter": {{"age": {{"iso8601duration": "P53Y"}}}}}},
  "phenotypicFeatures": [{{"type": {{"id": "HP:0005978", "label": "Type II diabetes mellitus"}}}}],
  "measurements": [{{
    "assay": {{"id": "LOINC:4548-4", "label": "Hemoglobin A1c/Hemoglobin.total in Blood"}},
    "timeObserved": {{"age": {{"iso8601duration": "P52Y6M"}}}},
    "value": {{"quantity": {{"unit": {{"id": "UCUM:%", "label": "percent"}}, "value": {hba1c},
      "referenceRange": {{"unit": {{"id": "UCUM:%", "label": "percent"}}, "low": 4.0, "high": 6.0}}}}}}
  }}],
  "medicalActions": [{{"treatment": {{
    "agent": {{"id": "CL:0002568", "label": "mesenchymal stem cell of Wharton's jelly"}},
    "routeOfAdministration": {{"id": "NCIT:C38276", "label": "Intravenous Route of Administration"}},
    "doseIntervals": [{{"quantity": {{"unit": {{"id": "x", "label": "cells/kg"}}, "value": 1e6}},
      "interval": {{"start": "2024-03-05T09:00:00Z", "end": "2024-03-05T10:00:00Z"}}}}]}}}}],
  "diseases": [{{"term": {{"id": "MONDO:0005148", "label": "type 2 diabetes mellitus"}}}}],
  "metaData": {{"phenopacketSchemaVersion": "2.0.2",
    "externalReferences": [{{"id": "PMID:1", "description": "Two invented patients"}}]}}
}}"#
    )
}

fn desk() -> Desk {
    let desk = Desk::with_registry();
    std::fs::create_dir_all(desk.path("packets/cohort")).expect("folders");
    desk.write("packets/one.json", packet("1", "9.1"));
    desk.write("packets/cohort/two.json", packet("2", "8.40"));
    desk.write("packets/README.txt", "not read");
    desk
}

#[test]
fn a_folder_is_tried_imported_and_known_again() {
    let desk = desk();
    let before = desk.files();
    shows!(desk.run("import packets --dry-run").ok());
    assert!(desk.files() == before);
    shows!(
        desk.run("import packets").ok(),
        desk.run("import packets --format json").ok(),
        desk.run("show pmid-1/individual-2").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn one_file_may_belong_to_another_report() {
    let desk = desk();
    let line = "import packets/one.json --report ward-3 --report-kind \"case series\"";
    shows!(desk.run(line).ok(), desk.run("patient list --format csv").ok());
}
