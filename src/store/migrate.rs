//! Brings a file to the schema this program knows, one atomic step a migration.

use super::error::{InFile, StoreError};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// "CBK1" as SQLite's application id: what makes a file ours.
pub const APPLICATION_ID: i64 = 0x4342_4b31;

/// The newest schema this program knows: the number of the last migration.
pub const SCHEMA_VERSION: i64 = 3;

/// Bring an open file to [`SCHEMA_VERSION`]. Each migration is one transaction together with its
/// line in refinery's history: refinery alone would make two of it, and a crash between them
/// would leave a schema that no version describes.
///
/// # Errors
/// If a migration fails; those before it stay.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    // A table can only be rebuilt while foreign keys are off, and that only outside a transaction.
    connection.pragma_update(None, "foreign_keys", false).in_file(path)?;
    let runner = embedded::migrations::runner();
    let versions: Vec<_> = runner.get_migrations().iter().map(|step| step.version()).collect();
    for version in versions {
        embedded::migrations::runner()
            .set_grouped(true)
            .set_target(refinery::Target::Version(version))
            .run(connection)
            .map_err(|error| StoreError::Unexpected(format!("migration {version}: {error}")))?;
    }
    connection.pragma_update(None, "foreign_keys", true).in_file(path)
}

/// Copy a file beside itself before it is upgraded: `study.db` becomes `study.v1.db`.
///
/// # Errors
/// If a copy is there already or can't be written.
pub(super) fn copy_beside(
    connection: &Connection,
    path: &Path,
    version: i64,
) -> Result<PathBuf, StoreError> {
    let copy = path.with_extension(format!("v{version}.db"));
    copy_whole(connection, &copy)?;
    Ok(copy)
}

/// Copy an open file, consistent also while others write, and see to it that it reaches the disk.
///
/// # Errors
/// If something is in the way, or the copy can't be written; then none is left behind.
pub(super) fn copy_whole(connection: &Connection, copy: &Path) -> Result<(), StoreError> {
    if copy.exists() {
        return Err(StoreError::Exists(copy.to_owned()));
    }
    let name = copy.to_string_lossy();
    let copied = connection.execute("VACUUM INTO ?1", [&name]).in_file(copy).and_then(|_| {
        let synced = std::fs::File::open(copy).and_then(|file| file.sync_all());
        synced.map_err(|source| StoreError::Io { path: copy.to_owned(), source })
    });
    copied.inspect_err(|_| {
        // The unfinished copy is ours, made a moment ago, and of no use to anybody.
        let _ = std::fs::remove_file(copy);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
