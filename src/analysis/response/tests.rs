//! What is known of whom, in small cohorts.

use super::answer::{Bound, Side};
use super::*;
use crate::analysis::Grouping;
use crate::analysis::testing::{cohort, observation, taken};
use crate::domain::{Catalogue, Comparator, Status};
use crate::statistics::NotEstimable;
use proptest::prelude::*;

const SCHEDULE: &str = "W4±1,W12±2";
const BOTH: &[Option<i32>] = &[Some(0), Some(84)];

fn analyse(of: &Cohort, seen: Vec<Observation>, rule: &str) -> ResponseResults {
    let schedule = Schedule::parse(SCHEDULE).expect("a schedule");
    let catalogue = Catalogue::built_in();
    let rule = ResponderRule::parse(rule, catalogue, &schedule).expect(rule);
    let fpg = catalogue.find("FPG").expect("FPG");
    let evidence = Evidence { observations: vec![(fpg, seen)], ..Evidence::default() };
    analyse_response(of, &schedule, &[rule], &evidence, &Question::default())
}

fn amount(found: &ResponseResults, variable: Variable, statistic: Statistic) -> Amount {
    let is_it = |r: &&AnalysisResult| r.variable == variable && r.statistic == statistic;
    found.results.iter().find(is_it).expect("a result").amount
}

/// Responders and denominators: of observed cases, and of all.
fn counts(found: &ResponseResults) -> [Amount; 4] {
    [
        amount(found, Variable::ObservedCases, Statistic::Responders),
        amount(found, Variable::ObservedCases, Statistic::N),
        amount(found, Variable::NonResponders, Statistic::Responders),
        amount(found, Variable::NonResponders, Statistic::N),
    ]
}

#[test]
fn who_has_no_value_is_no_observed_case_and_a_non_responder() {
    let of = cohort(&[BOTH, BOTH, BOTH, BOTH]);
    let seen = vec![observation(2, Some(6.9)), observation(4, Some(7.0)), observation(6, None)];
    let found = analyse(&of, seen, "FPG < 7.0 mmol/L at W12");
    assert_eq!(counts(&found), [1, 2, 1, 4].map(Amount::Count));
    // 1 of 4, exact: binom.test(1, 4) in R gives 0.006309 and 0.805880.
    let limit = |statistic| match amount(&found, Variable::NonResponders, statistic) {
        Amount::Number(number) => number,
        other => panic!("{other:?}"),
    };
    assert!((limit(Statistic::ProportionLower) - 0.006_309_463).abs() < 1e-8);
    assert!((limit(Statistic::ProportionUpper) - 0.805_879_55).abs() < 1e-7);
    let never: Vec<_> = found.rules[0]
        .never_evaluable
        .iter()
        .map(|one| (one.patient.as_str(), one.reason.as_str()))
        .collect();
    assert_eq!(never, [("a/3", "FPG at W12: not done"), ("a/4", "FPG at W12: no record")]);
}

#[test]
fn a_change_needs_a_baseline_and_a_difference_converts_by_the_slope_alone() {
    let of = cohort(&[BOTH, BOTH]);
    // 10 to 7 mmol/L: a change of -3, -30 %, and by the slope alone of -54 mg/dL.
    let seen =
        || vec![observation(1, Some(10.0)), observation(2, Some(7.0)), observation(4, Some(5.0))];
    for (rule, met) in [
        ("FPG change <= -3 mmol/L at W12", 1),
        ("FPG change < -3 mmol/L at W12", 0),
        ("FPG change <= -54 mg/dL at W12", 1),
        ("FPG change <= -55 mg/dL at W12", 0),
        ("FPG percent change <= -30 % at W12", 1),
        ("FPG percent change < -30 % at W12", 0),
    ] {
        let found = analyse(&of, seen(), rule);
        assert_eq!(counts(&found), [met, 1, met, 2].map(Amount::Count), "{rule}");
        let never = &found.rules[0].never_evaluable;
        assert_eq!(never[0].reason, "FPG at baseline: no record");
    }
}

/// 9.0 to 8.1 % is -10 % of it; in mmol/mol, whose zero is another, 74.9 to 65.0 is -13.1 %.
#[test]
fn percent_changes_are_of_the_unit_that_most_values_were_printed_in() {
    let of = cohort(&[BOTH]);
    let schedule = Schedule::parse(SCHEDULE).expect("a schedule");
    let catalogue = Catalogue::built_in();
    let hba1c = catalogue.find("HbA1c").expect("HbA1c");
    let printed = |visit, percent: f64, unit: &str| Observation {
        unit: Some(unit.into()),
        ..observation(visit, Some(hba1c.unit("%").expect("NGSP").to_canonical(percent)))
    };
    for (unit, words, met) in [("%", "%", 0), ("mmol/mol", "mmol/mol", 1)] {
        let seen = vec![printed(1, 9.0, unit), printed(2, 8.1, unit)];
        let evidence = Evidence { observations: vec![(hba1c, seen)], ..Evidence::default() };
        let rule = "HbA1c percent change <= -11 % at W12";
        let rule = ResponderRule::parse(rule, catalogue, &schedule).expect(rule);
        let found = analyse_response(&of, &schedule, &[rule], &evidence, &Question::default());
        assert_eq!(counts(&found), [met, 1, met, 1].map(Amount::Count), "{unit}");
        let PercentOf { symbol, unit } = &found.percents[0];
        assert_eq!((symbol.as_str(), unit.as_str()), ("HbA1c", words));
    }
    let seen = || vec![observation(1, Some(10.0)), observation(2, Some(7.0))];
    let found = analyse(&of, seen(), "FPG percent change <= -11 % at W12");
    assert_eq!(found.percents, [], "the same in every unit");
}

#[test]
fn one_criterion_that_is_not_met_settles_a_rule_and_one_unknown_leaves_it_open() {
    let of = cohort(&[&[Some(0), Some(28), Some(84)]]);
    let seen = |last| vec![observation(2, Some(last))];
    let rule = "FPG < 7 mmol/L at W12 and FPG < 7 mmol/L at W4";
    assert_eq!(counts(&analyse(&of, seen(8.0), rule)), [0, 1, 0, 1].map(Amount::Count));
    let in_part = |found: &_| amount(found, Variable::ObservedCases, Statistic::UnmetInPart);
    assert_eq!(in_part(&analyse(&of, seen(8.0), rule)), Amount::Count(1));
    let whole = vec![observation(1, Some(9.0)), observation(2, Some(8.0))];
    assert_eq!(
        in_part(&analyse(&of, whole, "FPG < 7 mmol/L and FPG < 6 mmol/L at W12")),
        Amount::Count(0)
    );
    let open = analyse(&of, seen(6.0), rule);
    assert_eq!(in_part(&open), Amount::Count(0));
    assert_eq!(counts(&open), [0, 0, 0, 1].map(Amount::Count));
    let none = Amount::NotEstimable(NotEstimable::NoValues);
    assert_eq!(amount(&open, Variable::ObservedCases, Statistic::Proportion), none);
    assert_eq!(open.rules[0].timepoints, ["W4, W12"]);
}

#[test]
fn a_limit_decides_only_where_both_sides_of_it_agree() {
    let of = cohort(&[BOTH]);
    for (status, value, met, n) in [
        (Status::BelowLimit, 6.0, 1, 1),
        (Status::BelowLimit, 8.0, 0, 0),
        (Status::AboveLimit, 8.0, 0, 1),
        (Status::AboveLimit, 6.0, 0, 0),
    ] {
        let seen = Observation { status, ..observation(2, Some(value)) };
        let found = analyse(&of, vec![seen], "FPG < 7 mmol/L at W12");
        assert_eq!(counts(&found), [met, n, met, 1].map(Amount::Count), "{status:?} {value}");
    }
    let bound = |side| Bound { side, strict: true };
    let minus = |one, other| bound(one).minus(bound(other)).side;
    assert_eq!(minus(Side::Below, Side::Above), Side::Below);
    assert_eq!(minus(Side::Below, Side::Below), Side::Either);
    assert_eq!(minus(Side::Exact, Side::Below), Side::Above);
}

/// Below 7.0 is below 7.0, and at most 7.0 may be 7.0.
#[test]
fn a_limit_at_the_limit_of_the_rule_decides_where_its_sign_does() {
    let of = cohort(&[BOTH]);
    let (less, at_most) = (Some(Comparator::Less), Some(Comparator::AtMost));
    let (greater, at_least) = (Some(Comparator::Greater), Some(Comparator::AtLeast));
    for (comparator, rule, answer) in [
        (less, "<", Some(true)),
        (less, "<=", Some(true)),
        (less, ">", Some(false)),
        (less, ">=", Some(false)),
        (at_most, "<", None),
        (at_most, "<=", Some(true)),
        (at_most, ">", Some(false)),
        (at_most, ">=", None),
        (greater, ">", Some(true)),
        (greater, ">=", Some(true)),
        (greater, "<", Some(false)),
        (greater, "<=", Some(false)),
        (at_least, ">", None),
        (at_least, ">=", Some(true)),
        (at_least, "<", Some(false)),
        (at_least, "<=", None),
    ] {
        let status = Status::of_comparator(comparator);
        let seen = Observation { status, comparator, ..observation(2, Some(7.0)) };
        let found = analyse(&of, vec![seen], &format!("FPG {rule} 7 mmol/L at W12"));
        let (met, n) = (usize::from(answer == Some(true)), usize::from(answer.is_some()));
        assert_eq!(counts(&found), [met, n, met, 1].map(Amount::Count), "{comparator:?} {rule}");
    }
}

#[test]
fn responders_who_met_the_rule_before_are_counted() {
    let of = cohort(&[BOTH, BOTH]);
    let seen = [(1, 6.5), (2, 6.0), (3, 9.0), (4, 6.0)];
    let seen: Vec<_> = seen.map(|(visit, value)| observation(visit, Some(value))).into();
    let before = |rule| {
        let found = analyse(&of, seen.clone(), rule);
        amount(&found, Variable::ObservedCases, Statistic::MetAtBaseline)
    };
    assert_eq!(before("FPG < 7 mmol/L at W12"), Amount::Count(1));
    assert_eq!(before("FPG change < 0 mmol/L at W12"), Amount::Count(0));
}

#[test]
fn words_answer_where_that_is_asked_for_whichever_way() {
    let of = cohort(&[BOTH, BOTH, BOTH]);
    let said = |visit, words: &str| Observation {
        status: Status::Stated,
        stated: Some(words.to_owned()),
        ..observation(visit, None)
    };
    let seen = vec![said(2, "at target"), said(4, "not at target"), said(6, "improved")];
    let schedule = Schedule::parse(SCHEDULE).expect("a schedule");
    let catalogue = Catalogue::built_in();
    let rule = "FPG < 7 mmol/L at W12";
    let rule = ResponderRule::parse(rule, catalogue, &schedule).expect(rule);
    let fpg = catalogue.find("FPG").expect("FPG");
    for (accepts_statements, expected) in [(false, [0, 0, 0, 3]), (true, [1, 2, 1, 3])] {
        let observations = vec![(fpg, seen.clone())];
        let evidence = Evidence { observations, accepts_statements, ..Evidence::default() };
        let rules = [rule.clone()];
        let found = analyse_response(&of, &schedule, &rules, &evidence, &Question::default());
        assert_eq!(counts(&found), expected.map(Amount::Count));
        let stated = Statistic::Stated(Finding::AtTarget);
        assert_eq!(amount(&found, Variable::ObservedCases, stated), Amount::Count(1));
    }
}

#[test]
fn what_is_said_in_words_is_counted_apart() {
    let of = cohort(&[BOTH]);
    let seen = Observation {
        status: Status::Stated,
        stated: Some("at target".to_owned()),
        ..observation(2, None)
    };
    let found = analyse(&of, vec![seen.clone()], "FPG < 7 mmol/L");
    let stated = |variable| {
        let of_w12 = |r: &&AnalysisResult| {
            r.timepoint == "W12"
                && r.variable == variable
                && r.statistic == Statistic::Stated(Finding::AtTarget)
        };
        found.results.iter().find(of_w12).map(|result| result.amount)
    };
    assert_eq!(stated(Variable::ObservedCases), Some(Amount::Count(1)));
    assert!(found.rules[0].never_evaluable[0].stated);
    let mut kept = found.clone();
    kept.retain_answered();
    assert_eq!(kept, found, "words are an answer");
    let above = analyse(&of, vec![seen], "FPG > 7 mmol/L");
    assert!(!above.rules[0].never_evaluable[0].stated, "a target is reached from above");
}

#[test]
fn a_rule_without_a_timepoint_is_asked_at_each_and_presets_need_an_answer() {
    let of = cohort(&[BOTH]);
    let mut found = analyse(&of, vec![observation(2, Some(6.0))], "FPG < 7 mmol/L");
    assert_eq!(found.rules[0].timepoints, ["W4", "W12"]);
    assert!(found.rules[0].never_evaluable.is_empty());
    found.retain_answered();
    assert_eq!(found.rules.len(), 1);
    let mut none = analyse(&of, Vec::new(), "FPG < 7 mmol/L");
    none.retain_answered();
    assert_eq!(none, ResponseResults { groups: vec![(None, 1)], ..ResponseResults::default() });
}

/// Five patients, of each what became of 20 U of glargine; FPG at W12 in the first two.
fn on_insulin() -> (Cohort, Vec<MedicationTaken>) {
    let of = cohort(&[BOTH, BOTH, BOTH, BOTH, BOTH]);
    let glargine = |who, dose, start, end| taken(who, "glargine", dose, start, end);
    let taken = vec![
        glargine(0, Some(20.0), Some(-90), Some(28)),
        glargine(0, Some(10.0), Some(29), None),
        glargine(1, Some(20.0), Some(-90), Some(0)),
        glargine(1, Some(0.0), Some(1), None),
        glargine(2, Some(20.0), Some(-90), Some(28)),
        glargine(2, None, Some(29), None),
        taken(3, "metformin", Some(1000.0), Some(-90), Some(20)),
    ];
    (of, taken)
}

#[test]
fn less_insulin_is_asked_of_those_who_had_some() {
    let (of, taken) = on_insulin();
    let ask = |rule: &str, seen: Vec<Observation>| {
        let schedule = Schedule::parse(SCHEDULE).expect("a schedule");
        let catalogue = Catalogue::built_in();
        let rule = ResponderRule::parse(rule, catalogue, &schedule).expect(rule);
        let fpg = catalogue.find("FPG").expect("FPG");
        let evidence = Evidence {
            observations: vec![(fpg, seen)],
            taken: taken.clone(),
            ..Evidence::default()
        };
        analyse_response(&of, &schedule, &[rule], &evidence, &Question::default())
    };
    // Of the last but one, who has no insulin, it is asked in neither denominator.
    for (rule, met, n, all) in [
        ("insulin -50 % at W12", 2, 2, 4),
        ("insulin dose reduced > 50 % at W12", 1, 2, 4),
        ("insulin -50 % at W4", 1, 3, 4),
        ("insulin-free for 12 weeks at W12", 1, 3, 4),
        ("insulin-free for 85 d at W12", 0, 3, 4),
        ("drug-free at W12", 2, 4, 5),
        ("drug-free for >= 10 weeks at W12", 1, 4, 5),
    ] {
        let found = ask(rule, Vec::new());
        assert_eq!(counts(&found), [met, n, met, all].map(Amount::Count), "{rule}");
        let not_asked = amount(&found, Variable::ObservedCases, Statistic::NotAsked);
        assert_eq!(not_asked, Amount::Count(5 - all), "{rule}");
    }
    let found = ask("insulin -50 % at W12", Vec::new());
    let reasons: Vec<_> =
        found.rules[0].never_evaluable.iter().map(|one| one.reason.as_str()).collect();
    let expected = [
        "insulin at W12: dose not reported",
        "no insulin at baseline",
        "insulin at baseline: no medication recorded",
    ];
    assert_eq!(reasons, expected);
    let seen = [(2, 6.9), (4, 7.4), (8, 7.4), (10, 7.4)];
    let seen = seen.map(|(visit, value)| observation(visit, Some(value))).into();
    let found = ask("FPG < 7.0 mmol/L and insulin -50 % at W12", seen);
    assert_eq!(counts(&found), [1, 3, 1, 4].map(Amount::Count), "both, or one that is not met");
}

/// Five patients: a response on day 26 and one on day 90, two without one, one with no number.
#[test]
fn time_ends_with_the_first_response_or_with_the_last_answer() {
    let of = cohort(&[
        &[Some(0), Some(26), Some(84)],
        &[Some(0), Some(28), Some(90)],
        &[Some(0), Some(28), Some(60)],
        &[Some(0), Some(28), Some(84)],
        &[Some(0), Some(28), None],
    ]);
    let seen = [
        (1, Some(6.0)),
        (2, Some(6.5)),
        (3, Some(9.0)),
        (5, Some(7.5)),
        (6, Some(6.9)),
        (8, Some(7.0)),
        (9, None),
        (11, Some(8.0)),
        (12, Some(8.0)),
        (15, Some(5.0)),
    ];
    let seen = seen.map(|(visit, value)| observation(visit, value)).into();
    let schedule = Schedule::parse(SCHEDULE).expect("a schedule");
    let catalogue = Catalogue::built_in();
    let rule = ResponderRule::parse("FPG < 7 mmol/L", catalogue, &schedule).expect("a rule");
    let fpg = catalogue.find("FPG").expect("FPG");
    let evidence = Evidence { observations: vec![(fpg, seen)], ..Evidence::default() };
    let rules = [rule];
    let question = Question::default();
    let found = analyse_time_to_response(&of, &schedule, &rules, &evidence, &question);
    let at = |timepoint: &str, statistic| {
        let is_it = |r: &&AnalysisResult| r.timepoint == timepoint && r.statistic == statistic;
        found.results.iter().find(is_it).expect("a result").amount
    };
    for (statistic, count) in [
        (Statistic::N, 4),
        (Statistic::Responders, 2),
        (Statistic::Missing, 1),
        (Statistic::MetAtBaseline, 1),
    ] {
        assert_eq!(at("", statistic), Amount::Count(count), "{statistic:?}");
    }
    let steps = found.curves[0].steps.iter().map(|step| (step.time, step.at_risk, step.events));
    assert!(steps.eq([(26.0, 4, 1), (28.0, 3, 0), (84.0, 2, 0), (90.0, 1, 1)]));
    assert_eq!(at("W4", Statistic::AtRisk), Amount::Count(3));
    assert_eq!(at("W4", Statistic::Proportion), Amount::Number(0.25));
    assert_eq!(at("W12", Statistic::Proportion), Amount::Number(0.25), "not yet on day 84");
    assert_eq!(at("", Statistic::Median), Amount::Number(90.0));
    let never = &found.rules[0].never_evaluable;
    assert_eq!((never.len(), never[0].patient.as_str()), (1, "a/5"));
    assert_eq!(never[0].reason, "FPG on day 28: no record");
    assert_eq!(analyse_time_to_response(&of, &schedule, &[], &evidence, &question).rules, []);
}

proptest! {
    /// Whatever is recorded: responders are some of those known, who are some of all; another unit tells
    /// the same; groups together are everybody; the order of the patients plays no part.
    #[test]
    fn a_table_of_response_holds_together(
        values in prop::collection::vec(
            (prop::option::of(20i32..160), prop::option::of(20i32..160)), 0..12),
        women in prop::collection::vec(any::<bool>(), 12),
    ) {
        let days: Vec<&[Option<i32>]> = vec![BOTH; values.len()];
        let mut of = cohort(&days);
        for (subject, is_woman) in of.subjects.iter_mut().zip(&women) {
            subject.sex = Some(if *is_woman { "female" } else { "male" }.to_owned());
        }
        // Tenths of mmol/L, none of them 7.0: converting there and back may not decide.
        let number = |tenths: i32| f64::from(tenths) / 10.0 + 0.05;
        let seen_of = |values: &[(Option<i32>, Option<i32>)]| -> Vec<Observation> {
            let visits = (1..).zip(values.iter().flat_map(|(before, after)| [*before, *after]));
            visits.map(|(visit, tenths)| observation(visit, tenths.map(number))).collect()
        };
        let numbers = |of: &Cohort, seen: Vec<Observation>, rule: &str| counts(&analyse(of, seen, rule));
        let rule = "FPG < 7 mmol/L at W12";
        let all = numbers(&of, seen_of(&values), rule);
        let [met, known, _, everybody] = all.map(|amount| match amount {
            Amount::Count(count) => count,
            other => panic!("{other:?}"),
        });
        prop_assert!(met <= known && known <= everybody && everybody == values.len());
        prop_assert_eq!(all, numbers(&of, seen_of(&values), "FPG < 126.1092 mg/dL at W12"));
        let mut reversed = values.clone();
        reversed.reverse();
        prop_assert_eq!(all, numbers(&of, seen_of(&reversed), rule));
        let schedule = Schedule::parse(SCHEDULE).expect("a schedule");
        let catalogue = Catalogue::built_in();
        let rules = [ResponderRule::parse(rule, catalogue, &schedule).expect("a rule")];
        let fpg = catalogue.find("FPG").expect("FPG");
        let evidence =
            Evidence { observations: vec![(fpg, seen_of(&values))], ..Evidence::default() };
        let by = Grouping::parse("sex", &of).ok();
        let question = Question { by, ..Question::default() };
        let grouped = analyse_response(&of, &schedule, &rules, &evidence, &question);
        let sum = |variable, statistic| {
            let is_it = |r: &&AnalysisResult| r.variable == variable && r.statistic == statistic;
            let amounts = grouped.results.iter().filter(is_it).map(|r| r.amount);
            amounts.map(|one| if let Amount::Count(count) = one { count } else { 0 }).sum::<usize>()
        };
        prop_assert_eq!(sum(Variable::ObservedCases, Statistic::Responders), met);
        prop_assert_eq!(sum(Variable::ObservedCases, Statistic::N), known);
        prop_assert_eq!(sum(Variable::NonResponders, Statistic::N), everybody);
    }
}
