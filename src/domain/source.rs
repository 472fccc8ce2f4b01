//! Where a value was read, and how.

use super::mismatch::words;
use serde::Serialize;

words! {
    /// How a value came out of its report.
    Method as "how it was read" {
        /// From the running text.
        Text = "text",
        /// From a table.
        Table = "table",
        /// Digitised from a figure.
        Figure = "figure",
        /// From the authors.
        Author = "author",
        /// From the laboratory.
        Lab = "lab",
    }
}

/// The place a value was read in, the words it was read from, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Source {
    /// Page, table or figure: "table 2, p. 4".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The report's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// How it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
}

impl Source {
    /// The source itself, unless it says nothing at all.
    pub fn unless_empty(self) -> Option<Source> {
        (self != Source::default()).then_some(self)
    }
}
