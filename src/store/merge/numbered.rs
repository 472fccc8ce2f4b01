//! What has no key of its own below a patient: statements, adverse events, medications.

use super::settle::{Row, Todo};
use super::{Change, Merge, StoreError, Stored};
use crate::domain::{AdverseEvent, Medication, Mismatch, Patient, Statement};
use crate::store::Removal;
use crate::store::edit::Editing;
use crate::store::intake::check_medication;
use rusqlite::named_params;
use serde::Serialize;

/// A record that is known by its number in the patient's list, and in all files by its UUID.
pub(super) trait Numbered: Serialize + PartialEq + Clone + 'static {
    /// What the log calls it.
    const NOUN: &'static str;
    /// Gives the record of this number in the file this identity.
    const NAME: &'static str;
    fn wrong(
        &self,
        change: &Change<'_>,
        of: &Stored<Patient>,
    ) -> Result<Option<Mismatch>, StoreError>;
    fn add(
        &self,
        change: &mut Change<'_>,
        of: &Stored<Patient>,
        report: Option<i64>,
    ) -> Result<(), StoreError>;
    fn put(self, change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Editing<Self>;
    fn remove(change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Removal;
}

impl Numbered for Statement {
    const NOUN: &'static str = "statement";
    const NAME: &'static str = "UPDATE statement SET uuid = :uuid WHERE id = :id";

    fn wrong(
        &self,
        change: &Change<'_>,
        of: &Stored<Patient>,
    ) -> Result<Option<Mismatch>, StoreError> {
        change.check_statement(of, self)
    }

    fn add(
        &self,
        change: &mut Change<'_>,
        of: &Stored<Patient>,
        report: Option<i64>,
    ) -> Result<(), StoreError> {
        change.add_statement(of, report, self)
    }

    fn put(self, change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Editing<Self> {
        change.edit_statement(of, number, super::set(self))
    }

    fn remove(change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Removal {
        change.remove_statement(of, number)
    }
}

impl Numbered for AdverseEvent {
    const NOUN: &'static str = "event";
    const NAME: &'static str = "UPDATE adverse_event SET uuid = :uuid WHERE id = :id";

    fn wrong(
        &self,
        change: &Change<'_>,
        of: &Stored<Patient>,
    ) -> Result<Option<Mismatch>, StoreError> {
        change.check_event(of, self)
    }

    fn add(
        &self,
        change: &mut Change<'_>,
        of: &Stored<Patient>,
        report: Option<i64>,
    ) -> Result<(), StoreError> {
        change.add_event(of, report, self)
    }

    fn put(self, change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Editing<Self> {
        change.edit_event(of, number, super::set(self))
    }

    fn remove(change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Removal {
        change.remove_event(of, number)
    }
}

impl Numbered for Medication {
    const NOUN: &'static str = "medication";
    const NAME: &'static str = "UPDATE medication SET uuid = :uuid WHERE id = :id";

    fn wrong(&self, _: &Change<'_>, _: &Stored<Patient>) -> Result<Option<Mismatch>, StoreError> {
        Ok(check_medication(self))
    }

    fn add(
        &self,
        change: &mut Change<'_>,
        of: &Stored<Patient>,
        report: Option<i64>,
    ) -> Result<(), StoreError> {
        change.add_medication(of, report, self)
    }

    fn put(self, change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Editing<Self> {
        change.edit_medication(of, number, super::set(self))
    }

    fn remove(change: &mut Change<'_>, of: &Stored<Patient>, number: usize) -> Removal {
        change.remove_medication(of, number)
    }
}

impl Change<'_> {
    pub(super) fn merge_numbered<T: Numbered>(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        (here, there): (&[Row<T>], Vec<Row<T>>),
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let number_of = |id: &str| here.iter().position(|known| known.id == id).map(|at| at + 1);
        let settled = merge.settling.settle(T::NOUN, |_| patient.uuid.clone(), here, there);
        for (todo, Row { id, key, record, from, .. }) in settled {
            self.origin = from;
            match (todo, number_of(&id)) {
                (Todo::Take, Some(number)) => {
                    let done = record.put(self, patient, number)?;
                    merge.unless_wrong(T::NOUN, &key, done.err());
                }
                (Todo::Remove, Some(number)) => {
                    let patient = patient.clone();
                    merge.later(T::NOUN, self.origin.clone(), key, move |change| {
                        T::remove(change, &patient, number)
                    });
                }
                _ => match record.wrong(self, patient)? {
                    Some(mismatch) => merge.wrong(T::NOUN, &key, &mismatch),
                    None => {
                        record.add(self, patient, report)?;
                        let row = named_params! {
                            ":uuid": id, ":id": self.transaction.last_insert_rowid(),
                        };
                        self.told(self.transaction.execute(T::NAME, row))?;
                    }
                },
            }
        }
        Ok(())
    }
}
