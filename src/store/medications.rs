//! Medications in the file.

use super::change::{Change, new_uuid};
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::intake::check_medication;
use super::{Registry, Stored, date, day, keys, sources};
use crate::domain::{
    Cohort, Day, DayZero, Medication, MedicationTaken, Mismatch, PartialDate, Patient,
};
use rusqlite::{Connection, Row, named_params};
use std::collections::HashMap;

impl Registry {
    /// All medications, each with its patient's key and its number there, from 1.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn medications(&self) -> Result<Vec<(String, usize, Medication)>, StoreError> {
        self.numbered_of_all(load_of).in_file(&self.path)
    }

    /// The medications of a cohort, with days counted from the dates where both are known to the day.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn medications_taken(&self, cohort: &Cohort) -> Result<Vec<MedicationTaken>, StoreError> {
        load_taken(&self.connection, self.rules().day_zero, cohort).in_file(&self.path)
    }
}

/// The medications of a cohort's patients, patient after patient, in the order they were recorded.
fn load_taken(
    connection: &Connection,
    day_zero: DayZero,
    cohort: &Cohort,
) -> Result<Vec<MedicationTaken>, rusqlite::Error> {
    let keys = cohort.subjects.iter().enumerate();
    let places: HashMap<&str, usize> =
        keys.map(|(at, subject)| (subject.key.as_str(), at)).collect();
    let mut query = connection.prepare(
        "SELECT m.*, p.key AS patient, p.enrolment_date
           FROM medication m JOIN patient p ON p.id = m.patient_id ORDER BY m.patient_id, m.id",
    )?;
    let mut rows = query.query(())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let patient: String = row.get("patient")?;
        let Some(&subject) = places.get(patient.as_str()) else { continue };
        let medication = from_row(connection, row)?;
        let infusions = &cohort.subjects[subject].infusions;
        let anchor = match day_zero {
            DayZero::FirstInfusion => infusions.first().and_then(|first| first.date.clone()),
            DayZero::LastInfusion => infusions.last().and_then(|last| last.date.clone()),
            DayZero::Enrolment => date(row, "enrolment_date")?,
        };
        let day_of = |day: Option<Day>, date: Option<&PartialDate>| {
            day.or_else(|| date?.days_since(anchor.as_ref()?))
        };
        let start = day_of(medication.start_day, medication.start_date.as_ref());
        let end = day_of(medication.end_day, medication.end_date.as_ref());
        // "Since 2015" is before day 0, on whichever day it began.
        let is_before = |date: &PartialDate| {
            let day_zero = anchor.as_ref().and_then(|day| day.as_str().get(..date.as_str().len()));
            day_zero.is_some_and(|day_zero| date.as_str() < day_zero)
        };
        let began_before = medication.start_date.as_ref().is_some_and(is_before);
        let is_start_lost = start.is_none() && medication.start_date.is_some() && !began_before;
        let is_end_lost = end.is_none() && medication.end_date.is_some();
        let is_placed =
            (start.is_some() || end.is_some() || began_before) && !is_start_lost && !is_end_lost;
        found.push(MedicationTaken { subject, medication, start, end, is_placed });
    }
    Ok(found)
}

/// The medications of one patient in the order they were recorded.
pub(super) fn load_of(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<Medication>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM medication WHERE patient_id = :patient ORDER BY id")?
        .query_map(named_params! { ":patient": patient }, |row| from_row(connection, row))?
        .collect()
}

fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Medication, rusqlite::Error> {
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
