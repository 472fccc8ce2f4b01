//! Which measurement speaks for which timepoint.
//!
//! A measurement belongs to the timepoint whose window holds its day, the nearest target first and
//! a tie to the earlier. Of several, the one nearest to the target speaks; one without a number
//! only if none has one. Baseline is the last number on or before day 0. What fits no window is
//! listed, not used.

use super::result::Missing;
use crate::domain::{Cohort, Day, Observation, Schedule, Status, UnitRule};
use std::collections::BTreeMap;

/// The name of the timepoint that changes are counted from.
pub const BASELINE: &str = "Baseline";

/// What speaks for one patient at one timepoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Spoken<'a> {
    /// A number.
    Number(&'a Observation),
    /// None, and why.
    None(Missing),
}

impl Spoken<'_> {
    /// The number in this unit. Conversion there and back leaves a trace in the sixteenth digit, and a
    /// value has to come out as it was printed: ten decimals are kept.
    pub fn in_unit(&self, rule: &UnitRule) -> Option<f64> {
        match self {
            Spoken::Number(observation) => {
                observation.value.map(|value| ten_decimals(rule.of_canonical(value)))
            }
            Spoken::None(_) => None,
        }
    }
}

/// Follow-up − baseline, both in one unit.
pub(super) fn change(baseline: f64, follow_up: f64) -> f64 {
    ten_decimals(follow_up - baseline)
}

/// The change in per cent of the baseline; none of a baseline of 0.
pub(super) fn percent_change(baseline: f64, follow_up: f64) -> Option<f64> {
    (baseline != 0.0).then(|| ten_decimals(100.0 * change(baseline, follow_up) / baseline))
}

/// The number without the trace of computing in its sixteenth digit.
pub(super) fn ten_decimals(number: f64) -> f64 {
    (number * 1e10).round() / 1e10
}

/// A measurement that fits no window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The patient's key.
    pub patient: String,
    /// The visit's label.
    pub visit: String,
    /// Its day; `None` if it is not known.
    pub day: Option<Day>,
}

/// One analyte along the schedule: for each timepoint what speaks for each patient.
#[derive(Debug, Clone)]
pub(super) struct Timeline<'a> {
    /// Baseline first, then each timepoint of the schedule after day 0; patients as in the cohort.
    pub columns: Vec<(String, Vec<Spoken<'a>>)>,
    /// The record behind each of them: that of the number, or of why there is none.
    pub records: Vec<Vec<Option<&'a Observation>>>,
    /// What fits no window.
    pub left_out: Vec<LeftOut>,
}

impl<'a> Timeline<'a> {
    /// Put one analyte's observations on the schedule.
    pub fn new(
        cohort: &Cohort,
        schedule: &Schedule,
        observations: &'a [Observation],
    ) -> Timeline<'a> {
        let after_day_zero: Vec<_> = (0..schedule.timepoints().len())
            .filter(|&at| schedule.timepoints()[at].target_day > Day(0))
            .collect();
        let nothing = vec![Candidate::default(); cohort.subjects.len()];
        let mut baseline = nothing.clone();
        let mut later: BTreeMap<usize, Vec<Candidate<'a>>> =
            after_day_zero.iter().map(|&at| (at, nothing.clone())).collect();
        let mut left_out = Vec::new();
        // Measurements that carry a timepoint's name and lie outside its window.
        let mut strays: Vec<(usize, usize)> = Vec::new();
        for observation in observations {
            let Some(occasion) = cohort.occasions.get(&observation.visit) else { continue };
            let column = occasion.day.and_then(|day| match place_of(schedule, day)? {
                Place::Baseline => Some((&mut baseline, (-day.0, 0))),
                Place::Timepoint(at) => {
                    let distance = (day.0 - schedule.timepoints()[at].target_day.0).abs();
                    Some((later.get_mut(&at)?, (distance, day.0)))
                }
            });
            match column {
                Some((column, distance)) => column[occasion.subject].offer(observation, distance),
                None => {
                    let named = |&&at: &&usize| schedule.timepoints()[at].name == *occasion.label;
                    if let Some(at) = after_day_zero.iter().find(named) {
                        strays.push((*at, occasion.subject));
                    }
                    left_out.push(LeftOut {
                        patient: cohort.subjects[occasion.subject].key.clone(),
                        visit: occasion.label.to_string(),
                        day: occasion.day,
                    });
                }
            }
        }
        for (at, subject) in strays {
            if let Some(column) = later.get_mut(&at) {
                column[subject].stray = true;
            }
        }
        let mut timeline = Timeline { columns: Vec::new(), records: Vec::new(), left_out };
        timeline.add(BASELINE, &baseline);
        for (at, column) in later {
            timeline.add(&schedule.timepoints()[at].name, &column);
        }
        timeline
    }

    /// Add a column of other records than those of a timepoint.
    pub fn add_records(&mut self, name: &str, records: Vec<Option<&'a Observation>>) {
        let spoken = |record: &Option<&'a Observation>| {
            record.map_or(Spoken::None(Missing::NoRecord), spoken_by)
        };
        self.columns.push((name.to_owned(), records.iter().map(spoken).collect()));
        self.records.push(records);
    }

    fn add(&mut self, name: &str, column: &[Candidate<'a>]) {
        let record = |candidate: &Candidate<'a>| candidate.best.map(|(observation, _)| observation);
        self.records.push(column.iter().map(record).collect());
        let spoken = column.iter().map(|candidate| candidate.spoken()).collect();
        self.columns.push((name.to_owned(), spoken));
    }
}

/// Where on the schedule a day stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On or before day 0.
    Baseline,
    /// In the window of the timepoint with this place in the schedule, which is after day 0.
    Timepoint(usize),
}

/// Where a day stands; none if it fits no window.
pub(super) fn place_of(schedule: &Schedule, day: Day) -> Option<Place> {
    if day <= Day(0) {
        return Some(Place::Baseline);
    }
    let at = schedule.timepoint_of(day)?;
    (schedule.timepoints()[at].target_day > Day(0)).then_some(Place::Timepoint(at))
}

/// The best observation so far for one patient at one timepoint.
#[derive(Debug, Clone, Copy, Default)]
struct Candidate<'a> {
    best: Option<(&'a Observation, (i32, i32))>,
    /// Something of this name lies outside the window.
    stray: bool,
}

impl<'a> Candidate<'a> {
    /// Take this observation if it speaks better: a number before none, then the smaller distance
    /// (days from the target, then the day itself, so that a tie goes to the earlier).
    fn offer(&mut self, observation: &'a Observation, distance: (i32, i32)) {
        let rank = |observation: &Observation, distance| (observation.value.is_none(), distance);
        let better =
            self.best.is_none_or(|(known, at)| rank(observation, distance) < rank(known, at));
        if better {
            self.best = Some((observation, distance));
        }
    }

    fn spoken(self) -> Spoken<'a> {
        match self.best {
            None if self.stray => Spoken::None(Missing::OutsideWindow),
            None => Spoken::None(Missing::NoRecord),
            Some((observation, _)) => spoken_by(observation),
        }
    }
}

/// What one record says.
pub(super) fn spoken_by(observation: &Observation) -> Spoken<'_> {
    match observation.status {
        _ if observation.value.is_some() => Spoken::Number(observation),
        Status::Measured | Status::BelowLimit | Status::AboveLimit => Spoken::None(Missing::NoUnit),
        status => Spoken::None(Missing::Status(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};

    fn spoken(timeline: &Timeline<'_>, name: &str) -> Vec<Result<f64, Missing>> {
        let (_, column) = timeline.columns.iter().find(|(known, _)| known == name).expect(name);
        let value = |spoken: &Spoken<'_>| match spoken {
            Spoken::Number(observation) => Ok(observation.value.expect("a number")),
            Spoken::None(missing) => Err(*missing),
        };
        column.iter().map(value).collect()
    }

    /// One patient with visits on these days; visit 1 is the first of them.
    fn on_days(days: &[Option<i32>]) -> Cohort {
        cohort(&[days])
    }

    #[test]
    fn baseline_is_the_last_number_on_or_before_day_zero() {
        let schedule = Schedule::parse("W4").expect("a schedule");
        let cohort = on_days(&[Some(-14), Some(-3), Some(0), Some(2)]);
        let mut seen = vec![
            observation(1, Some(9.0)),
            observation(2, Some(8.5)),
            observation(3, None),
            observation(4, Some(7.0)),
        ];
        let of = |seen: &[Observation]| spoken(&Timeline::new(&cohort, &schedule, seen), BASELINE);
        assert_eq!(of(&seen), [Ok(8.5)], "a number speaks before a later record without one");
        seen[2].value = Some(8.1);
        assert_eq!(of(&seen), [Ok(8.1)]);
        seen.drain(..3);
        assert_eq!(of(&seen), [Err(Missing::NoRecord)], "what follows day 0 is no baseline");
    }

    #[test]
    fn the_nearest_number_in_the_window_speaks_and_a_tie_goes_to_the_earlier() {
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let cohort = on_days(&[Some(24), Some(32), Some(29), Some(36)]);
        let at = |seen: &[Observation]| spoken(&Timeline::new(&cohort, &schedule, seen), "W4");
        let (early, late) = (observation(1, Some(1.0)), observation(2, Some(2.0)));
        assert_eq!(at(&[late.clone(), early.clone()]), [Ok(1.0)]);
        assert_eq!(at(&[early.clone(), late, observation(3, None)]), [Ok(1.0)]);
        assert_eq!(at(&[early, observation(3, Some(3.0))]), [Ok(3.0)]);
        assert_eq!(at(&[observation(3, None)]), [Err(Missing::Status(Status::NotDone))]);
        assert_eq!(at(&[observation(4, Some(4.0))]), [Err(Missing::NoRecord)]);
    }

    #[test]
    fn what_fits_no_window_is_listed() {
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let cohort = on_days(&[Some(60), None]);
        let seen = [observation(1, Some(1.0)), observation(2, Some(2.0))];
        let days: Vec<_> = Timeline::new(&cohort, &schedule, &seen)
            .left_out
            .into_iter()
            .map(|one| one.day)
            .collect();
        assert_eq!(days, [Some(Day(60)), None]);
    }

    #[test]
    fn a_number_without_a_unit_says_so() {
        let mut seen = observation(1, None);
        seen.status = Status::Measured;
        let cohort = on_days(&[Some(0)]);
        let timeline = Timeline::new(&cohort, &Schedule::default(), std::slice::from_ref(&seen));
        assert_eq!(spoken(&timeline, BASELINE), [Err(Missing::NoUnit)]);
    }
}
