//! Spearman's rank correlation.

use super::decimals::doubled_mid_ranks;
use super::distribution::{normal_factor, tail_of, two_sided_t};
use super::{Estimate, Interval, NotEstimable};

/// Up to this many pairs p comes from all orders of the ranks (9! = 362,880).
pub const SPEARMAN_EXACT_UP_TO: usize = 9;

/// Fewer pairs have no interval, and no p under 0.08.
const FEWEST_PAIRS: usize = 4;

/// Spearman's rank correlation, without a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spearman {
    /// How many pairs there are.
    pub n: usize,
    /// The correlation of the ranks, from −1 to 1.
    pub rho: f64,
    /// Its confidence interval.
    pub interval: Result<Interval, NotEstimable>,
    /// The two-sided p.
    pub p: Estimate,
    /// Whether p comes from all orders of the ranks; else from the t approximation.
    pub exact: bool,
}

/// Computes Spearman's rank correlation of pairs.
///
/// ρ is Pearson's correlation of the mid-ranks (C. Spearman, Am J Psychol 1904;15:72-101). Ties are
/// equal numbers: changes must be rounded to their decimals before. The interval is
/// tanh(artanh ρ ± z·√((1 + ρ²/2)/(n − 3))) (D. G. Bonett, T. A. Wright, Psychometrika
/// 2000;65:23-28). Up to [`SPEARMAN_EXACT_UP_TO`] pairs p is the share of all orders of the ranks,
/// ties as they are, with a correlation at least as far from 0; above, t = ρ√((n − 2)/(1 − ρ²)) has
/// n − 2 degrees of freedom.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] without pairs, [`NotEstimable::TooFewPairs`] below four,
/// [`NotEstimable::NoSpread`] if the values of one side are all equal. At exactly 1 or −1 the
/// interval, and p beyond the exact range, are [`NotEstimable::PerfectCorrelation`].
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub fn spearman(pairs: &[(f64, f64)], level: f64) -> Result<Spearman, NotEstimable> {
    tail_of(level);
    let n = pairs.len();
    if n == 0 {
        return Err(NotEstimable::NoValues);
    }
    if n < FEWEST_PAIRS {
        return Err(NotEstimable::TooFewPairs);
    }
    let first = centred_ranks(pairs, |pair| pair.0);
    let second = centred_ranks(pairs, |pair| pair.1);
    let squares = |ranks: &[i64]| -> i128 { ranks.iter().map(|&r| i128::from(r).pow(2)).sum() };
    let (of_first, of_second) = (squares(&first), squares(&second));
    if of_first == 0 || of_second == 0 {
        return Err(NotEstimable::NoSpread);
    }
    let product = products(&first, &second);
    // Integers tell exactly whether it is perfect, where a rounded quotient might be 1 + ε.
    let is_perfect = product * product == of_first * of_second;
    let rho = if is_perfect {
        product.signum() as f64
    } else {
        product as f64 / ((of_first as f64).sqrt() * (of_second as f64).sqrt())
    };
    let exact = n <= SPEARMAN_EXACT_UP_TO;
    let imperfect = if is_perfect { Err(NotEstimable::PerfectCorrelation) } else { Ok(rho) };
    let p = if exact {
        Ok(exact_p(&first, second, product))
    } else {
        imperfect.and_then(|rho| t_p(rho, n))
    };
    Ok(Spearman { n, rho, interval: imperfect.map(|rho| fisher_interval(rho, n, level)), p, exact })
}

/// Gives twice each mid-rank less twice the mean rank, n + 1: whole numbers whose sum is 0.
fn centred_ranks(pairs: &[(f64, f64)], side: impl Fn(&(f64, f64)) -> f64) -> Vec<i64> {
    // Adding 0 makes −0 and 0 one value.
    let values: Vec<f64> = pairs.iter().map(|pair| side(pair) + 0.0).collect();
    let ranks = doubled_mid_ranks(&values, f64::total_cmp);
    ranks.into_iter().map(|rank| rank as i64 - pairs.len() as i64 - 1).collect()
}

fn products(first: &[i64], second: &[i64]) -> i128 {
    first.iter().zip(second).map(|(a, b)| i128::from(*a) * i128::from(*b)).sum()
}

/// Computes the share of all orders of the second ranks with a product as far from 0.
///
/// The orders come by B. R. Heap's exchanges (Comput J 1963;6:293-298), each one swap from the last.
fn exact_p(first: &[i64], mut second: Vec<i64>, observed: i128) -> f64 {
    let is_as_far = |second: &[i64]| products(first, second).abs() >= observed.abs();
    let n = second.len();
    let mut turns = vec![0; n];
    let (mut as_far, mut orders) = (u32::from(is_as_far(&second)), 1_u32);
    let mut at = 1;
    while at < n {
        if turns[at] < at {
            second.swap(if at.is_multiple_of(2) { 0 } else { turns[at] }, at);
            as_far += u32::from(is_as_far(&second));
            orders += 1;
            turns[at] += 1;
            at = 1;
        } else {
            turns[at] = 0;
            at += 1;
        }
    }
    f64::from(as_far) / f64::from(orders)
}

fn t_p(rho: f64, n: usize) -> Estimate {
    let df = n as f64 - 2.0;
    two_sided_t(rho * (df / ((1.0 - rho) * (1.0 + rho))).sqrt(), df)
}

fn fisher_interval(rho: f64, n: usize, level: f64) -> Interval {
    let half_width = normal_factor(level) * ((1.0 + rho * rho / 2.0) / (n as f64 - 3.0)).sqrt();
    let z = rho.atanh();
    Interval { lower: (z - half_width).tanh(), upper: (z + half_width).tanh(), level }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rising(n: usize) -> Vec<(f64, f64)> {
        (0..n).map(|i| (i as f64, (i * i) as f64)).collect()
    }

    #[test]
    fn few_pairs_and_equal_values_have_no_correlation() {
        assert_eq!(spearman(&[], 0.95), Err(NotEstimable::NoValues));
        assert_eq!(spearman(&rising(3), 0.95), Err(NotEstimable::TooFewPairs));
        let level = [(1.0, 2.0), (1.0, 3.0), (1.0, 4.0), (1.0, 5.0)];
        assert_eq!(spearman(&level, 0.95), Err(NotEstimable::NoSpread));
    }

    #[test]
    fn a_perfect_one_has_no_interval() {
        // Of n! orders, the observed one and its reverse.
        for (n, p) in [(4, 2.0 / 24.0), (9, 2.0 / 362_880.0)] {
            let perfect = spearman(&rising(n), 0.95).unwrap();
            assert_eq!((perfect.rho, perfect.p, perfect.exact), (1.0, Ok(p), true));
            assert_eq!(perfect.interval, Err(NotEstimable::PerfectCorrelation));
        }
        let ten = spearman(&rising(10), 0.95).unwrap();
        assert_eq!((ten.rho, ten.exact), (1.0, false));
        assert_eq!(ten.p, Err(NotEstimable::PerfectCorrelation));
    }

    #[test]
    fn the_two_methods_are_near_where_they_meet() {
        let nine: Vec<(f64, f64)> = (0..9).map(|i| (i as f64, (i * 5 % 9) as f64)).collect();
        let exact = spearman(&nine, 0.95).unwrap();
        let near = t_p(exact.rho, 9).unwrap();
        assert!((exact.p.unwrap() - near).abs() < 0.02, "{exact:?} {near}");
    }

    fn some_pairs(most: i32) -> impl Strategy<Value = Vec<(f64, f64)>> {
        let number = || (-most..=most).prop_map(f64::from);
        prop::collection::vec((number(), number()), 4..=7)
    }

    proptest! {
        #[test]
        fn sides_order_and_sign_tell_the_same(pairs in some_pairs(5), level in 0.5..0.99) {
            let Ok(found) = spearman(&pairs, level) else { return Ok(()) };
            let swapped: Vec<(f64, f64)> = pairs.iter().rev().map(|&(a, b)| (b, a)).collect();
            let other = spearman(&swapped, level).unwrap();
            prop_assert_eq!((found.rho, found.p), (other.rho, other.p));
            let mirrored: Vec<(f64, f64)> = pairs.iter().map(|&(a, b)| (a, -b)).collect();
            let mirror = spearman(&mirrored, level).unwrap();
            prop_assert_eq!((mirror.rho, mirror.p), (-found.rho, found.p));
            // Any rising change of the values leaves their ranks.
            let cubed: Vec<(f64, f64)> = pairs.iter().map(|&(a, b)| (a.powi(3), b)).collect();
            prop_assert_eq!(spearman(&cubed, level), Ok(found));
            prop_assert!((-1.0..=1.0).contains(&found.rho));
            let p = found.p.unwrap();
            prop_assert!(p > 0.0 && p <= 1.0);
            if let Ok(Interval { lower, upper, .. }) = found.interval {
                prop_assert!(-1.0 <= lower && lower < found.rho && found.rho < upper && upper <= 1.0);
            }
        }
    }
}
