//! The records as they stood at a moment: from today's, what later entries did is undone, the newest
//! first. Each row of the log has the record before and after; undoing an addition needs neither.

use super::{HistoryOf, Registry, StoreError};
use crate::domain::Moment;
use crate::store::batch::Noun;
use crate::store::error::InFile;
use crate::store::verify::current::{self, Batched};
use crate::store::verify::{Identity, Images};
use serde_json::Value;
use std::collections::HashMap;

/// A record as it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// What kind.
    pub noun: String,
    /// What it was called.
    pub key: String,
    /// The record, as the log pictures it.
    pub image: Value,
}

/// The records of a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct AsOf {
    /// The last entry that is not undone, and its time in UTC; `None` before the first.
    pub entry: Option<(i64, String)>,
    /// The number of the newest entry of the log.
    pub newest: i64,
    /// The records, by noun and name.
    pub records: Vec<Past>,
}

/// The order in which people are told of records.
const NOUNS: [&str; 16] = [
    "registry",
    "analyte",
    "attribute",
    "cohort",
    "endpoint",
    "report",
    "product",
    "patient",
    "infusion",
    "visit",
    "measurement",
    "statement",
    "event",
    "medication",
    "answer",
    "lock",
];

impl Registry {
    /// What was recorded of `of` at a moment; none if there is no such thing and never was.
    ///
    /// # Errors
    /// If the file can't be read, or is not what its log says.
    pub fn as_of(&self, of: &HistoryOf, when: &Moment) -> Result<Option<AsOf>, StoreError> {
        let told = |result: Result<_, rusqlite::Error>| result.in_file(&self.path);
        let uuid = match of {
            HistoryOf::All => None,
            HistoryOf::Key(key) | HistoryOf::Part(key, _) => match told(self.uuid_of(key))? {
                Some(uuid) => Some(uuid),
                None => return Ok(None),
            },
        };
        let mut trail = match of {
            HistoryOf::Part(patient, part) => {
                match self.trail(patient, part).in_file(&self.path)? {
                    Some(trail) => Some(trail),
                    None => return Ok(None),
                }
            }
            _ => None,
        };
        let (mut records, mut batches) = self.current_records().in_file(&self.path)?;
        let mut entries = self.entries(None).in_file(&self.path)?;
        let newest = entries.last().map_or(0, |entry| entry.number);
        while let Some(entry) = entries.pop_if(|entry| !when.lasts_until(entry.number, &entry.at)) {
            for row in entry.rows.iter().rev() {
                let is_ours = uuid.as_deref().is_none_or(|uuid| row["of"]["uuid"] == uuid);
                if let Some(trail) = trail.as_mut().filter(|_| is_ours) {
                    trail.takes(row);
                }
                undo(&mut records, &mut batches, row).map_err(|what| StoreError::Damaged {
                    path: self.path.clone(),
                    detail: format!("{what} is not what entry {} says of it", entry.number),
                })?;
            }
        }
        let is_asked_for = |(noun, owner, key): &Identity, image: &Value| {
            uuid.as_ref().is_none_or(|uuid| owner == uuid)
                && trail.as_ref().is_none_or(|trail| trail.is_at(noun, key, image))
        };
        let all = records.into_iter().flat_map(|(identity, images)| {
            images.into_iter().map(move |image| (identity.clone(), image))
        });
        let mut records: Vec<_> = all
            .filter(|(identity, image)| is_asked_for(identity, image))
            .map(|((noun, _, key), image)| Past { noun, key, image })
            .collect();
        let rank = |past: &Past| NOUNS.iter().position(|noun| *noun == past.noun);
        records.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.key.cmp(&b.key)));
        let entry = entries.pop().map(|entry| (entry.number, entry.at));
        Ok(Some(AsOf { entry, newest, records }))
    }
}

impl Registry {
    /// Every record as the log would picture it now, and the batch of those that are in one.
    pub(super) fn current_records(
        &self,
    ) -> Result<(Images, HashMap<Identity, i64>), rusqlite::Error> {
        let mut members = Members::default();
        let mut records = current::records(self, &mut members)?;
        for (identity, image) in members.images {
            records.entry(identity).or_default().push(image);
        }
        Ok((records, members.batches))
    }
}

/// The records that were logged in batches, and which batch each is in.
#[derive(Default)]
struct Members {
    images: Vec<(Identity, Value)>,
    batches: HashMap<Identity, i64>,
}

impl Batched for Members {
    fn put(
        &mut self,
        (batch, noun): (i64, Noun),
        _: &[i64],
        line: &[u8],
        _: impl FnOnce() -> String,
    ) {
        let line = String::from_utf8_lossy(line);
        let mut parts = line.splitn(3, '\t');
        let mut part = || parts.next().unwrap_or_default();
        let (owner, key, image) = (part().to_owned(), part().to_owned(), part());
        let identity = (noun.as_str().to_owned(), owner, key);
        self.batches.insert(identity.clone(), batch);
        self.images.push((identity, serde_json::from_str(image).unwrap_or(Value::Null)));
    }
}

/// Take back what a row of the log did; the name of the record if it is not what the row says.
fn undo(
    records: &mut Images,
    batches: &mut HashMap<Identity, i64>,
    row: &Value,
) -> Result<(), String> {
    // What a merge did to records stands in rows of their own.
    if row["action"] == "merge" {
        return Ok(());
    }
    if let Some(batch) = row["batch"].as_i64() {
        batches.retain(|identity, of| {
            if *of == batch {
                records.remove(identity);
            }
            *of != batch
        });
        return Ok(());
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let identity = |key: &Value| (text(&row["noun"]), text(&row["of"]["uuid"]), text(key));
    let (now, was) = (identity(&row["key"]), identity(row.get("was").unwrap_or(&row["key"])));
    if let Some(batch) = row["left"]["batch"].as_i64() {
        batches.insert(was.clone(), batch);
    }
    let before = Some(row["before"].clone()).filter(|image| !image.is_null());
    if row["after"].is_null() && row["action"] != "add" {
        records.entry(was).or_default().extend(before);
        return Ok(());
    }
    let images = records.entry(now.clone()).or_default();
    let at = images.iter().position(|image| *image == row["after"]);
    let Some(at) = at else { return Err(format!("{} {}", now.0, now.2)) };
    match before {
        // Several of one name stay in their order.
        Some(before) if was == now => images[at] = before,
        before => {
            images.remove(at);
            records.entry(was).or_default().extend(before);
        }
    }
    Ok(())
}
