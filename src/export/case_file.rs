//! One report with everything recorded from it, in the fields that `import` reads.
//!
//! A field that is forgotten here fails the round trip in `tests.rs`, which fills every field.

use super::Case;
use super::document::Table;
use crate::domain::{
    About, AdverseEvent, Analyte, Attribute, Citation, Day, DayBasis, Infusion, Measurement,
    Medication, NO_UNIT, NamedCohort, NamedEndpoint, OtherReading, PatientFile, Product, Range,
    Reading, Report, Source, Statement, Status, UnitRule, Visit,
};
use serde_json::Value;

/// The whole file.
pub(super) fn of_case(case: &Case) -> Table {
    let mut root = Table::default();
    root.value("report", of_report(&case.report).into_value());
    root.tables("analyte", &case.analytes, of_analyte);
    root.tables("attribute", &case.attributes, of_attribute);
    root.tables("cohort", &case.cohorts, of_cohort);
    root.tables("endpoint", &case.endpoints, of_endpoint);
    root.tables("product", &case.products, of_product);
    root.tables("patient", &case.patients, |file| of_patient(&case.report.key, file));
    root
}

/// A period in days, as `import` reads it.
fn days(days: Option<i32>) -> Option<String> {
    days.map(|days| format!("{days} d"))
}

fn number(day: Option<Day>) -> Option<f64> {
    day.map(|day| f64::from(day.0))
}

/// A source that is a place and nothing else is its place.
fn put_source(table: &mut Table, name: &str, source: Option<&Source>) {
    match source {
        None => {}
        Some(Source { place: Some(place), quote: None, method: None }) => {
            table.text(name, Some(place));
        }
        Some(Source { place, quote, method }) => {
            let mut inside = Table::default();
            inside.text("place", place.as_ref());
            inside.text("quote", quote.as_ref());
            inside.text("method", *method);
            table.value(name, inside.into_value());
        }
    }
}

fn of_report(report: &Report) -> Table {
    let Report { key, kind, simulated, citation, adverse_events, .. } = report;
    let Report { adverse_events_days, adverse_events_source, note, .. } = report;
    let Citation { title, authors, journal, year, volume, issue, pages, doi, pmid, .. } = citation;
    let Citation { registration, country, language, site, .. } = citation;
    let mut table = Table::default();
    table.text("key", Some(key));
    table.text("kind", Some(kind));
    table.flag("simulated", simulated.then_some(true));
    table.text("title", title.as_ref());
    table.text("authors", authors.as_ref());
    table.text("journal", journal.as_ref());
    table.number("year", year.map(f64::from));
    table.text("volume", volume.as_ref());
    table.text("issue", issue.as_ref());
    table.text("pages", pages.as_ref());
    table.text("doi", doi.as_ref());
    table.text("pmid", pmid.as_ref());
    table.text("registration", registration.as_ref());
    table.text("country", country.as_ref());
    table.text("language", language.as_ref());
    table.text("site", site.as_ref());
    table.text("adverse_events", Some(adverse_events));
    table.text("adverse_events_for", days(*adverse_events_days));
    put_source(&mut table, "adverse_events_source", adverse_events_source.as_ref());
    table.text("note", note.as_ref());
    table
}

/// The decimals in other units follow from those in its own.
fn of_analyte(analyte: &Analyte) -> Table {
    let Analyte { id: _, key, symbol, aliases, name, specimen, state, loinc, .. } = analyte;
    let Analyte { hard_range, query_range, units: _, .. } = analyte;
    let limits = |range| Some(Range::of(range)).filter(|range| *range != Range::default());
    let mut table = Table::default();
    table.text("key", Some(key));
    table.text("name", Some(name));
    table.text("symbol", Some(symbol));
    table.text("unit", Some(&analyte.canonical_unit().spelled));
    table.number("decimals", Some(f64::from(analyte.canonical_unit().decimals)));
    table.tables("also_unit", analyte.other_units(), of_other_unit);
    table.text("hard", limits(*hard_range));
    table.text("query", limits(*query_range));
    table.text("loinc", loinc.as_ref());
    table.text("specimen", specimen.as_ref());
    table.text("state", state.as_ref());
    if !aliases.is_empty() {
        table.value("aliases", aliases.iter().map(|alias| Value::from(alias.as_str())).collect());
    }
    table
}

fn of_other_unit(rule: &UnitRule) -> Table {
    let UnitRule { spelled, ucum: _, slope, intercept, decimals: _, basis } = rule;
    let mut table = Table::default();
    table.text("unit", Some(spelled));
    table.number("factor", Some(*slope));
    table.number("offset", Some(*intercept).filter(|offset| *offset != 0.0));
    table.text("basis", Some(basis));
    table
}

fn of_attribute(attribute: &Attribute) -> Table {
    let Attribute { key, label, kind, values } = attribute;
    let mut table = Table::default();
    table.text("key", Some(key));
    table.text("label", label.as_ref());
    table.text("kind", Some(kind));
    if !values.is_empty() {
        table.value("values", values.iter().map(|value| Value::from(value.as_str())).collect());
    }
    table
}

fn of_cohort(cohort: &NamedCohort) -> Table {
    let NamedCohort { name, version, expression, note } = cohort;
    let mut table = Table::default();
    table.text("name", Some(name));
    table.value("version", Value::from(*version));
    table.text("where", Some(expression));
    table.text("note", note.as_ref());
    table
}

fn of_endpoint(endpoint: &NamedEndpoint) -> Table {
    let NamedEndpoint { name, version, rule, note } = endpoint;
    let mut table = Table::default();
    table.text("name", Some(name));
    table.value("version", Value::from(*version));
    table.text("rule", Some(rule));
    table.text("note", note.as_ref());
    table
}

fn of_product(product: &Product) -> Table {
    let Product { key, name, cell_type, donor, tissue, preparation, state, .. } = product;
    let Product { identity, release_tests, lot, source, note, .. } = product;
    let mut table = Table::default();
    table.text("key", Some(key));
    table.text("product_name", name.as_ref());
    table.text("cell_type", cell_type.as_ref());
    table.text("donor", *donor);
    table.text("tissue", tissue.as_ref());
    table.text("preparation", preparation.as_ref());
    table.text("state", *state);
    table.text("identity", identity.as_ref());
    table.text("release_tests", release_tests.as_ref());
    table.text("lot", lot.as_ref());
    put_source(&mut table, "source", source.as_ref());
    table.text("note", note.as_ref());
    table
}

fn of_patient(report: &str, file: &PatientFile) -> Table {
    let patient = &file.patient;
    let mut table = Table::default();
    let label = patient.key.strip_prefix(report).and_then(|rest| rest.strip_prefix('/'));
    table.text("label", Some(label.unwrap_or(&patient.key)));
    if patient.reports.len() > 1 {
        let others = patient.reports.iter().skip(1).map(|key| Value::from(key.as_str()));
        table.value("also_in", others.collect());
    }
    table.text("sex", patient.sex);
    table.number("age", patient.age_years);
    table.number("birth_year", patient.birth_year.map(f64::from));
    table.text("diagnosis", patient.diagnosis.as_ref());
    table.number("diabetes_duration_years", patient.diabetes_duration_years);
    table.number("height_cm", patient.height_cm);
    table.text("follow_up", days(patient.follow_up_days));
    table.text("enrolment_date", patient.enrolment_date.as_ref());
    if !patient.attributes.is_empty() {
        let mut values = Table::default();
        patient.attributes.iter().for_each(|(key, value)| values.text(key, Some(value)));
        table.value("attributes", values.into_value());
    }
    put_source(&mut table, "source", patient.source.as_ref());
    table.text("note", patient.note.as_ref());
    table.tables("infusion", &file.infusions, of_infusion);
    table.tables("visit", &file.visits, |(visit, found)| of_visit(visit, found));
    table.tables("statement", &file.statements, of_statement);
    table.tables("event", &file.events, of_event);
    table.tables("medication", &file.medications, of_medication);
    table
}

fn of_infusion(infusion: &Infusion) -> Table {
    let Infusion { number: at, day, date, product, route, delivery_site, cells, .. } = infusion;
    let Infusion { cells_per_kg, dose_printed, volume_ml, viability_percent, .. } = infusion;
    let Infusion { passage, premedication, source, note, .. } = infusion;
    let mut table = Table::default();
    table.number("number", Some(f64::from(*at)));
    table.number("day", number(*day));
    table.text("date", date.as_ref());
    table.text("product", product.as_ref());
    table.text("route", route.as_ref());
    table.text("delivery_site", delivery_site.as_ref());
    table.number("cells", *cells);
    table.number("cells_per_kg", *cells_per_kg);
    table.text("dose", dose_printed.as_ref());
    table.number("volume_ml", *volume_ml);
    table.number("viability_percent", *viability_percent);
    table.number("passage", passage.map(f64::from));
    table.text("premedication", premedication.as_ref());
    put_source(&mut table, "source", source.as_ref());
    table.text("note", note.as_ref());
    table
}

/// A planned day and the timepoint follow from the label again.
fn of_visit(visit: &Visit, measurements: &[Measurement]) -> Table {
    let Visit { label, timepoint: _, day, day_basis, date, source, note } = visit;
    let mut table = Table::default();
    table.text("label", Some(label));
    table.number("day", number(day.filter(|_| *day_basis == Some(DayBasis::Actual))));
    table.text("date", date.as_ref());
    put_source(&mut table, "source", source.as_ref());
    table.text("note", note.as_ref());
    table.tables("measurement", measurements, of_measurement);
    table
}

fn of_measurement(measurement: &Measurement) -> Table {
    let Measurement { analyte, analyte_id: _, reading, limits, source, other_readings } =
        measurement;
    let mut table = Table::default();
    table.text("analyte", Some(analyte));
    put_reading(&mut table, reading);
    let limits = limits.as_ref();
    table.text("lower_limit", limits.and_then(|limits| limits.low.as_ref()));
    table.text("upper_limit", limits.and_then(|limits| limits.high.as_ref()));
    put_source(&mut table, "source", source.as_ref());
    table.tables("reading", other_readings, of_other);
    table
}

/// What was printed, with its unit; what is understood follows from it again.
fn put_reading(table: &mut Table, reading: &Reading) {
    let Reading { status, printed, comparator: _, unit, value: _ } = reading;
    match (printed, status) {
        (None, status) => table.text("status", Some(status)),
        (Some(words), Status::Stated) => table.text("value", Some(words)),
        (Some(printed), _) => {
            table.text("value", Some(printed));
            table.text("unit", Some(unit.as_ref().map_or(NO_UNIT, |unit| unit.printed.as_str())));
        }
    }
}

fn of_other(other: &OtherReading) -> Table {
    let OtherReading { reading, standing, made_by, reason, source } = other;
    let mut table = Table::default();
    put_reading(&mut table, reading);
    table.text("standing", Some(standing));
    table.text("by", Some(made_by));
    table.text("reason", Some(reason));
    put_source(&mut table, "source", source.as_ref());
    table
}

fn of_statement(statement: &Statement) -> Table {
    let Statement { about, visit, finding, source, note } = statement;
    let mut table = Table::default();
    match about {
        About::Analyte(key) => table.text("analyte", Some(key)),
        About::Topic(topic) => table.text("topic", Some(topic)),
    }
    table.text("visit", visit.as_ref());
    table.text("finding", Some(finding));
    put_source(&mut table, "source", source.as_ref());
    table.text("note", note.as_ref());
    table
}

fn of_event(event: &AdverseEvent) -> Table {
    let AdverseEvent { term, coded_term, coded_class, dictionary, onset_day, .. } = event;
    let AdverseEvent { onset_date, end_day, end_date, ctcae_version, grade, .. } = event;
    let AdverseEvent { serious, serious_reason, related_to_cells, .. } = event;
    let AdverseEvent { related_to_procedure, related_to_premedication, .. } = event;
    let AdverseEvent { related_to_disease, infusion, action, outcome, source, note, .. } = event;
    let mut table = Table::default();
    table.text("term", Some(term));
    table.text("coded_term", coded_term.as_ref());
    table.text("coded_class", coded_class.as_ref());
    table.text("dictionary", dictionary.as_ref());
    table.number("onset_day", number(*onset_day));
    table.text("onset_date", onset_date.as_ref());
    table.number("end_day", number(*end_day));
    table.text("end_date", end_date.as_ref());
    table.text("ctcae_version", ctcae_version.as_ref());
    table.number("grade", grade.map(f64::from));
    table.flag("serious", *serious);
    table.text("serious_reason", *serious_reason);
    table.text("related_to_cells", *related_to_cells);
    table.text("related_to_procedure", *related_to_procedure);
    table.text("related_to_premedication", *related_to_premedication);
    table.text("related_to_disease", *related_to_disease);
    table.number("infusion", infusion.map(f64::from));
    table.text("action", action.as_ref());
    table.text("outcome", *outcome);
    put_source(&mut table, "source", source.as_ref());
    table.text("note", note.as_ref());
    table
}

fn of_medication(medication: &Medication) -> Table {
    let Medication { drug, atc, atc_year, dose_per_day, dose_unit, start_day, .. } = medication;
    let Medication { start_date, end_day, end_date, stop_reason, source, note, .. } = medication;
    let mut table = Table::default();
    table.text("drug", Some(drug));
    table.text("atc", atc.as_ref());
    table.number("atc_year", atc_year.map(f64::from));
    table.number("dose_per_day", *dose_per_day);
    table.text("dose_unit", dose_unit.as_ref());
    table.number("start_day", number(*start_day));
    table.text("start_date", start_date.as_ref());
    table.number("end_day", number(*end_day));
    table.text("end_date", end_date.as_ref());
    table.text("stop_reason", stop_reason.as_ref());
    put_source(&mut table, "source", source.as_ref());
    table.text("note", note.as_ref());
    table
}
