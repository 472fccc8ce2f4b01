//! CSV, TSV and the like, long or wide, under headings of their own: what a hospital's laboratory or a
//! statistics program writes.
//! Knows bytes, delimiters and headings; must not know the registry file. Rows are streamed.
//! Start with `TextTable`, then `columns` (what is what) and `take` (a row becomes records).

mod bytes;
mod columns;
mod encoding;
mod map;
mod propose;
mod roles;
mod rows;
mod take;

use super::gather::Gatherer;
use super::table::{Row, Sheet};
use super::{How, ImportError, Reading, name_of, read_text};
use crate::domain::{AdverseEventStance, Level, Mismatch, Place, Problem};
pub(super) use propose::propose;

use bytes::{Decoded, look_at, open};
use columns::{Columns, problem};
use csv::StringRecord;
use encoding::Encoding;
use map::{TableMap, read_map, report_of};
use roles::{Field, Known, Role};
use rows::{Rows, shape_of};
use std::io::Read;
use std::path::Path;
use take::Taker;

/// So many problems are collected; a file with more is of another kind than it was taken for.
const MOST_PROBLEMS: usize = 10_000;

/// How much of a file is looked at to tell its shape.
const SAMPLE: u64 = 1 << 18;

/// A text table that is known from its headings: everything but the rows.
struct TextTable {
    sheet: Sheet,
    map: TableMap,
    columns: Columns,
    report: Option<String>,
    notes: Vec<Problem>,
    rows: Rows<Box<dyn Read>>,
}

/// Read a text table.
///
/// # Errors
/// If it can't be opened; what is wrong inside comes back as problems.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let mut whole = Reading::default();
    read_in_pieces(path, how, usize::MAX, &mut |piece| {
        whole.append(piece);
        true
    })?;
    Ok(whole)
}

/// Read a text table and hand it on in pieces of about so many rows, cut between two patients where
/// the file is in the order of its patients, until `take` wants no more.
///
/// # Errors
/// If it can't be opened; what is wrong inside comes back as problems.
pub(super) fn read_in_pieces(
    path: &Path,
    how: &How<'_>,
    size: usize,
    take: &mut dyn FnMut(Reading) -> bool,
) -> Result<(), ImportError> {
    let table = match TextTable::open(path, how)? {
        Ok(table) => table,
        Err(problems) => {
            take(Reading { problems, ..Reading::default() });
            return Ok(());
        }
    };
    table.hand_on(how, size, take);
    Ok(())
}

/// Everything that stands in the way.
type Problems = Vec<Problem>;

/// A text table whose headings were read and not understood yet.
struct Headed {
    sheet: Sheet,
    notes: Vec<Problem>,
    delimiter: u8,
    encoding: Encoding,
    rows: Rows<Box<dyn Read>>,
}

impl Headed {
    /// Open a file and learn its encoding and shape.
    fn open(
        path: &Path,
        how: &How<'_>,
        map: &TableMap,
    ) -> Result<Result<Headed, Problems>, ImportError> {
        let io = |source| ImportError::Io { path: path.to_owned(), source };
        let file = name_of(path);
        let first = open(path).map_err(io)?;
        let place =
            |row| Place::Cell { file: file.as_str().into(), sheet: None, row, column: None };
        let (encoding, is_concluded) = match look_at(first, map.encoding) {
            Ok(found) => found,
            Err(bytes::Unreadable { line, mismatch }) => {
                return Ok(Err(vec![problem(place(line), "file", mismatch)]));
            }
        };
        let sample = sample_of(path, encoding).map_err(io)?;
        let known = known_of(how);
        let is_patient = |heading: &str| {
            let by_map = map.columns.iter().find(|(name, _)| name == heading);
            let role = by_map.map(|(_, column)| column.role.clone());
            role.or_else(|| known.role_of(heading)) == Some(Role::Field(Field::Patient))
        };
        let is_heading = |row: &StringRecord| row.iter().any(|cell| is_patient(cell.trim()));
        let shape = match shape_of(&sample, map.delimiter, map.heading_row, is_heading) {
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
            file: file.as_str().into(),
            name: None,
            headings: row.cells.iter().map(|cell| cell.trim().into()).collect(),
            heading_row: row.number,
        };
        Ok(Ok(Headed { sheet, notes, delimiter: shape.delimiter, encoding, rows }))
    }
}

impl TextTable {
    /// Open a file and learn what its columns are.
    fn open(path: &Path, how: &How<'_>) -> Result<Result<TextTable, Problems>, ImportError> {
        let map = match load_map(how)? {
            Ok(map) => map,
            Err(problems) => return Ok(Err(problems)),
        };
        let headed = match Headed::open(path, how, &map)? {
            Ok(headed) => headed,
            Err(problems) => return Ok(Err(problems)),
        };
        let Headed { sheet, notes, rows, .. } = headed;
        let columns = match Columns::of(&sheet, &map, known_of(how)) {
            Ok(columns) => columns,
            Err(problems) => return Ok(Err(problems)),
        };
        let report = match report_of(&map).transpose() {
            Ok(report) => how.report.clone().or(report),
            Err(mismatch) => {
                let place = sheet.place(sheet.heading_row, None);
                return Ok(Err(vec![problem(place, "report", mismatch)]));
            }
        };
        Ok(Ok(TextTable { sheet, map, columns, report, notes, rows }))
    }

    /// Read every row, and hand over what they say in pieces.
    fn hand_on(mut self, how: &How<'_>, size: usize, take: &mut dyn FnMut(Reading) -> bool) {
        let mut taker = Taker::new(
            &self.sheet,
            &self.map,
            &self.columns,
            known_of(how),
            self.report.as_deref(),
        );
        taker.decimal_comma |= how.decimal_comma;
        for Problem { level, place, what, mismatch } in self.notes {
            taker.gatherer.say(level, place, what, mismatch);
        }
        if let Some(key) = &self.report {
            let place = self.sheet.place(self.sheet.heading_row, None);
            let stance = AdverseEventStance::NotMentioned;
            taker.gatherer.report_of_kind(place, key, how.report_kind, stance);
        }
        let width = self.sheet.headings.len();
        let patient = self.columns.fields.get(&Field::Patient).copied();
        let mut row = Row { number: 0, cells: StringRecord::new() };
        let mut last = String::new();
        let (mut taken, mut problems) = (0, 0);
        let mut is_empty = true;
        loop {
            match self.rows.read(&mut row) {
                Ok(false) => break,
                Ok(true) => {}
                Err((at, mismatch)) => {
                    taker.gatherer.wrong(self.sheet.place(at, None), "row", mismatch);
                    is_empty = false;
                    break;
                }
            }
            if row.is_blank() || self.map.skip_rows.contains(&row.number) {
                continue;
            }
            is_empty = false;
            if let Some(mismatch) = misfit(&row, width, &self.sheet) {
                taker.gatherer.wrong(self.sheet.place(row.number, None), "row", mismatch);
                continue;
            }
            let label = patient.and_then(|patient| row.cell(patient)).unwrap_or_default();
            if taken >= size && (label != last || taken >= 2 * size) {
                let piece = taker.hand_over().finish();
                problems += piece.problems.len();
                if !take(piece) {
                    return;
                }
                taken = 0;
            }
            if taken + 1 >= size {
                last.clear();
                last.push_str(label);
            }
            taken += 1;
            taker.take(&row);
            if problems + taker.gatherer.problem_count() >= MOST_PROBLEMS {
                let found = format!("{MOST_PROBLEMS} problems");
                let mismatch = Mismatch::new(found, "a table that is what it was taken for")
                    .mend("what stands below this row was not read; mend these first");
                taker.gatherer.wrong(self.sheet.place(row.number, None), "rows", mismatch);
                break;
            }
        }
        if is_empty {
            let mismatch = Mismatch::new("nothing", "rows below the headings");
            taker.gatherer.wrong(self.sheet.place(self.sheet.heading_row, None), "rows", mismatch);
        }
        taker.name_ignored();
        let gatherer: Gatherer = taker.hand_over();
        take(gatherer.finish());
    }
}

/// What is wrong with a row that has not as many cells as there are headings.
fn misfit(row: &Row, width: usize, sheet: &Sheet) -> Option<Mismatch> {
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
        let found = format!("a cell in column {}", super::table::column_name(at));
        Mismatch::new(found, "a heading above every cell").mend("give the column a heading")
    })
}

fn known_of<'a>(how: &'a How<'_>) -> Known<'a> {
    Known { catalogue: how.catalogue, schedule: how.schedule, attributes: how.attributes }
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

/// The map that the person names, or an empty one.
fn load_map(how: &How<'_>) -> Result<Result<TableMap, Problems>, ImportError> {
    let Some(path) = &how.map else { return Ok(Ok(TableMap::default())) };
    Ok(match read_text(path)? {
        Ok(source) => read_map(&name_of(path), &source, how.catalogue),
        Err(problem) => Err(vec![problem]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Schedule;
    use proptest::prelude::*;

    fn pieces_of(content: &[u8], size: usize) -> Vec<Reading> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.csv");
        std::fs::write(&path, content).expect("a file");
        let schedule = Schedule::default();
        let how = How { report: Some("r".to_owned()), ..How::new(&schedule) };
        let _ = propose(&path, &how).expect("a file that is there");
        let mut pieces = Vec::new();
        read_in_pieces(&path, &how, size, &mut |piece| {
            pieces.push(piece);
            true
        })
        .expect("a file that is there");
        pieces
    }

    #[test]
    fn pieces_are_cut_between_patients_and_hold_every_row() {
        let rows = (1..=9).flat_map(|patient| (0..4).map(move |week| (patient, week)));
        let rows = rows.map(|(patient, week)| format!("{patient},W{week},7.1\n"));
        let text = format!("patient,visit,FPG (mmol/L)\n{}", rows.collect::<String>());
        let pieces = pieces_of(text.as_bytes(), 6);
        let patients: Vec<_> = pieces.iter().map(|piece| piece.records.patients.len()).collect();
        assert_eq!(patients, [2, 2, 2, 2, 1]);
        let visits = pieces.iter().flat_map(|piece| &piece.records.patients);
        assert_eq!(visits.map(|patient| patient.visits.len()).sum::<usize>(), 36);
    }

    #[test]
    fn what_is_not_taken_is_counted_with_its_heading() {
        let text = "patient,visit,test,result,unit,Room\n1,W0,FPG,7,mmol/L,12\n1,W4,FPG,,,\n";
        let reading = pieces_of(text.as_bytes(), usize::MAX).remove(0);
        let ignored: Vec<_> =
            reading.ignored.iter().map(|one| (one.what.as_str(), one.count)).collect();
        assert_eq!(ignored, [("column \"Room\"", 1), ("rows without a value", 1)]);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            rows in "[0-9a-z<,;\"\n.%/ -]{0,120}",
        ) {
            pieces_of(&bytes, 2);
            let text = format!("patient,visit,date,sex,HbA1c (%),test,result,unit\n{rows}");
            pieces_of(text.as_bytes(), 2);
        }
    }
}
