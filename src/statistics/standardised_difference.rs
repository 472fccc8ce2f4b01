//! How far two groups are apart, in units of their spread: what a baseline table gives for a p.

use super::linear::Cholesky;
use super::moments::{mean, standard_deviation_about};
use super::{Estimate, NotEstimable, finite};

/// Computes the standardised mean difference of numbers, without a unit.
///
/// d = (mean₁ − mean₂) / √((s₁² + s₂²)/2), the SDs with n − 1 and both groups with the same weight
/// whatever their size (P. C. Austin, Stat Med 2009;28:3083-3107). Its sign is that of the first
/// group's mean less the second's.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] and [`NotEstimable::OneValue`] if a group has fewer than two values;
/// [`NotEstimable::NoSpread`] if the values of each group are all equal;
/// [`NotEstimable::OutOfRange`] as for the standard deviation.
pub fn standardised_difference(first: &[f64], second: &[f64]) -> Estimate {
    let (mean_1, mean_2) = (mean(first)?, mean(second)?);
    let sd_1 = standard_deviation_about(first, mean_1)?;
    let sd_2 = standard_deviation_about(second, mean_2)?;
    let pooled = (f64::hypot(sd_1, sd_2)) / std::f64::consts::SQRT_2;
    if pooled == 0.0 {
        return Err(NotEstimable::NoSpread);
    }
    finite((mean_1 - mean_2) / pooled)
}

/// Computes the standardised difference of a category, from how many of each group have each level.
///
/// The Mahalanobis distance of the two groups' shares, all levels but one, in the mean of their
/// multinomial covariances (D. Yang, J. E. Dalton, SAS Global Forum 2012, paper 335): which level is
/// left out changes nothing. With two levels it is |p₁ − p₂| / √((p₁q₁ + p₂q₂)/2). It has no sign.
/// Levels that nobody has are left out.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] if a group is empty; [`NotEstimable::NoOverlap`] if no level occurs
/// in both groups: they are then infinitely far apart.
///
/// # Panics
///
/// If the slices differ in length.
pub fn standardised_difference_of_levels(first: &[u64], second: &[u64]) -> Estimate {
    assert_eq!(first.len(), second.len(), "one count of each level in each group");
    let (n_1, n_2) = (first.iter().sum::<u64>(), second.iter().sum::<u64>());
    if n_1 == 0 || n_2 == 0 {
        return Err(NotEstimable::NoValues);
    }
    if first.iter().zip(second).all(|(a, b)| *a == 0 || *b == 0) {
        return Err(NotEstimable::NoOverlap);
    }
    let levels = first.iter().zip(second).filter(|(a, b)| **a + **b > 0);
    let mut shares: Vec<(f64, f64)> =
        levels.map(|(a, b)| (*a as f64 / n_1 as f64, *b as f64 / n_2 as f64)).collect();
    // The level left out is the commonest: the others' covariance is then the farthest from singular.
    shares.sort_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)));
    shares.pop();
    let size = shares.len();
    let covariance = |row: usize, column: usize| {
        let ((p_1, p_2), (q_1, q_2)) = (shares[row], shares[column]);
        let variance = if row == column { p_1 + p_2 } else { 0.0 };
        (variance - p_1 * q_1 - p_2 * q_2) / 2.0
    };
    let differences: Vec<f64> = shares.iter().map(|(p_1, p_2)| p_1 - p_2).collect();
    let root = Cholesky::of(size, covariance).ok_or(NotEstimable::NoOverlap)?;
    let scaled = root.divide(&differences);
    finite(scaled.iter().map(|value| value * value).sum::<f64>().sqrt())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_has_no_spread_has_no_difference() {
        assert_eq!(standardised_difference(&[], &[1.0, 2.0]), Err(NotEstimable::NoValues));
        assert_eq!(standardised_difference(&[1.0, 2.0], &[1.0]), Err(NotEstimable::OneValue));
        assert_eq!(standardised_difference(&[1.0; 3], &[2.0; 3]), Err(NotEstimable::NoSpread));
        assert_eq!(standardised_difference(&[1.0, 3.0], &[2.0; 3]), Ok(0.0));
    }

    #[test]
    fn groups_without_a_common_level_are_infinitely_apart() {
        let levels = standardised_difference_of_levels;
        assert_eq!(levels(&[], &[]), Err(NotEstimable::NoValues));
        assert_eq!(levels(&[0, 0], &[1, 2]), Err(NotEstimable::NoValues));
        assert_eq!(levels(&[3, 0], &[0, 2]), Err(NotEstimable::NoOverlap));
        assert_eq!(levels(&[3, 4, 0], &[0, 0, 2]), Err(NotEstimable::NoOverlap));
        assert_eq!(levels(&[3, 0], &[2, 0]), Ok(0.0));
    }

    proptest! {
        #[test]
        fn two_levels_are_the_difference_of_proportions(
            yes_1 in 1u64..40, no_1 in 1u64..40, yes_2 in 0u64..40, no_2 in 1u64..40,
        ) {
            let share = |yes: u64, no: u64| yes as f64 / (yes + no) as f64;
            let (p, q) = (share(yes_1, no_1), share(yes_2, no_2));
            let expected = (p - q).abs() / ((p * (1.0 - p) + q * (1.0 - q)) / 2.0).sqrt();
            let found = standardised_difference_of_levels(&[yes_1, no_1], &[yes_2, no_2]).unwrap();
            prop_assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }

        #[test]
        fn the_order_of_levels_and_groups_changes_nothing(
            counts in prop::collection::vec((0u64..20, 0u64..20), 2..7), turn in 0usize..7,
        ) {
            let (first, second): (Vec<u64>, Vec<u64>) = counts.iter().copied().unzip();
            let mut turned = counts.clone();
            turned.rotate_left(turn % counts.len());
            let (other, another): (Vec<u64>, Vec<u64>) = turned.into_iter().unzip();
            let found = standardised_difference_of_levels(&first, &second);
            let again = standardised_difference_of_levels(&another, &other);
            match (found, again) {
                (Ok(found), Ok(again)) => prop_assert!((found - again).abs() <= 1e-10 * found.max(1e-3)),
                (found, again) => prop_assert_eq!(found, again),
            }
        }

        #[test]
        fn the_unit_changes_nothing_and_the_order_the_sign(
            first in prop::collection::vec(-50.0..50.0, 2..20),
            second in prop::collection::vec(-50.0..50.0, 2..20),
        ) {
            let d = standardised_difference(&first, &second).unwrap();
            prop_assert_eq!(standardised_difference(&second, &first), Ok(-d));
            let percent = |values: &[f64]| -> Vec<f64> {
                values.iter().map(|value| 10.929 * (value - 2.15)).collect()
            };
            let scaled = standardised_difference(&percent(&first), &percent(&second)).unwrap();
            prop_assert!((scaled - d).abs() <= 1e-11 * d.abs().max(1.0));
        }
    }
}
