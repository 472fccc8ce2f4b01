//! The mean and the standard deviation, in the last digit.
//!
//! Sums are carried in two doubles (T. Ogita, S. M. Rump, S. Oishi, SIAM J Sci Comput
//! 2005;26:1955-1988, algorithm Sum2): as if in 106 bits and rounded once. It costs no more time
//! than a plain sum, the mean is the rounded true mean of the values, and the order of the
//! patients can't change a printed digit.

use super::{Estimate, NotEstimable, finite};

/// Computes the arithmetic mean, in the unit of the values.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] for an empty slice; [`NotEstimable::OutOfRange`] if the sum
/// exceeds 1.8 × 10³⁰⁸.
pub fn mean(values: &[f64]) -> Estimate {
    if values.is_empty() {
        return Err(NotEstimable::NoValues);
    }
    let mut sum = TwoPartSum::default();
    for &value in values {
        sum.add(value);
    }
    finite(sum.divided_by(values.len() as f64))
}

/// Computes the sample standard deviation, with n − 1 in the denominator, in the unit of the values.
///
/// Values that are all equal have a standard deviation of exactly 0.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] and [`NotEstimable::OneValue`] below two values;
/// [`NotEstimable::OutOfRange`] if a sum of squares can't be held, that is for deviations above
/// 10¹⁵⁴ or, unless all values are equal, below 10⁻¹⁵⁴.
pub fn standard_deviation(values: &[f64]) -> Estimate {
    standard_deviation_about(values, mean(values)?)
}

/// Computes the standard deviation of values whose mean is known.
///
/// Corrected two-pass formula: s² = (Σd² − (Σd)²/n) / (n − 1), d = x − mean (T. F. Chan,
/// G. H. Golub, R. J. LeVeque, Am Stat 1983;37:242-247). Σd would be 0 if the mean were exact;
/// the correction takes out what rounding the mean put in.
pub(super) fn standard_deviation_about(values: &[f64], mean: f64) -> Estimate {
    let n = values.len() as f64;
    if values.len() < 2 {
        return Err(NotEstimable::OneValue);
    }
    let mut squares = TwoPartSum::default();
    let mut rest = 0.0;
    for &value in values {
        let deviation = value - mean;
        squares.add(deviation * deviation);
        rest += deviation;
    }
    let sum_of_squares = squares.total() - rest * rest / n;
    if sum_of_squares.is_normal() {
        Ok((sum_of_squares / (n - 1.0)).sqrt())
    } else if values.iter().all(|value| *value == values[0]) {
        Ok(0.0)
    } else {
        Err(NotEstimable::OutOfRange)
    }
}

/// A running sum and, beside it, what rounding took from it.
#[derive(Default)]
struct TwoPartSum {
    rounded: f64,
    remainder: f64,
}

impl TwoPartSum {
    /// Adds a value; the rounding error of the addition is found exactly (D. E. Knuth, TwoSum).
    fn add(&mut self, value: f64) {
        let sum = self.rounded + value;
        let added = sum - self.rounded;
        self.remainder += (self.rounded - (sum - added)) + (value - added);
        self.rounded = sum;
    }

    fn total(&self) -> f64 {
        self.rounded + self.remainder
    }

    /// Divides both parts: the quotient of the rounded sum, corrected by its exact remainder, so
    /// that n equal values have exactly that value as their mean.
    fn divided_by(&self, n: f64) -> f64 {
        // The parts may overlap after cancellation; added anew, they don't.
        let mut parts = Self { rounded: self.rounded, remainder: 0.0 };
        parts.add(self.remainder);
        let quotient = parts.rounded / n;
        let left_over = (-quotient).mul_add(n, parts.rounded) + parts.remainder;
        quotient + left_over / n
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn too_few_values_have_a_reason() {
        assert_eq!(mean(&[]), Err(NotEstimable::NoValues));
        assert_eq!(standard_deviation(&[]), Err(NotEstimable::NoValues));
        assert_eq!(mean(&[7.1]), Ok(7.1));
        assert_eq!(standard_deviation(&[7.1]), Err(NotEstimable::OneValue));
    }

    #[test]
    fn what_a_double_cant_hold_is_never_infinite_or_zero() {
        assert_eq!(mean(&[f64::MAX, f64::MAX]), Err(NotEstimable::OutOfRange));
        assert_eq!(standard_deviation(&[1e200, -1e200]), Err(NotEstimable::OutOfRange));
        assert_eq!(standard_deviation(&[1e-200, 2e-200]), Err(NotEstimable::OutOfRange));
    }

    #[test]
    fn neighbouring_doubles_have_a_spread() {
        let step = f64::EPSILON;
        assert_eq!(
            standard_deviation(&[1.0, 1.0 + step]),
            Ok(step * std::f64::consts::FRAC_1_SQRT_2)
        );
    }

    #[test]
    fn small_values_survive_beside_large_ones() {
        assert_eq!(mean(&[1e16, 1.0, 1.0, -1e16]), Ok(0.5));
    }

    /// Whole numbers divided by 1,024 are exact doubles, so integers give the true result.
    fn exact(whole: &[i64]) -> (f64, f64) {
        let n = whole.len() as i128;
        let sum: i128 = whole.iter().map(|&value| i128::from(value)).sum();
        let squares: i128 = whole.iter().map(|&value| i128::from(value).pow(2)).sum();
        let mean = sum as f64 / n as f64 / 1024.0;
        let variance = (n * squares - sum * sum) as f64 / (n * (n - 1)) as f64;
        (mean, variance.sqrt() / 1024.0)
    }

    proptest! {
        #[test]
        fn agrees_with_exact_arithmetic(
            whole in prop::collection::vec(-1_000_000_000i64..1_000_000_000, 2..80),
            shift in -1_000_000_000_000i64..1_000_000_000_000,
        ) {
            let whole: Vec<i64> = whole.iter().map(|value| value + shift).collect();
            let values: Vec<f64> = whole.iter().map(|&value| value as f64 / 1024.0).collect();
            let (true_mean, true_sd) = exact(&whole);
            prop_assert_eq!(mean(&values), Ok(true_mean));
            let sd = standard_deviation(&values).unwrap();
            prop_assert!((sd - true_sd).abs() <= 4.0 * f64::EPSILON * true_sd, "{sd} {true_sd}");
        }

        #[test]
        fn equal_values_have_exactly_that_mean_and_no_spread(
            value in -1e9..1e9, n in 2usize..3000,
        ) {
            let values = vec![value; n];
            prop_assert_eq!(mean(&values), Ok(value));
            prop_assert_eq!(standard_deviation(&values), Ok(0.0));
        }

        #[test]
        fn a_power_of_two_as_unit_changes_nothing_else(
            values in prop::collection::vec(-1e6..1e6, 2..50), power in -30..30i32,
        ) {
            let unit = 2.0_f64.powi(power);
            let scaled: Vec<f64> = values.iter().map(|value| value * unit).collect();
            prop_assert_eq!(mean(&scaled), mean(&values).map(|mean| mean * unit));
            let sd = standard_deviation(&values).map(|sd| sd * unit);
            prop_assert_eq!(standard_deviation(&scaled), sd);
        }
    }
}
