//! Any bytes at all, read as a workbook; and any text as what is inside one, where chance alone would never
//! pack it rightly: the content of an .ods, or the sheet, strings and styles of an .xlsx (texts with a line
//! `--` between them). The first byte chooses.
#![no_main]

use casebook::import::read_workbook;
use casebook_fuzz::{how, look_at};
use std::io::{Cursor, Write};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const BOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="patients" sheetId="1" r:id="a"/></sheets></workbook>"#;
const ROOT: &str = r#"<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const LINKS: &str = r#"<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in parts {
        writer.start_file(*name, options).expect("a part");
        writer.write_all(text.as_bytes()).expect("its text");
    }
    writer.finish().expect("an archive").into_inner()
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let workbook = match choice % 3 {
        0 => rest.to_vec(),
        1 => packed(&[("content.xml", &text)]),
        _ => {
            let mut texts = text.split("\n--\n");
            let mut next = || texts.next().unwrap_or_default();
            packed(&[
                ("[Content_Types].xml", "<Types/>"),
                ("_rels/.rels", ROOT),
                ("xl/workbook.xml", BOOK),
                ("xl/_rels/workbook.xml.rels", LINKS),
                ("xl/worksheets/sheet1.xml", next()),
                ("xl/sharedStrings.xml", next()),
                ("xl/styles.xml", next()),
            ])
        }
    };
    if let Ok(reading) = read_workbook("a.xlsx", &workbook, &how()) {
        look_at(&reading);
    }
});
