//! Student's t for differences within patients, Welch's for two groups.

use super::distribution::two_sided_t;
use super::interval::interval_about;
use super::moments::{mean, standard_deviation_about};
use super::{Estimate, Interval, NotEstimable, finite, t_quantile};

/// A mean or difference of means, in the unit of the values, and its t test against zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTest {
    /// The mean, or the first group's mean less the second's.
    pub estimate: f64,
    /// Its confidence interval.
    pub interval: Interval,
    /// Its standard error.
    pub standard_error: f64,
    /// The degrees of freedom; Welch's are not whole.
    pub df: f64,
    /// The estimate over its standard error, without a unit.
    pub t: Estimate,
    /// The two-sided p.
    pub p: Estimate,
}

/// Tests whether the mean of values, such as differences within patients, is zero.
///
/// Student's t (Biometrika 1908;6:1-25) with n − 1 degrees of freedom, as R's `t.test(x)`; the
/// interval is that of [`mean_interval`](super::mean_interval). It supposes independent values from
/// one normal distribution. Values that are all equal have an interval without width, and `t` and
/// `p` are [`NotEstimable::NoSpread`].
///
/// # Errors
///
/// [`NotEstimable::NoValues`] and [`NotEstimable::OneValue`] below two values, and
/// [`NotEstimable::OutOfRange`] as for the standard deviation.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub fn t_test(values: &[f64], level: f64) -> Result<TTest, NotEstimable> {
    let n = values.len();
    let mean = mean(values)?;
    let standard_error = standard_deviation_about(values, mean)? / (n as f64).sqrt();
    let interval = interval_about(mean, standard_error, n, level)?;
    Ok(tested(mean, standard_error, n as f64 - 1.0, interval))
}

/// Compares the means of two groups whose spreads may differ.
///
/// B. L. Welch, Biometrika 1947;34:28-35, with F. E. Satterthwaite's degrees of freedom, as R's
/// `t.test(x, y)`. It supposes independent values, normal in each group. If the values of each
/// group are all equal, `t` and `p` are [`NotEstimable::NoSpread`], and the interval has no width.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] and [`NotEstimable::OneValue`] if a group has fewer than two values,
/// and [`NotEstimable::OutOfRange`] as for the standard deviation.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub fn welch_test(first: &[f64], second: &[f64], level: f64) -> Result<TTest, NotEstimable> {
    let (mean_1, mean_2) = (mean(first)?, mean(second)?);
    let of_mean = |values: &[f64], mean| {
        let sd = standard_deviation_about(values, mean)?;
        Ok((sd * sd / values.len() as f64, values.len() as f64 - 1.0))
    };
    let ((variance_1, df_1), (variance_2, df_2)) =
        (of_mean(first, mean_1)?, of_mean(second, mean_2)?);
    let variance = finite(variance_1 + variance_2)?;
    // As shares, so that small variances don't underflow when squared.
    let df = if variance == 0.0 {
        df_1 + df_2
    } else {
        let (share_1, share_2) = (variance_1 / variance, variance_2 / variance);
        1.0 / (share_1 * share_1 / df_1 + share_2 * share_2 / df_2)
    };
    let difference = finite(mean_1 - mean_2)?;
    let interval = interval_with(difference, variance.sqrt(), df, level)?;
    Ok(tested(difference, variance.sqrt(), df, interval))
}

/// Computes estimate ± t(df) · SE.
pub(super) fn interval_with(
    estimate: f64,
    standard_error: f64,
    df: f64,
    level: f64,
) -> Result<Interval, NotEstimable> {
    assert!(level > 0.0 && level < 1.0, "a level between 0 and 1, not {level}");
    let half_width = t_quantile(0.5 + level / 2.0, df) * standard_error;
    let (lower, upper) = (finite(estimate - half_width)?, finite(estimate + half_width)?);
    Ok(Interval { lower, upper, level })
}

pub(super) fn tested(estimate: f64, standard_error: f64, df: f64, interval: Interval) -> TTest {
    let t = if standard_error == 0.0 {
        Err(NotEstimable::NoSpread)
    } else {
        finite(estimate / standard_error)
    };
    let p = t.and_then(|t| two_sided_t(t, df));
    TTest { estimate, interval, standard_error, df, t, p }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::mean_interval;

    #[test]
    fn too_few_values_have_a_reason() {
        assert_eq!(t_test(&[], 0.95), Err(NotEstimable::NoValues));
        assert_eq!(t_test(&[-1.1], 0.95), Err(NotEstimable::OneValue));
        assert_eq!(welch_test(&[1.0, 2.0], &[], 0.95), Err(NotEstimable::NoValues));
        assert_eq!(welch_test(&[1.0], &[2.0, 3.0], 0.95), Err(NotEstimable::OneValue));
    }

    #[test]
    fn equal_values_have_no_p() {
        let same = t_test(&[-1.1; 4], 0.95).unwrap();
        assert_eq!((same.estimate, same.interval.lower), (-1.1, -1.1));
        assert_eq!((same.t, same.p), (Err(NotEstimable::NoSpread), Err(NotEstimable::NoSpread)));
        let two = welch_test(&[1.0, 1.0], &[3.0, 3.0], 0.95).unwrap();
        assert_eq!((two.estimate, two.p), (-2.0, Err(NotEstimable::NoSpread)));
    }

    #[test]
    fn two_values_have_cauchys_p() {
        // Mean 7, SE 1, df 1: p = 1 − 2 atan(7)/π.
        let test = t_test(&[6.0, 8.0], 0.95).unwrap();
        let p = 1.0 - 2.0 * 7.0_f64.atan() / std::f64::consts::PI;
        assert_eq!((test.t, test.df), (Ok(7.0), 1.0));
        assert!((test.p.unwrap() - p).abs() < 1e-14);
    }

    #[test]
    fn one_group_without_spread_leaves_the_other_its_freedom() {
        let test = welch_test(&[6.0, 8.0, 7.0], &[5.0, 5.0], 0.95).unwrap();
        assert_eq!(test.df, 2.0);
    }

    fn some_values() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(-50.0..50.0, 2..30)
    }

    proptest! {
        #[test]
        fn the_p_and_the_interval_say_the_same(values in some_values(), level in 0.5..0.99) {
            let test = t_test(&values, level).unwrap();
            prop_assert_eq!(Ok(test.interval), mean_interval(&values, level));
            let p = test.p.unwrap();
            prop_assume!((p - (1.0 - level)).abs() > 1e-9);
            let holds_0 = test.interval.lower <= 0.0 && 0.0 <= test.interval.upper;
            prop_assert_eq!(holds_0, p > 1.0 - level);
        }

        #[test]
        fn the_other_way_round_is_the_mirror_image(first in some_values(), second in some_values()) {
            let (one, other) =
                (welch_test(&first, &second, 0.95).unwrap(), welch_test(&second, &first, 0.95).unwrap());
            prop_assert_eq!(one.estimate, -other.estimate);
            prop_assert_eq!(one.interval.lower, -other.interval.upper);
            let ratio = one.p.unwrap() / other.p.unwrap();
            prop_assert!((ratio - 1.0).abs() < 1e-12);
            let least = f64::min(first.len() as f64, second.len() as f64) - 1.0;
            let most = (first.len() + second.len()) as f64 - 2.0;
            prop_assert!(least * (1.0 - 1e-12) <= one.df && one.df <= most * (1.0 + 1e-12));
        }
    }
}
