//! Measurements one by one: a line each, or one on a page with every other reading of its print.

use super::facts::{Fact, lay_out_facts, source_facts};
use super::list::{ListColumn, filled, list_grid, list_records, plainly};
use super::page::{Block, Page, RecordSet, Value};
use super::patient::source_of;
use crate::domain::{
    Analyte, Catalogue, Comparator, Measurement, PartialDate, Standing, Visit, display_unit,
};

/// A visit with what was measured there.
type Visited<'a> = &'a (Visit, Vec<Measurement>);

/// What machines read of each measurement, and the heading people read of some.
const COLUMNS: [ListColumn<'static>; 17] = [
    ("visit", "Visit"),
    ("day", "Day"),
    ("day_basis", ""),
    ("date", ""),
    ("analyte", "Analyte"),
    ("status", ""),
    ("printed", ""),
    ("printed_unit", ""),
    ("value", "Understood"),
    ("unit", "Unit"),
    ("lower_limit", ""),
    ("upper_limit", ""),
    ("other_reading", "Other reading"),
    ("standing", "It is"),
    ("made_by", ""),
    ("reason", ""),
    ("source", "Read in"),
];

/// Lay out the measurements of these visits, one a line; `patients` are the keys of the visits' patients,
/// where the list is not of one.
pub fn lay_out_measurements(
    title: &str,
    visits: &[Visited<'_>],
    patients: Option<&[&str]>,
    catalogue: &Catalogue,
) -> Page {
    let mut page = Page::new(title);
    let mut records = measurement_records(visits, catalogue);
    let owners: Vec<&str> = patients
        .iter()
        .flat_map(|patients| patients.iter().zip(visits))
        .flat_map(|(patient, (_, measurements))| measurements.iter().map(|_| *patient))
        .collect();
    if records.rows.is_empty() {
        page.blocks.push(Block::Paragraph("Measurements: none recorded.".to_owned()));
    } else {
        // People read the print with its unit in one column, beside the name they write.
        let measured = visits.iter().flat_map(|(_, measurements)| measurements);
        let mut columns = COLUMNS.to_vec();
        columns.insert(5, ("as_printed", "As printed"));
        let rows: Vec<Vec<Value>> = measured
            .zip(&records.rows)
            .map(|(measurement, row)| {
                let mut row = row.clone();
                if let Some(analyte) = catalogue.get(measurement.analyte_id) {
                    row[4] = analyte.symbol.as_str().into();
                }
                row[8] = shortly(measurement);
                row.insert(5, measurement.reading.text().into());
                row
            })
            .collect();
        let rows = match patients {
            Some(_) => {
                columns.insert(0, PATIENT);
                owned(&owners, rows)
            }
            None => rows,
        };
        let (columns, rows) = filled(&columns, &rows);
        page.blocks.push(Block::Grid(list_grid(None, &columns, &rows)));
    }
    if patients.is_some() {
        records.columns.insert(0, PATIENT.0.to_owned());
        records.rows = owned(&owners, records.rows);
    }
    page.records.push(records);
    page
}

const PATIENT: ListColumn<'static> = ("patient", "Patient");

/// Rows, each behind the key of its patient.
fn owned(owners: &[&str], mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    for (row, owner) in rows.iter_mut().zip(owners) {
        row.insert(0, (*owner).into());
    }
    rows
}

/// The value for people: as it is, or with four digits where a conversion left many; behind its sign
/// where it is a limit.
fn shortly(measurement: &Measurement) -> Value {
    let reading = measurement.in_force();
    let Some(value) = measurement.reading.value else { return Value::Null };
    let rule = reading.unit.as_ref().map(|unit| (unit.rule.slope, unit.rule.intercept));
    let value = match rule {
        Some((1.0, 0.0)) => value,
        _ => format!("{value:.3e}").parse().unwrap_or(value),
    };
    match reading.comparator {
        Some(sign) => format!("{sign}{}", plainly(value)).into(),
        None => value.into(),
    }
}

/// What machines read of the measurements of these visits.
pub(super) fn measurement_records(visits: &[Visited<'_>], catalogue: &Catalogue) -> RecordSet {
    let mut rows = Vec::new();
    for (visit, measurements) in visits {
        for measurement in measurements {
            let reading = &measurement.reading;
            let other = measurement.other_readings.last();
            let limits = measurement.limits.clone().unwrap_or_default();
            rows.push(vec![
                visit.label.as_str().into(),
                visit.day.map(|day| day.0).into(),
                visit.day_basis.map(|basis| basis.as_str()).into(),
                visit.date.as_ref().map(PartialDate::as_str).into(),
                measurement.analyte.as_str().into(),
                measurement.in_force().status.as_str().into(),
                reading.printed.clone().into(),
                reading.unit.as_ref().map(|unit| unit.printed.clone()).into(),
                reading.value.into(),
                unit_of(measurement, catalogue.get(measurement.analyte_id)).into(),
                limits.low.into(),
                limits.high.into(),
                other.map(|other| other.reading.text()).into(),
                other.map(|other| other.standing.as_str()).into(),
                other.map(|other| other.made_by.clone()).into(),
                other.map(|other| other.reason.clone()).into(),
                source_of(measurement.source.as_ref()),
            ]);
        }
    }
    list_records("measurements", &COLUMNS, rows)
}

/// A unit stands only beside a value: it is the catalogue's, not the report's.
fn unit_of(measurement: &Measurement, analyte: Option<&Analyte>) -> Option<String> {
    let analyte = measurement.reading.value.and(analyte)?;
    Some(display_unit(&analyte.canonical_unit().ucum))
}

const READINGS: [ListColumn<'static>; 10] = [
    ("read_as", "Read as"),
    ("standing", "It is"),
    ("made_by", "By"),
    ("reason", "Why"),
    ("value", ""),
    ("unit", ""),
    ("conversion", "By the rule"),
    ("source", "Read in"),
    ("quote", ""),
    ("method", ""),
];

/// Lay out one measurement: what was printed, what is understood and by which rule, and every other
/// reading of the print.
pub fn lay_out_measurement(
    title: &str,
    patient: &str,
    visit: &Visit,
    measurement: &Measurement,
    analyte: &Analyte,
) -> Page {
    let mut page =
        lay_out_facts(title, "measurement", &facts(patient, visit, measurement, analyte));
    if measurement.in_force().status.is_number() && measurement.reading.value.is_none() {
        page.note("No unit was reported: the value is kept as printed and enters no statistic.");
    }
    let rows: Vec<Vec<Value>> = measurement
        .other_readings
        .iter()
        .map(|other| {
            let source = other.source.clone().unwrap_or_default();
            vec![
                other.reading.text().into(),
                other.standing.as_str().into(),
                other.made_by.as_str().into(),
                other.reason.as_str().into(),
                other.reading.value.into(),
                other.reading.value.map(|_| display_unit(&analyte.canonical_unit().ucum)).into(),
                other.reading.unit.as_ref().map(|unit| unit.rule.basis.clone()).into(),
                source.place.into(),
                source.quote.into(),
                source.method.map(|method| method.as_str()).into(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.blocks.push(Block::Grid(list_grid(Some("Other readings"), &READINGS, &rows)));
    }
    page.records.push(list_records("readings", &READINGS, rows));
    page
}

fn facts(patient: &str, visit: &Visit, measurement: &Measurement, analyte: &Analyte) -> Vec<Fact> {
    let reading = &measurement.reading;
    // What is understood, with its rule and status, is the reading in force.
    let in_force = measurement.in_force();
    let rule = in_force.unit.as_ref().map(|unit| &unit.rule);
    let limits = measurement.limits.clone().unwrap_or_default();
    let unit = unit_of(measurement, Some(analyte));
    let accepted = measurement.other_readings.iter().any(|o| o.standing == Standing::Accepted);
    let value = reading.value.map(|value| {
        let of = if accepted { " (of the accepted reading)" } else { "" };
        let sign = in_force.comparator.map(Comparator::as_str).unwrap_or_default();
        format!("{sign}{} {}{of}", plainly(value), unit.as_deref().unwrap_or_default())
    });
    let mut facts = vec![
        Fact::new("patient", "Patient", patient),
        Fact::new("visit", "Visit", visit.label.as_str()),
        Fact::new("day", "Day", visit.day.map(|day| day.0)),
        Fact::new("analyte", "Analyte", analyte.key.as_str()).words(Some(analyte.name.clone())),
        Fact::new("loinc", "LOINC", analyte.loinc.clone()),
        Fact::new("status", "Status", in_force.status.as_str()),
        Fact::new("printed", "As printed", reading.printed.clone()).words(Some(reading.text())),
        Fact::new("printed_unit", "", reading.unit.as_ref().map(|unit| unit.printed.clone())),
        Fact::new("value", "Understood", reading.value).words(value),
        Fact::new("unit", "", unit),
        Fact::new("slope", "", rule.map(|rule| rule.slope)),
        Fact::new("intercept", "", rule.map(|rule| rule.intercept)),
        Fact::new("conversion", "By the rule", rule.map(|rule| rule.basis.clone())),
        Fact::new("lower_limit", "Lower limit", limits.low),
        Fact::new("upper_limit", "Upper limit", limits.high),
    ];
    facts.extend(source_facts(measurement.source.as_ref()));
    facts
}
