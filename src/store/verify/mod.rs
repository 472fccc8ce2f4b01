//! Is the file what its change log says? SQLite's own checks, the chain of hashes, and every record
//! against the last thing the log says of it.

mod merged;

use super::change::{FIRST_HASH, hash_of, image_of};
use super::error::{InFile, StoreError};
use super::{
    Registry, events, infusions, keys, measurements, medications, patients, products, reports,
    statements, visits,
};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Something that is not as the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// Which part of the check found it.
    pub check: Check,
    /// Where: a record, an entry of the log, a part of the file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// The parts of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// SQLite's integrity check.
    File,
    /// Foreign keys.
    Links,
    /// The chain of hashes.
    Chain,
    /// Records against the log.
    Records,
}

impl Check {
    /// Every part, in the order they run.
    pub const ALL: [Check; 4] = [Check::File, Check::Links, Check::Chain, Check::Records];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Check::File => "file",
            Check::Links => "links",
            Check::Chain => "chain",
            Check::Records => "records",
        }
    }

    /// What it looks at.
    pub fn looks_at(self) -> &'static str {
        match self {
            Check::File => "SQLite's integrity check",
            Check::Links => "foreign keys",
            Check::Chain => "hashes of the log",
            Check::Records => "each against the log",
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Entries of the log.
    pub entries: usize,
    /// Records compared with the log.
    pub records: usize,
    /// The hash of the newest entry: whoever noted it earlier can tell whether entries were cut off.
    pub last_hash: String,
    /// Everything that is not as the log says.
    pub discrepancies: Vec<Discrepancy>,
}

impl Verification {
    /// What SQLite can't make sense of is damage, and named as such.
    fn unreadable(&mut self, check: Check, place: &str, error: &rusqlite::Error) {
        let what = format!("it can't be read: {error}");
        self.discrepancies.push(Discrepancy { check, place: place.to_owned(), what });
    }
}

/// A record: what kind, of which report or patient, and its key.
type Identity = (String, String, String);

impl Registry {
    /// Check the file against itself and its change log. Reads everything and changes nothing.
    ///
    /// # Errors
    /// If the file can't be read at all; damage that SQLite can name is a discrepancy.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        let mut found = Verification::default();
        let connection = &self.connection;
        if let Err(error) = sqlite_checks(connection, &mut found) {
            found.unreadable(Check::File, "the file", &error);
        }
        let told = replay(connection, &mut found).in_file(&self.path)?;
        match self.current_records() {
            Err(error) => found.unreadable(Check::Records, "a record", &error),
            Ok(are) => {
                found.records = are.values().map(Vec::len).sum();
                compare(&told, &are, &mut found);
            }
        }
        Ok(found)
    }

    /// Every record as the log would picture it now.
    fn current_records(&self) -> Result<BTreeMap<Identity, Vec<Value>>, rusqlite::Error> {
        let connection = &self.connection;
        let mut found = Records::default();
        let registry: String =
            connection.query_row("SELECT uuid FROM registry", (), |row| row.get(0))?;
        found.add("registry", &registry, &self.rules().title, self.rules());
        for key in reports::keys(connection)? {
            if let Some(report) = reports::load(connection, &key)? {
                found.add("report", &report.uuid, &key, &report.record);
            }
        }
        for key in products::keys(connection)? {
            if let Some(product) = products::load(connection, &key)? {
                found.add("product", &product.uuid, &key, &product.record);
            }
        }
        for key in patients::keys(connection)? {
            let Some(patient) = patients::load(connection, &key)? else { continue };
            found.add("patient", &patient.uuid, &key, &patient.record);
            for infusion in infusions::load_of(connection, patient.id)? {
                let name = keys::infusion(&key, infusion.number);
                found.add("infusion", &patient.uuid, &name, &infusion);
            }
            for visit in visits::load_of(connection, patient.id)? {
                let label = &visit.record.label;
                found.add("visit", &patient.uuid, &keys::visit(&key, label), &visit.record);
                for one in measurements::load_of(connection, visit.id, self.catalogue())? {
                    let name = keys::measurement(&key, label, &one.analyte);
                    found.add("measurement", &patient.uuid, &name, &one);
                }
            }
            for statement in statements::load_of(connection, patient.id)? {
                let name = keys::statement(&key, &statement);
                found.add("statement", &patient.uuid, &name, &statement);
            }
            for event in events::load_of(connection, patient.id)? {
                found.add("event", &patient.uuid, &keys::named(&key, &event.term), &event);
            }
            for medication in medications::load_of(connection, patient.id)? {
                let name = keys::named(&key, &medication.drug);
                found.add("medication", &patient.uuid, &name, &medication);
            }
        }
        Ok(found.0)
    }
}

#[derive(Default)]
struct Records(BTreeMap<Identity, Vec<Value>>);

impl Records {
    fn add(&mut self, noun: &str, owner: &str, key: &str, record: &impl Serialize) {
        let identity = (noun.to_owned(), owner.to_owned(), key.to_owned());
        self.0.entry(identity).or_default().push(image_of(record));
    }
}

fn sqlite_checks(connection: &Connection, found: &mut Verification) -> Result<(), rusqlite::Error> {
    let mut add = |check, place: &str, what: String| {
        found.discrepancies.push(Discrepancy { check, place: place.to_owned(), what });
    };
    let mut integrity = connection.prepare("PRAGMA integrity_check(20)")?;
    for line in integrity.query_map((), |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            add(Check::File, "the file", line);
        }
    }
    let mut links = connection.prepare("PRAGMA foreign_key_check")?;
    let broken = links.query_map((), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?))
    })?;
    for link in broken {
        let (table, row, parent) = link?;
        let row = row.map_or_else(|| "a row".to_owned(), |row| format!("row {row}"));
        add(Check::Links, &table, format!("{row} names a {parent} that is not there"));
    }
    Ok(())
}

/// Walk along the chain; what it says of each record in the end.
fn replay(
    connection: &Connection,
    found: &mut Verification,
) -> Result<BTreeMap<Identity, Vec<Value>>, rusqlite::Error> {
    let mut told: BTreeMap<Identity, Vec<Value>> = BTreeMap::new();
    let mut previous = FIRST_HASH.to_owned();
    let mut query = connection.prepare("SELECT id, body, hash FROM change ORDER BY id")?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get("id")?;
        let body: String = row.get("body")?;
        let hash: String = row.get("hash")?;
        found.entries += 1;
        let expected = i64::try_from(found.entries).unwrap_or(i64::MAX);
        let mut wrong = |what: &str| {
            let place = format!("entry {number}");
            let what = what.to_owned();
            found.discrepancies.push(Discrepancy { check: Check::Chain, place, what });
        };
        let parsed: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
        if number != expected {
            wrong(&format!("entry {expected} is missing"));
        }
        if hash_of(&body) != hash {
            wrong("its text was altered: it does not have the hash that stands beside it");
        }
        if parsed["previous"].as_str() != Some(previous.as_str()) {
            wrong("it does not follow the entry before it: an entry was altered, added or removed");
        }
        previous = hash;
        for row in parsed["rows"].as_array().into_iter().flatten() {
            if row["action"] == "merge" {
                merged::check(connection, number, row, found)?;
                continue;
            }
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let identity = |key| (text(&row["noun"]), text(&row["of"]["uuid"]), text(key));
            // A record that was renamed has its former image under its former name.
            let was = row.get("was").unwrap_or(&row["key"]);
            let images = told.entry(identity(was)).or_default();
            if let Some(before) = row.get("before").filter(|before| !before.is_null())
                && let Some(at) = images.iter().position(|image| image == before)
            {
                images.remove(at);
            }
            if let Some(after) = row.get("after").filter(|after| !after.is_null()) {
                told.entry(identity(&row["key"])).or_default().push(after.clone());
            }
        }
    }
    found.last_hash = previous;
    Ok(told)
}

/// Name every record that is not what the log says.
fn compare(
    told: &BTreeMap<Identity, Vec<Value>>,
    are: &BTreeMap<Identity, Vec<Value>>,
    found: &mut Verification,
) {
    let mut add = |(noun, _, key): &Identity, what: String| {
        let place = format!("{noun} {key}");
        found.discrepancies.push(Discrepancy { check: Check::Records, place, what });
    };
    for (identity, images) in told {
        let now = are.get(identity).map_or(&[][..], Vec::as_slice);
        let lost: Vec<_> = images.iter().filter(|image| !now.contains(image)).collect();
        let odd: Vec<_> = now.iter().filter(|image| !images.contains(image)).collect();
        for (at, image) in lost.iter().enumerate() {
            match odd.get(at) {
                Some(odd) => add(identity, differing(image, odd)),
                None => add(identity, "it was removed outside casebook".to_owned()),
            }
        }
        for _ in odd.iter().skip(lost.len()) {
            add(identity, "it was added outside casebook".to_owned());
        }
        let copies = now.len().saturating_sub(images.len());
        if lost.is_empty() && odd.is_empty() && copies > 0 {
            add(identity, "it was added outside casebook".to_owned());
        }
        if lost.is_empty() && odd.is_empty() && now.len() < images.len() {
            add(identity, "it was removed outside casebook".to_owned());
        }
    }
    for (identity, _) in are.iter().filter(|(identity, _)| !told.contains_key(*identity)) {
        add(identity, "it was added outside casebook".to_owned());
    }
}

/// Which fields differ, and how.
fn differing(told: &Value, is: &Value) -> String {
    let empty = serde_json::Map::new();
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_else(|| empty.clone());
    let (told, is) = (fields(told), fields(is));
    let mut names: Vec<_> = told.keys().chain(is.keys()).collect();
    names.sort();
    names.dedup();
    let text = |value: Option<&Value>| match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => format!("\"{text}\""),
        Some(value) => value.to_string(),
    };
    let differs = |name: &&&String| told.get(**name) != is.get(**name);
    let words = names.iter().filter(differs).map(|name| {
        let (told, is) = (text(told.get(*name)), text(is.get(*name)));
        format!("{} is {is}, the log says {told}", name.replace('_', " "))
    });
    format!("it was altered outside casebook: {}", words.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests;
