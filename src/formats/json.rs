//! JSON: one object with the title, program and version of the schema, the context, an array for each set
//! of records, footnotes and notes, in this order; the sections of a document are such objects too. The keys
//! are always there and always in the same order.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::schema::OUTPUT_VERSION;
use crate::tables::{Mark, Page, RecordSet, Value};

/// Writes the whole page but its blocks, indented by two.
///
/// # Panics
/// If two facts of a page or two columns of a set have one name: one of them would be lost.
pub(super) fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &whole(page))?;
    out.write_all(b"\n")
}

fn whole(page: &Page) -> Json {
    let mut object = Map::new();
    put(&mut object, "title", json!(page.title));
    put(&mut object, "program", json!(concat!("casebook ", env!("CARGO_PKG_VERSION"))));
    put(&mut object, "schema_version", json!(OUTPUT_VERSION));
    for (name, value) in &page.context {
        put(&mut object, name, json(value));
    }
    for set in &page.records {
        put(&mut object, &set.name, records(set));
    }
    let footnotes = page.footnotes.iter().enumerate();
    let footnotes = footnotes.map(|(at, text)| json!({"mark": Mark(at).letter(), "text": text}));
    put(&mut object, "footnotes", footnotes.collect());
    put(&mut object, "notes", json!(page.notes));
    if !page.sections.is_empty() {
        put(&mut object, "sections", page.sections.iter().map(whole).collect());
    }
    Json::Object(object)
}

fn records(set: &RecordSet) -> Json {
    let record = |row: &Vec<Value>| {
        let mut record = Map::new();
        for (name, value) in set.columns.iter().zip(row) {
            put(&mut record, name, json(value));
        }
        Json::Object(record)
    };
    set.rows.iter().map(record).collect()
}

fn put(object: &mut Map<String, Json>, name: &str, value: Json) {
    let known = object.insert(name.to_owned(), value);
    assert!(known.is_none(), "a name stands once in an object: {name}");
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Flag(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        // Zero has no sign; serde_json makes null of what is no number.
        Value::Number(number) => json!(number + 0.0),
        Value::Text(text) => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(page: &Page) -> String {
        let mut bytes = Vec::new();
        write(page, &mut bytes).expect("memory takes everything");
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn results(rows: Vec<Vec<Value>>) -> RecordSet {
        let columns = ["visit", "value"].map(str::to_owned).to_vec();
        RecordSet { name: "results".to_owned(), columns, rows }
    }

    #[test]
    fn the_whole_page_in_a_stable_order() {
        let mut page = Page::new("Change");
        page.context =
            vec![("population".to_owned(), 6.into()), ("cohort".to_owned(), Value::Null)];
        page.records = vec![results(vec![
            vec!["黄 \"W4\"".into(), (0.1 + 0.2).into()],
            vec!["=1".into(), Value::Null],
        ])];
        page.footnote("one pair");
        page.note("Quartiles: SAS type 2.");
        let expected = r#"{
  "title": "Change",
  "program": "casebook [version]",
  "schema_version": 1,
  "population": 6,
  "cohort": null,
  "results": [
    {
      "visit": "黄 \"W4\"",
      "value": 0.30000000000000004
    },
    {
      "visit": "=1",
      "value": null
    }
  ],
  "footnotes": [
    {
      "mark": "a",
      "text": "one pair"
    }
  ],
  "notes": [
    "Quartiles: SAS type 2."
  ]
}
"#;
        let program = concat!("casebook ", env!("CARGO_PKG_VERSION"));
        assert_eq!(written(&page).replace(program, "casebook [version]"), expected);
    }

    #[test]
    fn an_empty_page_has_all_keys() {
        let written: Json = serde_json::from_str(&written(&Page::new(""))).expect("JSON");
        let keys: Vec<&String> = written.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["title", "program", "schema_version", "footnotes", "notes"]);
    }

    #[test]
    #[should_panic(expected = "a name stands once")]
    fn nothing_is_overwritten_by_its_namesake() {
        let context = vec![("results".to_owned(), Value::Null)];
        written(&Page { context, records: vec![results(Vec::new())], ..Page::default() });
    }

    proptest! {
        #[test]
        fn what_is_read_back_is_what_was_written(
            text in any::<String>(), number in proptest::num::f64::NORMAL, count in any::<i64>(), flag: bool,
        ) {
            let rows = vec![vec![text.as_str().into(), number.into()], vec![count.into(), flag.into()]];
            let page = Page { records: vec![results(rows)], ..Page::new(text.as_str()) };
            let written = written(&page);
            let read: Json = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(&read["title"], &json!(text));
            prop_assert_eq!(&read["results"][0]["visit"], &json!(text));
            prop_assert_eq!(&read["results"][1], &json!({"visit": count, "value": flag}));
            // serde_json reads numbers a digit off unless asked not to, so the bytes are read here.
            let (_, rest) = written.split_once("\n      \"value\": ").expect("a value");
            let digits = rest.lines().next();
            prop_assert_eq!(digits.and_then(|digits| digits.parse().ok()), Some(number));
        }
    }
}
