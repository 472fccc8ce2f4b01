//! The neutral form: what any file or command has to record, each thing with its place.
//!
//! Every reader produces this, and one path checks and stores it.

use super::mismatch::words;
use super::{
    AdverseEvent, Analyte, Attribute, AttributeGiven, Day, DayBasis, DayZero, Infusion,
    Measurement, Medication, Mismatch, NamedCohort, NamedEndpoint, PartialDate, Patient, Product,
    Report, Statement, Visit,
};
use std::fmt;
use std::sync::Arc;

/// Where something stands, as the person who wrote it would look for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Typed on the command line.
    CommandLine,
    /// A file as a whole.
    File {
        /// Its name.
        file: String,
    },
    /// A line and column of a text file, both counted from 1.
    Line {
        /// The file's name.
        file: String,
        /// Line.
        line: usize,
        /// Column, in characters.
        column: usize,
    },
    /// A cell or a row of a table, as a spreadsheet shows it.
    Cell {
        /// The file's name.
        file: Arc<str>,
        /// The sheet, where the file has sheets.
        sheet: Option<Arc<str>>,
        /// The row, counted from 1 with everything above it.
        row: usize,
        /// The column by its heading; `None` for the whole row.
        column: Option<Arc<str>>,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::CommandLine => f.write_str("command line"),
            Place::File { file } => f.write_str(file),
            Place::Line { file, line, column } => {
                write!(f, "{file}, line {line}, column {column}")
            }
            Place::Cell { file, sheet, row, column } => {
                f.write_str(file)?;
                if let Some(sheet) = sheet {
                    write!(f, ", sheet \"{sheet}\"")?;
                }
                write!(f, ", row {row}")?;
                match column {
                    Some(column) => write!(f, ", column \"{column}\""),
                    None => Ok(()),
                }
            }
        }
    }
}

/// A record and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// Where it stands.
    pub place: Place,
    /// What stands there.
    pub record: T,
}

impl<T> Placed<T> {
    /// This record, typed on the command line.
    pub fn typed(record: T) -> Placed<T> {
        Placed { place: Place::CommandLine, record }
    }
}

words! {
    /// How much a problem matters, of what is entered or of what is recorded.
    Level as "a level" {
        /// It can't be so: nothing is recorded, or what is has to be mended.
        Error = "error",
        /// It may be so: recorded only when accepted, and asked about until somebody answers.
        Question = "question",
        /// Said, and recorded.
        Note = "note",
    }
}

/// Something about one place that has to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub level: Level,
    /// Where.
    pub place: Place,
    /// Which field or record, for example `patient 1, visit W4`.
    pub what: String,
    /// What was found, what was expected, how to mend it.
    pub mismatch: Mismatch,
}

/// Something a file holds that is not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Where, or where first.
    pub place: Place,
    /// What it is: a column, a kind of element. Never its content.
    pub what: String,
    /// Why it is not taken.
    pub why: String,
    /// How often it stands there.
    pub count: usize,
}

/// Everything one file has to record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Records {
    /// Analytes of the registry's own.
    pub analytes: Vec<Placed<Analyte>>,
    /// Columns of the registry's own.
    pub attributes: Vec<Placed<Attribute>>,
    /// Named cohorts.
    pub cohorts: Vec<Placed<NamedCohort>>,
    /// Named rules of response.
    pub endpoints: Vec<Placed<NamedEndpoint>>,
    /// Reports.
    pub reports: Vec<Placed<Report>>,
    /// Products.
    pub products: Vec<Placed<Product>>,
    /// Patients, with all that belongs to each.
    pub patients: Vec<PatientRecords>,
}

impl Records {
    /// Everything of `other`, behind everything of this.
    pub fn append(&mut self, other: Records) {
        self.analytes.extend(other.analytes);
        self.attributes.extend(other.attributes);
        self.cohorts.extend(other.cohorts);
        self.endpoints.extend(other.endpoints);
        self.reports.extend(other.reports);
        self.products.extend(other.products);
        self.patients.extend(other.patients);
    }
}

/// All that belongs to one patient.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientRecords {
    /// The patient's key.
    pub key: Placed<String>,
    /// The patient; `None` if it must be in the registry already.
    pub patient: Option<Patient>,
    /// Values of the registry's own columns, as written; they become the patient's once checked.
    pub attributes: Vec<Placed<AttributeGiven>>,
    /// Infusions.
    pub infusions: Vec<Placed<Infusion>>,
    /// Visits.
    pub visits: Vec<VisitRecords>,
    /// Statements.
    pub statements: Vec<Placed<Statement>>,
    /// Adverse events.
    pub events: Vec<Placed<AdverseEvent>>,
    /// Medications.
    pub medications: Vec<Placed<Medication>>,
}

impl PatientRecords {
    /// Nothing yet, for a patient that must be in the registry already.
    pub fn of(key: Placed<String>) -> PatientRecords {
        PatientRecords {
            key,
            patient: None,
            attributes: Vec::new(),
            infusions: Vec::new(),
            visits: Vec::new(),
            statements: Vec::new(),
            events: Vec::new(),
            medications: Vec::new(),
        }
    }
}

/// A visit with its measurements.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitRecords {
    /// The visit.
    pub visit: Placed<Visit>,
    /// What was measured, each analyte once.
    pub measurements: Vec<Placed<Measurement>>,
}

/// Everything recorded of one patient, read back.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientFile {
    /// The patient.
    pub patient: Patient,
    /// The registry's own columns of a patient, whether this one has a value or not.
    pub attributes: Vec<Attribute>,
    /// The reports it stands in; the first is the one it was recorded from.
    pub reports: Vec<Report>,
    /// Infusions in their order.
    pub infusions: Vec<Infusion>,
    /// Visits in the order of their days, each with its measurements in the order of the catalogue.
    pub visits: Vec<(Visit, Vec<Measurement>)>,
    /// Statements in the order they were recorded.
    pub statements: Vec<Statement>,
    /// Adverse events in the order they were recorded.
    pub events: Vec<AdverseEvent>,
    /// Medications in the order they were recorded.
    pub medications: Vec<Medication>,
}

impl PatientFile {
    /// The date of day 0: that of the rule, else what any day with its date says.
    pub fn date_of_day_zero(&self, rule: DayZero) -> Option<PartialDate> {
        let infusion = match rule {
            DayZero::FirstInfusion => self.infusions.first(),
            DayZero::LastInfusion => self.infusions.last(),
            DayZero::Enrolment => None,
        };
        let by_rule = match rule {
            DayZero::Enrolment => self.patient.enrolment_date.clone(),
            _ => infusion.and_then(|infusion| infusion.date.clone()),
        };
        let is_full = |date: &PartialDate| date.days_since(date).is_some();
        let counted_back = |(day, date): (Option<Day>, &Option<PartialDate>)| {
            date.as_ref()?.later_by(day?.0.checked_neg()?)
        };
        by_rule.filter(is_full).or_else(|| {
            let of_infusions = self.infusions.iter().map(|one| (one.day, &one.date));
            let actual = self.visits.iter().filter(|(v, _)| v.day_basis == Some(DayBasis::Actual));
            let of_visits = actual.map(|(visit, _)| (visit.day, &visit.date));
            of_infusions.chain(of_visits).find_map(counted_back)
        })
    }

    /// Put the visits in the order of their days. One of which only the date is known stands on the day
    /// that this is from day 0; where that can't be told, it stands behind the others.
    pub fn order_visits(&mut self, rule: DayZero) {
        let zero = self.date_of_day_zero(rule);
        let by_date = |visit: &Visit| visit.date.as_ref()?.days_since(zero.as_ref()?);
        self.visits.sort_by_key(|(visit, _)| {
            let day = visit.day.or_else(|| by_date(visit));
            (day.is_none(), day)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Schedule;

    fn file(infusions: Vec<Infusion>, visits: &[(&str, Option<i32>, &str)]) -> PatientFile {
        let schedule = Schedule::parse("W0,W4,W12").expect("a schedule");
        let visit = |(label, day, date): &(&str, Option<i32>, &str)| {
            let date = PartialDate::parse(date).ok();
            let visit = Visit::new(label, day.map(Day), date, &schedule).expect("a visit");
            (visit, Vec::new())
        };
        PatientFile {
            patient: Patient::default(),
            attributes: Vec::new(),
            reports: Vec::new(),
            infusions,
            visits: visits.iter().map(visit).collect(),
            statements: Vec::new(),
            events: Vec::new(),
            medications: Vec::new(),
        }
    }

    fn infused(date: &str) -> Vec<Infusion> {
        let date = PartialDate::parse(date).ok();
        vec![Infusion { number: 1, date, ..Infusion::default() }]
    }

    fn order(mut file: PatientFile) -> Vec<String> {
        file.order_visits(DayZero::FirstInfusion);
        file.visits.into_iter().map(|(visit, _)| visit.label).collect()
    }

    #[test]
    fn a_visit_with_a_date_alone_stands_on_the_day_that_it_gives() {
        let visits = [
            ("W0", None, ""),
            ("W4", None, ""),
            ("late", Some(90), ""),
            ("some time", None, "2024-03"),
            ("before", None, "2024-02-27"),
            ("discharge", None, "2024-03-07"),
            ("ambulance", None, "2024-04-05"),
        ];
        let by_day = ["before", "W0", "discharge", "W4", "ambulance", "late", "some time"];
        assert_eq!(order(file(infused("2024-03-05"), &visits)), by_day);
        // Without the date of day 0, the dates tell nothing of the days.
        let as_they_came = ["W0", "W4", "late", "some time", "before", "discharge", "ambulance"];
        assert_eq!(order(file(infused("2024-03"), &visits)), as_they_came);
        assert_eq!(order(file(Vec::new(), &visits)), as_they_came);
    }

    #[test]
    fn day_0_is_also_known_from_a_day_with_its_date() {
        let visits =
            [("W4", None, ""), ("seen", Some(2), "2024-03-07"), ("first", None, "2024-03-04")];
        assert_eq!(order(file(Vec::new(), &visits)), ["first", "seen", "W4"]);
    }
}
