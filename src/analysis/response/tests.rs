//! What is known of whom, in small cohorts.

use super::answer::Bound;
use super::*;
use crate::analysis::testing::{cohort, observation, taken};
use crate::domain::{Catalogue, Status};
use crate::statistics::NotEstimable;

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

#[test]
fn one_criterion_that_is_not_met_settles_a_rule_and_one_unknown_leaves_it_open() {
    let of = cohort(&[&[Some(0), Some(28), Some(84)]]);
    let seen = |last| vec![observation(2, Some(last))];
    let rule = "FPG < 7 mmol/L at W12 and FPG < 7 mmol/L at W4";
    assert_eq!(counts(&analyse(&of, seen(8.0), rule)), [0, 1, 0, 1].map(Amount::Count));
    let open = analyse(&of, seen(6.0), rule);
    assert_eq!(counts(&open), [0, 0, 0, 1].map(Amount::Count));
    let none = Amount::NotEstimable(NotEstimable::NoValues);
    assert_eq!(amount(&open, Variable::ObservedCases, Statistic::Proportion), none);
    assert_eq!(open.rules[0].timepoints, ["W12, W4"]);
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
    assert_eq!(Bound::Below.minus(Bound::Above), Bound::Below);
    assert_eq!(Bound::Below.minus(Bound::Below), Bound::Either);
    assert_eq!(Bound::Exact.minus(Bound::Below), Bound::Above);
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
