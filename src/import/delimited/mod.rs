//! Tables of text, whatever format they belong to: from the bytes of a file to headings and rows.
//! Knows packing, encodings, the characters between columns, quotes and titles above the headings; must
//! not know what a heading means.
//! Start with `Delimited::open`, whose rows come one by one; `read_table` holds them all.

mod bytes;
mod encoding;
mod rows;
mod source;

use super::ImportError;
use super::table::{Held, Row, Sheet, column_name};
use crate::domain::{Level, Mismatch, Place, Problem};
use bytes::{Decoded, Unreadable, look_at};
use csv::StringRecord;
pub(super) use encoding::Encoding;
use rows::shape_of;
pub(super) use rows::{DELIMITERS, Rows};
pub(super) use source::Source;
use std::cell::Cell;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// How much of a file is looked at to tell its shape.
const SAMPLE: u64 = 1 << 18;

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
    /// How many bytes of the file were read so far.
    pub bytes: Rc<Cell<u64>>,
}

impl Delimited {
    /// Open a file and learn its encoding and shape; `is_heading` knows a row that names what only
    /// headings name.
    ///
    /// # Errors
    /// If it can't be opened; what is wrong inside comes back as problems.
    pub fn open(
        source: &Source,
        told: Told,
        is_heading: impl Fn(&StringRecord) -> bool,
    ) -> Result<Result<Delimited, Problems>, ImportError> {
        let file: Arc<str> = source.name.as_str().into();
        let place = |row| Place::Cell { file: Arc::clone(&file), sheet: None, row, column: None };
        let (encoding, is_concluded) = match look_at(source.open()?, told.encoding) {
            Ok(found) => found,
            Err(Unreadable { line, mismatch }) => {
                return Ok(Err(vec![problem(place(line), "file", mismatch)]));
            }
        };
        let sample = sample_of(source.open()?, encoding).map_err(|error| source.io(error))?;
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
        let bytes = Rc::default();
        let text = Decoded::new(source.open_counted(&bytes)?, encoding);
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
            file: Arc::clone(&file),
            name: None,
            headings: row.cells.iter().map(|cell| cell.trim().into()).collect(),
            heading_row: row.number,
        };
        Ok(Ok(Delimited { sheet, notes, delimiter: shape.delimiter, encoding, rows, bytes }))
    }
}

/// How a file begins, as text.
fn sample_of(from: impl Read, encoding: Encoding) -> std::io::Result<String> {
    let mut start = Vec::new();
    Decoded::new(from, encoding).take(SAMPLE).read_to_end(&mut start)?;
    if start.len() as u64 == SAMPLE {
        // The last row may be cut off, and a cut row tells nothing.
        let end = start.iter().rposition(|byte| *byte == b'\n').unwrap_or(start.len());
        start.truncate(end);
    }
    Ok(String::from_utf8_lossy(&start).into_owned())
}

/// A whole table, held.
#[derive(Debug)]
pub(super) struct Table {
    pub sheet: Sheet,
    pub delimiter: u8,
    pub encoding: Encoding,
    /// The rows that hold something.
    pub rows: Vec<Row>,
    /// What was concluded about the file, and rows that don't fit it.
    pub problems: Problems,
}

/// Read a whole table, but for the rows to skip.
///
/// # Errors
/// As [`Delimited::open`].
pub(super) fn read_table(
    source: &Source,
    told: Told,
    skip_rows: &[usize],
    is_heading: impl Fn(&StringRecord) -> bool,
) -> Result<Result<Table, Problems>, ImportError> {
    let Delimited { sheet, notes, delimiter, encoding, rows: mut from, .. } =
        match Delimited::open(source, told, is_heading)? {
            Ok(table) => table,
            Err(problems) => return Ok(Err(problems)),
        };
    let mut table = Table { sheet, delimiter, encoding, rows: Vec::new(), problems: notes };
    let width = table.sheet.headings.len();
    let mut row = Row { number: 0, cells: StringRecord::new() };
    let mut held = Held::default();
    loop {
        match from.read(&mut row) {
            Ok(false) => break,
            Ok(true) if row.is_blank() || skip_rows.contains(&row.number) => continue,
            Ok(true) => {}
            Err((at, mismatch)) => {
                table.problems.push(problem(table.sheet.place(at, None), "row", mismatch));
                break;
            }
        }
        let place = table.sheet.place(row.number, None);
        if let Err(mismatch) = held.add(&row.cells) {
            table.problems.push(problem(place, "rows", mismatch));
            break;
        }
        match misfit(&row, width, &table.sheet) {
            None => table.rows.push(row.clone()),
            Some(mismatch) => table.problems.push(problem(place, "row", mismatch)),
        }
    }
    Ok(Ok(table))
}

/// How a file begins, as far as that tells what it is; in whatever encoding, packed or not.
pub(super) fn start_of(path: &Path) -> String {
    let mut start = Vec::new();
    if let Ok(from) = Source::file(path).open() {
        // What can't be read is told when the file is read.
        let _ = from.take(1 << 16).read_to_end(&mut start);
    }
    let encoding = look_at(start.as_slice(), None).map_or(Encoding::Utf8, |(encoding, _)| encoding);
    encoding.coding().decode(&start).0.into_owned()
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

/// Which column has one of these headings, however its letters are written.
pub(super) fn column(sheet: &Sheet, name: &str) -> Option<usize> {
    sheet.headings.iter().position(|heading| heading.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(bytes: &[u8]) -> Table {
        let is_heading = |row: &StringRecord| row.iter().any(|cell| cell == "id");
        let table = read_table(&Source::bytes("t.csv", bytes), Told::default(), &[], is_heading);
        table.expect("bytes that are there").expect("a table")
    }

    fn cells(table: &Table) -> Vec<(usize, Option<&str>, Option<&str>)> {
        table.rows.iter().map(|row| (row.number, row.cell(0), row.cell(1))).collect()
    }

    #[test]
    fn a_table_is_the_same_in_every_encoding() {
        let text = "id;µg\n1;2\n;\n\"x\ny\";4\n";
        let expected = [(2, Some("1"), Some("2")), (4, Some("x\ny"), Some("4"))];
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (windows, ..) = encoding_rs::WINDOWS_1252.encode(text);
        for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &utf16, &windows] {
            let table = table(bytes);
            assert_eq!(
                (cells(&table).as_slice(), &*table.sheet.headings[1]),
                (&expected[..], "µg")
            );
            assert_eq!(column(&table.sheet, "ID"), Some(0));
        }
        assert_eq!(table(&windows).problems.len(), 1, "the encoding is concluded, and said");
    }

    #[test]
    fn a_row_that_does_not_fit_is_named_and_the_others_are_read() {
        let table = table(b"id,b\n1\n2,3\n4,5,6\n");
        assert_eq!(cells(&table), [(3, Some("2"), Some("3"))]);
        let places: Vec<_> = table.problems.iter().map(|one| one.place.to_string()).collect();
        assert_eq!(places, ["t.csv, row 2", "t.csv, row 4"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_the_table() {
        let table = table(format!("id,b\n1,2\n3,\"{}", "x\n".repeat(6 << 20)).as_bytes());
        assert_eq!((table.rows.len(), table.problems.len()), (1, 1));
        assert!(table.problems[0].mismatch.to_string().contains("not closed"));
    }
}
