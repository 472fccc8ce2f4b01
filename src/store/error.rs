//! What can go wrong with the registry file.

use super::locks::Held;
use std::path::{Path, PathBuf};

/// Why the registry could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no file.
    #[error("there is no registry at {0}")]
    Missing(PathBuf),
    /// `init` found a file in its way.
    #[error("{0} is there already")]
    Exists(PathBuf),
    /// The file is something else.
    #[error("{path} is not a casebook registry: {why}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// The file was written by a newer program.
    #[error("{path} has schema version {found}; this program knows versions up to {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The file has an older schema and can't be written.
    #[error(
        "{path} has schema version {found} and can't be brought to version {known}, because it or its \
         folder can't be written"
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// Somebody was interrupted while writing, and the file can't be written to put it back.
    #[error(
        "{0} was left in the middle of a write, and can't be put back as it was before, because it \
         can't be written"
    )]
    Interrupted(PathBuf),
    /// Beside the file lies the journal of another.
    #[error("{0}-journal lies beside {0}, and is not its journal as it is now")]
    StrayJournal(PathBuf),
    /// Everything was written, and then the disk failed to confirm it.
    #[error(
        "{path} holds what was to be recorded, but the disk failed in the last step ({detail})"
    )]
    Unconfirmed {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// Writing failed, and the file can't be read to tell how far it came.
    #[error("writing {path} failed, and it can't be read to tell what became of it ({detail})")]
    Unsure {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// The file or its folder can't be written.
    #[error("{0} can't be written")]
    ReadOnly(PathBuf),
    /// Another process holds the file.
    #[error("{0} is in use by another program")]
    Locked(PathBuf),
    /// Records that are locked would be written to.
    #[error("what is locked would be changed")]
    Held(Vec<Held>),
    /// Whoever watched wanted it to end.
    #[error("stopped by Ctrl-C")]
    Stopped,
    /// Another process changed the rules or the analytes while a command was at work.
    #[error("another program changed the schedule or the analytes of {0} a moment ago")]
    Overtaken(PathBuf),
    /// There is no room.
    #[error("the disk that holds {0} is full")]
    Full(PathBuf),
    /// The file is damaged.
    #[error("{path} is damaged: {detail}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something we did not think of: our mistake.
    #[error("{0}")]
    Unexpected(String),
}

impl StoreError {
    /// What an error of SQLite means for the person who uses this file.
    pub(super) fn of(path: &Path, error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase,
            PermissionDenied, ReadOnly, SystemIoFailure,
        };
        let path = path.to_owned();
        let detail = error.to_string();
        if let Some(code) = error.sqlite_error().map(|error| error.extended_code)
            && code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK
        {
            return StoreError::Interrupted(path);
        }
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => StoreError::Locked(path),
            Some(DiskFull) => StoreError::Full(path),
            Some(ReadOnly | CannotOpen | PermissionDenied) => StoreError::ReadOnly(path),
            Some(DatabaseCorrupt) => StoreError::Damaged { path, detail },
            Some(NotADatabase) => StoreError::Foreign { path, why: detail },
            Some(SystemIoFailure) => StoreError::Io { path, source: std::io::Error::other(detail) },
            _ if is_damage(&error) => StoreError::Damaged { path, detail },
            _ => StoreError::Unexpected(detail),
        }
    }
}

/// True for what our own SQL can't bring about in a file as its migrations left it: a value that the
/// schema does not let in, or tables that are not those of its version.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnName, InvalidColumnType,
        SqliteFailure, Utf8Error,
    };
    match error {
        FromSqlConversionFailure(..)
        | IntegralValueOutOfRange(..)
        | InvalidColumnName(..)
        | InvalidColumnType(..)
        | Utf8Error(..) => true,
        SqliteFailure(_, Some(detail)) => [
            "unsupported file format",
            "no such table",
            "no such column",
            "no column named",
            "malformed",
        ]
        .iter()
        .any(|text| detail.contains(text)),
        rusqlite::Error::SqlInputError { msg, .. } => {
            ["no such table", "no such column", "no column named"]
                .iter()
                .any(|text| msg.contains(text))
        }
        _ => false,
    }
}

/// Gives the errors of SQLite the name of the file.
pub(super) trait InFile<T> {
    /// The same result, its error told for this file.
    fn in_file(self, path: &Path) -> Result<T, StoreError>;
}

impl<T> InFile<T> for Result<T, rusqlite::Error> {
    fn in_file(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|error| StoreError::of(path, error))
    }
}
