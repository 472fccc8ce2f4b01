//! The patients of a case file and everything that belongs to each.

use super::document::{Node, NodeValue};
use super::fields::Fields;
use crate::domain::{
    About, AdverseEvent, Catalogue, Day, Finding, Infusion, Limits, Measurement, Medication,
    Mismatch, Number, OtherReading, Outcome, PartialDate, Patient, PatientRecords, Placed, Reading,
    Relation, Schedule, SeriousReason, Sex, Standing, Statement, Status, Visit, VisitRecords,
    parse_amount, parse_birth_year, parse_cells, parse_dose, parse_grade, parse_height, parse_key,
    parse_percent, parse_period, parse_years,
};
use std::collections::{BTreeMap, HashSet};

/// Read one patient of the report with this key.
pub(super) fn read_patient(
    fields: Fields<'_>,
    report: &str,
    schedule: &Schedule,
    catalogue: &Catalogue,
) -> Option<PatientRecords> {
    fields.demand("label", "\"1\"");
    let label = fields.parsed("label", |text| parse_key(text).map_err(|_| not_a_label()));
    let key = format!("{report}/{}", label.clone().unwrap_or_default());
    let mut reports = vec![report.to_owned()];
    for node in fields.few("also_in") {
        match &node.value {
            NodeValue::Text(key) => reports.push(key.clone()),
            other => {
                fields.wrong(node.at, "also_in", Mismatch::new(other.kind(), "keys of reports"))
            }
        }
    }
    let patient = Patient {
        key: key.clone(),
        reports,
        sex: fields.parsed("sex", Sex::parse),
        age_years: fields.parsed("age", |text| parse_years(text, 130.0)),
        birth_year: fields.parsed("birth_year", parse_birth_year),
        diagnosis: fields.text("diagnosis"),
        diabetes_duration_years: fields
            .parsed("diabetes_duration_years", |text| parse_years(text, 130.0)),
        height_cm: fields.parsed("height_cm", parse_height),
        follow_up_days: fields.parsed("follow_up", parse_period),
        enrolment_date: fields.parsed("enrolment_date", PartialDate::parse),
        // Checked where the registry's own columns are known.
        attributes: BTreeMap::new(),
        source: fields.source("source"),
        note: fields.text("note"),
    };
    let mut records = PatientRecords::of(fields.placed(key));
    records.patient = Some(patient);
    if let Some(node) = fields.get("attributes") {
        records.attributes = fields.inside(node, format!("{}, attributes", fields.what)).given();
    }
    let part = |node, name: &str, at: usize| {
        fields.inside(node, format!("{}, {name} {}", fields.what, at + 1))
    };
    for (at, node) in fields.few("infusion").into_iter().enumerate() {
        let inside = part(node, "infusion", at);
        let infusion = inside.placed(read_infusion(&inside, at));
        inside.finish();
        repeated(&fields, node, &records.infusions, |known| known.number == infusion.record.number);
        records.infusions.push(infusion);
    }
    let mut labels = HashSet::new();
    for (at, node) in fields.list("visit").into_iter().enumerate() {
        let visit = read_visit(part(node, "visit", at), schedule, catalogue);
        let Some(visit) = visit else { continue };
        let label = &visit.visit.record.label;
        if !labels.insert(label.clone()) {
            fields.wrong(node.at, "visit", Mismatch::new(label.as_str(), "each visit once"));
        }
        records.visits.push(visit);
    }
    for (at, node) in fields.list("statement").into_iter().enumerate() {
        let inside = part(node, "statement", at);
        let place = inside.place();
        let statement = read_statement(inside, schedule, catalogue);
        records.statements.extend(statement.map(|record| Placed { place, record }));
    }
    for (at, node) in fields.list("event").into_iter().enumerate() {
        let inside = part(node, "event", at);
        records.events.push(inside.placed(read_event(&inside)));
        inside.finish();
    }
    for (at, node) in fields.list("medication").into_iter().enumerate() {
        let inside = part(node, "medication", at);
        records.medications.push(inside.placed(read_medication(&inside)));
        inside.finish();
    }
    fields.finish();
    label.map(|_| records)
}

/// What is no label might be a name, so it is not shown.
fn not_a_label() -> Mismatch {
    Mismatch::new("", "a number or a pseudonym such as 1 or P07: letters, digits, - _ .")
        .mend("a label is never a name")
}

fn repeated<T>(fields: &Fields<'_>, node: &Node, known: &[Placed<T>], same: impl Fn(&T) -> bool) {
    if known.iter().any(|known| same(&known.record)) {
        fields.wrong(node.at, "number", Mismatch::new("the same number again", "each number once"));
    }
}

fn whole(text: &str, least: u32, most: u32) -> Result<u32, Mismatch> {
    match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(Mismatch::new(text, format!("a whole number from {least} to {most}"))),
    }
}

/// Read an infusion; without a number it takes its place in the list.
fn read_infusion(fields: &Fields<'_>, at: usize) -> Infusion {
    let next = u32::try_from(at + 1).unwrap_or(u32::MAX);
    Infusion {
        number: fields.parsed("number", |text| whole(text, 1, 1000)).unwrap_or(next),
        day: fields.parsed("day", Day::parse),
        date: fields.parsed("date", PartialDate::parse),
        product: fields.parsed("product", parse_key),
        route: fields.text("route"),
        delivery_site: fields.text("delivery_site"),
        cells: fields.parsed("cells", |text| parse_cells(text, false)),
        cells_per_kg: fields.parsed("cells_per_kg", |text| parse_cells(text, true)),
        dose_printed: fields.text("dose"),
        volume_ml: fields.parsed("volume_ml", |text| parse_amount(text, 10_000.0)),
        viability_percent: fields.parsed("viability_percent", parse_percent),
        passage: fields.parsed("passage", |text| whole(text, 0, 100)),
        premedication: fields.text("premedication"),
        source: fields.source("source"),
        note: fields.text("note"),
    }
}

fn read_visit(
    mut fields: Fields<'_>,
    schedule: &Schedule,
    catalogue: &Catalogue,
) -> Option<VisitRecords> {
    let label = fields.required("label", "\"W4\"");
    if let (Some(label), Some((patient, _))) = (&label, fields.what.rsplit_once(", ")) {
        fields.what = format!("{patient}, visit {label}");
    }
    let day = fields.parsed("day", Day::parse);
    let date = fields.parsed("date", PartialDate::parse);
    let visit = fields.parsed("label", |label| Visit::new(label, day, date.clone(), schedule));
    let source = fields.source("source");
    let note = fields.text("note");
    let mut measurements: Vec<Placed<Measurement>> = Vec::new();
    let mut measured = HashSet::new();
    let mut take = |at: usize, record: Measurement| {
        if measured.insert(record.analyte_id) {
            measurements.push(Placed { place: fields.place_at(at), record });
            return;
        }
        let mismatch = Mismatch::new(record.analyte.as_str(), "each analyte once a visit")
            .mend("give a second visit of that day another label");
        let analyte = catalogue.get(record.analyte_id).map_or("values", |one| &one.symbol);
        fields.wrong(at, analyte, mismatch);
    };
    for node in fields.list("values") {
        let NodeValue::Text(text) = &node.value else {
            let mismatch = Mismatch::new(node.value.kind(), "texts such as \"HbA1c=6.8 %\"");
            fields.wrong(node.at, "values", mismatch);
            continue;
        };
        match Measurement::parse(text, catalogue) {
            Ok(record) => take(node.at, record),
            Err(mismatch) => fields.wrong(node.at, what_of(text, catalogue), mismatch),
        }
    }
    for node in fields.list("measurement") {
        let inside = fields.inside(node, format!("{}, measurement", fields.what));
        let measurement = read_measurement(inside, catalogue);
        measurement.into_iter().for_each(|record| take(node.at, record));
    }
    let placed = visit.map(|visit| fields.placed(Visit { source, note, ..visit }));
    fields.finish();
    placed.map(|visit| VisitRecords { visit, measurements })
}

/// What a text such as `HbA1c=6,8 %` is about: the analyte, or what was written for one, so that people
/// who mend it everywhere find it everywhere.
fn what_of<'t>(text: &'t str, catalogue: &'t Catalogue) -> &'t str {
    let name = text.split(['=', '＝']).next().unwrap_or_default().trim();
    match catalogue.named(name) {
        Some(analyte) => &analyte.symbol,
        None if text.len() > name.len() && (1..=40).contains(&name.len()) => name,
        None => "values",
    }
}

fn read_measurement(fields: Fields<'_>, catalogue: &Catalogue) -> Option<Measurement> {
    fields.demand("analyte", "\"HbA1c\"");
    let analyte = fields.parsed("analyte", |name| catalogue.find(name));
    let status = fields.parsed("status", Status::parse);
    let unit = fields.text("unit").unwrap_or_default();
    let value = fields.get("value");
    let reading = match (analyte, status, value) {
        (None, _, _) => None,
        (Some(analyte), status, Some(node)) => {
            let reading = fields.parsed("value", |value| Reading::of_text(value, &unit, analyte));
            if let (Some(status), Some(reading)) = (status, &reading)
                && status != reading.status
            {
                let mismatch = Mismatch::new(status.as_str(), "a status that the value can have")
                    .mend("leave out the value, or the status");
                fields.wrong(node.at, "status", mismatch);
            }
            reading
        }
        (Some(analyte), Some(status), None) => {
            fields.parsed("status", |_| Reading::parse(status.as_str(), analyte))
        }
        (Some(_), None, None) => {
            fields.demand("value", "6.8, or a status such as \"figure only\"");
            None
        }
    };
    let limits = Limits {
        low: fields.parsed("lower_limit", |text| Number::parse(text).map(|_| text.to_owned())),
        high: fields.parsed("upper_limit", |text| Number::parse(text).map(|_| text.to_owned())),
    };
    let number = |text: &Option<String>| Number::parse(text.as_deref()?).ok();
    if let (Some(low), Some(high), Some(node)) =
        (number(&limits.low), number(&limits.high), fields.get("upper_limit"))
        && low.value > high.value
    {
        let mismatch = Mismatch::new(high.value.to_string(), "a limit above the lower one");
        fields.wrong(node.at, "upper_limit", mismatch);
    }
    let source = fields.source("source");
    let mut other_readings = Vec::new();
    for node in fields.few("reading") {
        let inside = fields.inside(node, format!("{}, reading", fields.what));
        if let Some(analyte) = analyte {
            other_readings.extend(read_other(inside, &unit, analyte));
        }
    }
    fields.finish();
    let mut measurement = Measurement {
        limits: (limits != Limits::default()).then_some(limits),
        source,
        ..Measurement::plain(analyte?, reading?)
    };
    other_readings.into_iter().for_each(|other| measurement.put_reading(other));
    Some(measurement)
}

/// Read another reading of a print; it has the print's unit unless it names its own.
fn read_other(
    fields: Fields<'_>,
    unit: &str,
    analyte: &crate::domain::Analyte,
) -> Option<OtherReading> {
    fields.demand("value", "3.4");
    let unit = fields.text("unit").unwrap_or_else(|| unit.to_owned());
    let reading = fields.parsed("value", |value| Reading::of_number(value, &unit, analyte));
    let made_by = fields.required("by", "\"who reads it so\"");
    let reason = fields.required("reason", "\"why\"");
    let standing = fields.parsed("standing", Standing::parse).unwrap_or(Standing::Proposed);
    let source = fields.source("source");
    fields.finish();
    Some(OtherReading { reading: reading?, standing, made_by: made_by?, reason: reason?, source })
}

fn read_statement(
    fields: Fields<'_>,
    schedule: &Schedule,
    catalogue: &Catalogue,
) -> Option<Statement> {
    let analyte = fields.parsed("analyte", |name| catalogue.find(name));
    let topic = fields.text("topic");
    if let (Some(_), Some(node)) = (analyte, fields.get("topic")) {
        let mismatch = Mismatch::new("both", "either an analyte or a topic");
        fields.wrong(node.at, "topic", mismatch);
    }
    let about = match (analyte, topic) {
        (Some(analyte), None) => Some(About::Analyte(analyte.key.clone())),
        (None, Some(topic)) => Some(About::Topic(topic)),
        (Some(_), Some(_)) => None,
        (None, None) => {
            fields.demand("analyte", "\"HbA1c\", or topic = \"insulin resistance\", not both");
            None
        }
    };
    fields.demand("finding", "\"at target\"");
    let finding = fields.parsed("finding", Finding::parse);
    let visit = fields
        .text("visit")
        .map(|label| schedule.named(&label).map_or(label, |timepoint| timepoint.name.clone()));
    let source = fields.source("source");
    let note = fields.text("note");
    fields.finish();
    Some(Statement { about: about?, visit, finding: finding?, source, note })
}

fn read_event(fields: &Fields<'_>) -> AdverseEvent {
    let relation = |name| fields.parsed(name, Relation::parse);
    AdverseEvent {
        term: fields.required("term", "\"fever\"").unwrap_or_default(),
        coded_term: fields.text("coded_term"),
        coded_class: fields.text("coded_class"),
        dictionary: fields.text("dictionary"),
        onset_day: fields.parsed("onset_day", Day::parse),
        onset_date: fields.parsed("onset_date", PartialDate::parse),
        end_day: fields.parsed("end_day", Day::parse),
        end_date: fields.parsed("end_date", PartialDate::parse),
        ctcae_version: fields.text("ctcae_version"),
        grade: fields.parsed("grade", parse_grade),
        serious: fields.flag("serious"),
        serious_reason: fields.parsed("serious_reason", SeriousReason::parse),
        related_to_cells: relation("related_to_cells"),
        related_to_procedure: relation("related_to_procedure"),
        related_to_premedication: relation("related_to_premedication"),
        related_to_disease: relation("related_to_disease"),
        infusion: fields.parsed("infusion", |text| whole(text, 1, 1000)),
        action: fields.text("action"),
        outcome: fields.parsed("outcome", Outcome::parse),
        source: fields.source("source"),
        note: fields.text("note"),
    }
}

fn read_medication(fields: &Fields<'_>) -> Medication {
    let dose = fields.parsed("dose_per_day", parse_dose);
    let dose_unit = match dose {
        Some(_) => fields.required("dose_unit", "\"mg\" or \"U\""),
        None => fields.text("dose_unit"),
    };
    Medication {
        drug: fields.required("drug", "\"metformin\"").unwrap_or_default(),
        atc: fields.text("atc"),
        atc_year: fields.parsed("atc_year", crate::domain::parse_year),
        dose_per_day: dose,
        dose_unit,
        start_day: fields.parsed("start_day", Day::parse),
        start_date: fields.parsed("start_date", PartialDate::parse),
        end_day: fields.parsed("end_day", Day::parse),
        end_date: fields.parsed("end_date", PartialDate::parse),
        stop_reason: fields.text("stop_reason"),
        source: fields.source("source"),
        note: fields.text("note"),
    }
}
