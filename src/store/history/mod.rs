//! The change log, read back: of everything, of a report, patient or product, of one record.

mod as_of;
mod export;
#[cfg(test)]
mod tests;
mod trail;

pub use as_of::{AsOf, Past};
pub use export::LogText;

use super::error::{InFile, StoreError};
use super::intake::differing_fields;
use super::{Registry, keys, patients, products, reports};
use rusqlite::{OptionalExtension, named_params};
use serde_json::Value;
use std::collections::BTreeSet;
use trail::Trail;

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

/// One field that an entry changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name in words.
    pub field: String,
    /// What it said; `None` if nothing.
    pub before: Option<String>,
    /// What it says; `None` if nothing.
    pub after: Option<String>,
}

/// Whose history is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryOf {
    /// Everything.
    All,
    /// One report, patient or product, by its key.
    Key(String),
    /// A part of one patient.
    Part(String, Part),
}

/// What of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A visit with its measurements, by its label.
    Visit(String),
    /// A measurement, by the visit's label and the analyte's key.
    Measurement(String, String),
    /// All infusions, events …, by the log's word for them.
    Noun(&'static str),
    /// One of them, by its number in the patient's list, counted from 1.
    Numbered(&'static str, usize),
}

impl Entry {
    /// Every field that a row changed; of a record that was added or removed, all that were known.
    pub fn fields(row: &Value) -> Vec<FieldChange> {
        let fields = differing_fields(&row["before"], &row["after"]).into_iter();
        let mut fields: Vec<_> =
            fields.map(|(field, before, after)| FieldChange { field, before, after }).collect();
        if let (Some(was), Some(key)) = (row["was"].as_str(), row["key"].as_str()) {
            let (before, after) = (Some(was.to_owned()), Some(key.to_owned()));
            fields.insert(0, FieldChange { field: "name".to_owned(), before, after });
        }
        fields
    }
}

impl Registry {
    /// The entries of the change log that speak of `of`, oldest first, each with the rows that do;
    /// none if there is no such thing and never was.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn history(&self, of: &HistoryOf) -> Result<Option<Vec<Entry>>, StoreError> {
        self.load_history(of).in_file(&self.path)
    }

    fn load_history(&self, of: &HistoryOf) -> Result<Option<Vec<Entry>>, rusqlite::Error> {
        let key = match of {
            HistoryOf::All => return self.entries(None).map(Some),
            HistoryOf::Key(key) | HistoryOf::Part(key, _) => key,
        };
        let Some(uuid) = self.uuid_of(key)? else { return self.history_of_timepoint(of) };
        let entries = self.entries(Some(&uuid))?;
        let HistoryOf::Part(patient, part) = of else { return Ok(Some(entries)) };
        let Some(trail) = self.trail(patient, part)? else { return Ok(None) };
        let found = trail.along(entries);
        Ok(Some(found).filter(|found| !found.is_empty()))
    }

    /// The entries that speak of one measurement, oldest first, under whatever label its visit had;
    /// an earlier one in its place, which was removed, is not of it.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn history_of_measurement(
        &self,
        patient: &str,
        visit: &str,
        analyte: &str,
    ) -> Result<Vec<Entry>, StoreError> {
        let part = Part::Measurement(visit.to_owned(), analyte.to_owned());
        let all = self.history(&HistoryOf::Part(patient.to_owned(), part))?.unwrap_or_default();
        let is_first = |entry: &Entry| entry.rows.iter().any(|row| row["action"] == "add");
        let first = all.iter().rposition(is_first).unwrap_or(0);
        Ok(all.into_iter().skip(first).collect())
    }

    /// Where and when an entry came from that a merge brought, and why it was made there: time,
    /// actor and reason.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn origin(&self, row: &Value) -> Result<Option<Entry>, StoreError> {
        let Some(hash) = row["from"].as_str() else { return Ok(None) };
        let load = || {
            self.connection
                .prepare_cached(
                    "SELECT number, body FROM merged_change WHERE hash = :hash
                      UNION ALL SELECT id, body FROM change WHERE hash = :hash LIMIT 1",
                )?
                .query_row(named_params! { ":hash": hash }, |row| {
                    let body: String = row.get("body")?;
                    Ok(entry_of(row.get("number")?, hash.to_owned(), &body, None))
                })
                .optional()
        };
        load().in_file(&self.path)
    }

    /// The entries in which a timepoint came, went or moved: a schedule is part of the rules, so the
    /// log has it in a line of the registry.
    fn history_of_timepoint(&self, of: &HistoryOf) -> Result<Option<Vec<Entry>>, rusqlite::Error> {
        let HistoryOf::Key(name) = of else { return Ok(None) };
        let mut entries = self.entries(None)?;
        for entry in &mut entries {
            entry.rows.retain_mut(|row| {
                if row["noun"] != "registry" {
                    return false;
                }
                let [before, after] =
                    ["before", "after"].map(|side| timepoint_in(&row[side], name).cloned());
                let differs = before != after;
                row["noun"] = "timepoint".into();
                row["key"] = name.as_str().into();
                row["before"] = before.unwrap_or(Value::Null);
                row["after"] = after.unwrap_or(Value::Null);
                differs
            });
        }
        entries.retain(|entry| !entry.rows.is_empty());
        Ok(Some(entries).filter(|found| !found.is_empty()))
    }

    /// The identity of a patient, report or product, of an attribute, a cohort, an own analyte or an answered
    /// doubt; also of one that was removed.
    fn uuid_of(&self, key: &str) -> Result<Option<String>, rusqlite::Error> {
        if let Some(patient) = patients::load(&self.connection, key)? {
            return Ok(Some(patient.uuid));
        }
        if let Some(report) = reports::load(&self.connection, key)? {
            return Ok(Some(report.uuid));
        }
        if let Some(product) = products::load(&self.connection, key)? {
            return Ok(Some(product.uuid));
        }
        self.connection
            .prepare(
                "SELECT row.value ->> '$.of.uuid' FROM change c, json_each(c.body, '$.rows') row
                  WHERE row.value ->> '$.key' = :key
                    AND row.value ->> '$.noun' IN
                        ('patient', 'report', 'product', 'attribute', 'cohort', 'endpoint',
                         'analyte', 'answer')
                  ORDER BY c.id DESC LIMIT 1",
            )?
            .query_row(named_params! { ":key": key }, |row| row.get(0))
            .optional()
    }

    /// What to look for in the log, from the newest entry back; none if the patient has no record of
    /// that number.
    fn trail(&self, patient: &str, part: &Part) -> Result<Option<Trail>, rusqlite::Error> {
        Ok(Some(match part {
            Part::Visit(label) => {
                let label = self.label_of(patient, label)?;
                let batches = self.batches_of(patient, &label, None)?;
                Trail::of_visit(keys::visit(patient, &label)).in_batches(batches)
            }
            Part::Measurement(label, analyte) => {
                let label = self.label_of(patient, label)?;
                let batches = self.batches_of(patient, &label, Some(analyte))?;
                let key = keys::measurement(patient, &label, analyte);
                Trail::of("measurement", key).in_batches(batches)
            }
            Part::Noun(noun) => Trail::of_all(noun),
            Part::Numbered("infusion", number) => {
                let number = u32::try_from(*number).unwrap_or(u32::MAX);
                Trail::of("infusion", keys::infusion(patient, number))
            }
            Part::Numbered(noun, number) => match self.numbered(patient, noun, *number)? {
                Some((key, image)) => Trail::of_one(noun, key, image),
                None => return Ok(None),
            },
        }))
    }

    /// The batches that a measurement, or a visit with all its measurements, is in.
    fn batches_of(
        &self,
        patient: &str,
        label: &str,
        analyte: Option<&str>,
    ) -> Result<BTreeSet<i64>, rusqlite::Error> {
        let mut query = self.connection.prepare(
            "SELECT v.batch_id FROM visit v JOIN patient p ON p.id = v.patient_id
              WHERE p.key = :patient AND v.label = :label AND :analyte IS NULL
             UNION
             SELECT m.batch_id FROM patient p JOIN visit v ON v.patient_id = p.id
               JOIN analyte a JOIN measurement m ON m.analyte_id = a.id AND m.visit_id = v.id
              WHERE p.key = :patient AND v.label = :label AND (:analyte IS NULL OR a.key = :analyte)",
        )?;
        let row = named_params! { ":patient": patient, ":label": label, ":analyte": analyte };
        let found = query.query_map(row, |row| row.get::<_, Option<i64>>(0))?;
        found.filter_map(Result::transpose).collect()
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
            Ok(entry_of(row.get("id")?, row.get("hash")?, &body, uuid))
        })?;
        entries.collect()
    }
}

/// A timepoint in an image of the rules.
fn timepoint_in<'v>(rules: &'v Value, name: &str) -> Option<&'v Value> {
    let all = rules["schedule"].as_array()?;
    let is_it =
        |one: &&Value| one["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name));
    all.iter().find(is_it)
}

/// An entry with its rows, or only those that belong to `uuid`.
fn entry_of(number: i64, hash: String, body: &str, uuid: Option<&str>) -> Entry {
    let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let list = |name: &str| body[name].as_array().map_or(&[][..], Vec::as_slice);
    // A batch may hold records of anybody whom the entry is about.
    let is_asked_for = |row: &&Value| {
        let is_of = |uuid| [&row["of"], &row["about"]].iter().any(|of| of["uuid"] == uuid);
        row["batch"].is_i64() || uuid.is_none_or(is_of)
    };
    Entry {
        number,
        at: text("at").unwrap_or_default(),
        actor: text("actor").unwrap_or_default(),
        command: text("command").unwrap_or_default(),
        reason: text("reason"),
        accepted: list("accepted")
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        hash,
        rows: list("rows").iter().filter(is_asked_for).cloned().collect(),
    }
}
