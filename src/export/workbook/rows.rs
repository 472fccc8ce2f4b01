//! Records become rows of the form, each cell under the name of its column.

use super::{Entry, Template, heading};
use crate::domain::{
    AdverseEvent, Day, DayBasis, FormSheet, Infusion, Measurement, Medication, NO_UNIT,
    PartialDate, PatientFile, Product, Reading, Report, Source, Visit,
};

/// A row: names of columns and what stands in them.
pub(super) type Row = Vec<(String, Entry)>;

/// What a workbook has no room for, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotHeld {
    /// Statements in words.
    pub statements: usize,
    /// Other readings of a value.
    pub readings: usize,
}

impl NotHeld {
    /// Each kind that is left out, in words.
    pub fn lines(&self) -> Vec<String> {
        let counted = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
        [
            counted(self.statements, "statements in words"),
            counted(self.readings, "other readings of a value: doubts and corrections"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The rows of every sheet.
pub(super) struct Held {
    rows: Vec<(FormSheet, Vec<Row>)>,
    pub left: NotHeld,
}

impl Held {
    pub fn of(&self, form: FormSheet) -> &[Row] {
        let found = self.rows.iter().find(|(known, _)| *known == form);
        found.map_or(&[], |(_, rows)| rows)
    }

    fn push(&mut self, form: FormSheet, cells: Cells) {
        match self.rows.iter_mut().find(|(known, _)| *known == form) {
            Some((_, rows)) => rows.push(cells.0),
            None => self.rows.push((form, vec![cells.0])),
        }
    }
}

/// The cells of a row under way; what is not known has none.
struct Cells(Row);

impl Cells {
    fn of_patient(key: &str) -> Cells {
        Cells(Vec::new()).text("patient", Some(key))
    }

    fn text<T: ToString>(mut self, name: &str, text: Option<T>) -> Cells {
        let entry = text.map(|text| (name.to_owned(), Entry::Text(text.to_string())));
        self.0.extend(entry.filter(|(_, entry)| *entry != Entry::Text(String::new())));
        self
    }

    fn number<T: Into<f64>>(mut self, name: &str, number: Option<T>) -> Cells {
        // A spreadsheet shows 15 digits; what has more is a text, so that it comes back whole.
        let of = |number: f64| match format!("{number:.14e}").parse() == Ok(number) {
            true => Entry::Number(number),
            false => Entry::Text(number.to_string()),
        };
        self.0.extend(number.map(|number| (name.to_owned(), of(number.into()))));
        self
    }

    fn day(self, name: &str, day: Option<Day>) -> Cells {
        self.number(name, day.map(|day| day.0))
    }

    fn date(self, name: &str, date: &Option<PartialDate>) -> Cells {
        self.text(name, date.as_ref().map(PartialDate::as_str))
    }

    fn flag(self, name: &str, flag: Option<bool>) -> Cells {
        self.text(name, flag.map(|flag| if flag { "yes" } else { "no" }))
    }

    /// A number as printed, which stays a text if a number would lose what was printed.
    fn printed(mut self, name: &str, text: &str) -> Cells {
        let number = text.parse::<f64>().ok().filter(|number| number.to_string() == text);
        let entry = number.map_or_else(|| Entry::Text(text.to_owned()), Entry::Number);
        self.0.push((name.to_owned(), entry));
        self
    }

    fn read_at(self, source: &Option<Source>) -> Cells {
        let source = source.clone().unwrap_or_default();
        self.text("source", source.place).text("quote", source.quote).text("method", source.method)
    }
}

pub(super) fn of_cases(template: &Template<'_>) -> Held {
    let mut held = Held { rows: Vec::new(), left: NotHeld::default() };
    let mut products: Vec<&Product> =
        template.cases.iter().flat_map(|case| &case.products).collect();
    products.sort_by(|a, b| a.key.cmp(&b.key));
    products.dedup();
    products.into_iter().for_each(|product| held.push(FormSheet::Products, of_product(product)));
    for case in template.cases {
        held.push(FormSheet::Reports, of_report(&case.report));
        for file in &case.patients {
            of_patient(file, template, &mut held);
        }
    }
    held
}

fn of_report(report: &Report) -> Cells {
    let citation = &report.citation;
    Cells(Vec::new())
        .text("report", Some(&report.key))
        .text("kind", Some(report.kind))
        .flag("simulated", report.simulated.then_some(true))
        .text("title", citation.title.as_ref())
        .text("authors", citation.authors.as_ref())
        .text("journal", citation.journal.as_ref())
        .number("year", citation.year)
        .text("volume", citation.volume.as_ref())
        .text("issue", citation.issue.as_ref())
        .text("pages", citation.pages.as_ref())
        .text("doi", citation.doi.as_ref())
        .text("pmid", citation.pmid.as_ref())
        .text("registration", citation.registration.as_ref())
        .text("country", citation.country.as_ref())
        .text("language", citation.language.as_ref())
        .text("site", citation.site.as_ref())
        .text("adverse_events", Some(report.adverse_events))
        .number("adverse_events_days", report.adverse_events_days)
        .read_at(&report.adverse_events_source)
        .text("note", report.note.as_ref())
}

fn of_product(product: &Product) -> Cells {
    Cells(Vec::new())
        .text("product", Some(&product.key))
        .text("name", product.name.as_ref())
        .text("cell_type", product.cell_type.as_ref())
        .text("donor", product.donor)
        .text("tissue", product.tissue.as_ref())
        .text("preparation", product.preparation.as_ref())
        .text("state", product.state)
        .text("identity", product.identity.as_ref())
        .text("release_tests", product.release_tests.as_ref())
        .text("lot", product.lot.as_ref())
        .read_at(&product.source)
        .text("note", product.note.as_ref())
}

fn of_patient(file: &PatientFile, template: &Template<'_>, held: &mut Held) {
    let patient = &file.patient;
    let key = patient.key.as_str();
    let mut cells = Cells::of_patient(key)
        .text("also_in", patient.reports.get(1..).map(|others| others.join(" ")))
        .text("sex", patient.sex)
        .number("age_years", patient.age_years)
        .number("birth_year", patient.birth_year)
        .text("diagnosis", patient.diagnosis.as_ref())
        .number("diabetes_duration_years", patient.diabetes_duration_years)
        .number("height_cm", patient.height_cm)
        .number("follow_up_days", patient.follow_up_days)
        .date("enrolment_date", &patient.enrolment_date);
    for attribute in template.attributes {
        cells = cells.text(&attribute.key, patient.attributes.get(&attribute.key));
    }
    held.push(
        FormSheet::Patients,
        cells.read_at(&patient.source).text("note", patient.note.as_ref()),
    );
    for infusion in &file.infusions {
        held.push(FormSheet::Infusions, of_infusion(key, infusion));
    }
    for (visit, measurements) in &file.visits {
        of_visit(key, visit, measurements, template, held);
    }
    for event in &file.events {
        held.push(FormSheet::Events, of_event(key, event));
    }
    for medication in &file.medications {
        held.push(FormSheet::Medications, of_medication(key, medication));
    }
    held.left.statements += file.statements.len();
}

fn of_infusion(key: &str, infusion: &Infusion) -> Cells {
    Cells::of_patient(key)
        .number("number", Some(infusion.number))
        .day("day", infusion.day)
        .date("date", &infusion.date)
        .text("product", infusion.product.as_ref())
        .text("route", infusion.route.as_ref())
        .text("delivery_site", infusion.delivery_site.as_ref())
        .number("cells", infusion.cells)
        .number("cells_per_kg", infusion.cells_per_kg)
        .text("dose_printed", infusion.dose_printed.as_ref())
        .number("volume_ml", infusion.volume_ml)
        .number("viability_percent", infusion.viability_percent)
        .number("passage", infusion.passage)
        .text("premedication", infusion.premedication.as_ref())
        .read_at(&infusion.source)
        .text("note", infusion.note.as_ref())
}

fn of_visit(
    key: &str,
    visit: &Visit,
    measurements: &[Measurement],
    template: &Template<'_>,
    held: &mut Held,
) {
    // A planned day is that of the label, and comes again from it.
    let actual = visit.day.filter(|_| visit.day_basis == Some(DayBasis::Actual));
    let mut cells = Cells::of_patient(key)
        .text("visit", Some(&visit.label))
        .day("day", actual)
        .date("date", &visit.date);
    for measurement in measurements {
        let (reading, analyte_id) = (&measurement.reading, measurement.analyte_id);
        let column = template.analytes.iter().find(|(analyte, _)| analyte.id == analyte_id);
        held.left.readings += measurement.other_readings.len();
        let is_plain = measurement.limits.is_none() && measurement.source.is_none();
        if let (true, Some((analyte, unit))) = (is_plain, column) {
            cells = cells.printed(&heading(analyte, unit), &of_reading(reading, unit));
            continue;
        }
        let unit = match (&reading.unit, &reading.printed) {
            (Some(unit), _) if unit.rule.ucum != "1" => Some(unit.printed.clone()),
            (None, Some(_)) if reading.status.is_number() => Some(NO_UNIT.to_owned()),
            _ => None,
        };
        let limits = measurement.limits.clone().unwrap_or_default();
        let symbol = template.catalogue.get(analyte_id).map(|analyte| analyte.symbol.clone());
        let mut long = Cells::of_patient(key)
            .text("visit", Some(&visit.label))
            .text("analyte", symbol.or_else(|| Some(measurement.analyte.clone())))
            .printed("value", &of_reading(reading, unit.as_deref().unwrap_or_default()))
            .text("unit", unit);
        for (name, limit) in [("lower_limit", limits.low), ("upper_limit", limits.high)] {
            long = match limit {
                Some(limit) => long.printed(name, &limit),
                None => long,
            };
        }
        held.push(FormSheet::Measurements, long.read_at(&measurement.source));
    }
    held.push(FormSheet::Visits, cells.read_at(&visit.source).text("note", visit.note.as_ref()));
}

/// A reading as it stands under a heading with this unit: with its own if that is another.
fn of_reading(reading: &Reading, unit: &str) -> String {
    let printed = reading.printed.clone().unwrap_or_else(|| reading.status.to_string());
    match &reading.unit {
        Some(of) if of.printed == unit || of.rule.ucum == "1" => printed,
        Some(of) => format!("{printed} {}", of.printed),
        None if reading.status.is_number() && unit != NO_UNIT => format!("{printed} {NO_UNIT}"),
        None => printed,
    }
}

fn of_event(key: &str, event: &AdverseEvent) -> Cells {
    Cells::of_patient(key)
        .text("term", Some(&event.term))
        .text("coded_term", event.coded_term.as_ref())
        .text("coded_class", event.coded_class.as_ref())
        .text("dictionary", event.dictionary.as_ref())
        .day("onset_day", event.onset_day)
        .date("onset_date", &event.onset_date)
        .day("end_day", event.end_day)
        .date("end_date", &event.end_date)
        .text("ctcae_version", event.ctcae_version.as_ref())
        .number("grade", event.grade)
        .flag("serious", event.serious)
        .text("serious_reason", event.serious_reason)
        .text("related_to_cells", event.related_to_cells)
        .text("related_to_procedure", event.related_to_procedure)
        .text("related_to_premedication", event.related_to_premedication)
        .text("related_to_disease", event.related_to_disease)
        .number("infusion", event.infusion)
        .text("action", event.action.as_ref())
        .text("outcome", event.outcome)
        .read_at(&event.source)
        .text("note", event.note.as_ref())
}

fn of_medication(key: &str, medication: &Medication) -> Cells {
    Cells::of_patient(key)
        .text("drug", Some(&medication.drug))
        .text("atc", medication.atc.as_ref())
        .number("atc_year", medication.atc_year)
        .number("dose_per_day", medication.dose_per_day)
        .text("dose_unit", medication.dose_unit.as_ref())
        .day("start_day", medication.start_day)
        .date("start_date", &medication.start_date)
        .day("end_day", medication.end_day)
        .date("end_date", &medication.end_date)
        .text("stop_reason", medication.stop_reason.as_ref())
        .read_at(&medication.source)
        .text("note", medication.note.as_ref())
}
