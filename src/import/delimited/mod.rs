//! Tables of text, whatever format they belong to: from the bytes of a file to headings and rows.
//! Knows packing, encodings, the characters between columns, quotes and titles above the headings; must
//! not know what a heading means.
//! Start with `Delimited::open`, whose rows come one by one; `read_table` holds them all.

mod bytes;
mod encoding;
mod rows;

use super::ImportError;
use super::table::{Row, Sheet, column_name};
use crate::domain::{Level, Mismatch, Place, Problem};
use bytes::{Decoded, Unreadable, look_at, open};
use csv::StringRecord;
pub(super) use encoding::Encoding;
use rows::shape_of;
pub(super) use rows::{DELIMITERS, Rows};
use std::io::Read;
use std::path::Path;

/// How much of a file is looked at to tell its shape.
const SAMPLE: u64 = 1 << 18;

/// The largest table or data set that is read, in bytes: laboratory data of a whole trial.
const MOST_BYTES: u64 = 512 << 20;

/// Everything that stands in the way.
pub(super) type Problems = Vec<Problem>;

/// What a person says of a file; the rest is told by its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    pub delimiter: Option<u8>,
    pub encoding: Option<Encoding>,
    pub heading_row: Option<usize>,
}

/// A table whose headings were read and not understood yet.
pub(super) struct Delimited {
    pub sheet: Sheet,
    /// What was concluded about the file, for the person to know.
    pub notes: Problems,
    pub delimiter: u8,
    pub encoding: Encoding,
    /// The rows below the headings.
    pub rows: Rows<Box<dyn Read>>,
}

impl Delimited {
    /// Open a file and learn its encoding and shape; `file` is its name for the places, and
    /// `is_heading` knows a row that names what only headings name.
    ///
    /// # Errors
    /// If it can't be opened; what is wrong inside comes back as problems.
    pub fn open(
        file: &str,
        path: &Path,
        told: Told,
        is_heading: impl Fn(&StringRecord) -> bool,
    ) -> Result<Result<Delimited, Problems>, ImportError> {
        let io = |source| ImportError::Io { path: path.to_owned(), source };
        let first = open(path).map_err(io)?;
        let place = |row| Place::Cell { file: file.into(), sheet: None, row, column: None };
        let (encoding, is_concluded) = match look_at(first, told.encoding) {
            Ok(found) => found,
            Err(Unreadable { line, mismatch }) => {
                return Ok(Err(vec![problem(place(line), "file", mismatch)]));
            }
        };
        let sample = sample_of(path, encoding).map_err(io)?;
        let shape = match shape_of(&sample, told.delimiter, told.heading_row, is_heading) {
            Ok(shape) => shape,
            Err(mismatch) => return Ok(Err(vec![problem(place(1), "table", mismatch)])),
        };
        let mut notes = Vec::new();
        let mut note = |row, what: &str, found: String, expected: &str| {
            let (level, mismatch) = (Level::Note, Mismatch::new(found, expected));
            notes.push(Problem { level, place: place(row), what: what.to_owned(), mismatch });
        };
        if is_concluded {
            let found = format!("read as {encoding}");
            note(1, "encoding", found, "UTF-8, or the encoding named in a map");
        }
        if shape.has_titles {
            let found = format!("row {} is read as the headings", shape.heading_row);
            note(shape.heading_row, "headings", found, "headings in the first row, or in a map");
        }
        let text = Decoded::new(open(path).map_err(io)?, encoding);
        let mut rows = Rows::new(text, shape.delimiter);
        let mut row = Row { number: 0, cells: StringRecord::new() };
        while row.number < shape.heading_row {
            match rows.read(&mut row) {
                Ok(true) => {}
                Ok(false) => {
                    let mismatch = Mismatch::new("nothing", "a row of headings, and rows below it");
                    return Ok(Err(vec![problem(place(shape.heading_row), "headings", mismatch)]));
                }
                Err((at, mismatch)) => return Ok(Err(vec![problem(place(at), "row", mismatch)])),
            }
        }
        let sheet = Sheet {
            file: file.into(),
            name: None,
            headings: row.cells.iter().map(|cell| cell.trim().into()).collect(),
            heading_row: row.number,
        };
        Ok(Ok(Delimited { sheet, notes, delimiter: shape.delimiter, encoding, rows }))
    }
}

/// How a file begins, as text.
fn sample_of(path: &Path, encoding: Encoding) -> std::io::Result<String> {
    let mut start = Vec::new();
    Decoded::new(open(path)?, encoding).take(SAMPLE).read_to_end(&mut start)?;
    if start.len() as u64 == SAMPLE {
        // The last row may be cut off, and a cut row tells nothing.
        let end = start.iter().rposition(|byte| *byte == b'\n').unwrap_or(start.len());
        start.truncate(end);
    }
    Ok(String::from_utf8_lossy(&start).into_owned())
}

/// What is wrong with a row that has not as many cells as there are headings.
pub(super) fn misfit(row: &Row, width: usize, sheet: &Sheet) -> Option<Mismatch> {
    let cells = row.cells.len();
    let text = row.cells.as_slice();
    let mend = if text.contains('\n') {
        "a cell holds a line break: is a quote (\") not closed?"
    } else {
        "does a cell hold the character between columns? Then put the cell in quotes"
    };
    let is_text = |text: &str| text.is_ascii() || !text.contains('\u{fffd}');
    if text.as_bytes().contains(&0) || !is_text(text) {
        let mismatch = Mismatch::new("bytes that are no text of this encoding", "text");
        return Some(mismatch.mend("is the encoding right? A map can name another under [file]"));
    }
    let is_over = (width..cells).any(|at| row.cell(at).is_some());
    let is_headless = || {
        let blank = sheet.headings.iter().enumerate().filter(|(_, heading)| heading.is_empty());
        blank.map(|(at, _)| at).find(|at| row.cell(*at).is_some())
    };
    if cells < width || is_over {
        let mismatch =
            Mismatch::new(format!("{cells} cells"), format!("{width}, one for each heading"));
        return Some(mismatch.mend(mend));
    }
    is_headless().map(|at| {
        let found = format!("a cell in column {}", column_name(at));
        Mismatch::new(found, "a heading above every cell").mend("give the column a heading")
    })
}

/// An error at this place.
pub(super) fn problem(place: Place, what: &str, mismatch: Mismatch) -> Problem {
    Problem { level: Level::Error, place, what: what.to_owned(), mismatch }
}

/// The bytes of a file, up to the largest table there is.
///
/// # Errors
/// If it can't be read or is too large.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, ImportError> {
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > MOST_BYTES {
        let (megabytes, most) = (size >> 20, MOST_BYTES >> 20);
        return Err(ImportError::TooLarge { path: path.to_owned(), megabytes, most });
    }
    std::fs::read(path).map_err(io)
}

/// The headings and rows of a table in text; `file` is its name for the places.
///
/// # Errors
/// The line that is not UTF-8, or that no table has.
pub(super) fn read_delimited(file: &str, bytes: &[u8]) -> Result<(Sheet, Vec<Row>), Box<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
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
    let mut rows = Vec::new();
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
            rows.push(row);
        }
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
    Place::Cell { file: file.into(), sheet: None, row: 1, column: None }
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
    fn what_is_not_utf8_is_named_with_its_row() {
        let problem = read_delimited("t.csv", b"a,b\n1,2\n\xff,3\n").expect_err("not UTF-8");
        assert_eq!(problem.place.to_string(), "t.csv, row 3");
    }
}
