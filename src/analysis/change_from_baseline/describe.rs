//! The statistics of one analyte in one group: of its values, and of their changes from baseline.

use super::ChangeAsked;
use super::extra::{Extra, is_shown};
use super::paired::{describe_percent, estimate_centre};
use super::series::unit_of;
use super::tested::test_changes;
use crate::analysis::question::{Question, UnitChoice};
use crate::analysis::result::{Amount, AnalysisResult, Missing, Statistic, Variable};
use crate::analysis::timeline::{Spoken, Timeline, change, ten_decimals};
use crate::domain::{Analyte, Benefit, Observation, UnitRule};
use crate::statistics::{Estimate, NotEstimable, describe};
use std::collections::BTreeMap;

/// The statistics of one analyte in one group, at each timepoint that is asked about.
pub(super) fn describe_series(
    timeline: &Timeline<'_>,
    (analyte, units, group): (&Analyte, Units<'_>, Option<&String>),
    members: &[usize],
    (question, asked): (&Question, &ChangeAsked),
) -> Vec<AnalysisResult> {
    let rule = units.shown;
    let mut results = Vec::new();
    for (at, (timepoint, spoken)) in timeline.columns.iter().enumerate() {
        if !is_shown(question, timepoint) {
            continue;
        }
        let of = AnalysisResult {
            parameter: analyte.key.clone(),
            unit: rule.ucum.clone(),
            timepoint: timepoint.clone(),
            group: group.cloned(),
            variable: Variable::Value,
            statistic: Statistic::N,
            amount: Amount::Count(0),
            n: 0,
        };
        let seen: Vec<Spoken<'_>> = members.iter().map(|&who| spoken[who]).collect();
        results.extend(describe_values(&of, &seen, rule, question));
        if at > 0 {
            let pairs = pairs_at(timeline, at, members, units);
            results.extend(describe_changes(&of, &pairs, (analyte, rule), (question, asked)));
        }
    }
    results
}

/// The values of a group at one timepoint, and why others have none.
fn describe_values(
    of: &AnalysisResult,
    seen: &[Spoken<'_>],
    rule: &UnitRule,
    question: &Question,
) -> Vec<AnalysisResult> {
    let values: Vec<f64> = seen.iter().filter_map(|spoken| spoken.in_unit(rule)).collect();
    let of = AnalysisResult { n: values.len(), ..of.clone() };
    let mut results = AnalysisResult::describe(&of, &describe(&values, question.quantile), None);
    let without = seen.iter().filter_map(|spoken| match spoken {
        Spoken::None(missing) => Some(*missing),
        Spoken::Number(_) => None,
    });
    let of_observations = |is: fn(&Observation) -> bool| {
        let matches = |spoken: &&Spoken<'_>| match spoken {
            Spoken::Number(observation) => is(observation),
            Spoken::None(_) => false,
        };
        seen.iter().filter(matches).count()
    };
    let mut counts = vec![(Statistic::Missing, seen.len() - values.len())];
    let because = |(missing, how_many)| (Statistic::MissingBecause(missing), how_many);
    counts.extend(reasons(without).into_iter().map(because));
    counts.push((Statistic::Censored, of_observations(|one| one.status.is_limit())));
    counts.push((Statistic::Doubted, of_observations(|one| one.doubted)));
    results.extend(of.counts(counts));
    results
}

/// Baseline and follow-up of one patient who has both.
pub(in crate::analysis) struct Pair<'a> {
    observations: [&'a Observation; 2],
    /// In the unit of the table.
    numbers: (f64, f64),
    /// Follow-up - baseline in the unit that most values were printed in.
    change_as_printed: f64,
}

/// The units an analyte is computed in.
#[derive(Debug, Clone, Copy)]
pub(in crate::analysis) struct Units<'a> {
    /// That of the table.
    pub shown: &'a UnitRule,
    /// The one that most values were printed in. Ranks and splits are taken there, whatever the table
    /// shows: equal changes on paper are equal numbers only in their own unit, and so p does not depend on
    /// --units.
    pub printed: &'a UnitRule,
}

impl<'a> Units<'a> {
    /// Those of these observations.
    pub fn of(analyte: &'a Analyte, used: &[Observation], choice: UnitChoice) -> Units<'a> {
        Units {
            shown: unit_of(analyte, used, choice),
            printed: unit_of(analyte, used, UnitChoice::Recorded),
        }
    }
}

impl<'a> Pair<'a> {
    fn of((baseline, follow_up): (Spoken<'a>, Spoken<'a>), units: Units<'_>) -> Option<Pair<'a>> {
        let numbers = (baseline.in_unit(units.shown)?, follow_up.in_unit(units.shown)?);
        let printed = (baseline.in_unit(units.printed)?, follow_up.in_unit(units.printed)?);
        let change_as_printed = change(printed.0, printed.1);
        match (baseline, follow_up) {
            (Spoken::Number(first), Spoken::Number(next)) => {
                Some(Pair { observations: [first, next], numbers, change_as_printed })
            }
            _ => None,
        }
    }

    /// Follow-up - baseline, in the unit of the table.
    pub fn change(&self) -> f64 {
        change(self.numbers.0, self.numbers.1)
    }

    /// The same in the unit that most values were printed in.
    pub fn change_as_printed(&self) -> f64 {
        self.change_as_printed
    }
}

/// The pairs of these patients at one column of the timeline.
pub(in crate::analysis) fn pairs_at<'a>(
    timeline: &Timeline<'a>,
    at: usize,
    members: &[usize],
    units: Units<'_>,
) -> Vec<Pair<'a>> {
    let (baseline, follow_up) = (&timeline.columns[0].1, &timeline.columns[at].1);
    let pair = |who: &usize| Pair::of((baseline[*who], follow_up[*who]), units);
    members.iter().filter_map(pair).collect()
}

/// How many of the pairs rest on a limit, and how many on a doubted print.
pub(in crate::analysis) fn resting_on(
    of: &AnalysisResult,
    pairs: &[Pair<'_>],
) -> impl Iterator<Item = AnalysisResult> {
    let pairs_with = |is: fn(&Observation) -> bool| {
        pairs.iter().filter(|pair| pair.observations.into_iter().any(is)).count()
    };
    of.counts([
        (Statistic::Censored, pairs_with(|one| one.status.is_limit())),
        (Statistic::Doubted, pairs_with(|one| one.doubted)),
    ])
}

/// The changes of the pairs, absolute and in per cent.
fn describe_changes(
    of: &AnalysisResult,
    pairs: &[Pair<'_>],
    (analyte, rule): (&Analyte, &UnitRule),
    (question, asked): (&Question, &ChangeAsked),
) -> Vec<AnalysisResult> {
    let numbers: Vec<(f64, f64)> = pairs.iter().map(|pair| pair.numbers).collect();
    let changes: Vec<f64> = pairs.iter().map(Pair::change).collect();
    let of = AnalysisResult { variable: Variable::Change, n: changes.len(), ..of.clone() };
    let described = describe(&changes, question.quantile);
    let mut results = AnalysisResult::describe(&of, &described, Some(question.level));
    let directed = analyte.benefit().map(|benefit| direction(&of, described.mean, benefit));
    let mut inferred: Vec<AnalysisResult> = directed.into_iter().collect();
    let as_printed: Vec<f64> = pairs.iter().map(Pair::change_as_printed).collect();
    inferred.extend(test_changes(&of, &as_printed, &asked.tests, question.level));
    if of.timepoint == Extra::Best.name() {
        refuse(&mut inferred);
    }
    results.extend(inferred);
    results.extend(estimate_centre(&of, &changes, question.level));
    results.extend(resting_on(&of, pairs));
    results.extend(describe_percent(&of, &numbers, rule, question.quantile));
    results
}

/// What was chosen for being the best says neither that a change is toward benefit nor that it is more
/// than chance.
fn refuse(inferred: &mut [AnalysisResult]) {
    for result in inferred.iter_mut().filter(|one| matches!(one.amount, Amount::Number(_))) {
        result.amount = Amount::NotEstimable(NotEstimable::Selected);
    }
}

/// Whether the mean change is toward benefit.
fn direction(of: &AnalysisResult, mean: Estimate, benefit: Benefit) -> AnalysisResult {
    // Without the trace of adding up, which would make a change of none.
    let sign = |mean| f64::from(benefit.direction_of(ten_decimals(mean)).sign());
    let amount = Amount::from(mean.map(sign));
    AnalysisResult { statistic: Statistic::Direction, amount, ..of.clone() }
}

/// How often patients have no value for each of these reasons, most frequent first.
pub(in crate::analysis) fn reasons(all: impl Iterator<Item = Missing>) -> Vec<(Missing, usize)> {
    let mut counts: BTreeMap<Missing, usize> = BTreeMap::new();
    for missing in all {
        *counts.entry(missing).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(missing, count)| (std::cmp::Reverse(*count), *missing));
    counts
}
