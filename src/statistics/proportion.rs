//! A proportion and its exact confidence interval.

use super::distribution::{beta_lower, root_of_increasing, tail_of};
use super::{Interval, NotEstimable};

/// How many of how many, and what that says about the probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// How many have it.
    pub count: u64,
    /// How many could have it; at least 1.
    pub denominator: u64,
    /// `count / denominator`, from 0 to 1.
    pub fraction: f64,
    /// The Clopper–Pearson interval of the probability, from 0 to 1.
    pub interval: Interval,
}

/// Computes a proportion with its Clopper–Pearson interval.
///
/// Each limit is the probability at which `count` or what lies beyond it has a chance of
/// (1 − level)/2 (C. J. Clopper, E. S. Pearson, Biometrika 1934;26:404-413), as R's `binom.test`
/// and the exact CL of SAS. The true confidence is at least `level`. At 0 the lower limit is
/// exactly 0, at n of n the upper one exactly 1. It supposes that the patients are independent,
/// which those of one report or family may not be.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] for a denominator of 0.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or `count` exceeds `denominator`.
pub fn proportion(count: u64, denominator: u64, level: f64) -> Result<Proportion, NotEstimable> {
    assert!(count <= denominator, "{count} of {denominator}");
    let tail = tail_of(level);
    if denominator == 0 {
        return Err(NotEstimable::NoValues);
    }
    // The upper limit of the count is 1 less the lower limit of the others.
    let lower = lower_limit(count, denominator, tail);
    let upper = upper_limit(count, denominator, tail);
    let fraction = count as f64 / denominator as f64;
    Ok(Proportion { count, denominator, fraction, interval: Interval { lower, upper, level } })
}

/// Finds p with P(X ≥ count; p) = tail.
fn lower_limit(count: u64, denominator: u64, tail: f64) -> f64 {
    if count == 0 {
        return 0.0;
    }
    let (k, others) = (count as f64, (denominator - count) as f64);
    root_of_increasing(0.0, 1.0, |p| beta_lower(k, others + 1.0, p, 1.0 - p) - tail)
}

/// Finds p with P(X ≤ count; p) = tail.
fn upper_limit(count: u64, denominator: u64, tail: f64) -> f64 {
    if count == denominator {
        return 1.0;
    }
    let (k, others) = (count as f64, (denominator - count) as f64);
    // P(X ≤ count; p) is the chance of at least `others` without it.
    root_of_increasing(0.0, 1.0, |p| tail - beta_lower(others, k + 1.0, 1.0 - p, p))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nobody_is_no_proportion() {
        assert_eq!(proportion(0, 0, 0.95), Err(NotEstimable::NoValues));
    }

    #[test]
    fn none_and_all_have_closed_forms() {
        for n in [1, 2, 3, 6, 20, 100_000_u64] {
            // At 0 of n: 1 − (α/2)^(1/n).
            let upper = -((0.025_f64).ln() / n as f64).exp_m1();
            let none = proportion(0, n, 0.95).unwrap();
            assert_eq!((none.fraction, none.interval.lower), (0.0, 0.0));
            assert!((none.interval.upper / upper - 1.0).abs() < 1e-12, "{none:?} {upper}");
            let all = proportion(n, n, 0.95).unwrap();
            assert_eq!((all.fraction, all.interval.upper), (1.0, 1.0));
            assert!((all.interval.lower + upper - 1.0).abs() < 1e-14, "{all:?}");
        }
    }

    #[test]
    #[should_panic(expected = "4 of 3")]
    fn more_than_all_is_a_bug() {
        let _ = proportion(4, 3, 0.95);
    }

    proptest! {
        #[test]
        fn holds_the_fraction_and_mirrors(n in 1u64..3000, share in 0.0..=1.0, level in 0.5..0.99) {
            let count = (share * n as f64) as u64;
            let those = proportion(count, n, level).unwrap();
            let others = proportion(n - count, n, level).unwrap();
            let Interval { lower, upper, .. } = those.interval;
            prop_assert!(0.0 <= lower && lower <= those.fraction, "{those:?}");
            prop_assert!(those.fraction <= upper && upper <= 1.0, "{those:?}");
            prop_assert!((lower + others.interval.upper - 1.0).abs() < 1e-14);
            let wider = proportion(count, n, level + 0.005).unwrap().interval;
            prop_assert!(wider.lower <= lower && upper <= wider.upper);
        }
    }
}
