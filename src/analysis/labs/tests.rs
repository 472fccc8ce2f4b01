use super::*;
use crate::analysis::testing::{cohort, observation};
use crate::analysis::{Grouping, UnitChoice};
use crate::domain::{Catalogue, ReferenceRange, Status};
use crate::statistics::NotEstimable;

/// A value at a visit, between these limits.
type Value = (i64, f64, Option<f64>, Option<f64>);

fn schedule() -> Schedule {
    Schedule::parse("W0,W4±1,W12±2").expect("a schedule")
}

/// An analyte with these values, in its canonical unit.
fn ranged(name: &str, values: &[Value]) -> Ranged<'static> {
    let analyte = Catalogue::built_in().find(name).expect(name);
    let limits = |(_, _, low, high): &Value| ReferenceRange { low: *low, high: *high };
    let has_limits = |value: &&Value| value.2.is_some() || value.3.is_some();
    let ranges = values.iter().filter(has_limits).map(|value| (value.0, limits(value))).collect();
    let seen = values.iter().map(|value| observation(value.0, Some(value.1))).collect();
    (analyte, seen, ranges)
}

fn analyse(cohort: &Cohort, observations: &[Ranged<'_>]) -> LabsResults {
    analyse_labs(cohort, &schedule(), observations, &Question::default())
}

fn amount(found: &LabsResults, parameter: &str, timepoint: &str, statistic: Statistic) -> Amount {
    let is_it = |result: &&AnalysisResult| {
        result.parameter == parameter
            && result.timepoint == timepoint
            && result.statistic == statistic
            && (result.variable == Variable::UpperLimitMultiple
                || result.variable == Variable::Patients)
    };
    found.results.iter().find(is_it).unwrap_or_else(|| panic!("{parameter} {statistic:?}")).amount
}

/// The shifts that somebody made.
fn shifts(found: &LabsResults, parameter: &str) -> Vec<(RangeClass, RangeClass, usize)> {
    let shift = |result: &AnalysisResult| match (result.statistic, result.amount) {
        (Statistic::Shift(from, to), Amount::Count(count)) if count > 0 => Some((from, to, count)),
        _ => None,
    };
    let of = found.results.iter().filter(|result| result.parameter == parameter);
    of.filter_map(shift).collect()
}

/// How many of how many.
fn share(found: &LabsResults, parameter: &str, timepoint: &str) -> [Amount; 2] {
    [Statistic::Count, Statistic::N].map(|statistic| amount(found, parameter, timepoint, statistic))
}

/// Patients by the worst grade 0 to 4, and those without.
fn grades(found: &LabsResults, parameter: &str) -> [Amount; 6] {
    let of = |statistic| amount(found, parameter, WORST, statistic);
    let [none, one, two, three, four] =
        [0, 1, 2, 3, 4].map(|grade| Statistic::WorstGrade(Some(grade)));
    [none, one, two, three, four, Statistic::Missing].map(of)
}

const BEFORE_AND_AFTER: &[Option<i32>] = &[Some(0), Some(28)];

#[test]
fn a_patient_shifts_from_the_baseline_to_the_worst_of_all_that_follows() {
    use RangeClass::{CannotTell, High, Low, LowAndHigh, Missing, Normal};
    let days: &[Option<i32>] = &[Some(0), Some(28), Some(60), Some(84)];
    let of = cohort(&[days, days, days, days, days, days]);
    let (low, high) = (Some(10.0), Some(40.0));
    let found = analyse(
        &of,
        &[ranged(
            "ALT",
            &[
                // The limits themselves are normal; day 60 fits no window and counts.
                (1, 40.0, low, high),
                (2, 10.0, low, high),
                (3, 40.1, low, high),
                (5, 9.9, low, high),
                (6, 50.0, low, high),
                (8, 5.0, low, high),
                // A value without a range is passed over where another has one.
                (9, 30.0, None, None),
                (10, 300.0, None, None),
                (11, 30.0, low, high),
                (13, 30.0, low, None),
                (14, 300.0, None, None),
                (17, 30.0, low, None),
            ],
        )],
    );
    let expected = [
        (Low, LowAndHigh, 1),
        (Normal, High, 1),
        (Normal, CannotTell, 1),
        (Normal, Missing, 1),
        (CannotTell, Normal, 1),
        (Missing, Missing, 1),
    ];
    assert_eq!(shifts(&found, "alt"), expected);
    assert_eq!(found.analytes[0].without_range, 3);
    let worst: Vec<_> =
        found.out_of_range.iter().map(|one| (one.value, one.side, one.day.0)).collect();
    assert_eq!(worst, [(40.1, High, 60), (50.0, High, 28), (5.0, Low, 84)]);
}

#[test]
fn timepoints_that_are_asked_for_are_compared_each() {
    let days: &[Option<i32>] = &[Some(0), Some(28), Some(84)];
    let of = cohort(&[days]);
    let high = Some(40.0);
    let values = [(1, 30.0, None, high), (2, 80.0, None, high), (3, 30.0, None, high)];
    let timepoints = vec!["W4".to_owned(), "W12".to_owned()];
    let question = Question { timepoints, ..Question::default() };
    let found = analyse_labs(&of, &schedule(), &[ranged("ALT", &values)], &question);
    assert_eq!(found.periods, ["W4", "W12"]);
    let max = |at| amount(&found, "alt", at, Statistic::Max);
    assert_eq!([max("W4"), max("W12")], [2.0, 0.75].map(Amount::Number));
}

#[test]
fn a_limit_tells_its_side_only_where_both_sides_of_it_agree() {
    let of = cohort(&[BEFORE_AND_AFTER]);
    let side = |status, value| {
        let (analyte, mut seen, ranges) = ranged("CEA", &[(2, value, Some(1.0), Some(5.0))]);
        seen[0].status = status;
        shifts(&analyse(&of, &[(analyte, seen, ranges)]), "cea")[0].1
    };
    assert_eq!(side(Status::BelowLimit, 1.0), RangeClass::Low);
    assert_eq!(side(Status::BelowLimit, 1.5), RangeClass::CannotTell);
    assert_eq!(side(Status::AboveLimit, 5.0), RangeClass::High);
    assert_eq!(side(Status::AboveLimit, 4.9), RangeClass::CannotTell);
    let (analyte, mut seen, ranges) = ranged("CEA", &[(2, 0.5, None, Some(5.0))]);
    seen[0].status = Status::BelowLimit;
    let found = analyse(&of, &[(analyte, seen, ranges)]);
    assert_eq!(shifts(&found, "cea")[0].1, RangeClass::Normal, "that side is open");
    assert_eq!(amount(&found, "cea", WORST, Statistic::Censored), Amount::Count(1));
}

const ALT: &str = "CTCAE 5.0 Alanine aminotransferase increased (ALT)";

/// One patient's grade of ALT with an upper limit of 40 after this baseline; 5 has none.
fn grade_of(name: &str, term: &str, baseline: Option<Value>, value: Value) -> usize {
    let of = cohort(&[BEFORE_AND_AFTER]);
    let values: Vec<Value> = baseline.into_iter().chain([value]).collect();
    let found = analyse(&of, &[ranged(name, &values)]);
    let grades = grades(&found, term);
    grades.iter().position(|count| *count == Amount::Count(1)).expect("one patient")
}

#[test]
fn enzymes_are_graded_by_the_limit_or_by_an_abnormal_baseline() {
    let high = Some(40.0);
    let alt = |baseline: Option<f64>, value| {
        grade_of("ALT", ALT, baseline.map(|b| (1, b, None, high)), (2, value, None, high))
    };
    for (value, grade) in [
        (40.0, 0),
        (40.1, 1),
        (120.0, 1),
        (120.1, 2),
        (200.0, 2),
        (200.1, 3),
        (800.0, 3),
        (800.1, 4),
    ] {
        assert_eq!(alt(Some(40.0), value), grade, "{value}");
        assert_eq!(alt(None, value), grade, "{value}");
    }
    for (value, grade) in [(149.9, 0), (150.0, 1), (300.0, 1), (300.1, 2), (500.1, 3), (2000.1, 4)]
    {
        assert_eq!(alt(Some(100.0), value), grade, "{value}");
    }
    assert_eq!(grade_of("ALT", ALT, None, (2, 400.0, None, None)), 5, "no limit");
    let bilirubin = "CTCAE 5.0 Blood bilirubin increased (TBil)";
    let tbil = |value| {
        grade_of("TBil", bilirubin, Some((1, 30.0, None, Some(20.0))), (2, value, None, Some(20.0)))
    };
    assert_eq!([30.0, 30.1, 45.0, 45.1].map(tbil), [0, 1, 1, 2]);
}

#[test]
fn creatinine_is_graded_by_both_and_what_needs_no_limit_goes_without() {
    let creatinine = "CTCAE 5.0 Creatinine increased (Creatinine)";
    let baseline = Some((1, 50.0, None, None));
    let of = |value, high| grade_of("creat", creatinine, baseline, (2, value, None, high));
    assert_eq!(of(75.0, Some(100.0)), 0);
    assert_eq!(of(75.1, Some(100.0)), 2, "above 1.5 times the baseline");
    assert_eq!(of(150.1, Some(100.0)), 3);
    assert_eq!(of(600.1, Some(100.0)), 4);
    assert_eq!([of(75.1, None), of(75.0, None)], [2, 5]);
    let triglycerides = "CTCAE 5.0 Hypertriglyceridemia (TG)";
    let tg = |value| grade_of("TG", triglycerides, None, (2, value, None, None));
    assert_eq!([1.7, 1.71, 3.42, 3.43, 5.71, 11.41].map(tg), [0, 1, 1, 2, 3, 4]);
}

#[test]
fn what_falls_is_graded_downwards() {
    let grade = |name: &str, term: &str, value: Value| {
        let of = cohort(&[BEFORE_AND_AFTER]);
        let found = analyse(&of, &[ranged(name, &[value])]);
        grades(&found, term).iter().position(|one| *one == Amount::Count(1)).expect("one")
    };
    let albumin =
        |value, low| grade("Albumin", "CTCAE 5.0 Hypoalbuminemia (Albumin)", (2, value, low, None));
    assert_eq!(albumin(35.0, Some(35.0)), 0);
    assert_eq!(albumin(34.9, Some(35.0)), 1);
    assert_eq!([albumin(29.9, None), albumin(19.9, None), albumin(31.0, None)], [2, 3, 5]);
    let fpg = |value| grade("FPG", "CTCAE 5.0 Hypoglycemia (FPG)", (2, value, Some(3.9), None));
    assert_eq!([3.9, 3.8, 3.0, 2.9, 2.1, 1.6].map(fpg), [0, 1, 1, 2, 3, 4]);
    let upper_only =
        grade("Albumin", "CTCAE 5.0 Hypoalbuminemia (Albumin)", (2, 34.0, None, Some(50.0)));
    assert_eq!(upper_only, 5, "the lower limit is what it needs");
    let more = "CTCAE 5.0 Hemoglobin increased (Hb)";
    let hb = |value| grade("Hb", more, (2, value, Some(120.0), Some(160.0)));
    assert_eq!([160.0, 160.1, 180.0, 180.1, 200.1].map(hb), [0, 1, 1, 2, 3]);
}

#[test]
fn a_grade_of_a_limit_has_to_be_certain() {
    let of = cohort(&[BEFORE_AND_AFTER]);
    let grade = |status, value| {
        let (analyte, mut seen, ranges) = ranged("ALT", &[(2, value, None, Some(40.0))]);
        seen[0].status = status;
        let found = analyse(&of, &[(analyte, seen, ranges)]);
        grades(&found, ALT).iter().position(|one| *one == Amount::Count(1))
    };
    assert_eq!(grade(Status::BelowLimit, 5.0), Some(0));
    assert_eq!(grade(Status::BelowLimit, 50.0), Some(5));
    assert_eq!(grade(Status::AboveLimit, 50.0), Some(5));
    assert_eq!(grade(Status::AboveLimit, 900.0), Some(4));
}

/// `(higher, of those graded at both)`.
fn higher(found: &LabsResults, term: &str) -> [Amount; 2] {
    share(found, &higher_parameter(term), WORST)
}

#[test]
fn a_grade_that_was_there_before_is_not_higher_than_at_baseline() {
    let of = cohort(&[BEFORE_AND_AFTER, BEFORE_AND_AFTER, BEFORE_AND_AFTER, BEFORE_AND_AFTER]);
    let value = |visit, value| (visit, value, None, None);
    // Grade 1 twice, 0 and then 1, 2 and then 1; of the last no baseline is known.
    let values = [(1, 2.0), (2, 2.6), (3, 1.5), (4, 1.8), (5, 4.0), (6, 3.0), (8, 6.0)];
    let values: Vec<Value> = values.iter().map(|(visit, number)| value(*visit, *number)).collect();
    let found = analyse(&of, &[ranged("TG", &values)]);
    let triglycerides = "CTCAE 5.0 Hypertriglyceridemia (TG)";
    let of_grades = [0, 3, 0, 1, 0, 0].map(Amount::Count);
    assert_eq!(grades(&found, triglycerides), of_grades);
    assert_eq!(higher(&found, triglycerides), [1, 3].map(Amount::Count));
    // Later values are multiples of a high baseline, so that it is grade 0 itself: 150 is 1.5 times as much.
    // The third is graded by the limit, but whether its baseline was high is not known.
    let high = Some(40.0);
    let values = [
        (1, 100.0, None, high),
        (2, 150.0, None, high),
        (3, 100.0, None, high),
        (4, 149.0, None, high),
        (5, 100.0, None, None),
        (6, 150.0, None, high),
    ];
    let found = analyse(&of, &[ranged("ALT", &values)]);
    assert_eq!(grades(&found, ALT), [1, 1, 1, 0, 0, 1].map(Amount::Count));
    assert_eq!(higher(&found, ALT), [1, 2].map(Amount::Count));
}

#[test]
fn numbers_without_a_unit_are_counted_and_not_judged() {
    let of = cohort(&[BEFORE_AND_AFTER]);
    let bare = |visit| Observation { status: Status::Measured, ..observation(visit, None) };
    let alt = Catalogue::built_in().find("ALT").expect("ALT");
    // The third belongs to nobody of the cohort, and what was not done is no number.
    let seen = vec![bare(1), bare(2), bare(3), observation(2, None)];
    let found = analyse(&of, &[(alt, seen, std::collections::HashMap::new())]);
    assert_eq!((found.without_unit, found.analytes.len()), (2, 0));
}

#[test]
fn hys_law_asks_of_whom_both_are_known() {
    let days: &[Option<i32>] = &[Some(0), Some(28), Some(40), Some(84)];
    let of = cohort(&[days, days, days, days]);
    let (alt, tbil) = (Some(40.0), Some(20.0));
    let found = analyse(
        &of,
        &[
            ranged(
                "ALT",
                &[
                    (2, 121.0, None, alt),
                    (6, 121.0, None, alt),
                    (10, 121.0, None, alt),
                    (14, 120.0, None, alt),
                ],
            ),
            ranged(
                "TBil",
                &[
                    (3, 40.1, None, tbil), // 12 days later
                    (8, 50.0, None, tbil), // 56 days later: together at no time
                    (14, 50.0, None, tbil),
                ],
            ),
        ],
    );
    let of = |parameter| share(&found, parameter, WORST);
    assert_eq!(of("ALT > 3 × ULN"), [3, 4].map(Amount::Count));
    assert_eq!(of("ALT > 5 × ULN"), [0, 4].map(Amount::Count));
    assert_eq!(of(EITHER), [3, 4].map(Amount::Count));
    assert_eq!(of(TOGETHER), [1, 2].map(Amount::Count));
    assert_eq!(of(EVER), [2, 3].map(Amount::Count));
    let cases: Vec<_> =
        found.liver_cases.iter().map(|one| (one.patient.as_str(), one.together)).collect();
    assert_eq!(cases, [("a/1", true), ("a/2", false)]);
    assert_eq!(found.liver_cases[0].alkaline_phosphatase, None);
}

#[test]
fn a_tumour_marker_is_newly_high_only_where_it_was_not_before() {
    let of = cohort(&[BEFORE_AND_AFTER, BEFORE_AND_AFTER, BEFORE_AND_AFTER, BEFORE_AND_AFTER]);
    let limit = Some(7.0);
    let values = [
        (1, 8.0, None, limit),
        (2, 9.0, None, limit),
        (3, 6.0, None, limit),
        (4, 7.1, None, limit),
        (5, 6.0, None, limit),
        (6, 7.0, None, limit),
        (8, 50.0, None, limit),
    ];
    let found = analyse(&of, &[ranged("AFP", &values)]);
    let above = above_parameter("AFP", false);
    assert_eq!(share(&found, &above, BASELINE), [1, 3].map(Amount::Count));
    assert_eq!(share(&found, &above, WORST), [3, 4].map(Amount::Count));
    assert_eq!(share(&found, &above_parameter("AFP", true), WORST), [1, 2].map(Amount::Count));
}

#[test]
fn nobody_nothing_and_days_that_are_not_known() {
    let nobody = analyse(&cohort(&[]), &[ranged("ALT", &[(1, 30.0, None, Some(40.0))])]);
    assert_eq!(nobody.analytes, []);
    assert_eq!(nobody.results, []);
    let of = cohort(&[&[None]]);
    let found = analyse(&of, &[ranged("ALT", &[(1, 500.0, None, Some(40.0))])]);
    assert_eq!((found.analytes[0].undated, found.out_of_range.len()), (1, 0));
    let none = Amount::NotEstimable(NotEstimable::NoValues);
    assert_eq!(amount(&found, "alt", WORST, Statistic::Max), none);
    let percent = amount(&found, "ALT > 3 × ULN", WORST, Statistic::Percent);
    assert_eq!(percent, none);
    // Without a range, weight is no laboratory value; with one of its own, it is what was asked.
    let weight = |high| ranged("weight", &[(1, 80.0, None, high)]);
    let of = cohort(&[BEFORE_AND_AFTER]);
    assert_eq!(analyse(&of, &[weight(None)]).analytes, []);
    assert_eq!(analyse(&of, &[weight(Some(90.0))]).analytes.len(), 1);
}

#[test]
fn a_table_in_another_unit_tells_the_same_story() {
    let mut of = cohort(&[BEFORE_AND_AFTER, BEFORE_AND_AFTER]);
    of.subjects[0].sex = Some("male".to_owned());
    let high = Some(20.0);
    let values = [
        (1, 15.0, None, high),
        (2, 61.0, None, high),
        (3, 25.0, None, high),
        (4, 30.0, None, high),
    ];
    let asked = |units| {
        let question = Question { by: Some(Grouping::Sex), units, ..Question::default() };
        analyse_labs(&of, &schedule(), &[ranged("TBil", &values)], &question)
    };
    let (si, other) = (asked(UnitChoice::Canonical), asked(UnitChoice::Conventional));
    assert_eq!(si.results, other.results);
    assert_eq!(si.groups.len(), 2);
    let of_line = |found: &LabsResults| {
        let one = &found.out_of_range[0];
        (one.value, one.limits.1, one.upper_multiple, one.grade)
    };
    let ((si, limit, times, grade), other) = (of_line(&si), of_line(&other));
    assert_eq!((si, limit, times, grade), (61.0, high, Some(3.05), Some(3)));
    assert_eq!((other.2, other.3), (times, grade));
    assert!((other.0 / other.1.expect("a limit") - 3.05).abs() < 1e-9);
}

#[test]
fn every_graded_analyte_is_one_of_the_catalogue() {
    let all = Catalogue::built_in().analytes().iter();
    let graded: usize = all.map(|analyte| GradedTerm::of(&analyte.key).count()).sum();
    assert_eq!(graded, 18);
}
