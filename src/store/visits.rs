//! Visits in the file.

use super::batch::Noun;
use super::change::Change;
use super::edit::{Edited, Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::measurements::Slot;
use super::{
    Registry, Stored, attributes, date, day, events, infusions, keys, measurements, medications,
    optional_word, patients, reports, sources, statements,
};
use crate::domain::{Catalogue, DayBasis, Mismatch, Patient, PatientFile, Statement, Visit};
use rusqlite::{Connection, Row, named_params};

/// A visit with its patient.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitLine {
    /// The patient's key.
    pub patient: String,
    /// The visit.
    pub visit: Visit,
}

impl Registry {
    /// All visits, of one patient or of all, in the order of patients and days.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn visits(&self, patient: Option<&Stored<Patient>>) -> Result<Vec<VisitLine>, StoreError> {
        let load = || {
            let mut query = self.connection.prepare(
                "SELECT v.*, t.name AS timepoint, p.key AS patient
                   FROM visit v JOIN patient p ON p.id = v.patient_id
                   LEFT JOIN timepoint t ON t.id = v.timepoint_id
                  WHERE :patient IS NULL OR v.patient_id = :patient
                  ORDER BY v.patient_id, v.day IS NULL, v.day, v.date, v.id",
            )?;
            let id = patient.map(|patient| patient.id);
            let lines = query.query_map(named_params! { ":patient": id }, |row| {
                Ok(VisitLine {
                    patient: row.get("patient")?,
                    visit: from_row(&self.connection, row)?,
                })
            })?;
            lines.collect::<Result<Vec<_>, _>>()
        };
        load().in_file(&self.path)
    }

    /// Everything recorded of the patient with this key.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn patient_file(&self, key: &str) -> Result<Option<PatientFile>, StoreError> {
        load_patient_file(&self.connection, self.catalogue(), key).in_file(&self.path)
    }
}

/// Everything recorded of the patient with this key.
pub(super) fn load_patient_file(
    connection: &Connection,
    catalogue: &Catalogue,
    key: &str,
) -> Result<Option<PatientFile>, rusqlite::Error> {
    let Some(patient) = patients::load(connection, key)? else { return Ok(None) };
    let mut reports = Vec::new();
    for report in &patient.record.reports {
        reports.extend(reports::load(connection, report)?.map(|report| report.record));
    }
    let mut visits = Vec::new();
    for visit in load_of(connection, patient.id)? {
        let found = measurements::load_of(connection, visit.id, catalogue)?;
        visits.push((visit.record, found));
    }
    let attributes = attributes::load_all(connection)?;
    Ok(Some(PatientFile {
        attributes: attributes.into_iter().map(|known| known.record).collect(),
        reports,
        infusions: infusions::load_of(connection, patient.id)?,
        visits,
        statements: statements::load_of(connection, patient.id)?,
        events: events::load_of(connection, patient.id)?,
        medications: medications::load_of(connection, patient.id)?,
        patient: patient.record,
    }))
}

/// The visits of one patient in the order of their days. A visit has no identity of its own: its
/// patient's and its label are it.
pub(super) fn load_of(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<Stored<Visit>>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT v.*, t.name AS timepoint FROM visit v
               LEFT JOIN timepoint t ON t.id = v.timepoint_id
              WHERE v.patient_id = :patient ORDER BY v.day IS NULL, v.day, v.date, v.id",
        )?
        .query_map(named_params! { ":patient": patient }, |row| {
            Ok(Stored {
                id: row.get("id")?,
                uuid: String::new(),
                record: from_row(connection, row)?,
            })
        })?
        .collect()
}

/// A visit from a row that also has its timepoint's name as `timepoint`.
pub(super) fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Visit, rusqlite::Error> {
    Ok(Visit {
        label: row.get("label")?,
        timepoint: row.get("timepoint")?,
        day: day(row, "day")?,
        day_basis: optional_word(row, "day_basis", DayBasis::parse)?,
        date: date(row, "date")?,
        source: sources::load(connection, row.get("source_id")?)?,
        note: row.get("note")?,
    })
}

impl Change<'_> {
    /// Everything recorded of the patient with this key.
    pub(super) fn patient_file(&self, key: &str) -> Result<Option<PatientFile>, StoreError> {
        self.told(load_patient_file(&self.transaction, self.catalogue(), key))
    }

    /// The visits of one patient.
    pub(super) fn visits_of(&self, patient: i64) -> Result<Vec<Stored<Visit>>, StoreError> {
        self.told(load_of(&self.transaction, patient))
    }

    /// Record a visit; its label must be new for the patient.
    pub(super) fn add_visit(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        visit: &Visit,
    ) -> Result<i64, StoreError> {
        self.put_visit(None, patient, report, visit)?;
        let id = self.transaction.last_insert_rowid();
        let key = keys::visit(&patient.record.key, &visit.label);
        self.added("visit", &key, ("patient", &patient.uuid), visit)?;
        Ok(id)
    }

    /// Edit the visit with this label, in any case. Under another label, its measurements and the
    /// statements about it stay with it, and the log says of each what it is called now.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_visit(
        &mut self,
        patient: &Stored<Patient>,
        label: &str,
        edit: impl FnOnce(&mut Visit) -> Result<(), Mismatch>,
    ) -> Editing<Visit> {
        let stored = self.visits_of(patient.id)?;
        let named = |one: &Stored<Visit>| one.record.label.eq_ignore_ascii_case(label);
        let Some(at) = stored.iter().position(named) else { return Ok(Err(Unedited::NotThere)) };
        let id = stored[at].id;
        let known: Vec<Visit> = stored.into_iter().map(|one| one.record).collect();
        let edited = match edited_of(&known, at, edit) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        let Edited { before, after } = &edited;
        let is_taken = |other: &Visit| other.label.eq_ignore_ascii_case(&after.label);
        let mut others = known.iter().enumerate().filter(|(other, _)| *other != at);
        if others.any(|(_, other)| is_taken(other)) {
            let mismatch = Mismatch::new(after.label.as_str(), "a label no other visit here has")
                .mend("rename or remove the other visit first");
            return Ok(Err(Unedited::Wrong(mismatch)));
        }
        let statements = self.statements_of(patient.id)?;
        let report = self.first_report(&patient.record)?;
        self.put_visit(Some(id), patient, report, after)?;
        let key = |visit: &Visit| keys::visit(&patient.record.key, &visit.label);
        let owner = ("patient", patient.uuid.as_str());
        self.renamed("visit", (&key(before), &key(after)), owner, &edited);
        if before.label != after.label {
            self.rename_what_hangs_on(patient, id, &edited, &statements)?;
        }
        Ok(Ok(edited))
    }

    /// Note for the log what the measurements and statements of a renamed visit are called now.
    fn rename_what_hangs_on(
        &mut self,
        patient: &Stored<Patient>,
        visit: i64,
        edited: &Edited<Visit>,
        statements: &[Statement],
    ) -> Result<(), StoreError> {
        let (was, now) = (&edited.before.label, &edited.after.label);
        let owner = ("patient", patient.uuid.as_str());
        let found = measurements::load_of(&self.transaction, visit, self.catalogue());
        for one in self.told(found)? {
            let key = |label: &str| keys::measurement(&patient.record.key, label, &one.analyte);
            let same = Edited { before: one.clone(), after: one.clone() };
            self.take_measurement_from_batch(Slot { analyte: one.analyte_id, visit })?;
            self.renamed("measurement", (&key(was), &key(now)), owner, &same);
        }
        for one in statements.iter().filter(|one| one.visit.as_ref() == Some(was)) {
            let after = Statement { visit: Some(now.clone()), ..one.clone() };
            let key = keys::statement(&patient.record.key, one);
            self.edited("statement", &key, owner, one, &after);
        }
        Ok(())
    }

    /// Write a new visit, or all of the one with this number in the file.
    pub(super) fn put_visit(
        &mut self,
        id: Option<i64>,
        patient: &Stored<Patient>,
        report: Option<i64>,
        visit: &Visit,
    ) -> Result<(), StoreError> {
        if let Some(id) = id {
            self.take_visit_from_batch(id)?;
        }
        let source = self.source(report, visit.source.as_ref())?;
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO visit (id, patient_id, label, timepoint_id, day, day_basis, date,
                         source_id, note, batch_id)
                     VALUES (:id, :patient, :label,
                         (SELECT id FROM timepoint WHERE name = :timepoint),
                         :day, :day_basis, :date, :source, :note, :batch)
                     ON CONFLICT (id) DO UPDATE SET
                         (label, timepoint_id, day, day_basis, date, source_id, note) =
                         (excluded.label, excluded.timepoint_id, excluded.day, excluded.day_basis,
                         excluded.date, excluded.source_id, excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id, ":batch": self.batch_of(Noun::Visit),
                    ":patient": patient.id, ":label": visit.label, ":timepoint": visit.timepoint,
                    ":day": visit.day.map(|day| day.0),
                    ":day_basis": visit.day_basis.map(DayBasis::as_str),
                    ":date": visit.date.as_ref().map(|date| date.as_str()),
                    ":source": source, ":note": visit.note,
                })
        };
        self.told(put()).map(|_| ())
    }
}
