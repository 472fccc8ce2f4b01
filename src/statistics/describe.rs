//! The summary of one column of a table.

use super::interval::interval_about;
use super::moments::{mean, standard_deviation_about};
use super::quantile::quantiles_of_unsorted;
use super::{Estimate, Interval, NotEstimable, QuantileType};

/// The descriptive statistics of some values, in their unit, except `n`.
///
/// Without values every estimate is [`NotEstimable::NoValues`]; of one value the spread is
/// [`NotEstimable::OneValue`] and all else is the value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Description {
    /// How many values there are.
    pub n: usize,
    /// The arithmetic mean.
    pub mean: Estimate,
    /// The standard deviation, with n − 1 in the denominator.
    pub sd: Estimate,
    /// The standard error of the mean, SD/√n.
    pub standard_error: Estimate,
    /// The median; the mean of the middle two if n is even, whatever the quantile type.
    pub median: Estimate,
    /// The first quartile, by the quantile type asked for.
    pub q1: Estimate,
    /// The third quartile, by the quantile type asked for.
    pub q3: Estimate,
    /// The least value.
    pub min: Estimate,
    /// The greatest value.
    pub max: Estimate,
}

impl Description {
    /// Computes the confidence interval of the mean, as [`mean_interval`](super::mean_interval)
    /// does from the values.
    ///
    /// # Errors
    ///
    /// As for the standard error.
    ///
    /// # Panics
    ///
    /// If `level` is not between 0 and 1, both excluded.
    pub fn mean_interval(&self, level: f64) -> Result<Interval, NotEstimable> {
        interval_about(self.mean?, self.standard_error?, self.n, level)
    }
}

/// Computes the descriptive statistics of values in any order.
///
/// The values are finite: a missing one is left out by whoever asks, and counted there. Each
/// formula and its source stand with its function: [`mean`],
/// [`standard_deviation`](super::standard_deviation), [`quantile`](super::quantile()).
///
/// ```
/// use casebook::statistics::{NotEstimable, QuantileType, describe};
///
/// let hba1c = describe(&[10.2, 6.1, 7.4, 8.9, 9.3, 6.8], QuantileType::Sas2);
/// assert_eq!((hba1c.q1, hba1c.q3), (Ok(6.8), Ok(9.3)));
/// assert_eq!(describe(&[7.1], QuantileType::Sas2).sd, Err(NotEstimable::OneValue));
/// ```
pub fn describe(values: &[f64], quantile: QuantileType) -> Description {
    debug_assert!(values.iter().all(|value| value.is_finite()), "describe wants finite values");
    let n = values.len();
    let mean = mean(values);
    let sd = mean.and_then(|mean| standard_deviation_about(values, mean));
    let mut rearranged = values.to_vec();
    let [min, q1, median, q3, max] =
        quantiles_of_unsorted(&mut rearranged, [0.0, 0.25, 0.5, 0.75, 1.0], quantile);
    let standard_error = sd.map(|sd| sd / (n as f64).sqrt());
    Description { n, mean, sd, standard_error, median, q1, q3, min, max }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::mean_interval;

    #[test]
    fn no_values_have_no_statistics() {
        let none = describe(&[], QuantileType::Sas2);
        assert_eq!(none.n, 0);
        let Description { n: _, mean, sd, standard_error, median, q1, q3, min, max } = none;
        for estimate in [mean, sd, standard_error, median, q1, q3, min, max] {
            assert_eq!(estimate, Err(NotEstimable::NoValues));
        }
        assert_eq!(none.mean_interval(0.95), Err(NotEstimable::NoValues));
    }

    #[test]
    fn one_value_has_no_spread() {
        let one = describe(&[7.1], QuantileType::Sas2);
        let Description { n, mean, sd, standard_error, median, q1, q3, min, max } = one;
        assert_eq!(n, 1);
        assert_eq!([mean, median, q1, q3, min, max], [Ok(7.1); 6]);
        assert_eq!([sd, standard_error], [Err(NotEstimable::OneValue); 2]);
        assert_eq!(one.mean_interval(0.95), Err(NotEstimable::OneValue));
    }

    #[test]
    fn two_values_have_all() {
        let two = describe(&[8.0, 6.0], QuantileType::Sas2);
        let Description { n, mean, sd, standard_error, median, q1, q3, min, max } = two;
        assert_eq!(n, 2);
        assert_eq!([mean, median], [Ok(7.0); 2]);
        assert_eq!([sd, standard_error], [Ok(2.0_f64.sqrt()), Ok(1.0)]);
        assert_eq!([min, q1, q3, max], [Ok(6.0), Ok(6.0), Ok(8.0), Ok(8.0)]);
    }

    fn some_kind() -> impl Strategy<Value = QuantileType> {
        prop::sample::select(vec![QuantileType::Sas2, QuantileType::Spss6, QuantileType::R7])
    }

    fn some_values() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(-300.0..300.0, 2..60)
    }

    proptest! {
        #[test]
        fn the_order_of_the_values_changes_nothing(
            (values, shuffled) in
                some_values().prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
            kind in some_kind(),
        ) {
            prop_assert_eq!(describe(&values, kind), describe(&shuffled, kind));
        }

        #[test]
        fn everything_lies_in_order(values in some_values(), kind in some_kind()) {
            let all = describe(&values, kind);
            let ascending = [all.min, all.q1, all.median, all.q3, all.max];
            let ascending = ascending.map(|estimate| estimate.unwrap());
            prop_assert!(ascending.is_sorted(), "{ascending:?}");
            let (mean, sd) = (all.mean.unwrap(), all.sd.unwrap());
            let [min, .., max] = ascending;
            prop_assert!(min <= mean && mean <= max);
            // T. Popoviciu 1935: the population variance is at most a quarter of the range squared.
            let n = values.len() as f64;
            let most = (max - min) / 2.0 * (n / (n - 1.0)).sqrt();
            prop_assert!((0.0..=most * (1.0 + 1e-14)).contains(&sd), "{sd} {most}");
        }

        #[test]
        fn a_shift_moves_places_and_leaves_the_spread(
            values in some_values(), shift in -1000.0..1000.0_f64, kind in some_kind(),
        ) {
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            let (before, after) = (describe(&values, kind), describe(&shifted, kind));
            let places = |all: Description| [all.mean, all.min, all.q1, all.median, all.q3, all.max];
            for (before, after) in places(before).into_iter().zip(places(after)) {
                let moved = after.unwrap() - before.unwrap();
                prop_assert!((moved - shift).abs() < 1e-11);
            }
            let widened = after.sd.unwrap() - before.sd.unwrap();
            prop_assert!(widened.abs() < 1e-11);
        }

        #[test]
        fn both_ways_to_the_interval_agree(values in some_values(), level in 0.5..0.999) {
            let all = describe(&values, QuantileType::default());
            prop_assert_eq!(all.mean_interval(level), mean_interval(&values, level));
        }
    }
}
