use super::*;
use crate::analysis::result::{Amount, Statistic, Variable};
use crate::analysis::testing::{cohort, observation};
use crate::domain::{Catalogue, Finding};
use crate::statistics::NotEstimable;
use proptest::prelude::*;

fn amount(
    found: &ChangeResults,
    timepoint: &str,
    variable: Variable,
    statistic: Statistic,
) -> Amount {
    let wanted = |result: &&AnalysisResult| {
        result.timepoint == timepoint
            && result.variable == variable
            && result.statistic == statistic
    };
    found.results.iter().find(wanted).expect("a result").amount
}

fn analyse(days: &[&[Option<i32>]], seen: Vec<Observation>, analyte: &str) -> ChangeResults {
    let schedule = Schedule::parse("W4±1,W12±2").expect("a schedule");
    let analyte = Catalogue::built_in().find(analyte).expect("an analyte");
    analyse_change(
        &cohort(days),
        &schedule,
        &[(analyte, seen)],
        &[],
        &Question::default(),
        &ChangeAsked::default(),
    )
}

const BOTH: &[Option<i32>] = &[Some(0), Some(28)];

#[test]
fn a_change_needs_both_values_of_one_patient() {
    let seen = vec![
        observation(1, Some(10.0)),
        observation(2, Some(8.0)),
        observation(3, Some(9.0)),
        observation(4, None),
        observation(6, Some(7.0)),
    ];
    let found = analyse(&[BOTH, BOTH, BOTH], seen, "FPG");
    let value = |timepoint, statistic| amount(&found, timepoint, Variable::Value, statistic);
    assert_eq!(value("Baseline", Statistic::N), Amount::Count(2));
    assert_eq!(value("W4", Statistic::N), Amount::Count(2));
    assert_eq!(value("W4", Statistic::Missing), Amount::Count(1));
    let change = |statistic| amount(&found, "W4", Variable::Change, statistic);
    assert_eq!(change(Statistic::N), Amount::Count(1));
    assert_eq!(change(Statistic::Mean), Amount::Number(-2.0));
    assert_eq!(change(Statistic::Sd), Amount::NotEstimable(NotEstimable::OneValue));
    assert_eq!(change(Statistic::MeanLower), Amount::NotEstimable(NotEstimable::OneValue));
    let nobody = amount(&found, "W12", Variable::Value, Statistic::Mean);
    assert_eq!(nobody, Amount::NotEstimable(NotEstimable::NoValues));
}

#[test]
fn nobody_at_all_is_an_answer() {
    assert_eq!(analyse(&[], vec![], "FPG").results, []);
    let all_missing = analyse(&[BOTH], vec![observation(1, None), observation(2, None)], "FPG");
    assert_eq!(
        amount(&all_missing, "W4", Variable::Value, Statistic::Median),
        Amount::NotEstimable(NotEstimable::NoValues)
    );
}

#[test]
fn the_unit_is_the_one_most_values_were_printed_in() {
    let hba1c = |visit, printed: f64, unit: &str| {
        let analyte = Catalogue::built_in().find("HbA1c").expect("HbA1c");
        let rule = analyte.unit(unit).expect("a unit");
        let mut seen = observation(visit, Some(rule.to_canonical(printed)));
        seen.unit = Some(rule.ucum.as_str().into());
        seen
    };
    let seen = vec![hba1c(1, 9.1, "%"), hba1c(2, 8.0, "%"), hba1c(3, 64.0, "mmol/mol")];
    let found = analyse(&[BOTH, BOTH], seen, "HbA1c");
    let series = &found.series[0];
    assert_eq!(series.unit.as_ref().map(|unit| unit.ucum.as_str()), Some("%"));
    assert_eq!((series.converted, series.decimals), (1, 1));
    // A change is converted by the slope alone: 9.1 % to 8.0 % is −1.1 points.
    let change = amount(&found, "W4", Variable::Change, Statistic::Mean);
    assert_eq!(change, Amount::Number(-1.1));
}

/// Lower glucose is a benefit; of the white cells it depends, and of nobody there is nothing to say.
#[test]
fn a_change_has_a_direction_where_one_is_undisputed() {
    let directions = |values: [f64; 2], analyte| {
        let seen = vec![observation(1, Some(values[0])), observation(2, Some(values[1]))];
        let found = analyse(&[BOTH], seen, analyte).results;
        let of = found.into_iter().filter(|result| result.statistic == Statistic::Direction);
        of.map(|result| result.amount).collect::<Vec<_>>()
    };
    let nobody = Amount::NotEstimable(NotEstimable::NoValues);
    assert_eq!(directions([10.0, 8.0], "FPG"), [Amount::Number(1.0), nobody]);
    assert_eq!(directions([10.0, 10.1], "FPG"), [Amount::Number(-1.0), nobody]);
    assert_eq!(directions([10.0, 10.0], "FPG"), [Amount::Number(0.0), nobody]);
    assert_eq!(directions([1.0, 1.2], "HDL-C"), [Amount::Number(1.0), nobody]);
    assert_eq!(directions([10.0, 8.0], "WBC"), []);
}

fn counts(found: &ChangeResults) -> Vec<(&str, Statistic, usize)> {
    let count = |result: &AnalysisResult| match result.amount {
        Amount::Count(count) => count,
        _ => panic!("a count"),
    };
    let all = found.stated.iter();
    all.map(|one| (one.timepoint.as_str(), one.statistic, count(one))).collect()
}

/// Of two whose glucose is said to have fallen, one has a number at the visit, and the other none after
/// day 0; of a topic there can be no number.
#[test]
fn who_has_words_alone_is_counted_apart() {
    let said = |subject, visit, analyte: Option<&str>| StatementMade {
        subject,
        visit,
        analyte: analyte.map(str::to_owned),
        topic: analyte.is_none().then(|| "well-being".to_owned()),
        finding: Finding::Decreased,
    };
    let statements = [
        said(0, Some(2), Some("fpg")),
        said(1, Some(4), Some("fpg")),
        said(0, None, Some("fpg")),
        said(1, None, Some("fpg")),
        said(1, None, None),
    ];
    let seen =
        vec![observation(1, Some(9.0)), observation(2, Some(8.0)), observation(3, Some(9.0))];
    let analyte = Catalogue::built_in().find("FPG").expect("FPG");
    let found = analyse_change(
        &cohort(&[BOTH, BOTH]),
        &Schedule::parse("W4±1").expect("a schedule"),
        &[(analyte, seen)],
        &statements,
        &Question::default(),
        &ChangeAsked::default(),
    );
    let (stated, alone) =
        (Statistic::Stated(Finding::Decreased), Statistic::StatedAlone(Finding::Decreased));
    assert_eq!(
        counts(&found),
        [
            ("W4", stated, 2),
            ("W4", alone, 1),
            ("Follow-up", stated, 2),
            ("Follow-up", alone, 1),
            ("Follow-up", stated, 1),
        ]
    );
}

/// Everybody of nine; of ten nobody, unless fewer than ten have the analyte.
#[test]
fn few_patients_are_listed() {
    let listed = |patients: usize, with: usize| {
        let visit = |who: usize| i64::try_from(2 * who).expect("few") + 1;
        let seen = (0..with).map(|who| observation(visit(who), Some(9.0))).collect();
        let found = analyse(&vec![BOTH; patients], seen, "FPG").listed;
        found.into_iter().map(|line| line.patient).collect::<Vec<_>>()
    };
    assert_eq!(listed(9, 1).len(), 9);
    assert_eq!(listed(10, 10), Vec::<String>::new());
    assert_eq!(listed(11, 2), ["a/1", "a/2"]);
}

#[test]
fn a_finding_is_counted_once_a_patient() {
    let mut stated = observation(2, None);
    stated.status = crate::domain::Status::Stated;
    stated.stated = Some("at target".to_owned());
    let cohort = cohort(&[BOTH]);
    let schedule = Schedule::parse("W4±1").expect("a schedule");
    let analyte = Catalogue::built_in().find("FPG").expect("FPG");
    let statement = StatementMade {
        subject: 0,
        visit: Some(2),
        analyte: Some("fpg".to_owned()),
        topic: None,
        finding: Finding::AtTarget,
    };
    let found = analyse_change(
        &cohort,
        &schedule,
        &[(analyte, vec![stated])],
        &[statement],
        &Question::default(),
        &ChangeAsked::default(),
    );
    assert_eq!(
        counts(&found),
        [
            ("W4", Statistic::Stated(Finding::AtTarget), 1),
            ("W4", Statistic::StatedAlone(Finding::AtTarget), 1)
        ]
    );
}

proptest! {
    /// Pairs are never more than values, and a shift of all values moves no change.
    #[test]
    fn pairs_are_values_and_changes_know_no_shift(
        values in proptest::collection::vec((proptest::option::of(1u32..300), proptest::option::of(1u32..300)), 0..8),
        shift in 1u32..50,
    ) {
        let days: Vec<&[Option<i32>]> = values.iter().map(|_| BOTH).collect();
        let seen = |shift: u32| {
            values.iter().enumerate().flat_map(|(at, (first, next))| {
                let visit = i64::try_from(2 * at).expect("few") + 1;
                let value = |tenths: &Option<u32>| tenths.map(|t| f64::from(t + shift) / 10.0);
                [observation(visit, value(first)), observation(visit + 1, value(next))]
            }).collect::<Vec<_>>()
        };
        let (plain, moved) = (analyse(&days, seen(0), "FPG"), analyse(&days, seen(shift), "FPG"));
        for result in plain.results.iter().filter(|result| result.variable == Variable::Change) {
            let values = amount(&plain, &result.timepoint, Variable::Value, Statistic::N);
            prop_assert!(matches!(values, Amount::Count(n) if result.n <= n));
            let after = amount(&moved, &result.timepoint, Variable::Change, result.statistic);
            match (result.amount, after) {
                (Amount::Number(before), Amount::Number(after)) => {
                    prop_assert!((before - after).abs() < 1e-9);
                }
                (before, after) => prop_assert_eq!(before, after),
            }
        }
    }
}
