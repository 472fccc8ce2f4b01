//! Every analyte at every timepoint, as value and as change from baseline.
//! Start with `series` (in which unit), then `describe` (which statistics) and `stated` (words).

mod describe;
mod extra;
#[cfg(test)]
mod invariance;
mod listing;
mod paired;
mod series;
mod stated;
mod tested;
#[cfg(test)]
mod tests;

pub(super) use describe::{Pair, Units, pairs_at, reasons, resting_on};
pub use extra::Extra;
pub(super) use extra::{is_extra, is_shown, timeline_of};
pub use listing::{LISTED_BELOW, Listed, ListedEntry, ListedValue};
pub(super) use paired::CHANGE_DECIMALS;
pub use series::Series;
pub(super) use series::{series_of, unit_of};
pub(super) use stated::said_at;
pub use tested::ChangeTest;

use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::AnalysisResult;
use super::timeline::LeftOut;
use crate::domain::{Analyte, Cohort, Observation, Schedule, StatementMade};
use describe::describe_series;
use listing::list_patients;
use stated::count_statements;
use std::collections::{BTreeMap, BTreeSet};

/// What is asked of changes beside what every summary is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeAsked {
    /// Whether people read the change in per cent as well; machines always do.
    pub percent: bool,
    /// The tests of the change against 0.
    pub tests: Vec<ChangeTest>,
    /// The observations that are asked for beside the timepoints.
    pub extra: Vec<Extra>,
}

/// The result of [`analyse_change`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangeResults {
    /// The analytes that have anything recorded, in the order of the catalogue.
    pub series: Vec<Series>,
    /// The groups, in their order; empty if everybody is one.
    pub groups: Vec<String>,
    /// Patients in all, and in each group.
    pub patients: BTreeMap<Option<String>, usize>,
    /// Each patient of analytes that few have, analyte after analyte.
    pub listed: Vec<Listed>,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
    /// What was said in words: parameter, timepoint (or the whole follow-up) and finding, counted
    /// in patients.
    pub stated: Vec<AnalysisResult>,
    /// Measurements that fit no window.
    pub left_out: BTreeSet<LeftOut>,
}

/// Value and change of each analyte at each timepoint. `observations` are those of each analyte
/// that is asked about; `statements` those about the cohort.
pub fn analyse_change(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    statements: &[StatementMade],
    question: &Question,
    asked: &ChangeAsked,
) -> ChangeResults {
    let strata = strata_of(cohort, question.by.as_ref());
    let mut found = ChangeResults {
        groups: strata.iter().filter_map(|stratum| stratum.group.clone()).collect(),
        patients: strata.iter().map(|one| (one.group.clone(), one.members.len())).collect(),
        ..ChangeResults::default()
    };
    for (analyte, observations) in observations {
        let used = cohort.own(observations);
        if used.is_empty() {
            continue;
        }
        let timeline = timeline_of(cohort, schedule, (*analyte, &used[..]), asked);
        let units = Units::of(analyte, &used, question.units);
        let rule = units.shown;
        found.left_out.extend(timeline.left_out.iter().cloned());
        for Stratum { group, members } in &strata {
            let of = (*analyte, units, group.as_ref());
            found.results.extend(describe_series(&timeline, of, members, (question, asked)));
        }
        let timepoints = timeline.columns.iter().map(|(name, _)| name.clone());
        let timepoints = timepoints.filter(|name| is_shown(question, name)).collect();
        let series = series_of(analyte, rule, &used.iter().collect::<Vec<_>>(), timepoints);
        found.listed.extend(list_patients(cohort, &timeline, (&series, rule), &strata));
        found.series.push(series);
    }
    found.stated = count_statements(cohort, schedule, observations, statements);
    found.stated.retain(|result| question.asks_about(&result.timepoint));
    found
}
