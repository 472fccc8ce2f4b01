//! The confidence interval of a mean.

use super::moments::{mean, standard_deviation_about};
use super::{NotEstimable, finite, t_quantile};

/// Two confidence limits, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// The confidence level, as a fraction: 0.95.
    pub level: f64,
}

/// Computes the confidence interval of the mean: mean ± t(n − 1; (1 + level)/2) · SD/√n.
///
/// Student's interval (Student, Biometrika 1908;6:1-25), as R's `t.test` and the CLM of SAS. It
/// supposes independent values from one normal distribution; at small n no data can show that
/// they are. Values that are all equal give an interval without width. `level` is between 0 and
/// 1, both excluded.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] and [`NotEstimable::OneValue`] below two values, and
/// [`NotEstimable::OutOfRange`] as for the standard deviation.
///
/// # Panics
///
/// If `level` is not between 0 and 1.
pub fn mean_interval(values: &[f64], level: f64) -> Result<Interval, NotEstimable> {
    let n = values.len();
    let mean = mean(values)?;
    let standard_error = standard_deviation_about(values, mean)? / (n as f64).sqrt();
    interval_about(mean, standard_error, n, level)
}

/// Computes the interval from a mean of `n` values, at least two, and its standard error.
pub(super) fn interval_about(
    mean: f64,
    standard_error: f64,
    n: usize,
    level: f64,
) -> Result<Interval, NotEstimable> {
    assert!(level > 0.0 && level < 1.0, "a level between 0 and 1, not {level}");
    let half_width = t_quantile(0.5 + level / 2.0, n as f64 - 1.0) * standard_error;
    Ok(Interval { lower: finite(mean - half_width)?, upper: finite(mean + half_width)?, level })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_value_has_no_interval() {
        assert_eq!(mean_interval(&[], 0.95), Err(NotEstimable::NoValues));
        assert_eq!(mean_interval(&[7.1], 0.95), Err(NotEstimable::OneValue));
    }

    #[test]
    fn two_values_have_a_wide_one() {
        // df = 1: t(0.975) = tan(0.475 π) = 12.7062…; mean 7, SE 1.
        let interval = mean_interval(&[6.0, 8.0], 0.95).unwrap();
        let half_width = (0.475 * std::f64::consts::PI).tan();
        assert!((interval.upper - 7.0 - half_width).abs() < 1e-11, "{interval:?}");
        assert!((interval.lower - 7.0 + half_width).abs() < 1e-11, "{interval:?}");
    }

    #[test]
    fn equal_values_have_one_without_width() {
        let interval = mean_interval(&[7.1, 7.1, 7.1], 0.95);
        assert_eq!(interval, Ok(Interval { lower: 7.1, upper: 7.1, level: 0.95 }));
    }

    proptest! {
        #[test]
        fn holds_the_mean_and_grows_with_the_level(
            values in prop::collection::vec(-50.0..50.0, 2..40), level in 0.01..0.98,
        ) {
            let narrow = mean_interval(&values, level).unwrap();
            let wide = mean_interval(&values, level + 0.01).unwrap();
            let mean = mean(&values).unwrap();
            prop_assert!(wide.lower < narrow.lower && narrow.lower < mean, "{narrow:?} {wide:?}");
            prop_assert!(mean < narrow.upper && narrow.upper < wide.upper, "{narrow:?} {wide:?}");
        }

        #[test]
        fn a_change_of_sign_mirrors_it(values in prop::collection::vec(-50.0..50.0, 2..40)) {
            let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
            let interval = mean_interval(&values, 0.95).unwrap();
            let expected =
                Interval { lower: -interval.upper, upper: -interval.lower, level: 0.95 };
            prop_assert_eq!(mean_interval(&mirrored, 0.95), Ok(expected));
        }
    }
}
