//! Estimates with a sampling variance, from what papers print.
//!
//! Each function takes one way of printing and supposes what it says; what is not printed, such as the
//! correlation of two times, is asked for and never supposed. Formulas of Cochrane's handbook are those of
//! J. P. T. Higgins, T. Li, J. J. Deeks, Cochrane Handbook for Systematic Reviews of Interventions,
//! version 6, 2019, ch. 6.

use statrs::distribution::{ContinuousCDF, Normal};

use super::distribution::tail_of;
use super::{Estimate, Interval, NotEstimable, StudyEstimate, finite, t_quantile};

/// The authors' smallest sample with quartiles.
const FEWEST_FOR_QUANTILES: u64 = 5;

/// Says how a mean or an SD was had from what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EffectMethod {
    /// A mean with its SD, as printed.
    MeanAndSd,
    /// A mean change with the SD of the changes, as printed.
    ChangeAndSd,
    /// The difference of the means at two times, their SDs joined by a given correlation.
    MeansAndCorrelation,
    /// The SD from the standard error of the mean.
    SdFromStandardError,
    /// The SD from a t interval of the mean.
    SdFromInterval,
    /// The SD of the changes from the p of a paired t test.
    SdFromPairedP,
    /// The mean from median and quartiles by Luo et al. 2018, the SD by Wan et al. 2014.
    LuoWanQuartiles,
    /// The mean from median and range by Luo et al. 2018, the SD by Wan et al. 2014.
    LuoWanRange,
}

impl EffectMethod {
    /// Names the method as a footnote does.
    pub fn name(self) -> &'static str {
        match self {
            Self::MeanAndSd => "mean and SD as printed",
            Self::ChangeAndSd => "mean change and SD of the changes as printed",
            Self::MeansAndCorrelation => "difference of two means, with a given correlation",
            Self::SdFromStandardError => "SD from the standard error",
            Self::SdFromInterval => "SD from the t interval of the mean",
            Self::SdFromPairedP => "SD of the changes from the p of a paired t test",
            Self::LuoWanQuartiles => "mean (Luo 2018) and SD (Wan 2014) from median and quartiles",
            Self::LuoWanRange => "mean (Luo 2018) and SD (Wan 2014) from median and range",
        }
    }
}

/// A mean with its SD, and how they were had.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanAndSd {
    /// How many patients there are.
    pub n: u64,
    /// The mean, or mean change.
    pub mean: f64,
    /// The standard deviation of the patients' values or changes, with n − 1.
    pub sd: f64,
    /// How mean and SD were had.
    pub method: EffectMethod,
}

impl MeanAndSd {
    /// Takes a mean and its SD as printed.
    ///
    /// # Errors
    ///
    /// [`NotEstimable::NoValues`] and [`NotEstimable::OneValue`] below two patients,
    /// [`NotEstimable::Contradictory`] if the SD is negative.
    pub fn of_mean(n: u64, mean: f64, sd: f64) -> Result<Self, NotEstimable> {
        Self::new(n, mean, sd, EffectMethod::MeanAndSd)
    }

    /// Takes a mean change and the SD of the changes as printed.
    ///
    /// # Errors
    ///
    /// As [`MeanAndSd::of_mean`].
    pub fn of_change(n: u64, change: f64, sd_of_changes: f64) -> Result<Self, NotEstimable> {
        Self::new(n, change, sd_of_changes, EffectMethod::ChangeAndSd)
    }

    /// Takes the means and SDs of the same patients at two times, with the correlation of their values.
    ///
    /// SD² = s₁² + s₂² − 2·r·s₁·s₂ (Cochrane Handbook 6.5.2.8). The correlation is the caller's to know:
    /// with equal SDs, 0.9 instead of 0.5 divides the variance by five.
    ///
    /// # Errors
    ///
    /// As [`MeanAndSd::of_mean`].
    ///
    /// # Panics
    ///
    /// If the correlation is not between −1 and 1.
    pub fn of_two_times(
        n: u64,
        [before, after]: [f64; 2],
        [sd_before, sd_after]: [f64; 2],
        correlation: f64,
    ) -> Result<Self, NotEstimable> {
        assert!((-1.0..=1.0).contains(&correlation), "a correlation, not {correlation}");
        consistent(sd_before >= 0.0 && sd_after >= 0.0)?;
        // As a sum of positive terms, which a correlation of 1 can't turn negative.
        let difference = sd_before - sd_after;
        let variance = difference * difference + 2.0 * (1.0 - correlation) * sd_before * sd_after;
        Self::new(n, after - before, variance.sqrt(), EffectMethod::MeansAndCorrelation)
    }

    /// Takes a mean with its standard error: SD = SE·√n (Cochrane Handbook 6.5.2.2).
    ///
    /// # Errors
    ///
    /// As [`MeanAndSd::of_mean`].
    pub fn of_standard_error(n: u64, mean: f64, error: f64) -> Result<Self, NotEstimable> {
        Self::new(n, mean, error * (n as f64).sqrt(), EffectMethod::SdFromStandardError)
    }

    /// Takes a mean with its confidence limits by Student's t: SD = √n·(upper − lower)/(2·t(n − 1)).
    ///
    /// Cochrane Handbook 6.5.2.2. Limits that were made with the normal distribution are narrower, and the
    /// SD from them too small: at n = 6 by a fourth.
    ///
    /// # Errors
    ///
    /// As [`MeanAndSd::of_mean`], and [`NotEstimable::Contradictory`] if the mean is not between the limits.
    ///
    /// # Panics
    ///
    /// If `level` is not between 0 and 1, both excluded.
    pub fn of_interval(n: u64, mean: f64, interval: Interval) -> Result<Self, NotEstimable> {
        let Interval { lower, upper, level } = interval;
        let tail = tail_of(level);
        consistent(lower <= mean && mean <= upper)?;
        two_at_least(n)?;
        let factor = -t_quantile(tail, n as f64 - 1.0);
        let sd = (n as f64).sqrt() * (upper - lower) / (2.0 * factor);
        Self::new(n, mean, sd, EffectMethod::SdFromInterval)
    }

    /// Takes a mean change with the two-sided p of its paired t test: SD = |change|·√n/t with the t(n − 1)
    /// that has this p (Cochrane Handbook 6.5.2.3).
    ///
    /// The p must be exact: from p < 0.05 follows only that the SD is below some number.
    ///
    /// # Errors
    ///
    /// As [`MeanAndSd::of_mean`], [`NotEstimable::Contradictory`] if p is no probability, and
    /// [`NotEstimable::Undetermined`] if the change is 0, p is 1 or printed as 0.
    pub fn of_paired_p(n: u64, change: f64, p: f64) -> Result<Self, NotEstimable> {
        consistent((0.0..=1.0).contains(&p))?;
        two_at_least(n)?;
        if change == 0.0 || p == 0.0 || p == 1.0 {
            return Err(NotEstimable::Undetermined);
        }
        let t = -t_quantile(p / 2.0, n as f64 - 1.0);
        Self::new(n, change, change.abs() * (n as f64).sqrt() / t, EffectMethod::SdFromPairedP)
    }

    /// Takes median and quartiles for those of a normal sample.
    ///
    /// The mean is w(q₁ + q₃)/2 + (1 − w)·median with w = 0.7 + 0.39/n (D. Luo, X. Wan, J. Liu, T. Tong,
    /// Stat Methods Med Res 2018;27:1785-1805); the SD is (q₃ − q₁)/(2Φ⁻¹((0.75n − 0.125)/(n + 0.25)))
    /// (X. Wan, W. Wang, J. Liu, T. Tong, BMC Med Res Methodol 2014;14:135, eq. 16, at every
    /// n, also where the authors have a table which it approximates). Medians are printed where values are
    /// skewed, and there both are biased; nothing here tests for it.
    ///
    /// # Errors
    ///
    /// [`NotEstimable::NoValues`] without patients, [`NotEstimable::TooFewForQuantiles`] below five (the
    /// authors have n = 4Q + 1 with Q ≥ 1), [`NotEstimable::Contradictory`] if they are out of order.
    pub fn of_quartiles(n: u64, [q1, median, q3]: [f64; 3]) -> Result<Self, NotEstimable> {
        consistent(q1 <= median && median <= q3)?;
        let size = enough_for_quantiles(n)?;
        let weight = 0.7 + 0.39 / size;
        let mean = weight * q1.midpoint(q3) + (1.0 - weight) * median;
        let width = 2.0 * Normal::standard().inverse_cdf((0.75 * size - 0.125) / (size + 0.25));
        Self::new(n, mean, (q3 - q1) / width, EffectMethod::LuoWanQuartiles)
    }

    /// Takes median and range for those of a normal sample.
    ///
    /// The mean is w(min + max)/2 + (1 − w)·median with w = 4/(4 + n^0.75) (Luo et al. 2018); the SD is
    /// (max − min)/(2Φ⁻¹((n − 0.375)/(n + 0.25))) (Wan et al. 2014). One patient far off moves both.
    ///
    /// # Errors
    ///
    /// As [`MeanAndSd::of_quartiles`].
    pub fn of_range(n: u64, [min, median, max]: [f64; 3]) -> Result<Self, NotEstimable> {
        consistent(min <= median && median <= max)?;
        let size = enough_for_quantiles(n)?;
        let weight = 4.0 / (4.0 + size.powf(0.75));
        let mean = weight * min.midpoint(max) + (1.0 - weight) * median;
        let width = 2.0 * Normal::standard().inverse_cdf((size - 0.375) / (size + 0.25));
        Self::new(n, mean, (max - min) / width, EffectMethod::LuoWanRange)
    }

    fn new(n: u64, mean: f64, sd: f64, method: EffectMethod) -> Result<Self, NotEstimable> {
        two_at_least(n)?;
        consistent(sd >= 0.0)?;
        Ok(Self { n, mean: finite(mean)?, sd: finite(sd)?, method })
    }

    /// Gives the mean with its sampling variance SD²/n, for [`pool`](super::pool).
    ///
    /// # Errors
    ///
    /// [`NotEstimable::NoVariance`] if the SD is 0.
    pub fn study_estimate(&self) -> Result<StudyEstimate, NotEstimable> {
        let variance = finite(self.sd * self.sd / self.n as f64)?;
        if variance == 0.0 {
            return Err(NotEstimable::NoVariance);
        }
        Ok(StudyEstimate { estimate: self.mean, variance })
    }
}

fn two_at_least(n: u64) -> Result<(), NotEstimable> {
    match n {
        0 => Err(NotEstimable::NoValues),
        1 => Err(NotEstimable::OneValue),
        _ => Ok(()),
    }
}

fn enough_for_quantiles(n: u64) -> Estimate {
    match n {
        0 => Err(NotEstimable::NoValues),
        1..FEWEST_FOR_QUANTILES => Err(NotEstimable::TooFewForQuantiles),
        _ => Ok(n as f64),
    }
}

fn consistent(is_possible: bool) -> Result<(), NotEstimable> {
    if is_possible { Ok(()) } else { Err(NotEstimable::Contradictory) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::{mean_interval, standard_deviation, t_test};

    #[test]
    fn what_has_no_spread_has_a_reason() {
        assert_eq!(MeanAndSd::of_mean(0, 7.1, 1.0), Err(NotEstimable::NoValues));
        assert_eq!(MeanAndSd::of_standard_error(1, 7.1, 1.0), Err(NotEstimable::OneValue));
        assert_eq!(MeanAndSd::of_paired_p(1, -1.1, 0.04), Err(NotEstimable::OneValue));
        let interval = Interval { lower: 6.0, upper: 8.0, level: 0.95 };
        assert_eq!(MeanAndSd::of_interval(1, 7.0, interval), Err(NotEstimable::OneValue));
        let few = MeanAndSd::of_quartiles(4, [6.0, 7.0, 8.0]);
        assert_eq!(few, Err(NotEstimable::TooFewForQuantiles));
        let exact = MeanAndSd::of_mean(3, 7.1, 0.0).unwrap();
        assert_eq!(exact.study_estimate(), Err(NotEstimable::NoVariance));
    }

    #[test]
    fn what_contradicts_itself_is_told() {
        let wrong = Err(NotEstimable::Contradictory);
        let interval = Interval { lower: 6.0, upper: 8.0, level: 0.95 };
        assert_eq!(MeanAndSd::of_interval(6, 8.5, interval), wrong);
        assert_eq!(MeanAndSd::of_quartiles(9, [6.0, 8.5, 8.0]), wrong);
        assert_eq!(MeanAndSd::of_range(9, [6.0, 5.5, 8.0]), wrong);
        assert_eq!(MeanAndSd::of_change(9, -1.1, -0.4), wrong);
        assert_eq!(MeanAndSd::of_paired_p(9, -1.1, 1.2), wrong);
    }

    #[test]
    fn some_p_tell_nothing_of_the_spread() {
        for (change, p) in [(0.0, 1.0), (0.0, 0.3), (-1.1, 1.0), (-1.1, 0.0)] {
            let found = MeanAndSd::of_paired_p(9, change, p);
            assert_eq!(found, Err(NotEstimable::Undetermined));
        }
    }

    #[test]
    fn two_times_are_joined_by_their_correlation() {
        let of = |r| MeanAndSd::of_two_times(8, [9.0, 7.5], [3.0, 4.0], r).unwrap();
        let sds = [-1.0, 0.0, 1.0].map(|r| of(r).sd);
        assert_eq!((of(0.0).mean, sds), (-1.5, [7.0, 5.0, 1.0]));
        let estimate = of(0.0).study_estimate().unwrap();
        assert_eq!(estimate, StudyEstimate { estimate: -1.5, variance: 25.0 / 8.0 });
    }

    #[test]
    fn quartiles_and_range_of_a_normal_sample_give_its_sd() {
        // Of many normal values the quartiles lie at ±0.6745 SD; of 100 the range is about ±2.5 SD.
        let found = MeanAndSd::of_quartiles(1_000_000, [-0.674_489_75, 0.0, 0.674_489_75]).unwrap();
        assert!((found.sd - 1.0).abs() < 1e-5 && found.mean.abs() < 1e-12, "{found:?}");
        let found = MeanAndSd::of_range(100, [-2.5, 0.0, 2.5]).unwrap();
        assert!((found.sd - 1.0).abs() < 0.01, "{found:?}");
    }

    proptest! {
        #[test]
        fn the_sd_of_values_is_found_again(values in prop::collection::vec(-50.0..50.0, 2..30)) {
            let (n, sd) = (values.len() as u64, standard_deviation(&values).unwrap());
            let test = t_test(&values, 0.95).unwrap();
            let interval = mean_interval(&values, 0.95).unwrap();
            let ways = [
                MeanAndSd::of_standard_error(n, test.estimate, test.standard_error),
                MeanAndSd::of_interval(n, test.estimate, interval),
                MeanAndSd::of_paired_p(n, test.estimate, test.p.unwrap()),
            ];
            // Of a p close to 1 little of t is left.
            prop_assume!(test.t.unwrap().abs() > 0.01);
            for way in ways {
                prop_assert!((way.unwrap().sd / sd - 1.0).abs() < 1e-9, "{way:?} {sd}");
            }
        }

        #[test]
        fn quantiles_move_with_their_values(
            n in 5u64..500, low in -9.0..0.0_f64, high in 0.0..9.0_f64, by in -50.0..50.0_f64, unit in 0.1..20.0_f64,
        ) {
            let moved = |value: f64| (value + by) * unit;
            for of in [MeanAndSd::of_quartiles, MeanAndSd::of_range] {
                let one = of(n, [low, 0.0, high]).unwrap();
                let other = of(n, [moved(low), moved(0.0), moved(high)]).unwrap();
                prop_assert!((moved(one.mean) - other.mean).abs() < 1e-9);
                prop_assert!((one.sd * unit - other.sd).abs() < 1e-9);
                prop_assert!(low <= one.mean && one.mean <= high);
            }
        }
    }
}
