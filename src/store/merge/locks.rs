//! Locks of the other registry: those of reports and patients come along, as they were made and
//! lifted there. A lock of the whole registry is a freeze of that one file and stays with it.
//!
//! A merge that would change what is locked here is refused as a whole (2026-11). To leave the locked
//! records out would be wrong: a merge takes over the other log, and from then on this side would
//! count as knowing, and having overruled, what it left out.

use super::settle::{Row, Todo};
use super::{Change, Merge, StoreError};
use crate::store::Registry;
use crate::store::error::InFile;
use crate::store::locks::{self, Placed};
use rusqlite::named_params;
use std::collections::HashSet;

impl Change<'_> {
    pub(super) fn merge_locks(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let there = locks::all(&theirs.connection).in_file(&theirs.path)?;
        if there.iter().any(|one| one.lock.noun == "registry") {
            let note = "The other registry is locked as a whole; that lock stays with its file.";
            merge.settling.merged.notes.push(note.to_owned());
        }
        let here = self.locks()?;
        let subjects = |locks: &[Placed]| -> HashSet<String> {
            locks.iter().map(|one| one.subject.clone()).collect()
        };
        let both = &subjects(&here) & &subjects(&there);
        let rows = |locks: Vec<Placed>| -> Vec<Row<Placed>> {
            // What is locked on both sides is locked.
            let counts = |one: &Placed| one.lock.noun != "registry" && !both.contains(&one.subject);
            let row = |one: Placed| Row::new(one.subject.clone(), one.lock.name(), one);
            locks.into_iter().filter(counts).map(row).collect()
        };
        let (here, there) = (rows(here), rows(there));
        for (todo, row) in merge.settling.settle("lock", |row| row.id.clone(), &here, there) {
            self.origin = row.from;
            let noun = if row.record.lock.noun == "report" { "report" } else { "patient" };
            match todo {
                Todo::Add | Todo::Take if !self.is_there(noun, &row.id)? => {
                    merge.missing("lock", &row.key, "what it locks");
                }
                Todo::Add | Todo::Take => self.add_lock(noun, &row.id, &row.record.lock)?,
                Todo::Remove => self.remove_lock(noun, &row.record)?,
            }
        }
        self.origin = None;
        Ok(())
    }

    fn is_there(&self, noun: &str, uuid: &str) -> Result<bool, StoreError> {
        let sql = match noun {
            "report" => "SELECT EXISTS (SELECT 1 FROM report WHERE uuid = :uuid)",
            _ => "SELECT EXISTS (SELECT 1 FROM patient WHERE uuid = :uuid)",
        };
        let found =
            self.transaction.query_row(sql, named_params! { ":uuid": uuid }, |row| row.get(0));
        self.told(found)
    }
}
