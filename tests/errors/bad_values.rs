//! Values that can't be used, in every format: numbers that are none, and dates that can't be told. Each
//! message says where the value stands and what to do.

use super::refuses;
use crate::support::{Desk, Run};
use rust_xlsxwriter::{Workbook, XlsxError};
use serde_json::json;

/// Numbers as they stand in real files, and none of them is a glucose in mmol/L or an HbA1c in %.
fn no_numbers() -> Vec<String> {
    let mut all: Vec<String> =
        ["7,1", "1,500", "1.500,5", "７.1", "4.9 × 108", "NaN", "Inf", "1.2e3"]
            .map(str::to_owned)
            .into();
    all.push("7".repeat(400));
    all
}

/// Import these files into a registry that holds a few records.
#[track_caller]
fn refuses_files(files: &[(&str, &[u8])], import: &str) -> Run {
    let desk = Desk::small();
    for (name, content) in files {
        desk.write(name, content);
    }
    refuses(&desk, 1, import)
}

#[track_caller]
fn refuses_file(name: &str, content: impl AsRef<[u8]>, options: &str) -> Run {
    refuses_files(&[(name, content.as_ref())], format!("import {name} {options}").trim_end())
}

#[test]
fn in_a_case_file() {
    let head = "[report]\nkey = \"b-2025\"\nkind = \"case report\"\n[[patient]]\nlabel = \"1\"\n";
    let visit = |(at, value): (usize, String)| {
        format!("[[patient.visit]]\nlabel = \"V{at}\"\nvalues = [\"FPG={value} mmol/L\"]\n")
    };
    let visits: String = no_numbers().into_iter().enumerate().map(visit).collect();
    shows!(refuses_file("case.toml", format!("{head}{visits}"), ""));
    // As values of TOML's own kinds, behind the name of the analyte.
    let measurement = |(at, value): (usize, &str)| {
        format!(
            "[[patient.visit]]\nlabel = \"V{at}\"\n[[patient.visit.measurement]]\nanalyte = \"FPG\"\n\
             value = {value}\nunit = \"mmol/L\"\n"
        )
    };
    let values = ["nan", "inf", "1.2e3", "0x7f", "2024-03-05", "[7.1]", "true"];
    let visits: String = values.into_iter().enumerate().map(measurement).collect();
    shows!(refuses_file("kinds.toml", format!("{head}{visits}"), ""));
}

#[test]
fn in_a_case_file_of_json() {
    let of = |visits: serde_json::Value| {
        json!({"report": {"key": "b-2025", "kind": "case report"},
               "patient": [{"label": "1", "enrolment_date": "03/04/2024", "visit": visits}]})
        .to_string()
    };
    let visit = |(at, value): (usize, String)| json!({"label": format!("V{at}"), "values": [format!("FPG={value} mmol/L")]});
    let visits = no_numbers().into_iter().enumerate().map(visit).collect();
    shows!(refuses_file("case.json", of(visits), ""));
    let measured = json!([{"label": "W0", "measurement": [
        {"analyte": "FPG", "value": "NUMBER", "unit": "mmol/L"}]}]);
    let with = |number: &str| of(measured.clone()).replace("\"NUMBER\"", number);
    shows!(
        refuses_file("nan.json", with("NaN"), ""),
        refuses_file("far.json", with("1e999"), ""),
        refuses_file("long.json", with(&"7".repeat(400)), ""),
    );
}

#[test]
fn in_a_workbook() {
    let book = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("visits")?;
        sheet.write_row(0, 0, ["patient", "visit", "date", "FPG (mmol/L)"])?;
        for (row, value) in (1..).zip(no_numbers()) {
            let row_cells = ["a-2024/9", &format!("V{row}"), "", &value];
            sheet.write_row(row, 0, row_cells)?;
        }
        sheet.write_row(20, 0, ["a-2024/9", "W0", "03/04/2024", "7.1"])?;
        sheet.write_row(21, 0, ["a-2024/9", "W4"])?;
        sheet.write(21, 2, 45_356)?;
        book.save_to_buffer()
    };
    shows!(refuses_file("ward.xlsx", book().expect("a workbook"), ""));
}

const DICTIONARY: &str = "field_name,form_name,field_type,field_label\n\
    record_id,f,text,ID\nenrolled,f,text,Enrolled\nfpg,f,text,FPG (mmol/L)\n";

#[test]
fn in_an_export_of_redcap() {
    let rows: String = no_numbers()
        .into_iter()
        .enumerate()
        .map(|(at, value)| format!("9,v{at}_arm_1,,\"{value}\"\n"))
        .collect();
    let data =
        format!("record_id,redcap_event_name,enrolled,fpg\n{rows}10,v0_arm_1,03/04/2024,7.1\n");
    let files: [(&str, &[u8]); 3] = [
        ("data.csv", data.as_bytes()),
        ("dictionary.csv", DICTIONARY.as_bytes()),
        ("map.toml", b"[columns]\nenrolled = \"enrolment date\"\n"),
    ];
    let import = "import data.csv --dictionary dictionary.csv --map map.toml --report a-2024";
    shows!(refuses_files(&files, import));
}

const LB: [&str; 8] =
    ["STUDYID", "DOMAIN", "USUBJID", "LBTESTCD", "LBORRES", "LBORRESU", "VISIT", "LBDTC"];

/// Observations of the laboratory, one for each number that is none, and one of a date.
fn observations() -> Vec<[String; 8]> {
    let row = |value: &str, visit: String, date: &str| {
        ["S1", "LB", "S1-9", "HBA1C", value, "%", &visit, date].map(str::to_owned)
    };
    let values = no_numbers().into_iter().enumerate();
    let mut rows: Vec<_> = values.map(|(at, value)| row(&value, format!("V{at}"), "")).collect();
    rows.push(row("7.1", "W0".to_owned(), "03/04/2024"));
    rows
}

#[test]
fn in_a_data_set_of_sdtm() {
    let lines: String = observations()
        .iter()
        .map(|row| {
            row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\n"
        })
        .collect();
    shows!(refuses_file("lb.csv", format!("{}\n{lines}", LB.join(",")), "--report a-2024"));
    let columns = LB.map(|name| json!({"name": name}));
    let set = json!({"datasetJSONVersion": "1.1.0", "name": "LB", "columns": columns,
                     "rows": observations()});
    let text = set.to_string().replace("\"1.2e3\"", "1.2e3").replace("\"NaN\"", "1e999");
    shows!(refuses_file("lb.json", text, "--report a-2024"));
}

#[test]
fn in_a_phenopacket() {
    let measurement = |value: &str, time: &str| {
        let value = value.parse::<serde_json::Value>().unwrap_or_else(|_| json!(value));
        json!({"assay": {"id": "LOINC:14749-6", "label": "Glucose"}, "timeObserved": {"timestamp": time},
               "value": {"quantity": {"unit": {"id": "UCUM:mmol/L"}, "value": value}}})
    };
    let mut measurements: Vec<_> = (1..)
        .zip(no_numbers())
        .map(|(day, value)| measurement(&value, &format!("2024-03-{day:02}T08:00:00Z")))
        .collect();
    measurements.push(measurement("7.1", "03/04/2024"));
    let packet = json!({"id": "p", "subject": {"id": "P9"}, "phenotypicFeatures": [],
                        "measurements": measurements});
    let text = serde_json::to_string_pretty(&packet).expect("JSON").replace("\"NaN\"", "1e999");
    shows!(refuses_file("packet.json", text, "--report a-2024"));
}

#[test]
fn in_a_bundle_of_fhir() {
    let observation = |value: &str, time: &str| {
        let value = value.parse::<serde_json::Value>().unwrap_or_else(|_| json!(value));
        json!({"resource": {"resourceType": "Observation", "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6"}]},
            "subject": {"reference": "Patient/P9"}, "effectiveDateTime": time,
            "valueQuantity": {"value": value, "unit": "mmol/L", "code": "mmol/L"}}})
    };
    let mut entries: Vec<_> = (1..)
        .zip(no_numbers())
        .map(|(day, value)| observation(&value, &format!("2024-03-{day:02}")))
        .collect();
    entries.push(observation("7.1", "03/04/2024"));
    let bundle = json!({"resourceType": "Bundle", "entry": entries});
    let text = serde_json::to_string_pretty(&bundle).expect("JSON").replace("\"NaN\"", "1e999");
    shows!(refuses_file("bundle.json", text, "--report a-2024"));
}
