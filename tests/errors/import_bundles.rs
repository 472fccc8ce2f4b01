//! Phenopackets and FHIR that can't be imported.

use super::refuses;
use crate::support::{Desk, Run};

#[track_caller]
fn refuses_file(name: &str, content: &str, options: &str) -> Run {
    let desk = Desk::small();
    desk.write(name, content);
    refuses(&desk, 1, format!("import {name} {options}").trim_end())
}

/// A phenopacket with one measurement.
fn packet(subject: &str, code: &str, value: &str, unit: &str) -> String {
    format!(
        r#"{{"subject": {{"id": "{subject}"}}, "phenotypicFeatures": [],
  "measurements": [
    {{"assay": {{"id": "LOINC:{code}", "label": "Glucose"}},
     "value": {{"quantity": {{"unit": {{"id": "UCUM:{unit}"}}, "value": {value},
       "referenceRange": {{"unit": {{"id": "UCUM:{unit}"}}, "low": 0.07, "high": 0.1}}}}}}}}]
}}"#
    )
}

/// An observation with this quantity.
fn observation(quantity: &str) -> String {
    format!(
        r#"{{"resourceType": "Observation", "status": "final",
  "code": {{"coding": [{{"system": "http://loinc.org", "code": "2345-7"}}]}},
  "subject": {{"reference": "Patient/7"}},
  "valueQuantity": {{{quantity}}}}}"#
    )
}

#[test]
fn no_report() {
    shows!(
        refuses_file("a.json", &packet("P1", "2345-7", "120", "mg/dL"), ""),
        refuses_file("b.json", &observation("\"value\": 120, \"code\": \"mg/dL\""), ""),
    );
}

#[test]
fn a_code_of_mass_with_a_unit_of_moles() {
    shows!(
        refuses_file("a.json", &packet("P1", "2345-7", "7.1", "mmol/L"), "--report a-2024"),
        refuses_file(
            "b.json",
            &observation("\"value\": 7.1, \"code\": \"mmol/L\""),
            "--report a-2024"
        ),
    );
}

#[test]
fn a_value_a_thousand_times_beyond_its_limits() {
    let file = packet("P1", "2345-7", "120", "mg/dL");
    shows!(refuses_file("a.json", &file, "--report a-2024").says("--accept"));
}

#[test]
fn a_label_that_may_be_a_name() {
    let file = packet("Maria Huber", "2345-7", "120", "mg/dL");
    shows!(refuses_file("a.json", &file, "--report a-2024").never_says("Huber"));
}

#[test]
fn a_reference_that_leads_nowhere() {
    let file = observation("\"value\": 120").replace("Patient/7", "urn:uuid:7");
    shows!(refuses_file("b.json", &file, "--report a-2024"));
}

#[test]
fn cut_off() {
    let file = packet("P1", "2345-7", "120", "mg/dL");
    shows!(refuses_file("a.json", &file[..file.len() - 40], "--report a-2024"));
}
