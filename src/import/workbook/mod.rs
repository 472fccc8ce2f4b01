//! A workbook: the filled form of `casebook template`, in .xlsx or .ods.
//! Knows cells and sheets; the columns are those of `domain::FormSheet`.
//! Start with `read`, then `records` (a row becomes a record), `cells` (what stands in a cell).

mod cells;
mod guard;
mod line;
mod marks;
mod ods;
mod records;
mod results;
mod sheets;
mod xlsx;

pub use results::heading as parse_heading;

use super::gather::Gatherer;
use super::input::bytes_of;
use super::table::Sheet;
use super::{How, ImportError, Reading, name_of};
use crate::domain::{FormSheet, Place};
use cells::RawSheet;
use guard::{MOST_FILE, Refused, Written};
use sheets::{is_ours, recognise};
use std::path::Path;
use std::rc::Rc;

/// Read a workbook.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let bytes = bytes_of(path, MOST_FILE)?;
    let sheets = read_sheets(&bytes).map_err(|Refused { why, mend }| ImportError::Workbook {
        path: path.to_owned(),
        why,
        mend,
    })?;
    Ok(read_form(&name_of(path), &sheets, how))
}

/// Read the bytes of a workbook; `file` is its name for the places.
///
/// # Errors
/// Says why it can't be read, if it can't be read at all.
pub fn read_workbook(file: &str, bytes: &[u8], how: &How<'_>) -> Result<Reading, String> {
    let sheets = read_sheets(bytes).map_err(|refused| refused.why)?;
    Ok(read_form(file, &sheets, how))
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<RawSheet>, Refused> {
    match guard::inspect(bytes)? {
        Written::Xlsx => xlsx::read_sheets(bytes),
        Written::Ods => ods::read_sheets(bytes),
    }
}

fn read_form(file: &str, raw: &[RawSheet], how: &How<'_>) -> Reading {
    let file: Rc<str> = file.into();
    let mut gatherer = Gatherer::default();
    let mut found = Vec::new();
    for raw in raw {
        match recognise(raw) {
            Some(recognised) => found.push((recognised, raw)),
            None if is_ours(raw) || raw.rows.is_empty() => {}
            None => {
                let place = Place::Cell {
                    file: Rc::clone(&file),
                    sheet: Some(raw.name.as_str().into()),
                    row: raw.rows[0].number,
                    column: None,
                };
                let what = format!("sheet \"{}\"", raw.name);
                gatherer.ignore(place, what, "its headings are those of no sheet of the template");
            }
        }
    }
    // A visit is known before its measurements, a report before its patients.
    found.sort_by_key(|(recognised, _)| recognised.sheet);
    let report = only_report(&found).or_else(|| how.report.clone());
    for (recognised, raw) in found {
        let head = &raw.rows[recognised.headings];
        let width = head.cells.last().map_or(0, |cell| cell.column + 1);
        let mut headings: Vec<Rc<str>> = vec!["".into(); width];
        for cell in &head.cells {
            headings[cell.column] = one_line(&cell.text).as_str().into();
        }
        let sheet = Sheet {
            file: Rc::clone(&file),
            name: Some(raw.name.as_str().into()),
            headings,
            heading_row: head.number,
        };
        let rows = &raw.rows[recognised.headings + 1..];
        let reader =
            records::SheetReader { how, report: report.as_deref(), form: recognised.sheet };
        reader.read(sheet, rows, &mut gatherer);
    }
    gatherer.finish()
}

/// The key of the report, if the workbook has exactly one.
fn only_report(found: &[(sheets::Recognised, &RawSheet)]) -> Option<String> {
    let (recognised, raw) =
        found.iter().find(|(recognised, _)| recognised.sheet == FormSheet::Reports)?;
    let is_key = |cell: &&cells::Cell| cell.text.trim().eq_ignore_ascii_case("report");
    let column = raw.rows[recognised.headings].cells.iter().find(is_key)?.column;
    let mut keys: Vec<&str> = raw.rows[recognised.headings + 1..]
        .iter()
        .filter(|row| !records::is_example(row))
        .filter_map(|row| row.cells.iter().find(|cell| cell.column == column))
        .map(|cell| cell.text.as_str())
        .collect();
    keys.dedup();
    let key = (keys.len() == 1).then(|| keys[0])?;
    crate::domain::parse_key(key).ok()
}

/// A heading on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Schedule;
    use cells::{Cell, Kind, SheetRow};
    use proptest::prelude::*;

    fn how(schedule: &Schedule) -> How<'_> {
        How::new(schedule)
    }

    fn read_rows(name: &str, rows: &[&[&str]]) -> Reading {
        let cell = |(column, text): (usize, &&str)| Cell {
            column,
            kind: Kind::Text,
            text: (*text).to_owned(),
        };
        let row = |(at, cells): (usize, &&[&str])| SheetRow {
            number: at + 1,
            cells: cells
                .iter()
                .enumerate()
                .filter(|(_, text)| !text.is_empty())
                .map(cell)
                .collect(),
        };
        let raw =
            RawSheet { name: name.to_owned(), rows: rows.iter().enumerate().map(row).collect() };
        read_form("a.xlsx", &[raw], &how(&Schedule::default()))
    }

    /// Each column of the form is read: a text that no number, date or word is made of is refused in
    /// every one but those of free text, and none is passed over.
    #[test]
    fn every_column_of_the_form_is_read() {
        for form in FormSheet::ALL {
            let columns = form.columns();
            let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
            let example = |column: &crate::domain::FormColumn| match column.name {
                "report" | "kind" | "patient" | "visit" | "drug" | "term" | "analyte" | "value"
                | "unit" | "product" | "dose_unit" => column.example.to_owned(),
                _ => String::new(),
            };
            for (at, column) in columns.iter().enumerate() {
                let mut row: Vec<String> = columns.iter().map(example).collect();
                row[at] = "\u{1}".to_owned();
                let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                let reading = read_rows(form.as_str(), &[&names, &cells]);
                assert!(!reading.problems.is_empty(), "{form}: {} is not read", column.name);
                assert_eq!(reading.ignored, [], "{form}: {}", column.name);
            }
        }
    }

    #[test]
    fn sheets_are_known_by_their_headings() {
        let taken = |name: &str, headings: &[&str], cells: &[&str]| {
            let reading = read_rows(name, &[&["A title"], headings, cells]);
            (reading.records.patients.len(), reading.ignored.len(), reading.problems.len())
        };
        let headings = ["drug", "patient", "dose_unit"];
        assert_eq!(taken("Sheet1", &headings, &["metformin", "a/1", "mg"]), (1, 0, 0));
        assert_eq!(taken("Patients", &["patient", "sex"], &["a/1", "female"]), (1, 0, 0));
        assert_eq!(taken("Rota", &["patient", "bed"], &["a/1", "3"]), (0, 1, 0));
        assert_eq!(taken("Patients", &["patient", "sex", "bed"], &["a/1", "f", "3"]), (1, 1, 0));
    }

    #[test]
    fn a_patient_stands_in_few_reports() {
        let many: Vec<_> = (0..=1_000).map(|at| format!("r-{at}")).collect();
        let rows: [&[&str]; 2] = [&["patient", "sex", "also_in"], &["a/1", "f", &many.join(" ")]];
        let reading = read_rows("patients", &rows);
        assert_eq!(reading.problems.len(), 1, "{:?}", reading.problems);
        assert_eq!(reading.problems[0].mismatch.found, "1001 reports");
    }

    #[test]
    fn repeated_rows_and_far_cells_of_an_ods_are_counted() {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("content.xml", zip::write::SimpleFileOptions::default()).expect("a part");
        let text = "<o><table:table table:name=\"patients\"><table:table-row><table:table-cell \
            office:value-type=\"string\"><text:p>patient</text:p></table:table-cell><table:table-cell \
            office:value-type=\"string\"><text:p>s<text:span>ex</text:span></text:p><office:annotation>\
            <text:p>why</text:p></office:annotation></table:table-cell></table:table-row>\
            <table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>\
            <table:table-row><table:table-cell office:value-type=\"string\"><text:p>a/1</text:p>\
            </table:table-cell><table:table-cell office:value-type=\"string\"><text:p>m</text:p>\
            </table:table-cell><table:table-cell table:number-columns-repeated=\"16000\"/>\
            </table:table-row></table:table></o>";
        std::io::Write::write_all(&mut writer, text.as_bytes()).expect("its bytes");
        let bytes = writer.finish().expect("an archive").into_inner();
        let reading =
            read_workbook("a.ods", &bytes, &how(&Schedule::default())).expect("a workbook");
        assert_eq!(reading.problems, []);
        let patient = &reading.records.patients[0];
        assert_eq!(patient.key.place.to_string(), "a.ods, sheet \"patients\", row 5");
        assert!(patient.patient.as_ref().is_some_and(|patient| patient.sex.is_some()));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_workbook("a.xlsx", &bytes, &how(&Schedule::default()));
            let zip = [b"PK\x03\x04".as_slice(), &bytes].concat();
            let _ = read_workbook("a.xlsx", &zip, &how(&Schedule::default()));
        }

        #[test]
        fn no_cells_panic(
            form in 0usize..8,
            rows in prop::collection::vec(prop::collection::vec("\\PC{0,9}|[0-9]{1,6}|a/1|W4", 0..24), 0..6),
        ) {
            let form = FormSheet::ALL[form];
            let columns = form.columns();
            let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
            let mut all: Vec<Vec<&str>> = vec![names];
            all.extend(rows.iter().map(|row| row.iter().map(String::as_str).collect()));
            let all: Vec<&[&str]> = all.iter().map(Vec::as_slice).collect();
            read_rows(form.as_str(), &all);
        }
    }
}
