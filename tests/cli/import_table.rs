//! `casebook import` of a table of text: long or wide, with a map or none, whatever its encoding.

use crate::support::{Desk, packed, utf16};

/// As a ward writes it: a title, semicolons, decimal commas, a column nobody asked for.
const WARD: &str = "\
Ward 3, export\n\
\n\
patient;visit;sex;age;HbA1c (%);FPG [mmol/L];ALT (U/L);Room\n\
P01;W0;f;53;9,1;10,4;<5;12\n\
P01;W12;f;53;7,0;;not done;12\n\
P02;W0;男;61;8,40;未检;34;14\n";

/// As a laboratory writes it: one row a measurement.
const LAB: &str = "\
患者,访视,检验项目,结果,单位,参考下限,参考上限\n\
1,W0,空腹血糖,7.1,mmol/L,3.9,6.1\n\
1,W0,糖化血红蛋白,8.1,%,4,6\n\
1,第4周,CEA,<0.9,ng/mL,,5\n\
2,W0,CEA,2.1,ng/mL,,5\n";

const ENROLMENT: &str = "\
rownames,id,trt,sex,day,bili,albumin\n\
1,1,1,f,0,14.5,2.6\n\
2,1,1,f,192,-99,2.94\n\
3,2,2,m,0,1.1,NA\n";

const MAP: &str = r#"
[columns]
rownames = "ignore"
id = "patient"
trt = { attribute = "trt", values = { 1 = "drug", 2 = "placebo" } }
bili = { analyte = "bilirubin", unit = "mg/dL" }
albumin = { analyte = "albumin", unit = "g/dL" }
[values]
-99 = "not done"
NA = ""
"#;

const WARD_IMPORT: &str =
    r#"import ward.csv --report ward-3 --report-kind "case series" --decimal-comma"#;
const LAB_IMPORT: &str = r#"import lab.csv --report lab --report-kind "case series""#;

#[test]
fn a_wards_file_needs_no_map() {
    let desk = Desk::with_registry();
    desk.write("ward.csv", WARD);
    let before = desk.files();
    desk.run(&format!("{WARD_IMPORT} --dry-run")).ok();
    assert!(desk.files() == before, "a dry run changes nothing");
    shows!(
        desk.run(WARD_IMPORT).ok(),
        desk.run(WARD_IMPORT).ok(),
        desk.run("show ward-3/P01").ok(),
        desk.run("measurement list ward-3/P02 --format csv").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn a_laboratorys_file_is_read_in_any_encoding_packed_or_not() {
    let listed = |name: &str, content: &[u8]| {
        let desk = Desk::with_registry();
        desk.write(name, content);
        desk.run(&LAB_IMPORT.replace("lab.csv", name)).ok();
        desk.run("verify").ok();
        desk.run("show lab/1").ok().stdout
    };
    let utf8 = listed("lab.csv", LAB.as_bytes());
    assert_eq!(listed("lab.csv", &utf16(LAB)), utf8);
    assert_eq!(listed("lab.csv", &encoding_rs::GB18030.encode(LAB).0), utf8);
    assert_eq!(listed("lab.csv", LAB.replace('\n', "\r\n").as_bytes()), utf8);
    assert_eq!(listed("lab.txt", LAB.replace(',', "\t").as_bytes()), utf8);
    assert_eq!(listed("lab.csv.gz", &packed(LAB)), utf8);

    let desk = Desk::with_registry();
    desk.write("lab.csv", &*encoding_rs::GB18030.encode(LAB).0);
    shows!(desk.run(LAB_IMPORT).ok(), desk.run("measurement list lab/1 --format csv").ok());
}

#[test]
fn a_patients_visits_may_stand_side_by_side() {
    let desk = Desk::with_registry();
    let wide = "subject,HbA1c W0 (%),hba1c_%_w12,Week 4 FPG (mmol/L)\n1,9.1,7.0,7.4\n2,8.4,,\n";
    desk.write("wide.tsv", wide.replace(',', "\t"));
    desk.run(r#"import wide.tsv --report w --report-kind "case series""#).ok();
    shows!(desk.run("measurement list w/1 --format csv").ok());
}

#[test]
fn a_map_says_what_headings_do_not() {
    let desk = Desk::with_registry();
    desk.write("trial.csv", ENROLMENT);
    desk.write("map.toml", MAP);
    desk.run("attribute add trt --kind category --values drug,placebo").ok();
    let line =
        r#"import trial.csv --map map.toml --report trial --report-kind "trial arm" --accept"#;
    shows!(
        desk.run(line).ok(),
        desk.run(line).ok(),
        desk.run("measurement list trial/1 --format csv").ok(),
        desk.run("patient list --format csv").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn a_first_map_is_proposed_and_can_be_used() {
    let desk = Desk::with_registry();
    desk.write("trial.csv", ENROLMENT.replace("rownames", "Name"));
    let registry = desk.bytes("casebook.db");
    let run = desk.run("import trial.csv --propose-map map.toml").ok();
    assert_eq!(desk.bytes("casebook.db"), registry, "a proposal changes nothing");
    let map = String::from_utf8(desk.bytes("map.toml")).expect("text");
    shows!(run);
    insta::assert_snapshot!("a_first_map", map);

    // What it proposes for a file that needs no map is what the headings say anyway.
    desk.write("lab.csv", LAB);
    desk.run("import lab.csv --propose-map lab.toml").ok();
    desk.run(&format!("{LAB_IMPORT} --map lab.toml")).ok();
}

#[test]
fn a_date_is_counted_from_the_patients_day_0() {
    let desk = Desk::with_registry();
    desk.write("dated.csv", "patient,date,start,FPG (mmol/L)\n1,05/03/2024,01/03/2024,7.1\n");
    desk.write(
        "map.toml",
        "[file]\ndate_format = \"DD/MM/YYYY\"\n[columns]\nstart = \"date of day 0\"\n",
    );
    desk.run(r#"import dated.csv --map map.toml --report d --report-kind "case report""#).ok();
    shows!(desk.run("visit list --format csv").ok());
}

#[test]
fn a_large_table_in_the_order_of_its_visits_comes_in_whole() {
    let desk = Desk::with_registry();
    let rows = ["W0", "W4"].map(|visit| {
        (1..=26_000).map(move |patient| format!("{patient},{visit},7.1\n")).collect::<String>()
    });
    desk.write("by-visit.csv", format!("patient,visit,FPG (mmol/L)\n{}", rows.concat()));
    let line = "import by-visit.csv --report ward --report-kind \"registry extract\" --format csv";
    let told = desk.run(line).ok().stdout;
    assert!(told.contains("patients,26000,0\n") && told.contains("visits,52000,0\n"), "{told}");
}

#[test]
fn of_a_date_of_birth_only_the_year_is_taken() {
    let desk = Desk::with_registry();
    desk.write("born.csv", "patient,Date of birth,FPG W0 (mmol/L)\n1,05/03/1970,7.1\n2,1968,7\n");
    desk.write(
        "map.toml",
        "[file]\ndate_format = \"DD/MM/YYYY\"\n[columns]\n\"Date of birth\" = \"birth year\"\n",
    );
    let import = "import born.csv --map map.toml --report b --report-kind \"case report\"";
    desk.run(import).ok();
    shows!(desk.run("patient list --format csv").ok().never_says("05"));
    desk.write("born.csv", "patient,Date of birth,FPG W4 (mmol/L)\n1,5 March 1970,7.1\n");
    let run = desk.run(import).says("a year such as 1968").never_says("March");
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_time_of_day_is_said_and_left_out() {
    let desk = Desk::with_registry();
    desk.run("attribute add consent --kind date").ok();
    desk.write(
        "timed.csv",
        "patient,date,enrolment date,consent,FPG (mmol/L)\n\
         1,2024-03-05 14:20,2024-03-01T00:00:00,2024-03-01 09:00,7.1\n\
         1,2024-04-05T14:20:00Z,2024-03-01,2024-03-01,7.2\n\
         1,2024-05-05,2024-03-01,2024-03-01 00:00,7.3\n",
    );
    shows!(
        desk.run(r#"import timed.csv --report d --report-kind "case report""#).ok(),
        desk.run("visit list --format csv").ok(),
    );
}
