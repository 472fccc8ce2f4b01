//! Products and infusions in the file.

use super::change::{Change, new_uuid};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, date, day, keys, optional_word, sources};
use crate::domain::{Donor, Infusion, Patient, Product, ProductState};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

/// A product with how often it was infused.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductUse {
    /// The product.
    pub product: Product,
    /// Infusions of it.
    pub infusions: i64,
    /// Patients who received it.
    pub patients: i64,
}

impl Registry {
    /// All products in the order they were recorded.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn products(&self) -> Result<Vec<ProductUse>, StoreError> {
        let load = || {
            let mut query = self.connection.prepare(
                "SELECT p.*,
                    (SELECT count(*) FROM infusion i WHERE i.product_id = p.id) AS infusions,
                    (SELECT count(DISTINCT patient_id) FROM infusion i WHERE i.product_id = p.id)
                        AS patients
                   FROM product p ORDER BY p.id",
            )?;
            let lines = query.query_map((), |row| {
                Ok(ProductUse {
                    product: product_from_row(&self.connection, row)?,
                    infusions: row.get("infusions")?,
                    patients: row.get("patients")?,
                })
            })?;
            lines.collect::<Result<Vec<_>, _>>()
        };
        load().in_file(&self.path)
    }

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

/// The keys of all products.
pub(super) fn product_keys(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut query = connection.prepare_cached("SELECT key FROM product ORDER BY id")?;
    query.query_map((), |row| row.get(0))?.collect()
}

/// The product with this key.
pub(super) fn load_product(
    connection: &Connection,
    key: &str,
) -> Result<Option<Stored<Product>>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM product WHERE key = :key")?
        .query_row(named_params! { ":key": key }, |row| {
            Ok(Stored {
                id: row.get("id")?,
                uuid: row.get("uuid")?,
                record: product_from_row(connection, row)?,
            })
        })
        .optional()
}

fn product_from_row(connection: &Connection, row: &Row<'_>) -> Result<Product, rusqlite::Error> {
    Ok(Product {
        key: row.get("key")?,
        name: row.get("name")?,
        cell_type: row.get("cell_type")?,
        donor: optional_word(row, "donor", Donor::parse)?,
        tissue: row.get("tissue")?,
        preparation: row.get("preparation")?,
        state: optional_word(row, "state", ProductState::parse)?,
        identity: row.get("identity")?,
        release_tests: row.get("release_tests")?,
        lot: row.get("lot")?,
        source: sources::load(connection, row.get("source_id")?)?,
        note: row.get("note")?,
    })
}

impl Change<'_> {
    /// The product with this key.
    pub(super) fn product(&self, key: &str) -> Result<Option<Stored<Product>>, StoreError> {
        self.told(load_product(&self.transaction, key))
    }

    /// The keys of all products, for suggestions.
    pub(super) fn product_keys(&self) -> Result<Vec<String>, StoreError> {
        self.told(product_keys(&self.transaction))
    }

    /// Record a product; its key must be new.
    pub(super) fn add_product(&mut self, product: &Product) -> Result<(), StoreError> {
        let uuid = new_uuid();
        let source = self.source(None, product.source.as_ref())?;
        let insert = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO product (uuid, key, name, cell_type, donor, tissue, preparation,
                         state, identity, release_tests, lot, source_id, note)
                     VALUES (:uuid, :key, :name, :cell_type, :donor, :tissue, :preparation,
                         :state, :identity, :release_tests, :lot, :source, :note)",
                )?
                .execute(named_params! {
                    ":uuid": uuid, ":key": product.key, ":name": product.name,
                    ":cell_type": product.cell_type, ":donor": product.donor.map(Donor::as_str),
                    ":tissue": product.tissue, ":preparation": product.preparation,
                    ":state": product.state.map(ProductState::as_str),
                    ":identity": product.identity, ":release_tests": product.release_tests,
                    ":lot": product.lot, ":source": source, ":note": product.note,
                })
        };
        self.told(insert())?;
        self.added("product", &product.key, ("product", &uuid), product)
    }

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
        let source = self.source(report, infusion.source.as_ref())?;
        let insert = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO infusion (patient_id, number, day, date, product_id, route,
                         delivery_site, cells, cells_per_kg, dose_printed, volume_ml,
                         viability_percent, passage, premedication, source_id, note)
                     VALUES (:patient, :number, :day, :date,
                         (SELECT id FROM product WHERE key = :product), :route,
                         :delivery_site, :cells, :cells_per_kg, :dose_printed, :volume_ml,
                         :viability, :passage, :premedication, :source, :note)",
                )?
                .execute(named_params! {
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
        self.told(insert())?;
        let key = keys::infusion(&patient.record.key, infusion.number);
        self.added("infusion", &key, ("patient", &patient.uuid), infusion)
    }
}
