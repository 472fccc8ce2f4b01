//! What is timed, each on a connection of its own, as a command would do it.

use crate::layouts::{Key, Layout};
use crate::rows::{ANALYTES, NOT_DONE, Rows, VISITS_EACH, insert, open, prepare_insert};
use crate::{Outcome, median};
use std::path::Path;
use std::time::Instant;

/// Visits added one by one after the bulk, each with all its values as one transaction.
const LATE_VISITS: i64 = 50;
const PATIENTS_SHOWN: i64 = 200;

/// Load every row in one transaction: seconds.
pub fn load(
    path: &Path,
    layout: &Layout,
    rows: &Rows,
    places: impl Iterator<Item = (i64, i64)>,
) -> Outcome<f64> {
    let connection = open(path)?;
    let start = Instant::now();
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut statement = prepare_insert(&connection, layout.key)?;
    for place in places {
        if let Some(row) = rows.at(place.0, place.1) {
            insert(&mut statement, layout.key, place, &row)?;
        }
    }
    connection.execute_batch("COMMIT")?;
    Ok(start.elapsed().as_secs_f64())
}

/// What a cohort summary keeps of a measurement: place, status, value, unit, words.
type Observation = (i64, i64, Option<f64>, Option<i64>, Option<String>);

/// Read one analyte as a cohort summary does: milliseconds, and a sum that all layouts must share.
pub fn scan_analyte(path: &Path, layout: &Layout, analyte: i64) -> Outcome<(f64, f64)> {
    let connection = open(path)?;
    let start = Instant::now();
    let mut query = connection.prepare(layout.one_analyte)?;
    let mut rows = match layout.key {
        Key::Number { analyte: 44, .. } => {
            query.query([analyte << 44, (analyte << 44) + (1 << 44) - 1])?
        }
        _ => query.query([analyte])?,
    };
    let mut found: Vec<Observation> = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
    }
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    Ok((milliseconds, found.iter().filter_map(|row| row.2).sum()))
}

/// Read every row with its analyte and visit: milliseconds, and a count.
pub fn scan_all(path: &Path) -> Outcome<(f64, f64)> {
    let connection = open(path)?;
    let start = Instant::now();
    let mut query = connection
        .prepare("SELECT analyte_id, visit_id, status, value, unit_id FROM measurement")?;
    let mut rows = query.query(())?;
    let mut sum = 0.0;
    while let Some(row) = rows.next()? {
        let analyte: i64 = row.get(0)?;
        let visit: i64 = row.get(1)?;
        let status: i64 = row.get(2)?;
        let unit: Option<i64> = row.get(4)?;
        let _: Option<f64> = row.get(3)?;
        sum += f64::from(u32::try_from(analyte + visit + status + unit.unwrap_or(0))?);
    }
    Ok((start.elapsed().as_secs_f64() * 1e3, sum))
}

/// Look up every analyte at every visit of a patient: milliseconds a patient, and a count.
pub fn show(path: &Path, layout: &Layout, rows: &Rows, in_one: bool) -> Outcome<(f64, f64)> {
    const FOUND: &str = "SELECT value, status, printed, comparator, source_id, unit_id, limits_id
        FROM measurement WHERE";
    let connection = open(path)?;
    let place = match layout.key {
        Key::Number { .. } => "id = ?1",
        Key::Columns => "analyte_id = ?1 AND visit_id = ?2 AND replicate = 0",
    };
    let mut query = connection.prepare(&format!("{FOUND} {place}"))?;
    let patients = rows.visits / VISITS_EACH;
    let shown = PATIENTS_SHOWN.min(patients);
    let mut found = 0.0;
    let start = Instant::now();
    for at in 0..shown {
        let patient = at * (patients / shown);
        if in_one {
            connection.execute_batch("BEGIN")?;
        }
        for visit in patient * VISITS_EACH + 1..=(patient + 1) * VISITS_EACH {
            for analyte in 1..=ANALYTES {
                let mut rows = match layout.key {
                    Key::Number { .. } => query.query([layout.key.number(analyte, visit)])?,
                    Key::Columns => query.query([analyte, visit])?,
                };
                if let Some(row) = rows.next()? {
                    let _: (Option<f64>, Option<String>) = (row.get(0)?, row.get(2)?);
                    found += 1.0;
                }
            }
        }
        if in_one {
            connection.execute_batch("COMMIT")?;
        }
    }
    let patients_shown = f64::from(u32::try_from(shown)?);
    Ok((start.elapsed().as_secs_f64() * 1e3 / patients_shown, found))
}

/// Add visits with all their values, one transaction each: the median in milliseconds.
pub fn add_visits(path: &Path, layout: &Layout, rows: &Rows) -> Outcome<f64> {
    let connection = open(path)?;
    let mut times = Vec::new();
    for late in 0..LATE_VISITS {
        let start = Instant::now();
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.execute(
            "INSERT INTO visit (patient_id, label, day, day_basis) VALUES (?1, 'late', 365, 'actual')",
            [1 + late * (rows.visits / VISITS_EACH / LATE_VISITS).max(1)],
        )?;
        let visit = connection.last_insert_rowid();
        let mut statement = prepare_insert(&connection, layout.key)?;
        for analyte in Rows::analytes() {
            let row = rows.at(analyte, (visit - 1) % rows.visits + 1);
            insert(&mut statement, layout.key, (analyte, visit), &row.unwrap_or(NOT_DONE))?;
        }
        drop(statement);
        connection.execute_batch("COMMIT")?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(times))
}

/// Ask as people do in DB Browser or R, through the view: milliseconds, and a sum.
pub fn ask_view(path: &Path, column: &str, of: &str) -> Outcome<(f64, f64)> {
    let connection = open(path)?;
    let start = Instant::now();
    let mut query = connection.prepare(&format!(
        "SELECT patient, visit, day, analyte, value, unit FROM measurements WHERE {column} = ?1"
    ))?;
    let mut rows = query.query([of])?;
    let mut sum = 0.0;
    while let Some(row) = rows.next()? {
        sum += row.get::<_, Option<f64>>(4)?.unwrap_or_default() + 1e3;
    }
    Ok((start.elapsed().as_secs_f64() * 1e3, sum))
}

/// Remove a visit without values, and think better of it: milliseconds. The foreign key asks every
/// measurement whether it belongs to the visit, as no index begins with it.
pub fn remove_visit(path: &Path) -> Outcome<f64> {
    let connection = open(path)?;
    connection.execute_batch(
        "BEGIN; INSERT INTO visit (id, patient_id, label) VALUES (9999999, 1, 'empty');",
    )?;
    let start = Instant::now();
    connection.execute("DELETE FROM visit WHERE id = 9999999", ())?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    connection.execute_batch("ROLLBACK")?;
    Ok(milliseconds)
}

/// A measurement of a visit that is not there must be refused, or the figures compare nothing.
pub fn foreign_keys_hold(path: &Path, layout: &Layout, rows: &Rows) -> Outcome<bool> {
    let connection = open(path)?;
    let mut statement = prepare_insert(&connection, layout.key)?;
    let (analyte, nobody) = (1, rows.visits + 999_999);
    connection.execute_batch("BEGIN")?;
    let refused = insert(&mut statement, layout.key, (analyte, nobody), &NOT_DONE).is_err();
    connection.execute_batch("ROLLBACK")?;
    Ok(refused)
}
