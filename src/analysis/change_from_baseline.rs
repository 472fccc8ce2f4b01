//! Every analyte at every timepoint, as value and as change from baseline.

use super::grouping::{Stratum, strata_of};
use super::paired::{describe_percent, estimate_centre};
use super::question::{Question, UnitChoice};
use super::result::{Amount, AnalysisResult, Missing, Statistic, Variable};
use super::timeline::{LeftOut, Spoken, Timeline, change};
use crate::domain::{Analyte, Cohort, Finding, Observation, Schedule, StatementMade, UnitRule};
use crate::statistics::describe;
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

/// The result of [`analyse_change`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangeResults {
    /// The analytes that have anything recorded, in the order of the catalogue.
    pub series: Vec<Series>,
    /// The groups, in their order; empty if everybody is one.
    pub groups: Vec<String>,
    /// Patients in all, and in each group.
    pub patients: BTreeMap<Option<String>, usize>,
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
) -> ChangeResults {
    let strata = strata_of(cohort, question.by.as_ref());
    let mut found = ChangeResults {
        groups: strata.iter().filter_map(|stratum| stratum.group.clone()).collect(),
        patients: strata.iter().map(|one| (one.group.clone(), one.members.len())).collect(),
        ..ChangeResults::default()
    };
    for (analyte, observations) in observations {
        let of_cohort =
            |observation: &&Observation| cohort.occasions.contains_key(&observation.visit);
        let used: Vec<_> = observations.iter().filter(of_cohort).cloned().collect();
        if used.is_empty() {
            continue;
        }
        let timeline = Timeline::new(cohort, schedule, &used);
        let rule = unit_of(analyte, &used, question.units);
        found.left_out.extend(timeline.left_out.iter().cloned());
        for Stratum { group, members } in &strata {
            let of = (*analyte, rule, group.as_ref());
            found.results.extend(describe_series(&timeline, of, members, question));
        }
        let timepoints = timeline.columns.iter().map(|(name, _)| name.clone());
        let timepoints = timepoints.filter(|name| question.asks_about(name)).collect();
        found.series.push(series_of(analyte, rule, &used.iter().collect::<Vec<_>>(), timepoints));
    }
    found.stated = count_statements(cohort, schedule, observations, statements);
    found.stated.retain(|result| question.asks_about(&result.timepoint));
    found
}

/// An analyte along these timepoints, summarised in this unit from these observations.
pub(super) fn series_of(
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
        decimals: usual_decimals(&same, rule),
        bases: if other.is_empty() { Vec::new() } else { bases_of(analyte, rule, &other) },
        converted: other.len(),
        corrected: used.iter().filter(|observation| observation.corrected).count(),
        timepoints,
    }
}

/// The unit an analyte is summarised in.
pub(super) fn unit_of<'a>(
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

fn describe_series(
    timeline: &Timeline<'_>,
    (analyte, rule, group): (&Analyte, &UnitRule, Option<&String>),
    members: &[usize],
    question: &Question,
) -> Vec<AnalysisResult> {
    let number = |spoken: &Spoken<'_>| spoken.in_unit(rule);
    let baseline = &timeline.columns[0].1;
    let mut results = Vec::new();
    for (at, (timepoint, spoken)) in timeline.columns.iter().enumerate() {
        if !question.asks_about(timepoint) {
            continue;
        }
        let values: Vec<f64> = members.iter().filter_map(|&who| number(&spoken[who])).collect();
        let of = AnalysisResult {
            parameter: analyte.key.clone(),
            unit: rule.ucum.clone(),
            timepoint: timepoint.clone(),
            group: group.cloned(),
            variable: Variable::Value,
            statistic: Statistic::N,
            amount: Amount::Count(0),
            n: values.len(),
        };
        results.extend(AnalysisResult::describe(&of, &describe(&values, question.quantile), None));
        let mut count = |statistic, count| {
            results.push(AnalysisResult { statistic, amount: Amount::Count(count), ..of.clone() });
        };
        count(Statistic::Missing, members.len() - values.len());
        let without = members.iter().filter_map(|&who| match spoken[who] {
            Spoken::None(missing) => Some(missing),
            Spoken::Number(_) => None,
        });
        for (missing, how_many) in reasons(without) {
            count(Statistic::MissingBecause(missing), how_many);
        }
        let of_observations = |is: fn(&Observation) -> bool| {
            let matches = |who: &&usize| match &spoken[**who] {
                Spoken::Number(observation) => is(observation),
                Spoken::None(_) => false,
            };
            members.iter().filter(matches).count()
        };
        count(Statistic::Censored, of_observations(|o| o.status.is_limit()));
        count(Statistic::Doubted, of_observations(|o| o.doubted));
        if at == 0 {
            continue;
        }
        let pairs: Vec<(f64, f64)> = members
            .iter()
            .filter_map(|&who| Some((number(&baseline[who])?, number(&spoken[who])?)))
            .collect();
        let changes: Vec<f64> =
            pairs.iter().map(|&(baseline, follow_up)| change(baseline, follow_up)).collect();
        let of = AnalysisResult { variable: Variable::Change, n: changes.len(), ..of };
        let described = describe(&changes, question.quantile);
        results.extend(AnalysisResult::describe(&of, &described, Some(question.level)));
        results.extend(estimate_centre(&of, &changes, question.level));
        let pairs_with = |is: fn(&Observation) -> bool| {
            let matches = |who: &&usize| match (&baseline[**who], &spoken[**who]) {
                (Spoken::Number(first), Spoken::Number(next)) => is(first) || is(next),
                _ => false,
            };
            Amount::Count(members.iter().filter(matches).count())
        };
        let censored = pairs_with(|o| o.status.is_limit());
        let doubted = pairs_with(|o| o.doubted);
        for (statistic, amount) in [(Statistic::Censored, censored), (Statistic::Doubted, doubted)]
        {
            results.push(AnalysisResult { statistic, amount, ..of.clone() });
        }
        results.extend(describe_percent(&of, &pairs, rule, question.quantile));
    }
    results
}

/// How often patients have no value for each of these reasons, most frequent first.
pub(super) fn reasons(all: impl Iterator<Item = Missing>) -> Vec<(Missing, usize)> {
    let mut counts: BTreeMap<Missing, usize> = BTreeMap::new();
    for missing in all {
        *counts.entry(missing).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(missing, count)| (std::cmp::Reverse(*count), *missing));
    counts
}

/// The timepoint that something said at a visit is counted at; none if the visit is not of the cohort.
pub(super) fn said_at(cohort: &Cohort, schedule: &Schedule, visit: Option<i64>) -> Option<String> {
    let Some(visit) = visit else { return Some("Follow-up".to_owned()) };
    let occasion = cohort.occasions.get(&visit)?;
    let at = occasion.day.and_then(|day| schedule.timepoint_of(day));
    let name = at.map(|at| schedule.timepoints()[at].name.clone());
    Some(name.unwrap_or_else(|| occasion.label.to_string()))
}

/// Patients of whom each finding is stated, by parameter and timepoint.
fn count_statements(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    statements: &[StatementMade],
) -> Vec<AnalysisResult> {
    let timepoint_of = |visit| said_at(cohort, schedule, visit);
    let asked: Vec<_> = observations.iter().map(|(analyte, _)| analyte.key.as_str()).collect();
    let mut who: Vec<((String, String, Finding), BTreeSet<usize>)> = Vec::new();
    let mut add = |parameter: &str, timepoint: String, finding: Finding, subject: usize| {
        let key = (parameter.to_owned(), timepoint, finding);
        match who.iter_mut().find(|(known, _)| *known == key) {
            Some((_, subjects)) => {
                subjects.insert(subject);
            }
            None => who.push((key, BTreeSet::from([subject]))),
        }
    };
    for statement in statements {
        let about_asked = statement.analyte.as_deref().is_none_or(|key| asked.contains(&key));
        let parameter = statement.analyte.as_deref().or(statement.topic.as_deref());
        if let (true, Some(parameter), Some(timepoint)) =
            (about_asked, parameter, timepoint_of(statement.visit))
        {
            add(parameter, timepoint, statement.finding, statement.subject);
        }
    }
    for (analyte, observations) in observations {
        for observation in observations {
            let stated = observation.stated.as_deref().and_then(|text| Finding::parse(text).ok());
            let occasion = cohort.occasions.get(&observation.visit);
            let timepoint = timepoint_of(Some(observation.visit));
            if let (Some(finding), Some(occasion), Some(timepoint)) = (stated, occasion, timepoint)
            {
                add(&analyte.key, timepoint, finding, occasion.subject);
            }
        }
    }
    let result =
        |((parameter, timepoint, finding), subjects): (_, BTreeSet<usize>)| AnalysisResult {
            parameter,
            unit: String::new(),
            timepoint,
            group: None,
            variable: Variable::Value,
            statistic: Statistic::Stated(finding),
            amount: Amount::Count(subjects.len()),
            n: subjects.len(),
        };
    who.into_iter().map(result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::Catalogue;
    use crate::statistics::NotEstimable;
    use proptest::prelude::*;

    fn amount(
        found: &ChangeResults,
        timepoint: &str,
        variable: Variable,
        statistic: Statistic,
    ) -> Amount {
        let wanted = |result: &&AnalysisResult| {
            result.timepoint == timepoint
                && result.variable == variable
                && result.statistic == statistic
        };
        found.results.iter().find(wanted).expect("a result").amount
    }

    fn analyse(days: &[&[Option<i32>]], seen: Vec<Observation>, analyte: &str) -> ChangeResults {
        let schedule = Schedule::parse("W4±1,W12±2").expect("a schedule");
        let analyte = Catalogue::built_in().find(analyte).expect("an analyte");
        analyse_change(&cohort(days), &schedule, &[(analyte, seen)], &[], &Question::default())
    }

    const BOTH: &[Option<i32>] = &[Some(0), Some(28)];

    #[test]
    fn a_change_needs_both_values_of_one_patient() {
        let seen = vec![
            observation(1, Some(10.0)),
            observation(2, Some(8.0)),
            observation(3, Some(9.0)),
            observation(4, None),
            observation(6, Some(7.0)),
        ];
        let found = analyse(&[BOTH, BOTH, BOTH], seen, "FPG");
        let value = |timepoint, statistic| amount(&found, timepoint, Variable::Value, statistic);
        assert_eq!(value("Baseline", Statistic::N), Amount::Count(2));
        assert_eq!(value("W4", Statistic::N), Amount::Count(2));
        assert_eq!(value("W4", Statistic::Missing), Amount::Count(1));
        let change = |statistic| amount(&found, "W4", Variable::Change, statistic);
        assert_eq!(change(Statistic::N), Amount::Count(1));
        assert_eq!(change(Statistic::Mean), Amount::Number(-2.0));
        assert_eq!(change(Statistic::Sd), Amount::NotEstimable(NotEstimable::OneValue));
        assert_eq!(change(Statistic::MeanLower), Amount::NotEstimable(NotEstimable::OneValue));
        let nobody = amount(&found, "W12", Variable::Value, Statistic::Mean);
        assert_eq!(nobody, Amount::NotEstimable(NotEstimable::NoValues));
    }

    #[test]
    fn nobody_at_all_is_an_answer() {
        assert_eq!(analyse(&[], vec![], "FPG").results, []);
        let all_missing = analyse(&[BOTH], vec![observation(1, None), observation(2, None)], "FPG");
        assert_eq!(
            amount(&all_missing, "W4", Variable::Value, Statistic::Median),
            Amount::NotEstimable(NotEstimable::NoValues)
        );
    }

    #[test]
    fn the_unit_is_the_one_most_values_were_printed_in() {
        let hba1c = |visit, printed: f64, unit: &str| {
            let analyte = Catalogue::built_in().find("HbA1c").expect("HbA1c");
            let rule = analyte.unit(unit).expect("a unit");
            let mut seen = observation(visit, Some(rule.to_canonical(printed)));
            seen.unit = Some(rule.ucum.as_str().into());
            seen
        };
        let seen = vec![hba1c(1, 9.1, "%"), hba1c(2, 8.0, "%"), hba1c(3, 64.0, "mmol/mol")];
        let found = analyse(&[BOTH, BOTH], seen, "HbA1c");
        let series = &found.series[0];
        assert_eq!(series.unit.as_ref().map(|unit| unit.ucum.as_str()), Some("%"));
        assert_eq!((series.converted, series.decimals), (1, 1));
        // A change is converted by the slope alone: 9.1 % to 8.0 % is −1.1 points.
        let change = amount(&found, "W4", Variable::Change, Statistic::Mean);
        assert_eq!(change, Amount::Number(-1.1));
    }

    #[test]
    fn a_finding_is_counted_once_a_patient() {
        let mut stated = observation(2, None);
        stated.status = crate::domain::Status::Stated;
        stated.stated = Some("at target".to_owned());
        let cohort = cohort(&[BOTH]);
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let analyte = Catalogue::built_in().find("FPG").expect("FPG");
        let statement = StatementMade {
            subject: 0,
            visit: Some(2),
            analyte: Some("fpg".to_owned()),
            topic: None,
            finding: Finding::AtTarget,
        };
        let found = analyse_change(
            &cohort,
            &schedule,
            &[(analyte, vec![stated])],
            &[statement],
            &Question::default(),
        );
        let counted: Vec<_> =
            found.stated.iter().map(|result| (result.timepoint.as_str(), result.n)).collect();
        assert_eq!(counted, [("W4", 1)]);
    }

    proptest! {
        /// Pairs are never more than values, and a shift of all values moves no change.
        #[test]
        fn pairs_are_values_and_changes_know_no_shift(
            values in proptest::collection::vec((proptest::option::of(1u32..300), proptest::option::of(1u32..300)), 0..8),
            shift in 1u32..50,
        ) {
            let days: Vec<&[Option<i32>]> = values.iter().map(|_| BOTH).collect();
            let seen = |shift: u32| {
                values.iter().enumerate().flat_map(|(at, (first, next))| {
                    let visit = i64::try_from(2 * at).expect("few") + 1;
                    let value = |tenths: &Option<u32>| tenths.map(|t| f64::from(t + shift) / 10.0);
                    [observation(visit, value(first)), observation(visit + 1, value(next))]
                }).collect::<Vec<_>>()
            };
            let (plain, moved) = (analyse(&days, seen(0), "FPG"), analyse(&days, seen(shift), "FPG"));
            for result in plain.results.iter().filter(|result| result.variable == Variable::Change) {
                let values = amount(&plain, &result.timepoint, Variable::Value, Statistic::N);
                prop_assert!(matches!(values, Amount::Count(n) if result.n <= n));
                let after = amount(&moved, &result.timepoint, Variable::Change, result.statistic);
                match (result.amount, after) {
                    (Amount::Number(before), Amount::Number(after)) => {
                        prop_assert!((before - after).abs() < 1e-9);
                    }
                    (before, after) => prop_assert_eq!(before, after),
                }
            }
        }
    }
}
