//! What the log says: the chain of hashes, and of every record the last image; and how records differ.

use super::batches::Batches;
use super::{Check, Discrepancy, Identity, Images, Verification, merged};
use crate::store::change::{FIRST_HASH, hash_of};
use rusqlite::Connection;
use serde_json::Value;

/// Walk along the chain; what it says of each record in the end.
pub(super) fn replay(
    connection: &Connection,
    batches: &mut Batches,
    found: &mut Verification,
) -> Result<Images, rusqlite::Error> {
    let mut told = Images::new();
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
            if batches.take(number, row) {
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
pub(super) fn compare(told: &Images, are: &Images, found: &mut Verification) {
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
