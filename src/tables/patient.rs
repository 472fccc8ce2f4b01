//! One patient on one page.

use super::amounts::DASH;
use super::list::{ListColumn, filled, list_grid, list_records};
use super::measurements::measurement_records;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::domain::{
    About, AdverseEvent, AdverseEventStance, Attribute, AttributeKind, Catalogue, Day, DayBasis,
    Infusion, Measurement, Medication, Number, OtherReading, PartialDate, Patient, PatientFile,
    Report, Source, Standing, Statement, Visit,
};

/// Lay out everything recorded of one patient; with `sources`, where each value was read.
pub fn lay_out_patient(file: &PatientFile, catalogue: &Catalogue, sources: bool) -> Page {
    let mut page = Page::new(format!("Patient {}", file.patient.key));
    if file.reports.iter().any(|report| report.simulated) {
        page.note(
            "This patient is simulated: invented for demonstration, no evidence of anything.",
        );
    }
    page.blocks.push(Block::Facts(who(file)));
    page.records.push(patient_record(file));
    page.records.push(report_records(&file.reports));
    lay_out_part(&mut page, "Infusions", INFUSIONS, infusions(&file.infusions));
    let visits = visits_grid(&mut page, file, catalogue);
    page.blocks.push(Block::Grid(visits));
    let visits: Vec<_> = file.visits.iter().collect();
    page.records.push(measurement_records(&visits, catalogue));
    if sources {
        page.blocks.push(Block::Grid(sources_grid(file, catalogue)));
    } else if file.visits.iter().flat_map(|(_, all)| all).any(|one| one.source.is_some()) {
        page.note("Where each value was read: add --sources.");
    }
    lay_out_part(&mut page, "Adverse events", EVENTS, events(&file.events));
    lay_out_part(&mut page, "Medications", MEDICATIONS, medications(&file.medications));
    lay_out_part(&mut page, "Statements", STATEMENTS, statements(&file.statements, catalogue));
    if shows_dash(&page) {
        page.note(format!("{DASH} not reported."));
    }
    page
}

/// True if a dash stands anywhere on the page.
fn shows_dash(page: &Page) -> bool {
    page.blocks.iter().any(|block| match block {
        Block::Grid(grid) => grid.rows.iter().any(|row| match row {
            Row::Cells(cells) => cells.iter().any(|cell| cell.text == DASH),
            Row::Section(_) => false,
        }),
        _ => false,
    })
}

/// One kind of record on the page: a table, or the sentence that there are none.
fn lay_out_part(page: &mut Page, heading: &str, columns: &[ListColumn<'_>], rows: Vec<Vec<Value>>) {
    if rows.is_empty() {
        page.blocks.push(Block::Paragraph(format!("{heading}: none recorded.")));
    } else {
        let (shown, cells) = filled(columns, &rows);
        page.blocks.push(Block::Grid(list_grid(Some(heading), &shown, &cells)));
        let is_empty = |column: &&ListColumn<'_>| !column.1.is_empty() && !shown.contains(column);
        let empty: Vec<_> = columns.iter().filter(is_empty).map(|column| column.1).collect();
        if !empty.is_empty() {
            page.note(format!("{heading}, not reported at all: {}.", empty.join(", ")));
        }
    }
    let name = heading.to_lowercase().replace(' ', "_");
    page.records.push(list_records(&name, columns, rows));
}

/// A name and what it is, left out if it is not known.
fn known(name: &str, value: Option<String>) -> (String, String) {
    (name.to_owned(), value.unwrap_or_else(|| "not reported".to_owned()))
}

fn who(file: &PatientFile) -> Vec<(String, String)> {
    let patient = &file.patient;
    let years = |years: Option<f64>| years.map(|years| format!("{years} years"));
    let mut facts = vec![
        known("Diagnosis", patient.diagnosis.clone()),
        known("Sex", patient.sex.map(|sex| sex.to_string())),
        known("Age", years(patient.age_years)),
        known("Diabetes for", years(patient.diabetes_duration_years)),
        known("Followed up", patient.follow_up_days.map(|days| format!("{days} days"))),
    ];
    if let Some(height) = patient.height_cm {
        facts.push(("Height".to_owned(), format!("{height} cm")));
    }
    if let Some(year) = patient.birth_year {
        facts.push(("Born".to_owned(), year.to_string()));
    }
    for attribute in &file.attributes {
        let value = patient.attributes.get(&attribute.key).cloned();
        facts.extend(value.map(|value| (attribute.heading().to_owned(), value)));
    }
    for report in &file.reports {
        facts.push(("Report".to_owned(), citation(report)));
        facts.push(("Adverse events".to_owned(), stance(report)));
    }
    facts.extend(patient.note.clone().map(|note| ("Note".to_owned(), note)));
    for report in &file.reports {
        facts.extend(report.note.clone().map(|note| ("Report's note".to_owned(), note)));
    }
    facts
}

/// What a patient has of an attribute, as machines read it: a number as a number, yes and no as true
/// and false.
pub fn attribute_value(attribute: &Attribute, patient: &Patient) -> Value {
    let Some(text) = patient.attributes.get(&attribute.key) else { return Value::Null };
    match attribute.kind {
        AttributeKind::Number => {
            Number::parse(text).map_or(Value::from(text.as_str()), |number| number.value.into())
        }
        AttributeKind::YesNo => (text == "yes").into(),
        _ => text.as_str().into(),
    }
}

fn citation(report: &Report) -> String {
    let citation = &report.citation;
    let year = citation.year.map(|year| year.to_string());
    let parts = [&citation.authors, &citation.title, &citation.journal, &year, &citation.doi];
    let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    format!("{} ({}). {}", report.key, report.kind, parts.join(". "))
}

fn stance(report: &Report) -> String {
    let stance = match report.adverse_events {
        AdverseEventStance::Given => "given by the report",
        AdverseEventStance::NoneStated => "none, as the report states",
        AdverseEventStance::NotMentioned => "the report does not mention them",
    };
    let days = report.adverse_events_days.map(|days| format!(", in {days} days"));
    let source = report.adverse_events_source.as_ref().map(|s| format!(" ({})", source_text(s)));
    format!("{stance}{}{}", days.unwrap_or_default(), source.unwrap_or_default())
}

/// `table 2, p. 4: "…"`.
fn source_text(source: &Source) -> String {
    let quote = source.quote.as_ref().map(|quote| format!("\"{quote}\""));
    let parts = [source.place.clone(), quote];
    let text: Vec<_> = parts.into_iter().flatten().collect();
    match (text.is_empty(), source.method) {
        (true, Some(method)) => method.to_string(),
        _ => text.join(": "),
    }
}

pub(super) fn source_of(source: Option<&Source>) -> Value {
    source.map(source_text).into()
}

/// A day, a date, or both.
fn when(day: Option<Day>, date: Option<&PartialDate>) -> Value {
    match (day, date) {
        (Some(day), Some(date)) => Value::from(format!("{day} ({date})")),
        (Some(day), None) => Value::from(day.0),
        (None, Some(date)) => Value::from(date.as_str()),
        (None, None) => Value::Null,
    }
}

fn visits_grid(page: &mut Page, file: &PatientFile, catalogue: &Catalogue) -> Grid {
    let mut columns = vec![Column::stub("Analyte")];
    columns.extend(file.visits.iter().map(|(visit, _)| Column::words(&visit_heading(visit))));
    let measured_at = |analyte: &str, measurements: &[Measurement]| {
        measurements.iter().find(|measurement| measurement.analyte == analyte).cloned()
    };
    let mut rows = Vec::new();
    for analyte in catalogue.analytes() {
        let found: Vec<Option<Measurement>> = file
            .visits
            .iter()
            .map(|(_, measurements)| measured_at(&analyte.key, measurements))
            .collect();
        if found.iter().all(Option::is_none) {
            continue;
        }
        let mut cells = vec![Cell::new(&*analyte.symbol)];
        for ((visit, _), measurement) in file.visits.iter().zip(&found) {
            cells.push(match measurement {
                None => Cell::new(DASH),
                Some(measurement) => measured_cell(page, &analyte.symbol, visit, measurement),
            });
        }
        rows.push(Row::Cells(cells));
    }
    Grid { heading: Some("Visits".to_owned()), columns, rows }
}

fn visit_heading(visit: &Visit) -> String {
    match (visit.day, visit.day_basis, &visit.date) {
        (Some(day), Some(DayBasis::Planned), _) => format!("{}, day {day} as planned", visit.label),
        (Some(day), _, _) => format!("{}, day {day}", visit.label),
        (None, _, Some(date)) => format!("{}, {date}", visit.label),
        (None, _, None) => format!("{}, day not known", visit.label),
    }
}

/// A measurement as printed, every doubt beside it.
fn measured_cell(page: &mut Page, symbol: &str, visit: &Visit, measurement: &Measurement) -> Cell {
    let reading = &measurement.reading;
    let mut cell = Cell::new(reading.text());
    let accepted = |other: &OtherReading| other.standing == Standing::Accepted;
    let used = measurement.other_readings.iter().rposition(accepted);
    for (at, other) in measurement.other_readings.iter().enumerate() {
        let read_as = other.reading.text();
        let (told, use_of) = match other.standing {
            Standing::Proposed => ("?", "proposed; the printed value stays in use"),
            Standing::Accepted if used == Some(at) => ("", "accepted and used"),
            Standing::Accepted => ("", "accepted"),
            Standing::Rejected => continue,
        };
        // An earlier reading of the same number stands in its footnote only.
        if !accepted(other) || used == Some(at) {
            cell.text = format!("{} [read: {read_as}{told}]", cell.text);
        }
        let mark = page.footnote(&format!(
            "{symbol} at {}: printed {}, read as {read_as} by {}: {} ({use_of}).",
            visit.label,
            reading.text(),
            other.made_by,
            other.reason,
        ));
        cell = cell.marked(mark);
    }
    if measurement.in_force().status.is_number() && reading.value.is_none() {
        let mark = page.footnote(
            "No unit was reported: the value is kept as printed and enters no statistic.",
        );
        cell = cell.marked(mark);
    }
    cell
}

const INFUSIONS: &[ListColumn<'static>] = &[
    ("number", "No."),
    ("day", "Day"),
    ("date", ""),
    ("product", "Product"),
    ("route", "Route"),
    ("delivery_site", ""),
    ("cells", ""),
    ("cells_per_kg", ""),
    ("cells_millions", "Cells (×10^6)"),
    ("cells_per_kg_millions", "per kg (×10^6)"),
    ("dose_printed", "Dose as printed"),
    ("volume_ml", "mL"),
    ("viability_percent", "Viable %"),
    ("passage", "Passage"),
    ("premedication", "Premedication"),
    ("source", ""),
    ("note", ""),
];

fn infusions(infusions: &[Infusion]) -> Vec<Vec<Value>> {
    let row = |infusion: &Infusion| {
        vec![
            infusion.number.into(),
            when(infusion.day, infusion.date.as_ref()),
            infusion.date.as_ref().map(PartialDate::as_str).into(),
            infusion.product.clone().into(),
            infusion.route.clone().into(),
            infusion.delivery_site.clone().into(),
            infusion.cells.into(),
            infusion.cells_per_kg.into(),
            infusion.cells.map(|cells| cells / 1e6).into(),
            infusion.cells_per_kg.map(|cells| cells / 1e6).into(),
            infusion.dose_printed.clone().into(),
            infusion.volume_ml.into(),
            infusion.viability_percent.into(),
            infusion.passage.into(),
            infusion.premedication.clone().into(),
            source_of(infusion.source.as_ref()),
            infusion.note.clone().into(),
        ]
    };
    infusions.iter().map(row).collect()
}

const EVENTS: &[ListColumn<'static>] = &[
    ("number", "No."),
    ("term", "Event"),
    ("coded_term", ""),
    ("onset", "Onset day"),
    ("end", "End day"),
    ("grade", "Grade"),
    ("ctcae_version", "CTCAE"),
    ("serious", "Serious"),
    ("serious_reason", "Why serious"),
    ("related_to_cells", "Related to cells"),
    ("related_to_procedure", ""),
    ("related_to_premedication", ""),
    ("related_to_disease", ""),
    ("infusion", "After infusion"),
    ("outcome", "Outcome"),
    ("source", ""),
    ("note", ""),
];

fn events(events: &[AdverseEvent]) -> Vec<Vec<Value>> {
    let row = |(at, event): (usize, &AdverseEvent)| {
        vec![
            (at + 1).into(),
            event.term.as_str().into(),
            event.coded_term.clone().into(),
            when(event.onset_day, event.onset_date.as_ref()),
            when(event.end_day, event.end_date.as_ref()),
            event.grade.map(u32::from).into(),
            event.ctcae_version.clone().into(),
            event.serious.into(),
            event.serious_reason.map(|reason| reason.as_str()).into(),
            event.related_to_cells.map(|relation| relation.as_str()).into(),
            event.related_to_procedure.map(|relation| relation.as_str()).into(),
            event.related_to_premedication.map(|relation| relation.as_str()).into(),
            event.related_to_disease.map(|relation| relation.as_str()).into(),
            event.infusion.into(),
            event.outcome.map(|outcome| outcome.as_str()).into(),
            source_of(event.source.as_ref()),
            event.note.clone().into(),
        ]
    };
    events.iter().enumerate().map(row).collect()
}

const MEDICATIONS: &[ListColumn<'static>] = &[
    ("number", "No."),
    ("drug", "Drug"),
    ("atc", "ATC"),
    ("atc_year", ""),
    ("dose_per_day", "Dose per day"),
    ("dose_unit", "Unit"),
    ("start", "From day"),
    ("end", "To day"),
    ("stop_reason", "Why stopped"),
    ("source", ""),
    ("note", ""),
];

fn medications(medications: &[Medication]) -> Vec<Vec<Value>> {
    let row = |(at, medication): (usize, &Medication)| {
        vec![
            (at + 1).into(),
            medication.drug.as_str().into(),
            medication.atc.clone().into(),
            medication.atc_year.into(),
            medication.dose_per_day.into(),
            medication.dose_unit.clone().into(),
            when(medication.start_day, medication.start_date.as_ref()),
            when(medication.end_day, medication.end_date.as_ref()),
            medication.stop_reason.clone().into(),
            source_of(medication.source.as_ref()),
            medication.note.clone().into(),
        ]
    };
    medications.iter().enumerate().map(row).collect()
}

const STATEMENTS: &[ListColumn<'static>] = &[
    ("number", "No."),
    ("about", "About"),
    ("visit", "When"),
    ("finding", "Finding"),
    ("source", "Source"),
    ("note", ""),
];

fn statements(statements: &[Statement], catalogue: &Catalogue) -> Vec<Vec<Value>> {
    let about = |statement: &Statement| match &statement.about {
        About::Topic(topic) => topic.clone(),
        About::Analyte(key) => {
            catalogue.find(key).map_or_else(|_| key.clone(), |analyte| analyte.symbol.clone())
        }
    };
    let row = |(at, statement): (usize, &Statement)| {
        let visit = statement.visit.clone().unwrap_or_else(|| "follow-up".to_owned());
        vec![
            (at + 1).into(),
            about(statement).into(),
            visit.into(),
            statement.finding.as_str().into(),
            source_of(statement.source.as_ref()),
            statement.note.clone().into(),
        ]
    };
    statements.iter().enumerate().map(row).collect()
}

/// Where each measurement was read, with the laboratory's limits where they are given.
fn sources_grid(file: &PatientFile, catalogue: &Catalogue) -> Grid {
    let columns: [ListColumn<'_>; 5] = [
        ("visit", "Visit"),
        ("analyte", "Analyte"),
        ("value", "As printed"),
        ("limits", "Limits"),
        ("source", "Read in"),
    ];
    let mut rows = Vec::new();
    for (visit, measurements) in &file.visits {
        for one in measurements.iter().filter(|one| one.source.is_some() || one.limits.is_some()) {
            let symbol = catalogue.get(one.analyte_id).map(|analyte| analyte.symbol.clone());
            let limits = one.limits.as_ref().map(|limits| {
                let part = |limit: &Option<String>| limit.clone().unwrap_or_default();
                format!("{} to {}", part(&limits.low), part(&limits.high))
            });
            rows.push(vec![
                visit.label.as_str().into(),
                symbol.into(),
                one.reading.text().into(),
                limits.into(),
                source_of(one.source.as_ref()),
            ]);
        }
    }
    list_grid(Some("Sources of the measurements"), &columns, &rows)
}

fn report_records(reports: &[Report]) -> RecordSet {
    let columns = [
        "report",
        "kind",
        "simulated",
        "authors",
        "title",
        "journal",
        "year",
        "doi",
        "pmid",
        "country",
        "site",
        "adverse_events",
        "adverse_events_days",
        "adverse_events_source",
        "note",
    ];
    let row = |report: &Report| -> Vec<Value> {
        let citation = report.citation.clone();
        vec![
            report.key.as_str().into(),
            report.kind.as_str().into(),
            report.simulated.into(),
            citation.authors.into(),
            citation.title.into(),
            citation.journal.into(),
            citation.year.into(),
            citation.doi.into(),
            citation.pmid.into(),
            citation.country.into(),
            citation.site.into(),
            report.adverse_events.as_str().into(),
            report.adverse_events_days.into(),
            source_of(report.adverse_events_source.as_ref()),
            report.note.clone().into(),
        ]
    };
    RecordSet {
        name: "reports".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: reports.iter().map(row).collect(),
    }
}

fn patient_record(file: &PatientFile) -> RecordSet {
    let patient = &file.patient;
    let simulated = file.reports.iter().any(|report| report.simulated);
    let mut fields: Vec<(&str, Value)> = vec![
        ("patient", patient.key.as_str().into()),
        ("reports", patient.reports.join(" ").into()),
        ("simulated", simulated.into()),
        ("sex", patient.sex.map(|sex| sex.as_str()).into()),
        ("age_years", patient.age_years.into()),
        ("birth_year", patient.birth_year.into()),
        ("diagnosis", patient.diagnosis.clone().into()),
        ("diabetes_duration_years", patient.diabetes_duration_years.into()),
        ("height_cm", patient.height_cm.into()),
        ("follow_up_days", patient.follow_up_days.into()),
        ("visits", file.visits.len().into()),
        ("note", patient.note.clone().into()),
    ];
    let value = |attribute| attribute_value(attribute, patient);
    fields.extend(file.attributes.iter().map(|one| (one.key.as_str(), value(one))));
    let (columns, row) = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).unzip();
    RecordSet { name: "patient".to_owned(), columns, rows: vec![row] }
}
