//! The registry's own columns of a patient in the file, and the values patients have of them.

use super::change::Change;
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::remove::{Kept, Removal};
use super::{Registry, Stored, outside_the_list, patients, word};
use crate::domain::{Attribute, AttributeKind, Mismatch};
use rusqlite::{Connection, Row, named_params};
use std::collections::{BTreeMap, HashMap};

/// An attribute with how many patients have a value of it.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeUse {
    /// The attribute.
    pub attribute: Attribute,
    /// Patients who have a value, and which: in the order of the category, else of the text.
    pub values: Vec<(String, usize)>,
    /// Patients who have none.
    pub without: usize,
}

impl AttributeUse {
    /// Patients who have a value.
    pub fn with(&self) -> usize {
        self.values.iter().map(|(_, patients)| patients).sum()
    }

    /// True if a patient has this value.
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|(known, _)| known == value)
    }
}

impl Registry {
    /// All attributes, by key.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn attributes(&self) -> Result<Vec<Attribute>, StoreError> {
        let known = load_all(&self.connection).in_file(&self.path)?;
        Ok(known.into_iter().map(|known| known.record).collect())
    }

    /// All attributes, by key, with how many patients have which value.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn attributes_in_use(&self) -> Result<Vec<AttributeUse>, StoreError> {
        let patients = self.patient_keys()?.len();
        let of = |known: Stored<Attribute>| -> Result<AttributeUse, rusqlite::Error> {
            let values = counted(&self.connection, &known)?;
            let with: usize = values.iter().map(|(_, patients)| patients).sum();
            Ok(AttributeUse { attribute: known.record, values, without: patients - with })
        };
        let known = load_all(&self.connection).in_file(&self.path)?;
        known.into_iter().map(of).collect::<Result<_, _>>().in_file(&self.path)
    }
}

/// All attributes, by key.
pub(super) fn load_all(connection: &Connection) -> Result<Vec<Stored<Attribute>>, rusqlite::Error> {
    let mut query = connection.prepare_cached("SELECT * FROM attribute ORDER BY key")?;
    query.query_map((), from_row)?.collect()
}

fn from_row(row: &Row<'_>) -> Result<Stored<Attribute>, rusqlite::Error> {
    let choices: Option<String> = row.get("choices")?;
    let values = choices.map_or(Ok(Vec::new()), |choices| serde_json::from_str(&choices));
    let record = Attribute {
        key: row.get("key")?,
        label: row.get("label")?,
        kind: word(row, "kind", AttributeKind::parse)?,
        values: values.map_err(|_| {
            let mismatch = Mismatch::new("choices", "a JSON array of texts");
            outside_the_list(row, "choices", mismatch)
        })?,
    };
    Ok(Stored { id: row.get("id")?, uuid: row.get("uuid")?, record })
}

/// The values a patient has, by the key of the attribute.
pub(super) fn values_of(
    connection: &Connection,
    patient: i64,
) -> Result<BTreeMap<String, String>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT a.key, v.value FROM patient_attribute v JOIN attribute a ON a.id = v.attribute_id
              WHERE v.patient_id = :patient ORDER BY a.key",
        )?
        .query_map(named_params! { ":patient": patient }, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The same for every patient, by its number in the file.
pub(super) fn values_of_all(
    connection: &Connection,
) -> Result<HashMap<i64, BTreeMap<String, String>>, rusqlite::Error> {
    let mut query = connection.prepare(
        "SELECT v.patient_id, a.key, v.value FROM patient_attribute v
           JOIN attribute a ON a.id = v.attribute_id ORDER BY v.patient_id, a.key",
    )?;
    let mut rows = query.query(())?;
    let mut found: HashMap<i64, BTreeMap<String, String>> = HashMap::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().insert(row.get(1)?, row.get(2)?);
    }
    Ok(found)
}

/// The values patients have of one attribute, each with how many.
fn counted(
    connection: &Connection,
    attribute: &Stored<Attribute>,
) -> Result<Vec<(String, usize)>, rusqlite::Error> {
    let mut query = connection.prepare_cached(
        "SELECT value, count(*) FROM patient_attribute WHERE attribute_id = :attribute
          GROUP BY value ORDER BY value",
    )?;
    let values = query.query_map(named_params! { ":attribute": attribute.id }, |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)? as usize))
    })?;
    let mut values = values.collect::<Result<Vec<_>, _>>()?;
    let order = |value: &str| attribute.record.values.iter().position(|known| known == value);
    values.sort_by_key(|(value, _)| order(value));
    Ok(values)
}

impl Change<'_> {
    /// All attributes, by key.
    pub(super) fn attributes(&self) -> Result<Vec<Attribute>, StoreError> {
        let known = self.told(load_all(&self.transaction))?;
        Ok(known.into_iter().map(|known| known.record).collect())
    }

    /// The attribute with this key.
    pub(super) fn attribute(&self, key: &str) -> Result<Option<Stored<Attribute>>, StoreError> {
        let known = self.told(load_all(&self.transaction))?;
        Ok(known.into_iter().find(|known| known.record.key == key))
    }

    /// Add an attribute under this identity; its key must be new.
    pub(super) fn add_attribute(
        &mut self,
        uuid: &str,
        attribute: &Attribute,
    ) -> Result<(), StoreError> {
        self.put_attribute(None, uuid, attribute)?;
        self.added("attribute", &attribute.key, ("attribute", uuid), attribute)
    }

    /// Edit the attribute with this key; the key stays, and what patients have must still be a value.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_attribute(
        &mut self,
        key: &str,
        edit: impl FnOnce(&mut Attribute) -> Result<(), Mismatch>,
    ) -> Editing<Attribute> {
        let Some(known) = self.attribute(key)? else { return Ok(Err(Unedited::NotThere)) };
        let values = self.told(counted(&self.transaction, &known))?;
        let checked = |attribute: &mut Attribute| {
            edit(attribute)?;
            match attribute.wrong().or_else(|| in_use(&known.record, attribute, &values)) {
                Some(mismatch) => Err(mismatch),
                None => Ok(()),
            }
        };
        let edited = match edited_of(std::slice::from_ref(&known.record), 0, checked) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        self.put_attribute(Some(known.id), &known.uuid, &edited.after)?;
        let owner = ("attribute", known.uuid.as_str());
        self.edited("attribute", key, owner, &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Remove an attribute that no patient has a value of; `with_values` takes these too.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_attribute(&mut self, key: &str, with_values: bool) -> Removal {
        let Some(attribute) = self.attribute(key)? else { return Ok(Err(Kept::NotThere)) };
        let mut taken = 0;
        for patient in self.told(patients::keys(&self.transaction))? {
            let Some(before) = self.patient(&patient)? else { continue };
            let mut after = before.record.clone();
            if after.attributes.remove(key).is_none() {
                continue;
            }
            taken += 1;
            if with_values {
                self.told(self.put_values(before.id, &after.attributes))?;
                let owner = ("patient", before.uuid.as_str());
                self.edited("patient", &patient, owner, &before.record, &after);
            }
        }
        if taken > 0 && !with_values {
            return Ok(Err(Kept::HangsOn(vec![("value", taken)])));
        }
        let done = self
            .transaction
            .execute("DELETE FROM attribute WHERE id = :id", named_params! { ":id": attribute.id });
        self.told(done)?;
        self.removed("attribute", key, ("attribute", &attribute.uuid), &attribute.record);
        Ok(Ok(1 + taken))
    }

    /// Let a patient have these values and no others. They were read where the patient was, so they
    /// name no source of their own.
    pub(super) fn put_values(
        &self,
        patient: i64,
        values: &BTreeMap<String, String>,
    ) -> Result<(), rusqlite::Error> {
        self.transaction
            .prepare_cached("DELETE FROM patient_attribute WHERE patient_id = :patient")?
            .execute(named_params! { ":patient": patient })?;
        let mut put = self.transaction.prepare_cached(
            "INSERT INTO patient_attribute (patient_id, attribute_id, value)
             VALUES (:patient, (SELECT id FROM attribute WHERE key = :key), :value)",
        )?;
        for (key, value) in values {
            put.execute(named_params! { ":patient": patient, ":key": key, ":value": value })?;
        }
        Ok(())
    }

    fn put_attribute(
        &self,
        id: Option<i64>,
        uuid: &str,
        attribute: &Attribute,
    ) -> Result<(), StoreError> {
        let values = &attribute.values;
        let choices = (!values.is_empty()).then(|| serde_json::json!(values).to_string());
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO attribute (id, uuid, key, label, kind, choices)
                     VALUES (:id, :uuid, :key, :label, :kind, :choices)
                     ON CONFLICT (id) DO UPDATE SET (label, kind, choices) =
                         (excluded.label, excluded.kind, excluded.choices)",
                )?
                .execute(named_params! {
                    ":id": id, ":uuid": uuid, ":key": attribute.key, ":label": attribute.label,
                    ":kind": attribute.kind.as_str(), ":choices": choices,
                })
        };
        self.told(put()).map(|_| ())
    }
}

/// What patients have that would be a value no more.
fn in_use(before: &Attribute, after: &Attribute, values: &[(String, usize)]) -> Option<Mismatch> {
    let key = &before.key;
    let patients = |count: usize| match count {
        1 => "1 patient has".to_owned(),
        many => format!("{many} patients have"),
    };
    if before.kind != after.kind && !values.is_empty() {
        let all = values.iter().map(|(_, count)| count).sum();
        let found = format!("kind {}", after.kind);
        let expected = format!("kind {}, of which {} a value", before.kind, patients(all));
        return Some(Mismatch::new(found, expected).mend(format!(
            "add another attribute of that kind, or take the values first: \
             casebook patient edit PATIENT --unset {key}"
        )));
    }
    let is_gone = |value: &&(String, usize)| {
        after.kind == AttributeKind::Category && !after.values.contains(&value.0)
    };
    let (value, count) = values.iter().find(is_gone)?;
    let expected = format!("a value no patient has; {} it", patients(*count));
    Some(Mismatch::new(value.as_str(), expected).mend(format!(
        "give them another value first: casebook patient edit PATIENT --set {key}=..., or --unset {key}"
    )))
}

#[cfg(test)]
mod tests;
