//! Tests of the change against 0, within patients.

use super::paired::CHANGE_DECIMALS;
use crate::analysis::result::{Amount, AnalysisResult, Statistic};
use crate::statistics::{NotEstimable, SignedRankTest, Zeros, signed_rank_test, t_test};

/// A test of the change from baseline, asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeTest {
    /// Student's t of the changes.
    T,
    /// Wilcoxon's signed ranks of the changes, those of 0 dropped.
    Wilcoxon,
}

/// The tests that are asked for. `of` carries the parameter, unit, timepoint and group.
pub(super) fn test_changes(
    of: &AnalysisResult,
    changes: &[f64],
    tests: &[ChangeTest],
    level: f64,
) -> Vec<AnalysisResult> {
    let mut amounts = Vec::new();
    for test in tests {
        match test {
            ChangeTest::T => {
                let p = t_test(changes, level).and_then(|test| test.p);
                amounts.push((Statistic::PT, Amount::from(p)));
            }
            ChangeTest::Wilcoxon => {
                let test = signed_ranks(changes);
                let p = |p: fn(SignedRankTest) -> f64| Amount::from(test.map(p));
                let zeros = changes.iter().filter(|change| **change == 0.0).count();
                amounts.extend([
                    (Statistic::PWilcoxon, p(|test| test.p)),
                    (Statistic::PWilcoxonLeast, p(|test| test.least_p)),
                    (Statistic::ZerosDropped, Amount::Count(zeros)),
                ]);
            }
        }
    }
    let result = |(statistic, amount)| AnalysisResult { statistic, amount, ..of.clone() };
    amounts.into_iter().map(result).collect()
}

/// The test, where the signs can say anything: of a single change both are as likely, and p is 1.
fn signed_ranks(changes: &[f64]) -> Result<SignedRankTest, NotEstimable> {
    let test = signed_rank_test(changes, CHANGE_DECIMALS, Zeros::Dropped)?;
    match (changes.len(), test.n) {
        (1, _) => Err(NotEstimable::OneValue),
        (_, 1) => Err(NotEstimable::OneNotZero),
        _ => Ok(test),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::result::Variable;

    fn tested(changes: &[f64]) -> Vec<Amount> {
        let of = AnalysisResult {
            parameter: "fpg".to_owned(),
            unit: "mmol/L".to_owned(),
            timepoint: "W4".to_owned(),
            group: None,
            variable: Variable::Change,
            statistic: Statistic::N,
            amount: Amount::Count(changes.len()),
            n: changes.len(),
        };
        let tests = [ChangeTest::T, ChangeTest::Wilcoxon];
        test_changes(&of, changes, &tests, 0.95).into_iter().map(|result| result.amount).collect()
    }

    /// By hand: −1, −2, −3 have mean −2 and SE 1/√3, so t = −2√3 with 2 degrees of freedom, and
    /// p = 1 − |t|/√(2 + t²) = 1 − √(12/14); three signs are all alike with chance 2/8.
    #[test]
    fn three_changes_are_tested() {
        let found = tested(&[-1.0, -2.0, -3.0, 0.0]);
        assert_eq!(found[1..], [Amount::Number(0.25), Amount::Number(0.25), Amount::Count(1)]);
        let Amount::Number(p) = tested(&[-1.0, -2.0, -3.0])[0] else { panic!("a p") };
        assert!((p - (1.0 - (12.0_f64 / 14.0).sqrt())).abs() < 1e-12, "{p}");
    }

    #[test]
    fn a_test_that_can_say_nothing_has_a_reason_and_no_p() {
        let none = Amount::NotEstimable;
        let expect = |changes: &[f64], t, ranks, zeros| {
            let expected = [none(t), none(ranks), none(ranks), Amount::Count(zeros)];
            assert_eq!(tested(changes), expected, "{changes:?}");
        };
        expect(&[], NotEstimable::NoValues, NotEstimable::NoValues, 0);
        expect(&[-1.0], NotEstimable::OneValue, NotEstimable::OneValue, 0);
        expect(&[0.0, 0.0], NotEstimable::NoSpread, NotEstimable::AllZero, 2);
        assert_eq!(tested(&[0.0, -1.0])[1..3], [none(NotEstimable::OneNotZero); 2]);
        assert_eq!(tested(&[-1.0; 3])[0], none(NotEstimable::NoSpread));
    }
}
