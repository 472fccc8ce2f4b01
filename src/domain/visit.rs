//! A visit, and what a report says in words.

use super::mismatch::words;
use super::{Day, Mismatch, PartialDate, Schedule, Source};
use serde::Serialize;

words! {
    /// Where a visit's day comes from.
    DayBasis as "a basis of the day" {
        /// The report gives the day or date.
        Actual = "actual",
        /// Read off the label only: W4 was planned for day 28.
        Planned = "planned",
    }
}

/// A visit of one patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Visit {
    /// What the report calls it: W4, discharge. Unique for the patient.
    pub label: String,
    /// The timepoint of the schedule that the label names.
    pub timepoint: Option<String>,
    /// The day, actual or planned.
    pub day: Option<Day>,
    /// Which of the two it is.
    pub day_basis: Option<DayBasis>,
    /// The date, as far as it is known.
    pub date: Option<PartialDate>,
    /// Where this was read.
    pub source: Option<Source>,
    /// Anything else.
    pub note: Option<String>,
}

impl Visit {
    /// A visit by its label. Without an actual day it gets the planned one that its label names,
    /// by the schedule or by itself, and is marked as planned; with a date alone the day is left
    /// to be counted from day 0.
    ///
    /// # Errors
    /// If the label is empty or longer than 60 characters.
    pub fn new(
        label: &str,
        day: Option<Day>,
        date: Option<PartialDate>,
        schedule: &Schedule,
    ) -> Result<Visit, Mismatch> {
        let label = label.trim();
        let is_odd = |c: char| c.is_control() || matches!(c, '=' | '＝');
        if label.is_empty() || label.chars().count() > 60 || label.chars().any(is_odd) {
            return Err(Mismatch::new(label, "a visit's label such as W4")
                .mend("the label stands before the values: W4 \"HbA1c=6.8 %\""));
        }
        let timepoint = schedule.named(label);
        let (day, day_basis) = day_of(label, day, date.is_some(), schedule);
        Ok(Visit {
            label: timepoint.map_or_else(|| label.to_owned(), |timepoint| timepoint.name.clone()),
            timepoint: timepoint.map(|timepoint| timepoint.name.clone()),
            day,
            day_basis,
            date,
            source: None,
            note: None,
        })
    }

    /// The same visit under another schedule: an actual day stays, a planned one and the timepoint
    /// are those of the label.
    #[must_use]
    pub fn scheduled(self, schedule: &Schedule) -> Visit {
        let actual = self.day.filter(|_| self.day_basis == Some(DayBasis::Actual));
        let (day, day_basis) = day_of(&self.label, actual, self.date.is_some(), schedule);
        let timepoint = schedule.named(&self.label).map(|timepoint| timepoint.name.clone());
        Visit { timepoint, day, day_basis, ..self }
    }

    /// The same visit under this label: an actual day stays, a planned one is that of the label.
    ///
    /// # Errors
    /// As [`Visit::new`].
    pub fn labelled(self, label: &str, schedule: &Schedule) -> Result<Visit, Mismatch> {
        let actual = self.day.filter(|_| self.day_basis == Some(DayBasis::Actual));
        let visit = Visit::new(label, actual, self.date, schedule)?;
        Ok(Visit { source: self.source, note: self.note, ..visit })
    }
}

/// The day of a visit and where it comes from: the actual one; else the planned one, unless there is a
/// date.
fn day_of(
    label: &str,
    actual: Option<Day>,
    has_date: bool,
    schedule: &Schedule,
) -> (Option<Day>, Option<DayBasis>) {
    match (actual, has_date, schedule.planned_day(label)) {
        (Some(day), _, _) => (Some(day), Some(DayBasis::Actual)),
        (None, false, Some(day)) => (Some(day), Some(DayBasis::Planned)),
        _ => (None, None),
    }
}

words! {
    /// What a report says in words.
    Finding as "a finding" {
        /// The treatment target was reached.
        AtTarget = "at target",
        /// It was not.
        NotAtTarget = "not at target",
        /// Within normal limits.
        Normal = "normal",
        /// Outside normal limits.
        Abnormal = "abnormal",
        /// Better than before.
        Improved = "improved",
        /// Worse than before.
        Worsened = "worsened",
        /// Higher than before.
        Increased = "increased",
        /// Lower than before.
        Decreased = "decreased",
        /// As before.
        Unchanged = "unchanged",
        /// It is there.
        Present = "present",
        /// It is not there.
        Absent = "absent",
    }
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// One analyte, by its key.
    Analyte(String),
    /// Something wider: insulin resistance, glucose-lowering medication.
    Topic(String),
}

/// A result in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// What it is about.
    pub about: About,
    /// Label of the visit; `None` speaks of the whole follow-up.
    pub visit: Option<String>,
    /// What is said.
    pub finding: Finding,
    /// Where, with the report's own words.
    pub source: Option<Source>,
    /// Anything else.
    pub note: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_gives_the_planned_day_and_says_so() {
        let schedule = Schedule::parse("W0,W4±1").expect("a schedule");
        let visit = |label, day| Visit::new(label, day, None, &schedule).expect("a visit");
        let planned = visit("w4", None);
        assert_eq!(planned.timepoint.as_deref(), Some("W4"));
        assert_eq!((planned.day, planned.day_basis), (Some(Day(28)), Some(DayBasis::Planned)));
        let actual = visit("W4", Some(Day(30)));
        assert_eq!((actual.day, actual.day_basis), (Some(Day(30)), Some(DayBasis::Actual)));
        let free = visit("W24", None);
        assert_eq!((free.timepoint, free.day), (None, Some(Day(168))));
        assert_eq!(visit("discharge", None).day_basis, None);
    }

    #[test]
    fn under_another_label_only_a_planned_day_moves() {
        let schedule = Schedule::parse("W0,W4±1").expect("a schedule");
        let visit = |day| Visit::new("W5", day, None, &schedule).expect("a visit");
        let now = |day| visit(day).labelled("w4", &schedule).expect("a visit");
        assert_eq!((now(None).day, now(None).timepoint.as_deref()), (Some(Day(28)), Some("W4")));
        let actual = now(Some(Day(36)));
        assert_eq!((actual.day, actual.day_basis), (Some(Day(36)), Some(DayBasis::Actual)));
        assert!(visit(None).labelled("", &schedule).is_err());
    }

    #[test]
    fn under_another_schedule_only_a_planned_day_moves() {
        let schedule = Schedule::parse("W0,W4=D30,discharge=D10").expect("a schedule");
        let visit = |label: &str, day| {
            let visit = Visit::new(label, day, None, &Schedule::default()).expect("a visit");
            let visit = visit.scheduled(&schedule);
            (visit.timepoint, visit.day.map(|day| day.0), visit.day_basis)
        };
        let (w4, planned) = (Some("W4".to_owned()), Some(DayBasis::Planned));
        assert_eq!(visit("w4", None), (w4.clone(), Some(30), planned));
        assert_eq!(visit("W4", Some(Day(25))), (w4, Some(25), Some(DayBasis::Actual)));
        assert_eq!(visit("discharge", None), (Some("discharge".to_owned()), Some(10), planned));
        assert_eq!(visit("W8", None), (None, Some(56), planned));
        let named = Visit::new("discharge", None, None, &schedule).expect("a visit");
        assert_eq!(named.scheduled(&Schedule::default()).day, None);
    }

    #[test]
    fn a_date_is_not_overruled_by_the_plan() {
        let date = PartialDate::parse("2024-03-05").ok();
        let visit = Visit::new("W4", None, date, &Schedule::default()).expect("a visit");
        assert_eq!((visit.day, visit.day_basis), (None, None));
    }
}
