//! A tree of fields as the text of a TOML or JSON file.

use serde_json::{Map, Value};
use std::fmt::Write as _;

/// What a case file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// TOML.
    Toml,
    /// JSON of the same shape.
    Json,
}

impl Kind {
    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Kind::Toml => "toml",
            Kind::Json => "json",
        }
    }
}

/// The fields of one table in their order; what is not reported is left out.
#[derive(Debug, Default)]
pub(super) struct Table(Map<String, Value>);

impl Table {
    pub fn text(&mut self, name: &str, text: Option<impl ToString>) {
        self.0.extend(text.map(|text| (name.to_owned(), Value::String(text.to_string()))));
    }

    /// A number; whole ones without a decimal point, others with the shortest digits that read back.
    pub fn number(&mut self, name: &str, number: Option<f64>) {
        #[allow(clippy::cast_possible_truncation)] // whole and far inside i64
        let value = |number: f64| match number {
            whole if whole.fract() == 0.0 && whole.abs() < 1e15 => Value::from(whole as i64),
            other => Value::from(other),
        };
        self.0.extend(number.map(|number| (name.to_owned(), value(number))));
    }

    pub fn flag(&mut self, name: &str, flag: Option<bool>) {
        self.0.extend(flag.map(|flag| (name.to_owned(), flag.into())));
    }

    pub fn value(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Tables of one kind; none at all leaves the field out.
    pub fn tables<T>(&mut self, name: &str, records: &[T], table: impl Fn(&T) -> Table) {
        let all: Vec<Value> = records.iter().map(|record| table(record).into_value()).collect();
        if !all.is_empty() {
            self.value(name, Value::Array(all));
        }
    }

    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// The text of the file.
pub(super) fn write(root: &Table, kind: Kind) -> String {
    match kind {
        Kind::Json => {
            let text = serde_json::to_string_pretty(&root.0).expect("the tree has text keys only");
            text + "\n"
        }
        Kind::Toml => {
            let mut out = String::new();
            write_table("", &root.0, &mut out);
            out
        }
    }
}

/// How deep tables have a heading of their own; below, they stand in one line.
const DEEPEST_HEADING: usize = 2;

/// The fields of a table, then the tables below it under their headings.
fn write_table(path: &str, table: &Map<String, Value>, out: &mut String) {
    let depth = path.split('.').filter(|part| !part.is_empty()).count();
    let is_below = |value: &Value| match value {
        Value::Object(_) => depth == 0,
        Value::Array(items) => depth < DEEPEST_HEADING && items.iter().all(Value::is_object),
        _ => false,
    };
    for (name, value) in table.iter().filter(|(_, value)| !is_below(value)) {
        let _ = writeln!(out, "{name} = {}", in_place(value));
    }
    for (name, value) in table.iter().filter(|(_, value)| is_below(value)) {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let tables: Vec<_> = match value {
            Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
            other => other.as_object().into_iter().collect(),
        };
        for below in tables {
            let heading =
                if value.is_array() { format!("[[{path}]]") } else { format!("[{path}]") };
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{heading}");
            write_table(&path, below, out);
        }
    }
}

/// A value behind its name; a list of tables has one line for each.
fn in_place(value: &Value) -> String {
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let lines: String =
                items.iter().map(|item| format!("  {},\n", in_line(item))).collect();
            format!("[\n{lines}]")
        }
        other => in_line(other),
    }
}

fn in_line(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name} = {}", in_line(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(in_line).collect::<Vec<_>>().join(", "))
        }
        // JSON escapes what TOML wants escaped, but for DEL.
        other => other.to_string().replace('\u{7f}', "\\u007F"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn table(value: Value) -> Table {
        match value {
            Value::Object(fields) => Table(fields),
            _ => Table::default(),
        }
    }

    #[test]
    fn tables_have_headings_as_far_as_they_help() {
        let root = table(json!({
            "report": {"key": "a", "source": {"place": "p. 1"}},
            "patient": [{"label": "1", "also_in": ["b"],
                "visit": [{"label": "W0", "measurement": [{"analyte": "hba1c", "value": "9.1"}]}]}],
        }));
        let expected = "[report]\nkey = \"a\"\nsource = { place = \"p. 1\" }\n\n\
            [[patient]]\nlabel = \"1\"\nalso_in = [\"b\"]\n\n\
            [[patient.visit]]\nlabel = \"W0\"\nmeasurement = [\n  \
            { analyte = \"hba1c\", value = \"9.1\" },\n]\n";
        assert_eq!(write(&root, Kind::Toml), expected);
    }

    proptest! {
        #[test]
        fn any_text_and_number_reads_back(text in any::<String>(), number in any::<f64>()) {
            let mut fields = Table::default();
            fields.text("text", Some(&text));
            fields.number("number", Some(number).filter(|number| number.is_finite()));
            let written = write(&fields, Kind::Toml);
            let read: toml::Table = written.parse().expect("TOML");
            prop_assert_eq!(read["text"].as_str(), Some(text.as_str()));
            let back = read.get("number").map(|value| {
                value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
            });
            prop_assert_eq!(back.flatten(), Some(number).filter(|number| number.is_finite()));
        }
    }
}
