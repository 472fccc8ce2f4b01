//! Cohen's kappa: how far two assessors agree beyond chance.

use super::distribution::normal_factor;
use super::{Estimate, Interval, NotEstimable};

/// A variance below this is rounding.
const LEAST_VARIANCE: f64 = 1e-14;

/// Says how much a disagreement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KappaWeights {
    /// Each counts in full; for categories without an order.
    Unweighted,
    /// By the number of steps between the categories.
    Linear,
    /// By the square of that number.
    Quadratic,
}

impl KappaWeights {
    /// How far categories `a` and `b` agree, from 0 to 1.
    fn agreement(self, a: usize, b: usize, categories: usize) -> f64 {
        let apart = a.abs_diff(b) as f64 / (categories - 1) as f64;
        match self {
            Self::Unweighted if a == b => 1.0,
            Self::Unweighted => 0.0,
            Self::Linear => 1.0 - apart,
            Self::Quadratic => 1.0 - apart * apart,
        }
    }
}

/// How far two assessors agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// How many things both have assessed.
    pub n: usize,
    /// The observed agreement, weighted, from 0 to 1.
    pub observed: f64,
    /// The agreement to be expected by chance, weighted, from 0 to 1.
    pub expected: f64,
    /// (observed − expected)/(1 − expected): 1 at full agreement, 0 at that of chance.
    pub kappa: f64,
    /// Its standard error.
    pub standard_error: Estimate,
    /// Its confidence interval, cut off at −1 and 1.
    pub interval: Result<Interval, NotEstimable>,
}

/// Computes Cohen's kappa of pairs of categories, numbered from 0 to `categories` − 1 in their order.
///
/// J. Cohen, Educ Psychol Meas 1960;20:37-46, and weighted Psychol Bull 1968;70:213-220, with the
/// standard error for large samples of J. L. Fleiss, J. Cohen, B. S. Everitt, Psychol Bull 1969;72:323-327,
/// as `Kappa` of R's vcd. Where nearly all is in one category, kappa is low though the two agree on nearly
/// everything (A. R. Feinstein, D. V. Cicchetti, J Clin Epidemiol 1990;43:543-549): the observed agreement
/// belongs beside it. The interval is too narrow for the ten or so items of an appraisal.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] without pairs, [`NotEstimable::NoSpread`] if both use one and the same
/// category only. Standard error and interval are [`NotEstimable::NoWidth`] where the formula gives 0, as at
/// full agreement.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or a category is not below `categories`.
pub fn kappa(
    pairs: &[(usize, usize)],
    categories: usize,
    weights: KappaWeights,
    level: f64,
) -> Result<Kappa, NotEstimable> {
    let z = normal_factor(level);
    for (first, second) in pairs {
        assert!(first.max(second) < &categories, "({first}, {second}) of {categories} categories");
    }
    let &(first, _) = pairs.first().ok_or(NotEstimable::NoValues)?;
    if pairs.iter().all(|pair| *pair == (first, first)) {
        return Err(NotEstimable::NoSpread);
    }
    let n = pairs.len() as f64;
    let weight = |a: usize, b: usize| weights.agreement(a, b, categories);
    let share = |of: &dyn Fn(&(usize, usize)) -> usize| {
        let mut shares = vec![0.0; categories];
        pairs.iter().for_each(|pair| shares[of(pair)] += 1.0 / n);
        shares
    };
    let (of_first, of_second) = (share(&|pair| pair.0), share(&|pair| pair.1));
    // How far a category of one assessor agrees with the other's by chance.
    let by_chance = |shares: &[f64]| -> Vec<f64> {
        let with = |a: usize| shares.iter().enumerate().map(|(b, p)| p * weight(a, b)).sum();
        (0..categories).map(with).collect()
    };
    let (rows, columns) = (by_chance(&of_second), by_chance(&of_first));
    let observed = pairs.iter().map(|&(a, b)| weight(a, b)).sum::<f64>() / n;
    let expected: f64 = of_first.iter().zip(&rows).map(|(p, chance)| p * chance).sum();
    let beyond = 1.0 - expected;
    let kappa = (observed - expected) / beyond;
    let square =
        |&(a, b): &(usize, usize)| (weight(a, b) - (rows[a] + columns[b]) * (1.0 - kappa)).powi(2);
    let squares = pairs.iter().map(square).sum::<f64>() / n;
    let variance = (squares - (kappa - expected * (1.0 - kappa)).powi(2)) / (n * beyond * beyond);
    let standard_error =
        if variance > LEAST_VARIANCE { Ok(variance.sqrt()) } else { Err(NotEstimable::NoWidth) };
    let interval = standard_error.map(|error| Interval {
        lower: (kappa - z * error).max(-1.0),
        upper: (kappa + z * error).min(1.0),
        level,
    });
    Ok(Kappa { n: pairs.len(), observed, expected, kappa, standard_error, interval })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [KappaWeights; 3] =
        [KappaWeights::Unweighted, KappaWeights::Linear, KappaWeights::Quadratic];

    #[test]
    fn one_category_has_no_kappa() {
        assert_eq!(kappa(&[], 2, KappaWeights::Unweighted, 0.95), Err(NotEstimable::NoValues));
        for weights in ALL {
            assert_eq!(kappa(&[(1, 1); 8], 3, weights, 0.95), Err(NotEstimable::NoSpread));
        }
    }

    #[test]
    fn full_agreement_has_no_interval() {
        for weights in ALL {
            let found = kappa(&[(0, 0), (1, 1), (2, 2), (1, 1)], 3, weights, 0.95).unwrap();
            assert_eq!((found.observed, found.kappa), (1.0, 1.0));
            assert_eq!(found.interval, Err(NotEstimable::NoWidth));
        }
        let opposite = kappa(&[(0, 1), (1, 0)], 2, KappaWeights::Unweighted, 0.95).unwrap();
        assert_eq!((opposite.kappa, opposite.interval), (-1.0, Err(NotEstimable::NoWidth)));
    }

    #[test]
    fn four_cells_have_a_known_kappa() {
        // 20 both yes, 5 and 10 one only, 15 both no: agreement 0.7, by chance 0.5.
        let cells = [((1, 1), 20), ((1, 0), 5), ((0, 1), 10), ((0, 0), 15)];
        let pairs: Vec<(usize, usize)> =
            cells.iter().flat_map(|&(pair, count)| vec![pair; count]).collect();
        for weights in ALL {
            let found = kappa(&pairs, 2, weights, 0.95).unwrap();
            assert!((found.observed - 0.7).abs() < 1e-14 && (found.expected - 0.5).abs() < 1e-14);
            assert!((found.kappa - 0.4).abs() < 1e-14, "{found:?}");
        }
    }

    #[test]
    fn a_near_miss_counts_less_with_weights() {
        let near = [(0, 1), (1, 1), (2, 2), (0, 0), (2, 1), (1, 2)];
        let of = |weights| kappa(&near, 3, weights, 0.95).unwrap().kappa;
        let [simple, linear, quadratic] = ALL.map(of);
        assert!(simple < linear && linear < quadratic, "{simple} {linear} {quadratic}");
    }

    proptest! {
        #[test]
        fn the_assessors_are_alike(pairs in prop::collection::vec((0usize..4, 0usize..4), 1..40)) {
            let turned: Vec<(usize, usize)> = pairs.iter().map(|&(a, b)| (b, a)).collect();
            for weights in ALL {
                match (kappa(&pairs, 4, weights, 0.95), kappa(&turned, 4, weights, 0.95)) {
                    (Ok(one), Ok(other)) => {
                        prop_assert!((one.kappa - other.kappa).abs() < 1e-12);
                        prop_assert!((-1.0 - 1e-12..=1.0).contains(&one.kappa));
                        let Ok(Interval { lower, upper, .. }) = one.interval else { continue };
                        prop_assert!(lower <= one.kappa && one.kappa <= upper);
                    }
                    (one, other) => prop_assert_eq!(one.err(), other.err()),
                }
            }
        }
    }
}
