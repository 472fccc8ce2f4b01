//! Estimates of several studies taken together, each with its sampling variance.
//!
//! The model is the normal-normal one: yᵢ ~ N(θᵢ, vᵢ) with θᵢ equal (fixed effect) or θᵢ ~ N(μ, τ²)
//! (random effects), the vᵢ taken as known (L. V. Hedges, I. Olkin, Statistical Methods for
//! Meta-Analysis, 1985; notation and computation as in W. Viechtbauer, J Stat Softw 2010;36(3):1-48).
//! The vᵢ are estimates themselves, and bad ones in a study of few patients: no method here knows that.

mod heterogeneity;
mod tau_squared;

pub use heterogeneity::{Heterogeneity, heterogeneity};
pub use tau_squared::{TauSquared, tau_squared};

use super::distribution::{normal_factor, two_sided_normal, two_sided_t};
use super::{Estimate, Interval, NotEstimable, finite, t_quantile};

/// What one study says: an estimate and its sampling variance, which is its standard error squared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudyEstimate {
    /// The estimate, in a unit that all studies share.
    pub estimate: f64,
    /// Its sampling variance, in that unit squared.
    pub variance: f64,
}

/// Says what the studies are taken to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PoolingModel {
    /// One and the same effect; weights are 1/vᵢ.
    Fixed,
    /// A distribution of effects with the variance τ²; weights are 1/(vᵢ + τ²).
    Random {
        /// How τ² is estimated.
        tau_squared: TauSquared,
        /// How the interval of the mean effect is made.
        interval: PooledInterval,
    },
}

/// Says how the interval of a random-effects mean is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PooledInterval {
    /// Estimate ± z · SE with SE² = 1/Σwᵢ, as if τ² were known. Too narrow for few studies.
    Standard,
    /// Estimate ± t(k − 1) · SE, with SE² multiplied by q = Σwᵢ(yᵢ − μ̂)²/(k − 1).
    ///
    /// J. Hartung, G. Knapp, Stat Med 2001;20:1771-1782; K. Sidik, J. N. Jonkman, Stat Med
    /// 2002;21:3153-3159. Where q is below 1 the interval can be narrower than the standard one: see
    /// [`RandomEffects::ad_hoc_would_widen`].
    HartungKnapp,
    /// The same with q, if below 1, set to 1 (G. Knapp, J. Hartung, Stat Med 2003;22:2693-2710).
    HartungKnappAdHoc,
}

/// The studies taken together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// How many studies there are; at least 1.
    pub studies: usize,
    /// The mean effect, in the unit of the estimates.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The degrees of freedom of the t distribution; `None` if the normal one is used.
    pub df: Option<f64>,
    /// The confidence interval of the mean effect.
    pub interval: Result<Interval, NotEstimable>,
    /// The mean effect over its standard error.
    pub statistic: Estimate,
    /// The two-sided p of no mean effect.
    pub p: Estimate,
    /// Each study's share of the weight, in the order of the studies; together 1.
    pub weights: Vec<f64>,
    /// What only random effects have.
    pub random: Option<RandomEffects>,
}

/// What random effects say besides the mean effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomEffects {
    /// The variance of the studies' true effects.
    pub tau_squared: f64,
    /// Where the true effect of a similar study would lie.
    pub prediction: Result<Interval, NotEstimable>,
    /// q, by which Hartung and Knapp multiply the variance, before any correction.
    pub hartung_knapp_scale: f64,
}

impl RandomEffects {
    /// Tells whether q is below 1, so that the ad hoc correction makes the Hartung–Knapp interval wider.
    ///
    /// The estimates then lie closer together than even their sampling variances make likely.
    pub fn ad_hoc_would_widen(&self) -> bool {
        self.hartung_knapp_scale < 1.0
    }
}

/// Takes studies together.
///
/// With wᵢ = 1/(vᵢ + τ²), τ² = 0 for a fixed effect: μ̂ = Σwᵢyᵢ/Σwᵢ with SE² = 1/Σwᵢ, as
/// `rma(yi, vi)` of R's metafor; [`PooledInterval`] says what the interval is. The prediction interval is
/// μ̂ ± c · √(τ̂² + SE²) with the c and SE of the confidence interval, as metafor's `predict` (compare
/// J. P. T. Higgins, S. G. Thompson, D. J. Spiegelhalter, J R Stat Soc A 2009;172:137-159, who take
/// t(k − 2)). It supposes that the studies are independent and that no patient is in two of them.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] without studies, [`NotEstimable::OneStudy`] for random effects with one,
/// [`NotEstimable::NoVariance`] if a variance is 0, [`NotEstimable::OutOfRange`] beyond a double. If all
/// estimates are equal, q is 0 and the Hartung–Knapp interval, statistic, p and prediction are
/// [`NotEstimable::NoSpread`].
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or a variance is negative.
pub fn pool(
    studies: &[StudyEstimate],
    model: PoolingModel,
    level: f64,
) -> Result<Pooled, NotEstimable> {
    let z = normal_factor(level);
    checked(studies)?;
    let (between, method) = match model {
        PoolingModel::Fixed => (0.0, PooledInterval::Standard),
        PoolingModel::Random { tau_squared: method, interval } => {
            (tau_squared(studies, method)?, interval)
        }
    };
    let at = Weighted::at(studies, between)?;
    let df = studies.len() as f64 - 1.0;
    let scale = if studies.len() > 1 { at.q / df } else { 1.0 };
    let (factor, inflation, df) = match method {
        PooledInterval::Standard => (z, 1.0, None),
        PooledInterval::HartungKnapp => (t_quantile(0.5 + level / 2.0, df), scale, Some(df)),
        PooledInterval::HartungKnappAdHoc => {
            (t_quantile(0.5 + level / 2.0, df), scale.max(1.0), Some(df))
        }
    };
    let variance = finite(inflation / at.total)?;
    let around = |variance: f64| {
        let half_width = factor * variance.sqrt();
        let (lower, upper) = (finite(at.mean - half_width)?, finite(at.mean + half_width)?);
        Ok(Interval { lower, upper, level })
    };
    let spread = if variance > 0.0 { Ok(variance) } else { Err(NotEstimable::NoSpread) };
    let statistic = spread.and_then(|variance| finite(at.mean / variance.sqrt()));
    let p = statistic.and_then(|statistic| match df {
        Some(df) => two_sided_t(statistic, df),
        None => Ok(two_sided_normal(statistic)),
    });
    let random = matches!(model, PoolingModel::Random { .. }).then(|| RandomEffects {
        tau_squared: between,
        prediction: spread.and_then(|variance| around(variance + between)),
        hartung_knapp_scale: scale,
    });
    Ok(Pooled {
        studies: studies.len(),
        estimate: at.mean,
        standard_error: variance.sqrt(),
        df,
        interval: spread.and_then(around),
        statistic,
        p,
        weights: at.weights.iter().map(|weight| weight / at.total).collect(),
        random,
    })
}

/// Takes the studies together without each of them in turn, in their order.
///
/// # Panics
///
/// As [`pool`].
pub fn leave_one_out(
    studies: &[StudyEstimate],
    model: PoolingModel,
    level: f64,
) -> Vec<Result<Pooled, NotEstimable>> {
    let without = |left_out: usize| {
        let mut others = studies.to_vec();
        others.remove(left_out);
        pool(&others, model, level)
    };
    (0..studies.len()).map(without).collect()
}

/// Refuses what has no weights.
fn checked(studies: &[StudyEstimate]) -> Result<(), NotEstimable> {
    for study in studies {
        let StudyEstimate { estimate, variance } = *study;
        assert!(variance >= 0.0 && estimate.is_finite(), "{estimate} with variance {variance}");
        if variance == 0.0 {
            return Err(NotEstimable::NoVariance);
        }
    }
    if studies.is_empty() { Err(NotEstimable::NoValues) } else { Ok(()) }
}

/// The sums that weights 1/(vᵢ + τ²) make.
struct Weighted {
    weights: Vec<f64>,
    /// Σwᵢ.
    total: f64,
    /// Σwᵢyᵢ/Σwᵢ.
    mean: f64,
    /// The estimates less their mean.
    deviations: Vec<f64>,
    /// Σwᵢ(yᵢ − mean)².
    q: f64,
}

impl Weighted {
    fn at(studies: &[StudyEstimate], between: f64) -> Result<Self, NotEstimable> {
        let weights: Vec<f64> =
            studies.iter().map(|study| 1.0 / (study.variance + between)).collect();
        let total = finite(weights.iter().sum())?;
        // From the first estimate on, so that equal ones have no deviations, to the last bit.
        let origin = studies[0].estimate;
        let from_origin: Vec<f64> = studies.iter().map(|study| study.estimate - origin).collect();
        let mean = weighted_sum(&weights, from_origin.iter().copied()) / total;
        let deviations: Vec<f64> = from_origin.iter().map(|value| value - mean).collect();
        let q = finite(weighted_sum(&weights, deviations.iter().map(|d| d * d)))?;
        Ok(Self { weights, total, mean: finite(origin + mean)?, deviations, q })
    }

    /// Σwᵢ − Σwᵢ²/Σwᵢ, which is the trace of the projection that takes out the mean.
    fn trace(&self) -> f64 {
        // As Σwᵢ(1 − wᵢ/Σw) with the others added up, since one study may have nearly all the weight.
        let others = |at: usize| -> f64 {
            let (before, after) = (&self.weights[..at], &self.weights[at + 1..]);
            before.iter().chain(after).sum()
        };
        let each = |(at, weight): (usize, &f64)| weight * (others(at) / self.total);
        self.weights.iter().enumerate().map(each).sum()
    }
}

fn weighted_sum(weights: &[f64], values: impl Iterator<Item = f64>) -> f64 {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REML: TauSquared = TauSquared::Reml;
    const ALL: [PoolingModel; 4] = [
        PoolingModel::Fixed,
        PoolingModel::Random { tau_squared: REML, interval: PooledInterval::Standard },
        PoolingModel::Random { tau_squared: REML, interval: PooledInterval::HartungKnapp },
        PoolingModel::Random { tau_squared: REML, interval: PooledInterval::HartungKnappAdHoc },
    ];

    pub(super) fn studies(pairs: &[(f64, f64)]) -> Vec<StudyEstimate> {
        pairs.iter().map(|&(estimate, variance)| StudyEstimate { estimate, variance }).collect()
    }

    pub(super) fn some_studies(at_least: usize) -> impl Strategy<Value = Vec<StudyEstimate>> {
        prop::collection::vec((-5.0..5.0, 0.001..4.0), at_least..12)
            .prop_map(|pairs: Vec<(f64, f64)>| studies(&pairs))
    }

    #[test]
    fn too_few_studies_have_a_reason() {
        let one = studies(&[(-1.1, 0.04)]);
        for model in ALL {
            assert_eq!(pool(&[], model, 0.95), Err(NotEstimable::NoValues));
            let exact = studies(&[(-1.1, 0.04), (-1.0, 0.0)]);
            assert_eq!(pool(&exact, model, 0.95), Err(NotEstimable::NoVariance));
            if model != PoolingModel::Fixed {
                assert_eq!(pool(&one, model, 0.95), Err(NotEstimable::OneStudy));
            }
        }
        let fixed = pool(&one, PoolingModel::Fixed, 0.95).unwrap();
        assert_eq!((fixed.estimate, fixed.standard_error), (-1.1, 0.2));
        assert_eq!((fixed.weights, fixed.random), (vec![1.0], None));
    }

    #[test]
    fn two_studies_have_a_wide_hartung_knapp_interval() {
        // With equal variances the mean has the SE of two values, 1, and t(0.975) with df 1 is 12.7.
        let found = pool(&studies(&[(6.0, 0.1), (8.0, 0.1)]), ALL[2], 0.95).unwrap();
        assert_eq!((found.estimate, found.df, found.weights), (7.0, Some(1.0), vec![0.5, 0.5]));
        let half_width = (0.475 * std::f64::consts::PI).tan();
        assert!((found.interval.unwrap().upper - 7.0 - half_width).abs() < 1e-10);
    }

    #[test]
    fn equal_estimates_have_no_hartung_knapp_interval() {
        let alike = studies(&[(-1.1, 0.04), (-1.1, 0.3), (-1.1, 0.01)]);
        let found = pool(&alike, ALL[2], 0.95).unwrap();
        let none = Some(NotEstimable::NoSpread);
        assert_eq!(
            (found.interval.err(), found.statistic.err(), found.p.err()),
            (none, none, none)
        );
        let random = found.random.unwrap();
        assert_eq!((random.prediction.err(), random.ad_hoc_would_widen()), (none, true));
        // The standard one knows the sampling variances, and the ad hoc correction falls back on them.
        assert!(pool(&alike, ALL[1], 0.95).unwrap().interval.is_ok());
        assert!(pool(&alike, ALL[3], 0.95).unwrap().interval.is_ok());
    }

    #[test]
    fn without_one_of_two_there_is_no_variance_between() {
        let two = studies(&[(6.0, 0.1), (8.0, 0.1)]);
        assert_eq!(leave_one_out(&two, ALL[1], 0.95), vec![Err(NotEstimable::OneStudy); 2]);
        let fixed = leave_one_out(&two, PoolingModel::Fixed, 0.95);
        let estimates: Vec<f64> = fixed.into_iter().map(|found| found.unwrap().estimate).collect();
        assert_eq!(estimates, [8.0, 6.0]);
        assert_eq!(leave_one_out(&[], ALL[1], 0.95), vec![]);
    }

    proptest! {
        #[test]
        fn the_mean_lies_among_the_estimates(studies in some_studies(2), level in 0.5..0.99) {
            for model in ALL {
                let found = pool(&studies, model, level).unwrap();
                let least = studies.iter().map(|s| s.estimate).fold(f64::INFINITY, f64::min);
                let most = studies.iter().map(|s| s.estimate).fold(f64::NEG_INFINITY, f64::max);
                prop_assert!(least - 1e-12 <= found.estimate && found.estimate <= most + 1e-12);
                prop_assert!((found.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                let Interval { lower, upper, .. } = found.interval.unwrap();
                prop_assert!(lower < found.estimate && found.estimate < upper);
                let Some(random) = found.random else { continue };
                let prediction = random.prediction.unwrap();
                prop_assert!(prediction.lower <= lower && upper <= prediction.upper);
            }
        }

        #[test]
        fn a_shift_moves_only_the_mean(studies in some_studies(2), by in -50.0..50.0_f64) {
            let moved: Vec<StudyEstimate> = studies
                .iter()
                .map(|s| StudyEstimate { estimate: s.estimate + by, ..*s })
                .collect();
            for model in ALL {
                let (one, other) =
                    (pool(&studies, model, 0.95).unwrap(), pool(&moved, model, 0.95).unwrap());
                prop_assert!((one.estimate + by - other.estimate).abs() < 1e-8);
                prop_assert!((one.standard_error / other.standard_error - 1.0).abs() < 1e-7);
            }
        }

        #[test]
        fn the_ad_hoc_correction_only_widens(studies in some_studies(2)) {
            let width = |model| {
                let interval = pool(&studies, model, 0.95).unwrap().interval.unwrap();
                interval.upper - interval.lower
            };
            let scale = pool(&studies, ALL[2], 0.95).unwrap().random.unwrap();
            prop_assert!(width(ALL[3]) >= width(ALL[1]));
            prop_assume!((scale.hartung_knapp_scale - 1.0).abs() > 1e-9);
            prop_assert_eq!(scale.ad_hoc_would_widen(), width(ALL[3]) > width(ALL[2]));
        }
    }
}
