//! One row of a sheet of the form, read by the names of its columns.

use super::cells::{Cell, SheetRow};
use crate::domain::{Level, Method, Mismatch, PartialDate, Place, Problem, Source, plain};
use crate::import::clock::{Times, split_time};
use crate::import::problems::Problems;
use crate::import::table::Sheet;
use std::cell::RefCell;
use std::collections::HashMap;

/// A sheet whose columns are known.
#[derive(Debug)]
pub(super) struct Headed {
    /// Its headings and places.
    pub sheet: Sheet,
    /// Which column has which name, in the form of [`plain`].
    pub columns: HashMap<String, usize>,
    /// What is wrong in it.
    pub problems: RefCell<Problems>,
    /// Times of day behind its dates.
    pub times: RefCell<Times>,
}

impl Headed {
    /// Say that something can't be used.
    pub fn wrong(&self, place: Place, what: impl Into<String>, mismatch: Mismatch) {
        let problem = Problem { level: Level::Error, place, what: what.into(), mismatch };
        self.problems.borrow_mut().push(problem);
    }
}

/// One row.
pub(super) struct Line<'a> {
    pub headed: &'a Headed,
    pub row: &'a SheetRow,
    /// What the row is about, for problems.
    pub what: String,
    pub decimal_comma: bool,
}

impl<'a> Line<'a> {
    /// The place of the row.
    pub fn place(&self) -> Place {
        self.headed.sheet.place(self.row.number, None)
    }

    /// The place of a cell.
    pub fn place_of(&self, column: usize) -> Place {
        self.headed.sheet.place(self.row.number, Some(column))
    }

    /// The cell in this column.
    pub fn cell(&self, column: usize) -> Option<&'a Cell> {
        let cells = &self.row.cells;
        cells.binary_search_by_key(&column, |cell| cell.column).ok().map(|at| &cells[at])
    }

    /// Say that a cell can't be used.
    pub fn wrong(&self, column: usize, mismatch: Mismatch) {
        self.headed.wrong(self.place_of(column), self.what.clone(), mismatch);
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.headed.columns.get(&plain(name)).copied()
    }

    fn named(&self, name: &str) -> Option<(usize, &'a Cell)> {
        let column = self.column(name)?;
        self.cell(column).map(|cell| (column, cell))
    }

    /// A field read by `parse`.
    pub fn parsed<T>(&self, name: &str, parse: impl Fn(&str) -> Result<T, Mismatch>) -> Option<T> {
        let (column, cell) = self.named(name)?;
        cell.plain().and_then(parse).map_err(|mismatch| self.wrong(column, mismatch)).ok()
    }

    /// A field with a number, read by `parse`.
    pub fn number<T>(&self, name: &str, parse: impl Fn(&str) -> Result<T, Mismatch>) -> Option<T> {
        self.parsed(name, |text| parse(&with_point(text, self.decimal_comma)))
    }

    /// A field with a whole number within these.
    pub fn whole(&self, name: &str, least: u32, most: u32) -> Option<u32> {
        self.parsed(name, |text| match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err(Mismatch::new(text, format!("a whole number from {least} to {most}"))),
        })
    }

    /// A field with text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.parsed(name, |text| {
            if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                return Err(Mismatch::new("a control character", "text"));
            }
            Ok(text.to_owned())
        })
    }

    /// Say that a field must be there, unless it is.
    pub fn demand(&self, name: &str, example: &str) {
        if self.named(name).is_none() {
            let place = match self.column(name) {
                Some(column) => self.place_of(column),
                None => self.place(),
            };
            let mismatch = Mismatch::new("nothing", format!("{name}, for example {example}"))
                .mend("fill in the cell, or empty the whole row");
            self.headed.wrong(place, self.what.clone(), mismatch);
        }
    }

    /// A field with text that must be there.
    pub fn required(&self, name: &str, example: &str) -> Option<String> {
        self.demand(name, example);
        self.text(name)
    }

    /// A field with a date.
    pub fn date(&self, name: &str) -> Option<PartialDate> {
        let (column, cell) = self.named(name)?;
        let read = self.date_in(column, cell).and_then(PartialDate::parse);
        read.map_err(|mismatch| self.wrong(column, mismatch)).ok()
    }

    /// The text of a cell where a date is expected, without the time behind it, which is noted.
    pub fn date_in<'c>(&self, column: usize, cell: &'c Cell) -> Result<&'c str, Mismatch> {
        let text = cell.date()?;
        self.headed.times.borrow_mut().see(column, self.row.number, text);
        Ok(split_time(text).0)
    }

    /// A field that is yes or no.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.parsed(name, |text| match text.to_lowercase().as_str() {
            "yes" | "y" | "true" => Ok(true),
            "no" | "n" | "false" => Ok(false),
            _ => Err(Mismatch::new(text, "yes or no")),
        })
    }

    /// Where the row was read.
    pub fn source(&self) -> Option<Source> {
        let method = self.parsed("method", Method::parse);
        Source { place: self.text("source"), quote: self.text("quote"), method }.unless_empty()
    }
}

/// A number with a decimal comma, written with a point, where the comma is declared.
pub(super) fn with_point(text: &str, decimal_comma: bool) -> String {
    let is_comma = |at: usize| {
        let bytes = text.as_bytes();
        let digit =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        digit(at.checked_sub(1)) && digit(Some(at + 1))
    };
    match (decimal_comma, text.matches(',').count(), text.find(',')) {
        (true, 1, Some(at)) if !text.contains('.') && is_comma(at) => text.replacen(',', ".", 1),
        _ => text.to_owned(),
    }
}
