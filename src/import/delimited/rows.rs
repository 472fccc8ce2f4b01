//! The rows of a text table, one after the other, with the numbers a spreadsheet shows; and which
//! character separates its columns.

use super::bytes::{Decoded, LONGEST_ROW, Room, broken};
use crate::domain::Mismatch;
use crate::import::table::Row;
use csv::{ReaderBuilder, StringRecord};
use std::io::Read;
use std::rc::Rc;

/// What may separate columns, and what it is called.
pub(in crate::import) const DELIMITERS: [(u8, &str); 4] =
    [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "pipe")];

/// The rows of a table, from above.
pub(in crate::import) struct Rows<R> {
    reader: csv::Reader<Decoded<R>>,
    room: Rc<Room>,
    /// The number of the last row that was read.
    number: usize,
}

impl<R: Read> Rows<R> {
    /// The rows of a decoded file.
    pub(super) fn new(text: Decoded<R>, delimiter: u8) -> Rows<R> {
        let room = text.room();
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(1 << 16)
            .from_reader(text);
        Rows { reader, room, number: 0 }
    }

    /// Read the next row into `row`; false at the end.
    ///
    /// # Errors
    /// The row that can't be read, and why.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, (usize, Mismatch)> {
        let start = self.reader.position().line();
        match self.reader.read_record(&mut row.cells) {
            Ok(false) => return Ok(false),
            Ok(true) => self.room.row_ended(),
            Err(error) => {
                let mismatch = match error.kind() {
                    csv::ErrorKind::Io(_) if self.room.is_full() => endless(),
                    csv::ErrorKind::Io(error) => broken(error),
                    _ => Mismatch::new("bytes that are no text", "text"),
                };
                return Err((self.number + 1, mismatch));
            }
        }
        // Blank lines are passed over by the reader, but a spreadsheet counts them.
        let lines = self.reader.position().line().saturating_sub(start);
        if lines > 1 {
            let text = row.cells.as_slice();
            let inside = text.bytes().filter(|byte| *byte == b'\n').count() as u64;
            self.number += usize::try_from(lines.saturating_sub(1 + inside)).unwrap_or(0);
        }
        self.number += 1;
        row.number = self.number;
        Ok(true)
    }
}

fn endless() -> Mismatch {
    let found = format!("a row of more than {} MB", LONGEST_ROW >> 20);
    Mismatch::new(found, "rows of a table").mend("is a quote (\") not closed?")
}

/// How the table begins: what separates its columns, and which row holds the headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub delimiter: u8,
    pub heading_row: usize,
    /// True if rows above the headings are passed over because they can only be titles.
    pub has_titles: bool,
}

/// So many rows are looked at to tell the shape.
const LOOKED_AT: usize = 60;

/// The headings may stand this far down.
const LOWEST_HEADING: usize = 20;

/// Tell the shape of a table from how it begins. What the person said (`delimiter`, `heading_row`) is
/// not doubted; `is_heading` knows a row that names what only headings name.
///
/// # Errors
/// If more than one reading is possible.
pub(super) fn shape_of(
    sample: &str,
    delimiter: Option<u8>,
    heading_row: Option<usize>,
    is_heading: impl Fn(&StringRecord) -> bool,
) -> Result<Shape, Mismatch> {
    let candidates = DELIMITERS.iter().map(|(byte, _)| *byte);
    let candidates: Vec<_> = candidates.filter(|one| delimiter.is_none_or(|d| d == *one)).collect();
    let mut read: Vec<Candidate> = candidates
        .into_iter()
        .map(|delimiter| Candidate::read(sample, delimiter, heading_row, &is_heading))
        .collect();
    let mut best: Vec<_> = read.extract_if(.., |one| one.is_known && one.columns > 1).collect();
    if best.is_empty() {
        best = read.extract_if(.., |one| one.columns > 1 && one.fits == one.rows).collect();
        best.retain(|one| one.rows > 0);
    }
    let found = match best.as_slice() {
        [one] => one,
        // One column has no delimiter.
        [] => {
            let shape =
                Candidate::read(sample, delimiter.unwrap_or(b','), heading_row, &is_heading);
            return shape.shape();
        }
        _ => {
            let words: Vec<_> = best.iter().map(|one| one.word()).collect();
            let found = format!("columns by {}", words.join(" and by "));
            return Err(Mismatch::new(found, "one character between columns")
                .mend(format!("write delimiter = \"{}\" under [file] in a map", words[0])));
        }
    };
    found.shape()
}

/// The beginning of a table as one delimiter would have it.
struct Candidate {
    delimiter: u8,
    columns: usize,
    heading_row: usize,
    /// Rows below the headings, and how many of them have as many columns.
    rows: usize,
    fits: usize,
    is_known: bool,
    /// Rows above the headings: how many cells of each hold something.
    above: Vec<(usize, usize)>,
}

impl Candidate {
    fn read(
        sample: &str,
        delimiter: u8,
        heading_row: Option<usize>,
        is_heading: impl Fn(&StringRecord) -> bool,
    ) -> Candidate {
        let text = Decoded::new(sample.as_bytes(), super::encoding::Encoding::Utf8);
        let mut rows = Rows::new(text, delimiter);
        let mut row = Row { number: 0, cells: StringRecord::new() };
        let mut seen = Vec::new();
        while seen.len() < LOOKED_AT && rows.read(&mut row).unwrap_or(false) {
            if !row.is_blank() {
                seen.push(row.clone());
            }
        }
        let known = seen.iter().take(LOWEST_HEADING).position(|row| is_heading(&row.cells));
        let told = |number| seen.iter().position(|row| row.number >= number);
        let at = heading_row.map_or(known, told).unwrap_or(0);
        let columns = seen.get(at).map_or(0, |row| row.cells.len());
        let below = seen.get(at + 1..).unwrap_or_default();
        let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        Candidate {
            delimiter,
            columns,
            heading_row: heading_row.or(seen.get(at).map(|row| row.number)).unwrap_or(1),
            rows: below.len(),
            fits: below.iter().filter(|row| row.cells.len() == columns).count(),
            is_known: known.is_some() && known == Some(at),
            above: match heading_row {
                Some(_) => Vec::new(),
                None => seen[..at].iter().map(|row| (row.number, filled(row))).collect(),
            },
        }
    }

    fn word(&self) -> &'static str {
        DELIMITERS.iter().find(|(byte, _)| *byte == self.delimiter).map_or("", |(_, word)| word)
    }

    fn shape(&self) -> Result<Shape, Mismatch> {
        if let Some((number, filled)) = self.above.iter().find(|(_, filled)| *filled > 1) {
            let found = format!("{filled} cells in row {number}, above the headings");
            return Err(Mismatch::new(found, "title lines of one cell, or none").mend(format!(
                "write header_row = {} under [file] in a map if the headings stand there",
                self.heading_row
            )));
        }
        Ok(Shape {
            delimiter: self.delimiter,
            heading_row: self.heading_row,
            has_titles: !self.above.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoding::Encoding;
    use super::*;

    fn numbers(text: &str) -> Vec<(usize, usize)> {
        let mut rows = Rows::new(Decoded::new(text.as_bytes(), Encoding::Utf8), b',');
        let mut row = Row { number: 0, cells: StringRecord::new() };
        let mut numbers = Vec::new();
        while rows.read(&mut row).expect("rows") {
            numbers.push((row.number, row.cells.len()));
        }
        numbers
    }

    #[test]
    fn a_row_has_the_number_a_spreadsheet_shows() {
        assert_eq!(numbers("a,b\n1,2\n\n3,4\n"), [(1, 2), (2, 2), (4, 2)]);
        assert_eq!(numbers("a,b\r\n\r\n1,2\r\n3,4"), [(1, 2), (3, 2), (4, 2)]);
        assert_eq!(numbers("a,\"x\ny\"\n1,2\n"), [(1, 2), (2, 2)], "a line break in a cell");
        assert_eq!(numbers("\n\na\n"), [(3, 1)]);
        assert_eq!(numbers("a,b\r1,2\r3,4"), [(1, 2), (2, 2), (3, 2)], "as old Macs wrote");
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_with_a_message() {
        let text = format!("a,b\n1,\"{}", "x\n".repeat(6 << 20));
        let mut rows = Rows::new(Decoded::new(text.as_bytes(), Encoding::Utf8), b',');
        let mut row = Row { number: 0, cells: StringRecord::new() };
        assert_eq!(rows.read(&mut row), Ok(true));
        let (number, mismatch) = rows.read(&mut row).expect_err("no end");
        assert_eq!(number, 2);
        assert!(mismatch.mend.is_some_and(|mend| mend.contains("not closed")));
    }

    fn shape(text: &str) -> Result<(u8, usize, bool), Mismatch> {
        let is_heading = |row: &StringRecord| row.iter().any(|cell| cell == "patient");
        let shape = shape_of(text, None, None, is_heading)?;
        Ok((shape.delimiter, shape.heading_row, shape.has_titles))
    }

    #[test]
    fn what_separates_columns_is_told_by_the_headings() {
        assert_eq!(shape("patient,visit\n1,W0\n"), Ok((b',', 1, false)));
        assert_eq!(shape("patient;HbA1c (%)\n1;7,1\n2;6,9\n"), Ok((b';', 1, false)));
        assert_eq!(shape("patient\tvisit\n1\tW0\n"), Ok((b'\t', 1, false)));
        assert_eq!(shape("x|y\n1|2\n"), Ok((b'|', 1, false)), "by consistent columns");
        assert_eq!(shape("Ward 3\n\npatient,visit\n1,W0\n"), Ok((b',', 3, true)));
    }

    #[test]
    fn what_could_be_read_two_ways_is_asked() {
        let two = shape("x,y;z\n1,2;3\n").expect_err("two ways");
        assert_eq!(two.found, "columns by comma and by semicolon");
        let above = shape("Ward,3\npatient,visit\n1,W0\n").expect_err("two headings");
        assert!(above.mend.is_some_and(|mend| mend.contains("header_row = 2")));
    }
}
