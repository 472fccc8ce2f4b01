//! Rows of a sheet of the form become records.

use super::cells::{Cell, SheetRow};
use super::line::{Headed, Line, with_point};
use super::results::{heading, result};
use crate::domain::{
    AdverseEvent, AdverseEventStance, Analyte, Attribute, AttributeGiven, Citation, Day, Donor,
    EXAMPLE, FormSheet, Infusion, Limits, Measurement, Medication, Mismatch, Number, Outcome,
    Product, ProductState, Relation, Report, ReportKind, SeriousReason, Sex, Visit, identifies,
    parse_amount, parse_birth_year, parse_cells, parse_dose, parse_grade, parse_height, parse_key,
    parse_patient_key, parse_percent, parse_years, plain,
};
use crate::import::How;
use crate::import::gather::{Gatherer, PatientAt};
use crate::import::table::Sheet;
use std::cell::RefCell;
use std::collections::HashMap;

/// A patient stands in at most so many reports beside the first.
const MOST_ALSO: usize = 1_000;

/// The furthest day of a follow-up that is believed: 150 years.
const FURTHEST: u32 = 54_787;

/// True for a row that only shows how to fill in the sheet.
pub(super) fn is_example(row: &SheetRow) -> bool {
    row.cells.iter().any(|cell| cell.text.to_lowercase().starts_with(EXAMPLE))
}

/// Reads the rows of one sheet.
pub(super) struct SheetReader<'a> {
    pub how: &'a How<'a>,
    /// The report of patients that name none.
    pub report: Option<&'a str>,
    pub form: FormSheet,
}

/// What the columns are that only this registry or sheet has.
#[derive(Default)]
struct Extra<'a> {
    analytes: Vec<(usize, &'a Analyte, String)>,
    attributes: Vec<(usize, &'a Attribute)>,
}

impl<'a> SheetReader<'a> {
    /// Read the rows below the headings.
    pub fn read(&self, sheet: Sheet, rows: &[SheetRow], gatherer: &mut Gatherer) {
        let (problems, times) = (RefCell::default(), RefCell::default());
        let mut headed = Headed { sheet, columns: HashMap::new(), problems, times };
        let rows: Vec<&SheetRow> = rows.iter().filter(|row| !is_example(row)).collect();
        let extra = self.columns(&mut headed, &rows, gatherer);
        for row in rows {
            let what = self.form.as_str().trim_end_matches('s').to_owned();
            let decimal_comma = self.how.decimal_comma;
            let line = Line { headed: &headed, row, what, decimal_comma };
            self.row(line, &extra, gatherer);
        }
        headed.times.into_inner().tell(&headed.sheet, gatherer);
        headed.problems.into_inner().in_order().into_iter().for_each(|one| gatherer.tell(one));
    }

    /// Tell what each column is; what nobody asked for is named.
    fn columns(
        &self,
        headed: &mut Headed,
        rows: &[&SheetRow],
        gatherer: &mut Gatherer,
    ) -> Extra<'a> {
        let names: Vec<String> =
            self.form.columns().iter().map(|column| plain(column.name)).collect();
        let mut extra = Extra::default();
        let widest = rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column + 1);
        let width = widest.max().unwrap_or(0).max(headed.sheet.headings.len());
        let mut filled = vec![0usize; width];
        for cell in rows.iter().flat_map(|row| &row.cells) {
            filled[cell.column] += 1;
        }
        for (column, filled) in filled.into_iter().enumerate() {
            let text = headed.sheet.headings.get(column).map(ToString::to_string);
            let text = text.unwrap_or_default();
            if text.is_empty() && filled == 0 {
                continue;
            }
            let place = headed.sheet.place(headed.sheet.heading_row, Some(column));
            let twice = || {
                Mismatch::new(text.as_str(), "each heading once")
                    .mend("delete one of the two columns, or give it another heading")
            };
            if names.contains(&plain(&text)) {
                if headed.columns.insert(plain(&text), column).is_some() {
                    headed.wrong(place, "heading", twice());
                }
                continue;
            }
            if self.form == FormSheet::Visits
                && let Some(found) = heading(&text, self.how.catalogue)
            {
                match found {
                    Ok((analyte, _)) if extra.analytes.iter().any(|one| one.1.id == analyte.id) => {
                        headed.wrong(place, "heading", twice());
                    }
                    Ok((analyte, unit)) => extra.analytes.push((column, analyte, unit)),
                    Err(mismatch) => headed.wrong(place, "heading", mismatch),
                }
                continue;
            }
            let own = self.how.attributes.iter().find(|one| {
                plain(&one.key) == plain(&text) || plain(one.heading()) == plain(&text)
            });
            if self.form == FormSheet::Patients
                && let Some(attribute) = own
            {
                extra.attributes.push((column, attribute));
                continue;
            }
            if identifies(&text) {
                if filled > 0 {
                    let mismatch = Mismatch::new("", "columns that identify nobody").mend(
                        "it could identify a person and is never recorded: delete the column",
                    );
                    headed.wrong(place, "heading", mismatch);
                }
                continue;
            }
            let what = format!("column \"{}\"", headed.sheet.heading(column));
            let why = format!("the sheet {} has no such column", self.form);
            gatherer.ignore(place, what, why);
        }
        extra
    }

    fn row(&self, mut line: Line<'_>, extra: &Extra<'_>, gatherer: &mut Gatherer) {
        match self.form {
            FormSheet::Reports => {
                if let Some(report) = read_report(&line) {
                    gatherer.report(line.place(), report);
                }
                return;
            }
            FormSheet::Products => {
                if let Some(product) = read_product(&line) {
                    gatherer.product(line.place(), product);
                }
                return;
            }
            _ => {}
        }
        let Some(key) = self.patient_key(&line) else { return };
        line.what = key.clone();
        let place = line.place();
        let at = gatherer.patient(&place, &key);
        match self.form {
            FormSheet::Patients => read_patient(&line, at, extra, gatherer),
            FormSheet::Infusions => {
                let next = u32::try_from(gatherer.infusions(at) + 1).unwrap_or(u32::MAX);
                gatherer.infusion(at, place, read_infusion(&line, next));
            }
            FormSheet::Visits => self.visit(&line, at, extra, gatherer),
            FormSheet::Measurements => self.measurement(&line, at, gatherer),
            FormSheet::Events => gatherer.event(at, place, read_event(&line)),
            FormSheet::Medications => gatherer.medication(at, place, read_medication(&line)),
            FormSheet::Reports | FormSheet::Products => {}
        }
    }

    /// The key of the row's patient. What is no key might be a name, so it is not shown.
    fn patient_key(&self, line: &Line<'_>) -> Option<String> {
        line.demand("patient", "huang-2025/1");
        line.parsed("patient", |text| {
            let unseen = |expected: &str, mend: &str| Mismatch::new("", expected).mend(mend);
            if text.contains('/') {
                let (report, label) = parse_patient_key(text).map_err(|_| {
                    unseen(
                        "a patient as report/label, for example huang-2025/1",
                        "a label is a number or a pseudonym, never a name",
                    )
                })?;
                return Ok(format!("{report}/{label}"));
            }
            let label = parse_key(text).map_err(|_| {
                unseen(
                    "a label such as 1 or P07: letters, digits, - _ .",
                    "a label is never a name",
                )
            })?;
            let report = self.report.ok_or_else(|| {
                unseen(
                    "a patient as report/label, for example huang-2025/1",
                    "write the report before the label, or pass --report KEY",
                )
            })?;
            Ok(format!("{report}/{label}"))
        })
    }

    fn visit(
        &self,
        line: &Line<'_>,
        patient: PatientAt,
        extra: &Extra<'_>,
        gatherer: &mut Gatherer,
    ) {
        line.demand("visit", "W4");
        let (day, date) = (line.parsed("day", Day::parse), line.date("date"));
        let (source, note) = (line.source(), line.text("note"));
        let schedule = self.how.schedule;
        let visit = line.parsed("visit", |label| Visit::new(label, day, date.clone(), schedule));
        let Some(visit) = visit else { return };
        let what = format!("{}, visit {}", line.what, visit.label);
        let at = gatherer.visit(patient, &line.place(), Visit { source, note, ..visit });
        for (column, analyte, unit) in &extra.analytes {
            let Some(cell) = line.cell(*column) else { continue };
            let read = cell
                .plain()
                .and_then(|text| result(&with_point(text, line.decimal_comma), unit, analyte));
            let place = line.place_of(*column);
            match read {
                Ok(reading) => {
                    gatherer.measurement(at, place, Measurement::plain(analyte, reading))
                }
                Err(mismatch) => line.headed.wrong(place, what.clone(), mismatch),
            }
        }
    }

    fn measurement(&self, line: &Line<'_>, patient: PatientAt, gatherer: &mut Gatherer) {
        line.demand("visit", "W4");
        line.demand("analyte", "HbA1c");
        line.demand("value", "6.8, not done, or figure only");
        let schedule = self.how.schedule;
        let visit = line.parsed("visit", |label| Visit::new(label, None, None, schedule));
        let analyte = line.parsed("analyte", |name| self.how.catalogue.find(name));
        let unit = line.text("unit").unwrap_or_default();
        let limit = |name: &str| {
            line.number(name, |text| Number::parse(text).map(|number| (text.to_owned(), number)))
        };
        let (low, high) = (limit("lower_limit"), limit("upper_limit"));
        if let (Some((_, low)), Some((text, high))) = (&low, &high)
            && low.value > high.value
        {
            let mismatch = Mismatch::new(text.as_str(), "an upper limit above the lower one");
            line.headed.wrong(line.place(), line.what.clone(), mismatch);
        }
        let limits = Limits { low: low.map(|one| one.0), high: high.map(|one| one.0) };
        let source = line.source();
        let (Some(visit), Some(analyte)) = (visit, analyte) else { return };
        let read = line.number("value", |text| result(text, &unit, analyte));
        let Some(reading) = read else { return };
        let place = line.place();
        let at = gatherer.visit_labelled(patient, &place, visit);
        let limits = (limits != Limits::default()).then_some(limits);
        let measurement = Measurement { limits, source, ..Measurement::plain(analyte, reading) };
        gatherer.measurement(at, place, measurement);
    }
}

fn read_patient(line: &Line<'_>, at: PatientAt, extra: &Extra<'_>, gatherer: &mut Gatherer) {
    let place = line.place();
    let years = |text: &str| parse_years(text, 130.0);
    macro_rules! set {
        ($name:literal, $field:ident, $value:expr) => {
            if let Some(value) = $value {
                gatherer.set(at, &place, $name, value, |patient| &mut patient.$field);
            }
        };
    }
    set!("sex", sex, line.parsed("sex", Sex::parse));
    set!("age_years", age_years, line.number("age_years", years));
    set!("birth_year", birth_year, line.parsed("birth_year", parse_birth_year));
    set!("diagnosis", diagnosis, line.text("diagnosis"));
    set!(
        "diabetes_duration_years",
        diabetes_duration_years,
        line.number("diabetes_duration_years", years)
    );
    set!("height_cm", height_cm, line.number("height_cm", parse_height));
    let follow_up = line.whole("follow_up_days", 0, FURTHEST).and_then(|days| days.try_into().ok());
    set!("follow_up_days", follow_up_days, follow_up);
    set!("enrolment_date", enrolment_date, line.date("enrolment_date"));
    set!("note", note, line.text("note"));
    let also = line.text("also_in").unwrap_or_default();
    let also: Vec<&str> = also.split([' ', ',', ';']).filter(|key| !key.is_empty()).collect();
    if also.len() > MOST_ALSO {
        let mismatch =
            Mismatch::new(format!("{} reports", also.len()), format!("at most {MOST_ALSO}"));
        line.headed.wrong(place.clone(), line.what.clone(), mismatch);
    }
    for key in also.into_iter().take(MOST_ALSO) {
        match parse_key(key) {
            Ok(key) => {
                let reports = &mut gatherer.patient_mut(at).reports;
                if !reports.contains(&key) {
                    reports.push(key);
                }
            }
            Err(mismatch) => line.headed.wrong(place.clone(), line.what.clone(), mismatch),
        }
    }
    if let Some(source) = line.source() {
        let known = &mut gatherer.patient_mut(at).source;
        match known {
            Some(known) if *known != source => {
                let mismatch = Mismatch::new("another source", "what another row says");
                line.headed.wrong(place.clone(), line.what.clone(), mismatch);
            }
            _ => *known = Some(source),
        }
    }
    for (column, attribute) in &extra.attributes {
        let Some(cell) = line.cell(*column) else { continue };
        match of_attribute(line, (*column, cell), attribute) {
            Ok(given) => gatherer.attribute_value(at, line.place_of(*column), given),
            Err(mismatch) => line.wrong(*column, mismatch),
        }
    }
}

fn of_attribute(
    line: &Line<'_>,
    (column, cell): (usize, &Cell),
    attribute: &Attribute,
) -> Result<AttributeGiven, Mismatch> {
    use crate::domain::AttributeKind::{Date, Number};
    let text = match attribute.kind {
        Date => line.date_in(column, cell)?.to_owned(),
        Number => with_point(cell.plain()?, line.decimal_comma),
        _ => cell.plain()?.to_owned(),
    };
    Ok(AttributeGiven { key: attribute.key.clone(), text })
}

fn read_report(line: &Line<'_>) -> Option<Report> {
    line.demand("report", "huang-2025");
    line.demand("kind", "case report");
    let key = line.parsed("report", parse_key);
    let kind = line.parsed("kind", ReportKind::parse);
    let year = line.parsed("year", crate::domain::parse_year);
    let days = line.whole("adverse_events_days", 0, FURTHEST);
    let report = Report {
        key: key.clone().unwrap_or_default(),
        kind: kind.unwrap_or(ReportKind::CaseReport),
        simulated: line.flag("simulated").unwrap_or(false),
        citation: Citation {
            title: line.text("title"),
            authors: line.text("authors"),
            journal: line.text("journal"),
            year,
            volume: line.text("volume"),
            issue: line.text("issue"),
            pages: line.text("pages"),
            doi: line.text("doi"),
            pmid: line.text("pmid"),
            registration: line.text("registration"),
            country: line.text("country"),
            language: line.text("language"),
            site: line.text("site"),
        },
        adverse_events: line
            .parsed("adverse_events", AdverseEventStance::parse)
            .unwrap_or(AdverseEventStance::NotMentioned),
        adverse_events_days: days.and_then(|days| days.try_into().ok()),
        adverse_events_source: line.source(),
        note: line.text("note"),
    };
    key.and(kind).map(|_| report)
}

fn read_product(line: &Line<'_>) -> Option<Product> {
    line.demand("product", "huc-msc");
    let key = line.parsed("product", parse_key);
    let product = Product {
        key: key.clone().unwrap_or_default(),
        name: line.text("name"),
        cell_type: line.text("cell_type"),
        donor: line.parsed("donor", Donor::parse),
        tissue: line.text("tissue"),
        preparation: line.text("preparation"),
        state: line.parsed("state", ProductState::parse),
        identity: line.text("identity"),
        release_tests: line.text("release_tests"),
        lot: line.text("lot"),
        source: line.source(),
        note: line.text("note"),
    };
    key.map(|_| product)
}

fn read_infusion(line: &Line<'_>, next: u32) -> Infusion {
    Infusion {
        number: line.whole("number", 1, 1000).unwrap_or(next),
        day: line.parsed("day", Day::parse),
        date: line.date("date"),
        product: line.parsed("product", parse_key),
        route: line.text("route"),
        delivery_site: line.text("delivery_site"),
        cells: line.number("cells", |text| parse_cells(text, false)),
        cells_per_kg: line.number("cells_per_kg", |text| parse_cells(text, true)),
        dose_printed: line.text("dose_printed"),
        volume_ml: line.number("volume_ml", |text| parse_amount(text, 10_000.0)),
        viability_percent: line.number("viability_percent", parse_percent),
        passage: line.whole("passage", 0, 100),
        premedication: line.text("premedication"),
        source: line.source(),
        note: line.text("note"),
    }
}

fn read_event(line: &Line<'_>) -> AdverseEvent {
    let relation = |name| line.parsed(name, Relation::parse);
    AdverseEvent {
        term: line.required("term", "fever").unwrap_or_default(),
        coded_term: line.text("coded_term"),
        coded_class: line.text("coded_class"),
        dictionary: line.text("dictionary"),
        onset_day: line.parsed("onset_day", Day::parse),
        onset_date: line.date("onset_date"),
        end_day: line.parsed("end_day", Day::parse),
        end_date: line.date("end_date"),
        ctcae_version: line.text("ctcae_version"),
        grade: line.parsed("grade", parse_grade),
        serious: line.flag("serious"),
        serious_reason: line.parsed("serious_reason", SeriousReason::parse),
        related_to_cells: relation("related_to_cells"),
        related_to_procedure: relation("related_to_procedure"),
        related_to_premedication: relation("related_to_premedication"),
        related_to_disease: relation("related_to_disease"),
        infusion: line.whole("infusion", 1, 1000),
        action: line.text("action"),
        outcome: line.parsed("outcome", Outcome::parse),
        source: line.source(),
        note: line.text("note"),
    }
}

fn read_medication(line: &Line<'_>) -> Medication {
    let dose = line.number("dose_per_day", parse_dose);
    if dose.is_some() {
        line.demand("dose_unit", "mg or U");
    }
    Medication {
        drug: line.required("drug", "metformin").unwrap_or_default(),
        atc: line.text("atc"),
        atc_year: line.parsed("atc_year", crate::domain::parse_year),
        dose_per_day: dose,
        dose_unit: line.text("dose_unit"),
        start_day: line.parsed("start_day", Day::parse),
        start_date: line.date("start_date"),
        end_day: line.parsed("end_day", Day::parse),
        end_date: line.date("end_date"),
        stop_reason: line.text("stop_reason"),
        source: line.source(),
        note: line.text("note"),
    }
}
