//! What stands in the cells of a workbook, as people see it.

use crate::domain::Mismatch;
use crate::import::clock::split_time;
use calamine::DataRef;

/// The most cells of a workbook that are looked at, empty ones with a colour included.
const MOST_CELLS: usize = 5_000_000;
/// The most columns a spreadsheet has.
const MOST_COLUMNS: usize = 16_384;
/// The most text of a workbook that is kept, in bytes.
const MOST_TEXT: usize = 64 << 20;
/// The most text of a cell that is looked at, in bytes: a spreadsheet's holds 32,767 characters.
const LONGEST_CELL: usize = 1 << 20;
/// The most sheets of a workbook.
const MOST_SHEETS: usize = 250;

/// What a cell is, beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A date, in ISO 8601, with the time of day if there is one.
    Date,
    /// A time of day or a duration.
    Time,
    /// Yes or no.
    Flag,
    /// What a formula says when it fails.
    Failed,
    /// A formula whose value was never computed.
    Uncomputed,
}

/// A cell that holds something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// Its column, counted from 0.
    pub column: usize,
    /// What it is.
    pub kind: Kind,
    /// Its text, as people see it.
    pub text: String,
}

/// A row with anything in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SheetRow {
    /// Its number as the spreadsheet shows it, counted from 1.
    pub number: usize,
    /// Its cells from left to right.
    pub cells: Vec<Cell>,
}

/// A sheet as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawSheet {
    /// Its name.
    pub name: String,
    /// Its rows from above.
    pub rows: Vec<SheetRow>,
}

/// A workbook holds more than is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMuch(pub &'static str);

/// Collects the rows of sheets, and says when it is too much.
#[derive(Debug, Default)]
pub(super) struct Collector {
    sheets: Vec<RawSheet>,
    cells: usize,
    text: usize,
}

impl Collector {
    /// What follows belongs to this sheet.
    pub fn sheet(&mut self, name: &str) -> Result<(), TooMuch> {
        if self.sheets.len() == MOST_SHEETS {
            return Err(TooMuch("more than 250 sheets"));
        }
        self.sheets.push(RawSheet { name: name.to_owned(), rows: Vec::new() });
        Ok(())
    }

    /// Says what is too much, and in which row that was seen, counted from 0.
    pub fn told(&self, TooMuch(what): TooMuch, row: usize) -> String {
        match self.sheets.last() {
            Some(sheet) if self.sheets.len() < MOST_SHEETS => {
                format!("it has {what}; seen in sheet \"{}\", row {}", sheet.name, row + 1)
            }
            _ => format!("it has {what}"),
        }
    }

    /// The sheets, with the cells of each row from left to right.
    pub fn finish(mut self) -> Vec<RawSheet> {
        for row in self.sheets.iter_mut().flat_map(|sheet| &mut sheet.rows) {
            row.cells.sort_by_key(|cell| cell.column);
        }
        self.sheets
    }

    /// Count a cell that was looked at.
    pub fn count(&mut self) -> Result<(), TooMuch> {
        self.cells += 1;
        if self.cells > MOST_CELLS { Err(TooMuch("more than 5 million cells")) } else { Ok(()) }
    }

    /// Keep what stands in a cell; row and column are counted from 0.
    pub fn cell(
        &mut self,
        row: usize,
        column: usize,
        kind: Kind,
        text: &str,
    ) -> Result<(), TooMuch> {
        self.text += text.len();
        if self.text > MOST_TEXT {
            return Err(TooMuch("more than 64 MB of text"));
        }
        let text = text.trim();
        if text.is_empty() && kind != Kind::Uncomputed {
            return Ok(());
        }
        if column >= MOST_COLUMNS {
            return Err(TooMuch("a cell beyond the last column, XFD"));
        }
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        let number = row + 1;
        let cell = Cell { column, kind, text: text.to_owned() };
        match sheet.rows.last_mut() {
            Some(last) if last.number == number => last.cells.push(cell),
            _ => sheet.rows.push(SheetRow { number, cells: vec![cell] }),
        }
        Ok(())
    }
}

/// Refuse a text that is longer than any in a cell, before it is held once more.
pub(super) fn check_length(text: &str) -> Result<(), TooMuch> {
    match text.len() {
        0..=LONGEST_CELL => Ok(()),
        _ => Err(TooMuch("a cell of more than 1 MB")),
    }
}

/// The kind and text of a value that calamine read; none for an empty cell.
pub(super) fn of_value(value: &DataRef<'_>, is_formula: bool) -> Option<(Kind, String)> {
    Some(match value {
        DataRef::Empty if is_formula => (Kind::Uncomputed, String::new()),
        DataRef::Empty => return None,
        DataRef::Int(number) => (Kind::Number, number.to_string()),
        DataRef::Float(number) => (Kind::Number, shown(*number)),
        DataRef::String(text) => (Kind::Text, text.clone()),
        DataRef::SharedString(text) => (Kind::Text, (*text).to_owned()),
        DataRef::Bool(flag) => (Kind::Flag, if *flag { "yes" } else { "no" }.to_owned()),
        DataRef::DateTime(moment) if moment.is_datetime() && moment.as_f64() >= 1.0 => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second) {
                (0, 0, 0) => (Kind::Date, date),
                _ => (Kind::Date, format!("{date}T{hour:02}:{minute:02}")),
            }
        }
        DataRef::DateTime(moment) => (Kind::Time, shown(moment.as_f64())),
        DataRef::DateTimeIso(text) => of_iso(text),
        DataRef::DurationIso(text) => (Kind::Time, text.clone()),
        DataRef::Error(error) => (Kind::Failed, error.to_string()),
    })
}

/// A date as ISO 8601 has it, with or without a time.
pub(super) fn of_iso(text: &str) -> (Kind, String) {
    match split_time(text) {
        (date, None) if date.contains('-') => (Kind::Date, date.to_owned()),
        (date, Some(_)) if date.contains('-') => (Kind::Date, text.to_owned()),
        _ => (Kind::Time, text.to_owned()),
    }
}

/// A number in its shortest form, and with no more digits than a spreadsheet shows: 15.
pub(super) fn shown(number: f64) -> String {
    if !number.is_finite() {
        return "#NUM!".to_owned();
    }
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    let whole: f64 = if rounded == 0.0 { 0.0 } else { rounded };
    whole.to_string()
}

impl Cell {
    /// The text of the cell, where no date is expected.
    ///
    /// # Errors
    /// If it is no text or number: what became of it, and how to mend it.
    pub fn plain(&self) -> Result<&str, Mismatch> {
        match self.kind {
            Kind::Text | Kind::Number | Kind::Flag => Ok(&self.text),
            Kind::Date => Err(Mismatch::new(self.text.as_str(), "a text or a number, not a date")
                .mend(
                    "the spreadsheet made it a date: format the cell as text, and type it again",
                )),
            Kind::Time => Err(Mismatch::new(self.text.as_str(), "a text or a number, not a time")
                .mend("format the cell as text, and type it again")),
            Kind::Failed => Err(Mismatch::new(self.text.as_str(), "a value")
                .mend("mend the formula, or empty the cell")),
            Kind::Uncomputed => Err(Mismatch::new("", "a value; the formula was never computed")
                .mend("open the file in Excel or LibreOffice, save it there, and import it again")),
        }
    }

    /// The text of the cell, where a date is expected.
    ///
    /// # Errors
    /// As [`Cell::plain`], and for a number that might be a day counted by the spreadsheet.
    pub fn date(&self) -> Result<&str, Mismatch> {
        let is_year = self.text.len() == 4 && self.text.starts_with(['1', '2']);
        match self.kind {
            Kind::Date => Ok(&self.text),
            Kind::Number if !is_year => {
                let expected = "a date as 2024-03-05, 2024-03 or 2024";
                Err(Mismatch::new(self.text.as_str(), expected).mend(
                    "a spreadsheet counts days in such numbers: format the cell as a date, look \
                     whether it is the right one, or type 2024-03-05",
                ))
            }
            _ => self.plain(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTime, ExcelDateTimeType};
    use proptest::prelude::*;

    fn date(value: f64, is_1904: bool) -> Option<(Kind, String)> {
        let moment = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904);
        of_value(&DataRef::DateTime(moment), false)
    }

    #[test]
    fn a_cell_is_what_people_see() {
        let of = |value: DataRef<'_>| of_value(&value, false);
        let some = |kind, text: &str| Some((kind, text.to_owned()));
        assert_eq!(of(DataRef::Float(6.8)), some(Kind::Number, "6.8"));
        assert_eq!(of(DataRef::Float(0.1 + 0.2)), some(Kind::Number, "0.3"));
        assert_eq!(of(DataRef::Float(-0.0)), some(Kind::Number, "0"));
        assert_eq!(of(DataRef::Float(6e7)), some(Kind::Number, "60000000"));
        assert_eq!(of(DataRef::Bool(true)), some(Kind::Flag, "yes"));
        assert_eq!(of(DataRef::Error(CellErrorType::NA)), some(Kind::Failed, "#N/A"));
        assert_eq!(of(DataRef::Empty), None);
        assert_eq!(of_value(&DataRef::Empty, true), some(Kind::Uncomputed, ""));
    }

    #[test]
    fn a_date_is_the_same_in_both_systems() {
        let day = Some((Kind::Date, "2024-03-05".to_owned()));
        assert_eq!(date(45_356.0, false), day);
        assert_eq!(date(45_356.0 - 1462.0, true), day);
        let afternoon = Some((Kind::Date, "2024-03-05T18:00".to_owned()));
        assert_eq!(date(45_356.75, false), afternoon);
        assert_eq!(of_iso("2024-03-05T18:00"), (Kind::Date, "2024-03-05T18:00".to_owned()));
        assert_eq!(Some(of_iso("2024-03-05T00:00:00")), day);
        assert_eq!(of_iso("PT14H20M").0, Kind::Time);
        assert_eq!(date(0.5, false).map(|(kind, _)| kind), Some(Kind::Time));
    }

    #[test]
    fn a_number_is_no_date_unless_it_is_a_year() {
        let cell = |kind, text: &str| Cell { column: 0, kind, text: text.to_owned() };
        assert_eq!(cell(Kind::Number, "2024").date(), Ok("2024"));
        assert!(cell(Kind::Number, "45356").date().is_err());
        assert!(cell(Kind::Date, "2024-08-06").plain().is_err());
        assert!(cell(Kind::Uncomputed, "").plain().is_err());
    }

    proptest! {
        #[test]
        fn what_was_typed_is_what_comes(whole in 0u32..100_000, decimals in 0u32..1000) {
            let typed = format!("{whole}.{decimals}");
            let typed = typed.trim_end_matches('0').trim_end_matches('.');
            let number: f64 = typed.parse().expect("a number");
            prop_assert_eq!(shown(number), typed);
        }

        #[test]
        fn no_number_panics(number in any::<f64>()) {
            prop_assert!(!shown(number).is_empty());
            date(number, false);
            date(number, true);
        }
    }
}
