//! Visits in the file.

use super::change::Change;
use super::error::{InFile, StoreError};
use super::{
    Registry, Stored, date, day, events, infusions, keys, measurements, optional_word, patients,
    reports, sources,
};
use crate::domain::{DayBasis, Patient, PatientFile, Visit};
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
        self.load_patient_file(key).in_file(&self.path)
    }

    fn load_patient_file(&self, key: &str) -> Result<Option<PatientFile>, rusqlite::Error> {
        let connection = &self.connection;
        let Some(patient) = patients::load(connection, key)? else { return Ok(None) };
        let mut reports = Vec::new();
        for report in &patient.record.reports {
            reports.extend(reports::load(connection, report)?.map(|report| report.record));
        }
        let mut visits = Vec::new();
        for visit in load_of(connection, patient.id)? {
            let found = measurements::load_of(connection, visit.id, self.catalogue())?;
            visits.push((visit.record, found));
        }
        Ok(Some(PatientFile {
            reports,
            infusions: infusions::load_of(connection, patient.id)?,
            visits,
            statements: events::load_statements(connection, patient.id)?,
            events: events::load_events(connection, patient.id)?,
            medications: events::load_medications(connection, patient.id)?,
            patient: patient.record,
        }))
    }
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
fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Visit, rusqlite::Error> {
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
        let source = self.source(report, visit.source.as_ref())?;
        let insert = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO visit (patient_id, label, timepoint_id, day, day_basis, date,
                         source_id, note)
                     VALUES (:patient, :label, (SELECT id FROM timepoint WHERE name = :timepoint),
                         :day, :day_basis, :date, :source, :note)",
                )?
                .execute(named_params! {
                    ":patient": patient.id, ":label": visit.label, ":timepoint": visit.timepoint,
                    ":day": visit.day.map(|day| day.0),
                    ":day_basis": visit.day_basis.map(DayBasis::as_str),
                    ":date": visit.date.as_ref().map(|date| date.as_str()),
                    ":source": source, ":note": visit.note,
                })
        };
        self.told(insert())?;
        let id = self.transaction.last_insert_rowid();
        let key = keys::visit(&patient.record.key, &visit.label);
        self.added("visit", &key, ("patient", &patient.uuid), visit)?;
        Ok(id)
    }
}
