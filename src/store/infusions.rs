//! Infusions in the file.

use super::change::Change;
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, date, day, keys, sources};
use crate::domain::{Infusion, Mismatch, Patient};
use rusqlite::{Connection, Row, named_params};

impl Registry {
    /// All infusions, each with its patient's key.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn infusions(&self) -> Result<Vec<(String, Infusion)>, StoreError> {
        let load = || {
            let mut query = self.connection.prepare(
                "SELECT i.*, d.key AS product, p.key AS patient
                   FROM infusion i JOIN patient p ON p.id = i.patient_id
                   LEFT JOIN product d ON d.id = i.product_id
                  ORDER BY i.patient_id, i.number",
            )?;
            let rows = query
                .query_map((), |row| Ok((row.get("patient")?, from_row(&self.connection, row)?)))?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        load().in_file(&self.path)
    }
}

/// The infusions of one patient in their order.
pub(super) fn load_of(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<Infusion>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT i.*, d.key AS product FROM infusion i LEFT JOIN product d ON d.id = i.product_id
              WHERE i.patient_id = :patient ORDER BY i.number",
        )?
        .query_map(named_params! { ":patient": patient }, |row| from_row(connection, row))?
        .collect()
}

/// An infusion from a row that also has its product's key as `product`.
pub(super) fn from_row(
    connection: &Connection,
    row: &Row<'_>,
) -> Result<Infusion, rusqlite::Error> {
    Ok(Infusion {
        number: row.get("number")?,
        day: day(row, "day")?,
        date: date(row, "date")?,
        product: row.get("product")?,
        route: row.get("route")?,
        delivery_site: row.get("delivery_site")?,
        cells: row.get("cells")?,
        cells_per_kg: row.get("cells_per_kg")?,
        dose_printed: row.get("dose_printed")?,
        volume_ml: row.get("volume_ml")?,
        viability_percent: row.get("viability_percent")?,
        passage: row.get("passage")?,
        premedication: row.get("premedication")?,
        source: sources::load(connection, row.get("source_id")?)?,
        note: row.get("note")?,
    })
}

impl Change<'_> {
    /// The infusions of one patient in their order.
    pub(super) fn infusions_of(&self, patient: i64) -> Result<Vec<Infusion>, StoreError> {
        self.told(load_of(&self.transaction, patient))
    }

    /// Record an infusion; its number must be new for the patient and its product known.
    pub(super) fn add_infusion(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        infusion: &Infusion,
    ) -> Result<(), StoreError> {
        self.put_infusion(None, patient, report, infusion)?;
        let key = keys::infusion(&patient.record.key, infusion.number);
        self.added("infusion", &key, ("patient", &patient.uuid), infusion)
    }

    /// Edit the infusion with this number of the patient; the number itself stays.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_infusion(
        &mut self,
        patient: &Stored<Patient>,
        number: u32,
        edit: impl FnOnce(&mut Infusion) -> Result<(), Mismatch>,
    ) -> Editing<Infusion> {
        let known = self.infusions_of(patient.id)?;
        let Some(at) = known.iter().position(|known| known.number == number) else {
            return Ok(Err(Unedited::NotThere));
        };
        let edited = match edited_of(&known, at, edit) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        if let Some(mismatch) = self.check_infusion(&edited.after, &known)? {
            return Ok(Err(Unedited::Wrong(mismatch)));
        }
        let id = self.told(self.transaction.query_row(
            "SELECT id FROM infusion WHERE patient_id = :patient AND number = :number",
            named_params! { ":patient": patient.id, ":number": number },
            |row| row.get(0),
        ))?;
        let report = self.first_report(&patient.record)?;
        self.put_infusion(Some(id), patient, report, &edited.after)?;
        let key = keys::infusion(&patient.record.key, number);
        let owner = ("patient", patient.uuid.as_str());
        self.edited("infusion", &key, owner, &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Write a new infusion, or all of the one with this number in the file.
    fn put_infusion(
        &self,
        id: Option<i64>,
        patient: &Stored<Patient>,
        report: Option<i64>,
        infusion: &Infusion,
    ) -> Result<(), StoreError> {
        let source = self.source(report, infusion.source.as_ref())?;
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO infusion (id, patient_id, number, day, date, product_id, route,
                         delivery_site, cells, cells_per_kg, dose_printed, volume_ml,
                         viability_percent, passage, premedication, source_id, note)
                     VALUES (:id, :patient, :number, :day, :date,
                         (SELECT id FROM product WHERE key = :product), :route,
                         :delivery_site, :cells, :cells_per_kg, :dose_printed, :volume_ml,
                         :viability, :passage, :premedication, :source, :note)
                     ON CONFLICT (id) DO UPDATE SET
                         (day, date, product_id, route, delivery_site, cells, cells_per_kg,
                         dose_printed, volume_ml, viability_percent, passage, premedication,
                         source_id, note) =
                         (excluded.day, excluded.date, excluded.product_id, excluded.route,
                         excluded.delivery_site, excluded.cells, excluded.cells_per_kg,
                         excluded.dose_printed, excluded.volume_ml, excluded.viability_percent,
                         excluded.passage, excluded.premedication, excluded.source_id,
                         excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id,
                    ":patient": patient.id, ":number": infusion.number,
                    ":day": infusion.day.map(|day| day.0),
                    ":date": infusion.date.as_ref().map(|date| date.as_str()),
                    ":product": infusion.product, ":route": infusion.route,
                    ":delivery_site": infusion.delivery_site, ":cells": infusion.cells,
                    ":cells_per_kg": infusion.cells_per_kg,
                    ":dose_printed": infusion.dose_printed, ":volume_ml": infusion.volume_ml,
                    ":viability": infusion.viability_percent, ":passage": infusion.passage,
                    ":premedication": infusion.premedication, ":source": source,
                    ":note": infusion.note,
                })
        };
        self.told(put()).map(|_| ())
    }
}
