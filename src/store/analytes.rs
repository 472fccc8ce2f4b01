//! Analytes in the file: the built-in ones, which rows of other tables point to, and the registry's
//! own, which the file alone knows.

use super::change::{Change, new_uuid};
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::measurements::Met;
use super::remove::{Kept, Removal};
use super::{Registry, Stored};
use crate::domain::{Analyte, AnalyteId, Catalogue, Mismatch, UnitRule};
use rusqlite::{Connection, Row, named_params};

/// The analytes a registry knows; `None` for the built-in ones only, which costs one look into the file.
pub(super) fn load_catalogue(
    connection: &Connection,
) -> Result<Option<Catalogue>, rusqlite::Error> {
    let own = load_own(connection)?.into_iter().map(|one| one.record).collect::<Vec<_>>();
    Ok((!own.is_empty()).then(|| Catalogue::with_own(own)))
}

/// The registry's own analytes in the order they were added.
pub(super) fn load_own(connection: &Connection) -> Result<Vec<Stored<Analyte>>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM analyte WHERE id >= :first AND built_in = 0 ORDER BY id")?
        .query_map(named_params! { ":first": AnalyteId::FIRST_OWN.0 }, |row| {
            Ok(Stored {
                id: row.get("id")?,
                uuid: row.get("uuid")?,
                record: from_row(connection, row)?,
            })
        })?
        .collect()
}

fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Analyte, rusqlite::Error> {
    let id: u16 = row.get("id")?;
    let limit =
        |name: &str, open: f64| row.get::<_, Option<f64>>(name).map(|limit| limit.unwrap_or(open));
    let key: String = row.get("key")?;
    Ok(Analyte {
        id: AnalyteId(id),
        symbol: row.get::<_, Option<String>>("symbol")?.unwrap_or_else(|| key.clone()),
        key,
        aliases: connection
            .prepare_cached(
                "SELECT alias FROM analyte_alias WHERE analyte_id = :analyte ORDER BY alias",
            )?
            .query_map(named_params! { ":analyte": id }, |row| row.get(0))?
            .collect::<Result<_, _>>()?,
        name: row.get("name")?,
        specimen: row.get("specimen")?,
        state: row.get("state")?,
        loinc: row.get("loinc")?,
        hard_range: (limit("hard_min", f64::NEG_INFINITY)?, limit("hard_max", f64::INFINITY)?),
        query_range: (limit("query_min", f64::NEG_INFINITY)?, limit("query_max", f64::INFINITY)?),
        units: load_units(connection, id)?,
    })
}

fn load_units(connection: &Connection, analyte: u16) -> Result<Vec<UnitRule>, rusqlite::Error> {
    let units = connection
        .prepare_cached(
            "SELECT spelled, ucum, slope, intercept, decimals, basis FROM analyte_unit
              WHERE analyte_id = :analyte ORDER BY position",
        )?
        .query_map(named_params! { ":analyte": analyte }, |row| {
            Ok(UnitRule {
                spelled: row.get("spelled")?,
                ucum: row.get("ucum")?,
                slope: row.get("slope")?,
                intercept: row.get("intercept")?,
                decimals: row.get("decimals")?,
                basis: row.get("basis")?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    // An analyte without its canonical unit was not written by us.
    if units.is_empty() { Err(rusqlite::Error::QueryReturnedNoRows) } else { Ok(units) }
}

/// Write the built-in analytes; only `init` does this.
pub(super) fn add_built_in(connection: &Connection) -> Result<(), rusqlite::Error> {
    let built_in = Catalogue::built_in().analytes();
    built_in.iter().try_for_each(|analyte| put_row(connection, &new_uuid(), analyte, true))
}

/// Write the row of a new analyte, or of the one with its number.
fn put_row(
    connection: &Connection,
    uuid: &str,
    analyte: &Analyte,
    built_in: bool,
) -> Result<(), rusqlite::Error> {
    let finite = |limit: f64| limit.is_finite().then_some(limit);
    connection
        .prepare_cached(
            "INSERT INTO analyte (id, uuid, key, name, symbol, specimen, state, canonical_unit, loinc,
                 decimals, hard_min, hard_max, query_min, query_max, built_in)
             VALUES (:id, :uuid, :key, :name, :symbol, :specimen, :state, :unit, :loinc,
                 :decimals, :hard_min, :hard_max, :query_min, :query_max, :built_in)
             ON CONFLICT (id) DO UPDATE SET
                 (name, symbol, specimen, state, canonical_unit, loinc, decimals, hard_min,
                 hard_max, query_min, query_max) =
                 (excluded.name, excluded.symbol, excluded.specimen, excluded.state,
                 excluded.canonical_unit, excluded.loinc, excluded.decimals, excluded.hard_min,
                 excluded.hard_max, excluded.query_min, excluded.query_max)",
        )?
        .execute(named_params! {
            ":id": analyte.id.0, ":uuid": uuid, ":key": analyte.key, ":name": analyte.name,
            ":symbol": (!built_in).then_some(analyte.symbol.as_str()),
            ":specimen": analyte.specimen, ":state": analyte.state,
            ":unit": analyte.canonical_unit().ucum, ":loinc": analyte.loinc,
            ":decimals": analyte.canonical_unit().decimals,
            ":hard_min": finite(analyte.hard_range.0), ":hard_max": finite(analyte.hard_range.1),
            ":query_min": finite(analyte.query_range.0),
            ":query_max": finite(analyte.query_range.1), ":built_in": built_in,
        })?;
    Ok(())
}

impl Registry {
    /// The registry's own analytes in the order they were added.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn own_analytes(&self) -> Result<Vec<Stored<Analyte>>, StoreError> {
        load_own(&self.connection).in_file(&self.path)
    }
}

impl Change<'_> {
    pub(super) fn own_analyte(&self, key: &str) -> Result<Option<Stored<Analyte>>, StoreError> {
        let own = self.told(load_own(&self.transaction))?;
        Ok(own.into_iter().find(|one| one.record.key == key))
    }

    /// Add an analyte of the registry's own. It gets the next number.
    ///
    /// # Errors
    /// If the file can't be written; within, what keeps it from being added.
    pub fn add_analyte(&mut self, analyte: &Analyte) -> Result<Result<(), Mismatch>, StoreError> {
        match analyte.contradicted_factor() {
            Some(mismatch) => Ok(Err(mismatch)),
            None => self.add_analyte_as(&new_uuid(), analyte),
        }
    }

    /// The same under this identity.
    pub(super) fn add_analyte_as(
        &mut self,
        uuid: &str,
        analyte: &Analyte,
    ) -> Result<Result<(), Mismatch>, StoreError> {
        let mut analyte = analyte.clone();
        analyte.aliases.sort();
        analyte.aliases.dedup();
        if self.catalogue().keyed(&analyte.key).is_some() {
            let mismatch = Mismatch::new(analyte.key.as_str(), "a key that no other analyte has");
            return Ok(Err(mismatch.mend("choose another key, or use the one that is there")));
        }
        if let Some(mismatch) = analyte.wrong_beside(self.catalogue()) {
            return Ok(Err(mismatch));
        }
        let last =
            self.catalogue().analytes().iter().map(|known| known.id).filter(|id| id.is_own());
        let next = last.max().map_or(Some(AnalyteId::FIRST_OWN.0), |last| last.0.checked_add(1));
        let Some(next) = next else {
            let mismatch = Mismatch::new(analyte.key.as_str(), "at most 55,535 analytes");
            return Ok(Err(mismatch));
        };
        analyte.id = AnalyteId(next);
        self.put_analyte(uuid, &analyte)?;
        self.added("analyte", &analyte.key, ("analyte", uuid), &analyte)?;
        Ok(Ok(()))
    }

    /// Edit one of the registry's own analytes; its key stays. A unit under which measurements are
    /// recorded keeps its rule, because they were understood by it.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_analyte(
        &mut self,
        key: &str,
        edit: impl FnOnce(&mut Analyte) -> Result<(), Mismatch>,
    ) -> Editing<Analyte> {
        self.write_waiting()?;
        let Some(known) = self.own_analyte(key)? else { return Ok(Err(Unedited::NotThere)) };
        let edited = edited_of(&[known.record], 0, |analyte| {
            edit(analyte)?;
            analyte.aliases.sort();
            analyte.aliases.dedup();
            Ok(())
        });
        let edited = match edited {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        let wrong = match edited.after.wrong_beside(self.catalogue()) {
            None => self.moved_rule(&edited.before, &edited.after)?,
            wrong => wrong,
        };
        // A factor that stays is not asked about: values may be recorded under it.
        let has_new_rules = edited.before.units != edited.after.units;
        let contradicted = || edited.after.contradicted_factor().filter(|_| has_new_rules);
        let wrong = wrong.or_else(contradicted);
        if let Some(mismatch) = wrong {
            return Ok(Err(Unedited::Wrong(mismatch)));
        }
        self.forget_unused_units(edited.before.id)?;
        self.put_analyte(&known.uuid, &edited.after)?;
        let owner = ("analyte", known.uuid.as_str());
        self.edited("analyte", key, owner, &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Remove one of the registry's own analytes that nothing is recorded of.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_analyte(&mut self, key: &str) -> Removal {
        self.write_waiting()?;
        let Some(known) = self.own_analyte(key)? else { return Ok(Err(Kept::NotThere)) };
        let hanging = [
            ("measurement", "SELECT count(*) FROM measurement WHERE analyte_id = :id"),
            ("statement", "SELECT count(*) FROM statement WHERE analyte_id = :id"),
        ];
        let count = |(noun, sql)| Ok((noun, self.count(sql, known.id)?));
        let hanging = hanging.into_iter().map(count).collect::<Result<Vec<_>, StoreError>>()?;
        let hanging: Vec<_> = hanging.into_iter().filter(|(_, count)| *count > 0).collect();
        if !hanging.is_empty() {
            return Ok(Err(Kept::HangsOn(hanging)));
        }
        self.forget_unused_units(known.record.id)?;
        self.delete("DELETE FROM analyte_alias WHERE analyte_id = :id", known.id)?;
        self.delete("DELETE FROM analyte_unit WHERE analyte_id = :id", known.id)?;
        self.delete("DELETE FROM analyte WHERE id = :id", known.id)?;
        self.catalogue = self.told(load_catalogue(&self.transaction))?;
        self.removed("analyte", key, ("analyte", &known.uuid), &known.record);
        Ok(Ok(1))
    }

    /// What an edit would do to a rule under which something is recorded.
    fn moved_rule(
        &self,
        before: &Analyte,
        after: &Analyte,
    ) -> Result<Option<Mismatch>, StoreError> {
        let (kept_in, now_in) = (&before.canonical_unit().spelled, &after.canonical_unit().spelled);
        for rule in &before.units {
            let now = after.units.iter().find(|now| now.spelled == rule.spelled);
            let is_same = |now: &UnitRule| {
                (now.slope, now.intercept, &now.basis) == (rule.slope, rule.intercept, &rule.basis)
            };
            if kept_in == now_in && now.is_some_and(is_same) {
                continue;
            }
            let values = match self.recorded_under(before.id, rule)? {
                0 => continue,
                1 => "1 value is".to_owned(),
                many => format!("{many} values are"),
            };
            let (found, what) = if kept_in == now_in {
                let found =
                    now.map_or_else(|| format!("no {}", rule.spelled), |now| told(now, after));
                (found, format!("the rule of {} as it is", rule.spelled))
            } else {
                (now_in.clone(), format!("{kept_in} as the unit it is kept in"))
            };
            let expected = format!("{what}: {values} recorded in {}", rule.spelled);
            return Ok(Some(Mismatch::new(found, expected).mend(
                "recorded values keep the rule they were recorded under: add another analyte, or \
                 remove the measurements first",
            )));
        }
        Ok(None)
    }

    /// How many values, in force or other readings, were understood by a rule of this analyte.
    fn recorded_under(&self, analyte: AnalyteId, rule: &UnitRule) -> Result<u32, StoreError> {
        self.told(self.transaction.query_row(
            "SELECT (SELECT count(*) FROM measurement m JOIN reported_unit u ON u.id = m.unit_id
                      WHERE m.analyte_id = :analyte AND u.ucum = :ucum)
                  + (SELECT count(*) FROM reading r JOIN reported_unit u ON u.id = r.unit_id
                      WHERE r.analyte_id = :analyte AND u.ucum = :ucum)",
            named_params! { ":analyte": analyte.0, ":ucum": rule.ucum },
            |row| row.get(0),
        ))
    }

    /// Remove printed units and limits of an analyte that no value has any more: they would lend
    /// their rule to the next one printed so.
    fn forget_unused_units(&mut self, analyte: AnalyteId) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM reference_limits WHERE analyte_id = :analyte
                AND id NOT IN (SELECT limits_id FROM measurement
                                WHERE analyte_id = :analyte AND limits_id IS NOT NULL)",
            "DELETE FROM reported_unit WHERE analyte_id = :analyte
                AND id NOT IN (SELECT unit_id FROM measurement
                                WHERE analyte_id = :analyte AND unit_id IS NOT NULL
                               UNION SELECT unit_id FROM reading
                                WHERE analyte_id = :analyte AND unit_id IS NOT NULL
                               UNION SELECT unit_id FROM reference_limits
                                WHERE analyte_id = :analyte AND unit_id IS NOT NULL)",
        ] {
            self.told(self.transaction.execute(sql, named_params! { ":analyte": analyte.0 }))?;
        }
        self.met = Met::default();
        Ok(())
    }

    /// Write all of an analyte, and know it from now on.
    fn put_analyte(&mut self, uuid: &str, analyte: &Analyte) -> Result<(), StoreError> {
        let id = analyte.id.0;
        let put = || {
            put_row(&self.transaction, uuid, analyte, false)?;
            for sql in [
                "DELETE FROM analyte_alias WHERE analyte_id = :analyte",
                "DELETE FROM analyte_unit WHERE analyte_id = :analyte",
            ] {
                self.transaction.execute(sql, named_params! { ":analyte": id })?;
            }
            for alias in &analyte.aliases {
                self.transaction.execute(
                    "INSERT INTO analyte_alias (analyte_id, alias) VALUES (:analyte, :alias)",
                    named_params! { ":analyte": id, ":alias": alias },
                )?;
            }
            for (position, rule) in (0_i64..).zip(&analyte.units) {
                self.transaction.execute(
                    "INSERT INTO analyte_unit (analyte_id, position, spelled, ucum, slope,
                         intercept, decimals, basis)
                     VALUES (:analyte, :position, :spelled, :ucum, :slope, :intercept, :decimals,
                         :basis)",
                    named_params! {
                        ":analyte": id, ":position": position, ":spelled": rule.spelled,
                        ":ucum": rule.ucum, ":slope": rule.slope, ":intercept": rule.intercept,
                        ":decimals": rule.decimals, ":basis": rule.basis,
                    },
                )?;
            }
            load_catalogue(&self.transaction)
        };
        self.catalogue = self.told(put())?;
        Ok(())
    }
}

/// A rule in words.
fn told(rule: &UnitRule, of: &Analyte) -> String {
    let offset = match rule.intercept {
        0.0 => String::new(),
        intercept => format!(" {} {}", if intercept < 0.0 { '-' } else { '+' }, intercept.abs()),
    };
    let canonical = &of.canonical_unit().spelled;
    format!("1 {} = {}{offset} {canonical} ({})", rule.spelled, rule.slope, rule.basis)
}

#[cfg(test)]
mod tests;
