//! Bringing the records of another registry into this one. Records are matched by their identity
//! (UUID, and below a patient the infusion's number, the visit's label, the analyte). Where only one
//! side changed a record since both knew the same, that side is right; where both did, the person
//! decides, or nothing is taken. The other registry's log is kept beside our own.
//!
//! Merging the same file again changes nothing.

mod analytes;
mod answers;
mod apply;
mod cohorts;
mod columns;
mod endpoints;
mod locks;
mod logs;
mod numbered;
mod records;
mod settle;
#[cfg(test)]
mod tests;

use super::batch::BULK_FROM;
use super::change::Change;
use super::edit::Unedited;
use super::error::{InFile, StoreError};
use super::remove::{Kept, Removal};
use super::{Registry, Stored};
use crate::domain::{Mismatch, Prefer};
use logs::{Log, Name};
use records::Side;
use rusqlite::{Connection, named_params};
use serde_json::{Value, json};
use settle::{Row, Settling};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What became of the records of one noun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Were only there.
    pub added: usize,
    /// Were changed there, and are so here now.
    pub taken: usize,
    /// Were removed there, and are gone here now.
    pub removed: usize,
    /// Are the same on both sides.
    pub same: usize,
    /// Were changed or removed here only, and stay so.
    pub newer_here: usize,
}

/// A field that two registries tell differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The field in words.
    pub field: String,
    /// What is recorded here.
    pub here: String,
    /// What is recorded there.
    pub there: String,
}

/// A record that both sides changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// What kind of record.
    pub noun: String,
    /// The UUID of the patient or report it belongs to; empty if it could not be taken at all.
    owner: String,
    /// Which.
    pub key: String,
    /// What differs.
    pub fields: Vec<Differing>,
    /// When it was last changed here, in UTC.
    pub here_at: Option<String>,
    /// When it was last changed there.
    pub there_at: Option<String>,
    /// What became of it.
    pub outcome: &'static str,
    /// True if nobody decided.
    pub is_open: bool,
}

/// What a merge did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// By noun.
    pub outcomes: BTreeMap<String, Outcomes>,
    /// What both sides tell differently.
    pub disagreements: Vec<Disagreement>,
    /// Entries of the other log that are kept here from now on.
    pub entries: usize,
    /// What a person should know besides.
    pub notes: Vec<String>,
}

impl Merged {
    fn of(&mut self, name: &Name) -> &mut Outcomes {
        self.outcomes.entry(name.0.clone()).or_default()
    }
}

/// A removal that waits until all is added.
type Later = Box<dyn FnOnce(&mut Change<'_>) -> Removal>;

/// A merge under way.
struct Merge {
    settling: Settling,
    /// Keys of reports and patients that are others here.
    others: BTreeSet<String>,
    /// Keys of analytes over there that could not be taken: nothing of them is, either.
    unknown: BTreeSet<String>,
    removals: Vec<(&'static str, Option<String>, String, Later)>,
}

impl Merge {
    /// Note what a record could not be, and why.
    fn wrong(&mut self, noun: &str, key: &str, mismatch: &Mismatch) {
        let here = format!("must be {}", mismatch.expected);
        self.settling.refuse(noun, key, "check", here, mismatch.found.clone());
    }

    fn unless_wrong(&mut self, noun: &str, key: &str, unedited: Option<Unedited>) {
        if let Some(Unedited::Wrong(mismatch)) = unedited {
            self.wrong(noun, key, &mismatch);
        }
    }

    /// Note that something a record needs is not here.
    fn missing(&mut self, noun: &str, key: &str, what: &str) {
        let there = "recorded".to_owned();
        self.settling.refuse(noun, key, "record", format!("{what} is not here"), there);
    }

    /// Those of `there` whose key doesn't belong to another record here.
    fn without_others<T>(
        &mut self,
        noun: &str,
        here: &[Row<T>],
        there: Vec<Row<T>>,
    ) -> Vec<Row<T>> {
        let ids: HashMap<&str, &str> =
            here.iter().map(|row| (row.key.as_str(), row.id.as_str())).collect();
        let is_other =
            |row: &Row<T>| ids.get(row.key.as_str()).is_some_and(|id| *id != row.id.as_str());
        let (others, kept): (Vec<_>, Vec<_>) = there.into_iter().partition(is_other);
        for row in others {
            let there = "another record of the same key, recorded independently".to_owned();
            self.settling.refuse(noun, &row.key, "key", "this key is taken".to_owned(), there);
            self.others.insert(row.key);
        }
        kept
    }

    fn later(
        &mut self,
        noun: &'static str,
        from: Option<String>,
        key: String,
        remove: impl FnOnce(&mut Change<'_>) -> Removal + 'static,
    ) {
        self.removals.push((noun, from, key, Box::new(remove)));
    }
}

/// An edit that puts another record in the place of one.
fn set<T>(record: T) -> impl FnOnce(&mut T) -> Result<(), Mismatch> {
    move |known| {
        *known = record;
        Ok(())
    }
}

impl Change<'_> {
    /// Bring in what `theirs` has; where both sides changed a record, `prefer` decides.
    ///
    /// # Errors
    /// If one of the files can't be read or written.
    pub fn merge(
        &mut self,
        theirs: &Registry,
        prefer: Option<Prefer>,
    ) -> Result<Merged, StoreError> {
        let ours_log = self.told(Log::read(&self.transaction))?;
        let theirs_log = Log::read(&theirs.connection).in_file(&theirs.path)?;
        let settling = Settling::new(ours_log, theirs_log, prefer);
        let mut merge = Merge {
            settling,
            others: BTreeSet::new(),
            unknown: BTreeSet::new(),
            removals: Vec::new(),
        };
        let count = |connection: &Connection| {
            connection.query_row("SELECT count(*) FROM measurement", (), |row| row.get::<_, u32>(0))
        };
        let here = self.told(count(&self.transaction))?;
        let more = count(&theirs.connection).in_file(&theirs.path)?.saturating_sub(here);
        if more as usize >= BULK_FROM {
            self.begin_bulk()?;
        }
        self.merge_analytes(theirs, &mut merge)?;
        self.merge_attributes(theirs, &mut merge)?;
        self.merge_cohorts(theirs, &mut merge)?;
        self.merge_endpoints(theirs, &mut merge)?;
        self.merge_reports(theirs, &mut merge)?;
        self.merge_products(theirs, &mut merge)?;
        self.merge_patients(theirs, &mut merge)?;
        self.end_bulk()?;
        self.merge_answers(theirs, &mut merge)?;
        // What hangs on others goes before them.
        for (noun, from, key, remove) in std::mem::take(&mut merge.removals).into_iter().rev() {
            self.origin = from;
            if let Err(Kept::HangsOn(hanging)) = remove(self)? {
                let count: usize = hanging.iter().map(|(_, count)| count).sum();
                let here = format!("{count} records hang on it");
                merge.settling.refuse(noun, &key, "record", here, "removed".to_owned());
            }
        }
        self.origin = None;
        self.merge_locks(theirs, &mut merge)?;
        self.keep_log(theirs, &mut merge)?;
        Ok(merge.settling.merged)
    }

    fn side(&self) -> Side<'_> {
        Side::of(&self.transaction, self.catalogue())
    }

    /// Keep the entries of the other log that are not known yet, and say in our own which they are
    /// and what was decided.
    fn keep_log(&mut self, theirs: &Registry, merge: &mut Merge) -> Result<(), StoreError> {
        let entries = entries_of(&theirs.connection).in_file(&theirs.path)?;
        let last_hash = entries.last().map(|entry| entry.hash.clone());
        let new: Vec<_> =
            entries.into_iter().filter(|entry| !merge.settling.ours.has(&entry.hash)).collect();
        let disagreements = &merge.settling.merged.disagreements;
        let is_named = |one: &&Disagreement| !one.owner.is_empty();
        let (undecided, decided): (Vec<_>, Vec<_>) =
            disagreements.iter().filter(is_named).partition(|one| one.is_open);
        if new.is_empty() && decided.is_empty() {
            return Ok(());
        }
        let names = |those: &[&Disagreement]| -> Vec<Value> {
            let name = |one: &&Disagreement| json!({ "noun": one.noun, "of": { "uuid": one.owner }, "key": one.key });
            those.iter().map(name).collect()
        };
        let registry: String = theirs
            .connection
            .query_row("SELECT uuid FROM registry", (), |row| row.get(0))
            .in_file(&theirs.path)?;
        self.log_row(json!({
            "action": "merge", "noun": "log", "key": registry, "entries": new.len(),
            "last_hash": last_hash, "undecided": names(&undecided), "decided": names(&decided),
        }));
        let change = self.number()?;
        for entry in &new {
            let insert = || {
                self.transaction
                    .prepare_cached(
                        "INSERT INTO merged_change (hash, number, body, change_id)
                         VALUES (:hash, :number, :body, :change)",
                    )?
                    .execute(named_params! {
                        ":hash": entry.hash, ":number": entry.number, ":body": entry.body,
                        ":change": change,
                    })
            };
            self.told(insert())?;
        }
        merge.settling.merged.entries = new.len();
        Ok(())
    }
}

/// An entry as it stands in a log.
struct LogEntry {
    number: i64,
    hash: String,
    body: String,
}

/// The entries of a log, oldest first, those of logs merged into it before its own.
fn entries_of(connection: &Connection) -> Result<Vec<LogEntry>, rusqlite::Error> {
    let mut query = connection.prepare(
        "SELECT number, hash, body FROM (
             SELECT 0 AS own, id, number, hash, body FROM merged_change
             UNION ALL SELECT 1, id, id, hash, body FROM change)
          ORDER BY own, id",
    )?;
    let entries = query.query_map((), |row| {
        Ok(LogEntry { number: row.get("number")?, hash: row.get("hash")?, body: row.get("body")? })
    })?;
    entries.collect()
}
