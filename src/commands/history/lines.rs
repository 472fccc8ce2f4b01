//! The change log as lines of a table: an entry, a record or a field a line.

use super::corrections;
use crate::error::Error;
use crate::store::{Entry, Registry};
use crate::tables::{ListColumn, Page, Value, append_list};
use serde_json::Value as Json;

pub(super) const ENTRIES: [ListColumn; 8] = [
    ("number", "No."),
    ("at", "When (UTC)"),
    ("actor", "Who"),
    ("command", "What"),
    ("rows", "Rows"),
    ("reason", "Why"),
    ("accepted", "Accepted"),
    ("hash", ""),
];

pub(super) const ROWS: [ListColumn; 8] = [
    ("number", "No."),
    ("action", "Action"),
    ("noun", "Record"),
    ("key", "Key"),
    ("before", ""),
    ("accepted", ""),
    ("after", ""),
    ("recorded", "Recorded"),
];

const FIELDS: [ListColumn; 11] = [
    ("number", "No."),
    ("at", "When (UTC)"),
    ("actor", "Who"),
    ("action", ""),
    ("noun", "Record"),
    ("key", "Key"),
    ("field", "Field"),
    ("before", "Before"),
    ("after", "After"),
    ("reason", "Why"),
    ("origin", ""),
];

const CORRECTIONS: [ListColumn; 4] =
    [("number", "No."), ("at", "When (UTC)"), ("key", "Measurement"), ("correction", "In words")];

pub(super) fn entry(entry: &Entry) -> Vec<Value> {
    vec![
        entry.number.into(),
        entry.at.as_str().into(),
        entry.actor.as_str().into(),
        entry.command.as_str().into(),
        entry.rows.len().into(),
        entry.reason.clone().into(),
        accepted(entry),
        entry.hash.as_str().into(),
    ]
}

fn accepted(entry: &Entry) -> Value {
    Some(entry.accepted.join(" ")).filter(|text| !text.is_empty()).into()
}

fn text(row: &Json, name: &str) -> Value {
    match &row[name] {
        Json::Null => Value::Null,
        Json::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string()),
    }
}

pub(super) fn rows_of(entry: &Entry) -> Vec<Vec<Value>> {
    let line = |row: &Json| {
        vec![
            entry.number.into(),
            text(row, "action"),
            text(row, "noun"),
            text(row, "key"),
            text(row, "before"),
            accepted(entry),
            text(row, "after"),
            recorded(row).into(),
        ]
    };
    entry.rows.iter().map(line).collect()
}

/// A line for each field that changed, behind what was corrected in words. What a merge brought is told as
/// the other log tells it.
pub(super) fn lay_out_fields(
    title: &str,
    registry: &Registry,
    entries: &[Entry],
) -> Result<Page, Error> {
    let (mut lines, mut corrected, mut is_brought) = (Vec::new(), Vec::new(), false);
    for entry in entries {
        for row in &entry.rows {
            let origin = registry.origin(row)?;
            is_brought |= origin.is_some();
            let told = origin.as_ref().unwrap_or(entry);
            corrected.extend(corrections::of_row(row).into_iter().map(|words| {
                vec![entry.number.into(), told.at.as_str().into(), text(row, "key"), words.into()]
            }));
            for change in Entry::fields(row) {
                lines.push(vec![
                    entry.number.into(),
                    told.at.as_str().into(),
                    told.actor.as_str().into(),
                    text(row, "action"),
                    text(row, "noun"),
                    text(row, "key"),
                    change.field.into(),
                    change.before.into(),
                    change.after.into(),
                    told.reason.clone().into(),
                    origin.as_ref().map(|origin| origin.hash.clone()).into(),
                ]);
            }
        }
    }
    let mut page = Page::new(title);
    let heading = (!corrected.is_empty()).then_some("Every field");
    append_list(&mut page, heading, "fields", &FIELDS, lines);
    if !corrected.is_empty() {
        append_list(&mut page, Some("Corrections"), "corrections", &CORRECTIONS, corrected);
        page.blocks.rotate_right(1); // people read these first
    }
    if is_brought {
        page.note(
            "What a merge brought stands with the time, person and reason of the log it came from.",
        );
    }
    page.note("A dash before or after: nothing was recorded there, or no reason was given.");
    Ok(page)
}

/// What a row says, for people: a record that came or went, or the fields that changed.
fn recorded(row: &Json) -> String {
    let (before, after) = (&row["before"], &row["after"]);
    if let (Some(records), Some(digest)) = (row["records"].as_u64(), row["digest"].as_str()) {
        let digest = digest.get(..12).unwrap_or(digest);
        return format!("{records} at once, as a digest that begins with {digest}");
    }
    if after.is_null() {
        return in_words(before);
    }
    let (Some(was), Some(is)) = (before.as_object(), after.as_object()) else {
        return in_words(after);
    };
    let told = |field: Option<&Json>| field.map_or_else(|| "not reported".to_owned(), in_words);
    let gone = was.keys().filter(|name| !is.contains_key(*name));
    let changed = is.keys().chain(gone).filter(|name| was.get(*name) != is.get(*name));
    let mut words: Vec<_> = changed
        .map(|name| {
            let (was, is) = (told(was.get(name)), told(is.get(name)));
            format!("{} {was} → {is}", name.replace('_', " "))
        })
        .collect();
    if let Some(was) = row["was"].as_str().filter(|_| words.is_empty()) {
        words.push(format!("was called {was}"));
    }
    words.join("; ")
}

/// A record as `name value; name value`, for people.
pub(super) fn in_words(record: &Json) -> String {
    match record {
        Json::Object(fields) => {
            let word = |(name, value): (&String, &Json)| {
                format!("{} {}", name.replace('_', " "), in_words(value))
            };
            fields.iter().map(word).collect::<Vec<_>>().join("; ")
        }
        Json::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
