//! TOML and JSON as one tree in which every value knows where it stands.

use super::problems::MOST_KEPT;
use crate::domain::{Level, Mismatch, Place, Problem};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::ops::Range;
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

/// What a document of TOML may weigh in signs, which are what values are made of to its parser: a file of
/// records has one in three characters, and reading it takes some 80 bytes for each.
const MOST_WEIGHT: usize = 8_000_000;

/// Of a longer text that is no TOML only the first mistake is told: there can be one in every character.
const LOOKED_THROUGH: usize = 1 << 20;

/// The text of a file, for places.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    file: &'a str,
    source: &'a str,
    /// One for every so many bytes, so that a place is found at once in a file of one long line.
    marks: Rc<[Mark]>,
}

/// So many bytes lie between two marks.
const BETWEEN: usize = 1 << 12;

/// What stands before a byte.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// How many lines ended.
    lines: usize,
    /// Where the line begins that it lies in.
    line_start: usize,
    /// How many characters began.
    chars: usize,
}

impl Mark {
    /// What stands before the byte behind `bytes`, which begin `at` this mark.
    fn after(mut self, at: usize, bytes: &[u8]) -> Mark {
        for (offset, byte) in bytes.iter().enumerate() {
            // Every byte but those that continue a character of UTF-8.
            self.chars += usize::from(byte & 0xc0 != 0x80);
            if *byte == b'\n' {
                self.lines += 1;
                self.line_start = at + offset + 1;
            }
        }
        self
    }
}

impl<'a> Text<'a> {
    /// The text of a file of this name.
    pub fn new(file: &'a str, source: &'a str) -> Text<'a> {
        let mut mark = Mark::default();
        let mut marks = vec![mark];
        for (at, bytes) in source.as_bytes().chunks(BETWEEN).enumerate() {
            mark = mark.after(at * BETWEEN, bytes);
            marks.push(mark);
        }
        Text { file, source, marks: marks.into() }
    }

    fn mark(&self, at: usize) -> Mark {
        let before = at / BETWEEN;
        let from = before * BETWEEN;
        self.marks[before].after(from, &self.source.as_bytes()[from..at])
    }

    /// The place of a byte, as an editor counts it.
    pub fn place(&self, at: usize) -> Place {
        let at = (0..=at.min(self.source.len()))
            .rev()
            .find(|&at| self.source.is_char_boundary(at))
            .unwrap_or(0);
        let here = self.mark(at);
        Place::Line {
            file: self.file.to_owned(),
            line: 1 + here.lines,
            column: 1 + here.chars - self.mark(here.line_start).chars,
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
        if let Some(at) = too_heavy(self.source, MOST_WEIGHT) {
            let mismatch = Mismatch::new("more than can be held", "a case file of some 20 MB")
                .mend("write it as JSON, which may be larger, or share it out over several files");
            return Err(vec![self.problem(at, "TOML", mismatch)]);
        }
        let errors = match DeTable::parse(self.source) {
            Ok(table) => {
                let at = table.span().start;
                return Ok(Node { at, value: of_toml_table(table.into_inner()) });
            }
            Err(first) if self.source.len() > LOOKED_THROUGH => vec![first],
            Err(_) => DeTable::parse_recoverable(self.source).1,
        };
        let problem = |error: &toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let expected = error.message().lines().next().unwrap_or_default().to_owned();
            self.problem(at, "TOML", Mismatch::new("", format!("TOML ({expected})")))
        };
        Err(errors.iter().take(MOST_KEPT).map(problem).collect())
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
        let mut end = 0;
        let lines = self.source.split_inclusive('\n').map(move |line| {
            end += line.len();
            (line, end - line.len()..end)
        });
        let filled = lines.filter(|(line, _)| !line.trim().is_empty());
        filled.map(|(_, part)| self.parse_json_at(part))
    }

    /// Read JSON that is this part of the text.
    fn parse_json_at(&self, part: Range<usize>) -> Result<Node, Vec<Problem>> {
        let (from, source) = (part.start, &self.source[part]);
        let problem = |(at, mismatch)| vec![self.problem(from + at, "JSON", mismatch)];
        if source.trim().is_empty() {
            return Err(problem((0, Mismatch::new("nothing", "JSON"))));
        }
        if let Some(at) = one_value_too_many(source, MOST_VALUES) {
            let expected = format!("at most {MOST_VALUES} values; share it out over several files");
            return Err(problem((at, Mismatch::new("", expected))));
        }
        let raw: &RawValue =
            serde_json::from_str(source).map_err(|error| problem(no_json(source, &error)))?;
        self.of_json(raw, 0)
    }

    fn of_json(&self, raw: &RawValue, depth: usize) -> Result<Node, Vec<Problem>> {
        let text = raw.get();
        // RawValue borrows from the source, so its address says where it stands.
        let at = text.as_ptr() as usize - self.source.as_ptr() as usize;
        let broken = |expected: String| vec![self.problem(at, "JSON", Mismatch::new("", expected))];
        if depth > DEEPEST {
            return Err(broken(format!("values at most {DEEPEST} deep")));
        }
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
                    entries.push((key, self.of_json(member, depth + 1)?));
                }
                NodeValue::Table(entries)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(wrong)?;
                let items = items.into_iter().map(|item| self.of_json(item, depth + 1));
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

/// Where a text is no JSON, and what to do.
fn no_json(source: &str, error: &serde_json::Error) -> (usize, Mismatch) {
    let lines = source.split_inclusive('\n').take(error.line().max(1) - 1);
    let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let mut mismatch = Mismatch::new("", format!("JSON ({message})"));
    let rest = source.get(at..).unwrap_or_default().trim_start_matches('-');
    // What programs write that know such numbers, and JSON does not.
    if let Some(word) = ["NaN", "Inf", "nan", "inf"].iter().find(|one| rest.starts_with(**one)) {
        mismatch.found = (*word).to_owned();
        mismatch = mismatch.mend("write null, or leave the field out: JSON has no such number");
    } else if error.is_eof() {
        mismatch = mismatch.mend("the file ends too early: copy or download it again");
    }
    (at, mismatch)
}

/// Where a text of TOML weighs more than `most`. A list or table takes as much as many a value: each table is
/// a tree of its own, whose smallest node has room for eleven fields.
fn too_heavy(source: &str, most: usize) -> Option<usize> {
    let mut weight = 0;
    source.bytes().position(|byte| {
        weight += match byte {
            b'[' => 10,
            b'{' => 20,
            b',' => 2,
            byte => usize::from(byte.is_ascii() && !byte.is_ascii_alphanumeric()),
        };
        weight > most
    })
}

/// Where a text of JSON begins a value more than `most`: each but the first stands behind a comma, or begins
/// a list or an object.
fn one_value_too_many(source: &str, most: usize) -> Option<usize> {
    let (mut is_text, mut is_escaped, mut values) = (false, false, 1);
    for (at, byte) in source.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b',' | b'[' | b'{' if !is_text => {
                values += 1;
                if values > most {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
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
        assert_eq!(one_value_too_many("[1,[2,3],{\"a,[\\\",\": 4}]", 7), None);
        assert_eq!(one_value_too_many("[1,[2,3],{\"a,[\\\",\": 4}]", 6), Some(9));
        let values = format!("[{}1]", "1,".repeat(MOST_VALUES));
        let problems = text(&values).parse_json().expect_err("too many");
        assert!(problems[0].mismatch.expected.contains("at most 4000000 values"));
        let fields: Vec<_> = (0..200_000).map(|at| format!("\"{at}\":1")).collect();
        assert!(text(&format!("{{{}}}", fields.join(","))).parse_json().is_ok());
        assert_eq!(too_heavy("[[a]]\nb = {}\n", 48), None);
        assert_eq!(too_heavy("[[a]]\nb = {}\n", 47), Some(12));
        let heavy = "=\n".repeat(MOST_WEIGHT / 2 + 1);
        let problems = text(&heavy).parse_toml().expect_err("too many");
        assert!(problems[0].mismatch.to_string().contains("JSON"));
    }

    #[test]
    fn a_file_of_nothing_but_mistakes_is_named_by_the_first_ones() {
        let few = "=\n".repeat(LOOKED_THROUGH / 4);
        let told = text(&few).parse_toml().expect_err("no TOML").len();
        assert!((2..=MOST_KEPT).contains(&told), "{told}");
        let many = "=\n".repeat(LOOKED_THROUGH);
        assert_eq!(text(&many).parse_toml().expect_err("no TOML").len(), 1);
    }

    /// A minified file is one line of many megabytes, and each of its values may need a place.
    #[test]
    fn places_in_one_long_line_are_found_at_once() {
        let line = "糖,".repeat(1 << 20);
        let source = format!("a\n{line}\nb");
        let text = text(&source);
        let began = std::time::Instant::now();
        for at in (0..line.len()).step_by(64) {
            let column = 1 + at / 4 * 2;
            assert_eq!(text.place(2 + at).to_string(), format!("f, line 2, column {column}"));
        }
        assert_eq!(text.place(source.len()).to_string(), "f, line 3, column 2");
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
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
