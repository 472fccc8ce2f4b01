//! What every layout holds: a registry's other tables, and measurements made from a fixed seed.

use crate::Outcome;
use crate::layouts::{Key, Layout};
use rusqlite::{Connection, Statement, params};
use std::path::Path;

pub const ANALYTES: i64 = 54;
pub const VISITS_EACH: i64 = 5;
/// How many of the analytes are measured at a visit.
const MEASURED: i64 = 20;

/// The rows, computed from the place, so that every order of loading gives the same.
pub struct Rows {
    pub visits: i64,
    /// Numbers as printed, 0.1 to 100.0.
    printed: Vec<String>,
}

pub struct Row<'a> {
    pub value: Option<f64>,
    pub status: i64,
    pub printed: Option<&'a str>,
    pub comparator: Option<&'a str>,
    pub unit: Option<i64>,
    pub limits: Option<i64>,
    pub source: i64,
}

/// A measurement that was not done.
pub const NOT_DONE: Row<'_> = Row {
    value: None,
    status: 4,
    printed: None,
    comparator: None,
    unit: None,
    limits: None,
    source: 1,
};

impl Rows {
    pub fn new(patients: i64) -> Rows {
        let printed = (1..=1000).map(|tenths| format!("{:.1}", f64::from(tenths) / 10.0)).collect();
        Rows { visits: patients * VISITS_EACH, printed }
    }

    /// The analytes that are measured, spread over the catalogue.
    pub fn analytes() -> impl Iterator<Item = i64> {
        (0..MEASURED).map(|at| 1 + at * ANALYTES / MEASURED)
    }

    /// What stands at this place; nothing at one in twenty.
    pub fn at(&self, analyte: i64, visit: i64) -> Option<Row<'_>> {
        // SplitMix64 of the place: one fixed draw for each.
        let mut draw =
            ((analyte << 40) | visit).cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        draw = (draw ^ (draw >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        draw = (draw ^ (draw >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        draw ^= draw >> 31;
        if draw.is_multiple_of(20) {
            return None;
        }
        let bits = (draw >> 8).cast_signed();
        let source = (visit - 1) / VISITS_EACH % 1000 + 1;
        let limits = (bits & 1 == 0).then_some(analyte);
        let unit = Some(analyte * 2 - i64::from(bits & 6 == 0));
        let number = usize::try_from((bits >> 12) % 1000).expect("it is not negative");
        let text = Some(self.printed[number].as_str());
        let value = Some((f64::from(u32::try_from(number).expect("small")) + 1.0) / 10.0);
        let row = Row { value, status: 1, printed: text, comparator: None, unit, limits, source };
        Some(match (bits >> 4) & 63 {
            0 => Row { status: 2, comparator: Some("<"), ..row },
            1 => Row { source, ..NOT_DONE },
            2 => Row { status: 8, value: None, printed: Some("normal"), unit: None, ..row },
            _ => row,
        })
    }
}

pub fn open(path: &Path) -> Outcome<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// A registry with patients, visits, units, limits and sources, but no measurement.
pub fn make_parents(path: &Path, layout: &Layout, patients: i64) -> Outcome<()> {
    let mut connection = open(path)?;
    connection.execute_batch(&layout.schema)?;
    let fill = connection.transaction()?;
    fill.execute_batch(
        "INSERT INTO report (id, uuid, key, kind) VALUES (1, 'r1', 'bench-2026', 'trial arm');",
    )?;
    let series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) ";
    for (insert, count) in [
        (
            "INSERT INTO timepoint SELECT i, 't' || i, 'W' || (4 * (i - 1)), 28 * (i - 1),
              28 * (i - 1) - 3, 28 * (i - 1) + 3 FROM n",
            VISITS_EACH,
        ),
        (
            "INSERT INTO source (id, uuid, report_id, place, method)
              SELECT i, 's' || i, 1, 'table ' || i, 'table' FROM n",
            1000,
        ),
        (
            "INSERT INTO patient (id, uuid, key)
              SELECT i, printf('%036d', i), 'bench-2026/' || i FROM n",
            patients,
        ),
        (
            "INSERT INTO visit (id, patient_id, label, timepoint_id, day, day_basis)
              SELECT i, (i - 1) / 5 + 1, 'W' || (4 * ((i - 1) % 5)), (i - 1) % 5 + 1,
                     28 * ((i - 1) % 5), 'planned' FROM n",
            patients * VISITS_EACH,
        ),
        (
            "INSERT INTO analyte (id, uuid, key, name, canonical_unit, decimals, built_in)
              SELECT i, 'a' || i, 'a' || i, 'Analyte ' || i, 'mmol/L', 1, 1 FROM n",
            ANALYTES,
        ),
        (
            "INSERT INTO reported_unit (id, analyte_id, printed, ucum, slope, intercept, basis)
              SELECT i, (i + 1) / 2, 'u' || i, 'mmol/L', 1, 0, 'canonical' FROM n",
            ANALYTES * 2,
        ),
        (
            "INSERT INTO reference_limits (id, analyte_id, unit_id, low_printed, high_printed)
              SELECT i, i, i * 2, '3.9', '6.1' FROM n",
            ANALYTES,
        ),
    ] {
        let (into, select) = insert.split_at(insert.find("SELECT").expect("rows come from n"));
        fill.execute(&format!("{into}{series}{select}"), [count])?;
    }
    Ok(fill.commit()?)
}

pub fn prepare_insert<'a>(connection: &'a Connection, key: Key) -> Outcome<Statement<'a>> {
    let place = match key {
        Key::Number { .. } => ("id", "?1"),
        Key::Columns => ("replicate, analyte_id, visit_id", "0, ?1, ?9"),
    };
    let (columns, values) = place;
    Ok(connection.prepare(&format!(
        "INSERT INTO measurement ({columns}, value, status, printed, comparator, unit_id, limits_id,
             source_id) VALUES ({values}, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    ))?)
}

pub fn insert(
    statement: &mut Statement<'_>,
    key: Key,
    (analyte, visit): (i64, i64),
    row: &Row<'_>,
) -> rusqlite::Result<usize> {
    let Row { value, status, printed, comparator, unit, limits, source } = row;
    match key {
        Key::Number { .. } => statement.execute(params![
            key.number(analyte, visit),
            value,
            status,
            printed,
            comparator,
            unit,
            limits,
            source
        ]),
        Key::Columns => statement.execute(params![
            analyte, value, status, printed, comparator, unit, limits, source, visit
        ]),
    }
}
