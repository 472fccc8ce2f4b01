//! What a row says becomes records, whatever the layout: one row a measurement, a visit, or a patient.

mod patient;
mod value;
mod visit;

use super::columns::Columns;
use crate::domain::{
    Analyte, AnalyteId, AttributeKind, Mismatch, Place, PrintedUnit, find_attribute,
};
use crate::import::clock::Times;
use crate::import::gather::{Gatherer, PatientAt, VisitAt};
use crate::import::map::{Field, Known, Map};
use crate::import::table::{Row, Sheet};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Takes one row after the other.
pub(in crate::import) struct Taker<'a> {
    pub sheet: Sheet,
    pub map: &'a Map,
    pub columns: &'a Columns,
    pub known: Known<'a>,
    /// The report of rows that name none.
    pub report: Option<&'a str>,
    pub decimal_comma: bool,
    /// Rows say more of a patient than who it is.
    tells_of_patients: bool,
    /// That a visit took place is worth recording, whatever was measured.
    pub takes_bare_visits: bool,
    pub gatherer: Gatherer,
    /// Analytes by their name in the file; none where it was named as a problem.
    analytes: HashMap<String, Option<&'a Analyte>>,
    /// Columns and analytes whose unit was missed already.
    units_missed: HashSet<String>,
    /// It was said that nothing names the report.
    lacks_report: bool,
    /// Units by their analyte and how the file prints them, met in this piece.
    units: RefCell<HashMap<AnalyteId, Vec<UnitMet>>>,
    /// What the row before says of report and patient, and who that is: most rows are of the same.
    last_patient: Option<(String, PatientAt)>,
    /// The visit of the row before.
    last: Option<(PatientAt, String, VisitAt)>,
    /// How many cells of each ignored column hold something, and where first.
    filled: Vec<(usize, usize)>,
    /// Rows without a value, and where first.
    empty: (usize, usize),
    /// Columns of dates, and times of day in them.
    dated: BTreeSet<usize>,
    times: Times,
}

/// A unit as a file prints it, and what it is; none where the file says that it was not reported.
type UnitMet = (Box<str>, Option<Arc<PrintedUnit>>);

impl<'a> Taker<'a> {
    pub fn new(
        sheet: Sheet,
        map: &'a Map,
        columns: &'a Columns,
        known: Known<'a>,
        report: Option<&'a str>,
    ) -> Taker<'a> {
        let dates = [Field::Date, Field::DayZeroDate, Field::Enrolment];
        let dates = dates.into_iter().filter_map(|field| columns.fields.get(&field));
        let is_date = |key: &str| {
            let known = find_attribute(known.attributes, key);
            known.is_ok_and(|known| known.kind == AttributeKind::Date)
        };
        let own = columns.attributes.iter().filter(|(_, key)| is_date(key));
        let dated = dates.chain(own.map(|(column, _)| column)).copied().collect();
        let mut of_patients = patient::FIELDS.iter();
        let is_told =
            |field: &Field| columns.fields.contains_key(field) || map.constant(*field).is_some();
        Taker {
            tells_of_patients: of_patients.any(is_told) || !columns.attributes.is_empty(),
            sheet,
            map,
            columns,
            known,
            report,
            decimal_comma: map.decimal_comma,
            takes_bare_visits: columns.fields.contains_key(&Field::Visit),
            gatherer: Gatherer::default(),
            analytes: HashMap::new(),
            units_missed: HashSet::new(),
            lacks_report: false,
            units: RefCell::default(),
            last_patient: None,
            last: None,
            filled: vec![(0, 0); columns.ignored.len()],
            empty: (0, 0),
            dated,
            times: Times::default(),
        }
    }

    /// Begin a new piece: what was gathered is handed over. Nothing is shared between two pieces, which
    /// may be in the hands of two threads.
    pub fn hand_over(&mut self) -> Gatherer {
        self.last_patient = None;
        self.last = None;
        self.units.get_mut().clear();
        self.sheet = self.sheet.copy();
        std::mem::take(&mut self.gatherer)
    }

    /// Name what was not taken, once the last row was.
    pub fn name_ignored(&mut self) {
        self.times.tell(&self.sheet, &mut self.gatherer);
        for ((column, why), (count, row)) in self.columns.ignored.iter().zip(&self.filled) {
            if *count > 0 {
                let what = format!("column \"{}\"", self.sheet.heading(*column));
                let place = self.sheet.place(*row, Some(*column));
                self.gatherer.ignore_many(place, what, *why, *count);
            }
        }
        if self.columns.ignored_besides > 0 {
            let place = self.sheet.place(self.sheet.heading_row, None);
            let why = "their headings are not known";
            let count = self.columns.ignored_besides;
            self.gatherer.ignore_many(place, "further columns", why, count);
        }
        if self.empty.0 > 0 {
            let (count, row) = self.empty;
            let why = "no value stands there";
            self.gatherer.ignore_many(
                self.sheet.place(row, None),
                "rows without a value",
                why,
                count,
            );
        }
    }

    /// The text of a field in this row: its cell, what the map makes of it, or the constant.
    fn field<'r>(&'r self, row: &'r Row, field: Field) -> Option<&'r str> {
        match self.columns.fields.get(&field) {
            Some(column) => self.cell(row, *column),
            None => self.map.constant(field).filter(|text| !text.is_empty()),
        }
    }

    /// A cell as the map has it; none if nothing stands there.
    fn cell<'r>(&'r self, row: &'r Row, column: usize) -> Option<&'r str> {
        let text = row.cell(column)?;
        let of_column = self.columns.values.get(&column).and_then(|values| values.get(text));
        let meaning = of_column.or_else(|| self.map.values.get(text));
        Some(meaning.map_or(text, String::as_str)).filter(|text| !text.is_empty())
    }

    fn place(&self, row: &Row, field: Field) -> Place {
        self.sheet.place(row.number, self.columns.fields.get(&field).copied())
    }

    fn wrong(&mut self, row: &Row, field: Field, mismatch: Mismatch) {
        self.gatherer.wrong(self.place(row, field), field.as_str(), mismatch);
    }

    /// Take everything a row says.
    pub fn take(&mut self, row: &Row) {
        for (count, (column, _)) in self.filled.iter_mut().zip(&self.columns.ignored) {
            if row.cell(*column).is_some() {
                if count.0 == 0 {
                    count.1 = row.number;
                }
                count.0 += 1;
            }
        }
        for column in &self.dated {
            self.times.see(*column, row.number, row.cell(*column).unwrap_or_default());
        }
        let Some(at) = self.patient(row) else { return };
        if self.tells_of_patients {
            self.take_patient(at, row);
        }
        for index in 0..self.columns.measured.len() {
            let (column, measured) = &self.columns.measured[index];
            if self.cell(row, *column).is_some() {
                self.take_measured(at, row, *column, measured);
            }
        }
        if self.columns.is_long() {
            self.take_long(at, row);
        } else if self.takes_bare_visits {
            self.visit(at, row, None);
        }
    }
}
