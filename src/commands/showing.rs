//! How every command shows one record of a patient: every field, and whether the patient is simulated.

use super::removing::no_such;
use super::session::not_there;
use crate::domain::PatientFile;
use crate::error::Error;
use crate::store::{Held, Lock, Registry};
use crate::tables::{Described, Fact, Page, lay_out_facts};

/// Everything of the patient with this key, which must be there.
pub(super) fn file_of(registry: &Registry, key: &str) -> Result<PatientFile, Error> {
    match registry.patient_file(key)? {
        Some(file) => Ok(file),
        None => Err(not_there("patient", key, &registry.patient_keys()?)),
    }
}

/// The record with this number in a list of a patient, counted from 1.
pub(super) fn numbered<'a, T>(
    records: &'a [T],
    number: usize,
    noun: &str,
    what: &str,
) -> Result<&'a T, Error> {
    let record = number.checked_sub(1).and_then(|at| records.get(at));
    record.ok_or_else(|| no_such(noun, what))
}

/// Lay out one record of a patient; `noun` is what it is, `what` its name, and `number` its place in
/// the list if that is what it is known by.
pub(super) fn lay_out_of_patient(
    registry: &Registry,
    (noun, what): (&str, &str),
    file: &PatientFile,
    number: Option<usize>,
    record: &impl Described,
) -> Page {
    let title = format!("{}{} {what}", noun[..1].to_uppercase(), &noun[1..]);
    let mut facts = vec![Fact::new("patient", "", file.patient.key.as_str())];
    facts.extend(number.map(|number| Fact::new("number", "", number)));
    facts.extend(record.facts(registry.catalogue()));
    let mut page = lay_out_facts(&title, &noun.replace(' ', "_"), &facts);
    note_simulated(&mut page, file);
    page
}

/// Say so if the patient is simulated.
pub(super) fn note_simulated(page: &mut Page, file: &PatientFile) {
    if file.reports.iter().any(|report| report.simulated) {
        page.note(
            "This patient is simulated: invented for demonstration, no evidence of anything.",
        );
    }
}

/// Everything that is locked.
pub(super) struct Locks(Vec<Held>);

impl Locks {
    pub fn of_registry(registry: &Registry) -> Result<Locks, Error> {
        Ok(Locks(registry.held()?))
    }

    /// The lock that holds this report or patient.
    pub fn on(&self, noun: &str, key: &str) -> Option<&Lock> {
        let holds = |one: &&Held| one.noun == "registry" || (one.noun == noun && one.key == key);
        self.0.iter().find(holds).map(|one| &one.lock)
    }

    /// The heading of a column that names locks; none where nothing is locked.
    pub fn heading(&self) -> &'static str {
        if self.0.is_empty() { "" } else { "Locked with" }
    }

    /// Say so if this report or patient is locked.
    pub fn note(&self, page: &mut Page, noun: &str, key: &str) {
        if let Some(lock) = self.on(noun, key) {
            let with =
                if lock.noun == noun { String::new() } else { format!(" with {}", lock.name()) };
            page.note(format!(
                "Locked{with} by {}: {}. Nothing of it can be changed until it is unlocked.",
                lock.made_by, lock.reason
            ));
        }
    }
}
