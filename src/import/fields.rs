//! The fields of one table, read by name; what is wrong is collected, what is unknown is named.

use super::document::{Node, NodeValue, Text};
use super::problems::Problems;
use crate::domain::{
    AttributeGiven, Level, Method, Mismatch, Place, Placed, Problem, Source, identifies, nearest,
};
use std::cell::RefCell;

/// A list that people write by hand has at most so many items.
const MOST_BY_HAND: usize = 1_000;

/// One table of a document and what is wrong with it.
pub(super) struct Fields<'a> {
    text: &'a Text<'a>,
    node: &'a Node,
    /// What the table is about, for problems: `patient 1, visit W4`.
    pub what: String,
    /// The document it is of, for what is unknown in it.
    of: Document,
    asked: RefCell<Vec<&'static str>>,
    problems: &'a RefCell<Problems>,
}

/// What a table is part of.
#[derive(Debug, Clone, Copy)]
struct Document {
    name: &'static str,
    /// What people may write for a field that is called otherwise here.
    otherwise: &'static [(&'static str, &'static str)],
}

impl<'a> Fields<'a> {
    pub fn new(
        text: &'a Text<'a>,
        node: &'a Node,
        what: impl Into<String>,
        problems: &'a RefCell<Problems>,
    ) -> Fields<'a> {
        let of = Document { name: "the case file", otherwise: &[] };
        Fields::part(of, text, node, what.into(), problems)
    }

    /// The same of another document, and what people may write for a field that is called otherwise there.
    pub fn of(
        self,
        name: &'static str,
        otherwise: &'static [(&'static str, &'static str)],
    ) -> Fields<'a> {
        Fields { of: Document { name, otherwise }, ..self }
    }

    fn part(
        of: Document,
        text: &'a Text<'a>,
        node: &'a Node,
        what: String,
        problems: &'a RefCell<Problems>,
    ) -> Fields<'a> {
        let fields = Fields { text, node, what, of, asked: RefCell::default(), problems };
        if !matches!(node.value, NodeValue::Table(_)) {
            fields.wrong(node.at, "", Mismatch::new(node.value.kind(), "a table of fields"));
        }
        fields
    }

    /// Fields of a table inside this one.
    pub fn inside(&self, node: &'a Node, what: impl Into<String>) -> Fields<'a> {
        Fields::part(self.of, self.text, node, what.into(), self.problems)
    }

    /// The byte at which the table begins.
    pub fn at(&self) -> usize {
        self.node.at
    }

    /// Where the table begins.
    pub fn place(&self) -> Place {
        self.text.place(self.node.at)
    }

    /// A record that stands where this table begins.
    pub fn placed<T>(&self, record: T) -> Placed<T> {
        Placed { place: self.place(), record }
    }

    /// The place of a byte.
    pub fn place_at(&self, at: usize) -> Place {
        self.text.place(at)
    }

    /// Say that something at a place can't be used.
    pub fn wrong(&self, at: usize, field: &str, mismatch: Mismatch) {
        let what = match (self.what.as_str(), field) {
            ("", field) => field.to_owned(),
            (what, "") => what.to_owned(),
            (what, field) => format!("{what}, {field}"),
        };
        let place = self.text.place(at);
        self.problems.borrow_mut().push(Problem { level: Level::Error, place, what, mismatch });
    }

    /// The field of this name, unless it is left out.
    pub fn get(&self, name: &'static str) -> Option<&'a Node> {
        if !self.asked.borrow().contains(&name) {
            self.asked.borrow_mut().push(name);
        }
        let NodeValue::Table(entries) = &self.node.value else { return None };
        let found = entries.iter().find(|(key, _)| key == name).map(|(_, node)| node);
        found.filter(|node| node.value != NodeValue::Null)
    }

    /// The text of a field. A number comes as printed.
    pub fn text(&self, name: &'static str) -> Option<String> {
        self.parsed(name, |text| {
            if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                return Err(Mismatch::new("a control character", "text"));
            }
            Ok(text.to_owned())
        })
    }

    /// Say that a field must be there, unless it is.
    pub fn demand(&self, name: &'static str, example: &str) {
        if self.get(name).is_none() {
            let expected = format!("{name} = {example}");
            self.wrong(self.node.at, "", Mismatch::new("nothing", expected));
        }
    }

    /// The text of a field that must be there.
    pub fn required(&self, name: &'static str, example: &str) -> Option<String> {
        self.demand(name, example);
        self.text(name)
    }

    /// A field read by `parse`.
    pub fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, Mismatch>,
    ) -> Option<T> {
        let node = self.get(name)?;
        let text = match &node.value {
            NodeValue::Text(text) | NodeValue::Number(text) => text.trim(),
            NodeValue::Flag(true) => "true",
            NodeValue::Flag(false) => "false",
            other => {
                self.wrong(node.at, name, Mismatch::new(other.kind(), "a text or a number"));
                return None;
            }
        };
        if text.is_empty() {
            let mismatch = Mismatch::new("", "a value");
            self.wrong(node.at, name, mismatch.mend("leave out what is not reported"));
            return None;
        }
        parse(text).map_err(|mismatch| self.wrong(node.at, name, mismatch)).ok()
    }

    /// A field that is true or false.
    pub fn flag(&self, name: &'static str) -> Option<bool> {
        self.parsed(name, |text| match text {
            "true" | "yes" => Ok(true),
            "false" | "no" => Ok(false),
            _ => Err(Mismatch::new(text, "true or false")),
        })
    }

    /// The items of a list; a single item stands for a list of one.
    pub fn list(&self, name: &'static str) -> Vec<&'a Node> {
        match self.get(name) {
            None => Vec::new(),
            Some(Node { value: NodeValue::List(items), .. }) => items.iter().collect(),
            Some(node) => vec![node],
        }
    }

    /// The items of a list that is never long, such as the values of a category; of a longer one it is
    /// said, and the first are read.
    pub fn few(&self, name: &'static str) -> Vec<&'a Node> {
        let mut items = self.list(name);
        if let Some(next) = items.get(MOST_BY_HAND) {
            let mismatch = Mismatch::new(
                format!("{} of them", items.len()),
                format!("at most {MOST_BY_HAND}"),
            );
            self.wrong(next.at, name, mismatch);
            items.truncate(MOST_BY_HAND);
        }
        items
    }

    /// The texts of a list that is never long.
    pub fn texts(&self, name: &'static str) -> Vec<String> {
        let text = |node: &Node| match &node.value {
            NodeValue::Text(text) | NodeValue::Number(text) => Some(text.clone()),
            other => {
                let mismatch = Mismatch::new(other.kind(), "a list of texts");
                self.wrong(node.at, name, mismatch);
                None
            }
        };
        self.few(name).into_iter().filter_map(text).collect()
    }

    /// A source: its place as a text, or a table of place, quote and method.
    pub fn source(&self, name: &'static str) -> Option<Source> {
        let node = self.get(name)?;
        if let NodeValue::Text(place) = &node.value {
            return Source { place: Some(place.clone()), ..Source::default() }.unless_empty();
        }
        let fields = self.inside(node, format!("{}, {name}", self.what));
        let source = Source {
            place: fields.text("place"),
            quote: fields.text("quote"),
            method: fields.parsed("method", Method::parse),
        };
        fields.finish();
        source.unless_empty()
    }

    /// Every entry with its name, for tables that may have any.
    pub fn entries(&self) -> &'a [(String, Node)] {
        match &self.node.value {
            NodeValue::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The fields as values of attributes, whatever they are called. Which attributes there are, the
    /// registry knows.
    pub fn given(self) -> Vec<Placed<AttributeGiven>> {
        let NodeValue::Table(entries) = &self.node.value else { return Vec::new() };
        let mut given = Vec::new();
        for (key, node) in entries {
            let text = match &node.value {
                NodeValue::Null => continue,
                NodeValue::Text(text) | NodeValue::Number(text) => text.clone(),
                NodeValue::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
                other => {
                    let mismatch = Mismatch::new(other.kind(), "a text, a number, true or false");
                    self.wrong(node.at, key, mismatch);
                    continue;
                }
            };
            let record = AttributeGiven { key: key.clone(), text };
            given.push(Placed { place: self.place_at(node.at), record });
        }
        given
    }

    /// Name every field that nobody asked for.
    pub fn finish(self) {
        let NodeValue::Table(entries) = &self.node.value else { return };
        let asked = self.asked.borrow();
        for (key, node) in entries {
            if asked.contains(&key.as_str()) {
                continue;
            }
            let mismatch = Mismatch::new(key.as_str(), format!("a field of {}", self.of.name));
            let otherwise = self.of.otherwise.iter().find(|(written, _)| written == key);
            let meant = otherwise.map(|(_, meant)| *meant).filter(|meant| asked.contains(meant));
            let mismatch = if identifies(key) {
                mismatch.mend("it could identify a person and is never recorded: leave it out")
            } else if let Some(near) = meant.or_else(|| nearest(key, asked.iter().copied())) {
                mismatch.mend(format!("did you mean \"{near}\"?"))
            } else {
                mismatch.mend(format!("possible here: {}", asked.join(", ")))
            };
            // A whole document is about nothing in particular.
            let field = if self.what.is_empty() { "field" } else { "" };
            self.wrong(node.at, field, mismatch);
        }
    }
}
