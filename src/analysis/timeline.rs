//! Which measurement speaks for which timepoint.
//!
//! A measurement belongs to the timepoint whose window holds its day, the nearest target first and
//! a tie to the earlier. Of several, the one nearest to the target speaks; one without a number
//! only if none has one. Baseline is the last number on or before day 0. What fits no window is
//! listed, not used.

use super::result::Missing;
use crate::domain::{Cohort, Day, Observation, Schedule, Status};
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
        for observation in observations {
            let Some(occasion) = cohort.occasions.get(&observation.visit) else { continue };
            let column = occasion.day.and_then(|day| {
                if day <= Day(0) {
                    return Some((&mut baseline, (-day.0, 0)));
                }
                let at = schedule.timepoint_of(day)?;
                let distance = (day.0 - schedule.timepoints()[at].target_day.0).abs();
                Some((later.get_mut(&at)?, (distance, day.0)))
            });
            match column {
                Some((column, distance)) => column[occasion.subject].offer(observation, distance),
                None => left_out.push(LeftOut {
                    patient: cohort.subjects[occasion.subject].key.clone(),
                    visit: occasion.label.to_string(),
                    day: occasion.day,
                }),
            }
        }
        let spoken =
            |column: Vec<Candidate<'a>>| column.into_iter().map(Candidate::spoken).collect();
        let mut columns = vec![(BASELINE.to_owned(), spoken(baseline))];
        columns.extend(
            later
                .into_iter()
                .map(|(at, column)| (schedule.timepoints()[at].name.clone(), spoken(column))),
        );
        Timeline { columns, left_out }
    }
}

/// The best observation so far for one patient at one timepoint.
#[derive(Debug, Clone, Copy, Default)]
struct Candidate<'a>(Option<(&'a Observation, (i32, i32))>);

impl<'a> Candidate<'a> {
    /// Take this observation if it speaks better: a number before none, then the smaller distance
    /// (days from the target, then the day itself, so that a tie goes to the earlier).
    fn offer(&mut self, observation: &'a Observation, distance: (i32, i32)) {
        let rank = |observation: &Observation, distance| (observation.value.is_none(), distance);
        let better = self.0.is_none_or(|(known, at)| rank(observation, distance) < rank(known, at));
        if better {
            self.0 = Some((observation, distance));
        }
    }

    fn spoken(self) -> Spoken<'a> {
        match self.0 {
            None => Spoken::None(Missing::NoRecord),
            Some((observation, _)) if observation.value.is_some() => Spoken::Number(observation),
            Some((observation, _)) => Spoken::None(match observation.status {
                Status::Measured | Status::BelowLimit | Status::AboveLimit => Missing::NoUnit,
                status => Missing::Status(status),
            }),
        }
    }
}
