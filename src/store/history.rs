//! The change log, read back.

use super::error::{InFile, StoreError};
use super::{Registry, keys, patients, reports};
use rusqlite::named_params;
use serde_json::Value;

/// One entry of the change log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, counted from 1.
    pub number: i64,
    /// When, in UTC.
    pub at: String,
    /// Who, as they said.
    pub actor: String,
    /// What was done.
    pub command: String,
    /// Why.
    pub reason: Option<String>,
    /// Questions that were answered by taking the value as it is.
    pub accepted: Vec<String>,
    /// The hash of the entry.
    pub hash: String,
    /// The rows it touched: action, noun, key, before and after.
    pub rows: Vec<Value>,
}

/// Whose history is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryOf {
    /// Everything.
    All,
    /// One report or patient, by its key.
    Key(String),
}

impl Registry {
    /// The entries of the change log that speak of `of`, oldest first; none if the key is unknown.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn history(&self, of: &HistoryOf) -> Result<Option<Vec<Entry>>, StoreError> {
        let uuid = match of {
            HistoryOf::All => None,
            HistoryOf::Key(key) => match self.uuid_of(key).in_file(&self.path)? {
                Some(uuid) => Some(uuid),
                None => return Ok(None),
            },
        };
        let entries = self.entries(uuid.as_deref()).in_file(&self.path)?;
        Ok(Some(entries))
    }

    /// The entries that speak of one measurement, oldest first, under whatever label its visit had.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn history_of_measurement(
        &self,
        patient: &str,
        visit: &str,
        analyte: &str,
    ) -> Result<Vec<Entry>, StoreError> {
        let all = self.history(&HistoryOf::Key(patient.to_owned()))?.unwrap_or_default();
        let mut name = keys::measurement(patient, visit, analyte);
        let mut found = Vec::new();
        // From the newest back, because an entry may say what it was called before.
        for mut entry in all.into_iter().rev() {
            let is_it = |row: &Value| row["noun"] == "measurement" && row["key"] == name.as_str();
            entry.rows.retain(is_it);
            entry.accepted.retain(|question| question.contains(&format!(", {analyte}: ")));
            let Some(row) = entry.rows.first() else { continue };
            if let Some(was) = row["was"].as_str() {
                name = was.to_owned();
            }
            let is_first = row["action"] == "add";
            found.push(entry);
            if is_first {
                break; // what was there before was another measurement, and removed
            }
        }
        found.reverse();
        Ok(found)
    }

    fn uuid_of(&self, key: &str) -> Result<Option<String>, rusqlite::Error> {
        if let Some(patient) = patients::load(&self.connection, key)? {
            return Ok(Some(patient.uuid));
        }
        Ok(reports::load(&self.connection, key)?.map(|report| report.uuid))
    }

    fn entries(&self, uuid: Option<&str>) -> Result<Vec<Entry>, rusqlite::Error> {
        let mut query = self.connection.prepare(
            "SELECT c.id, c.hash, c.body FROM change c
              WHERE :uuid IS NULL
                 OR c.id IN (SELECT change_id FROM change_subject WHERE uuid = :uuid)
              ORDER BY c.id",
        )?;
        let entries = query.query_map(named_params! { ":uuid": uuid }, |row| {
            let body: String = row.get("body")?;
            let body: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
            let text = |name: &str| body[name].as_str().map(str::to_owned);
            let is_asked_for =
                |row: &&Value| uuid.is_none_or(|uuid| row["of"]["uuid"].as_str() == Some(uuid));
            let rows = body["rows"].as_array().map_or(&[][..], Vec::as_slice);
            Ok(Entry {
                number: row.get("id")?,
                at: text("at").unwrap_or_default(),
                actor: text("actor").unwrap_or_default(),
                command: text("command").unwrap_or_default(),
                reason: text("reason"),
                accepted: body["accepted"]
                    .as_array()
                    .map_or(&[][..], Vec::as_slice)
                    .iter()
                    .filter_map(|text| text.as_str().map(str::to_owned))
                    .collect(),
                hash: row.get("hash")?,
                rows: rows.iter().filter(is_asked_for).cloned().collect(),
            })
        })?;
        entries.collect()
    }
}
