//! What an analysis reads: patients, the days of their visits, and one analyte at a time.

use super::{
    AdverseEvent, AdverseEventStance, Attribute, Comparator, Day, Infusion, Medication, Report,
    Sex, Status,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A patient as an analysis sees it.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// Age on day 0 in years, if reported.
    pub age_years: Option<f64>,
    /// Years since the diagnosis on day 0, if reported.
    pub diabetes_duration_years: Option<f64>,
    /// Body height in cm, if reported.
    pub height_cm: Option<f64>,
    /// Days of follow-up, if reported.
    pub follow_up_days: Option<i32>,
    /// Infusions in their order.
    pub infusions: Vec<Infusion>,
    /// Adverse events recorded.
    pub adverse_events: u32,
    /// Values of the registry's own columns, by key.
    pub attributes: BTreeMap<String, String>,
}

impl Subject {
    /// The sex, where it is known: a report that says "unknown" says no more than one that is silent.
    pub fn known_sex(&self) -> Option<&str> {
        self.sex.as_deref().filter(|sex| *sex != Sex::Unknown.as_str())
    }
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
    /// How these patients were selected; `None` if all are here.
    pub selection: Option<Selection>,
}

/// A condition that the patients of a cohort were selected by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Name and version of the cohort that is defined by it; `None` if it was only asked.
    pub cohort: Option<(String, u32)>,
    /// The condition as it was written.
    pub condition: String,
    /// The units of the numbers in it: `hba1c_w12 in mmol/mol`.
    pub units: Vec<String>,
}

/// How the patients of a cohort were selected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The conditions, all of which are met.
    pub by: Vec<Selected>,
    /// How many patients were asked about.
    pub of: usize,
    /// How many do not meet them.
    pub unmet: usize,
    /// Of how many it is not known, because a value is missing.
    pub unknown: usize,
}

impl Cohort {
    /// Only the patients of whom the answer is yes, with their visits and reports; `answers` has one
    /// for each, none where it is not known.
    #[must_use]
    pub fn selected(mut self, by: Vec<Selected>, answers: &[Option<bool>]) -> Cohort {
        let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
        let (unmet, unknown) = (count(Some(false)), count(None));
        self.selection = Some(Selection { by, of: answers.len(), unmet, unknown });
        let mut places = HashMap::new();
        let mut kept = Vec::new();
        for (at, subject) in self.subjects.into_iter().enumerate() {
            if answers.get(at) == Some(&Some(true)) {
                places.insert(at, kept.len());
                kept.push(subject);
            }
        }
        self.subjects = kept;
        self.occasions.retain(|_, occasion| match places.get(&occasion.subject) {
            Some(place) => {
                occasion.subject = *place;
                true
            }
            None => false,
        });
        let subjects = &self.subjects;
        self.reports.retain(|report| subjects.iter().any(|subject| subject.report == report.key));
        self
    }

    /// Those of these observations that were made at visits of these patients. They are copied only where
    /// others' are among them: of a whole registry none are.
    pub fn own<'a>(&self, observations: &'a [Observation]) -> Cow<'a, [Observation]> {
        let is_own = |one: &Observation| self.occasions.contains_key(&one.visit);
        if observations.iter().all(is_own) {
            return Cow::Borrowed(observations);
        }
        observations.iter().filter(|one| is_own(one)).cloned().collect()
    }

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
    /// The comparator before a number that is only a limit: `<7.0 %` is not 7.0, `<=7.0 %` may be.
    pub comparator: Option<Comparator>,
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

/// The limits a laboratory printed beside a value, in the canonical unit; at least one is there.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ReferenceRange {
    /// Lower limit.
    pub low: Option<f64>,
    /// Upper limit.
    pub high: Option<f64>,
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

/// The adverse events of a cohort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventsSeen {
    /// Those of its patients, patient after patient, in the order they were recorded.
    pub events: Vec<EventSeen>,
    /// Keys of the reports that events were recorded from, be they of other patients than the cohort's.
    pub reports: BTreeSet<String>,
}

impl EventsSeen {
    /// The events of each patient of a cohort with so many, as in the cohort.
    pub fn of_each(&self, patients: usize) -> Vec<Vec<&AdverseEvent>> {
        let mut events = vec![Vec::new(); patients];
        for one in &self.events {
            events[one.subject].push(&one.event);
        }
        events
    }
}

/// An adverse event as an analysis sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSeen {
    /// Place of its patient in [`Cohort::subjects`].
    pub subject: usize,
    /// The event.
    pub event: AdverseEvent,
}

/// A dose episode as an analysis sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct MedicationTaken {
    /// Place of its patient in [`Cohort::subjects`].
    pub subject: usize,
    /// The episode.
    pub medication: Medication,
    /// First day, counted from the date if need be; `None` began before all that is recorded.
    pub start: Option<Day>,
    /// Last day; `None` goes on.
    pub end: Option<Day>,
    /// False if it has neither day, or a date that no day can be counted from: it may have been taken at
    /// any time.
    pub is_placed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ReportKind;

    #[test]
    fn observations_are_copied_only_where_others_are_among_them() {
        let seen = |visit| Observation {
            visit,
            status: Status::Measured,
            comparator: None,
            value: Some(7.0),
            decimals: 1,
            unit: None,
            stated: None,
            doubted: false,
            corrected: false,
        };
        let occasion = Occasion { subject: 0, label: "W0".into(), day: None, planned: false };
        let occasions = HashMap::from([(1, occasion.clone()), (2, occasion)]);
        let cohort = Cohort { occasions, ..Cohort::default() };
        let all = [seen(1), seen(2)];
        assert!(matches!(cohort.own(&all), Cow::Borrowed(own) if own == all));
        assert_eq!(*cohort.own(&[seen(3), seen(2)]), [seen(2)]);
    }

    #[test]
    fn an_unknown_sex_is_none() {
        let of = |sex: &str| Subject { sex: Some(sex.to_owned()), ..Subject::default() };
        assert_eq!(of("unknown").known_sex(), None);
        assert_eq!(of("other").known_sex(), Some("other"));
    }

    #[test]
    fn who_is_selected_keeps_their_visits_and_reports() {
        let subject = |key: &str, report: &str| Subject {
            key: key.to_owned(),
            report: report.to_owned(),
            ..Subject::default()
        };
        let occasion =
            |subject| Occasion { subject, label: "W0".into(), day: None, planned: false };
        let report = |key: &str| Report::new(key, ReportKind::CaseReport);
        let cohort = Cohort {
            subjects: vec![subject("a/1", "a"), subject("b/1", "b"), subject("c/1", "c")],
            occasions: HashMap::from([(7, occasion(0)), (8, occasion(2))]),
            reports: vec![report("a"), report("b"), report("c")],
            ..Cohort::default()
        };
        let found = cohort.selected(Vec::new(), &[Some(false), None, Some(true)]);
        assert_eq!(found.subjects, [subject("c/1", "c")]);
        assert_eq!(found.occasions, HashMap::from([(8, occasion(0))]));
        assert_eq!(found.reports, [report("c")]);
        let selection = Selection { by: Vec::new(), of: 3, unmet: 1, unknown: 1 };
        assert_eq!(found.selection, Some(selection));
    }
}
