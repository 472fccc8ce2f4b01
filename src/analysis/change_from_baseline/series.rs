//! One analyte along the schedule: the unit it is summarised in, and how its values were read.

use crate::analysis::question::UnitChoice;
use crate::domain::{Analyte, Benefit, Observation, UnitRule};
use std::collections::{BTreeMap, BTreeSet};

/// One analyte along the schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Key of the analyte, or the topic of statements that are about none.
    pub parameter: String,
    /// What tables print: the analyte's symbol.
    pub label: String,
    /// The unit it is summarised in.
    pub unit: Option<UnitRule>,
    /// In which direction a change is a benefit, where that is undisputed.
    pub benefit: Option<Benefit>,
    /// Decimals of the data: those that most values printed in this unit have, but at most two more
    /// than are usual.
    pub decimals: u8,
    /// Values that were printed in another unit and converted.
    pub converted: usize,
    /// Values that are used as corrected, not as printed.
    pub corrected: usize,
    /// Where those conversions come from, each once; exact ones need no source.
    pub bases: Vec<String>,
    /// Baseline and the timepoints after day 0, in their order.
    pub timepoints: Vec<String>,
}

/// An analyte along these timepoints, summarised in this unit from these observations.
pub(in crate::analysis) fn series_of(
    analyte: &Analyte,
    rule: &UnitRule,
    used: &[&Observation],
    timepoints: Vec<String>,
) -> Series {
    let (same, other): (Vec<&Observation>, Vec<&Observation>) = used
        .iter()
        .copied()
        .filter(|observation| observation.value.is_some())
        .partition(|observation| observation.unit.as_deref() == Some(rule.ucum.as_str()));
    Series {
        parameter: analyte.key.clone(),
        label: analyte.symbol.clone(),
        unit: Some(rule.clone()),
        benefit: analyte.benefit(),
        decimals: usual_decimals(&same, rule),
        bases: if other.is_empty() { Vec::new() } else { bases_of(analyte, rule, &other) },
        converted: other.len(),
        corrected: used.iter().filter(|observation| observation.corrected).count(),
        timepoints,
    }
}

/// The unit an analyte is summarised in.
pub(in crate::analysis) fn unit_of<'a>(
    analyte: &'a Analyte,
    used: &[Observation],
    units: UnitChoice,
) -> &'a UnitRule {
    let count = |rule: &UnitRule| {
        let printed_in = |observation: &&Observation| {
            observation.value.is_some() && observation.unit.as_deref() == Some(rule.ucum.as_str())
        };
        used.iter().filter(printed_in).count()
    };
    match units {
        UnitChoice::Canonical => analyte.canonical_unit(),
        UnitChoice::Conventional => analyte.conventional_unit(),
        // `rev`, because of equals `max_by_key` takes the last and the canonical unit is the first.
        UnitChoice::Recorded => analyte
            .units
            .iter()
            .rev()
            .max_by_key(|rule| count(rule))
            .unwrap_or(analyte.canonical_unit()),
    }
}

/// The decimals that most values printed in the unit of the table have; of equals the more.
fn usual_decimals(printed: &[&Observation], rule: &UnitRule) -> u8 {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for observation in printed {
        *counts.entry(observation.decimals).or_default() += 1;
    }
    let usual = counts.into_iter().max_by_key(|(decimals, count)| (*count, *decimals));
    usual.map_or(rule.decimals, |(decimals, _)| decimals).min(rule.decimals + 2)
}

/// Where the conversions into the unit of the table come from.
fn bases_of(analyte: &Analyte, rule: &UnitRule, converted: &[&Observation]) -> Vec<String> {
    let units = converted.iter().filter_map(|observation| observation.unit.as_deref());
    let rules = units.filter_map(|ucum| analyte.units.iter().find(|rule| rule.ucum == ucum));
    let says = |basis: &&str| !basis.starts_with("exact") && *basis != "the canonical unit";
    let bases: BTreeSet<&str> =
        rules.chain([rule]).map(|rule| rule.basis.as_str()).filter(says).collect();
    bases.into_iter().map(str::to_owned).collect()
}
