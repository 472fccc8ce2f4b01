//! Two entries side by side: what is counted, and what is named as a difference.

use super::fields::Fields;
use super::settle::Second;
use super::{Comparison, Difference, Sides, WHOLE, measured};
use crate::domain::{Catalogue, Place, Placed, Records};
use crate::store::change::{hash_of, image_of};
use crate::store::keys;
use rusqlite::{Connection, named_params};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A record in words, and by the name the log has for it.
pub(super) struct What {
    pub noun: &'static str,
    pub words: String,
    pub key: String,
}

impl What {
    pub(super) fn new(noun: &'static str, words: String, key: String) -> What {
        What { noun, words, key }
    }
}

pub(super) struct Work<'a> {
    pub connection: &'a Connection,
    pub catalogue: &'a Catalogue,
    pub found: Comparison,
    /// The reports, products and patients whose records are compared.
    pub owners: BTreeSet<String>,
}

impl Work<'_> {
    fn side(&mut self, noun: &'static str) -> &mut Sides {
        self.found.sides.entry(noun).or_default()
    }

    /// Compare a record with the one of the same key, if there is one.
    pub(super) fn keyed<T: Fields + Serialize>(
        &mut self,
        what: &What,
        there: &Placed<T>,
        here: Option<&T>,
        second: Second,
    ) {
        match here {
            Some(here) => {
                let told = T::fields().into_iter().map(|field| {
                    (field.name, (field.told)(here), (field.told)(&there.record), false)
                });
                self.fields(what, &there.place, told.collect(), second);
            }
            None => self.only_there(what, &there.place, in_words(&image_of(&there.record)), second),
        }
    }

    pub(super) fn fields(
        &mut self,
        what: &What,
        place: &Place,
        told: Vec<measured::Told>,
        second: Second,
    ) {
        let told = told.into_iter().filter(|(_, here, there, _)| here.is_some() || there.is_some());
        let (equal, differing): (Vec<_>, Vec<_>) =
            told.partition(|(_, here, there, _)| here == there);
        self.found.fields += equal.len() + differing.len();
        self.found.equal += equal.len();
        let side = self.side(what.noun);
        if differing.is_empty() {
            side.same += 1;
            return;
        }
        side.differing += 1;
        for (field, here, there, same_value) in differing {
            self.differs(what, field, (here, there), same_value, Some(place.clone()));
        }
        self.found.seconds.push(second);
    }

    /// Note a difference of the second entry that is pushed next.
    fn differs(
        &mut self,
        what: &What,
        field: &'static str,
        (here, there): (Option<String>, Option<String>),
        same_value: bool,
        place: Option<Place>,
    ) {
        let parts = [what.noun, &what.words, field];
        let texts = [&here, &there].map(|text| format!("{text:?}"));
        let id = hash_of(&format!("{}\n{}", parts.join("\n"), texts.join("\n")))[..8].to_owned();
        self.found.differences.push(Difference {
            id,
            noun: what.noun,
            record: what.words.clone(),
            field,
            here,
            there,
            same_value,
            place,
            key: what.key.clone(),
            entered: None,
            settled: None,
            at: self.found.seconds.len(),
            correctable: true,
        });
    }

    pub(super) fn only_there(&mut self, what: &What, place: &Place, text: String, second: Second) {
        self.side(what.noun).only_there += 1;
        let there = (None, Some(text));
        self.differs(what, WHOLE, there, false, Some(place.clone()));
        self.found.seconds.push(second);
    }

    pub(super) fn only_here(&mut self, what: &What, text: String) {
        self.side(what.noun).only_here += 1;
        self.differs(what, WHOLE, (Some(text), None), false, None);
        self.found.seconds.push(Second::Nothing);
    }

    /// Patients of these reports whom nobody entered again: a second entry may be of a sample.
    pub(super) fn elsewhere(&mut self, records: &Records) -> Result<(), rusqlite::Error> {
        let entered: BTreeSet<&str> =
            records.patients.iter().map(|patient| patient.key.record.as_str()).collect();
        let mut query = self.connection.prepare(
            "SELECT p.key FROM patient p JOIN patient_report link ON link.patient_id = p.id
               JOIN report r ON r.id = link.report_id AND link.first = 1
              WHERE r.key = :report ORDER BY p.id",
        )?;
        for report in &records.reports {
            let mut rows = query.query(named_params! { ":report": report.record.key })?;
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                if !entered.contains(key.as_str()) {
                    self.found.elsewhere.push(key);
                }
            }
        }
        Ok(())
    }
}

/// Who, and when.
type Writer = (String, String);

/// Who last wrote each record of these owners, and when, by noun and key. One entry of the log may
/// hold many records of many of them, so each is read once.
pub(super) fn writers(
    connection: &Connection,
    owners: &BTreeSet<String>,
) -> Result<BTreeMap<(String, String), Writer>, rusqlite::Error> {
    let mut changes = BTreeSet::new();
    let mut query =
        connection.prepare("SELECT change_id FROM change_subject WHERE uuid = :uuid")?;
    for uuid in owners {
        for id in query.query_map(named_params! { ":uuid": uuid }, |row| row.get::<_, i64>(0))? {
            changes.insert(id?);
        }
    }
    let mut query = connection.prepare(
        "SELECT c.actor, c.at, line.value ->> '$.noun', line.value ->> '$.key',
                line.value ->> '$.of.uuid'
           FROM change c, json_each(c.body, '$.rows') line WHERE c.id = :id",
    )?;
    let mut found = BTreeMap::new();
    for id in changes {
        let mut rows = query.query(named_params! { ":id": id })?;
        while let Some(row) = rows.next()? {
            let text = |at: usize| row.get::<_, Option<String>>(at);
            if let (Some(noun), Some(key), Some(owner)) = (text(2)?, text(3)?, text(4)?)
                && owners.contains(&owner)
            {
                found.insert((noun, key), (row.get(0)?, row.get(1)?));
            }
        }
    }
    written_at_once(connection, owners, &mut found)?;
    Ok(found)
}

/// The same for records that are in a batch, of which the log has no lines of their own.
fn written_at_once(
    connection: &Connection,
    owners: &BTreeSet<String>,
    found: &mut BTreeMap<(String, String), Writer>,
) -> Result<(), rusqlite::Error> {
    let mut query = connection.prepare(
        "SELECT p.key AS patient, NULL AS label, NULL AS analyte, c.actor, c.at
           FROM patient p JOIN batch b ON b.id = p.batch_id JOIN change c ON c.id = b.change_id
          WHERE p.uuid = :uuid
         UNION ALL
         SELECT p.key, v.label, NULL, c.actor, c.at
           FROM patient p JOIN visit v ON v.patient_id = p.id
           JOIN batch b ON b.id = v.batch_id JOIN change c ON c.id = b.change_id
          WHERE p.uuid = :uuid
         UNION ALL
         SELECT p.key, v.label, a.key, c.actor, c.at
           FROM patient p JOIN visit v ON v.patient_id = p.id
           JOIN analyte a JOIN measurement m ON m.analyte_id = a.id AND m.visit_id = v.id
           JOIN batch b ON b.id = m.batch_id JOIN change c ON c.id = b.change_id
          WHERE p.uuid = :uuid",
    )?;
    for uuid in owners {
        let mut rows = query.query(named_params! { ":uuid": uuid })?;
        while let Some(row) = rows.next()? {
            let patient: String = row.get("patient")?;
            let label: Option<String> = row.get("label")?;
            let analyte: Option<String> = row.get("analyte")?;
            let (noun, key) = match (label, analyte) {
                (Some(label), Some(analyte)) => {
                    ("measurement", keys::measurement(&patient, &label, &analyte))
                }
                (Some(label), None) => ("visit", keys::visit(&patient, &label)),
                (None, _) => ("patient", patient),
            };
            found.insert((noun.to_owned(), key), (row.get("actor")?, row.get("at")?));
        }
    }
    Ok(())
}

/// The values of a record, for people.
pub(super) fn in_words(image: &Value) -> String {
    match image {
        Value::Object(fields) => {
            let told = |(name, value): (&String, &Value)| {
                format!("{} {}", name.replace('_', " "), in_words(value))
            };
            fields.iter().map(told).collect::<Vec<_>>().join("; ")
        }
        Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
