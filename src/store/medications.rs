//! Medications in the file.

use super::change::{Change, new_uuid};
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::intake::check_medication;
use super::{Registry, Stored, date, day, keys, sources};
use crate::domain::{Medication, Mismatch, Patient};
use rusqlite::{Connection, named_params};

impl Registry {
    /// All medications, each with its patient's key and its number there, from 1.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn medications(&self) -> Result<Vec<(String, usize, Medication)>, StoreError> {
        self.numbered_of_all(load_of).in_file(&self.path)
    }
}

/// The medications of one patient in the order they were recorded.
pub(super) fn load_of(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<Medication>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM medication WHERE patient_id = :patient ORDER BY id")?
        .query_map(named_params! { ":patient": patient }, |row| {
            Ok(Medication {
                drug: row.get("drug")?,
                atc: row.get("atc")?,
                atc_year: row.get("atc_year")?,
                dose_per_day: row.get("dose_per_day")?,
                dose_unit: row.get("dose_unit")?,
                start_day: day(row, "start_day")?,
                start_date: date(row, "start_date")?,
                end_day: day(row, "end_day")?,
                end_date: date(row, "end_date")?,
                stop_reason: row.get("stop_reason")?,
                source: sources::load(connection, row.get("source_id")?)?,
                note: row.get("note")?,
            })
        })?
        .collect()
}

impl Change<'_> {
    /// The medications of one patient.
    pub(super) fn medications_of(&self, patient: i64) -> Result<Vec<Medication>, StoreError> {
        self.told(load_of(&self.transaction, patient))
    }

    /// Record a dose episode.
    pub(super) fn add_medication(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        medication: &Medication,
    ) -> Result<(), StoreError> {
        self.put_medication(None, patient, report, medication)?;
        let key = keys::named(&patient.record.key, &medication.drug);
        self.added("medication", &key, ("patient", &patient.uuid), medication)
    }

    /// Edit the medication with this number in the patient's list, counted from 1.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_medication(
        &mut self,
        patient: &Stored<Patient>,
        number: usize,
        edit: impl FnOnce(&mut Medication) -> Result<(), Mismatch>,
    ) -> Editing<Medication> {
        let sql = "SELECT id FROM medication WHERE patient_id = :patient
                    ORDER BY id LIMIT 1 OFFSET :before";
        let known = self.medications_of(patient.id)?;
        let Some(id) = self.id_of_number(sql, patient, number)? else {
            return Ok(Err(Unedited::NotThere));
        };
        let edited = match edited_of(&known, number - 1, edit) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        if let Some(mismatch) = check_medication(&edited.after) {
            return Ok(Err(Unedited::Wrong(mismatch)));
        }
        let report = self.first_report(&patient.record)?;
        self.put_medication(Some(id), patient, report, &edited.after)?;
        let key = |medication: &Medication| keys::named(&patient.record.key, &medication.drug);
        let (was, now) = (key(&edited.before), key(&edited.after));
        self.renamed("medication", (&was, &now), ("patient", &patient.uuid), &edited);
        Ok(Ok(edited))
    }

    /// Write a new dose episode, or all of the one with this number in the file.
    fn put_medication(
        &self,
        id: Option<i64>,
        patient: &Stored<Patient>,
        report: Option<i64>,
        medication: &Medication,
    ) -> Result<(), StoreError> {
        let source = self.source(report, medication.source.as_ref())?;
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO medication (id, uuid, patient_id, drug, atc, atc_year, dose_per_day,
                         dose_unit, start_day, start_date, end_day, end_date, stop_reason,
                         source_id, note)
                     VALUES (:id, :uuid, :patient, :drug, :atc, :atc_year, :dose, :unit, :start_day,
                         :start_date, :end_day, :end_date, :stop_reason, :source, :note)
                     ON CONFLICT (id) DO UPDATE SET
                         (drug, atc, atc_year, dose_per_day, dose_unit, start_day, start_date,
                         end_day, end_date, stop_reason, source_id, note) =
                         (excluded.drug, excluded.atc, excluded.atc_year, excluded.dose_per_day,
                         excluded.dose_unit, excluded.start_day, excluded.start_date,
                         excluded.end_day, excluded.end_date, excluded.stop_reason,
                         excluded.source_id, excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id, ":uuid": new_uuid(), ":patient": patient.id,
                    ":drug": medication.drug,
                    ":atc": medication.atc, ":atc_year": medication.atc_year,
                    ":dose": medication.dose_per_day, ":unit": medication.dose_unit,
                    ":start_day": medication.start_day.map(|day| day.0),
                    ":start_date": medication.start_date.as_ref().map(|date| date.as_str()),
                    ":end_day": medication.end_day.map(|day| day.0),
                    ":end_date": medication.end_date.as_ref().map(|date| date.as_str()),
                    ":stop_reason": medication.stop_reason, ":source": source,
                    ":note": medication.note,
                })
        };
        self.told(put()).map(|_| ())
    }
}
