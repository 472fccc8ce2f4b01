//! Patients in the file.

use super::batch::Noun;
use super::change::Change;
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, attributes, date, optional_word, sources};
use crate::domain::{Mismatch, Patient, Sex, settle_attributes};
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

    /// What `load` finds for each patient, numbered from 1, in the order the patients were recorded.
    pub(super) fn numbered_of_all<T>(
        &self,
        load: impl Fn(&Connection, i64) -> Result<Vec<T>, rusqlite::Error>,
    ) -> Result<Vec<(String, usize, T)>, rusqlite::Error> {
        let mut query = self.connection.prepare("SELECT id, key FROM patient ORDER BY id")?;
        let mut rows = query.query(())?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let key: String = row.get("key")?;
            let records = load(&self.connection, row.get("id")?)?;
            let numbered = records.into_iter().enumerate();
            found.extend(numbered.map(|(at, record)| (key.clone(), at + 1, record)));
        }
        Ok(found)
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

/// A patient from its row.
pub(super) fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Patient, rusqlite::Error> {
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
        attributes: attributes::values_of(connection, id)?,
        source: sources::load(connection, row.get("source_id")?)?,
        note: row.get("note")?,
    })
}

impl Change<'_> {
    /// The patient with this key.
    pub(super) fn patient(&self, key: &str) -> Result<Option<Stored<Patient>>, StoreError> {
        self.told(load(&self.transaction, key))
    }

    /// Record a patient under this identity; the key must be new and every report known.
    pub(super) fn add_patient(
        &mut self,
        uuid: String,
        patient: &Patient,
        reports: &[i64],
    ) -> Result<Stored<Patient>, StoreError> {
        self.put_patient(None, &uuid, reports, patient)?;
        let id = self.transaction.last_insert_rowid();
        self.told(self.link(id, reports))?;
        self.told(self.put_values(id, &patient.attributes))?;
        self.added("patient", &patient.key, ("patient", &uuid), patient)?;
        Ok(Stored { id, uuid, record: patient.clone() })
    }

    /// Edit the patient with this key; the key and the first report stay.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_patient(
        &mut self,
        key: &str,
        edit: impl FnOnce(&mut Patient) -> Result<(), Mismatch>,
    ) -> Editing<Patient> {
        let Some(known) = self.patient(key)? else { return Ok(Err(Unedited::NotThere)) };
        let attributes = self.attributes()?;
        let settled = |patient: &mut Patient| {
            edit(patient)?;
            settle_attributes(&mut patient.attributes, &attributes)
        };
        let mut edited = match edited_of(&[known.record], 0, settled) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        let reports = match self.reports_of(&mut edited.after)? {
            Ok(reports) => reports,
            Err(mismatch) => return Ok(Err(Unedited::Wrong(mismatch))),
        };
        self.put_patient(Some(known.id), &known.uuid, &reports, &edited.after)?;
        self.told(self.link(known.id, &reports))?;
        self.told(self.put_values(known.id, &edited.after.attributes))?;
        self.edited("patient", key, ("patient", &known.uuid), &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Write a new patient, or all of the one with this number in the file.
    fn put_patient(
        &mut self,
        id: Option<i64>,
        uuid: &str,
        reports: &[i64],
        patient: &Patient,
    ) -> Result<(), StoreError> {
        if let Some(id) = id {
            self.take_patient_from_batch(id)?;
        }
        let source = self.source(reports.first().copied(), patient.source.as_ref())?;
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO patient (id, uuid, key, sex, age_years, birth_year, diagnosis,
                         diabetes_duration_years, height_cm, follow_up_days, enrolment_date,
                         source_id, note, batch_id)
                     VALUES (:id, :uuid, :key, :sex, :age, :birth_year, :diagnosis, :duration,
                         :height, :follow_up, :enrolment, :source, :note, :batch)
                     ON CONFLICT (id) DO UPDATE SET
                         (sex, age_years, birth_year, diagnosis, diabetes_duration_years, height_cm,
                         follow_up_days, enrolment_date, source_id, note) =
                         (excluded.sex, excluded.age_years, excluded.birth_year,
                         excluded.diagnosis, excluded.diabetes_duration_years,
                         excluded.height_cm, excluded.follow_up_days, excluded.enrolment_date,
                         excluded.source_id, excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id, ":batch": self.batch_of(Noun::Patient),
                    ":uuid": uuid, ":key": patient.key, ":sex": patient.sex.map(Sex::as_str),
                    ":age": patient.age_years, ":birth_year": patient.birth_year,
                    ":diagnosis": patient.diagnosis, ":duration": patient.diabetes_duration_years,
                    ":height": patient.height_cm, ":follow_up": patient.follow_up_days,
                    ":enrolment": patient.enrolment_date.as_ref().map(|date| date.as_str()),
                    ":source": source, ":note": patient.note,
                })
        };
        self.told(put()).map(|_| ())
    }

    /// Let a patient stand in these reports and no others; the first is the one it is from.
    fn link(&self, patient: i64, reports: &[i64]) -> Result<(), rusqlite::Error> {
        self.transaction
            .prepare_cached("DELETE FROM patient_report WHERE patient_id = :patient")?
            .execute(named_params! { ":patient": patient })?;
        let mut link = self.transaction.prepare_cached(
            "INSERT INTO patient_report (patient_id, report_id, first)
             VALUES (:patient, :report, :first)",
        )?;
        for (at, report) in reports.iter().enumerate() {
            let first = at == 0;
            link.execute(named_params! {
                ":patient": patient, ":report": report, ":first": first,
            })?;
        }
        Ok(())
    }
}
