//! What can go wrong with the registry file.

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
    /// The file or its folder can't be written.
    #[error("{0} can't be written")]
    ReadOnly(PathBuf),
    /// Another process holds the file.
    #[error("{0} is in use by another program")]
    Locked(PathBuf),
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
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => StoreError::Locked(path),
            Some(DiskFull) => StoreError::Full(path),
            Some(ReadOnly | CannotOpen | PermissionDenied) => StoreError::ReadOnly(path),
            Some(DatabaseCorrupt) => StoreError::Damaged { path, detail },
            Some(NotADatabase) => StoreError::Foreign { path, why: detail },
            Some(SystemIoFailure) => StoreError::Io { path, source: std::io::Error::other(detail) },
            _ => StoreError::Unexpected(detail),
        }
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
