//! Patients in the file.

use super::change::{Change, new_uuid};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, date, optional_word, sources};
use crate::domain::{Patient, Sex};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

/// A patient with how much was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientLine {
    /// The patient.
    pub patient: Patient,
    /// True if invented for demonstration.
    pub simulated: bool,
    /// Infusions.
    pub infusions: i64,
    /// Visits.
    pub visits: i64,
}

impl Registry {
    /// All patients in the order they were recorded.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn patients(&self) -> Result<Vec<PatientLine>, StoreError> {
        let load = || {
            let mut query = self.connection.prepare(
                "SELECT p.*,
                    (SELECT max(r.simulated) FROM patient_report pr JOIN report r ON r.id = pr.report_id
                      WHERE pr.patient_id = p.id) AS simulated,
                    (SELECT count(*) FROM infusion i WHERE i.patient_id = p.id) AS infusions,
                    (SELECT count(*) FROM visit v WHERE v.patient_id = p.id) AS visits
                   FROM patient p ORDER BY p.id",
            )?;
            let lines = query.query_map((), |row| {
                Ok(PatientLine {
                    patient: from_row(&self.connection, row)?,
                    simulated: row.get::<_, Option<bool>>("simulated")?.unwrap_or(false),
                    infusions: row.get("infusions")?,
                    visits: row.get("visits")?,
                })
            })?;
            lines.collect::<Result<Vec<_>, _>>()
        };
        load().in_file(&self.path)
    }

    /// The patient with this key.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn patient(&self, key: &str) -> Result<Option<Stored<Patient>>, StoreError> {
        load(&self.connection, key).in_file(&self.path)
    }

    /// The keys of all patients, for suggestions.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn patient_keys(&self) -> Result<Vec<String>, StoreError> {
        keys(&self.connection).in_file(&self.path)
    }
}

/// The keys of all patients.
pub(super) fn keys(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut query = connection.prepare_cached("SELECT key FROM patient ORDER BY id")?;
    query.query_map((), |row| row.get(0))?.collect()
}

/// The patient with this key.
pub(super) fn load(
    connection: &Connection,
    key: &str,
) -> Result<Option<Stored<Patient>>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM patient WHERE key = :key")?
        .query_row(named_params! { ":key": key }, |row| {
            Ok(Stored {
                id: row.get("id")?,
                uuid: row.get("uuid")?,
                record: from_row(connection, row)?,
            })
        })
        .optional()
}

fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Patient, rusqlite::Error> {
    let id: i64 = row.get("id")?;
    let reports = connection
        .prepare_cached(
            "SELECT r.key FROM patient_report pr JOIN report r ON r.id = pr.report_id
              WHERE pr.patient_id = :patient ORDER BY pr.first DESC, r.id",
        )?
        .query_map(named_params! { ":patient": id }, |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(Patient {
        key: row.get("key")?,
        reports,
        sex: optional_word(row, "sex", Sex::parse)?,
        age_years: row.get("age_years")?,
        birth_year: row.get("birth_year")?,
        diagnosis: row.get("diagnosis")?,
        diabetes_duration_years: row.get("diabetes_duration_years")?,
        height_cm: row.get("height_cm")?,
        follow_up_days: row.get("follow_up_days")?,
        enrolment_date: date(row, "enrolment_date")?,
        source: sources::load(connection, row.get("source_id")?)?,
        note: row.get("note")?,
    })
}

impl Change<'_> {
    /// The patient with this key.
    pub(super) fn patient(&self, key: &str) -> Result<Option<Stored<Patient>>, StoreError> {
        self.told(load(&self.transaction, key))
    }

    /// Record a patient; the key must be new and every report known.
    pub(super) fn add_patient(
        &mut self,
        patient: &Patient,
        reports: &[i64],
    ) -> Result<Stored<Patient>, StoreError> {
        let uuid = new_uuid();
        let source = self.source(reports.first().copied(), patient.source.as_ref())?;
        let id = self.told(self.insert_patient(&uuid, patient, source, reports))?;
        self.added("patient", &patient.key, ("patient", &uuid), patient)?;
        Ok(Stored { id, uuid, record: patient.clone() })
    }

    fn insert_patient(
        &self,
        uuid: &str,
        patient: &Patient,
        source: Option<i64>,
        reports: &[i64],
    ) -> Result<i64, rusqlite::Error> {
        self.transaction
            .prepare_cached(
                "INSERT INTO patient (uuid, key, sex, age_years, birth_year, diagnosis,
                     diabetes_duration_years, height_cm, follow_up_days, enrolment_date, source_id,
                     note)
                 VALUES (:uuid, :key, :sex, :age, :birth_year, :diagnosis, :duration, :height,
                     :follow_up, :enrolment, :source, :note)",
            )?
            .execute(named_params! {
                ":uuid": uuid, ":key": patient.key, ":sex": patient.sex.map(Sex::as_str),
                ":age": patient.age_years, ":birth_year": patient.birth_year,
                ":diagnosis": patient.diagnosis, ":duration": patient.diabetes_duration_years,
                ":height": patient.height_cm, ":follow_up": patient.follow_up_days,
                ":enrolment": patient.enrolment_date.as_ref().map(|date| date.as_str()),
                ":source": source, ":note": patient.note,
            })?;
        let id = self.transaction.last_insert_rowid();
        let mut link = self.transaction.prepare_cached(
            "INSERT INTO patient_report (patient_id, report_id, first) VALUES (:patient, :report, :first)",
        )?;
        for (at, report) in reports.iter().enumerate() {
            link.execute(named_params! { ":patient": id, ":report": report, ":first": at == 0 })?;
        }
        Ok(id)
    }
}
