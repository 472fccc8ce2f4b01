//! An upgrade tried on a copy, which goes with the trial; the file itself is only read.

use super::error::{InFile, StoreError};
use super::migrate::{self, SCHEMA_VERSION};
use super::registry::{Access, Caller, Registry, look_into};
use super::verify::Verification;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rows of a table before and after an upgrade; `None` where there is no such table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRows {
    /// The table.
    pub table: String,
    /// Rows before.
    pub before: Option<i64>,
    /// Rows after.
    pub after: Option<i64>,
}

/// What an upgrade of a copy came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// Every table with its rows.
    pub tables: Vec<TableRows>,
    /// What verification says of the upgraded copy.
    pub verification: Verification,
}

impl Registry {
    /// Upgrade a copy of the file at `path` and see what comes of it. The copy lies in the system's
    /// folder for temporary files, where only its owner may read, and is removed; the file stays as it
    /// is. None if the file is up to date.
    ///
    /// # Errors
    /// If the file is newer, is no registry, or no copy can be made; what fails on the copy.
    pub fn rehearse_upgrade(path: &Path, caller: &Caller) -> Result<Option<Rehearsal>, StoreError> {
        let connection = look_into(path, caller)?;
        let found = migrate::schema_version(&connection, path)?;
        if found > SCHEMA_VERSION {
            let (path, known) = (path.to_owned(), SCHEMA_VERSION);
            return Err(StoreError::Newer { path, found, known });
        }
        if found == SCHEMA_VERSION {
            return Ok(None);
        }
        let scratch = Scratch::new()?;
        let copy = scratch.0.join("copy.db");
        migrate::copy_whole(&connection, &copy)?;
        let before = rows_of(&connection).in_file(path)?;
        drop(connection);
        let upgraded = Registry::open(&copy, Access::Read, caller)?;
        let after = rows_of(&upgraded.connection).in_file(&copy)?;
        let verification = upgraded.verify()?;
        let names: BTreeSet<_> = before.keys().chain(after.keys()).cloned().collect();
        let line = |table: String| TableRows {
            before: before.get(&table).copied(),
            after: after.get(&table).copied(),
            table,
        };
        Ok(Some(Rehearsal { tables: names.into_iter().map(line).collect(), verification }))
    }
}

/// How many rows each of our tables has.
fn rows_of(connection: &Connection) -> Result<BTreeMap<String, i64>, rusqlite::Error> {
    let mut query = connection.prepare(
        "SELECT name FROM sqlite_schema
          WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'refinery%'
          ORDER BY name",
    )?;
    let names = query.query_map((), |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let count = |name: String| {
        // A table can't be a parameter; these names are our own schema's.
        let quoted = name.replace('"', "\"\"");
        let sql = ["SELECT count(*) FROM \"", &quoted, "\""].concat();
        let count = connection.query_row(&sql, (), |row| row.get(0))?;
        Ok((name, count))
    };
    names.into_iter().map(count).collect()
}

/// A folder of our own that only its owner may enter, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Scratch, StoreError> {
        let path = std::env::temp_dir().join(format!("casebook-{}", super::change::new_uuid()));
        let mut folder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&path).map_err(|source| StoreError::Io { path: path.clone(), source })?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What can't be removed is the system's to clear; nothing depends on it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
