//! Fisher's exact test of two proportions.

use super::distribution::{root_of_increasing, tail_of};
use super::{Estimate, NotEstimable};

/// Two probabilities this close are the same one, rounded (as in R's `fisher.test`).
const SAME: f64 = 1.0 + 1e-7;

/// The logarithm of no odds ratio that counts can give is outside of ± this.
const GREATEST_LOGARITHM: f64 = 700.0;

/// The exact test of a table with two rows and two columns, and its odds ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FisherTest {
    /// The two-sided p.
    pub p: f64,
    /// The least p that a table with these margins could give.
    pub least_p: f64,
    /// The odds of the first row over those of the second, at their most likely given the margins.
    ///
    /// [`NotEstimable::Unbounded`] if no table with these margins has a higher one.
    pub odds_ratio: Estimate,
    /// The lower confidence limit of the odds ratio; exactly 0 if no table has a lower one.
    pub lower: Estimate,
    /// The upper confidence limit of the odds ratio, or [`NotEstimable::Unbounded`].
    pub upper: Estimate,
}

/// Tests whether two groups have something equally often, given how many have it in all.
///
/// A row is a group: how many have it, how many don't. p is the chance of the tables that are no
/// more likely than this one (R. A. Fisher, J R Stat Soc 1935;98:39-82), the odds ratio is the
/// conditional maximum likelihood estimate, its limits those of the noncentral hypergeometric
/// distribution at (1 − level)/2 on each side; all as R's `fisher.test`. The two are different
/// questions: an interval may hold 1 where p is below 1 − level.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] if a row is empty; [`NotEstimable::NoSpread`] if a column is: nobody
/// has it, or everybody.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub fn fisher_test(table: [[u64; 2]; 2], level: f64) -> Result<FisherTest, NotEstimable> {
    let tail = tail_of(level);
    let [[with, without], [other_with, other_without]] = table;
    if with + without == 0 || other_with + other_without == 0 {
        return Err(NotEstimable::NoValues);
    }
    if with + other_with == 0 || without + other_without == 0 {
        return Err(NotEstimable::NoSpread);
    }
    let tables = Tables::of(table);
    let at = (with - tables.least) as usize;
    let last = tables.logarithms.len() - 1;
    let chances = tables.chances(0.0);
    let no_likelier = |than: f64| -> f64 {
        chances.iter().filter(|chance| **chance <= than * SAME).sum::<f64>().min(1.0)
    };
    let least = f64::min(chances[0], chances[last]);
    let ratio = |f: &dyn Fn(f64) -> f64| {
        root_of_increasing(-GREATEST_LOGARITHM, GREATEST_LOGARITHM, f).exp()
    };
    let at_least = |log_ratio: f64| tables.chances(log_ratio)[at..].iter().sum::<f64>();
    let at_most = |log_ratio: f64| tables.chances(log_ratio)[..=at].iter().sum::<f64>();
    let is_first = at == 0;
    let is_last = at == last;
    Ok(FisherTest {
        p: no_likelier(chances[at]),
        least_p: no_likelier(least),
        odds_ratio: if is_last {
            Err(NotEstimable::Unbounded)
        } else if is_first {
            Ok(0.0)
        } else {
            Ok(ratio(&|log_ratio| tables.mean(log_ratio) - at as f64))
        },
        lower: Ok(if is_first { 0.0 } else { ratio(&|log_ratio| at_least(log_ratio) - tail) }),
        upper: if is_last {
            Err(NotEstimable::Unbounded)
        } else {
            Ok(ratio(&|log_ratio| tail - at_most(log_ratio)))
        },
    })
}

/// All tables with the same margins, by how many of the first row have it.
struct Tables {
    /// How many of the first row must have it.
    least: u64,
    /// ln of each table's chance at an odds ratio of 1, but for a constant.
    logarithms: Vec<f64>,
}

impl Tables {
    fn of([[with, without], [other_with, other_without]]: [[u64; 2]; 2]) -> Self {
        let (row, column) = (with + without, with + other_with);
        let other_row = other_with + other_without;
        let (least, most) = (column.saturating_sub(other_row), row.min(column));
        // The chance of x + 1 over that of x is a quotient of whole numbers.
        let mut logarithms = vec![0.0];
        let mut sum = 0.0;
        for x in least..most {
            let more = (row - x) as f64 * (column - x) as f64;
            let fewer = (x + 1) as f64 * (other_row + x + 1 - column) as f64;
            sum += (more / fewer).ln();
            logarithms.push(sum);
        }
        Self { least, logarithms }
    }

    /// Gives each table's chance if the odds ratio has this logarithm.
    fn chances(&self, log_ratio: f64) -> Vec<f64> {
        let tilted = |(at, logarithm): (usize, &f64)| logarithm + at as f64 * log_ratio;
        let tilted: Vec<f64> = self.logarithms.iter().enumerate().map(tilted).collect();
        let greatest = tilted.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = tilted.iter().map(|value| (value - greatest).exp()).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }

    /// The mean place of a table, counted from 0, if the odds ratio has this logarithm.
    fn mean(&self, log_ratio: f64) -> f64 {
        let chances = self.chances(log_ratio);
        chances.iter().enumerate().map(|(at, chance)| at as f64 * chance).sum()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_row_or_column_has_no_test() {
        assert_eq!(fisher_test([[0, 0], [1, 2]], 0.95), Err(NotEstimable::NoValues));
        assert_eq!(fisher_test([[0, 3], [0, 2]], 0.95), Err(NotEstimable::NoSpread));
        assert_eq!(fisher_test([[3, 0], [2, 0]], 0.95), Err(NotEstimable::NoSpread));
    }

    #[test]
    fn the_lady_has_her_p() {
        // Fisher's tea: of C(8, 4) = 70 choices all right, or three of four.
        let all_right = fisher_test([[4, 0], [0, 4]], 0.95).unwrap();
        assert!((all_right.p - 2.0 / 70.0).abs() < 1e-15);
        assert_eq!(
            (all_right.odds_ratio, all_right.upper),
            (Err(NotEstimable::Unbounded), Err(NotEstimable::Unbounded))
        );
        let three = fisher_test([[3, 1], [1, 3]], 0.95).unwrap();
        assert!((three.p - 34.0 / 70.0).abs() < 1e-15);
        assert!((three.least_p - all_right.p).abs() < 1e-15);
        let none_right = fisher_test([[0, 4], [4, 0]], 0.95).unwrap();
        assert_eq!((none_right.odds_ratio, none_right.lower), (Ok(0.0), Ok(0.0)));
    }

    proptest! {
        #[test]
        fn rows_and_columns_swapped_tell_the_same(
            a in 0u64..25, b in 0u64..25, c in 0u64..25, d in 0u64..25, level in 0.5..0.99,
        ) {
            let Ok(found) = fisher_test([[a, b], [c, d]], level) else { return Ok(()) };
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-10 * b.abs();
            let turned = fisher_test([[a, c], [b, d]], level).unwrap();
            prop_assert!(close(turned.p, found.p));
            let swapped = fisher_test([[c, d], [a, b]], level).unwrap();
            prop_assert!(close(swapped.p, found.p) && found.least_p <= found.p * SAME);
            if let (Ok(one), Ok(other)) = (found.odds_ratio, swapped.odds_ratio) {
                prop_assert!(one * other == 0.0 || close(one * other, 1.0));
            }
            if let (Ok(lower), Ok(ratio)) = (found.lower, found.odds_ratio) {
                prop_assert!(lower <= ratio && found.upper.is_ok_and(|upper| ratio < upper));
            }
        }
    }
}
