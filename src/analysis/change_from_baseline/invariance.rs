//! What must not change what a table of changes says: the unit, the order of the patients, a division into
//! groups.

use super::*;
use crate::analysis::result::{Amount, Statistic, Variable};
use crate::analysis::testing::{cohort, observation};
use crate::analysis::{DifferenceAsked, DifferenceTest, Grouping, UnitChoice, analyse_difference};
use crate::domain::Catalogue;
use proptest::prelude::*;

const BOTH: &[Option<i32>] = &[Some(0), Some(28)];

/// A baseline and a follow-up of each patient in tenths of a per cent of HbA1c, either of which may be missing.
fn some_patients() -> impl Strategy<Value = Vec<(Option<u32>, Option<u32>)>> {
    let value = || prop::option::weighted(0.8, 50_u32..140);
    prop::collection::vec((value(), value()), 0..12)
}

/// The HbA1c of these patients, printed in per cent.
fn hba1c(patients: &[(Option<u32>, Option<u32>)]) -> (Cohort, Vec<Observation>) {
    let analyte = Catalogue::built_in().find("HbA1c").expect("HbA1c");
    let percent = analyte.unit("%").expect("%");
    let days: Vec<_> = patients.iter().map(|_| BOTH).collect();
    let mut seen = Vec::new();
    for (visit, value) in (1..).zip(patients.iter().flat_map(|(first, next)| [*first, *next])) {
        let canonical = value.map(|tenths| percent.to_canonical(f64::from(tenths) / 10.0));
        let mut observation = observation(visit, canonical);
        observation.unit = canonical.map(|_| "%".into());
        seen.push(observation);
    }
    (cohort(&days), seen)
}

fn analyse((cohort, seen): &(Cohort, Vec<Observation>), question: &Question) -> ChangeResults {
    let schedule = Schedule::parse("W4±1").expect("a schedule");
    let analyte = Catalogue::built_in().find("HbA1c").expect("HbA1c");
    let asked =
        ChangeAsked { tests: vec![ChangeTest::T, ChangeTest::Wilcoxon], ..ChangeAsked::default() };
    analyse_change(cohort, &schedule, &[(analyte, seen.clone())], &[], question, &asked)
}

/// Equal but for what rounding leaves in the last digits.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

/// What of the same table in mmol/mol would be this number: places are shifted and scaled, spreads scaled.
fn in_mmol(number: f64, statistic: Statistic, variable: Variable) -> f64 {
    let analyte = Catalogue::built_in().find("HbA1c").expect("HbA1c");
    let percent = analyte.unit("%").expect("%");
    let is_test = !matches!(
        statistic,
        Statistic::Mean
            | Statistic::Median
            | Statistic::Q1
            | Statistic::Q3
            | Statistic::Min
            | Statistic::Max
            | Statistic::Sd
            | Statistic::MeanLower
            | Statistic::MeanUpper
            | Statistic::HodgesLehmann
            | Statistic::HodgesLehmannLower
            | Statistic::HodgesLehmannUpper
    );
    match (is_test, statistic, variable) {
        (true, ..) => number,
        (_, Statistic::Sd, _) | (_, _, Variable::Change) => percent.slope * number,
        _ => percent.to_canonical(number),
    }
}

proptest! {
    /// A change in per cent of the baseline does depend on the unit, because one of the two has another zero.
    #[test]
    fn per_cent_and_mmol_per_mol_tell_the_same_story(patients in some_patients()) {
        let recorded = hba1c(&patients);
        let conventional = analyse(&recorded, &Question::default());
        let si = Question { units: UnitChoice::Canonical, ..Question::default() };
        let si = analyse(&recorded, &si);
        prop_assert_eq!(conventional.results.len(), si.results.len());
        let pairs = conventional.results.iter().zip(&si.results);
        for (one, other) in pairs.filter(|(one, _)| one.variable != Variable::PercentChange) {
            prop_assert_eq!((one.statistic, one.variable, one.n), (other.statistic, other.variable, other.n));
            match (one.amount, other.amount) {
                (Amount::Number(percent), Amount::Number(mmol)) => {
                    let expected = in_mmol(percent, one.statistic, one.variable);
                    prop_assert!(same(expected, mmol), "{one:?}: {expected} is not {mmol}");
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }

    /// Bilirubin in tenths of mg/dL has many equal changes; in µmol/L each has a trace of the conversion.
    #[test]
    fn ties_are_those_of_the_print_whatever_the_table_shows(
        changes in prop::collection::vec((10_i32..60, -3_i32..4), 2..12),
    ) {
        let analyte = Catalogue::built_in().find("TBil").expect("TBil");
        let rule = analyte.unit("mg/dL").expect("mg/dL");
        let days: Vec<_> = changes.iter().map(|_| BOTH).collect();
        let mut people = cohort(&days);
        for (at, subject) in people.subjects.iter_mut().enumerate() {
            subject.sex = Some(if at % 2 == 0 { "female" } else { "male" }.to_owned());
        }
        let printed = changes.iter().flat_map(|(first, change)| [*first, first + change]);
        let seen: Vec<Observation> = (1..).zip(printed).map(|(visit, value)| {
            let mut seen = observation(visit, Some(rule.to_canonical(f64::from(value) / 10.0)));
            seen.unit = Some(rule.ucum.as_str().into());
            seen
        }).collect();
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let all = |units| {
            let question = Question { by: Some(Grouping::Sex), units, ..Question::default() };
            let asked = ChangeAsked { tests: vec![ChangeTest::Wilcoxon], ..ChangeAsked::default() };
            let observations = [(analyte, seen.clone())];
            let mut found = analyse_change(&people, &schedule, &observations, &[], &question, &asked).results;
            let asked = DifferenceAsked { tests: vec![DifferenceTest::Permutation], ..DifferenceAsked::default() };
            let apart = analyse_difference(&people, &schedule, &observations, &question, &asked);
            found.extend(apart.expect("two groups").results);
            found.retain(|result| result.statistic.is_p() || result.statistic == Statistic::ZerosDropped);
            found.into_iter().map(|result| result.amount).collect::<Vec<_>>()
        };
        let (printed, si) = (all(UnitChoice::Recorded), all(UnitChoice::Canonical));
        prop_assert!(printed.len() > 4);
        prop_assert_eq!(printed, si);
    }

    #[test]
    fn the_order_of_the_patients_changes_nothing(
        (patients, shuffled) in some_patients().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let one = analyse(&hba1c(&patients), &Question::default());
        let other = analyse(&hba1c(&shuffled), &Question::default());
        for (one, other) in one.results.iter().zip(&other.results) {
            match (one.amount, other.amount) {
                (Amount::Number(first), Amount::Number(second)) => {
                    prop_assert!(same(first, second), "{one:?} {other:?}");
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }

    /// Each patient is in one group: counts add up, extremes are those of a group, means are weighted.
    #[test]
    fn groups_together_are_everybody(patients in some_patients(), women in any::<u16>()) {
        let mut recorded = hba1c(&patients);
        for (at, subject) in recorded.0.subjects.iter_mut().enumerate() {
            let sex = if women >> at & 1 == 1 { "female" } else { "male" };
            subject.sex = Some(sex.to_owned());
        }
        let together = analyse(&recorded, &Question::default());
        let by_sex = Question { by: Some(Grouping::Sex), ..Question::default() };
        let apart = analyse(&recorded, &by_sex);
        // A reason is a row only where somebody has it.
        let is_reason = |one: &&AnalysisResult| matches!(one.statistic, Statistic::MissingBecause(_));
        for whole in together.results.iter().filter(|one| !is_reason(one)) {
            let parts: Vec<_> = apart.results.iter()
                .filter(|part| (part.statistic, part.variable) == (whole.statistic, whole.variable))
                .filter(|part| part.timepoint == whole.timepoint)
                .collect();
            prop_assert_eq!(parts.iter().map(|part| part.n).sum::<usize>(), whole.n);
            let numbers = || parts.iter().filter_map(|part| match part.amount {
                Amount::Number(number) => Some((number, part.n)),
                _ => None,
            });
            #[allow(clippy::cast_precision_loss)] // a dozen patients
            let weighted = numbers().map(|(number, n)| number * n as f64).sum::<f64>() / whole.n as f64;
            match (whole.statistic, whole.amount) {
                (Statistic::N | Statistic::Missing, Amount::Count(count)) => {
                    let counts = parts.iter().map(|part| match part.amount {
                        Amount::Count(count) => count,
                        _ => 0,
                    });
                    prop_assert_eq!(counts.sum::<usize>(), count);
                }
                (Statistic::Min, Amount::Number(least)) => {
                    prop_assert_eq!(numbers().map(|(number, _)| number).fold(f64::INFINITY, f64::min), least);
                }
                (Statistic::Mean, Amount::Number(mean)) => prop_assert!(same(weighted, mean)),
                _ => {}
            }
        }
    }
}
