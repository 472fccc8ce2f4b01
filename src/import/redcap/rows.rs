//! A row of an export becomes a row of a table under headings of its own: labels in place of codes, and
//! three cells more for what REDCap tells otherwise, the visit, its day and the arm.

use super::dictionary::Field;
use super::events::{EVENT, INSTANCE, INSTRUMENT, arm_of, label, visit_of};
use crate::domain::{Attribute, AttributeKind, Mismatch, find_attribute};
use crate::import::How;
use crate::import::delimited::column;
use crate::import::gather::Gatherer;
use crate::import::map::{self, Column, Known, Map, Role};
use crate::import::table::{Row, Sheet};
use crate::import::text_table::Columns;
use csv::StringRecord;
use std::collections::HashMap;

/// Translates rows.
pub(super) struct Translator<'a> {
    /// The columns as the file has them.
    shown: &'a Sheet,
    map: &'a Map,
    known: Known<'a>,
    /// Columns whose texts are codes.
    coded: Vec<Coded<'a>>,
    /// Where the event, the instrument and the instance stand.
    own: [Option<usize>; 3],
    /// Where the visit and its day belong.
    visit: usize,
    day: usize,
    /// Columns that say when a visit was.
    date: Option<usize>,
    day_zero: Option<usize>,
    /// What stands in one row of a record and holds for all: column and texts by the record's id.
    carried: Vec<(usize, HashMap<String, String>)>,
}

/// A column whose texts are codes.
struct Coded<'a> {
    at: usize,
    field: &'a Field,
    /// True for one choice of a checkbox.
    is_choice: bool,
    /// What the map says of the column.
    by_map: Option<&'a Column>,
}

/// How many cells a row has more than in the file.
const MORE: usize = 3;

impl<'a> Translator<'a> {
    /// Begin with columns that are settled; they get the visit, its day and the arm as well.
    pub fn of(
        (sheet, shown, rows): (&Sheet, &'a Sheet, &[Row]),
        fields: &'a [Field],
        map: &'a Map,
        known: Known<'a>,
        columns: &mut Columns,
    ) -> Translator<'a> {
        let width = sheet.headings.len();
        let taken = columns.fields.values().copied();
        let taken = taken.chain(columns.attributes.iter().map(|(at, _)| *at));
        let taken = taken.chain(columns.measured.iter().map(|(at, _)| *at));
        let coded = taken.filter_map(|at| {
            let heading = &**sheet.headings.get(at)?;
            let (name, is_choice) = match heading.split_once("___") {
                Some((name, _)) => (name, true),
                None => (heading, false),
            };
            let field = fields.iter().find(|field| field.name == name)?;
            let by_map = map.column(heading);
            let is_coded = field.is_coded() || is_choice;
            is_coded.then_some(Coded { at, field, is_choice, by_map })
        });
        let coded = coded.collect();
        let at = |field| columns.fields.get(&field).copied();
        let (date, day_zero) = (at(map::Field::Date), at(map::Field::DayZeroDate));
        let carried = [at(map::Field::Patient).filter(|at| *at > 0), day_zero];
        let carried = carried.into_iter().flatten().map(|at| (at, of_records(rows, at))).collect();
        let visit = *columns.fields.entry(map::Field::Visit).or_insert(width);
        let day = *columns.fields.entry(map::Field::Day).or_insert(width + 1);
        let own = [EVENT, INSTRUMENT, INSTANCE].map(|name| column(sheet, name));
        Translator { shown, map, known, coded, own, visit, day, date, day_zero, carried }
    }

    /// The headings of the rows that come of it.
    pub fn headings(&self) -> Sheet {
        let mut sheet = self.shown.clone();
        let event = self.own[0].unwrap_or_default();
        let heading = sheet.headings.get(event).cloned().unwrap_or_else(|| "".into());
        sheet.headings.extend(std::iter::repeat_n(heading, MORE));
        sheet
    }

    /// The row with labels for codes, and what REDCap tells beside it.
    pub fn row(&self, row: &Row, gatherer: &mut Gatherer) -> Row {
        let width = self.shown.headings.len();
        let mut cells: Vec<String> = row.cells.iter().map(str::to_owned).collect();
        cells.resize(width + MORE, String::new());
        for coded in &self.coded {
            if let Some(text) = row.cell(coded.at) {
                cells[coded.at] = self.text(row, coded, text, gatherer);
            }
        }
        let record = row.cell(0).unwrap_or_default();
        for (at, texts) in &self.carried {
            if let (None, Some(text)) = (row.cell(*at), texts.get(record)) {
                cells[*at].clone_from(text);
            }
        }
        let [event, instrument, instance] = self.own.map(|at| row.cell(at?));
        if cells[self.visit].trim().is_empty() {
            let visit = event.map(|event| visit_of(event, self.map, self.known));
            let visit = visit.as_deref().or(self.map.constant(map::Field::Visit));
            cells[self.visit] = label(visit, instrument, instance);
        }
        // The day that is counted from dates is more certain than that of the event.
        let is_dated = |at: Option<usize>| at.is_some_and(|at| !cells[at].trim().is_empty());
        let is_counted = is_dated(self.date) && is_dated(self.day_zero);
        if cells[self.day].trim().is_empty() && !is_counted {
            let day = event.and_then(|event| self.map.event(event)?.day);
            let constant = || self.map.constant(map::Field::Day).unwrap_or_default().to_owned();
            cells[self.day] = day.map_or_else(constant, |day| day.to_string());
        }
        if let Some(arm) = event.and_then(arm_of) {
            cells[width + 2] = format!("arm {arm}");
        }
        Row { number: row.number, cells: StringRecord::from(cells) }
    }

    /// What a code stands for; nothing where that is said.
    fn text(&self, row: &Row, coded: &Coded<'_>, text: &str, gatherer: &mut Gatherer) -> String {
        let Coded { at, field, is_choice, by_map } = *coded;
        let is_said = |text: &str| {
            let is_of_column = by_map.is_some_and(|column| column.values.contains_key(text));
            is_of_column || self.map.values.contains_key(text)
        };
        if is_said(text) {
            return text.to_owned();
        }
        let place = || self.shown.place(row.number, Some(at));
        if is_choice {
            if matches!(text, "1" | "Checked") {
                return "yes".to_owned();
            }
            // REDCap exports 0 for every box of a form that nobody filled in.
            let why = "an empty box may be one that nobody looked at: it says no more";
            gatherer.ignore(place(), "boxes that are not ticked", why);
            return String::new();
        }
        let Some(label) = field.label_of(text) else {
            let expected = format!("a code of field {}", field.name);
            let mend = format!(
                "say in a map what it stands for: \"{text}\" = \"not done\" under [values], or \"\" for \
                 nothing; in this column alone, values = {{ \"{text}\" = … }} with the column"
            );
            let mismatch = Mismatch::new(text, expected).mend(mend);
            gatherer.wrong(place(), field.name.as_str(), mismatch);
            return String::new();
        };
        match (field.kind.as_str(), label) {
            _ if is_said(label) => label.to_owned(),
            ("yesno" | "truefalse", "Yes" | "True") => "yes".to_owned(),
            ("yesno" | "truefalse", "No" | "False") => "no".to_owned(),
            _ => label.to_owned(),
        }
    }
}

/// The first text that each record has in a column.
fn of_records(rows: &[Row], at: usize) -> HashMap<String, String> {
    let mut texts = HashMap::new();
    for row in rows {
        if let (Some(record), Some(text)) = (row.cell(0), row.cell(at)) {
            texts.entry(record.to_owned()).or_insert_with(|| text.to_owned());
        }
    }
    texts
}

/// Arms become a column of the registry's own where there are several: what is declared, and whose values
/// stand in the last cell of a row.
pub(super) fn arms(
    (sheet, rows): (&Sheet, &[Row]),
    how: &How<'_>,
    columns: &mut Columns,
    map: &Map,
) -> Option<(usize, Attribute)> {
    let at = column(sheet, EVENT)?;
    let mut arms: Vec<_> = rows.iter().filter_map(|row| arm_of(row.cell(at)?)).collect();
    arms.sort_unstable();
    arms.dedup();
    let is_mapped =
        map.columns.iter().any(|(_, column)| column.role == Role::Attribute("arm".into()));
    if arms.len() < 2 || is_mapped || find_attribute(how.attributes, "arm").is_ok() {
        return None;
    }
    columns.attributes.push((sheet.headings.len() + 2, "arm".to_owned()));
    let (key, label) = ("arm".to_owned(), Some("Arm".to_owned()));
    let mut arm = Attribute { key, label, kind: AttributeKind::Category, values: Vec::new() };
    arms.iter().for_each(|number| arm.add_value(&format!("arm {number}")));
    Some((at, arm))
}
