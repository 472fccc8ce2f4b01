//! One data set of SDTM, whatever file it stands in: variables by name, observations in order.

use super::super::table::{Held, Row, Sheet};
use crate::domain::{Mismatch, Place};
use csv::StringRecord;
use std::collections::HashMap;

/// A data set.
#[derive(Debug)]
pub(super) struct DataSet {
    /// Its domain, in capitals: DM, LB …
    pub name: String,
    sheet: Sheet,
    rows: Vec<Row>,
    columns: HashMap<String, usize>,
    held: Held,
}

impl DataSet {
    /// An empty one with these variables.
    pub fn new<'a>(file: &str, name: &str, headings: impl Iterator<Item = &'a str>) -> DataSet {
        let headings = headings.map(Into::into).collect();
        let sheet = Sheet { file: file.into(), name: None, headings, heading_row: 0 };
        DataSet::of_sheet(name, sheet, Vec::new())
    }

    /// A table with the headings of a data set.
    pub fn of_sheet(name: &str, sheet: Sheet, rows: Vec<Row>) -> DataSet {
        let named = |(at, heading): (usize, &std::sync::Arc<str>)| (heading.to_uppercase(), at);
        let columns = sheet.headings.iter().enumerate().map(named).collect();
        DataSet { name: name.to_uppercase(), sheet, rows, columns, held: Held::default() }
    }

    /// Add an observation; its number counts from 1. A blank one is left out.
    ///
    /// # Errors
    /// If there are more than can be held.
    pub fn push(&mut self, cells: StringRecord) -> Result<(), Mismatch> {
        let number = self.rows.last().map_or(0, |row| row.number) + 1;
        let row = Row { number, cells };
        if !row.is_blank() {
            self.held.add(&row.cells)?;
            self.rows.push(row);
        }
        Ok(())
    }

    /// The observations in their order.
    pub fn rows(&self) -> impl Iterator<Item = Observation<'_>> {
        self.rows.iter().map(|row| Observation { set: self, row })
    }

    /// The names of its variables, in capitals.
    pub fn variables(&self) -> impl Iterator<Item = String> {
        self.sheet.headings.iter().map(|heading| heading.to_uppercase())
    }

    /// The domain that stands in its first observation.
    pub fn domain(&self) -> Option<String> {
        self.rows().next()?.get("DOMAIN").map(str::to_uppercase)
    }

    /// The place of the whole data set.
    pub fn place(&self) -> Place {
        self.sheet.place(1, None)
    }
}

/// One observation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observation<'a> {
    set: &'a DataSet,
    row: &'a Row,
}

impl<'a> Observation<'a> {
    /// The value of a variable; `None` if it is missing or the data set does not have it.
    pub fn get(&self, variable: &str) -> Option<&'a str> {
        self.row.cell(*self.set.columns.get(variable)?)
    }

    /// The value of a variable of the domain: `of("DTC")` is LBDTC in LB.
    pub fn of(&self, suffix: &str) -> Option<&'a str> {
        self.get(&self.named(suffix))
    }

    /// The name of a variable of the domain.
    pub fn named(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.set.name)
    }

    /// The place of the observation.
    pub fn place(&self) -> Place {
        self.set.sheet.place(self.row.number, None)
    }

    /// The place of a variable's value.
    pub fn at(&self, variable: &str) -> Place {
        self.set.sheet.place(self.row.number, self.set.columns.get(variable).copied())
    }
}
