//! Proportions of several studies taken together.

use super::distribution::{normal_factor, root_of_increasing};
use super::{Estimate, Interval, NotEstimable, Proportion, finite, proportion};

/// Fewer studies can't tell how much studies vary.
const FEWEST_STUDIES: usize = 3;

/// A τ outside of this is 0, or without an end.
const LEAST_TAU: f64 = 1e-3;
const GREATEST_TAU: f64 = 100.0;

/// How many of how many in one study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StudyCount {
    /// How many have it.
    pub count: u64,
    /// How many could have it.
    pub denominator: u64,
}

/// What the studies' probabilities have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PooledProportion {
    /// How many studies there are; at least 3.
    pub studies: usize,
    /// The probability of the study in the middle, from 0 to 1. It is no mean: that lies closer to a half.
    pub fraction: f64,
    /// Its confidence interval, from 0 to 1.
    pub interval: Interval,
    /// Where the probability of a similar study would lie, from 0 to 1.
    pub prediction: Interval,
    /// The mean of the studies' logits.
    pub logit: f64,
    /// The standard error of that mean.
    pub standard_error: f64,
    /// The variance of the studies' true logits.
    pub tau_squared: f64,
}

/// Takes proportions together, those of 0 and of 1 as they are, by a binomial-normal model.
///
/// The count of study i is binomial with the logit μ + τ·zᵢ, zᵢ ~ N(0, 1) (T. H. Hamza,
/// H. C. van Houwelingen, T. Stijnen, J Clin Epidemiol 2008;61:41-51; T. Stijnen, T. H. Hamza, P. Özdemir,
/// Stat Med 2010;29:3046-3067), as `rma.glmm(measure = "PLO")` of R's metafor. μ and τ maximise the
/// likelihood; the standard error is from its second derivatives in both, or in μ alone where τ is 0. Limits
/// are those of μ ± z·SE and, for the prediction, of μ ± z·√(τ² + SE²), turned into probabilities. Maximum
/// likelihood finds τ too small, and the interval too narrow, where studies are few.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] without studies or if a denominator is 0, [`NotEstimable::TooFewStudies`]
/// below three, [`NotEstimable::AllOrNone`] if in all studies together nobody or everybody has it,
/// [`NotEstimable::Singular`] if the likelihood grows with τ without end, as where nobody has it in some
/// studies and everybody in the others.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or a count exceeds its denominator.
pub fn pooled_proportion(
    studies: &[StudyCount],
    level: f64,
) -> Result<PooledProportion, NotEstimable> {
    let z = normal_factor(level);
    let all = total(studies)?;
    if studies.len() < FEWEST_STUDIES {
        return Err(NotEstimable::TooFewStudies);
    }
    if all.count == 0 || all.count == all.denominator {
        return Err(NotEstimable::AllOrNone);
    }
    let best = maximum(studies, all)?;
    let error = best.standard_error()?;
    let around = |half_width: f64| Interval {
        lower: probability(best.mean - half_width),
        upper: probability(best.mean + half_width),
        level,
    };
    Ok(PooledProportion {
        studies: studies.len(),
        fraction: probability(best.mean),
        interval: around(z * error),
        prediction: around(z * best.tau.hypot(error)),
        logit: best.mean,
        standard_error: error,
        tau_squared: best.tau * best.tau,
    })
}

/// Adds the studies up as if they were one, with the Clopper–Pearson interval of the sums.
///
/// It supposes that all studies share one probability; where they differ, the interval is too narrow. It is
/// exact, and there is one also where [`pooled_proportion`] has none.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] without studies or if a denominator is 0.
///
/// # Panics
///
/// As [`pooled_proportion`].
pub fn proportion_of_sums(studies: &[StudyCount], level: f64) -> Result<Proportion, NotEstimable> {
    let all = total(studies)?;
    proportion(all.count, all.denominator, level)
}

fn total(studies: &[StudyCount]) -> Result<StudyCount, NotEstimable> {
    let mut all = StudyCount { count: 0, denominator: 0 };
    for study in studies {
        assert!(study.count <= study.denominator, "{} of {}", study.count, study.denominator);
        if study.denominator == 0 {
            return Err(NotEstimable::NoValues);
        }
        all.count += study.count;
        all.denominator += study.denominator;
    }
    if studies.is_empty() { Err(NotEstimable::NoValues) } else { Ok(all) }
}

/// 1/(1 + e^−logit), without an overflow.
fn probability(logit: f64) -> f64 {
    let small = (-logit.abs()).exp();
    if logit < 0.0 { small / (1.0 + small) } else { 1.0 / (1.0 + small) }
}

/// ln(1 + e^logit), without an overflow.
fn ln_1p_exp(logit: f64) -> f64 {
    logit.max(0.0) + (-logit.abs()).exp().ln_1p()
}

/// The log-likelihood at some μ and τ, but for the binomial coefficients, and its derivatives by both.
#[derive(Debug, Clone, Copy)]
struct Likelihood {
    mean: f64,
    tau: f64,
    value: f64,
    slope: [f64; 2],
    /// The second derivatives by μ twice, by μ and τ, by τ twice.
    bend: [f64; 3],
}

impl Likelihood {
    fn at(studies: &[StudyCount], mean: f64, tau: f64) -> Self {
        let mut sum = Self { mean, tau, value: 0.0, slope: [0.0; 2], bend: [0.0; 3] };
        studies.iter().for_each(|study| sum.add(*study));
        sum
    }

    /// Adds one study's integral over z, by the trapezoidal rule about the highest point.
    ///
    /// The rule converges exponentially for what is analytic near the real line and falls off (L. N.
    /// Trefethen, J. A. C. Weideman, SIAM Rev 2014;56:385-458); the logit's poles are π/τ away. Derivatives
    /// are means over z given the count (T. A. Louis, J R Stat Soc B 1982;44:226-233), with r the count less
    /// its expectation: of r·(1, z), and of (r² − npq)·(1, z)(1, z)ᵀ less the product of the former.
    fn add(&mut self, StudyCount { count, denominator }: StudyCount) {
        let (x, n) = (count as f64, denominator as f64);
        let (mean, tau) = (self.mean, self.tau);
        let height = |z: f64| {
            let logit = mean + tau * z;
            x * logit - n * ln_1p_exp(logit) - z * z / 2.0
        };
        let centre = highest(x, n, mean, tau);
        let top = height(centre);
        let p = probability(mean + tau * centre);
        let width = 1.0 / (1.0 + tau * tau * n * p * (1.0 - p)).sqrt();
        let step = 0.4 * f64::min(width, 1.0 / tau);
        let mut sums = [0.0; 6];
        let mut take = |z: f64| {
            let weight = (height(z) - top).exp();
            let p = probability(mean + tau * z);
            let rest = x - n * p;
            let bend = rest * rest - n * p * (1.0 - p);
            let parts = [1.0, rest, z * rest, bend, z * bend, z * z * bend];
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += weight * part);
            weight > 1e-20
        };
        take(centre);
        for direction in [-step, step] {
            let mut place = centre + direction;
            while take(place) {
                place += direction;
            }
        }
        let [total, by_mean, by_tau, rest @ ..] = sums;
        let (by_mean, by_tau) = (by_mean / total, by_tau / total);
        let products = [by_mean * by_mean, by_mean * by_tau, by_tau * by_tau];
        // The density of z has 1/√(2π) in front.
        self.value += top + (total * step / (2.0 * std::f64::consts::PI).sqrt()).ln();
        self.slope[0] += by_mean;
        self.slope[1] += by_tau;
        for ((bend, rest), product) in self.bend.iter_mut().zip(rest).zip(products) {
            *bend += rest / total - product;
        }
    }

    /// Climbs to the best μ for one τ, in which the logarithm is concave (A. Prékopa, 1973).
    fn best_mean(studies: &[StudyCount], start: f64, tau: f64) -> Self {
        let mut best = Self::at(studies, start, tau);
        for _ in 0..100 {
            let mut step = -best.slope[0] / best.bend[0];
            let mut next = Self::at(studies, best.mean + step, tau);
            while next.slope[0].abs() >= best.slope[0].abs() {
                step /= 2.0;
                // What no step makes better is off by rounding only.
                if step.abs() <= best.mean.abs() * f64::EPSILON + 1e-16 {
                    return best;
                }
                next = Self::at(studies, best.mean + step, tau);
            }
            best = next;
            if step.abs() <= 1e-12 {
                break;
            }
        }
        best
    }

    fn standard_error(&self) -> Estimate {
        let [mean, both, tau] = self.bend.map(|bend| -bend);
        // At τ = 0 the mixed derivative is 0.
        let information = if self.tau == 0.0 { mean } else { mean - both * both / tau };
        if information > 0.0 {
            finite(1.0 / information.sqrt())
        } else {
            Err(NotEstimable::Singular)
        }
    }
}

/// Finds where x·logit − n·ln(1 + e^logit) − z²/2, logit = mean + tau·z, is highest, to a thousandth.
fn highest(x: f64, n: f64, mean: f64, tau: f64) -> f64 {
    let slope = |z: f64| {
        let p = probability(mean + tau * z);
        (tau * (x - n * p) - z, 1.0 + tau * tau * n * p * (1.0 - p))
    };
    let mut z = 0.0;
    for _ in 0..100 {
        let (now, bend) = slope(z);
        let mut step = now / bend;
        while slope(z + step).0.abs() > now.abs() {
            step /= 2.0;
        }
        z += step;
        if step.abs() < 1e-3 {
            break;
        }
    }
    z
}

/// Finds the highest of the maxima over τ, of which 0 is one if the likelihood falls from there.
fn maximum(studies: &[StudyCount], all: StudyCount) -> Result<Likelihood, NotEstimable> {
    let start = (all.count as f64 / (all.denominator - all.count) as f64).ln();
    let mut best = Likelihood::at(studies, start, 0.0);
    let mut below = Likelihood::best_mean(studies, start, LEAST_TAU);
    while below.tau < GREATEST_TAU {
        let above = Likelihood::best_mean(studies, below.mean, below.tau * 1.3);
        if below.slope[1] > 0.0 && above.slope[1] <= 0.0 {
            let from = below.mean;
            let falling = |tau| -Likelihood::best_mean(studies, from, tau).slope[1];
            let tau = root_of_increasing(below.tau, above.tau, falling);
            let found = Likelihood::best_mean(studies, from, tau);
            if found.value > best.value {
                best = found;
            }
        }
        below = above;
    }
    // Still rising, to more than was found on the way.
    if below.slope[1] > 0.0 && below.value > best.value {
        return Err(NotEstimable::Singular);
    }
    Ok(best)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn studies(pairs: &[(u64, u64)]) -> Vec<StudyCount> {
        pairs.iter().map(|&(count, denominator)| StudyCount { count, denominator }).collect()
    }

    #[test]
    fn what_has_no_logit_has_a_reason() {
        let refused = |pairs: &[(u64, u64)], why| {
            assert_eq!(pooled_proportion(&studies(pairs), 0.95), Err(why), "{pairs:?}");
        };
        refused(&[], NotEstimable::NoValues);
        refused(&[(1, 3), (2, 5), (0, 0)], NotEstimable::NoValues);
        refused(&[(1, 3)], NotEstimable::TooFewStudies);
        refused(&[(1, 3), (2, 5)], NotEstimable::TooFewStudies);
        refused(&[(0, 3), (0, 5), (0, 12)], NotEstimable::AllOrNone);
        refused(&[(3, 3), (5, 5), (12, 12)], NotEstimable::AllOrNone);
        refused(&[(0, 3), (5, 5), (0, 12), (4, 4)], NotEstimable::Singular);
    }

    #[test]
    fn the_sums_have_an_exact_interval_all_the_same() {
        let found = proportion_of_sums(&studies(&[(0, 3), (0, 5), (0, 12)]), 0.95);
        assert_eq!(found, proportion(0, 20, 0.95));
        assert_eq!(proportion_of_sums(&[], 0.95), Err(NotEstimable::NoValues));
    }

    #[test]
    fn studies_alike_are_one() {
        // No variance between them: logistic regression, with SE² = 1/(Σn·p·q).
        let found = pooled_proportion(&studies(&[(2, 8), (3, 12), (5, 20)]), 0.95).unwrap();
        assert!((found.fraction - 0.25).abs() < 1e-15, "{found:?}");
        assert!((found.standard_error - 1.0 / (40.0_f64 * 0.25 * 0.75).sqrt()).abs() < 1e-14);
        assert_eq!((found.tau_squared, found.interval), (0.0, found.prediction));
    }

    #[test]
    fn derivatives_are_those_of_the_integral() {
        let some = studies(&[(0, 3), (4, 12), (17, 18), (60, 300)]);
        let (mean, tau, h) = (-0.4, 1.7, 1e-5);
        let at = |mean, tau| Likelihood::at(&some, mean, tau);
        let found = at(mean, tau);
        let differences = [
            (at(mean + h, tau).value - at(mean - h, tau).value, found.slope[0]),
            (at(mean, tau + h).value - at(mean, tau - h).value, found.slope[1]),
            (at(mean + h, tau).slope[0] - at(mean - h, tau).slope[0], found.bend[0]),
            (at(mean, tau + h).slope[0] - at(mean, tau - h).slope[0], found.bend[1]),
            (at(mean, tau + h).slope[1] - at(mean, tau - h).slope[1], found.bend[2]),
        ];
        for (difference, derivative) in differences {
            assert!((difference / (2.0 * h) - derivative).abs() < 1e-6 * derivative.abs());
        }
    }

    #[test]
    fn one_patient_at_an_even_chance_has_half_the_integral() {
        // Symmetric about 0: the chance of a count of 1 in 1 is a half, at every τ.
        for tau in [0.0, 0.01, 1.0, 5.0, 30.0] {
            let found = Likelihood::at(&studies(&[(1, 1)]), 0.0, tau);
            assert!((found.value - 0.5_f64.ln()).abs() < 1e-13, "{tau}: {found:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn those_without_it_mirror_those_with_it(
            pairs in prop::collection::vec((0u64..20, 1u64..20), 3..7),
        ) {
            let with: Vec<StudyCount> = pairs
                .iter()
                .map(|&(count, more)| StudyCount { count, denominator: count + more })
                .collect();
            let without: Vec<StudyCount> =
                with.iter().map(|s| StudyCount { count: s.denominator - s.count, ..*s }).collect();
            match (pooled_proportion(&with, 0.95), pooled_proportion(&without, 0.95)) {
                (Ok(one), Ok(other)) => {
                    prop_assert!((one.fraction + other.fraction - 1.0).abs() < 1e-7);
                    prop_assert!((one.interval.lower + other.interval.upper - 1.0).abs() < 1e-6);
                    prop_assert!(one.interval.lower < one.fraction && one.fraction < one.interval.upper);
                    prop_assert!(one.prediction.lower <= one.interval.lower);
                }
                (one, other) => prop_assert_eq!(one.err(), other.err()),
            }
        }
    }
}
