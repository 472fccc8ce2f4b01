//! `casebook import` of a table of text: long or wide, with a map or none, whatever its encoding.

use crate::support::Desk;

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
    let utf16: Vec<u8> = LAB.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(listed("lab.csv", &[b"\xff\xfe".to_vec(), utf16].concat()), utf8);
    assert_eq!(listed("lab.csv", &encoding_rs::GB18030.encode(LAB).0), utf8);
    assert_eq!(listed("lab.csv", LAB.replace('\n', "\r\n").as_bytes()), utf8);
    assert_eq!(listed("lab.txt", LAB.replace(',', "\t").as_bytes()), utf8);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packer, LAB.as_bytes()).expect("packed");
    assert_eq!(listed("lab.csv.gz", &packer.finish().expect("packed")), utf8);

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
