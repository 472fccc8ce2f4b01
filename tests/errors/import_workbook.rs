//! What `import` says to a workbook that can't be used.

use super::refuses;
use crate::support::Desk;
use rust_xlsxwriter::{Formula, Workbook, XlsxError};
use std::io::Write;

fn desk() -> Desk {
    let desk = Desk::empty();
    desk.run("init").ok();
    desk
}

fn cells() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("reports")?;
    sheet.write_row(0, 0, ["report", "kind"])?;
    sheet.write_row(1, 0, ["ward-3", "case series"])?;
    let sheet = book.add_worksheet().set_name("patients")?;
    sheet.write_row(0, 0, ["patient", "sex", "age_years", "enrolment_date", "e-mail"])?;
    sheet.write_row(1, 0, ["ward-3/1", "femal", "5,3", "03/04/2024", "somebody"])?;
    sheet.write_row(2, 0, ["Jane Doe", "female"])?;
    sheet.write_row(3, 0, ["ward-3/3"])?;
    sheet.write(3, 3, 45_356)?;
    let sheet = book.add_worksheet().set_name("visits")?;
    let headings = ["patient", "visit", "HbA1c (%)", "FPG (mmol/L)", "ALT (mg/dL)", "day", "day"];
    sheet.write_row(0, 0, headings)?;
    sheet.write_row(1, 0, ["ward-3/1", "W0", "7,1", "6.8 mg"])?;
    sheet.write_row(2, 0, ["ward-3/1", "W4"])?;
    sheet.write(2, 2, Formula::new("=NA()").set_result("#N/A"))?;
    sheet.write(2, 3, 126)?;
    sheet.write_row(3, 0, ["ward-3/1"])?;
    sheet.write(3, 2, 0.068)?;
    book.save_to_buffer()
}

#[test]
fn every_cell_that_can_not_be_used() {
    let desk = desk();
    desk.write("ward.xlsx", cells().expect("a workbook"));
    let run = refuses(&desk, 1, "import ward.xlsx");
    shows!(run.never_says("Jane").never_says("somebody"));
}

#[test]
fn a_label_without_its_report() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["patient", "drug"]).expect("cells");
    sheet.write_row(1, 0, ["1", "metformin"]).expect("cells");
    let desk = desk();
    desk.write("a.xlsx", book.save_to_buffer().expect("a workbook"));
    shows!(refuses(&desk, 1, "import a.xlsx"));
}

#[test]
fn a_sheet_of_ones_own_that_leaves_a_doubt() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Labor").expect("a sheet");
    let headings = ["Subject", "Date", "sex", "FPG (mmol/L)", "HbA1c", "Name"];
    sheet.write_row(0, 0, headings).expect("cells");
    sheet.write_row(1, 0, ["1", "03/04/2024", "2", "7,1", "7.0", "Jane Roe"]).expect("cells");
    sheet.write(2, 0, 2).expect("a cell");
    sheet.write(2, 1, 45_356).expect("a cell");
    sheet.write(2, 3, Formula::new("=NA()").set_result("#N/A")).expect("a cell");
    let desk = Desk::small();
    desk.write("a.xlsx", book.save_to_buffer().expect("a workbook"));
    let import = "import a.xlsx --report a-2024";
    desk.write("map.toml", "[columns]\nName = \"ignore\"\n");
    let run = refuses(&desk, 1, import).never_says("Jane");
    shows!(run, refuses(&desk, 1, &format!("{import} --map map.toml")).never_says("Jane"));
    desk.write("map.toml", "[columns]\nNames = \"ignore\"\n");
    refuses(&desk, 1, &format!("{import} --map map.toml")).says("did you mean \"Name\"?");

    // Nothing in it is a table, or of the template.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Rota").expect("a sheet");
    sheet.write_row(0, 0, ["Monday", "Tuesday"]).expect("cells");
    desk.write("rota.xlsx", book.save_to_buffer().expect("a workbook"));
    shows!(refuses(&desk, 1, "import rota.xlsx --report a-2024"));
    desk.run("template empty.xlsx").ok();
    shows!(refuses(&desk, 1, "import empty.xlsx --propose-map new.toml"));
}

/// A zip archive of these parts.
pub(super) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in parts {
        writer.start_file(*name, options).expect("a part");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// Many problems of a sheet of one's own are told as those of any file: one block a cause, so many
/// blocks, and all of them in a file.
#[test]
fn many_problems_in_a_sheet_of_ones_own() {
    fn book() -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("Labor")?;
        sheet.write_row(0, 0, ["subject", "visit", "test", "result", "unit"])?;
        for row in 1..=400_u32 {
            let (subject, test) = (row.to_string(), format!("Test {row}"));
            let (test, value) = if row % 2 == 0 { (&*test, "7") } else { ("HbA1c", "7?1") };
            sheet.write_row(row, 0, [&*subject, "W4", test, value, "%"])?;
        }
        let sheet = book.add_worksheet().set_name("Verlauf")?;
        let weeks: Vec<_> = (0..80).map(|week| format!("ALT W{week}")).collect();
        sheet.write_row(0, 0, ["subject"])?;
        sheet.write_row(0, 1, &weeks)?;
        sheet.write_row(1, 0, ["1"])?;
        sheet.write_row(1, 1, vec![20; weeks.len()])?;
        book.save_to_buffer()
    }
    let desk = desk();
    desk.write("ward.xlsx", book().expect("a workbook"));
    let run = refuses(&desk, 1, "import ward.xlsx --report ward").says("480 problems.");
    assert!(run.stderr.lines().count() < 240, "{run}");
    shows!(run);
    desk.run("import ward.xlsx --report ward --problems all.csv");
    assert_eq!(desk.text("all.csv").lines().count(), 1 + 480, "each in the file");
}

#[test]
fn what_is_no_workbook() {
    let desk = desk();
    desk.write("text.xlsx", "patient,visit\n");
    desk.write("empty.xlsx", "");
    desk.write("other.xlsx", archive(&[("word/document.xml", b"<w/>")]));
    desk.write("old.xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0];
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    desk.write("locked.xlsx", locked);
    let content: &[u8] = b"<a/>";
    let manifest: &[u8] = b"<m><manifest:encryption-data/></m>";
    desk.write(
        "locked.ods",
        archive(&[("META-INF/manifest.xml", manifest), ("content.xml", content)]),
    );
    shows!(
        refuses(&desk, 1, "import text.xlsx"),
        refuses(&desk, 1, "import empty.xlsx"),
        refuses(&desk, 1, "import other.xlsx"),
        refuses(&desk, 1, "import old.xls"),
        refuses(&desk, 1, "import locked.xlsx"),
        refuses(&desk, 1, "import locked.ods"),
    );
}

#[test]
fn what_unpacks_to_far_more_than_it_is() {
    let desk = desk();
    let texts = b"<si/>".repeat(16 << 20);
    let bomb = archive(&[("[Content_Types].xml", b"<t/>"), ("xl/sharedStrings.xml", &texts)]);
    assert!(bomb.len() < 1 << 20, "a small file");
    desk.write("bomb.xlsx", bomb);
    let table = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell \
                 table:number-columns-repeated=\"16384\" office:value-type=\"float\" \
                 office:value=\"1\"/></table:table-row>";
    let content = format!("<o><table:table table:name=\"a\">{table}</table:table></o>");
    desk.write("repeated.ods", archive(&[("content.xml", content.as_bytes())]));
    shows!(refuses(&desk, 1, "import bomb.xlsx"), refuses(&desk, 1, "import repeated.ods"));
}

/// Entities that stand for ten of the one before are never expanded.
#[test]
fn a_billion_laughs() {
    let desk = desk();
    let mut text = "<!DOCTYPE o [<!ENTITY a0 \"ha\">".to_owned();
    for at in 1..10 {
        let before = format!("&a{};", at - 1);
        text.push_str(&format!("<!ENTITY a{at} \"{}\">", before.repeat(10)));
    }
    text.push_str(
        "]><o><table:table table:name=\"a\"><table:table-row><table:table-cell \
         office:value-type=\"string\"><text:p>patient &a9;</text:p></table:table-cell>\
         </table:table-row></table:table></o>",
    );
    desk.write("laughs.ods", archive(&[("content.xml", text.as_bytes())]));
    shows!(desk.run("import laughs.ods --dry-run"));
}
