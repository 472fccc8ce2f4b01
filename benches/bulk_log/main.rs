//! What does the change log cost an import of many measurements, in time and in size, and how long does
//! it take to verify them?
//!
//! ```text
//! cargo bench --bench bulk_log --features unlogged              1 million measurements, 5 rounds
//! cargo bench --bench bulk_log --features unlogged -- 1000 3    95,000 measurements, 3 rounds
//! ```
//!
//! The same records are taken in with the log and, by a switch that only this bench is built with,
//! without it; the two take turns within a round and a ratio is taken within its round.

use casebook::domain::{
    AdverseEventStance, BaselineRule, Catalogue, Citation, DayZero, Measurement, Patient,
    PatientRecords, Placed, Reading, Records, Report, ReportKind, Rules, Schedule, Visit,
    VisitRecords,
};
use casebook::store::{Access, Caller, Registry, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

const LABELS: [&str; 5] = ["W0", "W4", "W12", "W24", "W52"];
/// How many analytes are measured at a visit.
const MEASURED: usize = 20;

fn rules() -> Outcome<Rules> {
    Ok(Rules {
        title: "bench".to_owned(),
        day_zero: DayZero::FirstInfusion,
        baseline: BaselineRule::LastBeforeDayZero,
        version: 1,
        schedule: Schedule::parse("W0,W4±1,W12±2,W24±4,W52±4")?,
    })
}

/// One report of so many patients; the same at each call.
fn records(patients: usize) -> Outcome<Records> {
    let schedule = rules()?.schedule;
    let catalogue = Catalogue::built_in().analytes();
    let analytes: Vec<_> =
        (0..MEASURED).map(|at| &catalogue[at * catalogue.len() / MEASURED]).collect();
    let report = Report { simulated: true, ..Report::new("bench", ReportKind::RegistryExtract) };
    let mut draw: u64 = 1;
    let mut next = move || {
        // SplitMix64, from a fixed seed.
        draw = draw.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (draw ^ (draw >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let mut found = Records { reports: vec![Placed::typed(report)], ..Records::default() };
    for number in 1..=patients {
        let key = format!("bench/{number}");
        let mut of_patient = PatientRecords::of(Placed::typed(key.clone()));
        let reports = vec!["bench".to_owned()];
        of_patient.patient = Some(Patient { key, reports, ..Patient::default() });
        for label in LABELS {
            let mut measurements = Vec::with_capacity(MEASURED);
            for analyte in &analytes {
                let drawn = next();
                if drawn.is_multiple_of(20) {
                    continue; // one in twenty is not there
                }
                let (low, high) = analyte.query_range;
                let part = f64::from(u32::try_from(drawn >> 40)?) / f64::from(1u32 << 24);
                let printed = format!("{:.1}", low + (high - low) * part);
                let reading =
                    Reading::of_text(&printed, &analyte.canonical_unit().spelled, analyte)
                        .or_else(|_| Reading::parse("not-done", analyte))?;
                measurements.push(Placed::typed(Measurement::plain(analyte, reading)));
            }
            let visit = Placed::typed(Visit::new(label, None, None, &schedule)?);
            of_patient.visits.push(VisitRecords { visit, measurements });
        }
        found.patients.push(of_patient);
    }
    Ok(found)
}

/// Take everything in; seconds and megabytes.
fn take_in(path: &Path, records: &Records, logged: bool) -> Outcome<(f64, f64)> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let mut registry = Registry::create(path, &rules()?, &Caller::named("bench"))?;
    if !logged {
        registry.leave_unlogged();
    }
    let start = Instant::now();
    let done: Result<_, StoreError> =
        registry.change("bench", None, |change| change.take_in(records));
    let intake = done?;
    let seconds = start.elapsed().as_secs_f64();
    assert!(intake.problems.is_empty(), "{:?}", intake.problems.first());
    drop(registry);
    let kilobytes = std::fs::metadata(path)?.len() / 1024;
    Ok((seconds, f64::from(u32::try_from(kilobytes)?) / 1024.0))
}

fn seconds(work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

/// Every measurement with all that stands beside it, as any other tool reads it.
fn read_view(path: &Path) -> Outcome<()> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut query = connection.prepare("SELECT * FROM measurements")?;
    let columns = query.column_count();
    let mut rows = query.query(())?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        for at in 0..columns {
            bytes += row.get_ref(at)?.as_str_or_null().ok().flatten().map_or(8, str::len);
        }
    }
    assert!(bytes > 0);
    Ok(())
}

/// Every column of every measurement, and nothing of what they point to.
fn read_table(path: &Path) -> Outcome<()> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut query = connection.prepare("SELECT * FROM measurement")?;
    let columns = query.column_count();
    let mut rows = query.query(())?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        for at in 0..columns {
            bytes += row.get_ref(at)?.as_str_or_null().ok().flatten().map_or(8, str::len);
        }
    }
    assert!(bytes > 0);
    Ok(())
}

fn verify(path: &Path) -> Outcome<()> {
    let registry = Registry::open(path, Access::Read, &Caller::named("bench"))?;
    let found = registry.verify()?;
    assert!(found.discrepancies.is_empty(), "{:?}", found.discrepancies.first());
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

fn main() -> Outcome<()> {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<usize>().ok());
    let patients = numbers.next().unwrap_or(10_527); // a million measurements
    let rounds = numbers.next().unwrap_or(5);
    let folder =
        tempfile::tempdir_in(std::env::var("CARGO_TARGET_DIR").unwrap_or("target".into()))?;
    let records = records(patients)?;
    let visits = records.patients.iter().flat_map(|patient| &patient.visits);
    let count: usize = visits.map(|visit| visit.measurements.len()).sum();
    println!("{patients} patients, {count} measurements, {rounds} rounds");
    let (with, without) = (folder.path().join("with.db"), folder.path().join("without.db"));
    let mut figures: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut note = |what, value| match figures.iter_mut().find(|(known, _)| *known == what) {
        Some((_, values)) => values.push(value),
        None => figures.push((what, vec![value])),
    };
    for round in 0..rounds {
        // Who goes first takes turns too.
        let (logged, unlogged) = if round % 2 == 0 {
            let logged = take_in(&with, &records, true)?;
            (logged, take_in(&without, &records, false)?)
        } else {
            let unlogged = take_in(&without, &records, false)?;
            (take_in(&with, &records, true)?, unlogged)
        };
        note("import with the log, s", logged.0);
        note("import without, s", unlogged.0);
        note("time with / without", logged.0 / unlogged.0);
        note("size with / without", logged.1 / unlogged.1);
        note("size with the log, MB", logged.1);
        let view = seconds(|| read_view(&with))?;
        let table = seconds(|| read_table(&with))?;
        let verified = seconds(|| verify(&with))?;
        note("verify, s", verified);
        note("read the view measurements, s", view);
        note("read the table measurement, s", table);
        note("verify / view", verified / view);
        note("verify / table", verified / table);
    }
    for (what, values) in figures {
        println!("{what:32} {:.3}", median(values));
    }
    Ok(())
}
