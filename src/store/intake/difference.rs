//! How a record differs from the one that is there.

use crate::domain::Mismatch;
use crate::store::change::image_of;
use serde::Serialize;
use serde_json::Value;

/// What to do about a record that contradicts the one that is there.
pub(super) const OVERWRITES_NOTHING: &str =
    "nothing is overwritten: correct the new record, or leave it out";

/// Every field in which a record says otherwise than the one that is there.
pub(super) fn differences_of<T: Serialize>(record: &T, known: &T, mend: &str) -> Vec<Mismatch> {
    let (mut said, unsaid): (Vec<_>, Vec<_>) =
        differing_fields(&image_of(record), &image_of(known))
            .into_iter()
            .partition(|(_, new, _)| new.is_some());
    if said.is_empty() {
        said = unsaid;
    }
    // A day and where it comes from are one thing.
    if said.len() > 1 {
        said.retain(|(name, ..)| name != "day basis");
    }
    let told = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
    let mismatch = |(name, new, old): Field| {
        let expected = format!("what is recorded already: {}", told(old));
        Mismatch::new(format!("{name}: {}", told(new)), expected).mend(mend)
    };
    let mut all: Vec<_> = said.into_iter().map(mismatch).collect();
    if all.is_empty() {
        all.push(Mismatch::new("another record", "the one that is there").mend(mend));
    }
    all
}

/// Every field in which two images of a record differ: its name in words, and what each says.
pub(in crate::store) fn differences(one: &Value, other: &Value) -> Vec<(String, String, String)> {
    let told = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
    let all = differing_fields(one, other).into_iter();
    all.map(|(name, one, other)| (name, told(one), told(other))).collect()
}

/// A field by its name in words, and what two images say of it.
pub(in crate::store) type Field = (String, Option<String>, Option<String>);

/// Every field in which two images of a record differ.
pub(in crate::store) fn differing_fields(one: &Value, other: &Value) -> Vec<Field> {
    let leaves = |image: &Value| {
        let mut leaves = Vec::new();
        collect_leaves("", image, &mut leaves);
        leaves
    };
    let (one, other) = (leaves(one), leaves(other));
    let of = |leaves: &[(String, String)], name: &str| {
        leaves.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone())
    };
    let only_there = other.iter().filter(|(name, _)| !one.iter().any(|(known, _)| known == name));
    let names = one.iter().chain(only_there).map(|(name, _)| name);
    names
        .map(|name| (name.clone(), of(&one, name), of(&other, name)))
        .filter(|(_, one, other)| one != other)
        .collect()
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
