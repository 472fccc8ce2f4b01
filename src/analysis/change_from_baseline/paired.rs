//! What is said of pairs beside the mean of their changes: the Hodges–Lehmann estimate, and the
//! change in per cent of each patient's baseline.

use crate::analysis::result::{Amount, AnalysisResult, Statistic, Variable};
use crate::analysis::timeline::percent_change;
use crate::domain::UnitRule;
use crate::statistics::{HodgesLehmann, NotEstimable, QuantileType, describe, hodges_lehmann};

/// The decimals by which changes are compared: those that `timeline` keeps.
pub(in crate::analysis) const CHANGE_DECIMALS: u32 = 10;

/// Scales whose zero is a convention: of them there are differences, but no ratios.
const ARBITRARY_ZERO: [&str; 2] = ["Cel", "[degF]"];

/// The Hodges–Lehmann estimate of changes with its interval, and the confidence that this has.
/// `of` carries the parameter, unit, timepoint and group.
pub(super) fn estimate_centre(
    of: &AnalysisResult,
    changes: &[f64],
    level: f64,
) -> Vec<AnalysisResult> {
    let found = hodges_lehmann(changes, CHANGE_DECIMALS, level);
    let amount = |part: fn(&HodgesLehmann) -> f64| {
        Amount::from(found.as_ref().map(part).map_err(|reason| *reason))
    };
    let amounts = [
        (Statistic::HodgesLehmann, amount(|found| found.estimate)),
        (Statistic::HodgesLehmannLower, amount(|found| found.interval.lower)),
        (Statistic::HodgesLehmannUpper, amount(|found| found.interval.upper)),
        (Statistic::HodgesLehmannConfidence, amount(|found| found.confidence)),
    ];
    amounts.map(|(statistic, amount)| AnalysisResult { statistic, amount, ..of.clone() }).into()
}

/// The changes in per cent of each patient's baseline. A baseline of 0 has none and is counted.
pub(super) fn describe_percent(
    of: &AnalysisResult,
    pairs: &[(f64, f64)],
    rule: &UnitRule,
    quantile: QuantileType,
) -> Vec<AnalysisResult> {
    let has_ratios = !ARBITRARY_ZERO.contains(&rule.ucum.as_str());
    let percents: Vec<f64> = pairs
        .iter()
        .filter(|_| has_ratios)
        .filter_map(|(baseline, follow_up)| percent_change(*baseline, *follow_up))
        .collect();
    let of = AnalysisResult {
        variable: Variable::PercentChange,
        unit: "%".to_owned(),
        n: percents.len(),
        ..of.clone()
    };
    let mut results = AnalysisResult::describe(&of, &describe(&percents, quantile), None);
    if !has_ratios {
        for result in results.iter_mut().filter(|result| result.statistic != Statistic::N) {
            result.amount = Amount::NotEstimable(NotEstimable::ArbitraryZero);
        }
    }
    let zeros = pairs.iter().filter(|(baseline, _)| *baseline == 0.0).count();
    let amount = Amount::Count(zeros);
    results.push(AnalysisResult { statistic: Statistic::BaselineZero, amount, ..of });
    results
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Catalogue;

    fn changes(n: usize) -> AnalysisResult {
        AnalysisResult {
            parameter: "fpg".to_owned(),
            unit: "mmol/L".to_owned(),
            timepoint: "W4".to_owned(),
            group: None,
            variable: Variable::Change,
            statistic: Statistic::N,
            amount: Amount::Count(n),
            n,
        }
    }

    fn amounts(results: &[AnalysisResult], statistics: &[Statistic]) -> Vec<Amount> {
        let find = |wanted: &Statistic| results.iter().find(|result| result.statistic == *wanted);
        statistics.iter().map(|wanted| find(wanted).expect("a result").amount).collect()
    }

    const CENTRE: [Statistic; 4] = [
        Statistic::HodgesLehmann,
        Statistic::HodgesLehmannLower,
        Statistic::HodgesLehmannUpper,
        Statistic::HodgesLehmannConfidence,
    ];

    /// By hand: the means of the pairs of −3, −2, −1 are −3, −2.5, −2, −2, −1.5, −1. Their median
    /// is −2; three signs are all alike with chance 2/8, which leaves the extremes 75 %.
    #[test]
    fn three_changes_have_an_interval_of_three_quarters() {
        let found = estimate_centre(&changes(3), &[-1.0, -3.0, -2.0], 0.95);
        assert_eq!(amounts(&found, &CENTRE), [-2.0, -3.0, -1.0, 0.75].map(Amount::Number));
    }

    #[test]
    fn one_change_and_none_have_a_reason() {
        for (values, reason) in
            [(&[-1.0][..], NotEstimable::OneValue), (&[], NotEstimable::NoValues)]
        {
            let found = estimate_centre(&changes(values.len()), values, 0.95);
            assert_eq!(amounts(&found, &CENTRE), [Amount::NotEstimable(reason); 4]);
        }
    }

    fn percents(pairs: &[(f64, f64)], analyte: &str) -> Vec<AnalysisResult> {
        let analyte = Catalogue::built_in().find(analyte).expect("an analyte");
        let rule = analyte.canonical_unit();
        describe_percent(&changes(pairs.len()), pairs, rule, QuantileType::default())
    }

    const PERCENT: [Statistic; 4] =
        [Statistic::N, Statistic::Mean, Statistic::Median, Statistic::BaselineZero];

    /// By hand: 10 to 8 is −20 %, 8 to 10 is +25 %, 4 to 3 is −25 %; the mean is −20/3.
    #[test]
    fn each_patient_has_a_percentage_of_the_own_baseline() {
        let found = percents(&[(10.0, 8.0), (8.0, 10.0), (0.0, 5.0), (4.0, 3.0)], "FPG");
        let expected = [
            Amount::Count(3),
            Amount::Number(-20.0 / 3.0),
            Amount::Number(-20.0),
            Amount::Count(1),
        ];
        assert_eq!(amounts(&found, &PERCENT), expected);
        assert!(found.iter().all(|result| result.unit == "%" && result.n == 3));
    }

    #[test]
    fn a_zero_baseline_and_a_scale_without_a_zero_have_no_percentage() {
        let none = Amount::NotEstimable(NotEstimable::NoValues);
        let zero = amounts(&percents(&[(0.0, 5.0)], "FPG"), &PERCENT);
        assert_eq!(zero, [Amount::Count(0), none, none, Amount::Count(1)]);
        let none = Amount::NotEstimable(NotEstimable::ArbitraryZero);
        let warm = amounts(&percents(&[(37.0, 38.0)], "Temperature"), &PERCENT);
        assert_eq!(warm, [Amount::Count(0), none, none, Amount::Count(0)]);
    }
}
