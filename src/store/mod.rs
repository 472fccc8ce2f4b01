//! What was recorded? One SQLite file: opening it, writing to it with a log, reading records back.
//! Knows SQL and nobody else does; must not know the command line, file formats or layouts.
//! Start with `registry` (the file), then `change` (the only way to write), then `intake`.

mod analytes;
mod answers;
mod attributes;
mod batch;
mod change;
mod cohort;
mod cohorts;
mod compare;
mod condition;
mod correct;
mod edit;
mod endpoints;
mod error;
mod events;
mod history;
mod infusions;
mod intake;
mod journal;
mod keys;
mod locks;
mod measurements;
mod medications;
mod merge;
mod migrate;
mod patients;
mod products;
mod query;
mod registry;
mod rehearsal;
mod remove;
mod reports;
mod sources;
mod statements;
#[cfg(test)]
mod testing;
mod timepoints;
mod verify;
mod visits;
mod waiting;

pub use answers::{AcceptedAtEntry, Answer, Whose};
pub use attributes::AttributeUse;
pub use change::{Change, FIRST_HASH, hash_of};
pub use compare::{Choice, Comparison, Decisions, Difference, Settled, Sides};
pub use condition::{NoAnswer, answers};
pub use edit::{Edited, Editing, Unedited};
pub use error::StoreError;
pub use history::{AsOf, Entry, FieldChange, HistoryOf, LogText, Part, Past};
pub use intake::{Changed, Correction, Intake, Kind, Listed, Manner, Tally, Work, size_of_patient};
pub use locks::{Held, Lock, Lockable, Locking, Unlocked, describe_lock};
pub use merge::{Differing, Disagreement, Merged, Outcomes};
pub use migrate::{APPLICATION_ID, SCHEMA_VERSION, Schema, Step, Upgrade};
pub use patients::PatientLine;
pub use products::ProductUse;
pub use query::{Cell, Found, QueryLimits, Unanswered};
pub use registry::{Access, Caller, Reading, Registry};
pub use rehearsal::{Rehearsal, TableRows};
pub use remove::{Kept, Removal};
pub use reports::ReportLine;
pub use timepoints::{Rescheduled, Rescheduling};
pub use verify::{Check, Discrepancy, Verification};
pub use visits::VisitLine;

use crate::domain::{Day, Mismatch, PartialDate};
use rusqlite::Row;

/// A record as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    /// Its number in this file.
    pub(crate) id: i64,
    /// Its identity in every file.
    pub uuid: String,
    /// The record.
    pub record: T,
}

/// A column that holds a word of a closed list. What a CHECK lets in, the list knows.
fn word<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Result<T, Mismatch>,
) -> Result<T, rusqlite::Error> {
    let text: String = row.get(column)?;
    parse(&text).map_err(|mismatch| outside_the_list(row, column, mismatch))
}

/// The same for a column that may be NULL.
fn optional_word<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Result<T, Mismatch>,
) -> Result<Option<T>, rusqlite::Error> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parse(&text))
        .transpose()
        .map_err(|mismatch| outside_the_list(row, column, mismatch))
}

fn outside_the_list(row: &Row<'_>, column: &str, mismatch: Mismatch) -> rusqlite::Error {
    let at = row.as_ref().column_index(column).unwrap_or_default();
    rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(mismatch))
}

/// A day that may be unknown.
fn day(row: &Row<'_>, column: &str) -> Result<Option<Day>, rusqlite::Error> {
    Ok(row.get::<_, Option<i32>>(column)?.map(Day))
}

/// A date that may be unknown.
fn date(row: &Row<'_>, column: &str) -> Result<Option<PartialDate>, rusqlite::Error> {
    optional_word(row, column, PartialDate::parse)
}
