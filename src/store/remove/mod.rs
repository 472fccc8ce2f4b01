//! What may go, and what hangs on it. Nothing is orphaned: what others hang on stays until they are
//! removed too. The change log keeps every record that went, as it was.

use super::change::Change;
use super::error::StoreError;
use super::{Stored, keys};
use crate::domain::{Measurement, Patient, PatientFile, Visit};
use rusqlite::named_params;
use serde::Serialize;

/// Why something was not removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// There is no such thing.
    NotThere,
    /// These hang on it: what they are, and how many.
    HangsOn(Vec<(&'static str, usize)>),
}

/// What became of a removal: how many records went, or why none did.
pub type Removal = Result<Result<usize, Kept>, StoreError>;

impl Change<'_> {
    /// Remove a report that no patient stands in.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_report(&mut self, key: &str) -> Removal {
        let Some(report) = self.report(key)? else { return Ok(Err(Kept::NotThere)) };
        let patients =
            self.count("SELECT count(*) FROM patient_report WHERE report_id = :id", report.id)?;
        if patients > 0 {
            return Ok(Err(Kept::HangsOn(vec![("patient", patients)])));
        }
        self.delete("UPDATE report SET adverse_events_source_id = NULL WHERE id = :id", report.id)?;
        self.delete("DELETE FROM source WHERE report_id = :id", report.id)?;
        self.delete("DELETE FROM report WHERE id = :id", report.id)?;
        self.removed("report", key, ("report", &report.uuid), &report.record);
        Ok(Ok(1))
    }

    /// Remove a product that was never infused.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_product(&mut self, key: &str) -> Removal {
        let Some(product) = self.product(key)? else { return Ok(Err(Kept::NotThere)) };
        let infusions =
            self.count("SELECT count(*) FROM infusion WHERE product_id = :id", product.id)?;
        if infusions > 0 {
            return Ok(Err(Kept::HangsOn(vec![("infusion", infusions)])));
        }
        self.delete("DELETE FROM product WHERE id = :id", product.id)?;
        self.removed("product", key, ("product", &product.uuid), &product.record);
        Ok(Ok(1))
    }

    /// Remove a patient; with `everything`, all that is recorded of it too.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_patient(&mut self, file: &PatientFile, everything: bool) -> Removal {
        let key = &file.patient.key;
        let Some(patient) = self.patient(key)? else { return Ok(Err(Kept::NotThere)) };
        let measurements = file.visits.iter().map(|(_, measurements)| measurements.len()).sum();
        let hanging: Vec<_> = [
            ("infusion", file.infusions.len()),
            ("visit", file.visits.len()),
            ("measurement", measurements),
            ("statement", file.statements.len()),
            ("adverse event", file.events.len()),
            ("medication", file.medications.len()),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect();
        if !hanging.is_empty() && !everything {
            return Ok(Err(Kept::HangsOn(hanging)));
        }
        // What names others goes first: statements name visits, events name infusions.
        self.remove_all_of(&patient, "statement", &file.statements, |statement| {
            keys::statement(key, statement)
        });
        self.delete("DELETE FROM statement WHERE patient_id = :id", patient.id)?;
        self.remove_all_of(&patient, "event", &file.events, |event| keys::named(key, &event.term));
        self.delete("DELETE FROM adverse_event WHERE patient_id = :id", patient.id)?;
        self.remove_all_of(&patient, "medication", &file.medications, |one| {
            keys::named(key, &one.drug)
        });
        self.delete("DELETE FROM medication WHERE patient_id = :id", patient.id)?;
        self.remove_all_of(&patient, "infusion", &file.infusions, |infusion| {
            keys::infusion(key, infusion.number)
        });
        self.delete("DELETE FROM infusion WHERE patient_id = :id", patient.id)?;
        for (visit, measurements) in &file.visits {
            self.remove_visit_with(&patient, visit, measurements)?;
        }
        self.delete("DELETE FROM patient_attribute WHERE patient_id = :id", patient.id)?;
        self.delete("DELETE FROM patient_report WHERE patient_id = :id", patient.id)?;
        self.take_patient_from_batch(patient.id)?;
        self.delete("DELETE FROM patient WHERE id = :id", patient.id)?;
        self.removed("patient", key, ("patient", &patient.uuid), &patient.record);
        Ok(Ok(1 + hanging.iter().map(|(_, count)| count).sum::<usize>()))
    }

    /// Remove an infusion that no adverse event names.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_infusion(&mut self, patient: &Stored<Patient>, number: u32) -> Removal {
        let known = self.infusions_of(patient.id)?;
        let Some(infusion) = known.iter().find(|known| known.number == number) else {
            return Ok(Err(Kept::NotThere));
        };
        let events = self.events_of(patient.id)?;
        let events = events.iter().filter(|event| event.infusion == Some(number)).count();
        if events > 0 {
            return Ok(Err(Kept::HangsOn(vec![("adverse event", events)])));
        }
        let done = self.transaction.execute(
            "DELETE FROM infusion WHERE patient_id = :patient AND number = :number",
            named_params! { ":patient": patient.id, ":number": number },
        );
        self.told(done)?;
        let key = keys::infusion(&patient.record.key, number);
        self.removed("infusion", &key, ("patient", &patient.uuid), infusion);
        Ok(Ok(1))
    }

    /// Remove a visit that no statement names; with `everything`, its measurements too.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_visit(
        &mut self,
        patient: &Stored<Patient>,
        visit: &Visit,
        measurements: &[Measurement],
        everything: bool,
    ) -> Removal {
        let statements = self.statements_of(patient.id)?;
        let names_it = |label: &Option<String>| label.as_deref() == Some(visit.label.as_str());
        let statements = statements.iter().filter(|one| names_it(&one.visit)).count();
        let measured = if everything { 0 } else { measurements.len() };
        let hanging: Vec<_> = [("statement", statements), ("measurement", measured)]
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect();
        if !hanging.is_empty() {
            return Ok(Err(Kept::HangsOn(hanging)));
        }
        self.remove_visit_with(patient, visit, measurements)?;
        Ok(Ok(1 + measurements.len()))
    }

    fn remove_visit_with(
        &mut self,
        patient: &Stored<Patient>,
        visit: &Visit,
        measurements: &[Measurement],
    ) -> Result<(), StoreError> {
        for measurement in measurements {
            self.remove_measurement(patient, visit, measurement)?;
        }
        if let Some(id) = self.visit_id(patient, visit)? {
            self.take_visit_from_batch(id)?;
            self.delete("DELETE FROM visit WHERE id = :id", id)?;
        }
        let key = keys::visit(&patient.record.key, &visit.label);
        self.removed("visit", &key, ("patient", &patient.uuid), visit);
        Ok(())
    }

    /// Remove a measurement with its other readings.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_measurement(
        &mut self,
        patient: &Stored<Patient>,
        visit: &Visit,
        measurement: &Measurement,
    ) -> Result<(), StoreError> {
        let Some(slot) = self.slot(patient, visit, measurement.analyte_id)? else {
            return Ok(());
        };
        self.take_measurement_from_batch(slot)?;
        for sql in [
            "DELETE FROM reading WHERE analyte_id = :analyte AND visit_id = :visit",
            "DELETE FROM measurement WHERE analyte_id = :analyte AND visit_id = :visit",
        ] {
            let slot = named_params! { ":analyte": slot.analyte.0, ":visit": slot.visit };
            self.told(self.transaction.execute(sql, slot))?;
        }
        let key = keys::measurement(&patient.record.key, &visit.label, &measurement.analyte);
        self.removed("measurement", &key, ("patient", &patient.uuid), measurement);
        Ok(())
    }

    /// Remove the adverse event with this number in the patient's list, counted from 1.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_event(&mut self, patient: &Stored<Patient>, number: usize) -> Removal {
        let records = self.events_of(patient.id)?;
        let sql = "DELETE FROM adverse_event WHERE id = (SELECT id FROM adverse_event
                    WHERE patient_id = :patient ORDER BY id LIMIT 1 OFFSET :before)";
        let key =
            |event: &crate::domain::AdverseEvent| keys::named(&patient.record.key, &event.term);
        self.remove_numbered(patient, "event", &records, number, sql, key)
    }

    /// Remove the medication with this number in the patient's list, counted from 1.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_medication(&mut self, patient: &Stored<Patient>, number: usize) -> Removal {
        let records = self.medications_of(patient.id)?;
        let sql = "DELETE FROM medication WHERE id = (SELECT id FROM medication
                    WHERE patient_id = :patient ORDER BY id LIMIT 1 OFFSET :before)";
        let key = |one: &crate::domain::Medication| keys::named(&patient.record.key, &one.drug);
        self.remove_numbered(patient, "medication", &records, number, sql, key)
    }

    /// Remove the statement with this number in the patient's list, counted from 1.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_statement(&mut self, patient: &Stored<Patient>, number: usize) -> Removal {
        let records = self.statements_of(patient.id)?;
        let sql = "DELETE FROM statement WHERE id = (SELECT id FROM statement
                    WHERE patient_id = :patient ORDER BY id LIMIT 1 OFFSET :before)";
        let key = |one: &crate::domain::Statement| keys::statement(&patient.record.key, one);
        self.remove_numbered(patient, "statement", &records, number, sql, key)
    }

    fn remove_numbered<T: Serialize>(
        &mut self,
        patient: &Stored<Patient>,
        noun: &'static str,
        records: &[T],
        number: usize,
        sql: &str,
        key: impl Fn(&T) -> String,
    ) -> Removal {
        let before = number.checked_sub(1);
        let Some(record) = before.and_then(|before| records.get(before)) else {
            return Ok(Err(Kept::NotThere));
        };
        let offset = i64::try_from(number - 1).expect("a patient has few records");
        let done = self
            .transaction
            .execute(sql, named_params! { ":patient": patient.id, ":before": offset });
        self.told(done)?;
        self.removed(noun, &key(record), ("patient", &patient.uuid), record);
        Ok(Ok(1))
    }

    /// Note for the log that all of these records went.
    fn remove_all_of<T: Serialize>(
        &mut self,
        patient: &Stored<Patient>,
        noun: &'static str,
        records: &[T],
        key: impl Fn(&T) -> String,
    ) {
        for record in records {
            self.removed(noun, &key(record), ("patient", &patient.uuid), record);
        }
    }

    pub(super) fn count(&self, sql: &str, id: i64) -> Result<usize, StoreError> {
        let count = self
            .transaction
            .query_row(sql, named_params! { ":id": id }, |row| row.get::<_, u32>(0));
        Ok(self.told(count)? as usize)
    }

    pub(super) fn delete(&self, sql: &str, id: i64) -> Result<(), StoreError> {
        self.told(self.transaction.execute(sql, named_params! { ":id": id }).map(|_| ()))
    }
}

#[cfg(test)]
mod tests;
