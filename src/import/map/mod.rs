//! The map: what a person wrote down about a table whose headings don't say it all. `--propose-map`
//! writes the first form of one.
//! Knows what columns hold and the words for it; must not know where a table comes from.
//! Start with `Map`; `read` is the text of a map, `headings` what needs none.

mod column;
mod dates;
mod headings;
mod propose;
mod read;
mod roles;

use super::delimited::{Encoding, Problems, Told};
use super::{How, ImportError, name_of, read_text};
use crate::domain::{Day, Mismatch, Place, parse_key};
pub(super) use dates::DateFormat;
pub(super) use headings::{Known, known_of};
pub(super) use propose::{Proposal, Proposed, Seen, is_of_trade, quoted};
pub(super) use read::{MapOf, read_map, stands_for_no_number};
pub(super) use roles::{Field, Measured, Role};
use std::collections::HashMap;

/// What a map says; what it doesn't is told by the headings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Map {
    pub delimiter: Option<u8>,
    pub encoding: Option<Encoding>,
    pub heading_row: Option<usize>,
    pub skip_rows: Vec<usize>,
    pub decimal_comma: bool,
    pub date_format: Option<DateFormat>,
    /// Labels without a digit are pseudonyms, which the person answers for.
    pub labels_are_pseudonyms: bool,
    /// Columns by their heading.
    pub columns: Vec<(String, Column)>,
    /// What holds for every row.
    pub constants: Vec<(Field, String)>,
    /// What a cell's text stands for.
    pub values: HashMap<String, String>,
    /// Names of analytes in the file, and their keys.
    pub analytes: HashMap<String, String>,
    /// Units of analytes for which the file gives none.
    pub units: HashMap<String, String>,
    /// Events of a REDCap project by their name.
    pub events: Vec<(String, Event)>,
}

impl Map {
    /// What it says of the file's bytes.
    pub fn told(&self) -> Told {
        let Map { delimiter, encoding, heading_row, .. } = *self;
        Told { delimiter, encoding, heading_row }
    }

    /// What it says of the column of this heading.
    pub fn column(&self, heading: &str) -> Option<&Column> {
        let named = |(name, _): &&(String, Column)| name.trim() == heading;
        self.columns.iter().find(named).map(|(_, column)| column)
    }

    /// What it says of the event of this name.
    pub fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|(known, _)| known == name).map(|(_, event)| event)
    }

    /// What holds for every row.
    pub fn constant(&self, field: Field) -> Option<&str> {
        let found = self.constants.iter().find(|(known, _)| *known == field);
        found.map(|(_, text)| text.as_str())
    }

    /// The report's key, if a constant gives it.
    pub fn report(&self) -> Option<Result<String, Mismatch>> {
        self.constant(Field::Report).map(parse_key)
    }
}

/// What the map says of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Where it says so.
    pub place: Place,
    pub role: Role,
    /// What its texts stand for.
    pub values: HashMap<String, String>,
}

/// What the map says of an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// Where it says so.
    pub place: Place,
    /// The visit it is.
    pub visit: Option<String>,
    /// Its day.
    pub day: Option<Day>,
}

/// The map that the person names, or an empty one.
///
/// # Errors
/// If it can't be opened; what is wrong inside comes back as problems.
pub(super) fn load_map(how: &How<'_>, of: MapOf) -> Result<Result<Map, Problems>, ImportError> {
    let Some(path) = &how.map else { return Ok(Ok(Map::default())) };
    Ok(match read_text(path)? {
        Ok(source) => read_map(&name_of(path), &source, known_of(how), of),
        Err(problem) => Err(vec![problem]),
    })
}
