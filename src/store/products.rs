//! Products in the file.

use super::change::Change;
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, optional_word, sources};
use crate::domain::{Donor, Mismatch, Product, ProductState};
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
                    product: from_row(&self.connection, row)?,
                    infusions: row.get("infusions")?,
                    patients: row.get("patients")?,
                })
            })?;
            lines.collect::<Result<Vec<_>, _>>()
        };
        load().in_file(&self.path)
    }

    /// The product with this key.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn product(&self, key: &str) -> Result<Option<Stored<Product>>, StoreError> {
        load(&self.connection, key).in_file(&self.path)
    }

    /// The keys of all products, for suggestions.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn product_keys(&self) -> Result<Vec<String>, StoreError> {
        keys(&self.connection).in_file(&self.path)
    }
}

/// The keys of all products.
pub(super) fn keys(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut query = connection.prepare_cached("SELECT key FROM product ORDER BY id")?;
    query.query_map((), |row| row.get(0))?.collect()
}

/// The product with this key.
pub(super) fn load(
    connection: &Connection,
    key: &str,
) -> Result<Option<Stored<Product>>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM product WHERE key = :key")?
        .query_row(named_params! { ":key": key }, |row| {
            Ok(Stored {
                id: row.get("id")?,
                uuid: row.get("uuid")?,
                record: from_row(connection, row)?,
            })
        })
        .optional()
}

fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Product, rusqlite::Error> {
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
        self.told(load(&self.transaction, key))
    }

    /// The keys of all products, for suggestions.
    pub(super) fn product_keys(&self) -> Result<Vec<String>, StoreError> {
        self.told(keys(&self.transaction))
    }

    /// Record a product under this identity; its key must be new.
    pub(super) fn add_product(&mut self, uuid: &str, product: &Product) -> Result<(), StoreError> {
        self.put_product(None, uuid, product)?;
        self.added("product", &product.key, ("product", uuid), product)
    }

    /// Edit the product with this key; the key itself stays.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_product(
        &mut self,
        key: &str,
        edit: impl FnOnce(&mut Product) -> Result<(), Mismatch>,
    ) -> Editing<Product> {
        let Some(known) = self.product(key)? else { return Ok(Err(Unedited::NotThere)) };
        let edited = match edited_of(&[known.record], 0, edit) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        self.put_product(Some(known.id), &known.uuid, &edited.after)?;
        self.edited("product", key, ("product", &known.uuid), &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Write a new product, or all of the one with this number in the file.
    fn put_product(
        &self,
        id: Option<i64>,
        uuid: &str,
        product: &Product,
    ) -> Result<(), StoreError> {
        let source = self.source(None, product.source.as_ref())?;
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO product (id, uuid, key, name, cell_type, donor, tissue, preparation,
                         state, identity, release_tests, lot, source_id, note)
                     VALUES (:id, :uuid, :key, :name, :cell_type, :donor, :tissue, :preparation,
                         :state, :identity, :release_tests, :lot, :source, :note)
                     ON CONFLICT (id) DO UPDATE SET
                         (name, cell_type, donor, tissue, preparation, state, identity,
                         release_tests, lot, source_id, note) =
                         (excluded.name, excluded.cell_type, excluded.donor, excluded.tissue,
                         excluded.preparation, excluded.state, excluded.identity,
                         excluded.release_tests, excluded.lot, excluded.source_id,
                         excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id,
                    ":uuid": uuid, ":key": product.key, ":name": product.name,
                    ":cell_type": product.cell_type, ":donor": product.donor.map(Donor::as_str),
                    ":tissue": product.tissue, ":preparation": product.preparation,
                    ":state": product.state.map(ProductState::as_str),
                    ":identity": product.identity, ":release_tests": product.release_tests,
                    ":lot": product.lot, ":source": source, ":note": product.note,
                })
        };
        self.told(put()).map(|_| ())
    }
}
