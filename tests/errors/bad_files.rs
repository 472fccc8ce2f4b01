//! Files that hold nothing, or are made to break what reads them, in every format. Each is refused with a
//! message, or read as the little it is; none is waited for, and none takes the memory of the machine.

use super::import_workbook::archive;
use super::refuses;
use crate::support::{Desk, Run};

/// Every format but the case file and the workbook, each with a name of its own.
const FORMATS: [(&str, &str); 6] = [
    ("t.csv", "--report a-2024"),
    ("data.csv", "--dictionary dictionary.csv --report a-2024"),
    ("lb.csv", "--as sdtm --report a-2024"),
    ("lb.json", "--as sdtm --report a-2024"),
    ("packet.json", "--as phenopackets --report a-2024"),
    ("bundle.json", "--as fhir --report a-2024"),
];

const DICTIONARY: &str = "field_name,form_name,field_type,field_label\n\
    record_id,f,text,ID\nfpg,f,text,FPG (mmol/L)\n";

/// A desk with this file beside a dictionary.
fn desk_with(name: &str, content: impl AsRef<[u8]>) -> Desk {
    let desk = Desk::small();
    desk.write("dictionary.csv", DICTIONARY);
    desk.write(name, content);
    desk
}

/// Import this file.
fn imports(name: &str, content: impl AsRef<[u8]>, options: &str) -> Run {
    desk_with(name, content).run(format!("import {name} {options}").trim_end())
}

#[track_caller]
fn refuses_file(name: &str, content: impl AsRef<[u8]>, options: &str) -> Run {
    refuses(&desk_with(name, content), 1, format!("import {name} {options}").trim_end())
}

#[test]
fn empty() {
    let [table, redcap, sdtm, json, packet, bundle] =
        FORMATS.map(|(name, options)| refuses_file(name, "", options));
    let transport = refuses_file("lb.xpt", "", "--report a-2024");
    let ods = refuses_file("a.ods", "", "");
    shows!(table, redcap, sdtm, json, transport, packet, bundle, ods);
    let desk = desk_with("data.csv", "record_id,fpg\n1,7.1\n");
    desk.write("dictionary.csv", "");
    shows!(refuses(&desk, 1, "import data.csv --dictionary dictionary.csv --report a-2024"));
}

#[test]
fn headings_and_nothing_below() {
    shows!(
        refuses_file("t.csv", "patient,visit,FPG (mmol/L)\n", "--report a-2024"),
        refuses_file("data.csv", "record_id,fpg\n", FORMATS[1].1),
    );
    let json = r#"{"datasetJSONVersion": "1.1.0", "name": "LB", "columns": [{"name": "USUBJID"}], "rows": []}"#;
    // In SDTM this says something: none of them had an adverse event.
    let ae = imports("ae.csv", "STUDYID,DOMAIN,USUBJID,AETERM\n", "--report a-2024").ok();
    shows!(
        ae,
        imports("lb.json", json, "--report a-2024").ok(),
        imports("bundle.json", r#"{"resourceType": "Bundle", "entry": []}"#, "--report a-2024")
            .ok(),
        refuses_file("packet.json", r#"{"phenotypicFeatures": []}"#, "--report a-2024"),
    );
    let sheet = "<table:table table:name=\"visits\"><table:table-row><table:table-cell \
        office:value-type=\"string\"><text:p>patient</text:p></table:table-cell><table:table-cell \
        office:value-type=\"string\"><text:p>visit</text:p></table:table-cell></table:table-row>\
        </table:table>";
    let ods = archive(&[("content.xml", format!("<o>{sheet}</o>").as_bytes())]);
    shows!(imports("a.ods", ods, "").ok());
}

#[test]
fn ten_thousand_columns() {
    let many = (0..10_000).map(|at| format!("x{at}")).collect::<Vec<_>>().join(",");
    let cells = ",1".repeat(10_000);
    let row = |first: &str| format!("{first},{many}\n9{cells}\n");
    let table = refuses_file("t.csv", row("patient"), FORMATS[0].1);
    let redcap = refuses_file("data.csv", row("record_id"), FORMATS[1].1);
    shows!(table, &redcap);
    let sdtm = imports("lb.csv", row("USUBJID"), FORMATS[2].1).ok();
    for run in [redcap, sdtm] {
        assert!(run.stdout.lines().count() < 80, "a page for a screen:\n{run}");
    }
    let cells = format!("[{}]", vec!["1"; 20_000].join(","));
    let json =
        format!("{{\"name\": \"LB\", \"columns\": [{{\"name\": \"A\"}}], \"rows\": [{cells}]}}");
    shows!(refuses_file("lb.json", json, FORMATS[3].1));
}

#[test]
fn deep() {
    let deep =
        |open: &str, close: &str| format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
    for (name, options) in FORMATS.into_iter().skip(3) {
        refuses_file(name, deep("[", "]"), options);
        refuses_file(name, deep("{\"a\":", "}"), options);
    }
    let inside = |text: &str| format!("{{\"resourceType\": \"Bundle\", \"entry\": {text}}}");
    let packet = format!("{{\"subject\": {}}}", deep("[", "]"));
    let set = format!("{{\"name\": \"LB\", \"columns\": [], \"rows\": [{}]}}", deep("[", "]"));
    shows!(
        refuses_file("bundle.json", inside(&deep("{\"resource\":", "}")), FORMATS[5].1),
        refuses_file("packet.json", packet, FORMATS[4].1),
        refuses_file("lb.json", set, FORMATS[3].1),
    );
}

#[test]
fn nul_bytes() {
    let sheet = "<o><table:table table:name=\"visits\"><table:table-row><table:table-cell \
        office:value-type=\"string\"><text:p>pat\0ient</text:p></table:table-cell></table:table-row>\
        </table:table></o>";
    shows!(
        refuses_file("data.csv", "record_id,fpg\n1,7.\u{0}1\n", FORMATS[1].1),
        refuses_file(
            "lb.csv",
            "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,VISIT\nS1,LB,1,HBA1C,7\u{0}1,%,W0\n",
            FORMATS[2].1
        ),
        refuses_file("lb.json", "{\"name\": \"LB\0\"}", FORMATS[3].1),
        refuses_file("packet.json", "{\"subject\": {\"id\": \"P\\u00001\"}}", FORMATS[4].1),
        refuses_file("bundle.json", "{\"resourceType\": \"Pat\0ient\"}", FORMATS[5].1),
        imports("a.ods", archive(&[("content.xml", sheet.as_bytes())]), ""),
    );
}

/// Files are put together from others, each with the line ends of its system.
#[test]
fn line_ends_of_every_system_in_one_file() {
    let table = "patient,visit,FPG (mmol/L)\r\n9,W0,7.1\n9,W4,7.2\r9,W8,7.3";
    let lb = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,VISIT\rS1,LB,9,HBA1C,7.1,%,W0\n\
        S1,LB,9,HBA1C,7.2,%,W4\r\nS1,LB,9,HBA1C,7.3,%,W8\n";
    let redcap =
        "record_id,redcap_event_name,fpg\r\n9,w0_arm_1,7.1\n9,w4_arm_1,7.2\r9,w8_arm_1,7.3";
    for ((name, options), text) in FORMATS.iter().zip([table, redcap, lb]) {
        let desk = desk_with(name, text);
        desk.run(&format!("import {name} {options}")).ok();
        let listed = desk.run("measurement list a-2024/9 --format csv").ok();
        assert_eq!(listed.stdout.lines().count(), 4, "{name}: {listed}");
    }
    let case = "[report]\r\nkey = \"b\"\nkind = \"case report\"\r\n[[patient]]\nlabel = \"1\"\r\nage = \"x\"\n";
    refuses_file("case.toml", case, "").says("case.toml, line 6, column 7");
    let lines = "{\"resourceType\": \"Patient\", \"id\": \"P1\"}\r\n\n{\"resourceType\": 7}\r\n";
    refuses_file("lines.ndjson", lines, "--as fhir --report a-2024").says("lines.ndjson, line 3");
}

/// What a workbook says of itself is not believed, and what XML declares is not expanded.
#[test]
fn a_workbook_that_lies() {
    let strings = "<sst><si><t>".to_owned() + &"a".repeat(6 << 20) + "</t></si></sst>";
    let mut lying =
        archive(&[("[Content_Types].xml", b"<t/>"), ("xl/sharedStrings.xml", strings.as_bytes())]);
    let size = u32::try_from(strings.len()).expect("small").to_le_bytes();
    let places: Vec<_> = (0..lying.len() - 4).filter(|at| lying[*at..at + 4] == size).collect();
    assert!(!places.is_empty(), "the size is told");
    places.into_iter().for_each(|at| lying[at..at + 4].copy_from_slice(&12u32.to_le_bytes()));
    let mut laughs = "<!DOCTYPE o [<!ENTITY a0 \"ha\">".to_owned();
    for at in 1..10 {
        let before = format!("&a{};", at - 1).repeat(10);
        laughs.push_str(&format!("<!ENTITY a{at} \"{before}\">"));
    }
    let row = "<c r=\"A1\" t=\"inlineStr\"><is><t>patient &a9;</t></is></c>";
    let sheet = |cells: &str| {
        format!(
            "{laughs}]><worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>"
        )
    };
    shows!(
        refuses_file("lying.xlsx", lying, ""),
        imports("laughs.xlsx", workbook(&sheet(row), ""), ""),
        refuses_file("far.xlsx", workbook(&sheet("<c r=\"A4294967298\"><v>1</v></c>"), ""), ""),
    );
}

/// More than is held at once, though each part of it looks small.
#[test]
fn a_workbook_that_is_packed_to_burst() {
    let row = |cells: &str| {
        let table = format!(
            "<table:table table:name=\"a\"><table:table-row>{cells}</table:table-row></table:table>"
        );
        archive(&[("content.xml", format!("<o>{table}</o>").as_bytes())])
    };
    let text = "a".repeat(900_000);
    let repeated = format!(
        "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"string\">\
         <text:p>{text}</text:p></table:table-cell>"
    );
    let spaces = "<text:s/>".repeat(2 << 20);
    let spaces = format!(
        "<table:table-cell office:value-type=\"string\"><text:p>{spaces}</text:p></table:table-cell>"
    );
    let runs = format!("<r><t>{text}</t></r>").repeat(2);
    let cell = format!("<c r=\"A1\" t=\"inlineStr\"><is>{runs}</is></c>");
    let sheet = format!("<worksheet><sheetData><row r=\"1\">{cell}</row></sheetData></worksheet>");
    let sheets =
        archive(&[("content.xml", format!("<o>{}</o>", "<table:table/>".repeat(300)).as_bytes())]);
    shows!(
        refuses_file("repeated.ods", row(&repeated), ""),
        refuses_file("spaces.ods", row(&spaces), ""),
        refuses_file("runs.xlsx", workbook(&sheet, ""), ""),
        refuses_file("sheets.ods", sheets, ""),
    );
}

/// The same day is another number in a workbook that counts from 1904, as those of old Macs do; a time of day
/// behind it is said and left out.
#[test]
fn dates_of_both_systems() {
    let head = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>patient</v></c><c r=\"B1\" t=\"str\"><v>visit</v></c>\
        <c r=\"C1\" t=\"str\"><v>date</v></c></row>";
    let sheet = |day: &str| {
        format!(
            "<worksheet><sheetData>{head}<row r=\"2\"><c r=\"A2\" t=\"str\"><v>a-2024/9</v></c>\
             <c r=\"B2\" t=\"str\"><v>W0</v></c><c r=\"C2\" s=\"1\"><v>{day}</v></c></row></sheetData></worksheet>"
        )
    };
    let listed = |properties: &str, day: &str| {
        let desk = desk_with("a.xlsx", workbook(&sheet(day), properties));
        let run = desk.run("import a.xlsx").ok();
        (run, desk.run("visit list a-2024/9 --format csv").ok())
    };
    let (_, of_1900) = listed("", "45356");
    assert!(of_1900.stdout.contains("2024-03-05"), "{of_1900}");
    let (_, of_1904) = listed("<workbookPr date1904=\"1\"/>", "43894");
    assert_eq!(of_1904.stdout, of_1900.stdout);
    let (imported, timed) = listed("", "45356.6");
    assert_eq!(timed.stdout, of_1900.stdout);
    shows!(imported);
}

/// A workbook of one sheet with this text, whose cells of the second style are dates.
fn workbook(sheet: &str, properties: &str) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let link = |id: &str, kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook xmlns:r=\"{office}\">{properties}<sheets><sheet name=\"visits\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
    );
    let styles = "<styleSheet><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", link("r", "officeDocument", "xl/workbook.xml").as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", link("a", "worksheet", "worksheets/sheet1.xml").as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// Nothing is read twice from what can be read once.
#[cfg(unix)]
#[test]
fn a_pipe_and_a_device() {
    let desk = Desk::small();
    let made =
        std::process::Command::new("mkfifo").arg(desk.path("pipe")).status().expect("mkfifo");
    assert!(made.success());
    let pipe = desk.run("import pipe --as csv --report a-2024");
    assert_eq!(pipe.code, Some(1), "{pipe}");
    shows!(pipe);
    desk.run("import /dev/zero --as case").says("a pipe or a device");
}
