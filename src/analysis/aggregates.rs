//! The statistics of the summaries as functions of a query. What can't be estimated is none, which SQL
//! calls NULL: the median of nothing, the SD of one value, a level that is none, a count that is no whole
//! number, a p where no value could give one below 1.

use super::change_from_baseline::CHANGE_DECIMALS;
use super::question::parse_level;
use crate::domain::{AggregateFunction, QueryFunctions, ScalarFunction};
use crate::statistics::{
    HodgesLehmann, Interval, QuantileType, Zeros, fisher_test, hodges_lehmann, mean_interval,
    proportion, quantile, rate, signed_rank_test, standard_deviation, t_test,
};

/// What a query may call.
pub const QUERY_FUNCTIONS: QueryFunctions =
    QueryFunctions { aggregates: &AGGREGATES, scalars: &SCALARS };

/// Counts above it are none: no study has so many patients, and the arithmetic would take its time.
const MOST_COUNTED: f64 = 1e6;

/// Every function of a column, in the order people are told of them.
const AGGREGATES: [AggregateFunction; 14] = [
    AggregateFunction {
        name: "median",
        arguments: 1,
        meaning: "median",
        compute: |values, _| quantile_of(values, 0.5),
    },
    AggregateFunction {
        name: "quantile",
        arguments: 2,
        meaning: "quantile at p, from 0 to 1; type 2, as SAS",
        compute: |values, parameters| quantile_of(values, *parameters.first()?),
    },
    AggregateFunction {
        name: "sd",
        arguments: 1,
        meaning: "standard deviation, n - 1",
        compute: |values, _| standard_deviation(values).ok(),
    },
    AggregateFunction {
        name: "t_lower",
        arguments: 1,
        meaning: "lower limit of Student's 95% interval of the mean",
        compute: |values, level| limit(values, level, |interval| interval.lower),
    },
    AggregateFunction {
        name: "t_lower",
        arguments: 2,
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |values, level| limit(values, level, |interval| interval.lower),
    },
    AggregateFunction {
        name: "t_upper",
        arguments: 1,
        meaning: "upper limit of Student's 95% interval of the mean",
        compute: |values, level| limit(values, level, |interval| interval.upper),
    },
    AggregateFunction {
        name: "t_upper",
        arguments: 2,
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |values, level| limit(values, level, |interval| interval.upper),
    },
    AggregateFunction {
        name: "t_p",
        arguments: 1,
        meaning: "two-sided p of Student's t-test that the mean is 0",
        compute: |values, _| t_test(values, 0.95).ok()?.p.ok(),
    },
    AggregateFunction {
        name: "signed_rank_p",
        arguments: 1,
        meaning: "two-sided p of Wilcoxon's exact signed-rank test, zeros dropped",
        compute: |values, _| {
            let found = signed_rank_test(values, CHANGE_DECIMALS, Zeros::Dropped).ok()?;
            (found.least_p < 1.0).then_some(found.p)
        },
    },
    AggregateFunction {
        name: "hodges_lehmann",
        arguments: 1,
        meaning: "Hodges-Lehmann estimate: median of the means of all pairs",
        compute: |values, level| centre(values, level, |found| found.estimate),
    },
    AggregateFunction {
        name: "hodges_lehmann_lower",
        arguments: 1,
        meaning: "lower limit of its exact interval, 95% as far as so many values can give it",
        compute: |values, level| centre(values, level, |found| found.interval.lower),
    },
    AggregateFunction {
        name: "hodges_lehmann_lower",
        arguments: 2,
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |values, level| centre(values, level, |found| found.interval.lower),
    },
    AggregateFunction {
        name: "hodges_lehmann_upper",
        arguments: 1,
        meaning: "upper limit of its exact interval, 95% as far as so many values can give it",
        compute: |values, level| centre(values, level, |found| found.interval.upper),
    },
    AggregateFunction {
        name: "hodges_lehmann_upper",
        arguments: 2,
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |values, level| centre(values, level, |found| found.interval.upper),
    },
];

/// Every function of a row, in the order people are told of them.
const SCALARS: [ScalarFunction; 9] = [
    ScalarFunction {
        name: "binomial_lower",
        arguments: &["k", "n"],
        meaning: "lower limit of the exact (Clopper-Pearson) 95% interval of k of n, from 0 to 1",
        compute: |given| binomial(given, |interval| interval.lower),
    },
    ScalarFunction {
        name: "binomial_lower",
        arguments: &["k", "n", "level"],
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |given| binomial(given, |interval| interval.lower),
    },
    ScalarFunction {
        name: "binomial_upper",
        arguments: &["k", "n"],
        meaning: "upper limit of the exact (Clopper-Pearson) 95% interval of k of n, from 0 to 1",
        compute: |given| binomial(given, |interval| interval.upper),
    },
    ScalarFunction {
        name: "binomial_upper",
        arguments: &["k", "n", "level"],
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |given| binomial(given, |interval| interval.upper),
    },
    ScalarFunction {
        name: "poisson_lower",
        arguments: &["events", "time"],
        meaning: "lower limit of the exact 95% interval of a rate, events per unit of time",
        compute: |given| poisson(given, |interval| interval.lower),
    },
    ScalarFunction {
        name: "poisson_lower",
        arguments: &["events", "time", "level"],
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |given| poisson(given, |interval| interval.lower),
    },
    ScalarFunction {
        name: "poisson_upper",
        arguments: &["events", "time"],
        meaning: "upper limit of the exact 95% interval of a rate, events per unit of time",
        compute: |given| poisson(given, |interval| interval.upper),
    },
    ScalarFunction {
        name: "poisson_upper",
        arguments: &["events", "time", "level"],
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |given| poisson(given, |interval| interval.upper),
    },
    ScalarFunction {
        name: "fisher_p",
        arguments: &["a", "b", "c", "d"],
        meaning: "two-sided p of Fisher's exact test: a with and b without, against c and d",
        compute: |given| {
            let [a, b, c, d] = <[f64; 4]>::try_from(given).ok()?.map(whole);
            let found = fisher_test([[a?, b?], [c?, d?]], 0.95).ok()?;
            (found.least_p < 1.0).then_some(found.p)
        },
    },
];

/// A count; none of what is no whole number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // it was seen to fit
fn whole(number: f64) -> Option<u64> {
    let is_count = (0.0..=MOST_COUNTED).contains(&number) && number.fract() == 0.0;
    is_count.then_some(number as u64)
}

/// The level that is asked for, 0.95 where none is.
fn level_of(given: Option<&f64>) -> Option<f64> {
    given.map_or(Some(0.95), |level| parse_level(&level.to_string()).ok())
}

fn binomial(given: &[f64], of: fn(&Interval) -> f64) -> Option<f64> {
    let (count, denominator) = (whole(*given.first()?)?, whole(*given.get(1)?)?);
    let level = level_of(given.get(2))?;
    let is_part = count <= denominator;
    is_part.then(|| proportion(count, denominator, level).ok())?.map(|found| of(&found.interval))
}

fn poisson(given: &[f64], of: fn(&Interval) -> f64) -> Option<f64> {
    let (events, time) = (whole(*given.first()?)?, *given.get(1)?);
    let level = level_of(given.get(2))?;
    (time >= 0.0).then(|| rate(events, time, level).ok())?.map(|found| of(&found.interval))
}

fn centre(values: &[f64], level: &[f64], of: fn(&HodgesLehmann) -> f64) -> Option<f64> {
    let level = level_of(level.first())?;
    hodges_lehmann(values, CHANGE_DECIMALS, level).ok().map(|found| of(&found))
}

fn quantile_of(values: &[f64], p: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (0.0..=1.0).contains(&p).then(|| quantile(&sorted, p, QuantileType::Sas2).ok()).flatten()
}

fn limit(values: &[f64], level: &[f64], of: fn(&Interval) -> f64) -> Option<f64> {
    let level = level_of(level.first())?;
    mean_interval(values, level).ok().map(|interval| of(&interval))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computed(name: &str, values: &[f64], parameters: &[f64]) -> Option<f64> {
        let arguments = parameters.len() + 1;
        let is_it = |one: &&AggregateFunction| one.name == name && one.arguments == arguments;
        (AGGREGATES.iter().find(is_it).expect(name).compute)(values, parameters)
    }

    /// The values of `describe` and of R: sd(c(6, 8)) = √2, t.test(c(6, 8), conf.level = 0.5).
    #[test]
    fn they_are_the_statistics_of_the_summaries() {
        assert_eq!(computed("median", &[8.0, 6.0, 7.5], &[]), Some(7.5));
        assert_eq!(computed("quantile", &[4.0, 1.0, 1.0, 2.0], &[0.75]), Some(3.0));
        assert_eq!(computed("sd", &[8.0, 6.0], &[]), Some(2.0_f64.sqrt()));
        let half = (0.475 * std::f64::consts::PI).tan();
        let lower = computed("t_lower", &[6.0, 8.0], &[]).expect("a limit");
        assert!((lower - 7.0 + half).abs() < 1e-11);
        // Of one degree of freedom the quartile of t is 1.
        let upper = computed("t_upper", &[6.0, 8.0], &[0.5]).expect("a limit");
        assert!((upper - 8.0).abs() < 1e-11);
    }

    #[test]
    fn what_can_not_be_estimated_is_none() {
        assert_eq!(computed("median", &[], &[]), None);
        assert_eq!(computed("sd", &[7.0], &[]), None);
        assert_eq!(computed("t_lower", &[7.0], &[]), None);
        assert_eq!(computed("quantile", &[7.0], &[1.5]), None);
        assert_eq!(computed("t_upper", &[6.0, 8.0], &[95.0]), None);
    }

    fn of_row(name: &str, given: &[f64]) -> Option<f64> {
        let is_it = |one: &&ScalarFunction| one.name == name && one.arguments.len() == given.len();
        (SCALARS.iter().find(is_it).expect(name).compute)(given)
    }

    /// R: binom.test(3, 5), poisson.test(3, 2.5), fisher.test(matrix(c(5, 1, 1, 6), 2)),
    /// t.test(c(-1, -2, -4)), wilcox.test(c(-1, -2, -4, 0.5)); 0 of 6 has 1 - 0.025^(1/6).
    #[test]
    fn exact_tests_and_limits_are_those_of_r() {
        let close = |found: Option<f64>, expected: f64| {
            let found = found.expect("a number");
            assert!((found - expected).abs() < 1e-7, "{found} {expected}");
        };
        close(of_row("binomial_lower", &[3.0, 5.0]), 0.146_632_8);
        close(of_row("binomial_upper", &[3.0, 5.0]), 0.947_255_05);
        close(of_row("binomial_upper", &[0.0, 6.0, 0.95]), 1.0 - 0.025_f64.powf(1.0 / 6.0));
        close(of_row("poisson_lower", &[3.0, 2.5]), 0.247_468_85);
        close(of_row("poisson_upper", &[3.0, 2.5]), 3.506_909_2);
        close(of_row("poisson_upper", &[0.0, 1.0, 0.9]), -(0.05_f64.ln()));
        close(of_row("fisher_p", &[5.0, 1.0, 1.0, 6.0]), 0.029_137_53);
        close(computed("t_p", &[-1.0, -2.0, -4.0], &[]), 0.118_082_9);
        close(computed("signed_rank_p", &[-1.0, -2.0, -4.0, 0.5], &[]), 0.25);
        close(computed("hodges_lehmann", &[1.0, 2.0, 6.0], &[]), 2.75);
        close(computed("hodges_lehmann_lower", &[1.0, 2.0, 6.0], &[]), 1.0);
        close(computed("hodges_lehmann_upper", &[1.0, 2.0, 6.0], &[0.9]), 6.0);
    }

    #[test]
    fn no_number_is_given_where_none_can_be() {
        for given in [[0.0, 0.0], [3.0, 2.0], [1.5, 3.0], [-1.0, 3.0], [1.0, 2e6], [f64::NAN, 3.0]]
        {
            assert_eq!(of_row("binomial_lower", &given), None, "{given:?}");
        }
        assert_eq!(of_row("binomial_lower", &[1.0, 2.0, 95.0]), None);
        for given in [[1.0, 0.0], [1.0, -1.0], [0.5, 1.0], [1.0, f64::NAN]] {
            assert_eq!(of_row("poisson_upper", &given), None, "{given:?}");
        }
        assert_eq!(of_row("fisher_p", &[0.0, 0.0, 1.0, 1.0]), None);
        assert_eq!(of_row("fisher_p", &[1.0, 0.0, 1.0, 0.0]), None, "everybody has it");
        // One of one against none of one: every table with these margins is as likely.
        assert_eq!(of_row("fisher_p", &[1.0, 0.0, 0.0, 1.0]), None);
        assert_eq!(computed("signed_rank_p", &[2.0], &[]), None, "it could only be 1");
        assert_eq!(computed("signed_rank_p", &[0.0, 0.0], &[]), None);
        assert_eq!(computed("t_p", &[2.0], &[]), None);
        assert_eq!(computed("t_p", &[2.0, 2.0], &[]), None);
        assert_eq!(computed("hodges_lehmann", &[2.0], &[]), None);
    }
}
