//! Tables of text as REDCap and SDTM exports have them: one line of headings, then rows.

use super::ImportError;
use super::input::bytes_of;
use super::table::{Held, Row, Sheet};
use crate::domain::{Level, Mismatch, Place, Problem};
use std::borrow::Cow;
use std::path::Path;

/// The largest table or data set that is read, in bytes: laboratory data of a whole trial.
const MOST_BYTES: u64 = 256 << 20;

/// The longest row of headings that is read, in bytes, and the most columns, which a spreadsheet has.
const LONGEST_HEADINGS: usize = 8 << 20;
const MOST_COLUMNS: usize = 16_384;

/// The bytes of a file, up to the largest table there is.
///
/// # Errors
/// If it can't be read or is too large.
pub(super) fn read_bytes(path: &Path) -> Result<Cow<'static, [u8]>, ImportError> {
    bytes_of(path, MOST_BYTES)
}

/// The headings and rows of a table in text; `file` is its name for the places.
///
/// # Errors
/// The line that is not UTF-8, or that no table has.
pub(super) fn read_delimited(file: &str, bytes: &[u8]) -> Result<(Sheet, Vec<Row>), Box<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first.len() > LONGEST_HEADINGS {
        let found = format!("a row of more than {} MB", LONGEST_HEADINGS >> 20);
        let mismatch = Mismatch::new(found, "a row of headings").mend("is it a table of text?");
        return Err(wrong(place_of_file(file), "headings", mismatch));
    }
    // A mark inside quotes separates nothing.
    let outside = first.split(|byte| *byte == b'"').step_by(2).flatten();
    let count = |mark: u8| outside.clone().filter(|byte| **byte == mark).count();
    let mark = [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark)
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut sheet = Sheet { file: file.into(), name: None, headings: Vec::new(), heading_row: 1 };
    let (mut rows, mut held) = (Vec::new(), Held::default());
    for (at, record) in reader.records().enumerate() {
        let number = at + 1;
        let cells = record.map_err(|_| {
            let mismatch = Mismatch::new("bytes that are not UTF-8", "a table of text in UTF-8")
                .mend("export it once more as UTF-8");
            wrong(sheet.place(number, None), "encoding", mismatch)
        })?;
        if at == 0 {
            sheet.headings = cells.iter().map(|heading| heading.trim().into()).collect();
            continue;
        }
        let row = Row { number, cells };
        if !row.is_blank() {
            held.add(&row.cells).map_err(|much| wrong(sheet.place(number, None), "rows", much))?;
            rows.push(row);
        }
    }
    if sheet.headings.len() > MOST_COLUMNS {
        let found = format!("{} columns", sheet.headings.len());
        let mismatch = Mismatch::new(found, format!("at most {MOST_COLUMNS}"));
        return Err(wrong(sheet.place(1, None), "headings", mismatch));
    }
    if sheet.headings.is_empty() {
        let mismatch = Mismatch::new("nothing", "a row of headings, and rows below it");
        return Err(wrong(place_of_file(file), "headings", mismatch));
    }
    Ok((sheet, rows))
}

/// An error at this place.
pub(super) fn wrong(place: Place, what: &str, mismatch: Mismatch) -> Box<Problem> {
    Box::new(Problem { level: Level::Error, place, what: what.to_owned(), mismatch })
}

/// Which column has one of these headings, however its letters are written.
pub(super) fn column(sheet: &Sheet, name: &str) -> Option<usize> {
    sheet.headings.iter().position(|heading| heading.eq_ignore_ascii_case(name))
}

/// The place of a whole file.
pub(super) fn place_of_file(file: &str) -> Place {
    Place::File { file: file.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_numbers_a_spreadsheet_shows() {
        let text = "\u{feff}a;\"b,c\"\n1;2\n;\n\"x\ny\";4\n";
        let (sheet, rows) = read_delimited("t.csv", text.as_bytes()).expect("a table");
        assert_eq!(sheet.headings.iter().map(|one| &**one).collect::<Vec<_>>(), ["a", "b,c"]);
        let cells: Vec<_> = rows.iter().map(|row| (row.number, row.cell(0), row.cell(1))).collect();
        assert_eq!(cells, [(2, Some("1"), Some("2")), (4, Some("x\ny"), Some("4"))]);
        assert_eq!(column(&sheet, "A"), Some(0));
    }

    #[test]
    fn headings_without_end_are_refused() {
        let many = format!("a{}\n", ",a".repeat(MOST_COLUMNS));
        let told = read_delimited("t.csv", many.as_bytes()).expect_err("too many");
        assert_eq!(told.mismatch.found, "16385 columns");
        let long = "a".repeat(LONGEST_HEADINGS + 1);
        assert!(read_delimited("t.csv", long.as_bytes()).is_err());
    }

    #[test]
    fn what_is_not_utf8_is_named_with_its_row() {
        let problem = read_delimited("t.csv", b"a,b\n1,2\n\xff,3\n").expect_err("not UTF-8");
        assert_eq!(problem.place.to_string(), "t.csv, row 3");
    }
}
