//! Brings a file to the schema this program knows, one atomic step a migration.

use super::error::{InFile, StoreError};
use super::journal::{has_no_such_thing, sync_folder_of};
use super::registry::{Caller, Registry, look_into};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// "CBK1" as SQLite's application id: what makes a file ours.
pub const APPLICATION_ID: i64 = 0x4342_4b31;

/// The newest schema this program knows: the number of the last migration.
pub const SCHEMA_VERSION: i64 = 4;

/// The version of an open file.
pub(super) fn schema_version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).in_file(path)
}

/// A file whose version is not the one its history of migrations ends with is damaged: neither can
/// be trusted to say what its tables are.
pub(super) fn check_history(
    connection: &Connection,
    path: &Path,
    version: i64,
) -> Result<(), StoreError> {
    let query = "SELECT max(version) FROM refinery_schema_history";
    let last: Option<i64> = connection
        .query_row(query, (), |row| row.get(0))
        .map_err(|error| super::registry::unfinished(path, error))?;
    if last == Some(version) {
        return Ok(());
    }
    let last = last.map_or("none".to_owned(), |last| last.to_string());
    let detail = format!("it says schema version {version}, the last migration it names is {last}");
    Err(StoreError::Damaged { path: path.to_owned(), detail })
}

/// Bring an open file to [`SCHEMA_VERSION`], all migrations as one transaction: whatever happens on
/// the way, the file has the old schema or the new one.
///
/// # Errors
/// If a migration fails; then the file stays as it was.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    // A table can only be rebuilt while foreign keys are off, and that only outside a transaction.
    connection.pragma_update(None, "foreign_keys", false).in_file(path)?;
    embedded::migrations::runner()
        .set_grouped(true)
        .run(connection)
        .map_err(|error| told(path, &error))?;
    connection.pragma_update(None, "foreign_keys", true).in_file(path)
}

/// A migration that the disk, not its SQL, brought down is the disk's fault.
fn told(path: &Path, error: &refinery::Error) -> StoreError {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(rusqlite::Error::SqliteFailure(failure, detail)) = cause.downcast_ref() {
            return StoreError::of(path, rusqlite::Error::SqliteFailure(*failure, detail.clone()));
        }
        source = cause.source();
    }
    StoreError::Unexpected(format!("a migration: {error}"))
}

/// Bring a file of an older schema to today's, after copying it beside itself. Others wait from the
/// first step to the last, so that two programs can't upgrade at once. Nothing is done to one that is
/// up to date.
///
/// # Errors
/// If the file is newer, the copy can't be written, or a migration fails; then the file has its older schema still.
pub(super) fn upgrade(
    connection: &mut Connection,
    path: &Path,
) -> Result<Option<Upgrade>, StoreError> {
    // Both in one read: somebody else may be upgrading the file at this moment.
    let reading = connection.transaction().in_file(path)?;
    let found = schema_version(&reading, path)?;
    if found > SCHEMA_VERSION {
        let (path, known) = (path.to_owned(), SCHEMA_VERSION);
        return Err(StoreError::Newer { path, found, known });
    }
    check_history(&reading, path, found)?;
    reading.finish().in_file(path)?;
    if found == SCHEMA_VERSION {
        return Ok(None);
    }
    let is_readonly = connection.is_readonly("main").in_file(path)?;
    let done = match is_readonly {
        // Before anything is copied beside a file that will not change.
        true => Err(StoreError::ReadOnly(path.to_owned())),
        false => upgrade_alone(connection, path),
    };
    done.map_err(|error| match error {
        // The file, or the folder its copy would lie in.
        StoreError::ReadOnly(_) => {
            StoreError::Older { path: path.to_owned(), found, known: SCHEMA_VERSION }
        }
        other => other,
    })
}

fn upgrade_alone(connection: &mut Connection, path: &Path) -> Result<Option<Upgrade>, StoreError> {
    // The lock first, then the word that it outlasts its transaction: in exclusive mode also a lock
    // for reading is kept while one waits, and two who wait would wait for each other.
    connection
        .execute_batch("BEGIN EXCLUSIVE; PRAGMA locking_mode = EXCLUSIVE; COMMIT")
        .in_file(path)?;
    // Whoever held the file before may have done it.
    let from = schema_version(connection, path)?;
    let mut done = None;
    if from < SCHEMA_VERSION {
        let copy = copy_beside(connection, path, from)?;
        run(connection, path)?;
        done = Some(Upgrade { from, copy });
    }
    // The lock goes with the next thing that is read.
    connection.execute_batch("PRAGMA locking_mode = NORMAL").in_file(path)?;
    schema_version(connection, path).map(|_| done)
}

/// Copy a file beside itself before it is upgraded: `study.db` becomes `study.v1.db`, or
/// `study.v1-2.db` where another file has that name. A copy that an interrupted upgrade left is
/// taken for this one if it is the same, byte for byte.
fn copy_beside(connection: &Connection, path: &Path, version: i64) -> Result<PathBuf, StoreError> {
    let partial = path.with_extension(format!("v{version}.db.partial"));
    write_copy(connection, &partial, path)?;
    let io = |source| StoreError::Io { path: partial.clone(), source };
    let bytes = std::fs::read(&partial).map_err(io)?;
    for number in 1.. {
        let more = if number == 1 { String::new() } else { format!("-{number}") };
        let copy = path.with_extension(format!("v{version}{more}.db"));
        if !copy.exists() {
            return put_in_place(&partial, &copy).map(|()| copy);
        }
        if std::fs::read(&copy).is_ok_and(|there| there == bytes) {
            return std::fs::remove_file(&partial).map_err(io).map(|()| copy);
        }
    }
    unreachable!("there are more numbers than files")
}

/// What opening a file of an older schema did to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// The schema it had.
    pub from: i64,
    /// The file as it was.
    pub copy: PathBuf,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The schema it makes.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// When this file took it, in UTC; `None` if it has not.
    pub at: Option<String>,
    /// What it brings, as the migration itself says.
    pub what: String,
}

/// The schema of a file beside that of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The file's.
    pub found: i64,
    /// What it went through, and what it would go through, in order.
    pub steps: Vec<Step>,
}

impl Registry {
    /// What schema the file at `path` has. It may be older or newer and stays as it is.
    ///
    /// # Errors
    /// If it is no registry or can't be read.
    pub fn schema(path: &Path, caller: &Caller) -> Result<Schema, StoreError> {
        let connection = look_into(path, caller)?;
        let found = schema_version(&connection, path)?;
        let mut steps = taken(&connection).in_file(path)?;
        for step in embedded::migrations::runner().get_migrations() {
            let version = i64::from(step.version());
            let what = purpose(version, step.sql().unwrap_or_default());
            match steps.iter_mut().find(|taken| taken.version == version) {
                Some(taken) => taken.what = what,
                None => {
                    steps.push(Step { version, name: step.name().to_owned(), at: None, what });
                }
            }
        }
        steps.sort_by_key(|step| step.version);
        Ok(Schema { found, steps })
    }
}

/// The migrations an open file went through, oldest first.
fn taken(connection: &Connection) -> Result<Vec<Step>, rusqlite::Error> {
    let sql = "SELECT version, name, applied_on FROM refinery_schema_history ORDER BY version";
    let mut query = connection.prepare(sql)?;
    let steps = query.query_map((), |row| {
        let at: String = row.get("applied_on")?;
        let whole = at.parse::<jiff::Timestamp>().ok();
        let whole = whole.and_then(|at| jiff::Timestamp::from_second(at.as_second()).ok());
        Ok(Step {
            version: row.get("version")?,
            name: row.get("name")?,
            at: Some(whole.map_or(at, |at| at.to_string())),
            what: String::new(),
        })
    })?;
    steps.collect()
}

/// The first sentence of what a migration says of itself, behind its version.
fn purpose(version: i64, sql: &str) -> String {
    if version == 1 {
        return "the first schema".to_owned();
    }
    let head = sql.lines().map_while(|line| line.strip_prefix("--")).map(str::trim);
    let head = head.collect::<Vec<_>>().join(" ");
    let named = format!("version {version}:");
    let text = head.split_once(&named).map_or(head.as_str(), |(_, text)| text).trim();
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.').to_owned()
}

/// Copy an open file, consistent also while others write, and see to it that it reaches the disk.
/// The name is taken only once the copy is whole.
///
/// # Errors
/// If something is in the way, or the copy can't be written; then none is left behind.
pub(super) fn copy_whole(connection: &Connection, copy: &Path) -> Result<(), StoreError> {
    if copy.exists() {
        return Err(StoreError::Exists(copy.to_owned()));
    }
    let mut partial = copy.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    write_copy(connection, &partial, copy)?;
    put_in_place(&partial, copy)
}

/// Write a copy under a name that says it is not finished; `told` is the file that an error names.
fn write_copy(connection: &Connection, partial: &Path, told: &Path) -> Result<(), StoreError> {
    // What a killed program left under this name was never finished.
    let _ = std::fs::remove_file(partial);
    let name = partial.to_string_lossy();
    let copied = connection.execute("VACUUM INTO ?1", [&name]).in_file(told).and_then(|_| {
        let synced = std::fs::File::open(partial).and_then(|file| file.sync_all());
        synced.map_err(|source| StoreError::Io { path: told.to_owned(), source })
    });
    copied.inspect_err(|_| {
        // The unfinished copy is ours, made a moment ago, and of no use to anybody.
        let _ = std::fs::remove_file(partial);
    })
}

/// Give a finished copy its name, and see to it that this reaches the disk too.
fn put_in_place(partial: &Path, copy: &Path) -> Result<(), StoreError> {
    let io = |source| StoreError::Io { path: copy.to_owned(), source };
    std::fs::rename(partial, copy).map_err(io).inspect_err(|_| {
        let _ = std::fs::remove_file(partial);
    })?;
    match sync_folder_of(copy) {
        Err(error) if !has_no_such_thing(&error) => Err(io(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_says_what_it_brings() {
        for step in embedded::migrations::runner().get_migrations() {
            let version = i64::from(step.version());
            let what = purpose(version, step.sql().unwrap_or_default());
            assert!(what.len() > 10 && !what.contains("version"), "{version}: \"{what}\"");
        }
    }

    #[test]
    fn every_migration_is_named_and_numbered_in_order() {
        let mut names: Vec<_> = std::fs::read_dir("migrations")
            .expect("the folder of migrations")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name != "README.md")
            .collect();
        names.sort();
        for (at, name) in names.iter().enumerate() {
            let rest = name.strip_prefix(&format!("V{}__", at + 1));
            let stem = rest.and_then(|rest| rest.strip_suffix(".sql"));
            let is_plain = |stem: &str| stem.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(stem.is_some_and(is_plain), "{name} would be passed over or cut by refinery");
        }
        assert_eq!(i64::try_from(names.len()), Ok(SCHEMA_VERSION));
    }

    #[test]
    fn the_last_migration_stamps_the_file_as_ours() {
        let mut connection = Connection::open_in_memory().expect("memory");
        run(&mut connection, Path::new("memory")).expect("a schema");
        let pragma = |name: &str| {
            connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).expect(name)
        };
        assert_eq!(pragma("user_version"), SCHEMA_VERSION);
        assert_eq!(pragma("application_id"), APPLICATION_ID);
        assert_eq!(pragma("foreign_keys"), 1);
    }
}
