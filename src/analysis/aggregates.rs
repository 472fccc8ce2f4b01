//! The statistics of the summaries as functions of a query. What can't be estimated is none, which SQL
//! calls NULL: the median of nothing, the SD of one value, a level that is none.

use super::question::parse_level;
use crate::domain::AggregateFunction;
use crate::statistics::{Interval, QuantileType, mean_interval, quantile, standard_deviation};

/// Every function, in the order people are told of them.
pub const AGGREGATES: [AggregateFunction; 7] = [
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
        compute: |values, _| limit(values, 0.95, |interval| interval.lower),
    },
    AggregateFunction {
        name: "t_lower",
        arguments: 2,
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |values, parameters| {
            limit(values, *parameters.first()?, |interval| interval.lower)
        },
    },
    AggregateFunction {
        name: "t_upper",
        arguments: 1,
        meaning: "upper limit of Student's 95% interval of the mean",
        compute: |values, _| limit(values, 0.95, |interval| interval.upper),
    },
    AggregateFunction {
        name: "t_upper",
        arguments: 2,
        meaning: "the same at another level, from 0.5 to 0.9999",
        compute: |values, parameters| {
            limit(values, *parameters.first()?, |interval| interval.upper)
        },
    },
];

fn quantile_of(values: &[f64], p: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (0.0..=1.0).contains(&p).then(|| quantile(&sorted, p, QuantileType::Sas2).ok()).flatten()
}

fn limit(values: &[f64], level: f64, of: fn(&Interval) -> f64) -> Option<f64> {
    let level = parse_level(&level.to_string()).ok()?;
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
}
