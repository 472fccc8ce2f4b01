//! Records that were logged in batches: are they still the lines the digest was made of?
//!
//! The digest says whether anything was altered. Where something was, the records are read a second time,
//! and the four bytes of each line say which; where lines are gone or came in between, the two rows are
//! brought together again at the next line that fits.

use super::current::Batched;
use super::{Check, Discrepancy, Verification};
use crate::store::batch::{Digested, Noun, Place, fingerprint, of_image};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// How far ahead a line is looked for before it is taken as altered.
const LOOK_AHEAD: usize = 4096;

/// What the log says of one batch.
#[derive(Debug, Default)]
struct Told {
    entry: i64,
    noun: String,
    records: u64,
    digest: String,
    /// Lines of records that left it, by their place.
    left: BTreeMap<Place, Vec<u8>>,
}

/// The batches of a registry, while its records are compared with them.
#[derive(Debug, Default)]
pub(super) struct Batches {
    told: BTreeMap<i64, Told>,
    open: BTreeMap<i64, Open>,
    /// How many records were compared.
    pub records: usize,
    /// True while what was altered is looked for, line by line.
    locating: bool,
}

/// One batch that is being compared.
#[derive(Debug, Default)]
struct Open {
    fingerprints: Vec<u8>,
    left: VecDeque<(Place, Vec<u8>)>,
    again: Digested,
    /// How many of the fingerprints are accounted for.
    at: usize,
    /// Names of lines that fitted nowhere since.
    odd: Vec<String>,
    found: Vec<(String, &'static str)>,
}

/// A batch in words: nobody has met it by its number.
fn name(id: i64, told: Option<&Told>) -> String {
    match told.filter(|told| !told.noun.is_empty()) {
        Some(told) => {
            format!("the {} {}s that entry {} brought at once", told.records, told.noun, told.entry)
        }
        None => format!("records brought at once (batch {id} of the file)"),
    }
}

impl Batches {
    /// Take what a row of the log says of batches; true if it says nothing else.
    pub fn take(&mut self, entry: i64, row: &Value) -> bool {
        if let (Some(batch), Some(digest)) = (row["batch"].as_i64(), row["digest"].as_str()) {
            let told = self.told.entry(batch).or_default();
            told.entry = entry;
            row["noun"].as_str().unwrap_or_default().clone_into(&mut told.noun);
            told.records = row["records"].as_u64().unwrap_or_default();
            digest.clone_into(&mut told.digest);
            return true;
        }
        if let Some(batch) = row["left"]["batch"].as_i64() {
            let at = row["left"]["at"].as_array().into_iter().flatten();
            let place: Place = at.filter_map(Value::as_i64).collect();
            let owner = row["of"]["uuid"].as_str().unwrap_or_default();
            let key = row.get("was").unwrap_or(&row["key"]).as_str().unwrap_or_default();
            let line = of_image(owner, key, &row["before"]);
            self.told.entry(batch).or_default().left.insert(place, line);
        }
        false
    }

    /// Read what stands in the file beside the records.
    pub fn open(
        &mut self,
        connection: &Connection,
        found: &mut Verification,
    ) -> Result<(), rusqlite::Error> {
        let mut query =
            connection.prepare("SELECT id, change_id, noun, records, fingerprints FROM batch")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get("id")?;
            let told = self.told.get(&id);
            let agrees = told.is_some_and(|told| {
                row.get::<_, i64>("change_id").is_ok_and(|entry| entry == told.entry)
                    && row.get::<_, String>("noun").is_ok_and(|noun| noun == told.noun)
                    && row
                        .get::<_, i64>("records")
                        .is_ok_and(|n| u64::try_from(n) == Ok(told.records))
            });
            if !agrees {
                let what = "it is not what the log says of it".to_owned();
                let place = name(id, told);
                found.discrepancies.push(Discrepancy { check: Check::Chain, place, what });
            }
            let fingerprints = row.get("fingerprints")?;
            self.open.insert(id, Open { fingerprints, ..Open::default() });
        }
        for (id, told) in &self.told {
            if !self.open.contains_key(id) {
                let what = "its row is gone; the log speaks of it".to_owned();
                let place = name(*id, Some(told));
                found.discrepancies.push(Discrepancy { check: Check::Chain, place, what });
            }
        }
        self.begin();
        Ok(())
    }

    /// Before the first record is compared.
    fn begin(&mut self) {
        self.records = 0;
        for (id, told) in &self.told {
            let open = self.open.entry(*id).or_default();
            open.left = told.left.clone().into_iter().collect();
            open.again = Digested::default();
        }
    }

    /// True if every batch has the digest the log says; if not, the records have to be put once more, and
    /// what was altered will be named.
    pub fn agree(&mut self) -> bool {
        for open in self.open.values_mut() {
            open.put_left(None, self.locating);
        }
        let digest_of = |id: &i64| self.told.get(id).map(|told| told.digest.as_str());
        let agree = |(id, open): (&i64, &Open)| digest_of(id) == Some(open.again.digest().as_str());
        if self.open.iter().all(agree) {
            return true;
        }
        self.locating = true;
        self.begin();
        false
    }

    /// Name everything that does not agree, after the last record.
    pub fn close(self, found: &mut Verification) {
        let told = self.told;
        for (id, mut open) in self.open {
            open.put_left(None, self.locating);
            let again = open.again.digest();
            let Some(told) = told.get(&id).filter(|told| !told.digest.is_empty()) else {
                let what = "the log speaks of no such batch".to_owned();
                let place = name(id, None);
                found.discrepancies.push(Discrepancy { check: Check::Chain, place, what });
                continue;
            };
            if again == told.digest {
                continue;
            }
            open.meet(open.fingerprints.len() / 4);
            let Told { entry, noun, .. } = told;
            let aside = format!(
                "the log holds a digest of what entry {entry} brought, not the values: compare with \
                 the file that was imported, or a backup"
            );
            if open.found.is_empty() {
                open.found.push((format!("a record of entry {entry}"), "it was altered"));
            }
            for (name, what) in open.found {
                let place = format!("{noun} {name}");
                let what = format!("{what} outside casebook; {aside}");
                found.discrepancies.push(Discrepancy { check: Check::Records, place, what });
            }
        }
    }
}

impl Batched for Batches {
    fn put(
        &mut self,
        (batch, _): (i64, Noun),
        place: &[i64],
        line: &[u8],
        name: impl FnOnce() -> String,
    ) {
        self.records += 1;
        let open = self.open.entry(batch).or_default();
        open.put_left(Some(place), self.locating);
        open.put(line, self.locating, name);
    }
}

impl Open {
    /// Put the lines of records that left the batch, as far as they stood before a place.
    fn put_left(&mut self, before: Option<&[i64]>, locating: bool) {
        let is_before =
            |(left, _): &mut (Place, Vec<u8>)| before.is_none_or(|at| left.as_slice() < at);
        while let Some((_, line)) = self.left.pop_front_if(is_before) {
            self.put(&line, locating, || "a record that was edited since".to_owned());
        }
    }

    fn put(&mut self, line: &[u8], locating: bool, name: impl FnOnce() -> String) {
        self.again.put_whole(line);
        if !locating {
            return;
        }
        let mark = fingerprint(line);
        let ahead = self.fingerprints[4 * self.at.min(self.fingerprints.len() / 4)..].chunks(4);
        // What follows a line that fitted nowhere is looked for from there on.
        let found = ahead.take(1 + LOOK_AHEAD).position(|known| known == mark);
        match found {
            Some(0) if self.odd.is_empty() => self.at += 1,
            Some(gap) => {
                if gap > self.odd.len() {
                    let before = format!("before {}", name());
                    self.missing(gap - self.odd.len(), before);
                }
                self.meet(self.at + gap);
                self.at += 1;
            }
            None => self.odd.push(name()),
        }
    }

    /// Account for the fingerprints up to `to`: as many odd lines were altered, more were added.
    fn meet(&mut self, to: usize) {
        let gap = to.saturating_sub(self.at);
        let odd = std::mem::take(&mut self.odd);
        if gap > odd.len() && to == self.fingerprints.len() / 4 {
            self.missing(gap - odd.len(), "at the end".to_owned());
        }
        for (at, name) in odd.into_iter().enumerate() {
            self.found.push((name, if at < gap { "it was altered" } else { "it was added" }));
        }
        self.at = to;
    }

    fn missing(&mut self, count: usize, whereabouts: String) {
        let what = if count == 1 { "it was removed" } else { "they were removed" };
        self.found.push((format!("({count} {whereabouts})"), what));
    }
}
