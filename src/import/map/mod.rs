//! The map: what a person wrote down about a table whose headings don't say it all. `--propose-map`
//! writes the first form of one.
//! Knows roles of columns and the words for them; must not know where a table comes from.
//! Start with `Map`, then `read` (the text of a map).

mod dates;
mod read;
mod roles;

use super::delimited::{Encoding, Problems, Told};
use super::{How, ImportError, name_of, read_text};
use crate::domain::{Mismatch, parse_key};
pub(super) use dates::DateFormat;
pub(super) use read::{read_map, stands_for_no_number};
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
    /// Columns by their heading, with the place that says so.
    pub columns: Vec<(String, Column)>,
    /// What holds for every row.
    pub constants: Vec<(Field, String)>,
    /// What a cell's text stands for.
    pub values: HashMap<String, String>,
    /// Names of analytes in the file, and their keys.
    pub analytes: HashMap<String, String>,
    /// Units of analytes for which the file gives none.
    pub units: HashMap<String, String>,
}

impl Map {
    /// What it says of the file's bytes.
    pub fn told(&self) -> Told {
        let Map { delimiter, encoding, heading_row, .. } = *self;
        Told { delimiter, encoding, heading_row }
    }

    /// The report's key, if a constant gives it.
    pub fn report(&self) -> Option<Result<String, Mismatch>> {
        let found = self.constants.iter().find(|(field, _)| *field == Field::Report);
        found.map(|(_, key)| parse_key(key))
    }
}

/// What the map says of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub role: Role,
    /// What its texts stand for.
    pub values: HashMap<String, String>,
}

/// The map that the person names, or an empty one.
///
/// # Errors
/// If it can't be opened; what is wrong inside comes back as problems.
pub(super) fn load_map(how: &How<'_>) -> Result<Result<Map, Problems>, ImportError> {
    let Some(path) = &how.map else { return Ok(Ok(Map::default())) };
    Ok(match read_text(path)? {
        Ok(source) => read_map(&name_of(path), &source, how.catalogue),
        Err(problem) => Err(vec![problem]),
    })
}
