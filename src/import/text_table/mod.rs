//! CSV, TSV and the like, long or wide, under headings of their own: what a hospital's laboratory or a
//! statistics program writes.
//! Knows headings and what stands below them; must not know the registry file. Rows are streamed.
//! Start with `TextTable`, then `columns` (what is what) and `take` (a row becomes records).

mod columns;
mod propose;
mod take;

use super::delimited::{Delimited, Problems, Rows, Source, misfit, problem};
use super::gather::Gatherer;
use super::map::{Field, Map, MapOf, Role, known_of, load_map};
use super::table::{Row, Sheet};
use super::{How, ImportError, Reading};
use crate::domain::{AdverseEventStance, Mismatch, Problem};
pub(super) use columns::{Columns, unknown_columns};
pub(super) use propose::{Described, propose};
pub(super) use take::Taker;

use csv::StringRecord;
use std::cell::Cell;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

/// So many problems are collected; a file with more is of another kind than it was taken for.
const MOST_PROBLEMS: usize = 10_000;

/// A text table that is known from its headings: everything but the rows.
struct TextTable {
    sheet: Sheet,
    map: Map,
    columns: Columns,
    report: Option<String>,
    notes: Vec<Problem>,
    rows: Rows<Box<dyn Read>>,
    /// How many bytes of the file were read so far.
    bytes: Rc<Cell<u64>>,
}

/// Read a text table.
///
/// # Errors
/// If it can't be opened; what is wrong inside comes back as problems.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let mut whole = Reading::default();
    read_in_pieces(path, how, usize::MAX, &mut |piece, _| {
        whole.append(piece);
        true
    })?;
    Ok(whole)
}

/// Read a text table and hand it on in pieces of about so many rows, cut between two patients, each with
/// how many bytes of the file were read by then, until `take` wants no more.
///
/// # Errors
/// If it can't be opened, or a patient of one piece comes again in another; what else is wrong inside
/// comes back as problems.
pub(super) fn read_in_pieces(
    path: &Path,
    how: &How<'_>,
    size: usize,
    take: &mut dyn FnMut(Reading, u64) -> bool,
) -> Result<(), ImportError> {
    let table = match TextTable::open(path, how)? {
        Ok(table) => table,
        Err(problems) => {
            take(Reading { problems, ..Reading::default() }, 0);
            return Ok(());
        }
    };
    let mut met = Met::default();
    let mut is_scattered = false;
    table.hand_on(how, size, &mut |piece, bytes| {
        is_scattered = !met.are_new(&piece);
        !is_scattered && take(piece, bytes)
    });
    if is_scattered { Err(ImportError::Scattered(path.to_owned())) } else { Ok(()) }
}

/// The patients of the pieces so far, each by eight bytes: that two share them is unlikely, and then a
/// file is read at once that could have been read in pieces.
#[derive(Default)]
struct Met(HashSet<u64>, RandomState);

impl Met {
    /// True if no patient of this piece was in one before.
    fn are_new(&mut self, piece: &Reading) -> bool {
        let Met(met, hasher) = self;
        let keys = piece.records.patients.iter().map(|patient| &patient.key.record);
        keys.into_iter().all(|key| met.insert(hasher.hash_one(key)))
    }
}

/// Open a table with the headings that are known, or that the map names.
fn open_table(
    path: &Path,
    how: &How<'_>,
    map: &Map,
) -> Result<Result<Delimited, Problems>, ImportError> {
    let known = known_of(how);
    let is_patient = |heading: &str| {
        let role = map.column(heading).map(|column| column.role.clone());
        role.or_else(|| known.role_of(heading)) == Some(Role::Field(Field::Patient))
    };
    let is_heading = |row: &StringRecord| row.iter().any(|cell| is_patient(cell.trim()));
    Delimited::open(&Source::file(path), map.told(), is_heading)
}

impl TextTable {
    /// Open a file and learn what its columns are.
    fn open(path: &Path, how: &How<'_>) -> Result<Result<TextTable, Problems>, ImportError> {
        let map = match load_map(how, MapOf::Table)? {
            Ok(map) => map,
            Err(problems) => return Ok(Err(problems)),
        };
        let Delimited { sheet, notes, rows, bytes, .. } = match open_table(path, how, &map)? {
            Ok(table) => table,
            Err(problems) => return Ok(Err(problems)),
        };
        let columns = match Columns::of(&sheet, &map, known_of(how)) {
            Ok(columns) => columns,
            Err(problems) => return Ok(Err(problems)),
        };
        let report = match map.report().transpose() {
            Ok(report) => how.report.clone().or(report),
            Err(mismatch) => {
                let place = sheet.place(sheet.heading_row, None);
                return Ok(Err(vec![problem(place, "report", mismatch)]));
            }
        };
        Ok(Ok(TextTable { sheet, map, columns, report, notes, rows, bytes }))
    }

    /// Read every row, and hand over what they say in pieces.
    fn hand_on(mut self, how: &How<'_>, size: usize, take: &mut dyn FnMut(Reading, u64) -> bool) {
        let mut taker = Taker::new(
            self.sheet.clone(),
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
            if taken >= size && (label != last || taken / 2 >= size) {
                let piece = taker.hand_over().finish();
                problems += piece.problems.len();
                if !take(piece, self.bytes.get()) {
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
        take(gatherer.finish(), self.bytes.get());
    }
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
        let read = read_in_pieces(&path, &how, size, &mut |piece, _| {
            pieces.push(piece);
            true
        });
        assert!(matches!(read, Ok(()) | Err(ImportError::Scattered(_))), "{read:?}");
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
