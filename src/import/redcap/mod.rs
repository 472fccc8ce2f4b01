//! An export of REDCap: the data in raw or label form, with the data dictionary of the project.
//!
//! A row is a record, at an event where the project is longitudinal (`redcap_event_name`), and an
//! instance of an instrument or event that repeats (`redcap_repeat_instrument`,
//! `redcap_repeat_instance`). A row of a repeating instrument has only that instrument's fields.
//! With dictionary and map it becomes a table under headings of its own, and is taken as one.
//! Start with `read`, then `settle` (what a column is) and `rows` (what a row says).

mod dictionary;
mod events;
mod labels;
mod propose;
mod rows;
mod settle;

use super::delimited::{Encoding, Problems, Source, Table, Told, column, problem, read_table};
use super::map::{Map, MapOf, known_of, load_map};
use super::table::{Row, Sheet};
use super::text_table::{Columns, Taker};
use super::{How, ImportError, Reading};
use crate::domain::{AdverseEventStance, Attribute, Level, Mismatch, Place, nearest};
use csv::StringRecord;
use dictionary::{FIELD_NAME, Field, read_dictionary};
use events::EVENT;
use labels::{begins_with_label, names_of};
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

/// The text of a first map.
///
/// # Errors
/// If one of its files can't be read at all; what is wrong inside comes back as problems.
pub(super) fn propose(path: &Path, how: &How<'_>) -> Result<Result<String, Problems>, ImportError> {
    let (data, dictionary) = (Source::file(path), how.dictionary.as_deref().map(Source::file));
    let read = Export::open(&data, dictionary.as_ref(), Map::default())?;
    Ok(read.map(|export| export.propose(&data.name, how)))
}

/// An export whose files were read and not understood yet.
struct Export {
    fields: Vec<Field>,
    map: Map,
    /// The columns by the names of raw data.
    sheet: Sheet,
    /// The columns as the file has them: an export under labels has others.
    shown: Sheet,
    delimiter: u8,
    encoding: Encoding,
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
        let (fields, mut problems) = match open_dictionary(data, dictionary)? {
            Ok(read) => read,
            Err(problems) => return Ok(Err(problems)),
        };
        let is_heading = |row: &StringRecord| {
            let first = row.get(0).unwrap_or_default().trim();
            fields.first().is_some_and(|field| field.name == first)
                || begins_with_label(first, &fields)
                || row.iter().any(|cell| cell.trim() == EVENT)
        };
        let table = read_table(data, map.told(), &map.skip_rows, is_heading)?;
        Ok(table.and_then(
            |Table { sheet: shown, delimiter, encoding, rows, problems: of_data }| {
                problems.extend(of_data);
                let headings = names_of(&shown, &fields)?.unwrap_or_else(|| shown.headings.clone());
                let sheet = Sheet { headings, ..shown.clone() };
                Ok(Export { fields, map, sheet, shown, delimiter, encoding, rows, problems })
            },
        ))
    }

    /// The field that a column of the data is of.
    fn field(&self, heading: &str) -> Option<&Field> {
        let name = heading.split_once("___").map_or(heading, |(name, _)| name);
        self.fields.iter().find(|field| field.name == name)
    }

    /// The report that the records belong to.
    fn report(&self, how: &How<'_>) -> Result<String, Problems> {
        let told = how.report.clone().map(Ok).or_else(|| self.map.report());
        let told = told.unwrap_or_else(|| {
            let mismatch = Mismatch::new("no report", "the report that the records belong to");
            Err(mismatch.mend("pass --report KEY: the export does not say which study it is"))
        });
        told.map_err(|mismatch| vec![problem(self.place(), "report", mismatch)])
    }

    fn place(&self) -> Place {
        self.shown.place(self.shown.heading_row, None)
    }

    /// What its columns are, and those of the registry's own that the dictionary describes, with their
    /// places.
    fn settle(&mut self, how: &How<'_>) -> (Columns, Vec<(usize, Attribute)>) {
        let Export { fields, map, sheet, shown, rows, problems, .. } = self;
        let Settling { roles, why_not, mut declared, problems: wrong, .. } =
            Settling::of(how, (sheet, shown), fields, map);
        problems.extend(wrong);
        problems.extend(unknown_events(sheet, rows, map));
        let why_not = |at| why_not.get(&at).copied();
        let mut columns = Columns::settle(sheet, map, roles, why_not, problems);
        declared.extend(arms((sheet, rows), how, &mut columns, map));
        if !columns.hold_something() {
            let mismatch = Mismatch::new("nothing to record", "fields such as HbA1c (%) or sex");
            let mend = "write a first map with --propose-map map.toml, complete it, and pass \
                        --map map.toml";
            let place = shown.place(shown.heading_row, None);
            problems.push(problem(place, "fields", mismatch.mend(mend)));
        }
        (columns, declared)
    }

    /// Take every row as one of a table whose columns are settled.
    fn take(mut self, how: &How<'_>) -> Result<Reading, Problems> {
        let report = self.report(how)?;
        let (mut columns, declared) = self.settle(how);
        let Export { fields, map, sheet, shown, rows, mut problems, .. } = self;
        let table = (&sheet, &shown, rows.as_slice());
        let translator = Translator::of(table, &fields, &map, known_of(how), &mut columns);
        columns.lack(&sheet, &map, &mut problems);
        if problems.iter().any(|problem| problem.level == Level::Error) {
            return Err(problems);
        }
        if rows.is_empty() {
            let mismatch = Mismatch::new("nothing", "rows below the headings")
                .mend("export the records once more: does the filter or the report hold any?");
            let place = shown.place(shown.heading_row, None);
            return Err(vec![problem(place, "records", mismatch)]);
        }
        let headings = translator.headings();
        let mut taker = Taker::new(headings.clone(), &map, &columns, known_of(how), Some(&report));
        taker.decimal_comma |= how.decimal_comma;
        // A row is there for any instrument; only what was measured makes a visit.
        taker.takes_bare_visits = false;
        problems.into_iter().for_each(|problem| taker.gatherer.tell(problem));
        let place = |at| shown.place(shown.heading_row, at);
        let stance = AdverseEventStance::NotMentioned;
        taker.gatherer.report_of_kind(place(None), &report, how.report_kind, stance);
        for (at, attribute) in declared {
            taker.gatherer.attribute(place(Some(at)), attribute);
        }
        for row in &rows {
            let row = translator.row(row, &mut taker.gatherer);
            taker.take(&row);
        }
        taker.name_ignored();
        Ok(taker.hand_over().finish())
    }
}

/// The fields of the dictionary, and what was concluded about its file.
fn open_dictionary(
    data: &Source,
    dictionary: Option<&Source>,
) -> Result<Result<(Vec<Field>, Problems), Problems>, ImportError> {
    let Some(source) = dictionary else {
        let mismatch = Mismatch::new("no dictionary", "the data dictionary of the project")
            .mend("pass --dictionary FILE: REDCap, Data Dictionary, Download");
        return Ok(Err(vec![problem(data.place(), "dictionary", mismatch)]));
    };
    let is_heading = |row: &StringRecord| row.iter().any(|cell| FIELD_NAME.contains(&cell.trim()));
    let read = read_table(source, Told::default(), &[], is_heading)?;
    Ok(read.and_then(|Table { sheet, rows, problems, .. }| {
        let fields = read_dictionary(&sheet, &rows);
        let wrong = |mismatch| vec![problem(source.place(), "dictionary", mismatch)];
        fields.map(|fields| (fields, problems)).map_err(wrong)
    }))
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
