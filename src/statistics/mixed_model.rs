//! A linear mixed model: means over time of subjects who are measured again.
//!
//! value = mean of its occasion + intercept of its cluster + intercept of its subject + residual,
//! the intercepts and residuals independent and normal (N. M. Laird, J. H. Ware, Biometrics
//! 1982;38:963-974). A subject that misses an occasion still counts at the others.

use std::collections::{BTreeMap, BTreeSet};

use super::distribution::tail_of;
use super::jet::Jet;
use super::linear::Cholesky;
use super::moments::mean;
use super::reml::{Layout, Likelihood};
use super::t_test::{TTest, interval_with, tested};
use super::{Estimate, NotEstimable, finite};

/// So many subjects must have two values or more.
const FEWEST_REPEATED: usize = 3;

/// So many clusters are needed for a variance between them.
const FEWEST_CLUSTERS: usize = 3;

/// One value of one subject at one occasion.
///
/// The three numbers are names: any, in any order. A subject is known within its cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepeatedValue {
    /// What the subject belongs to; the same for all if there is nothing of the kind.
    pub cluster: usize,
    /// Who the value is from.
    pub subject: usize,
    /// When it was measured.
    pub occasion: usize,
    /// The value.
    pub value: f64,
}

/// The model's mean at one occasion, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OccasionMean {
    /// The occasion.
    pub occasion: usize,
    /// How many values there are.
    pub n: usize,
    /// The mean, with Satterthwaite's degrees of freedom.
    pub mean: TTest,
    /// The mean less that of the first occasion; none at that one.
    pub change: Option<TTest>,
}

/// A mixed model as it was fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedModel {
    /// How many values there are.
    pub n: usize,
    /// How many subjects they are from.
    pub subjects: usize,
    /// How many clusters these belong to.
    pub clusters: usize,
    /// The means, in ascending order of the occasions.
    pub occasions: Vec<OccasionMean>,
    /// The variance of the residuals, in the unit squared.
    pub within: f64,
    /// The variance of the subjects' intercepts; 0 if the values ask for none.
    pub between_subjects: f64,
    /// The variance of the clusters' intercepts; [`NotEstimable::TooFewClusters`] if the model was
    /// fitted without them.
    pub between_clusters: Estimate,
    /// −2 ln of the restricted likelihood.
    pub deviance: f64,
}

/// Fits the means of the occasions with a random intercept for each subject and each cluster.
///
/// By restricted maximum likelihood (H. D. Patterson, R. Thompson, Biometrika 1971;58:545-554) in the
/// ratios of the variances, as R's lme4; the degrees of freedom are F. E. Satterthwaite's, from the
/// curvature of the likelihood, as R's lmerTest (A. Kuznetsova, P. B. Brockhoff, R. H. B.
/// Christensen, J Stat Softw 2017;82(13)). A variance that comes out as 0 is taken as known to be
/// 0. Clusters have an intercept from three clusters on, unless each holds one subject only.
///
/// # Errors
///
/// [`NotEstimable::NoValues`]; [`NotEstimable::TooFewRepeated`] if fewer than three subjects have
/// two values; [`NotEstimable::Singular`] if there are not more values than the model has means and
/// variances, or they leave no residual.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded.
pub fn mixed_model(values: &[RepeatedValue], level: f64) -> Result<MixedModel, NotEstimable> {
    tail_of(level);
    let centre = mean(&values.iter().map(|one| one.value).collect::<Vec<_>>())?;
    let mut of_subjects: BTreeMap<(usize, usize), Vec<&RepeatedValue>> = BTreeMap::new();
    for one in values {
        of_subjects.entry((one.cluster, one.subject)).or_default().push(one);
    }
    if of_subjects.values().filter(|of_one| of_one.len() > 1).count() < FEWEST_REPEATED {
        return Err(NotEstimable::TooFewRepeated);
    }
    let names: BTreeSet<usize> = values.iter().map(|one| one.occasion).collect();
    let names: Vec<usize> = names.into_iter().collect();
    let clusters: BTreeSet<usize> = values.iter().map(|one| one.cluster).collect();
    let with_clusters = clusters.len() >= FEWEST_CLUSTERS && of_subjects.len() > clusters.len();
    let variances = if with_clusters { 3 } else { 2 };
    if values.len() < names.len() + variances {
        return Err(NotEstimable::Singular);
    }

    // A row is the occasion's indicator and, last, the value less the mean of all.
    let mut layout = Layout::new(names.len() + 1, with_clusters);
    for ((cluster, _), of_one) in &of_subjects {
        let rows = of_one.iter().map(|one| {
            let mut row = vec![0.0; names.len() + 1];
            row[names.partition_point(|name| *name < one.occasion)] = 1.0;
            row[names.len()] = one.value - centre;
            row
        });
        layout.add(*cluster, &rows.collect::<Vec<_>>());
    }
    let fit = layout.fit().ok_or(NotEstimable::Singular)?;
    let information = Information::of(&fit)?;
    let mut occasions = Vec::with_capacity(names.len());
    for (at, &occasion) in names.iter().enumerate() {
        let mean = information.effect(&[(at, 1.0)], centre, level)?;
        let change = (at > 0).then(|| information.effect(&[(at, 1.0), (0, -1.0)], 0.0, level));
        let n = values.iter().filter(|one| one.occasion == occasion).count();
        occasions.push(OccasionMean { occasion, n, mean, change: change.transpose()? });
    }
    let within = information.within;
    Ok(MixedModel {
        n: values.len(),
        subjects: of_subjects.len(),
        clusters: clusters.len(),
        occasions,
        within,
        between_subjects: finite(within * fit.ratios[0])?,
        between_clusters: if with_clusters {
            finite(within * fit.ratios[1])
        } else {
            Err(NotEstimable::TooFewClusters)
        },
        deviance: finite(fit.deviance())?,
    })
}

/// What the likelihood tells of the variances, at its maximum.
struct Information<'a> {
    fit: &'a Likelihood,
    /// The variance of the residuals.
    within: f64,
    /// The ratios that are not 0.
    free: Vec<usize>,
    /// The root of the second derivatives of −2 ln L by ln σ² and the logarithms of these ratios.
    root: Cholesky,
}

impl<'a> Information<'a> {
    fn of(fit: &'a Likelihood) -> Result<Self, NotEstimable> {
        let free: Vec<usize> = (0..2).filter(|&ratio| fit.ratios[ratio] > 0.0).collect();
        let within = fit.rest.value / fit.freedom;
        // −2 ln L = freedom·ln σ² + determinants + rest/σ².
        let curvature = |row: usize, column: usize| {
            let ratio = |index: usize| (free[index - 1], fit.ratios[free[index - 1]]);
            match (row.min(column), row.max(column)) {
                (0, 0) => fit.freedom,
                (0, other) => {
                    let (which, size) = ratio(other);
                    -size * fit.rest.first[which] / within
                }
                (one, other) => {
                    let ((a, size_a), (b, size_b)) = (ratio(one), ratio(other));
                    let bend = |jet: &Jet| jet.second[a + b];
                    size_a * size_b * (bend(&fit.determinants) + bend(&fit.rest) / within)
                }
            }
        };
        let root = Cholesky::of(1 + free.len(), curvature).ok_or(NotEstimable::Singular)?;
        Ok(Self { fit, within, free, root })
    }

    /// Tests a sum of means, each times its weight.
    fn effect(
        &self,
        weights: &[(usize, f64)],
        centre: f64,
        level: f64,
    ) -> Result<TTest, NotEstimable> {
        let (estimate, variance) = self.fit.combination(weights);
        let estimate = finite(estimate + centre)?;
        let standard_error = finite((self.within * variance.value).sqrt())?;
        // How the variance of the estimate changes with the variances, over itself.
        let mut slopes = vec![1.0];
        slopes.extend(
            self.free
                .iter()
                .map(|&ratio| self.fit.ratios[ratio] * variance.first[ratio] / variance.value),
        );
        let uncertainty: f64 = self.root.divide(&slopes).iter().map(|part| part * part).sum();
        let df = finite(1.0 / uncertainty)?;
        let interval = interval_with(estimate, standard_error, df, level)?;
        Ok(tested(estimate, standard_error, df, interval))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::t_test;

    fn values(of: &[(usize, usize, usize, f64)]) -> Vec<RepeatedValue> {
        let one = |&(cluster, subject, occasion, value): &(usize, usize, usize, f64)| {
            RepeatedValue { cluster, subject, occasion, value }
        };
        of.iter().map(one).collect()
    }

    #[test]
    fn too_little_is_refused_with_a_reason() {
        assert_eq!(mixed_model(&[], 0.95), Err(NotEstimable::NoValues));
        let two = values(&[(0, 1, 0, 8.0), (0, 1, 4, 7.0), (0, 2, 0, 9.0), (0, 2, 4, 7.1)]);
        assert_eq!(mixed_model(&two, 0.95), Err(NotEstimable::TooFewRepeated));
        let own_occasions = values(&[
            (0, 1, 0, 8.0),
            (0, 1, 1, 7.0),
            (0, 2, 2, 9.0),
            (0, 2, 3, 7.1),
            (0, 3, 4, 9.0),
            (0, 3, 5, 7.1),
        ]);
        assert_eq!(mixed_model(&own_occasions, 0.95), Err(NotEstimable::Singular));
    }

    #[test]
    fn without_a_residual_nothing_can_be_fitted() {
        let with = |value: fn(usize, usize) -> f64| -> Vec<RepeatedValue> {
            let one = |i: usize| RepeatedValue {
                cluster: 0,
                subject: i / 2,
                occasion: i % 2,
                value: value(i / 2, i % 2),
            };
            (0..12).map(one).collect()
        };
        let equal = with(|_, _| 7.1);
        assert_eq!(mixed_model(&equal, 0.95), Err(NotEstimable::Singular));
        let parallel = with(|subject, occasion| subject as f64 + 0.5 * occasion as f64);
        assert_eq!(mixed_model(&parallel, 0.95), Err(NotEstimable::Singular));
    }

    #[test]
    fn clusters_need_to_be_three_and_more_than_their_subjects() {
        let noise = |i: usize| ((i * i * 7) % 11) as f64 / 10.0;
        let with = |cluster_of: fn(usize) -> usize| -> Vec<RepeatedValue> {
            let one = |i: usize| RepeatedValue {
                cluster: cluster_of(i / 3),
                subject: i / 3,
                occasion: i % 3,
                value: 8.0 + (i / 3) as f64 * 0.4 + noise(i),
            };
            (0..24).map(one).collect()
        };
        for alone in [with(|_| 0), with(|subject| subject), with(|subject| subject % 2)] {
            let model = mixed_model(&alone, 0.95).unwrap();
            assert_eq!(model.between_clusters, Err(NotEstimable::TooFewClusters));
        }
        let nested = mixed_model(&with(|subject| subject / 2), 0.95).unwrap();
        assert_eq!((nested.subjects, nested.clusters, nested.n), (8, 4, 24));
        assert!(nested.between_clusters.is_ok());
    }

    proptest! {
        // Each is some fits of a model; unoptimised, a hundredth of a second.
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// With all values there, the change between two occasions is the paired t test.
        #[test]
        fn two_complete_occasions_are_the_paired_t_test(
            pairs in prop::collection::vec((60..120i32, -15..15i32), 3..20),
        ) {
            let pairs: Vec<(f64, f64)> = pairs
                .iter()
                .map(|&(level, change)| (f64::from(level) / 10.0, f64::from(change) / 10.0))
                .collect();
            let both = pairs.iter().enumerate().flat_map(|(subject, &(first, change))| {
                [(0, first), (1, first + change)].map(|(occasion, value)| {
                    RepeatedValue { cluster: 0, subject, occasion, value }
                })
            });
            let Ok(model) = mixed_model(&both.collect::<Vec<_>>(), 0.95) else { return Ok(()) };
            let changes: Vec<f64> = pairs.iter().map(|(_, change)| *change).collect();
            let paired = t_test(&changes, 0.95).unwrap();
            let found = model.occasions[1].change.unwrap();
            prop_assert!((found.estimate - paired.estimate).abs() < 1e-9);
            // A variance of 0 between subjects would make them two groups.
            prop_assume!(model.between_subjects > 0.0);
            prop_assert!((found.standard_error / paired.standard_error - 1.0).abs() < 1e-6);
            prop_assert!((found.df / paired.df - 1.0).abs() < 1e-5, "{} {}", found.df, paired.df);
        }

        #[test]
        fn order_shift_and_scale_tell_the_same(
            (rows, shuffled) in prop::collection::vec((0..4usize, 0..3usize, 0..3usize, 50..130i32), 12..40)
                .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
        ) {
            let fitted = |rows: &[(usize, usize, usize, i32)], scale: f64, shift: f64| {
                let one = |&(cluster, subject, occasion, tenths): &(usize, usize, usize, i32)| {
                    (cluster, subject, occasion, f64::from(tenths) / 10.0 * scale + shift)
                };
                mixed_model(&values(&rows.iter().map(one).collect::<Vec<_>>()), 0.95)
            };
            let Ok(model) = fitted(&rows, 1.0, 0.0) else { return Ok(()) };
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (1.0 + b.abs());
            let again = fitted(&shuffled, 1.0, 0.0).unwrap();
            let scaled = fitted(&rows, 10.929, -23.5).unwrap();
            prop_assert!(close(again.within, model.within));
            prop_assert!(close(scaled.within, model.within * 10.929 * 10.929));
            for (found, expected) in scaled.occasions.iter().zip(&model.occasions) {
                prop_assert!(close(found.mean.estimate, expected.mean.estimate * 10.929 - 23.5));
                prop_assert!(close(found.mean.df, expected.mean.df));
                let (found, expected) = (expected.mean.interval, expected.mean.estimate);
                prop_assert!(found.lower <= expected && expected <= found.upper);
            }
        }
    }
}
