//! Quantiles by the three definitions that clinical software prints.
//!
//! Source: R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, Am Stat
//! 1996;50:361-365. Names of the types are theirs, as in R's `quantile(type = )`. The three agree
//! on the median and differ on quartiles, at n = 6 by as much as a clinically relevant change.

use super::{Estimate, NotEstimable, finite};

/// Says by which definition a quantile is taken (Hyndman & Fan 1996).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum QuantileType {
    /// Type 2, the inverse of the empirical distribution function, averaging where it jumps.
    ///
    /// The default of SAS, where it is called PCTLDEF=5.
    #[default]
    Sas2,
    /// Type 6, interpolates at (n + 1)·p.
    ///
    /// The default of SPSS (HAVERAGE), Minitab and Prism.
    Spss6,
    /// Type 7, interpolates at (n − 1)·p + 1.
    ///
    /// The default of R, and of Excel as QUARTILE.INC.
    R7,
}

impl QuantileType {
    /// Names the definition as a footnote does.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sas2 => "type 2 (SAS)",
            Self::Spss6 => "type 6 (SPSS)",
            Self::R7 => "type 7 (R)",
        }
    }
}

/// Computes the quantile at probability `p`, in the unit of the values.
///
/// `sorted` is in ascending order and `p` is between 0 and 1; 0 gives the least value, 1 the
/// greatest, and a single value is every quantile of itself.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] for an empty slice.
pub fn quantile(sorted: &[f64], p: f64, kind: QuantileType) -> Estimate {
    debug_assert!(sorted.is_sorted(), "quantile wants sorted values");
    if sorted.is_empty() {
        return Err(NotEstimable::NoValues);
    }
    between(sorted, Place::of(p, sorted.len(), kind))
}

/// Computes quantiles of values in any order, which are rearranged, in time proportional to n.
///
/// `probabilities` ascend. Only the order statistics that are used are put in their places.
pub(super) fn quantiles_of_unsorted<const COUNT: usize>(
    values: &mut [f64],
    probabilities: [f64; COUNT],
    kind: QuantileType,
) -> [Estimate; COUNT] {
    debug_assert!(probabilities.is_sorted(), "probabilities ascend");
    if values.is_empty() {
        return [Err(NotEstimable::NoValues); COUNT];
    }
    let places = probabilities.map(|p| Place::of(p, values.len(), kind));
    let mut ranks: Vec<usize> = places.iter().flat_map(|at| [at.lower, at.upper]).collect();
    ranks.sort_unstable();
    settle(values, &ranks, 0);
    places.map(|place| between(values, place))
}

/// Puts the values of these ranks, ascending and counted from `first`, where sorting would.
///
/// The middle rank goes first and halves the work of the others.
fn settle(values: &mut [f64], ranks: &[usize], first: usize) {
    let Some(&rank) = ranks.get(ranks.len() / 2) else { return };
    let (below, _, above) = values.select_nth_unstable_by(rank - first, f64::total_cmp);
    settle(below, &ranks[..ranks.partition_point(|other| *other < rank)], first);
    settle(above, &ranks[ranks.partition_point(|other| *other <= rank)..], rank + 1);
}

/// A place between two neighbouring order statistics, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    lower: usize,
    upper: usize,
    /// How far the place is from `lower` to `upper`, from 0 to below 1.
    weight: f64,
}

impl Place {
    fn of(p: f64, n: usize, kind: QuantileType) -> Self {
        debug_assert!((0.0..=1.0).contains(&p), "a probability, not {p}");
        let count = n as f64;
        match kind {
            QuantileType::Sas2 => {
                let (rank, beyond) = whole_and_part(count * p);
                let weight = if beyond == 0.0 { 0.5 } else { 0.0 };
                Self::counted_from_1(if beyond == 0.0 { rank } else { rank + 1.0 }, weight, n)
            }
            QuantileType::Spss6 => {
                let (rank, weight) = whole_and_part((count + 1.0) * p);
                Self::counted_from_1(rank, weight, n)
            }
            QuantileType::R7 => {
                let (rank, weight) = whole_and_part((count - 1.0) * p);
                Self::counted_from_1(rank + 1.0, weight, n)
            }
        }
    }

    /// Keeps the place inside the sample: below the first value is the first, beyond the last
    /// the last.
    fn counted_from_1(rank: f64, weight: f64, n: usize) -> Self {
        let inside = |rank: f64| rank.clamp(1.0, n as f64) as usize - 1;
        Self { lower: inside(rank), upper: inside(rank + 1.0), weight }
    }
}

/// Splits a place into whole ranks and the part beyond, forgiving the rounding of n·p.
///
/// 0.07 × 100 is 7.000000000000001 in doubles and means 7. R forgives 4 ε (its `fuzz`); here it
/// is relative, because the error of the product grows with n.
fn whole_and_part(place: f64) -> (f64, f64) {
    let nearest = place.round();
    if (place - nearest).abs() <= 4.0 * f64::EPSILON * nearest.max(1.0) {
        (nearest, 0.0)
    } else {
        (place.floor(), place - place.floor())
    }
}

/// Interpolates from the nearer neighbour: it never leaves the two, and rounds less than a
/// weighted mean does. The values are rounded decimals themselves, so a quarter of the way from
/// 8.9 to 9.3 is 9.200000000000001; who rounds for print must first go back to 15 digits.
fn between(values: &[f64], place: Place) -> Estimate {
    let (lower, upper) = (values[place.lower], values[place.upper]);
    if place.weight == 0.0 || lower == upper {
        return finite(lower);
    }
    let value = if place.weight == 0.5 {
        lower.midpoint(upper)
    } else if place.weight < 0.5 {
        lower + place.weight * (upper - lower)
    } else {
        upper - (1.0 - place.weight) * (upper - lower)
    };
    finite(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [QuantileType; 3] = [QuantileType::Sas2, QuantileType::Spss6, QuantileType::R7];

    fn quartiles(values: &[f64], kind: QuantileType) -> [f64; 3] {
        [0.25, 0.5, 0.75].map(|p| quantile(values, p, kind).unwrap())
    }

    #[test]
    fn three_definitions_three_answers() {
        let hba1c = [6.1, 6.8, 7.4, 8.9, 9.3, 10.2];
        let to_15_digits = |kind| quartiles(&hba1c, kind).map(|value| format!("{value:.14}"));
        let expected = |values: [f64; 3]| values.map(|value| format!("{value:.14}"));
        assert_eq!(to_15_digits(QuantileType::Sas2), expected([6.8, 8.15, 9.3]));
        assert_eq!(to_15_digits(QuantileType::Spss6), expected([6.625, 8.15, 9.525]));
        assert_eq!(to_15_digits(QuantileType::R7), expected([6.95, 8.15, 9.2]));
    }

    #[test]
    fn type_2_averages_where_np_is_whole() {
        assert_eq!(quartiles(&[1.0, 2.0, 4.0, 8.0], QuantileType::Sas2), [1.5, 3.0, 6.0]);
        assert_eq!(quartiles(&[1.0, 2.0], QuantileType::Sas2), [1.0, 1.5, 2.0]);
        // 100 × 0.07 and 1,000,000 × 0.07 are not whole in doubles.
        let values: Vec<f64> = (1..=1_000_000).map(f64::from).collect();
        assert_eq!(quantile(&values[..100], 0.07, QuantileType::Sas2), Ok(7.5));
        assert_eq!(quantile(&values, 0.07, QuantileType::Sas2), Ok(70_000.5));
    }

    #[test]
    fn one_value_is_every_quantile_and_none_has_none() {
        for kind in KINDS {
            assert_eq!(quartiles(&[7.1], kind), [7.1; 3]);
            assert_eq!(quantile(&[], 0.5, kind), Err(NotEstimable::NoValues));
        }
    }

    #[test]
    fn huge_neighbours_do_not_overflow() {
        assert_eq!(quantile(&[-f64::MAX, f64::MAX], 0.5, QuantileType::R7), Ok(0.0));
        assert_eq!(quantile(&[f64::MAX, f64::MAX], 0.5, QuantileType::R7), Ok(f64::MAX));
    }

    fn some_values() -> impl Strategy<Value = Vec<f64>> {
        // Whole tenths, so that ties are common.
        prop::collection::vec((-300..300i32).prop_map(|tenths| f64::from(tenths) / 10.0), 1..60)
    }

    fn some_kind() -> impl Strategy<Value = QuantileType> {
        prop::sample::select(KINDS.to_vec())
    }

    proptest! {
        #[test]
        fn selecting_equals_sorting(mut values in some_values(), kind in some_kind()) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let wanted = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0];
            let from_sorted = wanted.map(|p| quantile(&sorted, p, kind));
            prop_assert_eq!(quantiles_of_unsorted(&mut values, wanted, kind), from_sorted);
        }

        #[test]
        fn quantiles_ascend_from_least_to_greatest(
            mut values in some_values(), kind in some_kind(), p in 0.0..=1.0, q in 0.0..=1.0,
        ) {
            values.sort_by(f64::total_cmp);
            let (least, greatest) = (values[0], values[values.len() - 1]);
            prop_assert_eq!(quantile(&values, 0.0, kind), Ok(least));
            prop_assert_eq!(quantile(&values, 1.0, kind), Ok(greatest));
            let low = quantile(&values, f64::min(p, q), kind).unwrap();
            let high = quantile(&values, f64::max(p, q), kind).unwrap();
            prop_assert!(least <= low && low <= high && high <= greatest);
        }

        #[test]
        fn a_change_of_sign_mirrors_the_quartiles(mut values in some_values(), kind in some_kind()) {
            values.sort_by(f64::total_cmp);
            let mirrored: Vec<f64> = values.iter().rev().map(|value| -value).collect();
            let [q1, median, q3] = quartiles(&values, kind);
            prop_assert_eq!(quartiles(&mirrored, kind), [-q3, -median, -q1]);
        }
    }
}
