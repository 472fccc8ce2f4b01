//! Tail probabilities, to 13 digits or more, for n = 1 as for n = 100,000.
//!
//! The incomplete beta and gamma functions stand in front of every exact limit and p. Those of
//! statrs stop after a fixed number of terms, which a cohort of some thousand patients exceeds, and
//! take their first factor from differences of large logarithms. Here the factor is C. Loader's
//! saddle point (Fast and Accurate Computation of Binomial Probabilities, 2000, as in R's `dbinom`)
//! and the terms end when they no longer count.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::ln_gamma;

use super::{Estimate, finite};

const LN_SQRT_2_PI: f64 = 0.918_938_533_204_672_8;

/// Keeps a denominator of a continued fraction from 0.
const TINY: f64 = 1e-300;

/// Computes P(|T| ≥ |t|) for a t-distributed quantity.
pub(super) fn two_sided_t(t: f64, df: f64) -> Estimate {
    let square = t * t;
    let sum = finite(df + square)?;
    Ok(beta_lower(df / 2.0, 0.5, df / sum, square / sum))
}

/// Computes P(|Z| ≥ |z|) for a standard normal quantity: Z² is a gamma quantity.
pub(super) fn two_sided_normal(z: f64) -> f64 {
    gamma_upper(0.5, z * z / 2.0)
}

/// Computes the standard normal quantile whose upper tail is (1 − level)/2: 1.96 for 0.95.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub(super) fn normal_factor(level: f64) -> f64 {
    -Normal::standard().inverse_cdf(tail_of(level))
}

/// Gives the probability outside a two-sided interval on each side.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub(super) fn tail_of(level: f64) -> f64 {
    assert!(level > 0.0 && level < 1.0, "a level between 0 and 1, not {level}");
    (1.0 - level) / 2.0
}

/// Computes the regularised incomplete beta function I_x(a, b); `y` is 1 − x without its rounding.
///
/// P(X ≥ k) of a binomial quantity with n and p is I_p(k, n − k + 1).
pub(super) fn beta_lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if y <= 0.0 {
        1.0
    } else if x < (a + 1.0) / (a + b + 2.0) {
        beta_factor(a, b, x, y) * beta_fraction(a, b, x) / a
    } else {
        1.0 - beta_factor(b, a, y, x) * beta_fraction(b, a, y) / b
    }
}

/// x^a (1 − x)^b / B(a, b).
fn beta_factor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let exponent = stirling_rest(n)
        - stirling_rest(a)
        - stirling_rest(b)
        - deviance(a, n * x)
        - deviance(b, n * y);
    exponent.exp() * (a * b / n / (2.0 * std::f64::consts::PI)).sqrt()
}

/// The continued fraction of I_x(a, b) (Abramowitz & Stegun 26.5.8) by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    continued_fraction(1.0, |step| {
        let m = (step / 2) as f64;
        let numerator = if step == 0 {
            return (1.0, 1.0);
        } else if step.is_multiple_of(2) {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        (numerator, 1.0)
    })
}

/// Computes the regularised lower incomplete gamma function P(a, x).
///
/// P(X ≥ k) of a Poisson quantity with mean x is P(k, x).
pub(super) fn gamma_lower(a: f64, x: f64) -> f64 {
    if x < a + 1.0 { gamma_series(a, x) } else { 1.0 - gamma_fraction(a, x) }
}

/// Computes the regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x).
///
/// P(X ≤ k) of a Poisson quantity with mean x is Q(k + 1, x).
pub(super) fn gamma_upper(a: f64, x: f64) -> f64 {
    if x < a + 1.0 { 1.0 - gamma_series(a, x) } else { gamma_fraction(a, x) }
}

/// P(a, x) by its series (Abramowitz & Stegun 6.5.29), for x below a + 1.
fn gamma_series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut step) = (1.0, 1.0, a);
    while term > sum * f64::EPSILON / 4.0 {
        step += 1.0;
        term *= x / step;
        sum += term;
    }
    gamma_factor(a, x) * sum / a
}

/// Q(a, x) by its continued fraction (Abramowitz & Stegun 6.5.31, contracted), for x above a.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let fraction = continued_fraction(0.0, |step| {
        let i = step as f64;
        let numerator = if step == 0 { 1.0 } else { -i * (i - a) };
        (numerator, x - a + 1.0 + 2.0 * i)
    });
    gamma_factor(a, x) * fraction
}

/// x^a e^−x / Γ(a).
fn gamma_factor(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    (-stirling_rest(a) - deviance(a, x)).exp() * (a / (2.0 * std::f64::consts::PI)).sqrt()
}

/// Computes first + a₀/(b₀ + a₁/(b₁ + …)) by Lentz's method, until a term changes nothing.
///
/// With `first` 1 and the pair (1, 1) at step 0 it is the reciprocal form 1/(1 + a₁/(1 + …)).
fn continued_fraction(first: f64, pair: impl Fn(usize) -> (f64, f64)) -> f64 {
    let (numerator, denominator) = pair(0);
    debug_assert!(first == 0.0 || numerator == 1.0, "the reciprocal form");
    let mut d = 1.0 / denominator;
    let mut c = 1.0 / TINY;
    let mut value = numerator * d;
    for step in 1.. {
        let (numerator, denominator) = pair(step);
        d = 1.0 / apart_from_0(denominator + numerator * d);
        c = apart_from_0(denominator + numerator / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

fn apart_from_0(number: f64) -> f64 {
    if number.abs() < TINY { TINY } else { number }
}

/// ln Γ(n + 1) less Stirling's formula for it (Loader's stirlerr).
fn stirling_rest(n: f64) -> f64 {
    if n < 16.0 {
        return ln_gamma(n + 1.0) - (n + 0.5) * n.ln() + n - LN_SQRT_2_PI;
    }
    let square = n * n;
    let terms =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    terms.iter().rev().fold(0.0, |sum, term| sum / square + term) / n
}

/// x ln(x/mean) + mean − x, without cancellation where the two are close (Loader's bd0).
fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * (x / mean).ln() - difference;
    }
    let v = difference / (x + mean);
    let (mut sum, mut power) = (difference * v, 2.0 * x * v);
    for odd in (3..).step_by(2) {
        power *= v * v;
        let more = sum + power / f64::from(odd);
        if more == sum {
            break;
        }
        sum = more;
    }
    sum
}

/// Finds where an increasing function reaches 0 between two ends, to the last bit.
///
/// Halving takes 53 steps and some more for a root near 0, and can't miss.
pub(super) fn root_of_increasing(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = low.midpoint(high);
        if middle <= low || middle >= high {
            return high;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// P(X ≥ k) by adding the terms, each from the one before.
    fn binomial_at_least(k: u32, n: u32, p: f64) -> f64 {
        let mut term = (1.0 - p).powi(n as i32);
        let mut tail = 0.0;
        for i in 0..=n {
            if i >= k {
                tail += term;
            }
            term *= f64::from(n - i) / f64::from(i + 1) * p / (1.0 - p);
        }
        tail
    }

    #[test]
    fn the_normal_and_the_t_have_known_points() {
        assert!((normal_factor(0.95) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((two_sided_normal(1.959_963_984_540_054) - 0.05).abs() < 1e-15);
        // df = 1 is Cauchy's: P(|T| ≥ 1) is a half.
        assert!((two_sided_t(-1.0, 1.0).expect("finite") - 0.5).abs() < 1e-14);
        assert_eq!(two_sided_t(0.0, 3.0), Ok(1.0));
        assert!(two_sided_t(1e200, 3.0).is_err());
    }

    proptest! {
        #[test]
        fn binomial_tails_are_sums_of_terms(n in 1u32..60, share in 0.0..1.0, p in 0.01..0.99) {
            let k = 1 + (share * f64::from(n)) as u32;
            prop_assume!(k <= n);
            let tail = beta_lower(f64::from(k), f64::from(n - k) + 1.0, p, 1.0 - p);
            let sum = binomial_at_least(k, n, p);
            prop_assert!((tail - sum).abs() <= 1e-12 * sum + 1e-15, "{tail} {sum}");
        }

        #[test]
        fn poisson_tails_are_sums_of_terms(k in 1u32..60, mean in 0.01..80.0_f64) {
            let mut term = (-mean).exp();
            let mut below = 0.0;
            for i in 0..k {
                below += term;
                term *= mean / f64::from(i + 1);
            }
            let k = f64::from(k);
            prop_assert!((gamma_upper(k, mean) - below).abs() < 1e-13);
            prop_assert!((gamma_lower(k, mean) + below - 1.0).abs() < 1e-13);
        }

        #[test]
        fn a_root_is_where_the_sign_changes(root in -5.0..5.0) {
            prop_assert_eq!(root_of_increasing(-10.0, 10.0, |x| x - root), root);
        }
    }
}
