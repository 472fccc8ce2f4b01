use super::*;
use crate::analysis::testing::{cohort, observation};
use crate::domain::{Catalogue, Infusion};

fn amount(
    found: &BaselineResults,
    parameter: &str,
    group: Option<&str>,
    which: Statistic,
) -> Amount {
    let is_it = |r: &&AnalysisResult| {
        r.parameter == parameter && r.group.as_deref() == group && r.statistic == which
    };
    found.results.iter().find(is_it).unwrap_or_else(|| panic!("{parameter} {which:?}")).amount
}

fn analyse(cohort: &Cohort, question: &Question) -> BaselineResults {
    analyse_baseline(cohort, &Schedule::default(), &[], question)
}

/// Six patients: women of 40, 50 and 60, men of 55 and of no known age, one without a sex of 65.
fn six() -> Cohort {
    let mut cohort = cohort(&[&[][..]; 6]);
    let of = [
        (Some("female"), Some(40.0)),
        (Some("male"), Some(55.0)),
        (Some("female"), Some(50.0)),
        (Some("male"), None),
        (Some("female"), Some(60.0)),
        (None, Some(65.0)),
    ];
    for (subject, (sex, age)) in cohort.subjects.iter_mut().zip(of) {
        subject.sex = sex.map(str::to_owned);
        subject.age_years = age;
    }
    cohort
}

/// By hand: the mean of 40, 55, 50, 60, 65 is 54, its squares 196 + 1 + 16 + 36 + 121 = 370, and
/// 370 / 4 = 92.5; type 2 of five values: the second, third and fourth.
#[test]
fn numbers_are_described_and_who_has_none_is_counted_with_the_reason() {
    let found = analyse(&six(), &Question::default());
    let age = |statistic| amount(&found, "age_years", None, statistic);
    assert_eq!(age(Statistic::N), Amount::Count(5));
    assert_eq!(age(Statistic::Missing), Amount::Count(1));
    assert_eq!(age(Statistic::MissingBecause(SILENT)), Amount::Count(1));
    assert_eq!(age(Statistic::Mean), Amount::Number(54.0));
    assert_eq!(age(Statistic::Sd), Amount::Number(92.5_f64.sqrt()));
    assert_eq!(age(Statistic::Median), Amount::Number(55.0));
    assert_eq!(age(Statistic::Q1), Amount::Number(50.0));
    assert_eq!(age(Statistic::Q3), Amount::Number(60.0));
    assert_eq!(age(Statistic::Max), Amount::Number(65.0));
}

#[test]
fn a_share_is_of_those_of_whom_the_category_is_reported() {
    let found = analyse(&six(), &Question::default());
    assert_eq!(amount(&found, "sex", None, Statistic::N), Amount::Count(5));
    assert_eq!(amount(&found, "sex", None, Statistic::Missing), Amount::Count(1));
    let female = |statistic| amount(&found, "sex = female", None, statistic);
    assert_eq!(female(Statistic::Count), Amount::Count(3));
    assert_eq!(female(Statistic::Percent), Amount::Number(60.0));
    let levels = |at: usize| found.characteristics[at].levels.clone().expect("a category");
    assert_eq!(levels(1), ["female", "male"]);
    assert!(levels(2).is_empty(), "nobody has a diagnosis");
}

#[test]
fn a_column_of_ones_own_has_the_levels_of_its_definition_and_a_text_has_no_line() {
    let mut cohort = six();
    let attribute = |key: &str, kind, values: &[&str]| Attribute {
        key: key.to_owned(),
        label: None,
        kind,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    cohort.attributes = vec![
        attribute("arm", AttributeKind::Category, &["placebo", "msc"]),
        attribute("smoker", AttributeKind::YesNo, &[]),
        attribute("dose", AttributeKind::Number, &[]),
        attribute("centre", AttributeKind::Text, &[]),
    ];
    for (key, value) in [("arm", "msc"), ("smoker", "no"), ("dose", "2.5"), ("centre", "A")] {
        cohort.subjects[0].attributes.insert(key.to_owned(), value.to_owned());
    }
    let found = analyse(&cohort, &Question::default());
    let percent = |parameter| amount(&found, parameter, None, Statistic::Percent);
    assert_eq!(percent("arm = placebo"), Amount::Number(0.0));
    assert_eq!(percent("arm = msc"), Amount::Number(100.0));
    assert_eq!(percent("smoker = yes"), Amount::Number(0.0));
    assert_eq!(amount(&found, "dose", None, Statistic::Mean), Amount::Number(2.5));
    assert_eq!(amount(&found, "dose", None, Statistic::Missing), Amount::Count(5));
    assert_eq!(found.left_out, ["centre"]);
}

#[test]
fn no_recorded_infusion_is_not_none_and_a_sum_needs_every_dose() {
    let mut cohort = six();
    let infusion = |cells| Infusion { cells, ..Infusion::default() };
    cohort.subjects[0].infusions = vec![infusion(Some(5e7)), infusion(Some(6e7))];
    cohort.subjects[1].infusions = vec![infusion(None)];
    let found = analyse(&cohort, &Question::default());
    let infusions = |statistic| amount(&found, "infusions", None, statistic);
    assert_eq!(infusions(Statistic::Mean), Amount::Number(1.5));
    assert_eq!(infusions(Statistic::MissingBecause(Missing::NoRecord)), Amount::Count(4));
    let cells = |statistic| amount(&found, "cells", None, statistic);
    assert_eq!(cells(Statistic::Mean), Amount::Number(110.0));
    assert_eq!(cells(Statistic::MissingBecause(SILENT)), Amount::Count(1));
    assert!(found.characteristics.iter().all(|one| one.parameter != "cells_per_kg"));
}

#[test]
fn an_analyte_has_a_line_if_anybody_has_a_baseline_value_of_it() {
    let cohort = cohort(&[&[Some(-7), Some(0), Some(28)], &[Some(0)], &[Some(28)]]);
    let fpg = Catalogue::built_in().find("FPG").expect("an analyte");
    let seen = |all: &[(i64, Option<f64>)]| {
        all.iter().map(|(visit, value)| observation(*visit, *value)).collect::<Vec<_>>()
    };
    let analyse = |seen| {
        let question = Question::default();
        analyse_baseline(&cohort, &Schedule::default(), &[(fpg, seen)], &question)
    };
    let found =
        analyse(seen(&[(1, Some(9.0)), (2, Some(8.0)), (3, Some(6.0)), (4, None), (5, Some(7.0))]));
    let value = |statistic| amount(&found, &fpg.key, None, statistic);
    assert_eq!(value(Statistic::N), Amount::Count(1));
    assert_eq!(value(Statistic::Mean), Amount::Number(8.0));
    assert_eq!(value(Statistic::Sd), Amount::NotEstimable(NotEstimable::OneValue));
    let because = |missing| value(Statistic::MissingBecause(missing));
    assert_eq!(because(Missing::Status(Status::NotDone)), Amount::Count(1));
    assert_eq!(because(Missing::NoRecord), Amount::Count(1));
    let late = analyse(seen(&[(5, Some(7.0))]));
    assert_eq!(late.without_baseline, [fpg.symbol.as_str()]);
    assert!(late.series.is_empty());
}

/// Of 40, 50, 60 the mean is 50 and the variance 100; of 55 and 65 they are 60 and 50. By hand
/// d = (50 - 60) / sqrt((100 + 50) / 2) = -1.1547005383792517.
#[test]
fn two_groups_are_compared_and_other_numbers_of_groups_are_not() {
    let mut cohort = six();
    cohort.subjects[3].age_years = Some(65.0);
    let question = Question { by: Some(Grouping::Sex), ..Question::default() };
    let mut found = analyse(&cohort, &question);
    let groups: Vec<_> =
        found.groups.iter().map(|one| (one.group.as_deref(), one.members.len())).collect();
    let expected = [(Some("female"), 3), (Some("male"), 2), (Some("not reported"), 1), (None, 6)];
    assert_eq!(groups, expected);
    found.compare_groups().expect("two groups");
    let difference = |of| amount(&found, of, None, Statistic::StandardisedDifference);
    let Amount::Number(d) = difference("age_years") else { panic!("no difference") };
    assert!((d - -1.154_700_538_379_251_7).abs() < 1e-12, "{d}");
    assert!(found.characteristics.iter().all(|one| one.parameter != "sex"));
    assert_eq!(difference("diagnosis"), Amount::NotEstimable(NotEstimable::NoValues));
    assert_eq!(difference("height_cm"), Amount::NotEstimable(NotEstimable::NoValues));
    let refused = |question: &Question| {
        analyse(&cohort, question).compare_groups().expect_err("not two").found
    };
    assert_eq!(refused(&Question::default()), "no groups");
    let by = Some(Grouping::Report);
    assert_eq!(refused(&Question { by, ..Question::default() }), "one group: a");
}

#[test]
fn of_nobody_there_are_no_values_and_no_shares() {
    let found = analyse(&Cohort::default(), &Question::default());
    assert_eq!(amount(&found, "age_years", None, Statistic::N), Amount::Count(0));
    let none = Amount::NotEstimable(NotEstimable::NoValues);
    assert_eq!(amount(&found, "age_years", None, Statistic::Mean), none);
    assert_eq!(amount(&found, "sex", None, Statistic::N), Amount::Count(0));
}
