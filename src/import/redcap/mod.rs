//! An export of REDCap: the data in raw or label form, with the data dictionary of the project.
//!
//! A row is a record, at an event where the project is longitudinal (`redcap_event_name`), and an
//! instance of an instrument or event that repeats (`redcap_repeat_instrument`,
//! `redcap_repeat_instance`). A row of a repeating instrument has only that instrument's fields.
//! With dictionary and map it becomes a table under headings of its own, and is taken as one.
//! Start with `read`, then `settle` (what a column is) and `rows` (what a row says).

mod dictionary;
mod events;
mod rows;
mod settle;

use super::delimited::{Problems, Source, Table, Told, column, problem, read_table};
use super::map::{Map, MapOf, known_of, load_map};
use super::table::{Row, Sheet};
use super::text_table::{Columns, Taker};
use super::{How, ImportError, Reading};
use crate::domain::{AdverseEventStance, Level, Mismatch, nearest};
use csv::StringRecord;
use dictionary::{FIELD_NAME, Field, read_dictionary};
use events::EVENT;
use rows::{Translator, arms};
use settle::Settling;
use std::collections::BTreeSet;
use std::path::Path;

/// Read an export.
///
/// # Errors
/// If one of its files can't be read at all; what is wrong inside comes back as problems.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let read = match load_map(how, MapOf::Redcap)? {
        Ok(map) => {
            let dictionary = how.dictionary.as_deref().map(Source::file);
            Export::open(&Source::file(path), dictionary.as_ref(), map)?
        }
        Err(problems) => Err(problems),
    };
    Ok(reading_of(read, how))
}

/// Read the text of an export and of its dictionary, without a map.
pub fn read_redcap_text(data: &str, dictionary: &str, how: &How<'_>) -> Reading {
    let [data, dictionary] = [("data.csv", data), ("dictionary.csv", dictionary)]
        .map(|(name, text)| Source::bytes(name, text.as_bytes()));
    let read = Export::open(&data, Some(&dictionary), Map::default());
    read.map(|read| reading_of(read, how)).unwrap_or_default()
}

fn reading_of(read: Result<Export, Problems>, how: &How<'_>) -> Reading {
    let read = read.and_then(|export| export.take(how));
    read.unwrap_or_else(|problems| Reading { problems, ..Reading::default() })
}

/// An export whose files were read and not understood yet.
struct Export {
    fields: Vec<Field>,
    map: Map,
    sheet: Sheet,
    rows: Vec<Row>,
    /// What was concluded about the files, and rows that don't fit them.
    problems: Problems,
}

impl Export {
    /// Read the files.
    fn open(
        data: &Source,
        dictionary: Option<&Source>,
        map: Map,
    ) -> Result<Result<Export, Problems>, ImportError> {
        let Some(dictionary) = dictionary else {
            let mismatch = Mismatch::new("no dictionary", "the data dictionary of the project")
                .mend("pass --dictionary FILE: REDCap, Data Dictionary, Download");
            return Ok(Err(vec![problem(data.place(), "dictionary", mismatch)]));
        };
        let is_heading =
            |row: &StringRecord| row.iter().any(|cell| FIELD_NAME.contains(&cell.trim()));
        let Table { sheet, rows, mut problems } =
            match read_table(dictionary, Told::default(), &[], is_heading)? {
                Ok(table) => table,
                Err(problems) => return Ok(Err(problems)),
            };
        let fields = match read_dictionary(&sheet, &rows) {
            Ok(fields) => fields,
            Err(mismatch) => {
                return Ok(Err(vec![problem(dictionary.place(), "dictionary", mismatch)]));
            }
        };
        let is_heading = |row: &StringRecord| {
            let first = row.get(0).unwrap_or_default().trim();
            fields.first().is_some_and(|field| field.name == first)
                || row.iter().any(|cell| cell.trim() == EVENT)
        };
        let table = read_table(data, map.told(), &map.skip_rows, is_heading)?;
        Ok(table.map(|Table { sheet, rows, problems: of_data }| {
            problems.extend(of_data);
            Export { fields, map, sheet, rows, problems }
        }))
    }

    /// Take every row as one of a table whose columns are settled.
    fn take(self, how: &How<'_>) -> Result<Reading, Problems> {
        let Export { fields, map, sheet, rows, mut problems } = self;
        let place = sheet.place(sheet.heading_row, None);
        let told = how.report.clone().map(Ok).or_else(|| map.report());
        let report = told.unwrap_or_else(|| {
            let mismatch = Mismatch::new("no report", "the report that the records belong to");
            Err(mismatch.mend("pass --report KEY: the export does not say which study it is"))
        });
        let report = report.map_err(|mismatch| vec![problem(place.clone(), "report", mismatch)])?;
        let Settling { roles, why_not, declared, problems: wrong, .. } =
            Settling::of(how, &sheet, &fields, &map);
        problems.extend(wrong);
        problems.extend(unknown_events(&sheet, &rows, &map));
        let why_not = |at| why_not.get(&at).copied();
        let mut columns = Columns::settle(&sheet, &map, roles, why_not, &mut problems);
        let arm = arms((&sheet, &rows), how, &mut columns, &map);
        if !columns.hold_something() {
            let mismatch = Mismatch::new("nothing to record", "fields such as HbA1c (%) or sex");
            let mend = "write a first map with --propose-map map.toml, complete it, and pass \
                        --map map.toml";
            problems.push(problem(place.clone(), "fields", mismatch.mend(mend)));
        }
        let table = (&sheet, rows.as_slice());
        let translator = Translator::of(table, &fields, &map, known_of(how), &mut columns);
        columns.lack(&sheet, &map, &mut problems);
        if problems.iter().any(|problem| problem.level == Level::Error) {
            return Err(problems);
        }
        let headings = translator.headings();
        let mut taker = Taker::new(&headings, &map, &columns, known_of(how), Some(&report));
        taker.decimal_comma |= how.decimal_comma;
        // A row is there for any instrument; only what was measured makes a visit.
        taker.takes_bare_visits = false;
        problems.into_iter().for_each(|problem| taker.gatherer.tell(problem));
        let stance = AdverseEventStance::NotMentioned;
        taker.gatherer.report_of_kind(place, &report, how.report_kind, stance);
        for (at, attribute) in declared {
            taker.gatherer.attribute(sheet.place(sheet.heading_row, Some(at)), attribute);
        }
        if let Some(arm) = arm {
            let at = column(&sheet, EVENT);
            taker.gatherer.attribute(sheet.place(sheet.heading_row, at), arm);
        }
        for row in &rows {
            let row = translator.row(row, &mut taker.gatherer);
            taker.take(&row);
        }
        taker.name_ignored();
        Ok(taker.hand_over().finish())
    }
}

/// Events that the map names and the data have not, with the nearest that they have.
fn unknown_events(sheet: &Sheet, rows: &[Row], map: &Map) -> Problems {
    let at = column(sheet, EVENT);
    let events: BTreeSet<&str> = rows.iter().filter_map(|row| row.cell(at?)).collect();
    let unknown = map.events.iter().filter(|(name, _)| !events.contains(name.as_str()));
    let problems = unknown.map(|(name, event)| {
        let mismatch = Mismatch::new(name.as_str(), "an event that the data have");
        let mismatch = match nearest(name, events.iter().copied()) {
            Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
            None => mismatch.mend("leave it out until the data have it"),
        };
        problem(event.place.clone(), "events", mismatch)
    });
    problems.collect()
}

#[cfg(test)]
mod tests;
