//! How a record differs from the one that is there.

use crate::domain::Mismatch;
use serde::Serialize;
use serde_json::Value;

/// What to do about a record that contradicts the one that is there.
pub(super) const OVERWRITES_NOTHING: &str =
    "nothing is overwritten: correct the new record, or leave it out";

/// The first field in which a record differs from the one that is there.
pub(super) fn difference<T: Serialize>(record: &T, known: &T) -> Mismatch {
    let fields = |record: &T| {
        let mut leaves = Vec::new();
        let image = serde_json::to_value(record).unwrap_or(Value::Null);
        collect_leaves("", &image, &mut leaves);
        leaves
    };
    let (new, old) = (fields(record), fields(known));
    let of = |leaves: &[(String, String)], name: &str| {
        let found = leaves.iter().find(|(known, _)| known == name);
        found.map_or_else(|| "nothing".to_owned(), |(_, text)| text.clone())
    };
    let names = new.iter().chain(&old).map(|(name, _)| name);
    let mut differing = names.filter(|name| of(&new, name) != of(&old, name));
    let Some(name) = differing.next() else {
        return Mismatch::new("another record", "the one that is there").mend(OVERWRITES_NOTHING);
    };
    Mismatch::new(
        format!("{name}: {}", of(&new, name)),
        format!("what is recorded already: {}", of(&old, name)),
    )
    .mend(OVERWRITES_NOTHING)
}

/// Every value that is not null, by its name in words.
fn collect_leaves(name: &str, value: &Value, leaves: &mut Vec<(String, String)>) {
    let below = |part: &str| match name {
        "" => part.replace('_', " "),
        name => format!("{name} {}", part.replace('_', " ")),
    };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            fields.iter().for_each(|(part, value)| collect_leaves(&below(part), value, leaves));
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                collect_leaves(&below(&(at + 1).to_string()), value, leaves);
            }
        }
        Value::String(text) => leaves.push((name.to_owned(), text.clone())),
        other => leaves.push((name.to_owned(), other.to_string())),
    }
}
