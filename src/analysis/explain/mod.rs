//! What stands behind the numbers of a summary: each patient's part in them, and who has none and why.
//!
//! The parts are taken from the same timelines, entries and courses that the statistics are computed
//! from, so that what is listed is what was counted.

mod baseline;
mod change;
mod correlation;
mod exposure;
mod labs;
mod medication;
mod response;
mod safety;

pub use baseline::explain_baseline;
pub use change::explain_change;
pub use correlation::explain_correlation;
pub use exposure::explain_exposure;
pub use labs::explain_labs;
pub use medication::explain_medication;
pub use response::{explain_response, explain_time_to_response};
pub use safety::explain_safety;

use super::result::Variable;
use crate::domain::{Cohort, Day, Observation, Status};

/// One patient's part in a number, or why the patient has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The parameter of the results that it is a part of.
    pub parameter: String,
    /// What tables print for it.
    pub label: String,
    /// Unit of the value, in UCUM.
    pub unit: String,
    /// The timepoint of the results; empty where time plays no part.
    pub timepoint: String,
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// What the results describe.
    pub variable: Variable,
    /// Key of the patient.
    pub patient: String,
    /// Label of the visit it was recorded at, or the infusion or event it is.
    pub item: Option<String>,
    /// Its day, counted from day 0.
    pub day: Option<Day>,
    /// The number in the unit of the results.
    pub value: Option<f64>,
    /// What was recorded, in words: `8.4 %`, `not done`.
    pub text: String,
    /// Whether it is counted.
    pub used: Used,
    /// What else is to be known: that a print is doubted, or a limit is taken for the value.
    pub note: Option<&'static str>,
}

/// Whether a record is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Used {
    /// It is.
    Yes,
    /// It is not, and why.
    No(String),
}

impl Used {
    /// Why it is not counted.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Used::Yes => None,
            Used::No(reason) => Some(reason),
        }
    }
}

/// A part that everything else is still to be said of.
fn blank(parameter: &str, label: &str, group: Option<&String>) -> Contribution {
    Contribution {
        parameter: parameter.to_owned(),
        label: label.to_owned(),
        unit: String::new(),
        timepoint: String::new(),
        group: group.cloned(),
        variable: Variable::Value,
        patient: String::new(),
        item: None,
        day: None,
        value: None,
        text: String::new(),
        used: Used::Yes,
        note: None,
    }
}

/// The label and the day of the visit that an observation belongs to.
fn visit_of(cohort: &Cohort, observation: &Observation) -> (Option<String>, Option<Day>) {
    let occasion = cohort.occasions.get(&observation.visit);
    (occasion.map(|one| one.label.to_string()), occasion.and_then(|one| one.day))
}

/// What has to be known of an observation that is counted.
fn note_on(observation: &Observation) -> Option<&'static str> {
    if observation.doubted {
        Some("the print is doubted; it is used as printed")
    } else if observation.corrected {
        Some("used as corrected, not as printed")
    } else {
        observation.status.is_limit().then_some("a limit, taken for the value")
    }
}

/// What was recorded, in the unit it was printed in: `<0.9 mmol/L`, or the word of its status.
fn in_print(observation: &Observation, printed: Option<(f64, &str)>) -> String {
    let sign = match observation.status {
        Status::BelowLimit => "<",
        Status::AboveLimit => ">",
        Status::Measured => "",
        Status::Stated => return observation.stated.clone().unwrap_or_default(),
        status => return status.as_str().to_owned(),
    };
    let Some((number, unit)) = printed else { return "unit not reported".to_owned() };
    let number = format!("{number:.0$}", usize::from(observation.decimals));
    format!("{sign}{number} {unit}").trim_end().to_owned()
}
