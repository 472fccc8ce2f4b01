//! What an edit is: a record as it was and as it is. Each noun's file has its own `edit_…`, which
//! asks what adding asks, writes the whole record and logs both sides.

use super::Stored;
use super::change::Change;
use super::error::StoreError;
use crate::domain::{Mismatch, Patient};
use rusqlite::{OptionalExtension, named_params};

/// A record before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited<T> {
    /// As it was.
    pub before: T,
    /// As it is now.
    pub after: T,
}

/// Why nothing was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unedited {
    /// There is no such thing.
    NotThere,
    /// It is so already.
    Same,
    /// It can't be so.
    Wrong(Mismatch),
}

/// What became of an edit. Whoever calls must drop the change where nothing was edited.
pub type Editing<T> = Result<Result<Edited<T>, Unedited>, StoreError>;

/// Edit a copy of one of several records, which must differ from it and from all the others.
pub(super) fn edited_of<T: Clone + PartialEq>(
    known: &[T],
    at: usize,
    edit: impl FnOnce(&mut T) -> Result<(), Mismatch>,
) -> Result<Edited<T>, Unedited> {
    let before = known[at].clone();
    let mut after = before.clone();
    edit(&mut after).map_err(Unedited::Wrong)?;
    if after == before {
        return Err(Unedited::Same);
    }
    if let Some(other) = known.iter().position(|known| *known == after) {
        let mismatch = Mismatch::new("", "a record that differs from the others of the patient")
            .mend(format!("it would be what number {} is already; remove one of them", other + 1));
        return Err(Unedited::Wrong(mismatch));
    }
    Ok(Edited { before, after })
}

impl Change<'_> {
    /// The number in the file of a patient's record that is known by its place in the list, from 1.
    pub(super) fn id_of_number(
        &self,
        sql: &str,
        patient: &Stored<Patient>,
        number: usize,
    ) -> Result<Option<i64>, StoreError> {
        let Some(before) = number.checked_sub(1).and_then(|before| i64::try_from(before).ok())
        else {
            return Ok(None);
        };
        let place = named_params! { ":patient": patient.id, ":before": before };
        self.told(self.transaction.query_row(sql, place, |row| row.get(0)).optional())
    }
}

#[cfg(test)]
mod tests;
