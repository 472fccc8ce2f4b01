//! What was done to each field, how often, and which texts are left for a person to read.

use std::collections::{BTreeMap, BTreeSet};

/// What was done to the values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Treated {
    /// The record: report, patient, visit …
    pub noun: &'static str,
    /// The field.
    pub field: &'static str,
    /// What was done.
    pub done: &'static str,
    /// To how many values.
    pub values: usize,
}

/// A text that was kept because the data are of no use without it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Review {
    /// The record.
    pub noun: &'static str,
    /// The field.
    pub field: &'static str,
    /// The text.
    pub text: String,
}

/// The account of one export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    treated: BTreeMap<(usize, &'static str, &'static str), usize>,
    review: BTreeSet<Review>,
}

/// In the order people are told of them.
const NOUNS: [&str; 13] = [
    "report",
    "attribute",
    "cohort",
    "endpoint",
    "product",
    "patient",
    "infusion",
    "visit",
    "measurement",
    "reading",
    "statement",
    "event",
    "medication",
];

pub(super) const KEPT: &str = "kept";
pub(super) const LEFT_OUT: &str = "left out";
const FOR_REVIEW: &str = "kept, for you to read";

impl Account {
    /// What was done, in the order of the records.
    pub fn treated(&self) -> Vec<Treated> {
        let line = |(&(noun, field, done), &values): (&(usize, _, _), &usize)| Treated {
            noun: NOUNS[noun],
            field,
            done,
            values,
        };
        self.treated.iter().map(line).collect()
    }

    /// The texts that were kept, each once.
    pub fn review(&self) -> impl Iterator<Item = &Review> {
        self.review.iter()
    }

    /// Count something that was done to a value.
    pub(super) fn count(&mut self, noun: &'static str, field: &'static str, done: &'static str) {
        *self.entry(noun, field, done) += 1;
    }

    fn entry(&mut self, noun: &'static str, field: &'static str, done: &'static str) -> &mut usize {
        let at = NOUNS.iter().position(|known| *known == noun);
        self.treated.entry((at.expect("every noun is listed"), field, done)).or_default()
    }

    /// The value as it is.
    pub(super) fn keep<T>(
        &mut self,
        (noun, field): (&'static str, &'static str),
        value: Option<T>,
    ) -> Option<T> {
        *self.entry(noun, field, KEPT) += usize::from(value.is_some());
        value
    }

    /// Nothing in place of the value.
    pub(super) fn drop<T>(
        &mut self,
        (noun, field): (&'static str, &'static str),
        value: Option<T>,
    ) -> Option<T> {
        *self.entry(noun, field, LEFT_OUT) += usize::from(value.is_some());
        None
    }

    /// The text as it is, told to whoever exports.
    pub(super) fn show(
        &mut self,
        (noun, field): (&'static str, &'static str),
        text: Option<String>,
    ) -> Option<String> {
        *self.entry(noun, field, FOR_REVIEW) += usize::from(text.is_some());
        self.review.extend(text.clone().map(|text| Review { noun, field, text }));
        text
    }
}
