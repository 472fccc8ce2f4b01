//! Many records of one change in one line of the log (2026-11). An image of each in the log costs an
//! import three times its time and eight times its size; a batch is a digest of all their lines, with
//! four bytes for each so that `verify` can name the one that was altered. What the log can't tell of
//! such a record is its former value: that is in the file it was imported from.
//!
//! A record that is edited or removed leaves its batch: the entry that does it quotes its line as the
//! image before, with its place in the batch, so that the digest can be computed again.

mod lines;

pub(super) use lines::{Bare, Lines, of_image, of_record};

use super::change::Change;
use super::error::StoreError;
use super::measurements::Slot;
use crate::domain::{AnalyteId, Comparator, Measurement, Status, hex};
use rusqlite::{OptionalExtension, Statement, ToSql, named_params};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// An intake of so many measurements is logged in batches; below, each record has its own image.
pub(super) const BULK_FROM: usize = 10_000;

/// So many measurements wait at most before they are written: enough that each analyte's are a stretch
/// of the table, few enough that the next piece of a file is read while they are.
const MOST_WAITING: usize = 250_000;

/// What may stand in a batch, by its noun in the log, and the table it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Noun {
    Patient,
    Visit,
    Measurement,
}

impl Noun {
    pub fn as_str(self) -> &'static str {
        match self {
            Noun::Patient => "patient",
            Noun::Visit => "visit",
            Noun::Measurement => "measurement",
        }
    }
}

/// Where a record stands in its batch: its number in the file, or analyte, visit and replicate.
pub(super) type Place = Vec<i64>;

/// The digest of lines, and four bytes of each.
#[derive(Debug, Default)]
pub(super) struct Digested {
    whole: Sha256,
    pub fingerprints: Vec<u8>,
}

impl Digested {
    /// Take one more line.
    pub fn put(&mut self, line: &[u8]) {
        self.put_whole(line);
        self.fingerprints.extend(fingerprint(line));
    }

    /// The same for the digest only.
    pub fn put_whole(&mut self, line: &[u8]) {
        self.whole.update(line);
        self.whole.update(b"\n");
    }

    /// The digest of all lines, each with its line end, in hexadecimal.
    pub fn digest(&self) -> String {
        hex(&self.whole.clone().finalize())
    }

    /// How many lines.
    pub fn records(&self) -> usize {
        self.fingerprints.len() / 4
    }
}

/// Four bytes that tell a line from others: the first of its SHA-256.
pub(super) fn fingerprint(line: &[u8]) -> [u8; 4] {
    let hash = Sha256::digest(line);
    [hash[0], hash[1], hash[2], hash[3]]
}

/// A measurement that waits to be written in the order of the table.
#[derive(Debug)]
struct Waiting {
    visit: i64,
    /// Owner and key of its visit, as its line begins.
    begins: Arc<str>,
    value: Option<f64>,
    status: Status,
    printed: Option<String>,
    comparator: Option<Comparator>,
    unit: Option<i64>,
    limits: Option<i64>,
    source: Option<i64>,
}

impl Waiting {
    /// As its row holds it.
    fn bare<'a>(&'a self, analyte: &'a str) -> Bare<'a> {
        Bare {
            analyte,
            value: self.value,
            status: self.status,
            printed: self.printed.as_deref(),
            comparator: self.comparator.map(Comparator::as_str),
            unit: self.unit,
            limits: self.limits,
            source: self.source,
        }
    }
}

/// Measurements that wait, by their analytes, which is the order of the table.
type WaitingLines = BTreeMap<AnalyteId, Vec<Waiting>>;

/// The batches of a change under way.
#[derive(Debug)]
pub(super) struct Bulk {
    /// The number the next batch gets.
    next: i64,
    patients: (i64, Digested),
    visits: (i64, Digested),
    waiting: WaitingLines,
    /// How many wait.
    count: usize,
    /// Visits for which measurements wait.
    waiting_for: HashSet<i64>,
    lines: Lines,
    /// The visit of the newest line, and how its lines begin.
    visit: Option<(i64, Arc<str>)>,
}

impl Bulk {
    fn digested(&mut self, noun: &str) -> Option<&mut Digested> {
        match noun {
            "patient" => Some(&mut self.patients.1),
            "visit" => Some(&mut self.visits.1),
            _ => None,
        }
    }
}

/// So many rows go into the file by one statement: beginning and ending one costs as much as a row.
const TOGETHER: usize = 32;

/// The statement that inserts so many measurements.
fn insert_of(rows: usize) -> String {
    let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = vec![row; rows].join(", ");
    format!(
        "INSERT INTO measurement (analyte_id, visit_id, value, status, printed, comparator, unit_id,
             limits_id, source_id, batch_id)
         VALUES {values}"
    )
}

/// Insert these measurements of an analyte by the statement for so many.
fn insert(
    statement: &mut Statement<'_>,
    analyte: AnalyteId,
    rows: &[Waiting],
    batch: i64,
) -> Result<(), rusqlite::Error> {
    let mut at = 0;
    let mut bind = |value: &dyn ToSql| {
        at += 1;
        statement.raw_bind_parameter(at, value)
    };
    for one in rows {
        bind(&analyte.0)?;
        bind(&one.visit)?;
        bind(&one.value)?;
        bind(&super::measurements::status_number(one.status))?;
        bind(&one.printed)?;
        bind(&one.comparator.map(Comparator::as_str))?;
        bind(&one.unit)?;
        bind(&one.limits)?;
        bind(&one.source)?;
        bind(&batch)?;
    }
    statement.raw_execute().map(|_| ())
}

impl Change<'_> {
    /// Log patients, visits and measurements in batches from now on.
    pub(super) fn begin_bulk(&mut self) -> Result<(), StoreError> {
        if self.bulk.is_some() {
            return Ok(());
        }
        let last = self
            .transaction
            .query_row("SELECT max(id) FROM batch", (), |row| row.get::<_, Option<i64>>(0));
        let next = self.told(last)?.unwrap_or(0) + 1;
        self.bulk = Some(Bulk {
            next: next + 2,
            patients: (next, Digested::default()),
            visits: (next + 1, Digested::default()),
            waiting: WaitingLines::new(),
            count: 0,
            waiting_for: HashSet::new(),
            lines: Lines::default(),
            visit: None,
        });
        Ok(())
    }

    /// The batch that a new patient or visit belongs to, if they are logged in batches.
    pub(super) fn batch_of(&self, noun: Noun) -> Option<i64> {
        let bulk = self.bulk.as_ref()?;
        match noun {
            Noun::Patient => Some(bulk.patients.0),
            Noun::Visit => Some(bulk.visits.0),
            Noun::Measurement => None,
        }
    }

    /// Put a record into its batch instead of the log; true if it has one.
    pub(super) fn put_in_batch(&mut self, noun: &str, line: impl FnOnce() -> Vec<u8>) -> bool {
        let Some(digested) = self.bulk.as_mut().and_then(|bulk| bulk.digested(noun)) else {
            return false;
        };
        digested.put(&line());
        true
    }

    /// Let a measurement without other readings wait to be written with many; false if measurements
    /// are logged one by one.
    pub(super) fn let_wait(
        &mut self,
        visit: i64,
        begins: impl FnOnce() -> String,
        source: Option<i64>,
        measurement: &Measurement,
    ) -> Result<bool, StoreError> {
        if self.bulk.is_none() || !measurement.other_readings.is_empty() {
            return Ok(false);
        }
        let reading = &measurement.reading;
        let unit = self.unit(measurement.analyte_id, reading.unit.as_ref());
        let unit = self.told(unit)?;
        let limits = self.limits(measurement.analyte_id, unit, measurement);
        let limits = self.told(limits)?;
        let is_known = |bulk: &Bulk| bulk.visit.as_ref().is_some_and(|(known, _)| *known == visit);
        if !self.bulk.as_ref().is_some_and(is_known) {
            let begins: Arc<str> = begins().into();
            let owner = begins.split('\t').next().unwrap_or_default();
            self.is_about("measurement", ("patient", owner));
            let bulk = self.bulk.as_mut().expect("asked a moment ago");
            bulk.visit = Some((visit, begins));
            bulk.waiting_for.insert(visit);
        }
        let bulk = self.bulk.as_mut().expect("asked a moment ago");
        let (_, begins) = bulk.visit.as_ref().expect("it was set above");
        let begins = Arc::clone(begins);
        bulk.waiting.entry(measurement.analyte_id).or_default().push(Waiting {
            visit,
            begins,
            value: reading.value,
            status: reading.status,
            printed: reading.printed.clone(),
            comparator: reading.comparator,
            unit,
            limits,
            source,
        });
        bulk.count += 1;
        if bulk.count >= MOST_WAITING {
            self.write_waiting()?;
        }
        Ok(true)
    }

    /// Write what waits for a visit before its measurements are asked for.
    pub(super) fn write_waiting_of(&mut self, visit: i64) -> Result<(), StoreError> {
        match &self.bulk {
            Some(bulk) if bulk.waiting_for.contains(&visit) => self.write_waiting(),
            _ => Ok(()),
        }
    }

    /// Write the measurements that wait, in the order of the table: a batch of its own.
    pub(super) fn write_waiting(&mut self) -> Result<(), StoreError> {
        let Some(bulk) = &mut self.bulk else { return Ok(()) };
        if bulk.waiting.is_empty() {
            return Ok(());
        }
        let mut waiting = std::mem::take(&mut bulk.waiting);
        let mut lines = std::mem::take(&mut bulk.lines);
        let batch = bulk.next;
        bulk.next += 1;
        bulk.waiting_for.clear();
        bulk.visit = None;
        bulk.count = 0;
        // Most visits came in their order already, and then this is one look at each.
        waiting.values_mut().for_each(|of_analyte| of_analyte.sort_by_key(|one| one.visit));
        let written = self.write_in_order(batch, &waiting, &mut lines);
        let digested = self.told(written)?;
        self.bulk.as_mut().expect("it was there above").lines = lines;
        self.close_batch(Noun::Measurement, batch, &digested)
    }

    /// Insert the rows and, on a thread of its own, digest their lines: each takes about as long.
    fn write_in_order(
        &self,
        batch: i64,
        waiting: &WaitingLines,
        lines: &mut Lines,
    ) -> Result<Digested, rusqlite::Error> {
        let catalogue = self.catalogue();
        let analyte = |id: AnalyteId| catalogue.get(id).expect("a reading names a known analyte");
        if !self.keeps_log {
            return self.insert_in_order(batch, waiting).map(|()| Digested::default());
        }
        for (id, of_analyte) in waiting {
            let analyte = analyte(*id);
            for one in of_analyte {
                lines.learn(&self.transaction, analyte, &one.bare(&analyte.key))?;
            }
        }
        let lines = &*lines;
        std::thread::scope(|scope| {
            let digesting = scope.spawn(move || {
                let mut digested = Digested::default();
                let mut line = Vec::new();
                for (id, of_analyte) in waiting {
                    let key = &analyte(*id).key;
                    for one in of_analyte {
                        line.clear();
                        lines.write(&one.begins, &one.bare(key), &mut line);
                        digested.put(&line);
                    }
                }
                digested
            });
            self.insert_in_order(batch, waiting)?;
            Ok(digesting.join().expect("nothing in it panics"))
        })
    }

    fn insert_in_order(&self, batch: i64, waiting: &WaitingLines) -> Result<(), rusqlite::Error> {
        let mut together = self.transaction.prepare_cached(&insert_of(TOGETHER))?;
        let mut alone = self.transaction.prepare_cached(&insert_of(1))?;
        for (id, of_analyte) in waiting {
            let (chunks, rest) = of_analyte.as_chunks::<TOGETHER>();
            for chunk in chunks {
                insert(&mut together, *id, chunk, batch)?;
            }
            for one in rest {
                insert(&mut alone, *id, std::slice::from_ref(one), batch)?;
            }
        }
        Ok(())
    }

    /// Write all that waits, and close the batches of patients and visits.
    pub(super) fn end_bulk(&mut self) -> Result<(), StoreError> {
        self.write_waiting()?;
        let Some(bulk) = self.bulk.take() else { return Ok(()) };
        self.close_batch(Noun::Patient, bulk.patients.0, &bulk.patients.1)?;
        self.close_batch(Noun::Visit, bulk.visits.0, &bulk.visits.1)
    }

    /// Write a batch beside its records, and its line into the log.
    fn close_batch(&mut self, noun: Noun, id: i64, digested: &Digested) -> Result<(), StoreError> {
        if digested.records() == 0 {
            return Ok(());
        }
        let change = self.number()?;
        let records = i64::try_from(digested.records()).expect("a count fits in 63 bits");
        let insert = self.transaction.execute(
            "INSERT INTO batch (id, change_id, noun, records, fingerprints)
             VALUES (:id, :change, :noun, :records, :fingerprints)",
            named_params! {
                ":id": id, ":change": change, ":noun": noun.as_str(),
                ":records": records, ":fingerprints": digested.fingerprints,
            },
        );
        self.told(insert)?;
        self.log_row(json!({
            "action": "add", "noun": noun.as_str(), "batch": id, "records": records,
            "digest": digested.digest(),
        }));
        Ok(())
    }

    /// Let a patient leave its batch, if it is in one, before it is edited or removed. The next row of
    /// the log, which must be about this record, says where it stood.
    pub(super) fn take_patient_from_batch(&mut self, id: i64) -> Result<(), StoreError> {
        let row = named_params! { ":id": id };
        let ask = "SELECT batch_id FROM patient WHERE id = :id";
        let leave = "UPDATE patient SET batch_id = NULL WHERE id = :id";
        self.take_from_batch(ask, leave, row, vec![id])
    }

    /// The same for a visit.
    pub(super) fn take_visit_from_batch(&mut self, id: i64) -> Result<(), StoreError> {
        let row = named_params! { ":id": id };
        let ask = "SELECT batch_id FROM visit WHERE id = :id";
        let leave = "UPDATE visit SET batch_id = NULL WHERE id = :id";
        self.take_from_batch(ask, leave, row, vec![id])
    }

    /// The same for a measurement.
    pub(super) fn take_measurement_from_batch(&mut self, slot: Slot) -> Result<(), StoreError> {
        let (analyte, visit) = (i64::from(slot.analyte.0), slot.visit);
        let row = named_params! { ":analyte": analyte, ":visit": visit };
        let ask = "SELECT batch_id FROM measurement
                    WHERE analyte_id = :analyte AND visit_id = :visit AND replicate = 0";
        let leave = "UPDATE measurement SET batch_id = NULL
                      WHERE analyte_id = :analyte AND visit_id = :visit AND replicate = 0";
        self.take_from_batch(ask, leave, row, vec![analyte, visit, 0])
    }

    fn take_from_batch(
        &mut self,
        ask: &str,
        leave: &str,
        row: &[(&str, &dyn ToSql)],
        place: Place,
    ) -> Result<(), StoreError> {
        let batch = self
            .transaction
            .prepare_cached(ask)
            .and_then(|mut ask| ask.query_row(row, |row| row.get::<_, Option<i64>>(0)).optional());
        if let Some(batch) = self.told(batch)?.flatten() {
            self.told(self.transaction.execute(leave, row))?;
            self.left = Some(json!({ "batch": batch, "at": place }));
        }
        Ok(())
    }

    /// Put into a row of the log that its record left a batch, if it just did.
    pub(super) fn quote(&mut self, row: &mut Value) {
        if let Some(left) = self.left.take() {
            row["left"] = left;
        }
    }
}

#[cfg(test)]
mod tests;
