//! `casebook import` of data sets of CDISC SDTM.

use crate::support::{Desk, packed, utf16};

const DM: &str = "STUDYID,DOMAIN,USUBJID,RFSTDTC,RFXSTDTC,AGE,AGEU,SEX,ACTARM,COUNTRY\n\
    T2D01,DM,T2D01-101,2024-03-01,2024-03-01,53,YEARS,F,UC-MSC,CHN\n\
    T2D01,DM,T2D01-102,2024-03-02,,61,YEARS,M,Placebo,CHN\n";

const EX: &str = "STUDYID,DOMAIN,USUBJID,EXTRT,EXDOSE,EXDOSU,EXROUTE,EXSTDTC,EXSTDY\n\
    T2D01,EX,T2D01-101,UC-MSC,1,10^6 cells/kg,INTRAVENOUS,2024-03-01,1\n\
    T2D01,EX,T2D01-101,UC-MSC,1,10^6 cells/kg,INTRAVENOUS,2024-03-08,8\n";

const AE: &str = "STUDYID,DOMAIN,USUBJID,AETERM,AEDECOD,AESER,AEREL,AETOXGR,AEOUT,AESTDY\n\
    T2D01,AE,T2D01-101,fever,Pyrexia,N,POSSIBLE,1,RECOVERED/RESOLVED,1\n";

/// Dataset-JSON 1.1 of the laboratory.
const LB: &str = r#"{"datasetJSONVersion": "1.1.0", "name": "LB", "label": "Laboratory", "records": 3,
  "columns": [{"name": "STUDYID"}, {"name": "DOMAIN"}, {"name": "USUBJID"}, {"name": "LBTESTCD"},
    {"name": "LBORRES"}, {"name": "LBORRESU"}, {"name": "LBSTRESN"}, {"name": "LBSTRESU"},
    {"name": "VISIT"}, {"name": "LBDY"}],
  "rows": [
    ["T2D01", "LB", "T2D01-101", "HBA1C", "9.1", "%", 76, "mmol/mol", "BASELINE", 1],
    ["T2D01", "LB", "T2D01-101", "HBA1C", "7.2", "%", 55, "mmol/mol", "WEEK 4", 29],
    ["T2D01", "LB", "T2D01-102", "BASO", "0.4", "%", 0.4, "%", "BASELINE", 1]]}"#;

fn desk() -> Desk {
    let desk = Desk::with_registry();
    std::fs::create_dir(desk.path("sdtm")).expect("a folder");
    for (name, text) in [("dm.csv", DM), ("ex.csv", EX), ("ae.csv", AE), ("lb.json", LB)] {
        desk.write(&format!("sdtm/{name}"), text);
    }
    desk
}

#[test]
fn a_study_comes_in_whole_and_a_second_time_adds_nothing() {
    let desk = desk();
    shows!(
        desk.run("import sdtm --report-kind \"trial arm\" --report t2d01 --dry-run").ok(),
        desk.run("import sdtm --report-kind \"trial arm\" --report t2d01").ok(),
        desk.run("import sdtm --report-kind \"trial arm\" --report t2d01").ok(),
        desk.run("verify").ok(),
        desk.run("show t2d01/101").ok(),
        desk.run("summary exposure --format csv").ok(),
    );
}

#[test]
fn data_sets_are_read_in_any_encoding_packed_or_not() {
    let imported = |desk: &Desk| {
        desk.run("import sdtm --report-kind \"trial arm\" --report t2d01").ok();
        desk.run("show t2d01/101").ok().stdout
    };
    let plain = imported(&desk());
    let desk = desk();
    for name in ["dm.csv", "ex.csv", "lb.json"] {
        std::fs::remove_file(desk.path(&format!("sdtm/{name}"))).expect("a file");
    }
    desk.write("sdtm/dm.csv", utf16(DM));
    desk.write("sdtm/ex.csv.gz", packed(EX.replace(',', ";")));
    desk.write("sdtm/lb.json.gz", packed(LB));
    assert_eq!(imported(&desk), plain);

    // By itself a file is known by how it begins, whatever its encoding.
    let desk = Desk::with_registry();
    desk.write("people.csv", utf16(DM));
    let run = desk.run("import people.csv --report-kind \"trial arm\" --report t").ok();
    assert!(run.stdout.contains("a country belongs"), "{run}");

    // What the bytes leave open, a map says.
    let desk = Desk::with_registry();
    desk.write("arms.csv", &*encoding_rs::GB18030.encode(&DM.replace("Placebo", "对照")).0);
    desk.write("map.toml", "[file]\nencoding = \"gb18030\"\n");
    let import = "import arms.csv --report-kind \"trial arm\" --report u";
    assert_eq!(desk.run(import).code, Some(1));
    desk.run(&format!("{import} --map map.toml")).ok();
}
