//! The permutation test of two groups.

use super::decimals::to_units;
use super::{NotEstimable, finite, mean};

/// Up to this many ways to split the values into the two groups, all of them are tried.
pub const SPLITS_EXACT_UP_TO: u64 = 200_000;

/// Above that, this many are drawn.
pub const RANDOM_SPLITS: u64 = 9_999;

/// Where the drawing starts: the same data give the same p, on every machine.
pub const SPLITS_SEED: u64 = 20_251_122;

/// A difference of two means, in the unit of the values, and its permutation test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PermutationTest {
    /// The first group's mean less the second's.
    pub difference: f64,
    /// The two-sided p.
    pub p: f64,
    /// The least p that any split of these values could give.
    pub least_p: f64,
    /// How many splits were looked at.
    pub splits: u64,
    /// Whether these were all there are; else they were drawn, from [`SPLITS_SEED`].
    pub exact: bool,
}

/// Tests whether two groups are one, by splitting their values anew.
///
/// p is the share of splits, with the groups' sizes, whose means differ by at least as much either
/// way (R. A. Fisher, The Design of Experiments, 1935, §21; E. J. G. Pitman, Suppl J R Stat Soc
/// 1937;4:119-130). Values are rounded to `decimals` first, and sums compared as whole numbers:
/// no split is lost to rounding. There are C(n, n₁) splits; above [`SPLITS_EXACT_UP_TO`]
/// [`RANDOM_SPLITS`] are drawn and p = (b + 1)/(m + 1), of which the observed split is the one
/// added (B. Phipson, G. K. Smyth, Stat Appl Genet Mol Biol 2010;9:39). Neither the order of the
/// values nor that of the groups changes p.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] if a group is empty; [`NotEstimable::OutOfRange`] for values above
/// 9 × 10¹⁵ units of the last decimal.
///
/// # Panics
///
/// If `decimals` is above 22.
pub fn permutation_test(
    first: &[f64],
    second: &[f64],
    decimals: u32,
) -> Result<PermutationTest, NotEstimable> {
    let difference = finite(mean(first)? - mean(second)?)?;
    let (mut pooled, others) = (to_units(first, decimals)?, to_units(second, decimals)?);
    // A split is told by either of its groups: the smaller has less to add.
    let smaller: &[i64] = if pooled.len() <= others.len() { &pooled } else { &others };
    let (size, sum) = (smaller.len(), total(smaller));
    pooled.extend(others);
    pooled.sort_unstable();
    let splits = Splits { total: total(&pooled), pooled, size };
    let observed = splits.distance(sum);
    let test = match ways(splits.pooled.len() as u64, size as u64) {
        Some(ways) => {
            let (as_far, farthest) = splits.count_all(observed);
            let share = |count: u64| count as f64 / ways as f64;
            let (p, least_p) = (share(as_far), share(farthest));
            PermutationTest { difference, p, least_p, splits: ways, exact: true }
        }
        None => {
            let all = (RANDOM_SPLITS + 1) as f64;
            let p = (splits.count_drawn(observed) + 1) as f64 / all;
            PermutationTest {
                difference,
                p,
                least_p: 1.0 / all,
                splits: RANDOM_SPLITS,
                exact: false,
            }
        }
    };
    Ok(test)
}

fn total(units: &[i64]) -> i128 {
    units.iter().map(|&unit| i128::from(unit)).sum()
}

/// Computes C(n, k), k at most n/2, if it is at most [`SPLITS_EXACT_UP_TO`].
fn ways(n: u64, k: u64) -> Option<u64> {
    let mut ways = 1;
    for i in 0..k {
        ways = ways * (n - i) / (i + 1);
        if ways > SPLITS_EXACT_UP_TO {
            return None;
        }
    }
    Some(ways)
}

/// The ways to choose one group from all values.
struct Splits {
    pooled: Vec<i64>,
    total: i128,
    size: usize,
}

impl Splits {
    /// How far the mean of a group with this sum is from the mean of all, in units that make it
    /// whole. The difference of the two groups' means is proportional to it.
    fn distance(&self, sum: i128) -> u128 {
        (sum * self.pooled.len() as i128 - self.total * self.size as i128).unsigned_abs()
    }

    /// Counts the splits at least as far as the observed one, and those that are farthest.
    fn count_all(&self, observed: u128) -> (u64, u64) {
        let mut chosen: Vec<usize> = (0..self.size).collect();
        let (mut as_far, mut farthest, mut most) = (0, 0, 0);
        loop {
            let distance =
                self.distance(chosen.iter().map(|&at| i128::from(self.pooled[at])).sum());
            as_far += u64::from(distance >= observed);
            if distance > most {
                (most, farthest) = (distance, 0);
            }
            farthest += u64::from(distance == most);
            if !next_choice(&mut chosen, self.pooled.len()) {
                return (as_far, farthest);
            }
        }
    }

    /// Counts the drawn splits at least as far as the observed one.
    fn count_drawn(&self, observed: u128) -> u64 {
        let mut random = SplitMix64(SPLITS_SEED);
        let mut pooled = self.pooled.clone();
        let mut as_far = 0;
        for _ in 0..RANDOM_SPLITS {
            for at in 0..self.size {
                let other = at + random.below((pooled.len() - at) as u64) as usize;
                pooled.swap(at, other);
            }
            as_far += u64::from(self.distance(total(&pooled[..self.size])) >= observed);
        }
        as_far
    }
}

/// Moves to the next choice of places in lexicographic order; false after the last.
fn next_choice(chosen: &mut [usize], n: usize) -> bool {
    let size = chosen.len();
    let Some(moving) = (0..size).rev().find(|&at| chosen[at] < n - size + at) else { return false };
    chosen[moving] += 1;
    for at in moving + 1..size {
        chosen[at] = chosen[at - 1] + 1;
    }
    true
}

/// The generator SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014:453-472).
///
/// 64 bits of state, period 2⁶⁴: far more than is drawn here.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws a whole number below `bound`; no number is favoured by more than bound/2⁶⁴.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_group_has_no_test() {
        assert_eq!(permutation_test(&[], &[1.0], 1), Err(NotEstimable::NoValues));
        assert_eq!(permutation_test(&[1.0], &[], 1), Err(NotEstimable::NoValues));
    }

    #[test]
    fn the_generator_is_the_published_one() {
        // The first three of seed 1234567, as the authors' Java code gives them.
        let mut random = SplitMix64(1_234_567);
        let drawn = [random.next(), random.next(), random.next()];
        assert_eq!(drawn, [6457827717110365317, 3203168211198807973, 9817491932198370423]);
    }

    #[test]
    fn separate_groups_have_the_least_p() {
        // Of C(6, 3) = 20 splits this one and its mirror image are the farthest.
        let test = permutation_test(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], 0).unwrap();
        assert_eq!((test.difference, test.p, test.least_p), (-3.0, 0.1, 0.1));
        assert_eq!((test.splits, test.exact), (20, true));
        let one = permutation_test(&[1.0], &[4.0], 0).unwrap();
        assert_eq!((one.p, one.least_p, one.splits), (1.0, 1.0, 2));
    }

    #[test]
    fn no_split_is_lost_to_rounding() {
        // All splits of these are alike on paper; in doubles 0.1 + 0.2 is not 0.3.
        let test = permutation_test(&[0.1 + 0.2], &[0.3, 7.1 - 6.8], 1).unwrap();
        assert_eq!(test.p, 1.0);
    }

    #[test]
    fn drawn_splits_come_near_all() {
        // C(22, 11) = 705,432 are too many to try; the t test is near.
        let first: Vec<f64> = (0..11).map(|i| f64::from(i * i % 17)).collect();
        let second: Vec<f64> = (0..11).map(|i| f64::from(i * i % 13) + 3.0).collect();
        let drawn = permutation_test(&first, &second, 0).unwrap();
        assert_eq!((drawn.splits, drawn.exact, drawn.least_p), (9_999, false, 1e-4));
        let t = crate::statistics::welch_test(&first, &second, 0.95).unwrap();
        assert!((drawn.p - t.p.unwrap()).abs() < 0.04, "{drawn:?} {t:?}");
    }

    proptest! {
        #[test]
        fn order_changes_nothing_and_sign_only_the_difference(
            (first, shuffled) in prop::collection::vec(-40..40i32, 1..12)
                .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
            second in prop::collection::vec(-40..40i32, 1..12),
        ) {
            let tenths = |whole: &[i32], sign: f64| -> Vec<f64> {
                whole.iter().map(|&whole| sign * f64::from(whole) / 10.0).collect()
            };
            let test = |a: &[i32], b: &[i32], sign| {
                permutation_test(&tenths(a, sign), &tenths(b, sign), 1).unwrap()
            };
            let one = test(&first, &second, 1.0);
            prop_assert!(one.least_p <= one.p && one.p <= 1.0);
            prop_assert_eq!(one, test(&shuffled, &second, 1.0));
            let swapped = test(&second, &first, 1.0);
            prop_assert_eq!(one.difference, -swapped.difference);
            prop_assert_eq!(one.splits, swapped.splits);
            if one.exact || first.len() != second.len() {
                prop_assert_eq!(one.p, swapped.p);
                if one.exact {
                    prop_assert_eq!(one.p, test(&first, &second, -1.0).p);
                }
            }
        }
    }
}
