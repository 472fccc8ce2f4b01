//! Quantiles of Student's t distribution.

use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

/// From here on the series in 1/df is the closer one: at this point it's off by 10⁻¹⁴ and a tail
/// of statrs by 10⁻¹², and each further decade of df takes a digit from statrs.
const SERIES_FROM_DF: f64 = 1000.0;

/// Computes the value that a t-distributed quantity stays below with probability `p`.
///
/// `df` are the degrees of freedom, positive and not necessarily whole (Welch's are not). 0 and 1
/// as `p` give minus and plus infinity.
///
/// Against 40-digit arithmetic the relative error is below 10⁻¹² for a tail of 0.0005 to 0.1 and
/// below 10⁻¹⁰ for a tail of 10⁻⁹ to 0.49, df 1 to 10⁶; tails under 10⁻¹⁰⁰ are out of reach.
/// statrs' own `inverse_cdf` is not used: at df 10⁶ its third digit is wrong.
///
/// # Panics
///
/// If `p` is no probability or `df` is not positive.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    assert!((0.0..=1.0).contains(&p), "a probability, not {p}");
    if p >= 0.5 { upper_quantile(1.0 - p, df) } else { -upper_quantile(p, df) }
}

/// Finds t ≥ 0 with the probability `tail`, at most a half, above it.
fn upper_quantile(tail: f64, df: f64) -> f64 {
    if tail <= 0.0 {
        return f64::INFINITY;
    }
    let z = f64::max(0.0, -Normal::standard().inverse_cdf(tail));
    if df >= SERIES_FROM_DF {
        return large_df_series(z, df);
    }
    let student = StudentsT::new(0.0, 1.0, df).expect("degrees of freedom are positive");
    // For t ≥ 0 the tail is convex and t's quantile lies above the normal one: from z Newton's
    // steps climb to the root and never pass it. The first that doesn't climb is rounding, after
    // 4 to 40 steps in use; the bound only says that there is an end.
    let mut t = z;
    for _ in 0..1000 {
        let higher = t + (student.sf(t) - tail) / student.pdf(t);
        if higher <= t || !higher.is_finite() {
            break;
        }
        t = higher;
    }
    t
}

/// Expands t's quantile in powers of 1/df about the normal quantile `z`, to the fourth.
///
/// M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.7.5, after Fisher and
/// Cornish.
fn large_df_series(z: f64, df: f64) -> f64 {
    let z2 = z * z;
    let terms = [
        (z2 + 1.0) / 4.0,
        ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92160.0,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) / df);
    z + z * sum
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;

    fn assert_close(found: f64, expected: f64, relative: f64) {
        let error = (found - expected).abs() / expected.abs();
        assert!(error <= relative, "{found} is not {expected}: relative error {error:e}");
    }

    #[test]
    fn one_and_two_degrees_have_closed_forms() {
        for p in [1e-9, 0.0005, 0.025, 0.25, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9995] {
            // Cauchy's, written for the tail so that no digit is lost near 0.
            let tail = f64::min(p, 1.0 - p);
            let sign = if p < 0.5 { -1.0 } else { 1.0 };
            assert_close(t_quantile(p, 1.0), sign / (PI * tail).tan(), 1e-13);
            let two = sign * (1.0 - 2.0 * tail) / (2.0 * tail * (1.0 - tail)).sqrt();
            assert_close(t_quantile(p, 2.0), two, 1e-13);
        }
    }

    #[test]
    fn the_middle_is_zero_and_the_ends_are_infinite() {
        for df in [1.0, 9.0, 1e4] {
            assert_eq!(t_quantile(0.5, df).to_bits(), 0.0_f64.to_bits());
            assert_eq!(t_quantile(0.0, df), f64::NEG_INFINITY);
            assert_eq!(t_quantile(1.0, df), f64::INFINITY);
        }
    }

    #[test]
    fn the_two_methods_meet() {
        for p in [0.6, 0.75, 0.9, 0.95, 0.975, 0.995, 0.9995] {
            let below = t_quantile(p, SERIES_FROM_DF.next_down());
            assert_close(below, t_quantile(p, SERIES_FROM_DF), 5e-12);
        }
    }

    #[test]
    #[should_panic(expected = "degrees of freedom are positive")]
    fn no_degrees_of_freedom_is_a_bug() {
        t_quantile(0.975, 0.0);
    }

    proptest! {
        #[test]
        fn it_is_odd_about_a_half(tail in 1e-9..0.5, df in 1.0..3000.0) {
            // 1 − p must be exact for the comparison to be.
            let p = 1.0 - tail;
            prop_assert_eq!(t_quantile(p, df), -t_quantile(1.0 - p, df));
        }

        #[test]
        fn it_grows_with_p_and_shrinks_to_the_normal(
            p in 0.51..0.999, step in 0.0001..0.0005, df in 1.0..3000.0, more in 1.0..100.0,
        ) {
            let t = t_quantile(p, df);
            prop_assert!(t < t_quantile(p + step, df));
            prop_assert!(t > t_quantile(p, df + more));
            prop_assert!(t > Normal::standard().inverse_cdf(p));
        }

        #[test]
        fn it_undoes_the_distribution(p in 0.6..0.9999, df in 1.0..900.0) {
            let student = StudentsT::new(0.0, 1.0, df).unwrap();
            prop_assert!((student.cdf(t_quantile(p, df)) - p).abs() < 1e-12);
        }
    }
}
