//! TOML and JSON as one tree in which every value knows where it stands.

use crate::domain::{Level, Mismatch, Place, Problem};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::rc::Rc;
use toml::de::{DeTable, DeValue};

/// A value and the byte at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub at: usize,
    pub value: NodeValue,
}

/// What a value is. Numbers stay as printed: `7.10` keeps its zero.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeValue {
    Null,
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl NodeValue {
    /// What it is called in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            NodeValue::Null => "null",
            NodeValue::Flag(_) => "true or false",
            NodeValue::Number(_) => "a number",
            NodeValue::Text(_) => "a text",
            NodeValue::List(_) => "a list",
            NodeValue::Table(_) => "a table",
        }
    }
}

/// How deep values may lie in one another.
const DEEPEST: usize = 24;

/// How many values a document of JSON may hold: what a tree of them takes stays below a gigabyte.
const MOST_VALUES: usize = 4_000_000;

/// The text of a file, for places.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    file: &'a str,
    source: &'a str,
    /// Where each line begins.
    lines: Rc<[usize]>,
}

impl<'a> Text<'a> {
    /// The text of a file of this name.
    pub fn new(file: &'a str, source: &'a str) -> Text<'a> {
        let breaks = source.match_indices('\n').map(|(at, _)| at + 1);
        Text { file, source, lines: std::iter::once(0).chain(breaks).collect() }
    }

    /// The place of a byte, as an editor counts it.
    pub fn place(&self, at: usize) -> Place {
        let at = (0..=at.min(self.source.len()))
            .rev()
            .find(|&at| self.source.is_char_boundary(at))
            .unwrap_or(0);
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines[line - 1];
        Place::Line {
            file: self.file.to_owned(),
            line,
            column: 1 + self.source[start..at].chars().count(),
        }
    }

    fn problem(&self, at: usize, what: &str, mismatch: Mismatch) -> Problem {
        Problem { level: Level::Error, place: self.place(at), what: what.to_owned(), mismatch }
    }

    /// Read TOML.
    ///
    /// # Errors
    /// Every place where the text is no TOML.
    pub fn parse_toml(&self) -> Result<Node, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(self.source);
        if errors.is_empty() {
            let at = table.span().start;
            return Ok(Node { at, value: of_toml_table(table.into_inner()) });
        }
        let problem = |error: &toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let expected = error.message().lines().next().unwrap_or_default().to_owned();
            self.problem(at, "TOML", Mismatch::new("", format!("TOML ({expected})")))
        };
        Err(errors.iter().map(problem).collect())
    }

    /// Read JSON.
    ///
    /// # Errors
    /// The first place where the text is no JSON.
    pub fn parse_json(&self) -> Result<Node, Vec<Problem>> {
        self.parse_json_at(0..self.source.len())
    }

    /// Read JSON that stands in one line each, as in NDJSON; blank lines are passed over. Each is read
    /// when it is asked for.
    pub fn parse_json_lines(&self) -> impl Iterator<Item = Result<Node, Vec<Problem>>> {
        let end = |at: usize| self.lines.get(at + 1).copied().unwrap_or(self.source.len());
        let lines = self.lines.iter().enumerate().map(move |(at, start)| *start..end(at));
        lines
            .filter(|line| !self.source[line.clone()].trim().is_empty())
            .map(|line| self.parse_json_at(line))
    }

    /// Read JSON that is this part of the text.
    fn parse_json_at(&self, part: std::ops::Range<usize>) -> Result<Node, Vec<Problem>> {
        let (from, source) = (part.start, &self.source[part]);
        let broken = |error: &serde_json::Error, from: usize| {
            let line_start: usize = self.source[from..]
                .split_inclusive('\n')
                .take(error.line().max(1) - 1)
                .map(str::len)
                .sum();
            let at = from + line_start + error.column().saturating_sub(1);
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            vec![self.problem(at, "JSON", Mismatch::new("", format!("JSON ({message})")))]
        };
        let raw: &RawValue = serde_json::from_str(source).map_err(|error| broken(&error, from))?;
        let mut left = MOST_VALUES;
        self.of_json(raw, 0, &mut left)
    }

    /// `left` is how many values may still come.
    fn of_json(
        &self,
        raw: &RawValue,
        depth: usize,
        left: &mut usize,
    ) -> Result<Node, Vec<Problem>> {
        let text = raw.get();
        // RawValue borrows from the source, so its address says where it stands.
        let at = text.as_ptr() as usize - self.source.as_ptr() as usize;
        let broken = |expected: String| vec![self.problem(at, "JSON", Mismatch::new("", expected))];
        if depth > DEEPEST {
            return Err(broken(format!("values at most {DEEPEST} deep")));
        }
        *left = left.checked_sub(1).ok_or_else(|| {
            broken(format!("at most {MOST_VALUES} values; share it out over several files"))
        })?;
        let wrong = |error: serde_json::Error| broken(format!("JSON ({error})"));
        let value = match text.as_bytes().first() {
            Some(b'{') => {
                let members: Members<'_> = serde_json::from_str(text).map_err(wrong)?;
                let mut known = HashSet::new();
                if let Some((key, _)) = members.0.iter().find(|(key, _)| !known.insert(key)) {
                    return Err(broken(format!("each field once; \"{key}\" stands twice")));
                }
                let mut entries: Vec<(String, Node)> = Vec::new();
                for (key, member) in members.0 {
                    entries.push((key, self.of_json(member, depth + 1, left)?));
                }
                NodeValue::Table(entries)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(wrong)?;
                let items = items.into_iter().map(|item| self.of_json(item, depth + 1, left));
                NodeValue::List(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => NodeValue::Text(serde_json::from_str(text).map_err(wrong)?),
            Some(b't') => NodeValue::Flag(true),
            Some(b'f') => NodeValue::Flag(false),
            Some(b'n') => NodeValue::Null,
            _ => NodeValue::Number(text.to_owned()),
        };
        Ok(Node { at, value })
    }
}

fn of_toml_table(table: DeTable<'_>) -> NodeValue {
    let entry = |(key, value): (toml::Spanned<_>, toml::Spanned<DeValue<'_>>)| {
        let key: std::borrow::Cow<'_, str> = key.into_inner();
        (key.into_owned(), of_toml(value))
    };
    let mut entries: Vec<_> = table.into_iter().map(entry).collect();
    // TOML's tables are unordered in memory; people read problems in the order of the file.
    entries.sort_by_key(|(_, node)| node.at);
    NodeValue::Table(entries)
}

fn of_toml(value: toml::Spanned<DeValue<'_>>) -> Node {
    let at = value.span().start;
    let value = match value.into_inner() {
        DeValue::String(text) => NodeValue::Text(text.into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => {
            NodeValue::Number(number.as_str().to_owned())
        }
        DeValue::Integer(number) => NodeValue::Text(number.to_string()),
        DeValue::Float(number) => NodeValue::Number(number.as_str().to_owned()),
        DeValue::Boolean(flag) => NodeValue::Flag(flag),
        DeValue::Datetime(date) => NodeValue::Text(date.to_string()),
        DeValue::Array(items) => NodeValue::List(items.into_iter().map(of_toml).collect()),
        DeValue::Table(table) => of_toml_table(table),
    };
    Node { at, value }
}

/// The members of a JSON object in their order, each still as text.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(source: &str) -> Text<'_> {
        Text::new("f", source)
    }

    #[test]
    fn toml_and_json_of_one_shape_become_one_tree() {
        fn without_places(node: &Node) -> String {
            match &node.value {
                NodeValue::List(items) => {
                    items.iter().map(without_places).collect::<Vec<_>>().join(",")
                }
                NodeValue::Table(entries) => entries
                    .iter()
                    .map(|(key, node)| format!("{key}:({})", without_places(node)))
                    .collect(),
                other => format!("{other:?}"),
            }
        }
        let toml = "[report]\nkey = \"a\"\nyear = 2025\n[[patient]]\nage = 53.50\nknown = true\n";
        let json = r#"{"report":{"key":"a","year":2025},"patient":[{"age":53.50,"known":true}]}"#;
        let toml = text(toml).parse_toml().expect("TOML");
        let json = text(json).parse_json().expect("JSON");
        assert_eq!(without_places(&toml), without_places(&json));
        assert!(without_places(&toml).contains("Number(\"53.50\")"));
    }

    #[test]
    fn a_place_is_counted_as_an_editor_does() {
        let json = "{\n  \"糖\": 1,\n  \"b\": \"x\"\n}";
        let node = text(json).parse_json().expect("JSON");
        let NodeValue::Table(entries) = node.value else { panic!("a table") };
        let place = |at| text(json).place(at).to_string();
        assert_eq!(place(entries[0].1.at), "f, line 2, column 8");
        assert_eq!(place(entries[1].1.at), "f, line 3, column 8");
    }

    #[test]
    fn lines_of_json_keep_their_places() {
        let source = "{\"a\": 1}\n\n{\"a\": 2}\r\n{\"a\": }\n";
        let all = text(source);
        let read: Vec<_> = all.parse_json_lines().collect();
        let place = |at: usize| read[at].as_ref().map(|node| all.place(node.at).to_string());
        assert_eq!(place(0), Ok("f, line 1, column 1".to_owned()));
        assert_eq!(place(1), Ok("f, line 3, column 1".to_owned()));
        let broken = read[2].as_ref().expect_err("no JSON");
        assert_eq!(broken[0].place.to_string(), "f, line 4, column 7");
        assert_eq!(read.len(), 3);
    }

    #[test]
    fn a_document_of_endless_values_is_refused() {
        let source = text("[1,[2,3],4]");
        let raw: &RawValue = serde_json::from_str(source.source).expect("JSON");
        let read = |mut left: usize| source.of_json(raw, 0, &mut left);
        assert!(read(6).is_ok());
        let problems = read(5).expect_err("too many");
        assert!(problems[0].mismatch.expected.contains("at most 4000000 values"));
        let fields: Vec<_> = (0..200_000).map(|at| format!("\"{at}\":1")).collect();
        assert!(text(&format!("{{{}}}", fields.join(","))).parse_json().is_ok());
    }

    #[test]
    fn broken_text_says_where() {
        let places = |problems: Vec<Problem>| {
            problems.iter().map(|problem| problem.place.to_string()).collect::<Vec<_>>()
        };
        let toml = text("a = 1\nb = = 2\n").parse_toml().expect_err("no TOML");
        assert_eq!(places(toml)[0], "f, line 2, column 5");
        let json = text("{\n\"a\": 1,\n}").parse_json().expect_err("no JSON");
        assert_eq!(places(json), ["f, line 3, column 1"]);
        assert!(text(r#"{"a":1,"a":2}"#).parse_json().is_err(), "a repeated field");
        assert!(text(&"[".repeat(5000)).parse_json().is_err());
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(text(&deep).parse_json().is_err(), "too deep");
        assert!(text(&format!("a = {deep}")).parse_toml().is_err(), "too deep");
    }

    proptest! {
        #[test]
        fn no_text_panics(source in "\\PC{0,60}") {
            let _ = (text(&source).parse_toml(), text(&source).parse_json());
        }

        #[test]
        fn no_near_json_panics(source in "[\\[\\]{}\",:0-9a-z \\n]{0,60}") {
            let _ = (text(&source).parse_toml(), text(&source).parse_json());
        }
    }
}
