//! How far the studies differ by more than chance.

use super::tau_squared::with_q_of;
use super::{StudyEstimate, TauSquared, Weighted, checked, tau_squared};
use crate::statistics::distribution::{gamma_lower, gamma_upper, root_of_increasing, tail_of};
use crate::statistics::{Interval, NotEstimable};

/// How far studies differ by more than their sampling variances explain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heterogeneity {
    /// Cochran's Q: Σ(yᵢ − μ̂)²/vᵢ about the fixed-effect mean.
    pub q: f64,
    /// Its degrees of freedom, k − 1.
    pub df: f64,
    /// The chance of such a Q or a higher one if all effects were equal.
    pub p: f64,
    /// Which share of the variation is between the studies, from 0 to 1.
    pub i_squared: f64,
    /// The variation over what is expected by chance alone.
    pub h_squared: f64,
    /// The Q-profile interval of τ².
    pub tau_squared_interval: Result<Interval, NotEstimable>,
    /// The same as limits of I².
    pub i_squared_interval: Result<Interval, NotEstimable>,
}

/// Measures how far studies differ by more than their sampling variances explain.
///
/// Q is W. G. Cochran's (Biometrics 1954;10:101-129), compared with χ²(k − 1): few studies let it miss
/// much, and a high p doesn't show that they agree. Of a random-effects model, I² = τ̂²/(τ̂² + s²) and
/// H² = τ̂²/s² + 1 with the typical variance s² = (k − 1)/(Σwᵢ − Σwᵢ²/Σwᵢ), wᵢ = 1/vᵢ
/// (J. P. T. Higgins, S. G. Thompson, Stat Med 2002;21:1539-1558, as R's metafor), so that they agree with
/// the τ̂² that is printed; without `method`, I² = (Q − df)/Q, if positive, and H² = Q/df. The Q-profile
/// interval holds the τ² with Σwᵢ(yᵢ − μ̂)², wᵢ = 1/(vᵢ + τ²), between the quantiles of χ²(k − 1)
/// (W. Viechtbauer, Stat Med 2007;26:37-52); it is of no method, and may miss the τ̂² of REML.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] and [`NotEstimable::OneStudy`] below two studies,
/// [`NotEstimable::NoVariance`] if a variance is 0, [`NotEstimable::OutOfRange`] beyond a double. The
/// intervals are [`NotEstimable::CloserThanChance`] if even τ² = 0 makes Q unlikely low.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or a variance is negative.
pub fn heterogeneity(
    studies: &[StudyEstimate],
    method: Option<TauSquared>,
    level: f64,
) -> Result<Heterogeneity, NotEstimable> {
    let tail = tail_of(level);
    checked(studies)?;
    if studies.len() == 1 {
        return Err(NotEstimable::OneStudy);
    }
    let fixed = Weighted::at(studies, 0.0)?;
    let (q, df) = (fixed.q, studies.len() as f64 - 1.0);
    let typical = df / fixed.trace();
    let share = |tau_squared: f64| tau_squared / (tau_squared + typical);
    let (i_squared, h_squared) = match method {
        Some(method) => {
            let between = tau_squared(studies, method)?;
            (share(between), between / typical + 1.0)
        }
        None if q > df => ((q - df) / q, q / df),
        None => (0.0, q / df),
    };
    let tau_squared_interval = q_profile(studies, q, tail, level);
    let i_squared_interval = tau_squared_interval.map(|tau_squared| Interval {
        lower: share(tau_squared.lower),
        upper: share(tau_squared.upper),
        level,
    });
    let p = gamma_upper(df / 2.0, q / 2.0);
    Ok(Heterogeneity { q, df, p, i_squared, h_squared, tau_squared_interval, i_squared_interval })
}

fn q_profile(
    studies: &[StudyEstimate],
    q: f64,
    tail: f64,
    level: f64,
) -> Result<Interval, NotEstimable> {
    let df = studies.len() as f64 - 1.0;
    let (low, high) = (chi_squared_below(tail, df), chi_squared_above(tail, df));
    if q < low {
        return Err(NotEstimable::CloserThanChance);
    }
    Ok(Interval { lower: with_q_of(studies, high)?, upper: with_q_of(studies, low)?, level })
}

/// Finds what χ²(df) stays below with the probability `tail`.
fn chi_squared_below(tail: f64, df: f64) -> f64 {
    2.0 * root_of_increasing(0.0, df, |half| gamma_lower(df / 2.0, half) - tail)
}

/// Finds what χ²(df) exceeds with the probability `tail`.
fn chi_squared_above(tail: f64, df: f64) -> f64 {
    let mut most = df + 10.0;
    while gamma_upper(df / 2.0, most) > tail {
        most *= 2.0;
    }
    2.0 * root_of_increasing(0.0, most, |half| tail - gamma_upper(df / 2.0, half))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::pooling::tests::{some_studies, studies};

    #[test]
    fn too_few_studies_have_a_reason() {
        assert_eq!(heterogeneity(&[], None, 0.95), Err(NotEstimable::NoValues));
        let one = studies(&[(-1.1, 0.04)]);
        assert_eq!(heterogeneity(&one, None, 0.95), Err(NotEstimable::OneStudy));
        let exact = studies(&[(-1.1, 0.04), (-1.0, 0.0)]);
        assert_eq!(heterogeneity(&exact, None, 0.95), Err(NotEstimable::NoVariance));
    }

    #[test]
    fn two_degrees_of_freedom_have_closed_forms() {
        // χ²(2) exceeds x with the probability e^(−x/2).
        assert!((chi_squared_above(0.025, 2.0) + 2.0 * 0.025_f64.ln()).abs() < 1e-13);
        assert!((chi_squared_below(0.025, 2.0) + 2.0 * 0.975_f64.ln()).abs() < 1e-14);
        // Deviations −2, 0 and 2 standard errors: Q = 8 and p = e⁻⁴.
        let three = studies(&[(-2.0, 1.0), (0.0, 1.0), (2.0, 1.0)]);
        let found = heterogeneity(&three, None, 0.95).unwrap();
        assert_eq!((found.q, found.df, found.i_squared, found.h_squared), (8.0, 2.0, 0.75, 4.0));
        assert!((found.p - (-4.0_f64).exp()).abs() < 1e-15);
        // With equal variances Σwᵢ(yᵢ − μ̂)² is 8/(1 + τ²).
        let limits = found.tau_squared_interval.unwrap();
        assert!((limits.upper - (8.0 / (-2.0 * 0.975_f64.ln()) - 1.0)).abs() < 1e-10);
        assert!((limits.lower - f64::max(0.0, 8.0 / (-2.0 * 0.025_f64.ln()) - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn equal_estimates_are_closer_than_chance() {
        let alike = studies(&[(-1.1, 0.04), (-1.1, 0.3), (-1.1, 0.01)]);
        let found = heterogeneity(&alike, Some(TauSquared::Reml), 0.95).unwrap();
        assert_eq!((found.q, found.p, found.i_squared, found.h_squared), (0.0, 1.0, 0.0, 1.0));
        assert_eq!(found.tau_squared_interval, Err(NotEstimable::CloserThanChance));
        assert_eq!(found.i_squared_interval, Err(NotEstimable::CloserThanChance));
    }

    proptest! {
        #[test]
        fn the_profile_grows_with_the_level(studies in some_studies(2), level in 0.5..0.98) {
            let of = |level| heterogeneity(&studies, None, level).unwrap().tau_squared_interval;
            let (Ok(narrow), Ok(wide)) = (of(level), of(level + 0.01)) else { return Ok(()) };
            prop_assert!(wide.lower <= narrow.lower && narrow.upper <= wide.upper);
            prop_assert!(0.0 <= wide.lower && wide.lower <= wide.upper);
        }

        #[test]
        fn q_and_the_interval_agree(studies in some_studies(2)) {
            // The lower limit is above 0 exactly if the one-sided test of Q rejects at half the level.
            let found = heterogeneity(&studies, None, 0.95).unwrap();
            prop_assume!((found.p - 0.025).abs() > 1e-9);
            let is_above_0 = found.tau_squared_interval.is_ok_and(|limits| limits.lower > 0.0);
            prop_assert_eq!(is_above_0, found.p < 0.025);
        }
    }
}
