//! Correcting a measurement: the printed value stays, the new reading stands beside it with who
//! made it and why.

use super::change::Change;
use super::error::StoreError;
use super::measurements::{Slot, status_number};
use super::{Stored, keys};
use crate::domain::{AnalyteId, Comparator, Measurement, OtherReading, Patient, Standing, Visit};
use rusqlite::{OptionalExtension, named_params};

impl Change<'_> {
    /// Put another reading beside a measurement. An accepted one is in force from now on and settles
    /// every reading before it.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn add_reading(
        &mut self,
        patient: &Stored<Patient>,
        visit: &Visit,
        before: &Measurement,
        other: &OtherReading,
    ) -> Result<(), StoreError> {
        let Some(slot) = self.slot(patient, visit, before.analyte_id)? else {
            return Ok(());
        };
        let report = self.first_report(&patient.record)?;
        let source = self.source(report, other.source.as_ref())?;
        let mut after = before.clone();
        after.put_reading(other.clone());
        if other.standing == Standing::Accepted {
            self.told(self.settle_readings(slot, &after))?;
            let done = self.transaction.execute(
                "UPDATE measurement SET value = :value
                  WHERE analyte_id = :analyte AND visit_id = :visit",
                named_params! {
                    ":analyte": slot.analyte.0, ":visit": slot.visit,
                    ":value": other.reading.value,
                },
            );
            self.told(done)?;
        }
        self.told(self.insert_reading(slot, source, other))?;
        let key = keys::measurement(&patient.record.key, &visit.label, &before.analyte);
        self.take_measurement_from_batch(slot)?;
        self.edited("measurement", &key, ("patient", &patient.uuid), before, &after);
        Ok(())
    }

    /// Write what became of the readings before the newest.
    fn settle_readings(&self, slot: Slot, after: &Measurement) -> rusqlite::Result<()> {
        let mut ids = self.transaction.prepare_cached(
            "SELECT id FROM reading
              WHERE analyte_id = :analyte AND visit_id = :visit AND replicate = 0 ORDER BY id",
        )?;
        let of = named_params! { ":analyte": slot.analyte.0, ":visit": slot.visit };
        let ids = ids.query_map(of, |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        for (id, known) in ids.into_iter().zip(&after.other_readings) {
            self.transaction.execute(
                "UPDATE reading SET standing = :standing WHERE id = :id",
                named_params! { ":standing": known.standing.as_str(), ":id": id },
            )?;
        }
        Ok(())
    }

    /// Write all of a measurement but its other readings; the log keeps it as it was.
    ///
    /// # Errors
    /// If the file can't be written.
    pub(super) fn edit_measurement(
        &mut self,
        patient: &Stored<Patient>,
        visit: &Visit,
        before: &Measurement,
        after: &Measurement,
    ) -> Result<(), StoreError> {
        let Some(slot) = self.slot(patient, visit, before.analyte_id)? else {
            return Ok(());
        };
        let report = self.first_report(&patient.record)?;
        let source = self.source(report, after.source.as_ref())?;
        let reading = &after.reading;
        let unit = self.told(self.unit(slot.analyte, reading.unit.as_ref()))?;
        let limits = self.told(self.limits(slot.analyte, unit, after))?;
        let done = self.transaction.execute(
            "UPDATE measurement SET value = :value, status = :status, printed = :printed,
                 comparator = :comparator, unit_id = :unit, limits_id = :limits, source_id = :source
              WHERE analyte_id = :analyte AND visit_id = :visit AND replicate = 0",
            named_params! {
                ":analyte": slot.analyte.0, ":visit": slot.visit, ":value": reading.value,
                ":status": status_number(reading.status), ":printed": reading.printed,
                ":comparator": reading.comparator.map(Comparator::as_str),
                ":unit": unit, ":limits": limits, ":source": source,
            },
        );
        self.told(done)?;
        let key = keys::measurement(&patient.record.key, &visit.label, &before.analyte);
        self.take_measurement_from_batch(slot)?;
        self.edited("measurement", &key, ("patient", &patient.uuid), before, after);
        Ok(())
    }

    /// Where a measurement stands in the file.
    pub(super) fn slot(
        &self,
        patient: &Stored<Patient>,
        visit: &Visit,
        analyte: AnalyteId,
    ) -> Result<Option<Slot>, StoreError> {
        let visit = self.visit_id(patient, visit)?;
        Ok(visit.map(|visit| Slot { analyte, visit }))
    }

    /// The number of a visit in the file.
    pub(super) fn visit_id(
        &self,
        patient: &Stored<Patient>,
        visit: &Visit,
    ) -> Result<Option<i64>, StoreError> {
        let found = self
            .transaction
            .query_row(
                "SELECT id FROM visit WHERE patient_id = :patient AND label = :label",
                named_params! { ":patient": patient.id, ":label": visit.label },
                |row| row.get::<_, i64>(0),
            )
            .optional();
        self.told(found)
    }
}
