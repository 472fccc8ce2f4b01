//! `casebook import -`: what another program writes comes in without a file, whatever its format.

use crate::support::Desk;
use std::io::Write;

const TABLE: &str = "patient,visit,HbA1c (%)\n9,W0,9.1\n9,W4,8.2\n";
const LB: &str = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,VISIT\n\
    S1,LB,S1-9,HBA1C,9.1,%,W0\nS1,LB,S1-9,HBA1C,8.2,%,W4\n";
const LB_JSON: &str = r#"{"datasetJSONVersion": "1.1.0", "name": "LB", "columns": [{"name": "STUDYID"},
    {"name": "DOMAIN"}, {"name": "USUBJID"}, {"name": "LBTESTCD"}, {"name": "LBORRES"}, {"name": "LBORRESU"},
    {"name": "VISIT"}], "rows": [["S1", "LB", "S1-9", "HBA1C", "9.1", "%", "W0"],
    ["S1", "LB", "S1-9", "HBA1C", "8.2", "%", "W4"]]}"#;
const REDCAP: &str = "record_id,redcap_event_name,hba1c\n9,w0_arm_1,9.1\n9,w4_arm_1,8.2\n";
const DICTIONARY: &str = "field_name,form_name,field_type,field_label\n\
    record_id,f,text,ID\nhba1c,f,text,HbA1c (%)\n";
const CASE: &str = "[report]\nkey = \"b\"\nkind = \"case report\"\n[[patient]]\nlabel = \"9\"\n\
    [[patient.visit]]\nlabel = \"W0\"\nvalues = [\"HbA1c=9.1 %\"]\n[[patient.visit]]\nlabel = \"W4\"\n\
    values = [\"HbA1c=8.2 %\"]\n";

/// A resource of FHIR in one line.
fn observation(value: &str, date: &str) -> String {
    format!(
        "{{\"resourceType\": \"Observation\", \"status\": \"final\", \"code\": {{\"coding\": [{{\"system\": \
         \"http://loinc.org\", \"code\": \"4548-4\"}}]}}, \"subject\": {{\"reference\": \"Patient/9\"}}, \
         \"effectiveDateTime\": \"{date}\", \"valueQuantity\": {{\"value\": {value}, \"code\": \"%\"}}}}"
    )
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).expect("packed");
    packer.finish().expect("packed")
}

#[test]
fn every_format_comes_in_by_the_standard_input() {
    let lines =
        format!("{}\n{}\n", observation("9.1", "2024-03-05"), observation("8.2", "2024-04-05"));
    let bundle = format!(
        "{{\"resourceType\": \"Bundle\", \"entry\": [{{\"resource\": {}}}, {{\"resource\": {}}}]}}",
        observation("9.1", "2024-03-05"),
        observation("8.2", "2024-04-05")
    );
    let measurement = |value: &str, date: &str| {
        format!(
            "{{\"assay\": {{\"id\": \"LOINC:4548-4\"}}, \"timeObserved\": {{\"timestamp\": \"{date}T08:00:00Z\"}}, \
             \"value\": {{\"quantity\": {{\"unit\": {{\"id\": \"UCUM:%\"}}, \"value\": {value}}}}}}}"
        )
    };
    let packet = format!(
        "{{\"subject\": {{\"id\": \"9\"}}, \"measurements\": [{}, {}]}}",
        measurement("9.1", "2024-03-05"),
        measurement("8.2", "2024-04-05")
    );
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["patient", "visit", "HbA1c (%)"]).expect("cells");
    sheet.write_row(1, 0, ["a-2024/9", "W0", "9.1"]).expect("cells");
    sheet.write_row(2, 0, ["a-2024/9", "W4", "8.2"]).expect("cells");
    let book = book.save_to_buffer().expect("a workbook");
    for (options, input) in [
        ("--as csv --report a-2024", TABLE.as_bytes()),
        ("--as csv --report a-2024", &packed(TABLE)),
        ("--as xlsx", &book),
        ("--as sdtm --report a-2024", LB.as_bytes()),
        ("--as sdtm --report a-2024", LB_JSON.as_bytes()),
        ("--as redcap --dictionary dictionary.csv --report a-2024", REDCAP.as_bytes()),
        ("--as phenopackets --report a-2024", packet.as_bytes()),
        ("--as fhir --report a-2024", bundle.as_bytes()),
        ("--as fhir --report a-2024", lines.as_bytes()),
        (
            "--as case",
            CASE.replace("\"b\"", "\"a-2024\"").replace("report\"", "series\"").as_bytes(),
        ),
    ] {
        let desk = Desk::small();
        desk.write("dictionary.csv", DICTIONARY);
        let done = desk.run_reading(&format!("import - {options}"), input).ok();
        let listed = desk.run("measurement list a-2024/9 --format csv").ok();
        assert_eq!(listed.stdout.lines().count(), 3, "{done}\n{listed}");
    }
}

#[test]
fn what_is_wrong_in_it_has_its_place() {
    let desk = Desk::small();
    let before = desk.files();
    let refused = |options: &str, input: &str| {
        let done = desk.run_reading(&format!("import - {options}"), input.as_bytes());
        assert_eq!(done.code, Some(1), "{done}");
        done
    };
    shows!(
        refused("--as csv --report a-2024", &TABLE.replace("8.2", "8,2x")),
        refused("--as sdtm --report a-2024", &LB.replace("8.2", "high?")),
        refused("--as case", &CASE.replace("8.2 %", "8.2 kg")),
        refused("--as fhir --report a-2024", "{\"resourceType\": 7}"),
        refused("--as xlsx", "no workbook"),
        refused("--as csv --report a-2024", ""),
    );
    assert!(desk.files() == before);
}

#[test]
fn a_first_map_can_be_made_of_it() {
    let desk = Desk::small();
    desk.run_reading("import - --as csv --propose-map map.toml", TABLE.as_bytes()).ok();
    assert!(desk.text("map.toml").contains("HbA1c (%)"));
}

#[test]
fn more_than_is_held_is_refused() {
    let desk = Desk::small();
    let many = "x".repeat((128 << 20) + 1);
    let line = "import - --as csv --report a-2024";
    shows!(
        desk.run_reading(line, many.as_bytes()),
        desk.run_reading("import - --as case", &many.as_bytes()[..(64 << 20) + 1]),
    );
}
