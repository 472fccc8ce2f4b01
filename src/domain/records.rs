//! The neutral form: what any file or command has to record, each thing with its place.
//!
//! Every reader produces this, and one path checks and stores it.

use super::mismatch::words;
use super::{
    AdverseEvent, Analyte, Attribute, AttributeGiven, Infusion, Measurement, Medication, Mismatch,
    NamedCohort, NamedEndpoint, Patient, Product, Report, Statement, Visit,
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
