//! The whole log as one text that a stranger can check with standard tools alone.

use super::{Registry, StoreError};
use crate::store::FIRST_HASH;
use crate::store::error::InFile;
use std::fmt::Write;

const HEAD: &str = include_str!("head.txt");
const CHECK_SH: &str = include_str!("check.sh");
const CHECK_PY: &str = include_str!("check.py");

/// The log as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogText {
    /// The text: what it is, how to check it, and every entry on a line.
    pub text: String,
    /// Entries of the registry's own log.
    pub own: usize,
    /// Entries of logs that were merged into it.
    pub merged: usize,
    /// The hash of the newest entry.
    pub last_hash: String,
}

impl Registry {
    /// Every entry of the log with its hash, those of merged logs too, behind the steps that check
    /// them. An entry's text is as it was hashed, byte for byte; it has no line end and no tab of its
    /// own, because JSON writes them as `\n` and `\t`.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn log_text(&self) -> Result<LogText, StoreError> {
        self.write_log_text().in_file(&self.path)
    }

    fn write_log_text(&self) -> Result<LogText, rusqlite::Error> {
        let mut text = String::new();
        for (mark, part) in [("#", HEAD), ("#sh", CHECK_SH), ("#py", CHECK_PY)] {
            for line in part.lines() {
                let line = format!("{mark} {line}");
                text += line.trim_end();
                text.push('\n');
            }
            text += "#\n";
        }
        let (mut own, mut merged, mut last_hash) = (0, 0, FIRST_HASH.to_owned());
        let mut query = self.connection.prepare(
            "SELECT kind, number, hash, body FROM (
                 SELECT 'own' AS kind, 0 AS part, id, id AS number, hash, body FROM change
                 UNION ALL SELECT 'merged', 1, id, number, hash, body FROM merged_change)
              ORDER BY part, id",
        )?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let (kind, number): (String, i64) = (row.get("kind")?, row.get("number")?);
            let (hash, body): (String, String) = (row.get("hash")?, row.get("body")?);
            // Writing to a String can't fail.
            let _ = writeln!(text, "{kind}\t{number}\t{hash}\t{body}");
            if kind == "own" {
                own += 1;
                last_hash = hash;
            } else {
                merged += 1;
            }
        }
        Ok(LogText { text, own, merged, last_hash })
    }
}
