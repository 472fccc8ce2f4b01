//! The variance of the studies' true effects.

use super::{StudyEstimate, Weighted, checked};
use crate::statistics::distribution::root_of_increasing;
use crate::statistics::moments::standard_deviation;
use crate::statistics::{Estimate, NotEstimable};

/// Says how the variance of the true effects is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TauSquared {
    /// Restricted maximum likelihood.
    Reml,
    /// The τ² at which Σwᵢ(yᵢ − μ̂)² is what is expected of it, k − 1.
    PauleMandel,
    /// One step from the fixed effect to the same end, in closed form. Biased where τ² is large.
    DerSimonianLaird,
}

impl TauSquared {
    /// Names the method as a footnote does.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reml => "REML",
            Self::PauleMandel => "Paule-Mandel",
            Self::DerSimonianLaird => "DerSimonian-Laird",
        }
    }
}

/// Estimates the variance of the studies' true effects, in the unit of the estimates squared.
///
/// With wᵢ = 1/(vᵢ + τ²) and μ̂ = Σwᵢyᵢ/Σwᵢ:
/// - REML maximises −½ Σ ln(vᵢ + τ²) − ½ ln Σwᵢ − ½ Σwᵢ(yᵢ − μ̂)² over τ² ≥ 0, which among several
///   maxima takes the highest (W. Viechtbauer, J Educ Behav Stat 2005;30:261-293);
/// - Paule–Mandel solves Σwᵢ(yᵢ − μ̂)² = k − 1 (R. C. Paule, J. Mandel, J Res Natl Bur Stand
///   1982;87:377-385);
/// - DerSimonian–Laird is (Q − (k − 1))/(Σwᵢ − Σwᵢ²/Σwᵢ) at τ² = 0 (R. DerSimonian, N. Laird, Control
///   Clin Trials 1986;7:177-188).
///
/// Each is 0 where the studies differ no more than their variances explain.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] and [`NotEstimable::OneStudy`] below two studies,
/// [`NotEstimable::NoVariance`] if a variance is 0, [`NotEstimable::OutOfRange`] beyond a double.
///
/// # Panics
///
/// If a variance is negative.
pub fn tau_squared(studies: &[StudyEstimate], method: TauSquared) -> Estimate {
    checked(studies)?;
    if studies.len() == 1 {
        return Err(NotEstimable::OneStudy);
    }
    match method {
        TauSquared::Reml => reml(studies),
        TauSquared::PauleMandel => with_q_of(studies, studies.len() as f64 - 1.0),
        TauSquared::DerSimonianLaird => {
            let fixed = Weighted::at(studies, 0.0)?;
            let excess = fixed.q - (studies.len() as f64 - 1.0);
            Ok(f64::max(0.0, excess / fixed.trace()))
        }
    }
}

/// Finds the τ² at which Σwᵢ(yᵢ − μ̂)² is `q`, or 0 if it is no more than that everywhere.
pub(super) fn with_q_of(studies: &[StudyEstimate], q: f64) -> Estimate {
    if Weighted::at(studies, 0.0)?.q <= q {
        return Ok(0.0);
    }
    // The sum is at most Σ(yᵢ − ȳ)²/τ².
    let most = squares(studies)? / q;
    let missing = |tau_squared: f64| match Weighted::at(studies, tau_squared) {
        Ok(at) => q - at.q,
        Err(_) => f64::NEG_INFINITY,
    };
    Ok(root_of_increasing(0.0, most * (1.0 + 1e-12), missing))
}

/// Σ(yᵢ − ȳ)².
fn squares(studies: &[StudyEstimate]) -> Estimate {
    let estimates: Vec<f64> = studies.iter().map(|study| study.estimate).collect();
    let sd = standard_deviation(&estimates)?;
    Ok(sd * sd * (estimates.len() as f64 - 1.0))
}

/// Finds the greatest restricted likelihood.
///
/// Its slope is −½(Σwᵢ − Σwᵢ²/Σwᵢ) + ½Σwᵢ²(yᵢ − μ̂)²: negative once τ² exceeds s² + √(s²·max v), with
/// s² the variance of the estimates, since the first sum is at least (k − 1)/(max v + τ²) and the second
/// at most (k − 1)s²/τ⁴.
fn reml(studies: &[StudyEstimate]) -> Estimate {
    let slope = |tau_squared: f64| {
        let at = Weighted::at(studies, tau_squared)?;
        let squares = at.weights.iter().zip(&at.deviations).map(|(w, d)| (w * d) * (w * d));
        Ok::<f64, NotEstimable>(squares.sum::<f64>() - at.trace())
    };
    let variance = squares(studies)? / (studies.len() as f64 - 1.0);
    let of_studies = studies.iter().map(|study| study.variance);
    let most = variance + (variance * of_studies.clone().fold(0.0, f64::max)).sqrt();
    // Steps of a fifth: two maxima closer than that would differ in nothing that matters.
    let least = f64::min(of_studies.fold(f64::INFINITY, f64::min), most) * 1e-3;
    let mut best = 0.0;
    let mut below = (0.0, slope(0.0)?);
    let mut next = least;
    while below.0 < most {
        let above = (next.min(most), slope(next.min(most))?);
        if below.1 > 0.0 && above.1 <= 0.0 {
            let falling = |tau_squared: f64| slope(tau_squared).map_or(f64::INFINITY, |s| -s);
            let found = root_of_increasing(below.0, above.0, falling);
            if log_likelihood(studies, found)? > log_likelihood(studies, best)? {
                best = found;
            }
        }
        below = above;
        next *= 1.2;
    }
    Ok(best)
}

/// The restricted log-likelihood, but for a constant.
fn log_likelihood(studies: &[StudyEstimate], tau_squared: f64) -> Estimate {
    let at = Weighted::at(studies, tau_squared)?;
    let of_weights: f64 = at.weights.iter().map(|weight| weight.ln()).sum();
    Ok((of_weights - at.total.ln() - at.q) / 2.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::pooling::tests::{some_studies, studies};

    const ALL: [TauSquared; 3] =
        [TauSquared::Reml, TauSquared::PauleMandel, TauSquared::DerSimonianLaird];

    #[test]
    fn too_few_studies_have_a_reason() {
        for method in ALL {
            assert_eq!(tau_squared(&[], method), Err(NotEstimable::NoValues));
            let one = studies(&[(-1.1, 0.04)]);
            assert_eq!(tau_squared(&one, method), Err(NotEstimable::OneStudy));
            let exact = studies(&[(-1.1, 0.04), (-1.0, 0.0)]);
            assert_eq!(tau_squared(&exact, method), Err(NotEstimable::NoVariance));
        }
    }

    #[test]
    fn equal_variances_have_a_closed_form() {
        // All three are then the variance of the estimates less the sampling variance: 1 − 0.25.
        let three = studies(&[(-2.0, 0.25), (-1.0, 0.25), (0.0, 0.25)]);
        for method in ALL {
            let found = tau_squared(&three, method).unwrap();
            assert!((found - 0.75).abs() < 1e-14, "{method:?} {found}");
        }
    }

    #[test]
    fn equal_estimates_have_none() {
        let alike = studies(&[(-1.1, 0.04), (-1.1, 0.3), (-1.1, 0.01)]);
        for method in ALL {
            assert_eq!(tau_squared(&alike, method), Ok(0.0));
        }
    }

    /// Two very precise studies far apart and two vague ones: the slope is not monotone.
    #[test]
    fn of_two_maxima_the_higher_is_taken() {
        let four = studies(&[(0.0, 1e-6), (0.002, 1e-6), (40.0, 100.0), (-40.0, 100.0)]);
        let found = tau_squared(&four, TauSquared::Reml).unwrap();
        let best = log_likelihood(&four, found).unwrap();
        for step in 0..2000 {
            let other = 1e-9 * 1.02_f64.powi(step);
            let likelihood = log_likelihood(&four, other).unwrap();
            assert!(likelihood <= best + 1e-9, "{other} is likelier than {found}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_likelier_than_reml(studies in some_studies(2), factor in 0.01..100.0) {
            let found = tau_squared(&studies, TauSquared::Reml).unwrap();
            let best = log_likelihood(&studies, found).unwrap();
            let spread = super::squares(&studies).unwrap();
            for other in [0.0, found * factor, spread * factor] {
                prop_assert!(log_likelihood(&studies, other).unwrap() <= best + 1e-9);
            }
        }

        #[test]
        fn paule_and_mandel_find_what_is_expected(studies in some_studies(2)) {
            let found = tau_squared(&studies, TauSquared::PauleMandel).unwrap();
            let q = Weighted::at(&studies, found).unwrap().q;
            let expected = studies.len() as f64 - 1.0;
            prop_assert!((q - expected).abs() < 1e-9 * expected || (found == 0.0 && q < expected));
        }

        #[test]
        fn it_is_squared_with_the_unit(studies in some_studies(2), unit in 0.01..100.0_f64) {
            let scaled: Vec<StudyEstimate> = studies
                .iter()
                .map(|s| StudyEstimate { estimate: s.estimate * unit, variance: s.variance * unit * unit })
                .collect();
            for method in ALL {
                let (one, other) =
                    (tau_squared(&studies, method).unwrap(), tau_squared(&scaled, method).unwrap());
                let scale = super::squares(&studies).unwrap() * unit * unit;
                prop_assert!((one * unit * unit - other).abs() <= 1e-9 * scale, "{one} {other}");
            }
        }
    }
}
