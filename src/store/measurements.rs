//! Measurements in the file.
//!
//! The table lies in the order of its key, (analyte, visit, replicate): one analyte is one stretch of
//! the file, which is what a cohort summary reads, and one b-tree serves as table, order and
//! uniqueness (2026-11). A number that encodes the same key as rowid loaded no faster, took as much
//! room, and made every query by other tools slower; `benches/README.md` has the figures.

use super::change::{Change, new_uuid};
use super::error::StoreError;
use super::{Stored, keys, optional_word, sources, word};
use crate::domain::{
    Analyte, AnalyteId, Catalogue, Comparator, Limits, Measurement, OtherReading, Patient,
    PrintedUnit, Reading, Standing, Status, UnitRule,
};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// The key of a measurement. Replicates of a visit are not recorded yet: all are number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub analyte: AnalyteId,
    pub visit: i64,
}

/// The number that a status is stored as.
pub(super) fn status_number(status: Status) -> i64 {
    let at = Status::ALL.iter().position(|known| *known == status);
    i64::try_from(at.expect("every status is listed") + 1).expect("there are eight")
}

/// The status that is stored as this number.
pub(super) fn status_of(number: i64) -> Status {
    let at = usize::try_from(number - 1).expect("a CHECK keeps the status between 1 and 8");
    Status::ALL[at]
}

/// The measurements of one visit, in the order of the catalogue: one statement that looks each analyte
/// up in its stretch of the table, and brings what stands beside it.
pub(super) fn load_of(
    connection: &Connection,
    visit: i64,
    catalogue: &Catalogue,
) -> Result<Vec<Measurement>, rusqlite::Error> {
    // CROSS JOIN keeps SQLite from reading the whole table to find one visit.
    let mut query = connection.prepare_cached(
        "SELECT m.analyte_id, m.value, m.status, m.printed, m.comparator, m.source_id,
                m.unit_id, m.limits_id,
                EXISTS (SELECT 1 FROM reading r WHERE r.analyte_id = m.analyte_id
                           AND r.visit_id = m.visit_id AND r.replicate = m.replicate) AS is_read_anew
           FROM analyte a CROSS JOIN measurement m ON m.analyte_id = a.id
          WHERE m.visit_id = :visit AND m.replicate = 0 ORDER BY a.id",
    )?;
    let mut rows = query.query(named_params! { ":visit": visit })?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let analyte = catalogue.get(AnalyteId(row.get("analyte_id")?));
        if let Some(analyte) = analyte {
            found.push(from_row(connection, row, Slot { analyte: analyte.id, visit }, analyte)?);
        }
    }
    Ok(found)
}

/// The measurement of this analyte at this visit.
pub(super) fn load(
    connection: &Connection,
    visit: i64,
    analyte: &Analyte,
) -> Result<Option<Measurement>, rusqlite::Error> {
    let slot = Slot { analyte: analyte.id, visit };
    connection
        .prepare_cached(
            "SELECT value, status, printed, comparator, source_id, unit_id, limits_id,
                    1 AS is_read_anew
               FROM measurement
              WHERE analyte_id = :analyte AND visit_id = :visit AND replicate = 0",
        )?
        .query_row(named_params! { ":analyte": slot.analyte.0, ":visit": slot.visit }, |row| {
            from_row(connection, row, slot, analyte)
        })
        .optional()
}

/// A measurement from a row that also says, as `is_read_anew`, whether to look for other readings.
fn from_row(
    connection: &Connection,
    row: &Row<'_>,
    slot: Slot,
    analyte: &Analyte,
) -> Result<Measurement, rusqlite::Error> {
    let limits: Option<i64> = row.get("limits_id")?;
    let other_readings = match row.get("is_read_anew")? {
        true => load_other_readings(connection, slot, analyte)?,
        false => Vec::new(),
    };
    Ok(Measurement {
        analyte: analyte.key.clone(),
        analyte_id: analyte.id,
        reading: Reading {
            status: status_of(row.get("status")?),
            printed: row.get("printed")?,
            comparator: optional_word(row, "comparator", Comparator::parse)?,
            unit: load_unit(connection, row.get("unit_id")?, analyte)?,
            value: row.get("value")?,
        },
        limits: limits.map(|id| load_limits(connection, id)).transpose()?,
        source: sources::load(connection, row.get("source_id")?)?,
        other_readings,
    })
}

/// Another reading of a print; its comparator stands in its text.
fn other_from_row(
    connection: &Connection,
    row: &Row<'_>,
    analyte: &Analyte,
) -> Result<Reading, rusqlite::Error> {
    let printed: String = row.get("printed")?;
    let comparator = Comparator::of_print(&printed);
    Ok(Reading {
        status: Status::of_comparator(comparator),
        printed: Some(printed),
        comparator,
        unit: load_unit(connection, row.get("unit_id")?, analyte)?,
        value: row.get("value")?,
    })
}

pub(super) fn load_unit(
    connection: &Connection,
    id: Option<i64>,
    analyte: &Analyte,
) -> Result<Option<Arc<PrintedUnit>>, rusqlite::Error> {
    let Some(id) = id else { return Ok(None) };
    connection
        .prepare_cached(
            "SELECT printed, ucum, slope, intercept, basis FROM reported_unit WHERE id = :id",
        )?
        .query_row(named_params! { ":id": id }, |row| {
            let printed: String = row.get("printed")?;
            let mut rule = analyte.unit(&printed).unwrap_or(analyte.canonical_unit()).clone();
            // The rule as it was when the value was recorded, should the catalogue have moved on.
            rule.ucum = row.get("ucum")?;
            rule.slope = row.get("slope")?;
            rule.intercept = row.get("intercept")?;
            rule.basis = row.get("basis")?;
            Ok(Some(Arc::new(PrintedUnit { printed, rule })))
        })
}

/// The laboratory limits with this number.
pub(super) fn load_limits(connection: &Connection, id: i64) -> Result<Limits, rusqlite::Error> {
    connection
        .prepare_cached("SELECT low_printed, high_printed FROM reference_limits WHERE id = :id")?
        .query_row(named_params! { ":id": id }, |row| {
            Ok(Limits { low: row.get("low_printed")?, high: row.get("high_printed")? })
        })
}

fn load_other_readings(
    connection: &Connection,
    slot: Slot,
    analyte: &Analyte,
) -> Result<Vec<OtherReading>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT standing, printed, unit_id, value, made_by, reason, source_id
               FROM reading WHERE analyte_id = :analyte AND visit_id = :visit AND replicate = 0
              ORDER BY id",
        )?
        .query_map(named_params! { ":analyte": slot.analyte.0, ":visit": slot.visit }, |row| {
            Ok(OtherReading {
                reading: other_from_row(connection, row, analyte)?,
                standing: word(row, "standing", Standing::parse)?,
                made_by: row.get("made_by")?,
                reason: row.get("reason")?,
                source: sources::load(connection, row.get("source_id")?)?,
            })
        })?
        .collect()
}

/// Units and limits that a change has met, so that the number of each is looked up once.
#[derive(Debug, Default)]
pub(super) struct Met {
    units: RefCell<HashMap<AnalyteId, Numbered<Arc<PrintedUnit>>>>,
    limits: RefCell<LimitsMet>,
}

/// Limits of an analyte in a unit.
type LimitsMet = HashMap<(AnalyteId, Option<i64>), Numbered<Limits>>;

/// Things with their numbers in the file; few, and looked through from the first.
type Numbered<T> = Vec<(T, i64)>;

/// So many limits of one analyte are remembered: few laboratories have more.
const MOST_MET: usize = 32;

impl Change<'_> {
    /// The measurement of this analyte at this visit.
    pub(super) fn measurement(
        &self,
        visit: i64,
        analyte: AnalyteId,
    ) -> Result<Option<Measurement>, StoreError> {
        let analyte = self.catalogue().get(analyte).expect("a reading names a known analyte");
        self.told(load(&self.transaction, visit, analyte))
    }

    /// Record a measurement; the analyte must be new at the visit.
    pub(super) fn add_measurement(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        visit: (i64, &str),
        measurement: &Measurement,
    ) -> Result<(), StoreError> {
        let slot = Slot { analyte: measurement.analyte_id, visit: visit.0 };
        let source = self.source(report, measurement.source.as_ref())?;
        let begins = || format!("{}\t{}", patient.uuid, keys::visit(&patient.record.key, visit.1));
        if self.let_wait(visit.0, begins, source, measurement)? {
            return Ok(());
        }
        self.told(self.insert_measurement(slot, source, measurement))?;
        for other in &measurement.other_readings {
            let source = self.source(report, other.source.as_ref())?;
            self.told(self.insert_reading(slot, source, other))?;
        }
        let key = keys::measurement(&patient.record.key, visit.1, &measurement.analyte);
        self.added("measurement", &key, ("patient", &patient.uuid), measurement)
    }

    fn insert_measurement(
        &self,
        slot: Slot,
        source: Option<i64>,
        measurement: &Measurement,
    ) -> Result<(), rusqlite::Error> {
        let reading = &measurement.reading;
        let unit = self.unit(measurement.analyte_id, reading.unit.as_ref())?;
        let limits = self.limits(measurement.analyte_id, unit, measurement)?;
        self.transaction
            .prepare_cached(
                "INSERT INTO measurement (analyte_id, visit_id, value, status, printed, comparator, unit_id,
                     limits_id, source_id)
                 VALUES (:analyte, :visit, :value, :status, :printed, :comparator, :unit, :limits,
                     :source)",
            )?
            .execute(named_params! {
                ":analyte": slot.analyte.0, ":visit": slot.visit, ":value": reading.value, ":status": status_number(reading.status),
                ":printed": reading.printed,
                ":comparator": reading.comparator.map(Comparator::as_str),
                ":unit": unit, ":limits": limits, ":source": source,
            })?;
        Ok(())
    }

    pub(super) fn insert_reading(
        &self,
        slot: Slot,
        source: Option<i64>,
        other: &OtherReading,
    ) -> Result<(), rusqlite::Error> {
        let unit = self.unit(slot.analyte, other.reading.unit.as_ref())?;
        self.transaction
            .prepare_cached(
                "INSERT INTO reading (uuid, analyte_id, visit_id, standing, printed, unit_id, value,
                     made_by, reason, source_id)
                 VALUES (:uuid, :analyte, :visit, :standing, :printed, :unit, :value, :made_by,
                     :reason, :source)",
            )?
            .execute(named_params! {
                ":uuid": new_uuid(), ":analyte": slot.analyte.0, ":visit": slot.visit,
                ":standing": other.standing.as_str(), ":printed": other.reading.printed,
                ":unit": unit, ":value": other.reading.value, ":made_by": other.made_by,
                ":reason": other.reason, ":source": source,
            })?;
        Ok(())
    }

    /// The number of a printed unit with its rule, made if it is new.
    pub(super) fn unit(
        &self,
        analyte: AnalyteId,
        unit: Option<&Arc<PrintedUnit>>,
    ) -> Result<Option<i64>, rusqlite::Error> {
        let Some(unit) = unit else { return Ok(None) };
        let is_it = |known: &Arc<PrintedUnit>| {
            Arc::ptr_eq(known, unit)
                || known.printed == unit.printed
                    && (known.rule.slope, known.rule.intercept)
                        == (unit.rule.slope, unit.rule.intercept)
        };
        if let Some(met) = self.met.units.borrow().get(&analyte)
            && let Some((_, id)) = met.iter().find(|(known, _)| is_it(known))
        {
            return Ok(Some(*id));
        }
        let id = self.find_or_add_unit(analyte, unit)?;
        self.met.units.borrow_mut().entry(analyte).or_default().push((Arc::clone(unit), id));
        Ok(Some(id))
    }

    fn find_or_add_unit(
        &self,
        analyte: AnalyteId,
        PrintedUnit { printed, rule }: &PrintedUnit,
    ) -> Result<i64, rusqlite::Error> {
        let known = self
            .transaction
            .prepare_cached(
                "SELECT id FROM reported_unit WHERE analyte_id = :analyte AND printed = :printed
                    AND slope = :slope AND intercept = :intercept",
            )?
            .query_row(
                named_params! {
                    ":analyte": analyte.0, ":printed": printed, ":slope": rule.slope,
                    ":intercept": rule.intercept,
                },
                |row| row.get(0),
            )
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO reported_unit (analyte_id, printed, ucum, slope, intercept, basis)
                 VALUES (:analyte, :printed, :ucum, :slope, :intercept, :basis)",
            )?
            .execute(named_params! {
                ":analyte": analyte.0, ":printed": printed, ":ucum": rule.ucum,
                ":slope": rule.slope, ":intercept": rule.intercept, ":basis": rule.basis,
            })?;
        Ok(self.transaction.last_insert_rowid())
    }

    /// The number of a pair of laboratory limits, made if it is new.
    pub(super) fn limits(
        &self,
        analyte: AnalyteId,
        unit: Option<i64>,
        measurement: &Measurement,
    ) -> Result<Option<i64>, rusqlite::Error> {
        let Some(limits) = &measurement.limits else { return Ok(None) };
        if let Some(met) = self.met.limits.borrow().get(&(analyte, unit))
            && let Some((_, id)) = met.iter().find(|(known, _)| known == limits)
        {
            return Ok(Some(*id));
        }
        let rule = measurement.reading.unit.as_ref().map(|unit| &unit.rule);
        let id = self.find_or_add_limits(analyte, unit, limits, rule)?;
        let mut met = self.met.limits.borrow_mut();
        let met = met.entry((analyte, unit)).or_default();
        if met.len() < MOST_MET {
            met.push((limits.clone(), id));
        }
        Ok(Some(id))
    }

    fn find_or_add_limits(
        &self,
        analyte: AnalyteId,
        unit: Option<i64>,
        limits: &Limits,
        rule: Option<&UnitRule>,
    ) -> Result<i64, rusqlite::Error> {
        let known = self
            .transaction
            .prepare_cached(
                "SELECT id FROM reference_limits WHERE analyte_id = :analyte AND unit_id IS :unit
                    AND low_printed IS :low AND high_printed IS :high",
            )?
            .query_row(
                named_params! {
                    ":analyte": analyte.0, ":unit": unit, ":low": limits.low, ":high": limits.high,
                },
                |row| row.get(0),
            )
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        let canonical = |text: &Option<String>| {
            let number = crate::domain::Number::parse(text.as_deref()?).ok()?;
            Some(rule?.to_canonical(number.value))
        };
        self.transaction
            .prepare_cached(
                "INSERT INTO reference_limits (analyte_id, unit_id, low_printed, high_printed,
                     low, high)
                 VALUES (:analyte, :unit, :low_printed, :high_printed, :low, :high)",
            )?
            .execute(named_params! {
                ":analyte": analyte.0, ":unit": unit, ":low_printed": limits.low,
                ":high_printed": limits.high, ":low": canonical(&limits.low),
                ":high": canonical(&limits.high),
            })?;
        Ok(self.transaction.last_insert_rowid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_keeps_its_number() {
        for (at, status) in Status::ALL.iter().enumerate() {
            assert_eq!(status_number(*status), i64::try_from(at).expect("small") + 1);
            assert_eq!(status_of(status_number(*status)), *status);
        }
    }
}
