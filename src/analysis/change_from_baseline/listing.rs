//! Each patient of whom few have an analyte: what was recorded at each timepoint.
//!
//! Below ten patients the listing is the result; statistics follow it.

use super::Series;
use crate::analysis::grouping::Stratum;
use crate::analysis::result::Missing;
use crate::analysis::timeline::{Spoken, Timeline, change};
use crate::domain::{Cohort, Day, Observation, Status, UnitRule};
use std::collections::HashSet;

/// Below so many patients each of them is listed.
pub const LISTED_BELOW: usize = 10;

/// One patient's line of one analyte.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Key of the analyte.
    pub parameter: String,
    /// The patient's key.
    pub patient: String,
    /// The group; `None` if everybody is one.
    pub group: Option<String>,
    /// What there is at each of [`Series::timepoints`].
    pub entries: Vec<ListedEntry>,
}

/// What there is of one patient at one timepoint.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedEntry {
    /// The number, or why there is none.
    pub value: Result<ListedValue, Missing>,
    /// The words, where something is stated and no number.
    pub words: Option<String>,
    /// The visit it was recorded at, and its day.
    pub visit: Option<(String, Option<Day>)>,
    /// Follow-up - baseline, in the unit of the table.
    pub change: Option<f64>,
}

/// A number in the unit of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListedValue {
    /// The number; the limit itself where it is one.
    pub number: f64,
    /// Its decimals, as recorded, or the usual ones where it was converted.
    pub decimals: u8,
    /// Measured, or below or above a limit.
    pub status: Status,
    /// True if it was printed in another unit.
    pub converted: bool,
    /// True if its print is doubted.
    pub doubted: bool,
}

/// The lines of one analyte: every patient of a small cohort; of a larger one who has it, if these
/// are few.
pub(super) fn list_patients(
    cohort: &Cohort,
    timeline: &Timeline<'_>,
    (series, rule): (&Series, &UnitRule),
    strata: &[Stratum],
) -> Vec<Listed> {
    let outside: HashSet<&str> = timeline.left_out.iter().map(|one| one.patient.as_str()).collect();
    let has_any = |who: usize| {
        timeline.records.iter().any(|column| column[who].is_some())
            || outside.contains(cohort.subjects[who].key.as_str())
    };
    let all = cohort.subjects.len();
    let is_small = all < LISTED_BELOW;
    let with_any = (0..all).filter(|who| has_any(*who)).take(LISTED_BELOW).count();
    if !is_small && with_any == LISTED_BELOW {
        return Vec::new();
    }
    let asked: Vec<usize> = (0..timeline.columns.len())
        .filter(|at| series.timepoints.contains(&timeline.columns[*at].0))
        .collect();
    let members = strata.iter().flat_map(|one| one.members.iter().map(|who| (&one.group, *who)));
    let listed = members.filter(|(_, who)| is_small || has_any(*who)).map(|(group, who)| Listed {
        parameter: series.parameter.clone(),
        patient: cohort.subjects[who].key.clone(),
        group: group.clone(),
        entries: asked.iter().map(|at| entry(cohort, timeline, (series, rule), *at, who)).collect(),
    });
    listed.collect()
}

fn entry(
    cohort: &Cohort,
    timeline: &Timeline<'_>,
    (series, rule): (&Series, &UnitRule),
    at: usize,
    who: usize,
) -> ListedEntry {
    let (spoken, record) = (timeline.columns[at].1[who], timeline.records[at][who]);
    let number = |spoken: Spoken<'_>| spoken.in_unit(rule);
    let baseline = (at > 0).then(|| number(timeline.columns[0].1[who])).flatten();
    let occasion = record.and_then(|record| cohort.occasions.get(&record.visit));
    ListedEntry {
        value: match (spoken, number(spoken)) {
            (Spoken::Number(observation), Some(number)) => {
                Ok(listed_value(observation, number, series, rule))
            }
            (Spoken::None(missing), _) => Err(missing),
            (Spoken::Number(_), None) => Err(Missing::NoUnit),
        },
        words: record.and_then(|record| record.stated.clone()),
        visit: occasion.map(|one| (one.label.to_string(), one.day)),
        change: baseline.zip(number(spoken)).map(|(first, next)| change(first, next)),
    }
}

fn listed_value(
    observation: &Observation,
    number: f64,
    series: &Series,
    rule: &UnitRule,
) -> ListedValue {
    let converted = observation.unit.as_deref() != Some(rule.ucum.as_str());
    ListedValue {
        number,
        decimals: if converted { series.decimals } else { observation.decimals },
        status: observation.status,
        converted,
        doubted: observation.doubted,
    }
}
