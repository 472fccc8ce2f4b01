//! The geometric mean.

use super::interval::mean_interval;
use super::moments::{mean, standard_deviation_about};
use super::{Estimate, Interval, NotEstimable, finite};

/// The geometric mean of positive values and their spread about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometric {
    /// The geometric mean, in the unit of the values.
    pub mean: Estimate,
    /// The geometric coefficient of variation, as a fraction.
    pub cv: Estimate,
    /// The confidence interval of the geometric mean, in the unit of the values.
    pub interval: Result<Interval, NotEstimable>,
}

/// Computes the geometric mean exp(m), its interval, and the coefficient of variation √(exp(s²) − 1).
///
/// m and s are the mean and the standard deviation (n − 1) of the natural logarithms; the interval
/// is [`mean_interval`] of these, taken back (T. B. L. Kirkwood, Biometrics 1979;35:908-909, for
/// the coefficient of variation). It supposes a log-normal distribution. The coefficient has no
/// unit and doesn't change with the unit of the values.
///
/// # Errors
///
/// Within the result: [`NotEstimable::NoValues`]; [`NotEstimable::NotPositive`] if a value is zero
/// or negative; [`NotEstimable::OneValue`] for all but the mean; [`NotEstimable::OutOfRange`].
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub fn geometric(values: &[f64], level: f64) -> Geometric {
    if values.iter().any(|value| *value <= 0.0) {
        let not_positive = Err(NotEstimable::NotPositive);
        return Geometric {
            mean: not_positive,
            cv: not_positive,
            interval: Err(NotEstimable::NotPositive),
        };
    }
    let logarithms: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let mean = mean(&logarithms);
    let sd = mean.and_then(|mean| standard_deviation_about(&logarithms, mean));
    let back = |limit: f64| finite(limit.exp());
    let interval =
        mean_interval(&logarithms, level).and_then(|Interval { lower, upper, level }| {
            Ok(Interval { lower: back(lower)?, upper: back(upper)?, level })
        });
    Geometric {
        mean: mean.and_then(back),
        cv: sd.and_then(|sd| finite((sd * sd).exp_m1().sqrt())),
        interval,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_has_no_logarithm_has_a_reason() {
        assert_eq!(geometric(&[], 0.95).mean, Err(NotEstimable::NoValues));
        for value in [0.0, -0.0, -1.0] {
            let Geometric { mean, cv, interval } = geometric(&[2.0, value], 0.95);
            assert_eq!([mean, cv], [Err(NotEstimable::NotPositive); 2]);
            assert_eq!(interval, Err(NotEstimable::NotPositive));
        }
        let one = geometric(&[7.1], 0.95);
        assert!((one.mean.unwrap() - 7.1).abs() < 1e-14);
        assert_eq!(
            (one.cv, one.interval),
            (Err(NotEstimable::OneValue), Err(NotEstimable::OneValue))
        );
    }

    #[test]
    fn the_mean_of_1_and_100_is_10() {
        let two = geometric(&[1.0, 100.0], 0.95);
        assert!((two.mean.unwrap() - 10.0).abs() < 1e-14);
        // s² = (ln 100)²/2.
        let cv = (100.0_f64.ln().powi(2) / 2.0).exp_m1().sqrt();
        assert!((two.cv.unwrap() / cv - 1.0).abs() < 1e-13);
    }

    proptest! {
        #[test]
        fn the_unit_scales_the_mean_and_not_the_cv(
            values in prop::collection::vec(0.1..500.0, 2..40), unit in 0.01..100.0_f64,
        ) {
            let scaled: Vec<f64> = values.iter().map(|value| value * unit).collect();
            let (before, after) = (geometric(&values, 0.95), geometric(&scaled, 0.95));
            let (mean, cv) = (before.mean.unwrap(), before.cv.unwrap());
            prop_assert!((after.mean.unwrap() / (mean * unit) - 1.0).abs() < 1e-12);
            prop_assert!((after.cv.unwrap() - cv).abs() <= 1e-9 * cv + 1e-12);
            let Interval { lower, upper, .. } = before.interval.unwrap();
            prop_assert!(lower <= mean && mean <= upper);
            prop_assert!(mean <= crate::statistics::mean(&values).unwrap() * (1.0 + 1e-14));
        }
    }
}
