//! Whether a printed mean or percentage can come from so many whole things.
//!
//! All in whole numbers, so that no decimal is lost. A half may have been rounded either way; a print
//! that was cut off, not rounded, is taken for impossible.

use std::ops::RangeInclusive;

use super::NotEstimable;
use super::decimals::to_units;

/// Whether a printed mean is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// Some values have this mean.
    Possible,
    /// No values have this mean.
    Impossible,
    /// Any print would be possible, since so many values have a mean near every last decimal.
    AlwaysPossible,
}

/// Tests whether the mean of `n` values, printed with `decimals`, can be: the GRIM test.
///
/// N. J. L. Brown, J. A. J. Heathers, Soc Psychol Personal Sci 2017;8:363-369. The values are whole numbers,
/// or numbers with `value_decimals` (1 for HbA1c in steps of 0.1): their sum is a whole number of those
/// steps, and the mean that sum over n. Values that were converted from another unit, or are means
/// themselves, have no such steps, and the test doesn't apply to them.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] at n = 0 and [`NotEstimable::OutOfRange`] if the mean in units of its last
/// decimal is above 9 × 10¹⁵.
///
/// # Panics
///
/// If `decimals` is above 22.
pub fn grim(
    mean: f64,
    decimals: u32,
    n: u64,
    value_decimals: u32,
) -> Result<Granularity, NotEstimable> {
    let printed = i128::from(to_units(&[mean], decimals)?[0]);
    if n == 0 {
        return Err(NotEstimable::NoValues);
    }
    // How many units of the mean's last decimal are in one step of the values.
    let step = 10_i128.pow(decimals.saturating_sub(value_decimals));
    let n = i128::from(n);
    if n >= step {
        return Ok(Granularity::AlwaysPossible);
    }
    // The mean is within half a unit of sum · step / n: |sum · step − printed · n| ≤ n/2.
    let off = (printed * n).rem_euclid(step);
    let is_possible = 2 * off.min(step - off) <= n;
    Ok(if is_possible { Granularity::Possible } else { Granularity::Impossible })
}

/// Finds the counts out of `denominator` that are printed as this percentage with `decimals`.
///
/// `None` if there are none, as for 90 % of 7: 6 of 7 are 86 %.
///
/// # Errors
///
/// As [`grim`].
///
/// # Panics
///
/// If `decimals` is above 22.
pub fn counts_of_percentage(
    percent: f64,
    decimals: u32,
    denominator: u64,
) -> Result<Option<RangeInclusive<u64>>, NotEstimable> {
    let printed = i128::from(to_units(&[percent], decimals)?[0]);
    if denominator == 0 {
        return Err(NotEstimable::NoValues);
    }
    let n = i128::from(denominator);
    // |100 · count / n − percent| is at most half a unit of the last decimal.
    let each = 200 * 10_i128.pow(decimals);
    let least = (2 * printed * n - n + each - 1).div_euclid(each).max(0);
    let most = (2 * printed * n + n).div_euclid(each).min(n);
    // Both are between 0 and the denominator if the range holds any.
    Ok((least <= most).then_some(least as u64..=most as u64))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mean_of_28_items_has_gaps() {
        // 145/28 = 5.179 and 146/28 = 5.214: there is no 5.19.
        assert_eq!(grim(5.19, 2, 28, 0), Ok(Granularity::Impossible));
        assert_eq!(grim(5.18, 2, 28, 0), Ok(Granularity::Possible));
        assert_eq!(grim(-5.18, 2, 28, 0), Ok(Granularity::Possible));
        assert_eq!(grim(5.19, 2, 100, 0), Ok(Granularity::AlwaysPossible));
        // Values in steps of 0.1 leave gaps in the second decimal up to 9 of them.
        assert_eq!(grim(6.84, 2, 6, 1), Ok(Granularity::Impossible));
        assert_eq!(grim(6.83, 2, 6, 1), Ok(Granularity::Possible));
        assert_eq!(grim(6.84, 2, 10, 1), Ok(Granularity::AlwaysPossible));
        assert_eq!(grim(6.8, 1, 6, 1), Ok(Granularity::AlwaysPossible));
    }

    #[test]
    fn a_half_may_be_rounded_either_way() {
        // 1/8 = 0.125.
        assert_eq!(grim(0.12, 2, 8, 0), Ok(Granularity::Possible));
        assert_eq!(grim(0.13, 2, 8, 0), Ok(Granularity::Possible));
        assert_eq!(grim(0.14, 2, 8, 0), Ok(Granularity::Impossible));
        assert_eq!(counts_of_percentage(12.0, 0, 8), Ok(Some(1..=1)));
        assert_eq!(counts_of_percentage(13.0, 0, 8), Ok(Some(1..=1)));
    }

    #[test]
    fn percentages_have_their_counts() {
        assert_eq!(counts_of_percentage(90.0, 0, 7), Ok(None));
        assert_eq!(counts_of_percentage(86.0, 0, 7), Ok(Some(6..=6)));
        assert_eq!(counts_of_percentage(0.0, 0, 7), Ok(Some(0..=0)));
        assert_eq!(counts_of_percentage(100.0, 0, 7), Ok(Some(7..=7)));
        assert_eq!(counts_of_percentage(101.0, 0, 7), Ok(None));
        assert_eq!(counts_of_percentage(-1.0, 0, 7), Ok(None));
        assert_eq!(counts_of_percentage(2.08, 2, 48), Ok(Some(1..=1)));
        assert_eq!(counts_of_percentage(50.0, 0, 400), Ok(Some(198..=202)));
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(grim(5.19, 2, 0, 0), Err(NotEstimable::NoValues));
        assert_eq!(counts_of_percentage(50.0, 0, 0), Err(NotEstimable::NoValues));
        assert_eq!(grim(1e16, 2, 5, 0), Err(NotEstimable::OutOfRange));
    }

    proptest! {
        #[test]
        fn true_means_are_possible(
            values in prop::collection::vec(-500i32..500, 1..60), decimals in 0u32..5, steps in 0u32..3,
        ) {
            let sum: i32 = values.iter().sum();
            let mean = f64::from(sum) / values.len() as f64 / 10_f64.powi(steps as i32);
            let unit = 10_f64.powi(decimals as i32);
            let printed = (mean * unit).round() / unit;
            let found = grim(printed, decimals, values.len() as u64, steps);
            prop_assert!(matches!(found, Ok(Granularity::Possible | Granularity::AlwaysPossible)));
        }

        #[test]
        fn a_count_is_among_those_of_its_percentage(
            n in 1u64..5000, share in 0.0..=1.0, decimals in 0u32..4,
        ) {
            let count = (share * n as f64) as u64;
            let unit = 10_f64.powi(decimals as i32);
            let percent = (100.0 * count as f64 / n as f64 * unit).round() / unit;
            let counts = counts_of_percentage(percent, decimals, n).unwrap().unwrap();
            prop_assert!(counts.contains(&count), "{counts:?} {count}");
        }
    }
}
