//! What an analysis reads: patients, the days of their visits, and one analyte at a time.

use super::{AdverseEventStance, Attribute, Day, Infusion, Report, Status};
use std::collections::{BTreeMap, HashMap};

/// A patient as an analysis sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The patient's key.
    pub key: String,
    /// Key of the report it was recorded from.
    pub report: String,
    /// True if it is invented for demonstration.
    pub simulated: bool,
    /// Sex, if reported.
    pub sex: Option<String>,
    /// Diagnosis, if reported.
    pub diagnosis: Option<String>,
    /// Days of follow-up, if reported.
    pub follow_up_days: Option<i32>,
    /// Infusions in their order.
    pub infusions: Vec<Infusion>,
    /// Adverse events recorded.
    pub adverse_events: u32,
    /// Values of the registry's own columns, by key.
    pub attributes: BTreeMap<String, String>,
}

/// A visit as an analysis sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Occasion {
    /// Place of its patient in [`Cohort::subjects`].
    pub subject: usize,
    /// Its label.
    pub label: Box<str>,
    /// Its day, if it is known or can be counted from dates.
    pub day: Option<Day>,
    /// True if the day was only planned.
    pub planned: bool,
}

/// The people and days an analysis speaks of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cohort {
    /// Patients, in the order they were recorded.
    pub subjects: Vec<Subject>,
    /// Visits of those patients, by their number in the registry.
    pub occasions: HashMap<i64, Occasion>,
    /// Reports, in the order they were recorded.
    pub reports: Vec<Report>,
    /// The registry's own columns of a patient.
    pub attributes: Vec<Attribute>,
}

impl Cohort {
    /// The report with this key.
    pub fn report(&self, key: &str) -> Option<&Report> {
        self.reports.iter().find(|report| report.key == key)
    }

    /// What the patient's report says on adverse events; silence if the report is unknown.
    pub fn stance_of(&self, subject: &Subject) -> AdverseEventStance {
        self.report(&subject.report)
            .map_or(AdverseEventStance::NotMentioned, |report| report.adverse_events)
    }

    /// How many patients are invented for demonstration.
    pub fn simulated(&self) -> usize {
        self.subjects.iter().filter(|subject| subject.simulated).count()
    }
}

/// One measurement of one analyte as an analysis sees it: the reading in force, which is the print's own
/// unless another one was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Number of its visit in the registry.
    pub visit: i64,
    /// What became of it.
    pub status: Status,
    /// In the canonical unit; the limit itself for values below or above it.
    pub value: Option<f64>,
    /// Digits behind the decimal point, as read.
    pub decimals: u8,
    /// UCUM of the unit it was read in; `None` if there was none.
    pub unit: Option<std::rc::Rc<str>>,
    /// The words, where the status is stated.
    pub stated: Option<String>,
    /// True if another reading of the print is proposed.
    pub doubted: bool,
    /// True if another reading than the print is in force.
    pub corrected: bool,
}

/// A statement as an analysis sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementMade {
    /// Place of its patient in [`Cohort::subjects`].
    pub subject: usize,
    /// Number of its visit in the registry; `None` speaks of the whole follow-up.
    pub visit: Option<i64>,
    /// Key of the analyte.
    pub analyte: Option<String>,
    /// The wider topic, where it is about no analyte.
    pub topic: Option<String>,
    /// What is said.
    pub finding: super::Finding,
}
