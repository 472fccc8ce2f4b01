//! Following one record through the log, from the newest entry back: an entry may say what the record
//! was called before.

use super::Entry;
use crate::store::change::image_of;
use crate::store::{Registry, events, keys, medications, patients, statements, visits};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is looked for, as it was called at the entry looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trail {
    noun: &'static str,
    /// The name; `None` if all of the noun are looked for.
    key: Option<String>,
    /// What it looked like, for those that share a name with others.
    image: Option<Value>,
    /// A visit brings its measurements.
    with_measurements: bool,
    /// Batches that it, or what it brings, is in.
    batches: BTreeSet<i64>,
    /// True once the entry that added it was met: what stood there before was another one.
    begun: bool,
}

impl Trail {
    /// One record of a name of its own.
    pub fn of(noun: &'static str, key: String) -> Trail {
        Trail {
            noun,
            key: Some(key),
            image: None,
            with_measurements: false,
            batches: BTreeSet::new(),
            begun: false,
        }
    }

    /// A visit with its measurements.
    pub fn of_visit(key: String) -> Trail {
        Trail { with_measurements: true, ..Trail::of("visit", key) }
    }

    /// One of several records that may share a name.
    pub fn of_one(noun: &'static str, key: String, image: Value) -> Trail {
        Trail { image: Some(image), ..Trail::of(noun, key) }
    }

    /// All records of a noun.
    pub fn of_all(noun: &'static str) -> Trail {
        Trail { key: None, ..Trail::of(noun, String::new()) }
    }

    /// The same for what was logged in batches.
    pub fn in_batches(self, batches: BTreeSet<i64>) -> Trail {
        Trail { batches, ..self }
    }

    /// True if this is what is looked for.
    pub fn is_at(&self, noun: &str, key: &str, image: &Value) -> bool {
        let named = self.key.as_deref();
        let is_below = || {
            let rest = named.and_then(|name| key.strip_prefix(name)?.strip_prefix(' '));
            // The key of an analyte holds no blank; a longer label that begins alike does.
            self.with_measurements
                && noun == "measurement"
                && rest.is_some_and(|analyte| !analyte.contains(' '))
        };
        let is_it = noun == self.noun
            && !self.begun
            && named.is_none_or(|name| name == key)
            && self.image.as_ref().is_none_or(|known| known == image);
        is_it || is_below()
    }

    /// True if a row speaks of it; from then on it is what the row says it was before.
    pub fn takes(&mut self, row: &Value) -> bool {
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        if let Some(batch) = row["batch"].as_i64() {
            return self.batches.contains(&batch);
        }
        if !self.is_at(text("noun"), text("key"), &row["after"]) {
            return false;
        }
        self.batches.extend(row["left"]["batch"].as_i64());
        if row["noun"] == self.noun && self.key.is_some() {
            if let Some(was) = row["was"].as_str() {
                self.key = Some(was.to_owned());
            }
            if self.image.is_some() {
                self.image = Some(row["before"].clone());
                self.begun = row["before"].is_null();
            }
        }
        true
    }

    /// The entries that speak of it, each with the rows that do.
    pub fn along(mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut found = Vec::new();
        for mut entry in entries.into_iter().rev() {
            entry.rows.reverse();
            entry.rows.retain(|row| self.takes(row));
            entry.rows.reverse();
            if self.noun == "measurement" {
                let analyte = self.key.as_deref().and_then(|key| key.rsplit(' ').next());
                let about = format!(", {}: ", analyte.unwrap_or_default());
                entry.accepted.retain(|question| question.contains(&about));
            }
            if !entry.rows.is_empty() {
                found.push(entry);
            }
        }
        found.reverse();
        found
    }
}

impl Registry {
    /// The label of a visit as it is written, if the patient has one of this label in any case.
    pub(super) fn label_of(&self, patient: &str, label: &str) -> Result<String, rusqlite::Error> {
        let Some(patient) = patients::load(&self.connection, patient)? else {
            return Ok(label.to_owned());
        };
        let visits = visits::load_of(&self.connection, patient.id)?;
        let known = visits.into_iter().map(|visit| visit.record.label);
        let known = known.into_iter().find(|known| known.to_lowercase() == label.to_lowercase());
        Ok(known.unwrap_or_else(|| label.to_owned()))
    }

    /// What the log calls the record of this number in the patient's list, and its image.
    pub(super) fn numbered(
        &self,
        patient: &str,
        noun: &str,
        number: usize,
    ) -> Result<Option<(String, Value)>, rusqlite::Error> {
        let connection = &self.connection;
        let Some(id) = patients::load(connection, patient)?.map(|patient| patient.id) else {
            return Ok(None);
        };
        let Some(at) = number.checked_sub(1) else { return Ok(None) };
        Ok(match noun {
            "event" => events::load_of(connection, id)?
                .get(at)
                .map(|one| (keys::named(patient, &one.term), image_of(one))),
            "medication" => medications::load_of(connection, id)?
                .get(at)
                .map(|one| (keys::named(patient, &one.drug), image_of(one))),
            _ => statements::load_of(connection, id)?
                .get(at)
                .map(|one| (keys::statement(patient, one), image_of(one))),
        })
    }
}
