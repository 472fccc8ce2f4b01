//! Double entry: what a second person entered beside what is recorded, field by field.
//!
//! Reports, products, patients, infusions, visits and measurements are the same record if they have
//! the same key; events, medications and statements are paired by `pairing`. Each difference has a
//! name made of the record, the field and both values, so that it is asked anew when one changes.

mod entries;
mod fields;
mod measured;
mod pairing;
mod patient;
mod settle;

pub use settle::{Choice, Decisions, Settled};

use super::answers::{self, Answer};
use super::change::{Change, image_of};
use super::error::{InFile, StoreError};
use super::{Registry, products, reports};
use crate::domain::{Analyte, Catalogue, Place, Placed, Records};
use entries::{What, Work};
pub(super) use fields::{Field, Fields};
use rusqlite::Connection;
use settle::Second;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many records of one noun stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sides {
    /// On both sides, with the same in every field.
    pub same: usize,
    /// On both sides, with a field that differs.
    pub differing: usize,
    /// Recorded, and not in the file.
    pub only_here: usize,
    /// In the file, and not recorded.
    pub only_there: usize,
}

/// A field that two people entered differently, or a record that only one of them entered.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Its name: the same as long as both values are.
    pub id: String,
    /// What kind of record.
    pub noun: &'static str,
    /// Which record.
    pub record: String,
    /// Which field; `record` for a record that only one side has.
    pub field: &'static str,
    /// What is recorded.
    pub here: Option<String>,
    /// What the file says.
    pub there: Option<String>,
    /// True if both are one value, printed otherwise.
    pub same_value: bool,
    /// Where it stands in the file, if it does.
    pub place: Option<Place>,
    /// Who entered what is recorded, and when, as far as the log tells it one by one.
    pub entered: Option<(String, String)>,
    /// The answer that the recorded value stays.
    pub settled: Option<Answer>,
    /// The name the log has for the record.
    key: String,
    /// Which of the compared records it belongs to.
    at: usize,
    /// False for values of a measurement of which one is no correction of the other.
    correctable: bool,
}

/// What comparing found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// By noun.
    pub sides: BTreeMap<&'static str, Sides>,
    /// Everything that differs, in the order of the file.
    pub differences: Vec<Difference>,
    /// Fields that either entry of a record on both sides has.
    pub fields: usize,
    /// Those that are equal.
    pub equal: usize,
    /// Patients of the reports in the file that the file does not have; not compared.
    pub elsewhere: Vec<String>,
    /// The second entries, which a difference points to.
    seconds: Vec<Second>,
}

impl Comparison {
    /// Differences that nobody has settled.
    pub fn open(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|one| one.settled.is_none())
    }
}

impl Registry {
    /// Compare a second entry with what is recorded; changes nothing.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn compare(&self, records: &Records) -> Result<Comparison, StoreError> {
        compare(&self.connection, self.catalogue(), records).in_file(&self.path)
    }
}

impl Change<'_> {
    fn compare(&self, records: &Records) -> Result<Comparison, StoreError> {
        self.told(compare(&self.transaction, self.catalogue(), records))
    }
}

fn compare(
    connection: &Connection,
    catalogue: &Catalogue,
    records: &Records,
) -> Result<Comparison, rusqlite::Error> {
    let mut work =
        Work { connection, catalogue, found: Comparison::default(), owners: BTreeSet::new() };
    for report in &records.reports {
        let key = &report.record.key;
        let known = reports::load(connection, key)?;
        work.owners.extend(known.iter().map(|known| known.uuid.clone()));
        let what = What::new("report", format!("report {key}"), key.clone());
        let second = match &known {
            Some(_) => Second::Report(Box::new(report.record.clone())),
            None => Second::New(Box::new(Records {
                reports: vec![report.clone()],
                ..Records::default()
            })),
        };
        work.keyed(&what, report, known.as_ref().map(|known| &known.record), second);
    }
    for analyte in &records.analytes {
        let Placed { place, record } = analyte;
        let text = |analyte: &Analyte| entries::in_words(&image_of(analyte));
        let known = catalogue.keyed(&record.key);
        let what = What::new("analyte", format!("analyte {}", record.key), record.key.clone());
        match known {
            None => {
                let analytes = vec![analyte.clone()];
                let second = Second::New(Box::new(Records { analytes, ..Records::default() }));
                work.only_there(&what, place, text(record), second);
            }
            Some(known) => {
                let told = vec![("definition", Some(text(known)), Some(text(record)), false)];
                work.fields(&what, place, told, Second::Nothing);
            }
        }
    }
    for product in &records.products {
        let key = &product.record.key;
        let known = products::load(connection, key)?;
        work.owners.extend(known.iter().map(|known| known.uuid.clone()));
        let what = What::new("product", format!("product {key}"), key.clone());
        let second = match &known {
            Some(_) => Second::Product(Box::new(product.record.clone())),
            None => Second::New(Box::new(Records {
                products: vec![product.clone()],
                ..Records::default()
            })),
        };
        work.keyed(&what, product, known.as_ref().map(|known| &known.record), second);
    }
    for patient in &records.patients {
        work.patient(patient)?;
    }
    work.elsewhere(records)?;
    let mut found = work.found;
    let answers: HashMap<String, Answer> = answers::load(connection)?
        .into_iter()
        .map(|answer| (answer.record.finding.clone(), answer.record))
        .collect();
    if found.differences.is_empty() {
        return Ok(found);
    }
    let writers = entries::writers(connection, &work.owners)?;
    for difference in &mut found.differences {
        let of = (difference.noun.to_owned(), difference.key.clone());
        difference.entered = writers.get(&of).cloned();
        difference.settled = answers.get(&difference.id).cloned();
    }
    Ok(found)
}

/// The field of a record that only one side has.
const WHOLE: &str = "record";

#[cfg(test)]
mod tests;
