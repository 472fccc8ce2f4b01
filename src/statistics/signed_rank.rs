//! Wilcoxon's signed-rank test and the estimate that belongs to it.

use super::decimals::{doubled_mid_ranks, to_units, units_in_1};
use super::distribution::{normal_factor, tail_of, two_sided_normal};
use super::{Interval, NotEstimable, finite};

/// Up to this many differences (that are not zero, for p) the distribution is the exact one.
pub const SIGNED_RANK_EXACT_UP_TO: usize = 200;

/// Says what becomes of differences of zero in the signed-rank test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Zeros {
    /// They are dropped before ranking (F. Wilcoxon, Biometrics Bull 1945;1:80-83).
    #[default]
    Dropped,
    /// They are ranked with the others, then dropped (J. W. Pratt, J Am Stat Assoc
    /// 1959;54:655-667).
    Pratt,
}

/// The signed-rank test of differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRankTest {
    /// How many differences are not zero.
    pub n: usize,
    /// How many are zero.
    pub zeros: usize,
    /// The sum of the ranks of the positive differences.
    pub positive_ranks: f64,
    /// The two-sided p.
    pub p: f64,
    /// Whether `p` is from the permutation distribution; else from the normal approximation.
    pub exact: bool,
    /// The least p that any signs of these differences could give: 2/2ⁿ.
    pub least_p: f64,
}

/// The Hodges–Lehmann estimate of differences, in their unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HodgesLehmann {
    /// The median of the means of all pairs of differences, each also paired with itself.
    pub estimate: f64,
    /// Its confidence interval, whose level is the one asked for.
    pub interval: Interval,
    /// The confidence that the interval really has.
    ///
    /// At least the level asked for, if so many differences can give it at all; with five it is at
    /// most 0.9375, whatever they are.
    pub confidence: f64,
    /// Whether `confidence` is from the exact distribution; else from the normal approximation.
    pub exact: bool,
}

/// Tests whether differences are symmetric about zero.
///
/// `differences` are rounded to `decimals` first, so that ties are those of the printed numbers;
/// equal sizes share the mean of their ranks. The p is the share of the 2ⁿ assignments of signs
/// whose rank sum is at least as far from its mean: exact with ties too. Above
/// [`SIGNED_RANK_EXACT_UP_TO`] it is the normal approximation with the variance Σr²/4 of the
/// mid-ranks and a continuity correction of ½, as R's `wilcox.test`.
///
/// # Errors
///
/// [`NotEstimable::NoValues`], [`NotEstimable::AllZero`], and [`NotEstimable::OutOfRange`] for
/// differences above 9 × 10¹⁵ units of the last decimal.
///
/// # Panics
///
/// If `decimals` is above 22.
pub fn signed_rank_test(
    differences: &[f64],
    decimals: u32,
    zeros: Zeros,
) -> Result<SignedRankTest, NotEstimable> {
    if differences.is_empty() {
        return Err(NotEstimable::NoValues);
    }
    let mut units = to_units(differences, decimals)?;
    let count = units.len();
    if zeros == Zeros::Dropped {
        units.retain(|unit| *unit != 0);
    }
    let ranks = doubled_mid_ranks(&units, |a, b| a.unsigned_abs().cmp(&b.unsigned_abs()));
    let ranked = || units.iter().zip(&ranks).filter(|(unit, _)| **unit != 0);
    let ranks: Vec<u64> = ranked().map(|(_, rank)| *rank).collect();
    if ranks.is_empty() {
        return Err(NotEstimable::AllZero);
    }
    let positive: u64 = ranked().filter(|(unit, _)| **unit > 0).map(|(_, rank)| rank).sum();
    let exact = ranks.len() <= SIGNED_RANK_EXACT_UP_TO;
    let p = if exact { exact_p(&ranks, positive) } else { normal_p(&ranks, positive) };
    Ok(SignedRankTest {
        n: ranks.len(),
        zeros: count - ranks.len(),
        positive_ranks: positive as f64 / 2.0,
        p,
        exact,
        least_p: 2.0 * (-(ranks.len() as f64)).exp2(),
    })
}

/// Twice the chance of a rank sum as low or as high: the distribution is symmetric.
fn exact_p(ranks: &[u64], positive: u64) -> f64 {
    let total: u64 = ranks.iter().sum();
    let lower = positive.min(total - positive) as usize;
    let tail: f64 = rank_sum_chances(ranks)[..=lower].iter().sum();
    f64::min(1.0, 2.0 * tail)
}

/// Gives the chance of each sum of ranks, if each is positive or not with chance ½.
///
/// One rank after the other enters with both its signs: n × Σr steps in place of 2ⁿ.
fn rank_sum_chances(ranks: &[u64]) -> Vec<f64> {
    let total: u64 = ranks.iter().sum();
    let mut chances = vec![0.0; total as usize + 1];
    chances[0] = 1.0;
    let mut reached = 0;
    for rank in ranks.iter().map(|rank| *rank as usize) {
        reached += rank;
        for sum in (0..=reached).rev() {
            let with = if sum >= rank { chances[sum - rank] } else { 0.0 };
            chances[sum] = 0.5 * (chances[sum] + with);
        }
    }
    chances
}

fn normal_p(ranks: &[u64], positive: u64) -> f64 {
    let total: u64 = ranks.iter().sum();
    let squares: f64 = ranks.iter().map(|rank| (*rank as f64).powi(2)).sum();
    // The ranks are doubled: the distance from the mean is in halves, the variance in quarters.
    let distance = positive.abs_diff(total - positive) as f64 / 4.0;
    two_sided_normal(f64::max(0.0, distance - 0.5) / (squares / 16.0).sqrt())
}

/// Computes the Hodges–Lehmann estimate of the centre of differences and its exact interval.
///
/// J. L. Hodges, E. L. Lehmann, Ann Math Stat 1963;34:598-611; the interval as M. Hollander,
/// D. A. Wolfe, Nonparametric Statistical Methods, 1999, §3.3: the k-th least and k-th greatest of
/// the n(n + 1)/2 pair means, k by the distribution of the signed-rank sum without ties. All
/// differences take part, zeros too. It supposes that they are symmetric about their centre. With
/// ties the confidence is at least the one given. If even the outermost pair means have too little
/// confidence they are the limits: see [`HodgesLehmann::confidence`]. Above
/// [`SIGNED_RANK_EXACT_UP_TO`] differences k is from the normal approximation.
///
/// # Errors
///
/// [`NotEstimable::NoValues`]; [`NotEstimable::OneValue`], of which an interval would have no
/// confidence at all; [`NotEstimable::OutOfRange`] as for [`signed_rank_test`].
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or `decimals` is above 22.
pub fn hodges_lehmann(
    differences: &[f64],
    decimals: u32,
    level: f64,
) -> Result<HodgesLehmann, NotEstimable> {
    let tail = tail_of(level);
    let mut units = to_units(differences, decimals)?;
    match units.len() {
        0 => return Err(NotEstimable::NoValues),
        1 => return Err(NotEstimable::OneValue),
        _ => units.sort_unstable(),
    }
    let n = units.len() as u64;
    let pairs = n * (n + 1) / 2;
    let exact = units.len() <= SIGNED_RANK_EXACT_UP_TO;
    let (k, confidence) = if exact { exact_place(n, tail) } else { normal_place(n, level) };
    let per_mean = 2.0 * units_in_1(decimals);
    let mean_at = |place: u64| pair_sum_at(&units, place) as f64 / per_mean;
    let (below, above) = (pairs.div_ceil(2), pairs / 2 + 1);
    // The middle two are added as whole numbers, so that the estimate is rounded once.
    let middle = pair_sum_at(&units, below) + pair_sum_at(&units, above);
    Ok(HodgesLehmann {
        estimate: finite(middle as f64 / (2.0 * per_mean))?,
        interval: Interval { lower: mean_at(k), upper: mean_at(pairs + 1 - k), level },
        confidence,
        exact,
    })
}

/// Finds the greatest k ≥ 1 with P(W < k) ≤ tail, and the confidence of the k-th pair means.
fn exact_place(n: u64, tail: f64) -> (u64, f64) {
    let ranks: Vec<u64> = (1..=n).collect();
    let mut below = 0.0;
    let mut k = 0;
    // One part in 10¹² is rounding: 0.9375 can be asked for and had.
    for chance in rank_sum_chances(&ranks) {
        if k > 0 && below + chance > tail * (1.0 + 1e-12) {
            break;
        }
        below += chance;
        k += 1;
    }
    (k, 1.0 - 2.0 * below)
}

/// Does the same by the normal approximation, with a continuity correction.
fn normal_place(n: u64, level: f64) -> (u64, f64) {
    let count = n as f64;
    let mean = count * (count + 1.0) / 4.0;
    let sd = (count * (count + 1.0) * (2.0 * count + 1.0) / 24.0).sqrt();
    let k = (mean + 0.5 - normal_factor(level) * sd).floor().max(1.0);
    (k as u64, 1.0 - two_sided_normal((mean + 0.5 - k) / sd))
}

/// Finds the pair sum at a place, counted from 1 for the least, without forming the pairs.
///
/// The sums are whole numbers: their range is halved until as many lie at or below as asked for.
fn pair_sum_at(sorted: &[i64], place: u64) -> i64 {
    let (mut low, mut high) = (2 * sorted[0], 2 * sorted[sorted.len() - 1]);
    while low < high {
        // Rounds down for negative numbers too, and so never reaches `high`.
        let middle = low + (high - low) / 2;
        if pairs_up_to(sorted, middle) >= place {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Counts the pairs i ≤ j whose sum is at most `most`, with one walk from both ends.
fn pairs_up_to(sorted: &[i64], most: i64) -> u64 {
    let mut partners = sorted.len();
    let mut count = 0;
    for (i, value) in sorted.iter().enumerate() {
        while partners > i && value + sorted[partners - 1] > most {
            partners -= 1;
        }
        if partners <= i {
            break;
        }
        count += (partners - i) as u64;
    }
    count
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_and_only_zeros_have_no_test() {
        for zeros in [Zeros::Dropped, Zeros::Pratt] {
            assert_eq!(signed_rank_test(&[], 1, zeros), Err(NotEstimable::NoValues));
            let none = signed_rank_test(&[0.0, 7.1 - 7.1, 0.04], 1, zeros);
            assert_eq!(none, Err(NotEstimable::AllZero));
        }
        assert_eq!(hodges_lehmann(&[], 1, 0.95), Err(NotEstimable::NoValues));
        assert_eq!(hodges_lehmann(&[-1.1], 1, 0.95), Err(NotEstimable::OneValue));
    }

    #[test]
    fn few_differences_have_a_least_p() {
        let falls = [-0.5, -1.2, -0.9, -2.0, -1.1, -0.3];
        for (n, least) in [(1, 1.0), (2, 0.5), (3, 0.25), (4, 0.125), (5, 0.0625), (6, 0.03125)] {
            let test = signed_rank_test(&falls[..n], 1, Zeros::Dropped).unwrap();
            assert_eq!((test.p, test.least_p, test.positive_ranks), (least, least, 0.0));
        }
    }

    #[test]
    fn ties_are_those_of_the_printed_numbers() {
        // 0.3, 0.3 and −0.3 on paper: W = 2 + 2, as far from its mean of 3 as any sum but 0 and 6.
        let noisy = [7.1 - 6.8, 8.3 - 8.0, 6.8 - 7.1];
        let test = signed_rank_test(&noisy, 1, Zeros::Dropped).unwrap();
        assert_eq!((test.positive_ranks, test.p), (4.0, 1.0));
    }

    #[test]
    fn zeros_are_dropped_before_or_after_ranking() {
        let differences = [0.0, 0.0, 0.1, -0.2, -0.3, -0.4];
        let dropped = signed_rank_test(&differences, 1, Zeros::Dropped).unwrap();
        assert_eq!((dropped.n, dropped.zeros, dropped.positive_ranks), (4, 2, 1.0));
        assert_eq!(dropped.p, 0.25);
        let pratt = signed_rank_test(&differences, 1, Zeros::Pratt).unwrap();
        assert_eq!((pratt.n, pratt.zeros, pratt.positive_ranks), (4, 2, 3.0));
        assert_eq!(pratt.p, 0.25);
    }

    #[test]
    fn few_differences_have_the_confidence_they_can_have() {
        let five = hodges_lehmann(&[-2.0, -0.5, -1.5, -1.0, -3.0], 1, 0.95).unwrap();
        assert_eq!((five.interval.lower, five.interval.upper), (-3.0, -0.5));
        assert_eq!((five.confidence, five.interval.level, five.estimate), (0.9375, 0.95, -1.5));
        let as_asked = hodges_lehmann(&[-2.0, -0.5, -1.5, -1.0, -3.0], 1, 0.9375).unwrap();
        assert_eq!(as_asked.confidence, 0.9375);
        let two = hodges_lehmann(&[1.0, 2.0], 0, 0.95).unwrap();
        assert_eq!((two.estimate, two.confidence), (1.5, 0.5));
    }

    #[test]
    fn the_two_methods_meet() {
        let n = SIGNED_RANK_EXACT_UP_TO as u64;
        let (exact, confidence) = exact_place(n, 0.025);
        let (normal, about) = normal_place(n, 0.95);
        assert!(exact.abs_diff(normal) <= 3, "{exact} {normal}");
        assert!((confidence - about).abs() < 2e-4, "{confidence} {about}");
        let ranks: Vec<u64> = (1..=n).map(|rank| 2 * rank).collect();
        for positive in [16_000, 17_000, 18_000] {
            let (exact, normal) = (exact_p(&ranks, positive), normal_p(&ranks, positive));
            assert!((exact - normal).abs() < 5e-4, "{exact} {normal}");
        }
    }

    #[test]
    fn many_differences_have_an_approximation() {
        let values: Vec<f64> = (0..250).map(|i| f64::from(i * i % 101 - 60) / 10.0).collect();
        let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
        let test = signed_rank_test(&values, 1, Zeros::Dropped).unwrap();
        assert!(!test.exact && test.p < 1e-4, "{test:?}");
        assert_eq!(test.p, signed_rank_test(&mirrored, 1, Zeros::Dropped).unwrap().p);
        let found = hodges_lehmann(&values, 1, 0.95).unwrap();
        assert!(!found.exact && found.interval.upper < 0.0, "{found:?}");
        assert!((found.confidence - 0.95).abs() < 1e-3, "{found:?}");
    }

    fn some_differences(most: usize) -> impl Strategy<Value = Vec<f64>> {
        // Few tenths, so that ties and zeros are common.
        prop::collection::vec((-9..=9i32).prop_map(|tenths| f64::from(tenths) / 10.0), 2..=most)
    }

    /// Tries all assignments of signs.
    fn enumerated_p(ranks: &[u64], positive: u64) -> f64 {
        let total: u64 = ranks.iter().sum();
        let observed = (2 * positive).abs_diff(total);
        let as_far = (0..1_u32 << ranks.len()).filter(|signs| {
            let chosen = ranks.iter().enumerate().filter(|(i, _)| signs >> i & 1 == 1);
            let sum: u64 = chosen.map(|(_, rank)| rank).sum();
            (2 * sum).abs_diff(total) >= observed
        });
        as_far.count() as f64 / (1_u32 << ranks.len()) as f64
    }

    proptest! {
        #[test]
        fn the_exact_p_is_that_of_all_signs(
            ranks in prop::collection::vec(1u64..12, 1..10), signs in any::<u32>(),
        ) {
            let chosen = ranks.iter().enumerate().filter(|(i, _)| signs >> i & 1 == 1);
            let positive = chosen.map(|(_, rank)| rank).sum();
            prop_assert_eq!(exact_p(&ranks, positive), enumerated_p(&ranks, positive));
        }

        #[test]
        fn the_pairs_need_not_be_formed(values in some_differences(25), level in 0.5..0.999) {
            let mut sums = Vec::new();
            for (i, a) in values.iter().enumerate() {
                sums.extend(values[i..].iter().map(|b| ((a + b) * 10.0).round() as i64));
            }
            sums.sort_unstable();
            let mut units = to_units(&values, 1).unwrap();
            units.sort_unstable();
            for (at, sum) in sums.iter().enumerate() {
                prop_assert_eq!(pair_sum_at(&units, at as u64 + 1), *sum);
            }
            let found = hodges_lehmann(&values, 1, level).unwrap();
            let Interval { lower, upper, .. } = found.interval;
            prop_assert!(lower <= found.estimate && found.estimate <= upper, "{found:?}");
            prop_assert!(found.confidence >= level || sums[0] as f64 == lower * 20.0);
        }

        #[test]
        fn a_change_of_sign_mirrors_all(values in some_differences(40), pratt in any::<bool>()) {
            let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
            let zeros = if pratt { Zeros::Pratt } else { Zeros::Dropped };
            let (test, other) =
                (signed_rank_test(&values, 1, zeros), signed_rank_test(&mirrored, 1, zeros));
            prop_assert_eq!(test.map(|test| test.p), other.map(|test| test.p));
            let found = hodges_lehmann(&values, 1, 0.95).unwrap();
            let mirror = hodges_lehmann(&mirrored, 1, 0.95).unwrap();
            prop_assert_eq!(found.estimate, -mirror.estimate);
            prop_assert_eq!(found.interval.lower, -mirror.interval.upper);
            if let Ok(test) = test {
                prop_assert!(test.least_p <= test.p && test.p <= 1.0);
            }
        }
    }
}
