//! What visits are called that have a time and no name: by their date, and a later one of the same day by
//! its minute where an analyte was measured twice that day.

use super::element::{date_of, minute_of};
use super::gather::{Gatherer, PatientAt, VisitAt};
use crate::domain::{AnalyteId, Mismatch, PartialDate, Place, Schedule, Visit};
use std::collections::HashMap;

/// The label of what has no time at all.
const NO_TIME: &str = "time not stated";

/// When something was observed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    /// At a point in time, as written.
    At(String),
    /// From a date on, under a label that says until when.
    During(String, PartialDate),
    /// At an age, or at a visit with a name.
    Named(String),
    /// The file doesn't say.
    Unknown,
}

/// The first minute in which each analyte of a patient was measured on a day.
#[derive(Debug, Default)]
pub(super) struct Occasions(HashMap<(PatientAt, PartialDate, AnalyteId), String>);

impl Occasions {
    /// The visit at which an analyte was measured. To be asked in the order of time.
    ///
    /// # Errors
    /// If the time can't be read, or the label is none.
    pub fn visit(
        &mut self,
        gatherer: &mut Gatherer,
        (at, place): (PatientAt, &Place),
        when: &When,
        analyte: AnalyteId,
        schedule: &Schedule,
    ) -> Result<VisitAt, Mismatch> {
        let (label, date) = match when {
            When::At(time) => {
                let date = date_of(time)?;
                let minute = minute_of(time).unwrap_or_default();
                let known = self.0.entry((at, date.clone(), analyte));
                let first = known.or_insert_with(|| minute.to_owned());
                match first == minute {
                    true => (date.to_string(), Some(date)),
                    false => (format!("{date} {minute}").trim_end().to_owned(), Some(date)),
                }
            }
            When::During(label, date) => (label.clone(), Some(date.clone())),
            When::Named(label) => (label.clone(), None),
            When::Unknown => (NO_TIME.to_owned(), None),
        };
        let visit = Visit::new(&label, None, date, schedule).map_err(|_| {
            Mismatch::new("another text", "a visit's name of at most 60 characters")
        })?;
        Ok(gatherer.visit(at, place, visit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_again_that_day_is_a_visit_of_its_own() {
        let mut gatherer = Gatherer::default();
        let place = Place::CommandLine;
        let at = gatherer.patient(&place, "a/1");
        let mut occasions = Occasions::default();
        for (time, analyte) in [
            ("2024-03-05T08:30:00Z", 2),
            ("2024-03-05T08:30:10Z", 3),
            ("2024-03-05T10:30:00Z", 2),
            ("2024-03-05T12:00:00Z", 4),
        ] {
            let when = When::At(time.to_owned());
            let schedule = Schedule::default();
            occasions
                .visit(&mut gatherer, (at, &place), &when, AnalyteId(analyte), &schedule)
                .expect("a visit");
        }
        let records = gatherer.finish().records;
        let labels: Vec<_> =
            records.patients[0].visits.iter().map(|one| one.visit.record.label.as_str()).collect();
        assert_eq!(labels, ["2024-03-05", "2024-03-05 10:30"]);
    }
}
