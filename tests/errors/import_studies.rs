//! Exports of REDCap and data sets of SDTM that can't be imported.

use super::refuses;
use crate::support::{Desk, Run, packed};

#[track_caller]
fn refuses_files(files: &[(&str, &str)], import: &str) -> Run {
    let desk = Desk::small();
    for (name, text) in files {
        desk.write(name, text);
    }
    refuses(&desk, 1, import)
}

const LB: &str =
    "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBLOINC,LBORRES,LBORRESU,LBSTRESN,LBSTRESU,LBDY,VISIT\n";

#[test]
fn sdtm_with_a_name_as_a_label() {
    let text = "STUDYID,DOMAIN,USUBJID,SEX\nS1,DM,Anna Example,F\n";
    let run = refuses_files(&[("dm.csv", text)], "import dm.csv");
    assert!(!run.stderr.contains("Anna"));
    shows!(run);
}

#[test]
fn sdtm_without_a_study() {
    let text = "STUDYID,DOMAIN,USUBJID,SEX\n,DM,01,F\n";
    shows!(refuses_files(&[("dm.csv", text)], "import dm.csv"));
}

#[test]
fn sdtm_that_contradicts_itself() {
    let text = format!(
        "{LB}S1,LB,S1-1,ALT,59261-8,20,U/L,,,1,W0\n\
        S1,LB,S1-1,HBA1C,,9.1,mg/dL,,,1,W0\n\
        S1,LB,S1-1,ALT,,20,U/L,,,0,W1\n"
    );
    shows!(refuses_files(&[("lb.csv", &text)], "import lb.csv"));
}

#[test]
fn sdtm_whose_two_results_differ_is_a_question() {
    let text = format!("{LB}S1,LB,S1-1,CREAT,,1.0,mg/dL,188.4,umol/L,29,W4\n");
    let import = "import lb.csv --report s1 --report-kind \"trial arm\"";
    shows!(refuses_files(&[("lb.csv", &text)], import));
}

#[test]
fn sdtm_of_a_report_that_is_not_there() {
    let text = format!("{LB}S1,LB,S1-1,HBA1C,,9.1,%,,,1,W0\n");
    shows!(refuses_files(&[("lb.csv", &text)], "import lb.csv"));
}

#[test]
fn sdtm_with_a_day_that_is_not_its_date() {
    let dm = "STUDYID,DOMAIN,USUBJID,RFSTDTC\nS1,DM,S1-1,2024-03-01\n";
    let ae = "STUDYID,DOMAIN,USUBJID,AETERM,AESTDY,AESTDTC\nS1,AE,S1-1,fever,1,2024-03-02\n";
    shows!(refuses_files(&[("dm.csv", dm), ("ae.csv", ae)], "import dm.csv ae.csv"));
}

#[test]
fn transport_files_of_another_version_or_cut_off() {
    let v8 = "HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!000000000000000000000000000000  ";
    shows!(refuses_files(&[("lb.xpt", v8)], "import lb.xpt"));
    let cut = "HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!".to_owned() + &" ".repeat(232);
    shows!(refuses_files(&[("dm.xpt", &cut)], "import dm.xpt"));
}

#[test]
fn dataset_json_of_another_form() {
    let text = r#"{"datasetJSONVersion": "1.1.0", "name": "DM", "columns": "Anna"}"#;
    shows!(refuses_files(&[("dm.json", text)], "import dm.json"));
}

const DICTIONARY: &str = "\"Variable / Field Name\",\"Form Name\",\"Field Type\",\"Field Label\",\
    \"Choices, Calculations, OR Slider Labels\",Identifier?\n\
    record_id,base,text,ID,,\n\
    sex,base,radio,Gender,\"0, Female | 1, Male\",\n\
    nick,base,text,Called,,y\n\
    hba1c,labs,text,\"HbA1c (%)\",,\n";

#[track_caller]
fn refuses_redcap(data: &str, map: &str, options: &str) -> Run {
    let files = [("data.csv", data), ("dictionary.csv", DICTIONARY), ("map.toml", map)];
    refuses_files(&files, &format!("import data.csv --as redcap {options}"))
}

#[test]
fn redcap_without_a_dictionary_or_a_report() {
    let data = "record_id,sex\n1,0\n";
    shows!(refuses_redcap(data, "", "--report ward"));
    shows!(refuses_redcap(data, "", "--dictionary dictionary.csv"));
    shows!(refuses_redcap(data, "", "--report ward --dictionary data.csv"));
}

#[test]
fn text_that_can_not_be_read() {
    let desk = Desk::small();
    desk.write("dm.csv", b"STUDYID,DOMAIN,USUBJID\nS1,DM,\xfc\xe9\xe8\n");
    desk.write("ae.csv.gz", &packed(LB)[..40]);
    desk.write("lb.csv", format!("{LB}S1,LB,S1-1,HBA1C,,9.1\n"));
    desk.write("data.csv", b"record_id,sex\n1,a\0b\n");
    desk.write("dictionary.csv", DICTIONARY);
    shows!(
        refuses(&desk, 1, "import dm.csv ae.csv.gz lb.csv --as sdtm"),
        refuses(&desk, 1, "import data.csv --dictionary dictionary.csv --report ward"),
    );
}

#[test]
fn redcap_with_a_field_that_identifies_a_person() {
    let data = "record_id,nick,email,sex\n1,Anna,anna@example.org,0\n";
    let run = refuses_redcap(data, "", "--report ward --dictionary dictionary.csv");
    assert!(!run.stderr.contains("Anna") && !run.stderr.contains('@'));
    shows!(run);
}

#[test]
fn redcap_with_codes_and_values_that_can_not_be() {
    let data = "record_id,sex,hba1c\n1,7,9.1\n2,0,9?1\n3,0,910\nAnna Example,0,7\n";
    let run = refuses_redcap(data, "", "--report ward --dictionary dictionary.csv");
    assert!(!run.stderr.contains("Anna"));
    shows!(run);
}

#[test]
fn redcap_with_a_map_that_is_none() {
    let (data, options) =
        ("record_id,sex\n1,0\n", "--report ward --dictionary dictionary.csv --map map.toml");
    shows!(refuses_redcap(data, "[columns]\nsex = \"sexx\"\nnick = \"HbA1c (kg)\"\n", options));
    shows!(refuses_redcap(data, "[columns]\nsexx = \"sex\"\n[events]\nw4_arm_1 = 28\n", options));
    shows!(refuses_redcap(data, "missing = [\"-99\"]\n[fields]\nsex = \"sex\"\n", options));
}

/// Labels in place of names: whoever reads "HbA1c (%)" can't know of which form it is.
#[test]
fn redcap_under_labels_that_several_fields_have() {
    let dictionary = "field_name,form_name,field_type,field_label,select_choices_or_calculations\n\
        id,base,text,Study no.,\narm,base,radio,Arm,\"1, 2 | 2, 1\"\n\
        hba1c,base,text,HbA1c (%),\nhba1c_later,later,text,HbA1c (%),\n";
    let data =
        "Study no.,Arm,HbA1c (%),HbA1c (%),Complete?,Complete?\n1,2,9.1,8.0,Complete,Complete\n";
    let files = [("data.csv", data), ("dictionary.csv", dictionary)];
    shows!(refuses_files(&files, "import data.csv --dictionary dictionary.csv --report ward"));
}
