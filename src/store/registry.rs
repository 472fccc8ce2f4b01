//! Opening, making and recognising a registry file.
//!
//! One file, and SQLite's rollback journal rather than its write-ahead log (2026-11): hospitals
//! keep such files on network drives, where the log's shared memory does not work, and a copied
//! file must be whole without companions. Every commit reaches the disk (`synchronous = EXTRA`): FULL does not
//! wait for the folder to forget the journal, and a power cut that brought the journal back would
//! undo a write that was acknowledged.

use super::analytes;
use super::error::{InFile, StoreError};
use super::journal;
use super::migrate::{self, APPLICATION_ID, Upgrade};
use super::waiting;
use crate::domain::{BaselineRule, Catalogue, Day, DayZero, Rules, Schedule, Timepoint};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, named_params};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::Duration;

/// Who opens the file, and how patiently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who is at work, for the change log; what they say, not checked.
    pub actor: String,
    /// How long to wait for another program that holds the file.
    pub patience: Duration,
}

impl Caller {
    /// How long a caller waits unless told otherwise.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// A caller of this name with the usual patience.
    pub fn named(actor: &str) -> Caller {
        Caller { actor: actor.to_owned(), patience: Caller::PATIENCE }
    }
}

/// What a command wants of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To read it.
    Read,
    /// To change it.
    Write,
}

/// An open registry.
#[derive(Debug)]
pub struct Registry {
    pub(super) connection: Rc<Connection>,
    pub(super) path: PathBuf,
    pub(super) caller: Caller,
    pub(super) rules: Rules,
    /// With the registry's own analytes; `None` where it has none, and then the built-in ones are read
    /// only by a command that asks for them.
    pub(super) catalogue: Option<Catalogue>,
    /// False only in a bench that asks what the log costs.
    pub(super) keeps_log: bool,
    upgrade: Option<Upgrade>,
}

impl Registry {
    /// Make a new registry at `path`. Nothing that is there is ever overwritten.
    ///
    /// # Errors
    /// If a file is in the way or none can be made; then nothing is left behind.
    pub fn create(path: &Path, rules: &Rules, caller: &Caller) -> Result<Registry, StoreError> {
        let made = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
        made.map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly(path.to_owned())
            }
            std::io::ErrorKind::StorageFull => StoreError::Full(path.to_owned()),
            _ => StoreError::Io { path: path.to_owned(), source },
        })?;
        Registry::fill_new(path, rules, caller).inspect_err(|_| {
            // The empty file is ours, made a moment ago, and of no use to anybody.
            let _ = std::fs::remove_file(path);
        })
    }

    fn fill_new(path: &Path, rules: &Rules, caller: &Caller) -> Result<Registry, StoreError> {
        let mut connection = connect(path, caller)?;
        migrate::run(&mut connection, path)?;
        let mut registry = Registry {
            connection: Rc::new(connection),
            path: path.to_owned(),
            caller: caller.clone(),
            rules: rules.clone(),
            catalogue: None,
            keeps_log: true,
            upgrade: None,
        };
        registry.change("init", None, |change| change.add_rules(rules))?;
        Ok(registry)
    }

    /// Open the registry at `path`. A file of an older schema is copied beside itself and brought
    /// up to date; a newer or foreign one is left as it is.
    ///
    /// # Errors
    /// If the file is missing, foreign, newer, held by another program, or can't be read.
    pub fn open(path: &Path, access: Access, caller: &Caller) -> Result<Registry, StoreError> {
        let mut connection = look_into(path, caller)?;
        let upgrade = migrate::upgrade(&mut connection, path)?;
        if access == Access::Read {
            connection.pragma_update(None, "query_only", true).in_file(path)?;
            // One transaction for all a command reads: it sees one moment, and locks once.
            connection.execute_batch("BEGIN").in_file(path)?;
        }
        let rules = load_rules(&connection).map_err(|error| unfinished(path, error))?;
        let catalogue = analytes::load_catalogue(&connection).in_file(path)?;
        let connection = Rc::new(connection);
        Ok(Registry {
            connection,
            path: path.to_owned(),
            caller: caller.clone(),
            rules,
            catalogue,
            keeps_log: true,
            upgrade,
        })
    }

    /// Write no log from now on: what a bench compares with, and nothing else is built with.
    #[cfg(feature = "unlogged")]
    pub fn leave_unlogged(&mut self) {
        self.keeps_log = false;
    }

    /// A hold on the moment that a command sees, to be let go once it has read everything.
    pub fn reading(&self) -> Reading {
        Reading(Rc::downgrade(&self.connection))
    }

    /// Copy the whole file, consistent also while others write.
    ///
    /// # Errors
    /// If something is in the way, or the copy can't be written.
    pub fn copy_to(&self, copy: &Path) -> Result<(), StoreError> {
        self.reading().end().in_file(&self.path)?;
        // SQLite counts VACUUM INTO as writing, although this file stays as it is.
        self.connection.pragma_update(None, "query_only", false).in_file(&self.path)?;
        migrate::copy_whole(&self.connection, copy)
    }

    /// After a write that failed half-way, open the file anew: that puts it back as it was.
    pub(super) fn recover(&mut self) -> Result<(), StoreError> {
        self.connection = Rc::new(Connection::open_in_memory().in_file(&self.path)?);
        let connection = connect(&self.path, &self.caller)?;
        load_rules(&connection).in_file(&self.path)?;
        self.connection = Rc::new(connection);
        Ok(())
    }

    /// The upgrade that opening the file took, if it took one.
    pub fn upgrade(&self) -> Option<&Upgrade> {
        self.upgrade.as_ref()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Title, schedule and rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The analytes this registry knows: the built-in ones and its own.
    pub fn catalogue(&self) -> &Catalogue {
        self.catalogue.as_ref().unwrap_or_else(|| Catalogue::built_in())
    }
}

/// A hold on the moment that a command sees: for as long as it lasts, nobody can commit.
#[derive(Debug, Clone)]
pub struct Reading(Weak<Connection>);

impl Reading {
    /// Let go, unless the registry is gone already.
    fn end(&self) -> Result<(), rusqlite::Error> {
        match self.0.upgrade().filter(|connection| !connection.is_autocommit()) {
            Some(connection) => connection.execute_batch("COMMIT"),
            None => Ok(()),
        }
    }

    /// Let go: others may commit. A hold that can't be let go ends with the program.
    pub fn let_go(&self) {
        let _ = self.end();
    }
}

/// Open a file that is a registry of any schema, and leave it as it is.
pub(super) fn look_into(path: &Path, caller: &Caller) -> Result<Connection, StoreError> {
    recognise(path)?;
    journal::check(path)?;
    connect(path, caller)
}

/// Refuse what is no registry before SQLite touches it.
fn recognise(path: &Path) -> Result<(), StoreError> {
    let foreign = |why: &str| StoreError::Foreign { path: path.to_owned(), why: why.to_owned() };
    let io = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => StoreError::Missing(path.to_owned()),
        _ => StoreError::Io { path: path.to_owned(), source },
    };
    if std::fs::metadata(path).map_err(io)?.is_dir() {
        return Err(foreign("it is a folder"));
    }
    let mut header = [0; 72];
    let mut file = std::fs::File::open(path).map_err(io)?;
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        return Err(foreign("it is no SQLite file"));
    }
    // Bytes 68 to 71 of an SQLite file hold its application id (sqlite.org/fileformat2.html).
    let id = u32::from_be_bytes([header[68], header[69], header[70], header[71]]);
    if i64::from(id) != APPLICATION_ID {
        return Err(foreign("another program made this SQLite file"));
    }
    Ok(())
}

fn connect(path: &Path, caller: &Caller) -> Result<Connection, StoreError> {
    // Without write permission SQLite itself falls back to reading, also on a read-only medium.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // As an absolute path no name means anything else to SQLite, as ":memory:" would.
    let absolute = std::path::absolute(path)
        .map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    let mut connection = Connection::open_with_flags(&absolute, flags).in_file(path)?;
    waiting::wait_on(&mut connection, caller.patience).in_file(path)?;
    connection.pragma_update(None, "synchronous", "EXTRA").in_file(path)?;
    connection.pragma_update(None, "trusted_schema", false).in_file(path)?;
    // Without this guarantee SQLite plans a statement anew at each new bound value: two thirds of the
    // time of `show` (2026-11). Plans here never depend on the values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).in_file(path)?;
    Ok(connection)
}

/// A file of ours without its tables or its one row was not made to the end, or was damaged.
pub(super) fn unfinished(path: &Path, error: rusqlite::Error) -> StoreError {
    let is_missing = matches!(error, rusqlite::Error::QueryReturnedNoRows)
        || error.to_string().contains("no such table");
    if is_missing {
        let detail = "it lacks tables or rows that every registry has".to_owned();
        return StoreError::Damaged { path: path.to_owned(), detail };
    }
    StoreError::of(path, error)
}

/// Title, schedule and rules as they stand in the file.
pub(super) fn load_rules(connection: &Connection) -> Result<Rules, rusqlite::Error> {
    let mut query = connection.prepare(
        "SELECT name, target_day, first_day, last_day FROM timepoint ORDER BY target_day, id",
    )?;
    let timepoints = query
        .query_map((), |row| {
            Ok(Timepoint {
                name: row.get("name")?,
                target_day: Day(row.get("target_day")?),
                first_day: Day(row.get("first_day")?),
                last_day: Day(row.get("last_day")?),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    connection.query_row(
        "SELECT title, day_zero, baseline, rules_version FROM registry WHERE id = :id",
        named_params! { ":id": 1 },
        |row| {
            Ok(Rules {
                title: row.get("title")?,
                day_zero: super::word(row, "day_zero", DayZero::parse)?,
                baseline: super::word(row, "baseline", BaselineRule::parse)?,
                version: row.get("rules_version")?,
                schedule: Schedule::new(timepoints),
            })
        },
    )
}
