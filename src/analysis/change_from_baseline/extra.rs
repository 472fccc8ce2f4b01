//! Observations that no timepoint is about: the best after baseline, and the last.

use super::ChangeAsked;
use crate::analysis::question::Question;
use crate::analysis::timeline::{Timeline, ten_decimals};
use crate::domain::{Analyte, Benefit, Cohort, Day, Observation, Schedule};

/// An observation after baseline that is asked for beside the timepoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// The one most toward benefit; only of analytes with a direction of it.
    Best,
    /// The last one.
    Last,
}

impl Extra {
    /// Both, in the order of the table.
    pub const ALL: [Extra; 2] = [Extra::Best, Extra::Last];

    /// What stands in place of a timepoint.
    pub fn name(self) -> &'static str {
        match self {
            Extra::Best => "Best after baseline",
            Extra::Last => "Last after baseline",
        }
    }
}

/// One analyte along the schedule, and behind it the observations that are asked for besides.
pub(in crate::analysis) fn timeline_of<'a>(
    cohort: &Cohort,
    schedule: &Schedule,
    (analyte, used): (&Analyte, &'a [Observation]),
    asked: &ChangeAsked,
) -> Timeline<'a> {
    let mut timeline = Timeline::new(cohort, schedule, used);
    for extra in Extra::ALL.into_iter().filter(|extra| asked.extra.contains(extra)) {
        match (extra, analyte.benefit()) {
            (Extra::Best, Some(benefit)) => {
                let best = chosen(cohort, used, |one| toward(one, benefit));
                timeline.add_records(extra.name(), best);
            }
            (Extra::Best, None) => {}
            (Extra::Last, _) => {
                timeline.add_records(extra.name(), chosen(cohort, used, |_| 0.0));
            }
        }
    }
    timeline
}

/// True if a column of the timeline is asked about; what is asked for besides always is.
pub(in crate::analysis) fn is_shown(question: &Question, timepoint: &str) -> bool {
    is_extra(timepoint) || question.asks_about(timepoint)
}

/// True if this is the name of an observation that is asked for besides.
pub(in crate::analysis) fn is_extra(timepoint: &str) -> bool {
    Extra::ALL.iter().any(|extra| extra.name() == timepoint)
}

/// How good a number is: more is better, without the trace of conversion.
fn toward(observation: &Observation, benefit: Benefit) -> f64 {
    let value = ten_decimals(observation.value.unwrap_or(f64::NAN));
    match benefit {
        Benefit::Lower => -value,
        Benefit::Higher => value,
    }
}

/// For each patient the observation after day 0 that has a number, then the greatest merit, then the
/// latest day, then was recorded last.
fn chosen<'a>(
    cohort: &Cohort,
    used: &'a [Observation],
    merit: impl Fn(&Observation) -> f64,
) -> Vec<Option<&'a Observation>> {
    let mut chosen: Vec<Option<(&Observation, Day)>> = vec![None; cohort.subjects.len()];
    for observation in used {
        let Some(occasion) = cohort.occasions.get(&observation.visit) else { continue };
        let Some(day) = occasion.day.filter(|day| *day > Day(0)) else { continue };
        let rank = |one: &Observation, day: Day| {
            let merit = if one.value.is_some() { merit(one) } else { f64::NEG_INFINITY };
            (one.value.is_some(), merit, day, one.visit)
        };
        let known = &mut chosen[occasion.subject];
        if known.is_none_or(|(one, at)| rank(one, at) < rank(observation, day)) {
            *known = Some((observation, day));
        }
    }
    chosen.into_iter().map(|one| one.map(|(observation, _)| observation)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::Catalogue;

    /// The visits that speak for each patient as best and as last.
    fn chosen_of(days: &[&[Option<i32>]], seen: &[Observation], analyte: &str) -> [Vec<i64>; 2] {
        let analyte = Catalogue::built_in().find(analyte).expect("an analyte");
        let asked = ChangeAsked { extra: Extra::ALL.to_vec(), ..ChangeAsked::default() };
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let timeline = timeline_of(&cohort(days), &schedule, (analyte, seen), &asked);
        Extra::ALL.map(|extra| {
            let at = timeline.columns.iter().position(|(name, _)| name == extra.name());
            let records = at.map(|at| timeline.records[at].clone()).unwrap_or_default();
            records.iter().map(|one| one.map_or(0, |one| one.visit)).collect()
        })
    }

    #[test]
    fn every_number_after_day_zero_may_be_the_best_or_the_last() {
        let days: &[&[Option<i32>]] = &[
            &[Some(0), Some(28), Some(60), Some(90)],
            &[Some(0), Some(28), None],
            &[Some(-7), Some(0)],
        ];
        let seen = [
            observation(1, Some(5.0)),
            observation(2, Some(7.0)),
            observation(3, Some(6.0)),
            observation(4, Some(8.0)),
            observation(5, Some(9.0)),
            observation(6, None),
            // Without a day it can't be told to be after day 0.
            observation(7, Some(4.0)),
            observation(8, Some(9.0)),
        ];
        assert_eq!(chosen_of(days, &seen, "FPG"), [vec![3, 6, 0], vec![4, 6, 0]]);
        assert_eq!(chosen_of(days, &seen, "HDL-C")[0], [4, 6, 0], "higher is better");
        assert_eq!(chosen_of(days, &seen, "WBC"), [vec![], vec![4, 6, 0]], "no direction, no best");
    }

    #[test]
    fn of_equals_the_later_speaks_and_a_number_before_none() {
        let days: &[&[Option<i32>]] = &[&[Some(0), Some(90), Some(28), Some(28)]];
        let seen = [observation(2, None), observation(3, Some(7.0)), observation(4, Some(7.0))];
        assert_eq!(chosen_of(days, &seen, "FPG"), [vec![4], vec![4]]);
    }
}
