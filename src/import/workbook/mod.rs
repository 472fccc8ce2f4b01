//! A workbook, in .xlsx or .ods: the filled form of `casebook template`, or tables of people's own.
//! Knows cells and sheets; the columns of the form are those of `domain::FormSheet`.
//! Start with `read`, then `records` (a row of the form becomes a record), `own` (a table of people's own),
//! `cells` (what stands in a cell).

mod cells;
mod guard;
mod line;
mod marks;
mod ods;
mod own;
mod records;
mod results;
mod sheets;
mod xlsx;

pub use results::heading as parse_heading;

use super::delimited::Problems;
use super::gather::Gatherer;
use super::input::bytes_of;
use super::map::{Map, MapOf, load_map};
use super::table::Sheet;
use super::{How, ImportError, Reading, name_of};
use crate::domain::{AdverseEventStance, FormSheet};
use cells::RawSheet;
use guard::{MOST_FILE, Refused, Written};
use own::OwnSheet;
use sheets::{Recognised, is_ours, recognise};
use std::path::Path;
use std::sync::Arc;

/// Read a workbook.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let sheets = open(path)?;
    Ok(match load_map(how, MapOf::Table)? {
        Ok(map) => read_form(&name_of(path), &sheets, &map, how),
        Err(problems) => Reading { problems, ..Reading::default() },
    })
}

/// The text of a first map of the sheets that are not of the template.
///
/// # Errors
/// If it can't be read; that there is no such sheet comes back as a problem.
pub(super) fn propose(path: &Path, how: &How<'_>) -> Result<Result<String, Problems>, ImportError> {
    let (file, sheets) = (name_of(path), open(path)?);
    let map = Map::default();
    let Sorted { mut own, others, .. } = Sorted::of(&sheets, &map, how);
    own.extend(others.into_iter().filter(|other| !other.rows().is_empty()));
    Ok(own::propose(&file, &own, how))
}

/// The sheets of a file.
fn open(path: &Path) -> Result<Vec<RawSheet>, ImportError> {
    let bytes = bytes_of(path, MOST_FILE)?;
    read_sheets(&bytes).map_err(|Refused { why, mend }| ImportError::Workbook {
        path: path.to_owned(),
        why,
        mend,
    })
}

/// Read the bytes of a workbook; `file` is its name for the places.
///
/// # Errors
/// Says why it can't be read, if it can't be read at all.
pub fn read_workbook(file: &str, bytes: &[u8], how: &How<'_>) -> Result<Reading, String> {
    let sheets = read_sheets(bytes).map_err(|refused| refused.why)?;
    Ok(read_form(file, &sheets, &Map::default(), how))
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<RawSheet>, Refused> {
    match guard::inspect(bytes)? {
        Written::Xlsx => xlsx::read_sheets(bytes),
        Written::Ods => ods::read_sheets(bytes),
    }
}

fn read_form(file: &str, raw: &[RawSheet], map: &Map, how: &How<'_>) -> Reading {
    let file: Arc<str> = file.into();
    let mut gatherer = Gatherer::default();
    let Sorted { mut forms, mut own, mut others } = Sorted::of(raw, map, how);
    if forms.is_empty() && own.is_empty() {
        // Where nothing can be made of any sheet, it is worth a word on what each lacks.
        own.append(&mut others);
    }
    let unknown = own::unknown_names(map, &file, own.iter().chain(&others));
    unknown.into_iter().for_each(|problem| gatherer.tell(problem));
    for other in &others {
        let (place, what) = (other.place(&file), format!("sheet \"{}\"", other.name()));
        let why = "neither a sheet of the template nor a table of patients; a map can make it one";
        gatherer.ignore(place, what, why);
    }
    let of_form = only_report(&forms);
    if let (Some(first), None, Some(key)) = (own.first(), &of_form, &how.report) {
        let stance = AdverseEventStance::NotMentioned;
        gatherer.report_of_kind(first.place(&file), key, how.report_kind, stance);
    }
    // A visit is known before its measurements, a report before its patients.
    forms.sort_by_key(|(recognised, _)| recognised.sheet);
    let report = of_form.clone().or_else(|| how.report.clone());
    for (recognised, raw) in forms {
        let sheet = sheet_of(&file, raw, recognised.headings);
        let rows = &raw.rows[recognised.headings + 1..];
        let reader =
            records::SheetReader { how, report: report.as_deref(), form: recognised.sheet };
        reader.read(sheet, rows, &mut gatherer);
    }
    let report = how.report.clone().or(of_form);
    for own in own {
        own.take(&file, (map, report.clone()), how, &mut gatherer);
    }
    gatherer.finish()
}

/// The sheets of a workbook by what can be made of them.
struct Sorted<'a> {
    /// Sheets of the form.
    forms: Vec<(Recognised, &'a RawSheet)>,
    /// Tables under headings of their own.
    own: Vec<OwnSheet<'a>>,
    /// Anything else.
    others: Vec<OwnSheet<'a>>,
}

impl<'a> Sorted<'a> {
    fn of(raw: &'a [RawSheet], map: &Map, how: &How<'_>) -> Sorted<'a> {
        let mut sorted = Sorted { forms: Vec::new(), own: Vec::new(), others: Vec::new() };
        for raw in raw.iter().filter(|raw| !is_ours(raw) && !raw.rows.is_empty()) {
            match (recognise(raw), OwnSheet::of(raw, map, how)) {
                (Some(form), Some(own)) if own.beats(form, how) => sorted.own.push(own),
                (Some(form), _) => sorted.forms.push((form, raw)),
                (None, Some(own)) => sorted.own.push(own),
                (None, None) => sorted.others.push(OwnSheet::anyway(raw, map, how)),
            }
        }
        sorted
    }
}

/// The headings of a sheet, which stand in this row.
fn sheet_of(file: &Arc<str>, raw: &RawSheet, headings: usize) -> Sheet {
    let head = &raw.rows[headings];
    let width = head.cells.last().map_or(0, |cell| cell.column + 1);
    let mut headings: Vec<Arc<str>> = vec!["".into(); width];
    for cell in &head.cells {
        headings[cell.column] = one_line(&cell.text).as_str().into();
    }
    let name = Some(raw.name.as_str().into());
    Sheet { file: Arc::clone(file), name, headings, heading_row: head.number }
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
        read_form("a.xlsx", &[raw], &Map::default(), &how(&Schedule::default()))
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
        assert_eq!(taken("Rota", &["patient", "bed"], &["a/1", "3"]), (0, 0, 1));
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
