//! What went wrong, and what else was taken.

use super::mismatch::words;
use super::{Day, Mismatch, Number, PartialDate, Source};
use serde::Serialize;

words! {
    /// How likely one thing caused an event.
    Relation as "a relation" {
        /// Not related.
        None = "none",
        /// Unlikely.
        Unlikely = "unlikely",
        /// Possible.
        Possible = "possible",
        /// Probable.
        Probable = "probable",
        /// Definite.
        Definite = "definite",
    }
}

words! {
    /// Why an event is serious (ICH E2A).
    SeriousReason as "a reason for being serious" {
        /// Death.
        Death = "death",
        /// Life-threatening.
        LifeThreatening = "life-threatening",
        /// Admission or a longer stay.
        Hospitalisation = "hospitalisation",
        /// Persistent disability.
        Disability = "disability",
        /// Congenital anomaly.
        Congenital = "congenital anomaly",
        /// Medically important.
        Important = "medically important",
    }
}

words! {
    /// How an event ended.
    Outcome as "an outcome" {
        /// Recovered.
        Recovered = "recovered",
        /// Recovering.
        Recovering = "recovering",
        /// Not recovered.
        NotRecovered = "not recovered",
        /// Recovered with sequelae.
        Sequelae = "recovered with sequelae",
        /// Fatal.
        Fatal = "fatal",
        /// The report says that it is not known.
        Unknown = "unknown",
    }
}

/// An adverse event of one patient.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AdverseEvent {
    /// The term in the report's words.
    pub term: String,
    /// The coded term.
    pub coded_term: Option<String>,
    /// The class (system organ class) of the coded term.
    pub coded_class: Option<String>,
    /// The dictionary of the coded term, with its version.
    pub dictionary: Option<String>,
    /// First day.
    pub onset_day: Option<Day>,
    /// First date.
    pub onset_date: Option<PartialDate>,
    /// Last day.
    pub end_day: Option<Day>,
    /// Last date.
    pub end_date: Option<PartialDate>,
    /// Version of CTCAE the grade is of.
    pub ctcae_version: Option<String>,
    /// CTCAE grade, 1 to 5.
    pub grade: Option<u8>,
    /// Serious or not.
    pub serious: Option<bool>,
    /// Why it is serious.
    pub serious_reason: Option<SeriousReason>,
    /// Caused by the cells?
    pub related_to_cells: Option<Relation>,
    /// Caused by the procedure?
    pub related_to_procedure: Option<Relation>,
    /// Caused by the premedication?
    pub related_to_premedication: Option<Relation>,
    /// Caused by the disease?
    pub related_to_disease: Option<Relation>,
    /// Number of the infusion it followed.
    pub infusion: Option<u32>,
    /// What was done.
    pub action: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Where this was read.
    pub source: Option<Source>,
    /// Anything else.
    pub note: Option<String>,
}

/// Read a CTCAE grade.
///
/// # Errors
/// If it is none of 1 to 5.
pub fn parse_grade(text: &str) -> Result<u8, Mismatch> {
    match text.trim().parse() {
        Ok(grade) if (1..=5).contains(&grade) => Ok(grade),
        _ => Err(Mismatch::new(text, "a CTCAE grade from 1 to 5")),
    }
}

/// Read a dose of 0 or more.
///
/// # Errors
/// If it is no number, or below 0.
pub fn parse_dose(text: &str) -> Result<f64, Mismatch> {
    match Number::parse(text)? {
        number if number.value >= 0.0 => Ok(number.value),
        _ => Err(Mismatch::new(text, "a dose of 0 or more")),
    }
}

/// A dated dose episode of one drug. Dose 0 is a value: the patient was free of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Medication {
    /// The drug.
    pub drug: String,
    /// ATC code.
    pub atc: Option<String>,
    /// The year of the ATC index the code is from; codes move.
    pub atc_year: Option<i32>,
    /// Dose per day.
    pub dose_per_day: Option<f64>,
    /// Unit of the dose.
    pub dose_unit: Option<String>,
    /// First day.
    pub start_day: Option<Day>,
    /// First date.
    pub start_date: Option<PartialDate>,
    /// Last day.
    pub end_day: Option<Day>,
    /// Last date.
    pub end_date: Option<PartialDate>,
    /// Why it was stopped.
    pub stop_reason: Option<String>,
    /// Where this was read.
    pub source: Option<Source>,
    /// Anything else.
    pub note: Option<String>,
}
