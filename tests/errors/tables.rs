//! A table of text that can't be imported: exit 1, every problem at once, nothing taken.

use super::refuses;
use crate::support::{Desk, Run, packed};

/// Import this text as a table of the report that the registry holds.
#[track_caller]
fn refuses_table(content: impl AsRef<[u8]>) -> Run {
    let desk = Desk::small();
    desk.write("t.csv", content);
    refuses(&desk, 1, "import t.csv --report a-2024")
}

/// The same with a map.
#[track_caller]
fn refuses_mapped(content: &str, map: &str) -> Run {
    let desk = Desk::small();
    desk.write("t.csv", content);
    desk.write("map.toml", map);
    refuses(&desk, 1, "import t.csv --report a-2024 --map map.toml")
}

#[test]
fn numbers_that_are_none() {
    let long = "7".repeat(400);
    let values = ["7,1", "150,000", "７.1", "4.9 × 108", "NaN", "Inf", &long, "ND", "-99", "1.2e3"];
    let rows: String =
        values.iter().enumerate().map(|(at, v)| format!("9;V{at};\"{v}\"\n")).collect();
    shows!(refuses_table(format!("patient;visit;FPG (mmol/L)\n{rows}")).says("t.csv, row 2"));
    let desk = Desk::small();
    desk.write("t.csv", "patient;visit;FPG (mmol/L)\n9;W0;7.1\n9;W4;1.234,5\n9;W8;7,1,2\n");
    shows!(refuses(&desk, 1, "import t.csv --report a-2024 --decimal-comma"));
}

#[test]
fn dates_that_can_not_be_told() {
    shows!(refuses_table("patient,date,FPG (mmol/L)\n9,03/04/2024,7\n9,2024-02-30,7\n"));
    let map = "[file]\ndate_format = \"DD/MM/YYYY\"\n";
    shows!(refuses_mapped("patient,date,FPG (mmol/L)\n9,03/14/2024,7\n9,3.4.2024,7\n", map));
}

#[test]
fn rows_that_do_not_fit_their_headings() {
    shows!(refuses_table(
        "patient,visit,FPG (mmol/L)\n9,W0\n9,W4,7.1,,\n9,W8,7.1,x\n9,\"W12,7.1\n9,W16,7\n"
    ));
    shows!(refuses_table("patient,visit,,FPG (mmol/L)\n9,W0,x,7.1\n"));
}

#[test]
fn headings_that_leave_a_doubt() {
    shows!(refuses_table("id,week,glucose\n1,0,7.1\n"));
    shows!(refuses_table("patient,FPG (mmol/L)\n1,7.1\n"));
    shows!(refuses_table("patient,visit,visit,subject\n1,W0,W0,1\n"));
    shows!(refuses_table("a,b;c\n1,2;3\n"));
    shows!(refuses_table("Ward,3\npatient,visit\n1,W0\n"));
    shows!(refuses_table("patient,visit,Sleep\n"), refuses_table(""));
}

#[test]
fn a_unit_that_is_missing_or_of_another_kind() {
    shows!(refuses_table("patient,visit,HbA1c,FPG\n9,W0,7.1,7.2 kg\n9,W4,7.0,7\n"));
    shows!(refuses_table(
        "patient,visit,test,result,unit\n9,W0,HbA1c,7.1,\n9,W4,HbA1c,7,\n9,W0,FPG,7,kg\n9,W0,Sugr,7,%\n"
    ));
}

#[test]
fn what_would_identify_a_person() {
    let run = refuses_table("patient,Name,住院号,visit,FPG (mmol/L)\n9,Jane Roe,778812,W0,7\n");
    assert!(!run.stderr.contains("Jane") && !run.stderr.contains("778812"), "{run}");
    let labels =
        refuses_table("patient,visit,FPG (mmol/L)\nJane,W0,7\n张三,W0,7\nP 1,W0,7\n,W0,7\n");
    assert!(!labels.stderr.contains("Jane") && !labels.stderr.contains('张'), "{labels}");
    shows!(run, labels);
}

#[test]
fn what_rows_say_against_each_other() {
    shows!(refuses_table(
        "patient,visit,sex,age,FPG (mmol/L)\n9,W0,f,53,7.1\n9,W0,f,53,7.2\n9,W4,m,54,7.1\n9,W8,1,,7\n"
    ));
    shows!(refuses_table(
        "patient,visit,analyte,value,unit,comparator,status,lower limit,upper limit\n\
         9,W0,FPG,7,mmol/L,~,,,\n9,W0,ALT,7,U/L,<,measured,,\n9,W0,CEA,,,,done,,\n\
         9,W0,AST,7,U/L,,,40,5\n9,W0,TC,5,mmol/L,,,low,\n"
    ));
}

#[test]
fn text_in_no_certain_encoding() {
    shows!(refuses_table(b"patient,visit,Arzt\n9,W0,\xfc\xe9\xe8\n"));
    shows!(refuses_table(b"patient,visit,x\n9,W0,a\0b\n"));
}

#[test]
fn a_packed_file_that_is_cut_off_or_damaged() {
    let rows: String =
        (0..2000).map(|row| format!("{row},W{row},{}\n", row * 7919 % 104_729)).collect();
    let packed = packed(rows);
    let refuses_packed = |content: &[u8]| {
        let desk = Desk::small();
        desk.write("t.csv.gz", content);
        refuses(&desk, 1, "import t.csv.gz --report a-2024")
    };
    refuses_packed(&packed[..packed.len() / 2]).says("ends too early");
    let mut broken = packed.clone();
    broken[packed.len() - 6] ^= 0xff;
    shows!(refuses_packed(&packed[..packed.len() - 6]), refuses_packed(&broken));
}

#[test]
fn more_columns_than_a_spreadsheet_has() {
    let headings: Vec<_> = (0..20_000).map(|at| format!("x{at}")).collect();
    shows!(refuses_table(format!("patient,{}\n1\n", headings.join(","))));
    shows!(refuses_table(format!("patient,visit,ALT (U/L)\n1,\"{}\n", "y\n".repeat(5 << 20))));
}

#[test]
fn a_map_that_can_not_be_used() {
    let table = "patient,visit,FPG (mmol/L)\n9,W0,7\n";
    shows!(refuses_mapped(table, "[columns]\nFPG = \"ignore\"\nvisit = \"visits\"\n"));
    shows!(refuses_mapped(table, "[columns]\n\"FPG [mmol/L]\" = { analyte = \"fpg\" }\n"));
    let desk = Desk::small();
    desk.write("t.csv", table);
    desk.write("map.toml", "mine");
    shows!(
        refuses(&desk, 1, "import t.csv --propose-map map.toml"),
        refuses(&desk, 1, "import t.csv --report a-2024 --map no.toml"),
    );
}

#[test]
fn a_map_of_what_has_names_of_its_own() {
    for (name, content) in [
        ("case.toml", "[report]\nkey = \"b-2024\"\nkind = \"case report\"\n"),
        ("case.json", r#"{"report": {"key": "b-2024", "kind": "case report"}}"#),
        ("packet.json", r#"{"subject": {"id": "P1"}, "phenotypicFeatures": []}"#),
        ("bundle.json", r#"{"resourceType": "Bundle", "entry": []}"#),
    ] {
        let desk = Desk::small();
        desk.write(name, content);
        desk.write("map.toml", "[columns]\nFPG = \"ignore\"\n");
        // It is refused whatever is in it: nobody waits for what it says.
        shows!(
            refuses(&desk, 1, &format!("import {name} --report a-2024 --map map.toml"))
                .says("A map says what the columns"),
            refuses(&desk, 1, &format!("import {name} --report a-2024 --propose-map new.toml")),
        );
    }
}
