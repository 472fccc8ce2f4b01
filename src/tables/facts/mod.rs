//! One record, one fact a line: shown as it is, or as it was before an edit and after it. For people
//! what is not reported is left out; for machines it is null.

mod nouns;

use super::list::{ListColumn, list_grid, list_records, text};
use super::page::{Block, Page, Value};
use crate::domain::{Catalogue, Source};
use std::borrow::Cow;

/// One thing that is known of a record, or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What machines call it.
    pub name: Cow<'static, str>,
    /// What people call it; empty for what is for machines only.
    pub label: Cow<'static, str>,
    /// What it is.
    pub value: Value,
    /// How people read the value, where it is not read as it stands.
    pub words: Option<String>,
}

impl Fact {
    /// A fact that is read as it stands.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> Fact {
        Fact { name: name.into(), label: label.into(), value: value.into(), words: None }
    }

    /// The same fact with its unit, or whatever people read behind the value.
    #[must_use]
    pub fn unit(self, unit: &str) -> Fact {
        let words = (self.value != Value::Null).then(|| format!("{} {unit}", text(&self.value)));
        Fact { words, ..self }
    }

    /// The same fact in these words.
    #[must_use]
    pub fn words(self, words: Option<String>) -> Fact {
        Fact { words: words.or(self.words.clone()), ..self }
    }

    /// How people read it; none if it is not reported.
    fn read(&self) -> Option<String> {
        match &self.value {
            Value::Null => None,
            value => Some(self.words.clone().unwrap_or_else(|| text(value))),
        }
    }
}

/// A record whose fields can be told one by one.
pub trait Described {
    /// Every field in the order people ask for it, reported or not; analytes by the names that this
    /// catalogue has for them.
    fn facts(&self, catalogue: &Catalogue) -> Vec<Fact>;
}

/// The three facts of a source.
pub(super) fn source_facts(source: Option<&Source>) -> [Fact; 3] {
    let source = source.cloned().unwrap_or_default();
    [
        Fact::new("source", "Read in", source.place),
        Fact::new("quote", "Quote", source.quote),
        Fact::new("method", "Read from", source.method.map(|method| method.as_str())),
    ]
}

/// Lay out one record of `name` (for example `event`).
pub fn lay_out_facts(title: &str, name: &str, facts: &[Fact]) -> Page {
    let mut page = Page::new(title);
    let line = |fact: &Fact| Some((fact.label.to_string(), fact.read()?));
    let told = facts.iter().filter(|fact| !fact.label.is_empty());
    page.blocks.push(Block::Facts(told.filter_map(line).collect()));
    let columns: Vec<ListColumn<'_>> =
        facts.iter().map(|fact| (&*fact.name, &*fact.label)).collect();
    let row = facts.iter().map(|fact| fact.value.clone()).collect();
    page.records.push(list_records(name, &columns, vec![row]));
    page
}

const CHANGES: [ListColumn<'static>; 5] =
    [("record", ""), ("field", ""), ("label", "Field"), ("before", "Before"), ("after", "After")];

/// Lay out what an edit changed, one field a line; `record` is what it is of, such as
/// `event ward-3/07 1`, and `verb` what was done to it.
pub fn lay_out_edited<T: Described>(
    verb: &str,
    record: &str,
    (before, after): (&T, &T),
    catalogue: &Catalogue,
) -> Page {
    let (mut before, mut after) = (before.facts(catalogue), after.facts(catalogue));
    // Not every patient has every attribute: what one of the two lacks is not reported there.
    complete(&mut after, &before);
    complete(&mut before, &after);
    let of = |facts: &[Fact], fact: &Fact| facts.iter().find(|one| one.name == fact.name).cloned();
    let pairs = after.iter().filter_map(|is| Some((of(&before, is)?, is.clone())));
    let changed: Vec<(Fact, Fact)> = pairs.filter(|(was, is)| was.value != is.value).collect();
    let told = |fact: &Fact| fact.read().unwrap_or_else(|| "not reported".to_owned());
    let lines: Vec<Vec<Value>> = changed
        .iter()
        .map(|(was, is)| {
            let (name, label) = (&*is.name, &*is.label);
            vec![record.into(), name.into(), label.into(), told(was).into(), told(is).into()]
        })
        .collect();
    let values = changed.iter().map(|(was, is)| {
        let (name, label) = (&*is.name, &*is.label);
        vec![record.into(), name.into(), label.into(), was.value.clone(), is.value.clone()]
    });
    let mut page = Page::new(format!("{verb} {record}"));
    page.records.push(list_records("changes", &CHANGES, values.collect()));
    page.blocks.push(Block::Grid(list_grid(None, &CHANGES, &lines)));
    page
}

/// Add to `facts` those it lacks of `others`, without a value.
fn complete(facts: &mut Vec<Fact>, others: &[Fact]) {
    for other in others {
        if !facts.iter().any(|known| known.name == other.name) {
            facts.push(Fact::new(other.name.clone(), other.label.clone(), Value::Null));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Medication, Method};

    fn insulin(dose: Option<f64>) -> Medication {
        let dose_unit = dose.map(|_| "U".to_owned());
        let source = Some(Source { method: Some(Method::Table), ..Source::default() });
        let drug = "insulin".to_owned();
        Medication { drug, dose_per_day: dose, dose_unit, source, ..Medication::default() }
    }

    fn lines(page: &Page) -> Vec<String> {
        match &page.blocks[0] {
            Block::Facts(facts) => facts.iter().map(|(a, b)| format!("{a}: {b}")).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_dose_of_nought_is_not_a_dose_that_is_not_known() {
        let shown = |dose| {
            lines(&lay_out_facts("t", "medication", &insulin(dose).facts(Catalogue::built_in())))
        };
        assert!(shown(Some(0.0)).contains(&"Dose per day: 0 U, free of it".to_owned()));
        assert!(shown(Some(12.5)).contains(&"Dose per day: 12.5 U".to_owned()));
        assert_eq!(shown(None), ["Drug: insulin", "Read from: table"]);
    }

    #[test]
    fn machines_get_every_field_and_null_for_what_is_not_reported() {
        let page = lay_out_facts("t", "medication", &insulin(None).facts(Catalogue::built_in()));
        let set = &page.records[0];
        let at = set.columns.iter().position(|name| name == "dose_per_day").expect("a column");
        assert_eq!(set.rows[0][at], Value::Null);
        assert_eq!(set.columns.len(), set.rows[0].len());
    }

    #[test]
    fn an_edit_tells_the_fields_that_changed_and_no_others() {
        let page = lay_out_edited(
            "Edited",
            "x",
            (&insulin(None), &insulin(Some(0.0))),
            Catalogue::built_in(),
        );
        let fields: Vec<_> = page.records[0].rows.iter().map(|row| row[1].clone()).collect();
        assert_eq!(fields, [Value::from("dose_per_day"), Value::from("dose_unit")]);
        assert_eq!(page.records[0].rows[0][3..], [Value::Null, Value::Number(0.0)]);
    }
}
