//! What has no key of its own: statements, adverse events, medications.

use super::check_medication;
use super::outcome::Work;
use super::silence::{Fate, Silent, Unkeyed, fates};
use super::{Change, Kind, StoreError, Stored, update};
use crate::domain::{Patient, PatientRecords, Placed};
use serde::Serialize;

/// Something of these records that the registry does not hold so: its name for messages, its place in
/// the registry's list if one is there otherwise, and what it is to be.
struct Open<'r, T> {
    what: String,
    record: &'r Placed<T>,
    differs: Option<(usize, T)>,
}

impl Change<'_> {
    pub(super) fn take_in_the_rest(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        records: &PatientRecords,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let key = &patient.record.key;
        let known = match records.statements.as_slice() {
            [] => Vec::new(),
            _ => self.statements_of(patient.id)?,
        };
        for open in work.open(Kind::Statement, key, &records.statements, &known) {
            let Placed { place, record } = open.record;
            let wrong = self.check_statement(patient, record)?;
            if !work.is_right(Kind::Statement, key, place, wrong) {
                continue;
            }
            match open.differs {
                None => {
                    work.added(Kind::Statement, &open.what, place, || record.says());
                    self.add_statement(patient, report, record)?;
                }
                Some((at, now)) => {
                    let done = self.edit_statement(patient, at + 1, update::to(now))?;
                    work.edited(Kind::Statement, &open.what, place, done);
                }
            }
        }
        let known = match records.events.as_slice() {
            [] => Vec::new(),
            _ => self.events_of(patient.id)?,
        };
        for open in work.open(Kind::Event, key, &records.events, &known) {
            let Placed { place, record } = open.record;
            let wrong = self.check_event(patient, record)?;
            if !work.is_right(Kind::Event, key, place, wrong) {
                continue;
            }
            match open.differs {
                None => {
                    work.added(Kind::Event, &open.what, place, || record.says());
                    self.add_event(patient, report, record)?;
                }
                Some((at, now)) => {
                    let done = self.edit_event(patient, at + 1, update::to(now))?;
                    work.edited(Kind::Event, &open.what, place, done);
                }
            }
        }
        let known = match records.medications.as_slice() {
            [] => Vec::new(),
            _ => self.medications_of(patient.id)?,
        };
        for open in work.open(Kind::Medication, key, &records.medications, &known) {
            let Placed { place, record } = open.record;
            if !work.is_right(Kind::Medication, key, place, check_medication(record)) {
                continue;
            }
            match open.differs {
                None => {
                    work.added(Kind::Medication, &open.what, place, || record.says());
                    self.add_medication(patient, report, record)?;
                }
                Some((at, now)) => {
                    let done = self.edit_medication(patient, at + 1, update::to(now))?;
                    work.edited(Kind::Medication, &open.what, place, done);
                }
            }
        }
        Ok(())
    }
}

impl Work<'_> {
    /// Count what is there, name what differs and may not be changed; the rest is open.
    fn open<'r, T: Unkeyed + Serialize>(
        &mut self,
        kind: Kind,
        patient: &str,
        records: &'r [Placed<T>],
        known: &[T],
    ) -> Vec<Open<'r, T>> {
        let what = format!("{patient}, {}", kind.words().0);
        let fates = fates(records.iter().map(|placed| &placed.record), known, self.manner.exact);
        let mut open = Vec::new();
        for (record, fate) in records.iter().zip(fates) {
            match fate {
                Fate::Known => self.intake.known.count(kind),
                Fate::New => open.push(Open { what: what.clone(), record, differs: None }),
                Fate::Differs(at) => {
                    let now = record.record.filled(&known[at]);
                    let what = format!("{what} number {}", at + 1);
                    self.intake.there.count(kind);
                    if self.manner.update.is_some() {
                        open.push(Open { what, record, differs: Some((at, now)) });
                        continue;
                    }
                    for mismatch in super::differences_of(&now, &known[at], self.remedy(&what)) {
                        self.problem(what.clone(), &record.place, mismatch);
                    }
                }
            }
        }
        open
    }
}
