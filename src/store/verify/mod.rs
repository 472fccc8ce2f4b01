//! Is the file what its change log says? SQLite's own checks, the chain of hashes, and every record
//! against the last thing the log says of it.

mod batches;
mod built_in;
pub(super) mod current;
mod merged;
mod told;

use super::Registry;
use super::error::{InFile, StoreError};
use batches::Batches;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;

/// Something that is not as the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// Which part of the check found it.
    pub check: Check,
    /// Where: a record, an entry of the log, a part of the file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// The parts of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// SQLite's integrity check.
    File,
    /// Foreign keys.
    Links,
    /// The chain of hashes.
    Chain,
    /// Records against the log.
    Records,
}

impl Check {
    /// Every part, in the order they run.
    pub const ALL: [Check; 4] = [Check::File, Check::Links, Check::Chain, Check::Records];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Check::File => "file",
            Check::Links => "links",
            Check::Chain => "chain",
            Check::Records => "records",
        }
    }

    /// What it looks at.
    pub fn looks_at(self) -> &'static str {
        match self {
            Check::File => "SQLite's integrity check",
            Check::Links => "foreign keys",
            Check::Chain => "hashes of the log",
            Check::Records => "each against the log",
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Entries of the log.
    pub entries: usize,
    /// Records compared with the log.
    pub records: usize,
    /// The hash of the newest entry: whoever noted it earlier can tell whether entries were cut off.
    pub last_hash: String,
    /// Everything that is not as the log says.
    pub discrepancies: Vec<Discrepancy>,
}

impl Verification {
    /// What SQLite can't make sense of is damage, and named as such.
    fn unreadable(&mut self, check: Check, place: &str, error: &rusqlite::Error) {
        let what = format!("it can't be read: {error}");
        self.discrepancies.push(Discrepancy { check, place: place.to_owned(), what });
    }
}

/// A record: what kind, of which report or patient, and its key.
pub(super) type Identity = (String, String, String);

/// The images of records; several may share a name.
pub(super) type Images = BTreeMap<Identity, Vec<Value>>;

impl Registry {
    /// Check the file against itself and its change log. Reads everything and changes nothing.
    ///
    /// # Errors
    /// If the file can't be read at all; damage that SQLite can name is a discrepancy.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        let mut found = Verification::default();
        let connection = &self.connection;
        if let Err(error) = sqlite_checks(connection, &mut found) {
            found.unreadable(Check::File, "the file", &error);
        }
        if let Err(error) = built_in::check(connection, &mut found) {
            found.unreadable(Check::Records, "the built-in analytes", &error);
        }
        let mut batches = Batches::default();
        let told = told::replay(connection, &mut batches, &mut found).in_file(&self.path)?;
        let are = batches
            .open(connection, &mut found)
            .and_then(|()| current::records(self, &mut batches))
            .and_then(|are| match batches.agree() {
                true => Ok(are),
                false => current::records(self, &mut batches),
            });
        match are {
            Err(error) => found.unreadable(Check::Records, "a record", &error),
            Ok(are) => {
                found.records = batches.records + are.values().map(Vec::len).sum::<usize>();
                told::compare(&told, &are, &mut found);
                batches.close(&mut found);
            }
        }
        Ok(found)
    }
}

fn sqlite_checks(connection: &Connection, found: &mut Verification) -> Result<(), rusqlite::Error> {
    let mut add = |check, place: &str, what: String| {
        found.discrepancies.push(Discrepancy { check, place: place.to_owned(), what });
    };
    let mut integrity = connection.prepare("PRAGMA integrity_check(20)")?;
    for line in integrity.query_map((), |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            add(Check::File, "the file", line);
        }
    }
    let mut links = connection.prepare("PRAGMA foreign_key_check")?;
    let broken = links.query_map((), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?))
    })?;
    for link in broken {
        let (table, row, parent) = link?;
        let row = row.map_or_else(|| "a row".to_owned(), |row| format!("row {row}"));
        add(Check::Links, &table, format!("{row} names a {parent} that is not there"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
