//! Measurements in the file.
//!
//! A measurement's key is its place: `analyte × 2^44 + visit × 2^8 + replicate`. One analyte lies
//! in one stretch of the file, which is what a cohort summary reads; one b-tree serves as table,
//! order and uniqueness. `benches/README.md` has the figures of the layouts that were compared.

use super::change::{Change, new_uuid};
use super::error::StoreError;
use super::{Stored, keys, optional_word, sources, word};
use crate::domain::{
    Analyte, AnalyteId, Catalogue, Comparator, Limits, Measurement, OtherReading, Patient,
    PrintedUnit, Reading, Standing, Status,
};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

/// Bits below the analyte in a measurement's key: 36 for the visit, 8 for the replicate.
pub(super) const ANALYTE_SHIFT: u32 = 44;
/// Bits below the visit in a measurement's key.
pub(super) const VISIT_SHIFT: u32 = 8;

/// The key of a measurement.
pub(super) fn key_of(analyte: AnalyteId, visit: i64, replicate: u8) -> i64 {
    debug_assert!((0..1 << (ANALYTE_SHIFT - VISIT_SHIFT)).contains(&visit));
    (i64::from(analyte.0) << ANALYTE_SHIFT) | (visit << VISIT_SHIFT) | i64::from(replicate)
}

/// The number that a status is stored as.
fn status_number(status: Status) -> i64 {
    let at = Status::ALL.iter().position(|known| *known == status);
    i64::try_from(at.expect("every status is listed") + 1).expect("there are eight")
}

/// The status that is stored as this number.
pub(super) fn status_of(number: i64) -> Status {
    let at = usize::try_from(number - 1).expect("a CHECK keeps the status between 1 and 8");
    Status::ALL[at]
}

/// The measurements of one visit, in the order of the catalogue.
pub(super) fn load_of(
    connection: &Connection,
    visit: i64,
    catalogue: &Catalogue,
) -> Result<Vec<Measurement>, rusqlite::Error> {
    let mut found = Vec::new();
    for analyte in catalogue.analytes() {
        found.extend(load(connection, visit, analyte)?);
    }
    Ok(found)
}

/// The measurement of this analyte at this visit.
pub(super) fn load(
    connection: &Connection,
    visit: i64,
    analyte: &Analyte,
) -> Result<Option<Measurement>, rusqlite::Error> {
    let id = key_of(analyte.id, visit, 0);
    connection
        .prepare_cached(
            "SELECT m.value, m.status, m.printed, m.comparator, m.source_id,
                    m.unit_id, l.low_printed, l.high_printed
               FROM measurement m LEFT JOIN reference_limits l ON l.id = m.limits_id
              WHERE m.id = :id",
        )?
        .query_row(named_params! { ":id": id }, |row| {
            let low: Option<String> = row.get("low_printed")?;
            let high: Option<String> = row.get("high_printed")?;
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
                limits: (low.is_some() || high.is_some()).then_some(Limits { low, high }),
                source: sources::load(connection, row.get("source_id")?)?,
                other_readings: load_other_readings(connection, id, analyte)?,
            })
        })
        .optional()
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

fn load_unit(
    connection: &Connection,
    id: Option<i64>,
    analyte: &Analyte,
) -> Result<Option<PrintedUnit>, rusqlite::Error> {
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
            Ok(Some(PrintedUnit { printed, rule }))
        })
}

fn load_other_readings(
    connection: &Connection,
    measurement: i64,
    analyte: &Analyte,
) -> Result<Vec<OtherReading>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT standing, printed, unit_id, value, made_by, reason, source_id
               FROM reading WHERE measurement_id = :measurement ORDER BY id",
        )?
        .query_map(named_params! { ":measurement": measurement }, |row| {
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
        let id = key_of(measurement.analyte_id, visit.0, 0);
        let source = self.source(report, measurement.source.as_ref())?;
        self.told(self.insert_measurement(id, source, measurement))?;
        for other in &measurement.other_readings {
            let source = self.source(report, other.source.as_ref())?;
            self.told(self.insert_reading(id, source, measurement.analyte_id, other))?;
        }
        let key = keys::measurement(&patient.record.key, visit.1, &measurement.analyte);
        self.added("measurement", &key, ("patient", &patient.uuid), measurement)
    }

    fn insert_measurement(
        &self,
        id: i64,
        source: Option<i64>,
        measurement: &Measurement,
    ) -> Result<(), rusqlite::Error> {
        let reading = &measurement.reading;
        let unit = self.unit(measurement.analyte_id, reading.unit.as_ref())?;
        let limits = self.limits(measurement.analyte_id, unit, measurement)?;
        self.transaction
            .prepare_cached(
                "INSERT INTO measurement (id, value, status, printed, comparator, unit_id,
                     limits_id, source_id)
                 VALUES (:id, :value, :status, :printed, :comparator, :unit, :limits, :source)",
            )?
            .execute(named_params! {
                ":id": id, ":value": reading.value, ":status": status_number(reading.status),
                ":printed": reading.printed,
                ":comparator": reading.comparator.map(Comparator::as_str),
                ":unit": unit, ":limits": limits, ":source": source,
            })?;
        Ok(())
    }

    pub(super) fn insert_reading(
        &self,
        measurement: i64,
        source: Option<i64>,
        analyte: AnalyteId,
        other: &OtherReading,
    ) -> Result<(), rusqlite::Error> {
        let unit = self.unit(analyte, other.reading.unit.as_ref())?;
        self.transaction
            .prepare_cached(
                "INSERT INTO reading (uuid, measurement_id, standing, printed, unit_id, value,
                     made_by, reason, source_id)
                 VALUES (:uuid, :measurement, :standing, :printed, :unit, :value, :made_by,
                     :reason, :source)",
            )?
            .execute(named_params! {
                ":uuid": new_uuid(), ":measurement": measurement,
                ":standing": other.standing.as_str(), ":printed": other.reading.printed,
                ":unit": unit, ":value": other.reading.value, ":made_by": other.made_by,
                ":reason": other.reason, ":source": source,
            })?;
        Ok(())
    }

    /// The number of a printed unit with its rule, made if it is new.
    fn unit(
        &self,
        analyte: AnalyteId,
        unit: Option<&PrintedUnit>,
    ) -> Result<Option<i64>, rusqlite::Error> {
        let Some(PrintedUnit { printed, rule }) = unit else { return Ok(None) };
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
        if known.is_some() {
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
        Ok(Some(self.transaction.last_insert_rowid()))
    }

    /// The number of a pair of laboratory limits, made if it is new.
    fn limits(
        &self,
        analyte: AnalyteId,
        unit: Option<i64>,
        measurement: &Measurement,
    ) -> Result<Option<i64>, rusqlite::Error> {
        let Some(limits) = &measurement.limits else { return Ok(None) };
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
        if known.is_some() {
            return Ok(known);
        }
        let rule = measurement.reading.unit.as_ref().map(|unit| &unit.rule);
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
        Ok(Some(self.transaction.last_insert_rowid()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_analyte_visit_and_replicate_in_that_order() {
        let key = key_of(AnalyteId(54), 5_000_000, 3);
        assert_eq!(key >> ANALYTE_SHIFT, 54);
        assert_eq!((key >> VISIT_SHIFT) & ((1 << 36) - 1), 5_000_000);
        assert_eq!(key & 255, 3);
        assert!(key_of(AnalyteId(1), (1 << 36) - 1, 255) < key_of(AnalyteId(2), 0, 0));
        assert!(key_of(AnalyteId(u16::MAX), (1 << 36) - 1, 255) > 0);
    }

    #[test]
    fn every_status_keeps_its_number() {
        for (at, status) in Status::ALL.iter().enumerate() {
            assert_eq!(status_number(*status), i64::try_from(at).expect("small") + 1);
            assert_eq!(status_of(status_number(*status)), *status);
        }
    }
}
