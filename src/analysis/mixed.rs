//! How an analyte goes over time in all patients together: a mixed model with patients within reports.
//!
//! Unlike the change within pairs, it uses every number: a patient without a baseline counts at the
//! timepoints he has.

use super::change_from_baseline::{Series, series_of, unit_of};
use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Statistic, Variable};
use super::timeline::{BASELINE, Spoken, Timeline};
use crate::domain::{Analyte, Cohort, Observation, Schedule};
use crate::statistics::{MixedModel, NotEstimable, RepeatedValue, TTest, mixed_model};
use std::collections::{BTreeMap, BTreeSet};

/// The result of [`analyse_model`].
#[derive(Debug, Clone, PartialEq)]
pub struct ModelResults {
    /// The analyte: its unit, decimals, conversions and timepoints.
    pub series: Series,
    /// Each group in its order; `None`, everybody, where nobody asked for groups.
    pub groups: Vec<Option<String>>,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
}

/// A mixed model of one analyte over time, in each group; p-values only with `test`.
pub fn analyse_model(
    cohort: &Cohort,
    schedule: &Schedule,
    (analyte, observations): (&Analyte, &[Observation]),
    question: &Question,
    test: bool,
) -> ModelResults {
    let used = cohort.own(observations);
    let rule = unit_of(analyte, &used, question.units);
    let timeline = Timeline::new(cohort, schedule, &used);
    let is_asked = |(_, (name, _)): &(usize, &(String, Vec<Spoken<'_>>))| question.asks_about(name);
    let columns: Vec<(usize, &(String, Vec<Spoken<'_>>))> =
        timeline.columns.iter().enumerate().filter(is_asked).collect();
    let reports: BTreeMap<&str, usize> =
        (0..).zip(&cohort.reports).map(|(at, report)| (report.key.as_str(), at)).collect();
    let mut found = ModelResults {
        series: series_of(
            analyte,
            rule,
            &used.iter().collect::<Vec<_>>(),
            columns.iter().map(|(_, (name, _))| name.clone()).collect(),
        ),
        groups: Vec::new(),
        results: Vec::new(),
    };
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        let mut values = Vec::new();
        let mut censored = vec![0; columns.len()];
        for (place, (occasion, (_, spoken))) in columns.iter().enumerate() {
            for &who in &members {
                let Some(value) = spoken[who].in_unit(rule) else { continue };
                let cluster = reports.get(cohort.subjects[who].report.as_str());
                let cluster = cluster.copied().unwrap_or(reports.len());
                values.push(RepeatedValue { cluster, subject: who, occasion: *occasion, value });
                let is_limit = matches!(spoken[who], Spoken::Number(one) if one.status.is_limit());
                censored[place] += usize::from(is_limit);
            }
        }
        let of = AnalysisResult {
            parameter: analyte.key.clone(),
            unit: rule.ucum.clone(),
            timepoint: String::new(),
            group: group.clone(),
            variable: Variable::ModelVariance,
            statistic: Statistic::N,
            amount: Amount::Count(0),
            n: values.len(),
        };
        let model = mixed_model(&values, question.level);
        found.results.extend(whole_model(&of, &values, model.as_ref()));
        for (place, (occasion, (name, _))) in columns.iter().enumerate() {
            let of = AnalysisResult { timepoint: name.clone(), ..of.clone() };
            let at = At { occasion: *occasion, censored: censored[place], test };
            found.results.extend(at.results(&of, &values, model.as_ref()));
        }
        found.groups.push(group);
    }
    found
}

/// What the model says of the whole: how many, and the variances.
fn whole_model(
    of: &AnalysisResult,
    values: &[RepeatedValue],
    model: Result<&MixedModel, &NotEstimable>,
) -> Vec<AnalysisResult> {
    let mut each: BTreeMap<usize, usize> = BTreeMap::new();
    values.iter().for_each(|one| *each.entry(one.subject).or_default() += 1);
    let reports: BTreeSet<usize> = values.iter().map(|one| one.cluster).collect();
    let count = |count: usize| Amount::Count(count);
    let number = |of: fn(&MixedModel) -> Result<f64, NotEstimable>| -> Amount {
        model.map_err(|reason| *reason).and_then(of).into()
    };
    let squared = format!("({})2", of.unit);
    let amounts = [
        (Statistic::N, count(values.len())),
        (Statistic::Patients, count(each.len())),
        (Statistic::Repeated, count(each.values().filter(|values| **values > 1).count())),
        (Statistic::Reports, count(reports.len())),
        (Statistic::VarianceBetweenReports, number(|model| model.between_clusters)),
        (Statistic::VarianceBetweenPatients, number(|model| Ok(model.between_subjects))),
        (Statistic::VarianceWithinPatients, number(|model| Ok(model.within))),
        (Statistic::Deviance, number(|model| Ok(model.deviance))),
    ];
    let result = |(statistic, amount)| {
        let is_variance = matches!(
            statistic,
            Statistic::VarianceBetweenReports
                | Statistic::VarianceBetweenPatients
                | Statistic::VarianceWithinPatients
        );
        let unit = if is_variance { squared.clone() } else { "1".to_owned() };
        AnalysisResult { unit, statistic, amount, ..of.clone() }
    };
    amounts.map(result).into()
}

/// One timepoint of the model.
struct At {
    occasion: usize,
    censored: usize,
    test: bool,
}

impl At {
    fn results(
        &self,
        of: &AnalysisResult,
        values: &[RepeatedValue],
        model: Result<&MixedModel, &NotEstimable>,
    ) -> Vec<AnalysisResult> {
        let n = values.iter().filter(|one| one.occasion == self.occasion).count();
        let of = AnalysisResult { n, ..of.clone() };
        let found = model.map_err(|reason| *reason).and_then(|model| {
            let here = model.occasions.iter().find(|one| one.occasion == self.occasion);
            here.ok_or(NotEstimable::NoValues)
        });
        let mut results = self.estimates(&of, Variable::ModelMean, found.map(|here| here.mean));
        let censored = Amount::Count(self.censored);
        results.push(AnalysisResult {
            variable: Variable::ModelMean,
            statistic: Statistic::Censored,
            amount: censored,
            ..of.clone()
        });
        if of.timepoint != BASELINE {
            // Without a value at baseline the first occasion is another one.
            let has_baseline = values.iter().any(|one| one.occasion == 0);
            let change = found.and_then(|here| {
                here.change.filter(|_| has_baseline).ok_or(NotEstimable::NoValues)
            });
            results.extend(self.estimates(&of, Variable::ModelChange, change));
        }
        results
    }

    fn estimates(
        &self,
        of: &AnalysisResult,
        variable: Variable,
        found: Result<TTest, NotEstimable>,
    ) -> Vec<AnalysisResult> {
        let number = |of: fn(TTest) -> f64| Amount::from(found.map(of));
        let mut amounts = vec![
            (Statistic::N, Amount::Count(of.n)),
            (Statistic::Estimate, number(|found| found.estimate)),
            (Statistic::StandardError, number(|found| found.standard_error)),
            (Statistic::DegreesOfFreedom, number(|found| found.df)),
            (Statistic::EstimateLower, number(|found| found.interval.lower)),
            (Statistic::EstimateUpper, number(|found| found.interval.upper)),
        ];
        // Whether a mean is 0 is no question.
        if self.test && variable == Variable::ModelChange {
            amounts.push((Statistic::P, found.and_then(|found| found.p).into()));
        }
        let result = |(statistic, amount)| AnalysisResult {
            unit: match statistic {
                Statistic::N | Statistic::DegreesOfFreedom | Statistic::P => "1".to_owned(),
                _ => of.unit.clone(),
            },
            variable,
            statistic,
            amount,
            ..of.clone()
        };
        amounts.into_iter().map(result).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::Catalogue;

    const DAYS: &[Option<i32>] = &[Some(0), Some(28), Some(84)];

    fn analyse(of: &Cohort, seen: &[(i64, f64)], test: bool) -> ModelResults {
        let schedule = Schedule::parse("W0,W4±1,W12±2").expect("a schedule");
        let analyte = Catalogue::built_in().find("FPG").expect("FPG");
        let seen: Vec<_> = seen.iter().map(|one| observation(one.0, Some(one.1))).collect();
        analyse_model(of, &schedule, (analyte, &seen), &Question::default(), test)
    }

    fn amount(
        found: &ModelResults,
        timepoint: &str,
        variable: Variable,
        statistic: Statistic,
    ) -> Option<Amount> {
        let is_it = |one: &&AnalysisResult| {
            one.timepoint == timepoint && one.variable == variable && one.statistic == statistic
        };
        found.results.iter().find(is_it).map(|result| result.amount)
    }

    /// Complete and balanced: the change is that of the means, with the t of the pairs of two timepoints.
    #[test]
    fn of_complete_pairs_it_is_the_paired_t_interval() {
        let of = cohort(&[DAYS, DAYS, DAYS, DAYS]);
        let seen =
            [(1, 9.0), (2, 8.0), (4, 10.0), (5, 8.5), (7, 8.0), (8, 7.5), (10, 11.0), (11, 9.0)];
        let found = analyse(&of, &seen, true);
        let number = |statistic| match amount(&found, "W4", Variable::ModelChange, statistic) {
            Some(Amount::Number(number)) => number,
            other => panic!("{other:?}"),
        };
        let changes: [f64; 4] = [-1.0, -1.5, -0.5, -2.0];
        let paired = crate::statistics::t_test(&changes, 0.95).expect("a test");
        for (found, expected) in [
            (number(Statistic::Estimate), paired.estimate),
            (number(Statistic::EstimateLower), paired.interval.lower),
            (number(Statistic::DegreesOfFreedom), 3.0),
            (number(Statistic::P), paired.p.expect("a p")),
        ] {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        let none = Some(Amount::NotEstimable(NotEstimable::NoValues));
        assert_eq!(amount(&found, "W12", Variable::ModelChange, Statistic::Estimate), none);
        let clusters = Some(Amount::NotEstimable(NotEstimable::TooFewClusters));
        let between = Statistic::VarianceBetweenReports;
        assert_eq!(amount(&found, "", Variable::ModelVariance, between), clusters);
        assert_eq!(
            amount(&analyse(&of, &seen, false), "W4", Variable::ModelChange, Statistic::P),
            None
        );
    }

    #[test]
    fn it_is_refused_where_the_values_can_not_carry_it() {
        let of = cohort(&[DAYS, DAYS]);
        let change = |seen: &[(i64, f64)]| {
            let found = analyse(&of, seen, true);
            let of = |statistic| amount(&found, "W4", Variable::ModelChange, statistic);
            (of(Statistic::Estimate), of(Statistic::P))
        };
        let why = |reason| Some(Amount::NotEstimable(reason));
        let few = why(NotEstimable::TooFewRepeated);
        assert_eq!(change(&[(1, 9.0), (2, 8.0), (4, 9.0), (5, 7.0)]), (few, few));
        let none = why(NotEstimable::NoValues);
        assert_eq!(change(&[]), (none, none));
    }

    /// What the first timepoint is without a baseline is no baseline.
    #[test]
    fn without_a_baseline_there_is_no_change() {
        let of = cohort(&[DAYS, DAYS, DAYS, DAYS]);
        let seen =
            [(2, 8.0), (3, 7.0), (5, 8.5), (6, 8.0), (8, 7.5), (9, 7.0), (11, 9.0), (12, 7.9)];
        let found = analyse(&of, &seen, false);
        let of = |variable| amount(&found, "W12", variable, Statistic::Estimate);
        assert_eq!(of(Variable::ModelChange), Some(Amount::NotEstimable(NotEstimable::NoValues)));
        assert!(matches!(of(Variable::ModelMean), Some(Amount::Number(_))));
    }
}
