//! A file that can't be imported: exit 1, every problem at once, nothing taken.

use super::refuses;
use crate::support::{Desk, Run};
use std::fs::File;

/// Import this text under this name into a registry that holds a few records.
#[track_caller]
fn refuses_file(name: &str, content: impl AsRef<[u8]>) -> Run {
    let desk = Desk::small();
    desk.write(name, content);
    refuses(&desk, 1, &format!("import {name}"))
}

const REPORT: &str = "[report]\nkey = \"b-2025\"\nkind = \"case report\"\n";

#[test]
fn unknown_suffix() {
    shows!(refuses_file("visits.docx", "PK"));
    shows!(refuses_file("case", REPORT));
}

#[test]
fn missing_file() {
    shows!(refuses(&Desk::small(), 1, "import case.toml"));
}

#[test]
fn a_folder() {
    let desk = Desk::small();
    std::fs::create_dir(desk.path("cases.toml")).expect("a folder");
    shows!(refuses(&desk, 1, "import cases.toml"));
}

#[test]
fn not_utf8() {
    shows!(refuses_file("gbk.toml", b"[report]\nkey = \"b\"\ntitle = \"\xb8\xc9\xcf\xb8\"\n"));
    let utf16: Vec<u8> = REPORT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    shows!(refuses_file("utf16.toml", [b"\xff\xfe".to_vec(), utf16].concat()));
}

#[test]
fn empty() {
    shows!(refuses_file("empty.toml", ""), refuses_file("empty.json", ""));
}

#[test]
fn broken_toml() {
    let run =
        refuses_file("broken.toml", "[report]\nkey = \"b\"\nkind = case report\nyear = 20 25\n");
    shows!(run.says("line 3"));
}

#[test]
fn broken_json() {
    let run = refuses_file("broken.json", "{\n \"report\": {\n  \"key\": \"b\",,\n }\n}\n");
    shows!(run.says("line 3, column 14"));
}

#[test]
fn a_field_twice() {
    shows!(refuses_file("twice.toml", format!("{REPORT}year = 2024\nyear = 2025\n")));
    shows!(refuses_file("twice.json", r#"{"report": {"key": "b", "key": "c"}}"#));
}

#[test]
fn no_report() {
    shows!(refuses_file("none.toml", "[[patient]]\nlabel = \"1\"\n").never_says("patient /1"));
}

#[test]
fn a_report_without_a_key() {
    let case = "[report]\nkind = \"case report\"\n[[patient]]\nlabel = \"1\"\n";
    shows!(
        refuses_file("keyless.toml", case).says("key = \"huang-2025\"").never_says("patient /1")
    );
}

#[test]
fn unknown_field() {
    let case = format!("{REPORT}[[patient]]\nlabel = \"1\"\ndiagnosys = \"T2DM\"\n");
    shows!(refuses_file("field.toml", case).says(r#"did you mean "diagnosis"?"#));
    shows!(refuses_file("strange.toml", format!("{REPORT}[[patient]]\nlabel = \"1\"\nquux = 1\n")));
}

/// One wrong thing is told once.
#[test]
fn a_list_where_a_text_belongs() {
    let run = refuses_file("list.toml", "[report]\nkey = \"b\"\nkind = [\"case report\"]\n");
    shows!(run.says("error: 1 problem."));
}

#[test]
fn a_table_where_a_list_belongs() {
    shows!(refuses_file("flat.toml", format!("{REPORT}[patient]\nlabel = 1\nvisit = \"W4\"\n")));
}

/// What follows from a gap, such as a patient of a report without a key, is not told beside it.
#[test]
fn many_problems_in_the_order_of_the_file() {
    let case = r#"[report]
key = "b 2025"
kind = "case reprt"
year = 25
[[product]]
key = "lot-1"
donor = "alogeneic"
[[patient]]
label = "1"
age = 530
[[patient.infusion]]
product = "other"
cells = "4.9 × 108"
[[patient.visit]]
label = "W0"
date = "03/04/2024"
values = ["HbA1c=9,1 %", "FPG=7.1", "Hb1Ac=7 %", "HbA1c=17 %"]
[[patient.event]]
grade = 6
"#;
    shows!(refuses_file("many.toml", case).never_says("patient /1"));
}

#[test]
fn values_that_are_asked_about() {
    let case = format!(
        "{REPORT}[[patient]]\nlabel = \"1\"\n[[patient.visit]]\nlabel = \"W0\"\n\
         values = [\"HbA1c=17 %\", \"FPG=28 mmol/L\"]\n"
    );
    shows!(refuses_file("high.toml", case).says("2 questions").says("line 8").says("--accept"));
}

#[test]
fn a_visit_twice() {
    let visit = "[[patient.visit]]\nlabel = \"W4\"\n";
    let case = format!("{REPORT}[[patient]]\nlabel = \"1\"\n{visit}{}", visit.replace("W4", "w4"));
    shows!(refuses_file("visits.toml", case).says("each visit once"));
}

#[test]
fn a_patient_twice() {
    let patient = "[[patient]]\nlabel = \"1\"\nsex = \"male\"\n";
    let case = format!("{REPORT}{patient}{}", patient.replace("male", "female"));
    shows!(refuses_file("patients.toml", case));
}

#[test]
fn nul_and_other_control_characters() {
    shows!(refuses_file("nul.toml", format!("{REPORT}title = \"a\0b\"\n")));
    let json = r#"{"report": {"key": "b", "kind": "case report", "title": "\u0000\u001b[31m"}}"#;
    shows!(refuses_file("nul.json", json).never_says("\u{1b}"));
    let value =
        format!("{REPORT}[[patient]]\nlabel = \"1\"\n[[patient.visit]]\nlabel = \"W\\u0007\"\n");
    shows!(refuses_file("bell.toml", value).never_says("\u{7}"));
}

/// Such files are made to break programs; none may end by a signal.
#[test]
fn deep() {
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    shows!(
        refuses_file("deep.json", format!("{{\"report\": {}}}", deep("[", "]"))),
        refuses_file("deep.toml", format!("report = {}\n", deep("[", "]"))),
        refuses_file("dots.toml", format!("{}a = 1\n", deep("a.", ""))),
    );
    refuses_file(
        "tables.json",
        format!("{{\"report\": {}1{}}}", "{\"a\":".repeat(200_000), "}".repeat(200_000)),
    );
    refuses_file("header.toml", format!("[{}a]\n", deep("a.", "")));
    refuses_file("inline.toml", format!("a = {}1{}\n", "{a=".repeat(100_000), "}".repeat(100_000)));
}

#[test]
fn huge() {
    let desk = Desk::small();
    let file = File::create(desk.path("huge.toml")).expect("a file");
    file.set_len((64 << 20) + 1).expect("a size");
    shows!(refuses(&desk, 1, "import huge.toml").says("at most 64"));
}

/// A text without its closing quote runs on for pages; its beginning is enough to find it.
#[test]
fn a_huge_value_is_cut_short() {
    let case = format!("{REPORT}[[patient]]\nlabel = \"1\"\nsex = \"{}\"\n", "x".repeat(100_000));
    let run = refuses_file("long.toml", case);
    assert!(run.stderr.len() < 4096, "the message has {} bytes", run.stderr.len());
}

/// The names of people are in the folder's name as often as not: only the file's is told.
#[test]
fn two_files_of_one_name() {
    let desk = Desk::small();
    for folder in ["one", "two"] {
        std::fs::create_dir(desk.path(folder)).expect("a folder");
        desk.write(
            &format!("{folder}/case.toml"),
            "[report]\nkey = \"a b\"\nkind = \"case report\"\n",
        );
    }
    let run = refuses(&desk, 1, "import one/case.toml two/case.toml");
    assert_eq!(run.stderr.matches("case.toml, line 2").count(), 2, "{run}");
}
