//! The JSON Schema of everything that is written as JSON, and so of the rows of csv.
//!
//! It is made from three tables beside this file, which are its documentation as well: `facts.csv` (what a
//! page says once), `records.csv` (the columns of each set of records; a set that has several lines has one
//! of these shapes) and `columns.csv` (what a column holds; `set.column` where it means something else in
//! one set than in others). A column that ends in `?` may be null. The tests hold every output they see
//! against it.

use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Version of the schema; it rises when a key goes or changes its meaning, not when one is added.
pub const OUTPUT_VERSION: u32 = 1;

const FACTS: &str = include_str!("schema/facts.csv");
const RECORDS: &str = include_str!("schema/records.csv");
const COLUMNS: &str = include_str!("schema/columns.csv");

/// Sets that may have columns of the registry's own, or of a question: a patient's attributes, what a
/// query selects.
const OPEN: [&str; 2] = ["patient", "patients"];

/// The JSON Schema (draft 2020-12) of what is written as JSON.
///
/// # Panics
/// If the tables it is made of contradict themselves, which the tests exclude.
pub fn schema() -> Json {
    let columns: BTreeMap<String, Json> = rows(COLUMNS)
        .into_iter()
        .map(|[name, holds, meaning]| (name, field(&holds, &meaning)))
        .collect();
    let mut shapes: Vec<(String, Vec<Json>)> = Vec::new();
    for [set, names] in rows(RECORDS) {
        let record = record(&set, names.split(' '), &columns);
        match shapes.iter_mut().find(|(known, _)| *known == set) {
            Some((_, all)) => all.push(record),
            None => shapes.push((set, vec![record])),
        }
    }
    let mut properties = Map::new();
    for [fact, holds, meaning] in rows(FACTS) {
        properties.insert(fact, field(&holds, &meaning));
    }
    for (set, mut all) in shapes {
        // What a query selects is named by whoever asks.
        let items = match (set.as_str(), all.len()) {
            ("rows", _) => json!({ "type": "object" }),
            (_, 1) => all.remove(0),
            _ => json!({ "anyOf": all }),
        };
        // A page may say a number once where another lists what it counts.
        let array = json!({ "type": "array", "items": items });
        let known = properties.remove(&set);
        let either = known.map(|known| json!({ "anyOf": [known, array] }));
        properties.insert(set, either.unwrap_or(array));
    }
    let footnote = json!({
        "type": "object",
        "properties": { "mark": { "type": "string" }, "text": { "type": "string" } },
        "required": ["mark", "text"],
        "additionalProperties": false,
    });
    properties.insert("footnotes".to_owned(), json!({ "type": "array", "items": footnote }));
    let notes = json!({ "type": "array", "items": { "type": "string" } });
    properties.insert("notes".to_owned(), notes);
    let sections = json!({ "type": "array", "items": { "$ref": "#" } });
    properties.insert("sections".to_owned(), sections);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("What casebook writes as JSON, version {OUTPUT_VERSION}"),
        "description": "One object a page. Facts stand once, records in arrays; csv has the same records. \
                        Numbers are in full precision; null is what is not recorded or not estimable.",
        "type": "object",
        "properties": properties,
        "required": ["title", "program", "schema_version", "footnotes", "notes"],
        "additionalProperties": false,
    })
}

fn record<'a>(
    set: &str,
    names: impl Iterator<Item = &'a str>,
    columns: &BTreeMap<String, Json>,
) -> Json {
    let mut properties = Map::new();
    for name in names {
        let own = columns.get(&format!("{set}.{name}"));
        let column = own.or_else(|| columns.get(name));
        let column = column.unwrap_or_else(|| panic!("{set}.{name} is in columns.csv"));
        properties.insert(name.to_owned(), column.clone());
    }
    let required: Vec<&String> = properties.keys().collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": OPEN.contains(&set),
    })
}

/// What a column or a fact holds.
fn field(holds: &str, meaning: &str) -> Json {
    let kind = match holds.trim_end_matches('?') {
        "text" => "string",
        "number" => "number",
        "whole" => "integer",
        "yes-no" => "boolean",
        "any" => return json!({ "description": meaning }),
        other => panic!("{other} is no kind of value"),
    };
    let kinds = if holds.ends_with('?') { json!([kind, "null"]) } else { json!(kind) };
    json!({ "type": kinds, "description": meaning })
}

/// The lines of a table behind its heading.
fn rows<const N: usize>(table: &str) -> Vec<[String; N]> {
    let mut reader = ::csv::Reader::from_reader(table.as_bytes());
    let row = |record: ::csv::StringRecord| -> [String; N] {
        std::array::from_fn(|at| record[at].to_owned())
    };
    reader.records().map(|record| row(record.expect("a line of a table"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_column_is_described_once_and_used() {
        let columns = rows::<3>(COLUMNS);
        let names: BTreeSet<&str> = columns.iter().map(|[name, ..]| name.as_str()).collect();
        assert_eq!(names.len(), columns.len(), "a column is described once");
        let mut used = BTreeSet::new();
        for [set, of_set] in rows::<2>(RECORDS) {
            for name in of_set.split(' ') {
                let own = format!("{set}.{name}");
                used.insert(if names.contains(own.as_str()) { own } else { name.to_owned() });
            }
        }
        let unused: Vec<_> = names.iter().filter(|name| !used.contains(**name)).collect();
        assert!(unused.is_empty(), "{unused:?}");
        assert!(columns.iter().all(|[_, _, meaning]| meaning.ends_with('.')));
    }

    #[test]
    fn it_is_a_schema_that_tells_right_from_wrong() {
        let validator = jsonschema::validator_for(&schema()).expect("a schema");
        let page = |program: Json, rows: Json| {
            json!({
                "title": "Timepoints", "program": program, "schema_version": 1,
                "timepoints": rows, "footnotes": [], "notes": ["A note."],
            })
        };
        let row = json!({ "timepoint": "W4", "target_day": 28, "first_day": 21, "last_day": 35 });
        assert!(validator.is_valid(&page("casebook".into(), json!([row]))));
        let mut another = row.clone();
        another["weekday"] = 1.into();
        let mut without = row.clone();
        without.as_object_mut().expect("an object").remove("last_day");
        for (wrong, why) in [
            (page(Json::Null, json!([row])), "no program"),
            (page("casebook".into(), json!([another])), "a column that nobody described"),
            (page("casebook".into(), json!([without])), "a column is missing"),
        ] {
            assert!(!validator.is_valid(&wrong), "{why}");
        }
    }
}
