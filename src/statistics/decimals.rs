//! Printed numbers as whole units of their last decimal.
//!
//! 7.1 − 6.8 is 0.2999999999999998 in doubles and 0.3 on paper. Where equal values matter (ranks,
//! zeros, splits that do as well as the observed one), they are compared on whole numbers.

use super::NotEstimable;

/// Above this a double can't hold every whole number.
const MOST: f64 = 9_007_199_254_740_992.0;

/// Powers of ten up to here are exact doubles.
const MOST_DECIMALS: u32 = 22;

/// Turns values into whole units of their last decimal, rounding each to the nearest.
///
/// # Errors
///
/// [`NotEstimable::OutOfRange`] if a value in these units is above 9 × 10¹⁵.
///
/// # Panics
///
/// If `decimals` is above 22.
pub(super) fn to_units(values: &[f64], decimals: u32) -> Result<Vec<i64>, NotEstimable> {
    let unit = units_in_1(decimals);
    let whole = |value: &f64| {
        let units = (value * unit).round();
        if units.abs() <= MOST { Ok(units as i64) } else { Err(NotEstimable::OutOfRange) }
    };
    values.iter().map(whole).collect()
}

/// Gives the units of the last decimal in 1, as 100 for two decimals.
pub(super) fn units_in_1(decimals: u32) -> f64 {
    assert!(decimals <= MOST_DECIMALS, "at most {MOST_DECIMALS} decimals, not {decimals}");
    10_f64.powi(decimals as i32)
}

/// Gives each value's mid-rank, doubled so that it is whole: equal values share the mean of the
/// ranks that they take up.
///
/// The ranks are those of ascending order, from 2 for the least, and stand in the order of `values`.
pub(super) fn doubled_mid_ranks<T>(
    values: &[T],
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> Vec<u64> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|&a, &b| order(&values[a], &values[b]));
    let mut ranks = vec![0; values.len()];
    let mut before = 0;
    for tied in places.chunk_by(|&a, &b| order(&values[a], &values[b]).is_eq()) {
        // Ranks before + 1 to before + t: twice their mean is their first and last together.
        let doubled = (2 * before + tied.len() + 1) as u64;
        tied.iter().for_each(|&place| ranks[place] = doubled);
        before += tied.len();
    }
    ranks
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn noise_beyond_the_last_decimal_is_gone() {
        assert_eq!(to_units(&[7.1 - 6.8, 0.3, -0.3, 6.8 - 7.1], 1), Ok(vec![3, 3, -3, -3]));
        assert_eq!(to_units(&[1.25], 2), Ok(vec![125]));
        assert_eq!(to_units(&[1e16], 0), Err(NotEstimable::OutOfRange));
    }

    #[test]
    fn equal_values_share_their_ranks() {
        let ranks = doubled_mid_ranks(&[3, 1, 3, 2, 3], i32::cmp);
        assert_eq!(ranks, [8, 2, 8, 4, 8]);
    }
}
