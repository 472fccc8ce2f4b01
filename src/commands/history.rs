use super::session::{Session, not_there};
use crate::error::Error;
use crate::store::{Access, Entry, HistoryOf};
use crate::tables::{Value, lay_out_list};

/// Show who changed what, when and why
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook history
  casebook history huang-2025/1 --rows

Each entry's hash is the SHA-256 of its text, which names the hash of the entry before it: nothing
inside the chain can be altered without trace. Who was at work is what they said, not checked.")]
pub(super) struct Args {
    /// Only what concerns this patient or report
    key: Option<String>,
    /// Every record that was added, one a line
    #[arg(long)]
    rows: bool,
}

const ENTRIES: [(&str, &str); 8] = [
    ("number", "No."),
    ("at", "When (UTC)"),
    ("actor", "Who"),
    ("command", "What"),
    ("rows", "Rows"),
    ("reason", "Why"),
    ("accepted", "Accepted"),
    ("hash", ""),
];

const ROWS: [(&str, &str); 8] = [
    ("number", "No."),
    ("action", "Action"),
    ("noun", "Record"),
    ("key", "Key"),
    ("before", ""),
    ("accepted", ""),
    ("after", ""),
    ("recorded", "Recorded"),
];

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let of = args.key.clone().map_or(HistoryOf::All, HistoryOf::Key);
    let Some(entries) = registry.history(&of)? else {
        let mut keys = registry.patient_keys()?;
        keys.extend(registry.report_keys()?);
        return Err(not_there("patient", args.key.as_deref().unwrap_or_default(), &keys));
    };
    let title = match &args.key {
        Some(key) => format!("History of {key}"),
        None => "History".to_owned(),
    };
    let page = if args.rows {
        lay_out_list(&title, "rows", &ROWS, entries.iter().flat_map(row_lines).collect())
    } else {
        lay_out_list(&title, "changes", &ENTRIES, entries.iter().map(entry_line).collect())
    };
    session.show(&page)
}

fn entry_line(entry: &Entry) -> Vec<Value> {
    vec![
        entry.number.into(),
        entry.at.as_str().into(),
        entry.actor.as_str().into(),
        entry.command.as_str().into(),
        entry.rows.len().into(),
        entry.reason.clone().into(),
        Some(entry.accepted.join(" ")).filter(|text| !text.is_empty()).into(),
        entry.hash.as_str().into(),
    ]
}

fn row_lines(entry: &Entry) -> Vec<Vec<Value>> {
    let text = |row: &serde_json::Value, name: &str| match &row[name] {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string()),
    };
    let line = |row: &serde_json::Value| {
        vec![
            entry.number.into(),
            text(row, "action"),
            text(row, "noun"),
            text(row, "key"),
            text(row, "before"),
            Some(entry.accepted.join(" ")).filter(|text| !text.is_empty()).into(),
            text(row, "after"),
            recorded(row).into(),
        ]
    };
    entry.rows.iter().map(line).collect()
}

/// What a row says, for people: a record that came or went, or the fields that changed.
fn recorded(row: &serde_json::Value) -> String {
    let (before, after) = (&row["before"], &row["after"]);
    if after.is_null() {
        return in_words(before);
    }
    let (Some(was), Some(is)) = (before.as_object(), after.as_object()) else {
        return in_words(after);
    };
    let told = |field: Option<&serde_json::Value>| {
        field.map_or_else(|| "not reported".to_owned(), in_words)
    };
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
fn in_words(record: &serde_json::Value) -> String {
    use serde_json::Value::{Array, Object};
    match record {
        Object(fields) => {
            let word = |(name, value): (&String, &serde_json::Value)| {
                format!("{} {}", name.replace('_', " "), in_words(value))
            };
            fields.iter().map(word).collect::<Vec<_>>().join("; ")
        }
        Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
