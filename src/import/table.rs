//! The neutral form of every table, whatever file it stands in: a heading for each column, and rows of
//! texts that know their number.

use crate::domain::{Mismatch, Place};
use csv::StringRecord;
use std::sync::Arc;

/// A table without its rows: which file and sheet, and the headings of its columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    /// The file's name.
    pub file: Arc<str>,
    /// The sheet, where the file has sheets.
    pub name: Option<Arc<str>>,
    /// The headings from left to right, without the blanks around them; one may be empty.
    pub headings: Vec<Arc<str>>,
    /// The row the headings stand in.
    pub heading_row: usize,
}

impl Sheet {
    /// The same with texts of its own.
    pub fn copy(&self) -> Sheet {
        let copy = |text: &Arc<str>| Arc::from(&**text);
        Sheet {
            file: copy(&self.file),
            name: self.name.as_ref().map(copy),
            headings: self.headings.iter().map(copy).collect(),
            heading_row: self.heading_row,
        }
    }

    /// The place of a cell, or of a row.
    pub fn place(&self, row: usize, column: Option<usize>) -> Place {
        Place::Cell {
            file: Arc::clone(&self.file),
            sheet: self.name.clone(),
            row,
            column: column.map(|at| self.heading(at)),
        }
    }

    /// What a column is called: its heading, or its letter.
    pub fn heading(&self, column: usize) -> Arc<str> {
        match self.headings.get(column) {
            Some(heading) if !heading.is_empty() => Arc::clone(heading),
            _ => column_name(column).into(),
        }
    }
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its number as the spreadsheet shows it, counted from 1.
    pub number: usize,
    /// Its cells as texts; an empty one holds nothing.
    pub cells: StringRecord,
}

impl Row {
    /// The text of a cell without the blanks around it; `None` if nothing stands there.
    pub fn cell(&self, column: usize) -> Option<&str> {
        self.cells.get(column).map(str::trim).filter(|text| !text.is_empty())
    }

    /// True if no cell holds anything.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|text| text.trim().is_empty())
    }
}

/// What the rows of a table take that is held as a whole.
#[derive(Debug, Default)]
pub(super) struct Held(usize);

impl Held {
    /// The most that rows may take, in bytes.
    pub const MOST: usize = 256 << 20;

    /// What a row takes beside its text and the ends of its cells.
    const ROW: usize = 160;

    /// Count another row.
    ///
    /// # Errors
    /// If it is one too many.
    pub fn add(&mut self, cells: &StringRecord) -> Result<(), Mismatch> {
        let ends = cells.len() * size_of::<usize>();
        self.0 = self.0.saturating_add(Held::ROW + ends + cells.as_slice().len());
        if self.0 <= Held::MOST {
            return Ok(());
        }
        let expected = format!("a table whose rows take at most {} MB", Held::MOST >> 20);
        Err(Mismatch::new("more rows than can be held", expected)
            .mend("import it in parts, each with fewer patients"))
    }
}

/// The name a spreadsheet gives a column, counted from 0: A … Z, AA, AB …
pub(super) fn column_name(at: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = at + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).expect("below 26")));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_as_a_spreadsheet_names_it() {
        let names = [0, 25, 26, 701, 702, 16_383].map(column_name);
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn rows_are_counted_with_all_they_take() {
        let mut held = Held::default();
        let small = StringRecord::from(vec!["1"]);
        let rows = (0..10_000_000).take_while(|_| held.add(&small).is_ok()).count();
        assert_eq!(rows, Held::MOST / (Held::ROW + 9));
    }

    #[test]
    fn a_place_names_the_heading_or_the_letter() {
        let sheet = Sheet {
            file: "visits.xlsx".into(),
            name: Some("W12".into()),
            headings: vec!["patient".into(), "HbA1c (%)".into(), "".into()],
            heading_row: 1,
        };
        let place = |column| sheet.place(17, column).to_string();
        assert_eq!(place(Some(1)), "visits.xlsx, sheet \"W12\", row 17, column \"HbA1c (%)\"");
        assert_eq!(place(Some(2)), "visits.xlsx, sheet \"W12\", row 17, column \"C\"");
        assert_eq!(place(None), "visits.xlsx, sheet \"W12\", row 17");
    }
}
