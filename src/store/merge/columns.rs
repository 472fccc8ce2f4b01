//! The registry's own columns of a patient. They are matched by identity; two of one key and one kind
//! that were added independently are one, and what patients have of the others stays over there.

use super::settle::{Row, Todo};
use super::{Change, Merge, StoreError, set};
use crate::domain::{Attribute, AttributeKind, Mismatch, Patient, settle_attributes};
use crate::store::Registry;
use crate::store::error::InFile;
use crate::store::merge::records::Side;
use std::collections::{BTreeMap, BTreeSet};

impl Change<'_> {
    pub(super) fn merge_attributes(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let here = self.told(self.side().attributes())?;
        let mut there = Side::of_registry(theirs).attributes().in_file(&theirs.path)?;
        let independent = |row: &Row<Attribute>| {
            here.iter().find(|known| known.key == row.key && known.id != row.id)
        };
        for row in &there {
            let Some(known) = independent(row) else { continue };
            self.origin = None;
            self.join_attribute(&known.record, &row.record, merge)?;
        }
        there.retain(|row| independent(row).is_none());
        for (todo, row) in merge.settling.settle("attribute", |row| row.id.clone(), &here, there) {
            let Row { id, key, record, from, .. } = row;
            self.origin = from;
            match todo {
                Todo::Add => self.add_attribute(&id, &record)?,
                Todo::Take => {
                    let done = self.edit_attribute(&key, set(record))?;
                    merge.unless_wrong("attribute", &key, done.err());
                }
                Todo::Remove => {
                    let named = key.clone();
                    merge.later("attribute", self.origin.clone(), key, move |change| {
                        change.remove_attribute(&named, false)
                    });
                }
            }
        }
        Ok(())
    }

    /// Let an attribute of ours take the values that one of the same key has over there.
    fn join_attribute(
        &mut self,
        here: &Attribute,
        there: &Attribute,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let name = ("attribute".to_owned(), String::new(), here.key.clone());
        if here.kind != there.kind {
            let (ours, theirs) = (here.kind.to_string(), there.kind.to_string());
            merge.settling.refuse("attribute", &here.key, "kind", ours, theirs);
            merge.settling.merged.notes.push(format!(
                "The attribute {} is of another kind over there: what patients have of it there is \
                 left out. To bring it over, add one of another key over there.",
                here.key
            ));
            return Ok(());
        }
        let mut joined = here.clone();
        if here.kind == AttributeKind::Category {
            there.values.iter().for_each(|value| joined.add_value(value));
        }
        if joined == *here {
            merge.settling.merged.of(&name).same += 1;
            return Ok(());
        }
        merge.settling.merged.of(&name).taken += 1;
        let done = self.edit_attribute(&here.key, set(joined))?;
        merge.unless_wrong("attribute", &here.key, done.err());
        Ok(())
    }

    /// Bring the patients over there into the columns of this registry: of an attribute that is none
    /// here, or is of another kind, each keeps what it has here.
    pub(super) fn merge_values(
        &mut self,
        theirs: &Registry,
        here: &[Row<Patient>],
        there: &mut [Row<Patient>],
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let ours = self.attributes()?;
        let (mut left, mut gone) = (BTreeSet::new(), BTreeSet::new());
        for attribute in theirs.attributes()? {
            match ours.iter().find(|known| known.key == attribute.key) {
                None => drop(gone.insert(attribute.key)),
                Some(known) if known.kind != attribute.kind => drop(left.insert(attribute.key)),
                Some(_) => {}
            }
        }
        let ids: BTreeMap<&str, &Patient> =
            here.iter().map(|row| (row.id.as_str(), &row.record)).collect();
        let mut lost: BTreeMap<String, usize> = BTreeMap::new();
        for row in there {
            let known = ids.get(row.id.as_str());
            for key in left.iter().chain(&gone) {
                if row.record.attributes.remove(key).is_some() && gone.contains(key) {
                    *lost.entry(key.clone()).or_default() += 1;
                }
                if let Some(value) = known.and_then(|known| known.attributes.get(key)) {
                    row.record.attributes.insert(key.clone(), value.clone());
                }
            }
            // As this registry writes it; what it can't hold is named when the patient is taken.
            for (key, value) in &mut row.record.attributes {
                let attribute = ours.iter().find(|known| known.key == *key);
                if let Some(Ok(settled)) = attribute.map(|known| known.parse_value(value)) {
                    *value = settled;
                }
            }
        }
        for (key, count) in lost {
            merge.settling.merged.notes.push(format!(
                "The attribute {key} was removed here: the values that {count} patients have of it \
                 over there are left out."
            ));
        }
        Ok(())
    }

    /// A value of a patient that this registry's column can't hold, if there is one.
    pub(super) fn odd_value(&self, patient: &Patient) -> Result<Option<Mismatch>, StoreError> {
        let mut values = patient.attributes.clone();
        Ok(settle_attributes(&mut values, &self.attributes()?).err())
    }
}
