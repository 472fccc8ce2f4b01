//! Who responded: each rule at each timepoint, of those of whom it is known and of all.
//!
//! A patient meets a rule if all its criteria are met, and does not as soon as one is not; else it is
//! not known, and the patient can't be evaluated. A number that is only a limit decides a criterion
//! where both sides of it agree.

use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Missing, Statistic, Variable};
use super::timeline::{BASELINE, Spoken, Timeline, change, percent_change};
use crate::analysis::change_from_baseline::said_at;
use crate::domain::{
    Analyte, AnalyteId, Cohort, Comparator, Day, Demand, Finding, Measure, Observation,
    ResponderRule, Schedule, StatementMade, Status,
};
use crate::statistics::proportion;
use std::collections::{BTreeMap, HashSet};

/// A patient of whom it is at no timepoint known whether a rule is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeverEvaluable {
    /// The patient's key.
    pub patient: String,
    /// What is missing at the last timepoint, or at the first of which words speak: `HbA1c at W12: no
    /// record`.
    pub reason: String,
    /// True if the target is stated to be reached, in words.
    pub stated: bool,
}

/// One rule that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleAsked {
    /// The rule, as it is printed.
    pub rule: String,
    /// The timepoints it was asked at, in their order.
    pub timepoints: Vec<String>,
    /// Who can be evaluated at none of them.
    pub never_evaluable: Vec<NeverEvaluable>,
}

/// The result of [`analyse_response`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResponseResults {
    /// Each group with its number of patients; one, of everybody, where nobody asked for groups.
    pub groups: Vec<(Option<String>, usize)>,
    /// The rules, in the order they were asked.
    pub rules: Vec<RuleAsked>,
    /// One row a statistic; its parameter is the rule.
    pub results: Vec<AnalysisResult>,
}

impl ResponseResults {
    /// Leave out the rules of which nothing is known in anybody, not even in words.
    pub fn retain_answered(&mut self) {
        let patients: usize = self.groups.iter().map(|(_, patients)| patients).sum();
        let is_known = |asked: &RuleAsked| {
            let never = &asked.never_evaluable;
            never.len() < patients || never.iter().any(|one| one.stated)
        };
        self.rules.retain(is_known);
        let rules = &self.rules;
        self.results.retain(|result| rules.iter().any(|asked| asked.rule == result.parameter));
    }
}

/// Whether a patient meets a criterion or a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Met,
    Unmet,
    /// No number says so, but words do.
    Stated,
    Unknown(Unknown),
}

/// Why it is not known whether a patient meets a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Missing(Missing),
    NoBaseline(Missing),
    ZeroBaseline,
    OnlyLimit,
}

/// On which side of a number the truth may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Exact,
    Below,
    Above,
    Either,
}

impl Bound {
    fn of(observation: &Observation) -> Bound {
        match observation.status {
            Status::BelowLimit => Bound::Below,
            Status::AboveLimit => Bound::Above,
            _ => Bound::Exact,
        }
    }

    /// That of a difference between a number with this bound and one with another.
    fn minus(self, subtracted: Bound) -> Bound {
        match (self, subtracted) {
            (bound, Bound::Exact) => bound,
            (Bound::Exact | Bound::Below, Bound::Above) => Bound::Below,
            (Bound::Exact | Bound::Above, Bound::Below) => Bound::Above,
            _ => Bound::Either,
        }
    }

    /// Whether the truth is on the side of the limit that is asked for.
    fn decides(self, number: f64, comparator: Comparator, limit: f64) -> Answer {
        let answer = if comparator.holds(number, limit) { Answer::Met } else { Answer::Unmet };
        let is_upper = matches!(comparator, Comparator::Less | Comparator::AtMost);
        let is_decided = match self {
            Bound::Exact => true,
            // What is below a number that is low enough is so as well; what is above one that is not, neither.
            Bound::Below => (answer == Answer::Met) == is_upper,
            Bound::Above => (answer == Answer::Met) != is_upper,
            Bound::Either => false,
        };
        if is_decided { answer } else { Answer::Unknown(Unknown::OnlyLimit) }
    }
}

/// Each rule at each timepoint. `observations` are those of each analyte that a rule names.
pub fn analyse_response(
    cohort: &Cohort,
    schedule: &Schedule,
    rules: &[ResponderRule],
    observations: &[(&Analyte, Vec<Observation>)],
    statements: &[StatementMade],
    question: &Question,
) -> ResponseResults {
    let strata = strata_of(cohort, question.by.as_ref());
    let recorded = Recorded::new(cohort, schedule, observations, statements);
    let mut found = ResponseResults {
        groups: strata.iter().map(|one| (one.group.clone(), one.members.len())).collect(),
        ..ResponseResults::default()
    };
    for rule in rules {
        let text = rule.to_string();
        let mut answers: Vec<(String, Vec<Answer>)> = Vec::new();
        let asked = asked_at(rule, schedule, question);
        for at in &asked {
            let of_patient = |who| recorded.answer(rule, at, who).0;
            let mut name = at.clone();
            name.dedup();
            answers.push((name.join(", "), (0..cohort.subjects.len()).map(of_patient).collect()));
        }
        for (timepoint, answers) in &answers {
            for Stratum { group, members } in &strata {
                let of = (text.as_str(), timepoint.as_str(), group.as_ref());
                found.results.extend(count(of, members, answers, question.level));
            }
        }
        let is_never = |who: &usize| {
            let is_known = |answer| matches!(answer, Answer::Met | Answer::Unmet);
            !answers.iter().any(|(_, answers)| is_known(answers[*who]))
        };
        let never = (0..cohort.subjects.len()).filter(is_never).map(|who| {
            let stated = answers.iter().position(|(_, answers)| answers[who] == Answer::Stated);
            let at = stated.and_then(|place| asked.get(place)).or(asked.last());
            NeverEvaluable {
                patient: cohort.subjects[who].key.clone(),
                reason: match at {
                    Some(at) => recorded.answer(rule, at, who).1,
                    None => "no timepoint after day 0 is planned".to_owned(),
                },
                stated: stated.is_some(),
            }
        });
        found.rules.push(RuleAsked {
            rule: text,
            never_evaluable: never.collect(),
            timepoints: answers.into_iter().map(|(timepoint, _)| timepoint).collect(),
        });
    }
    found
}

/// For each time a rule is asked, the timepoint of each of its criteria.
fn asked_at(rule: &ResponderRule, schedule: &Schedule, question: &Question) -> Vec<Vec<String>> {
    let named: Vec<String> = rule.criteria.iter().filter_map(|one| one.timepoint.clone()).collect();
    if !named.is_empty() {
        return vec![named];
    }
    let after_day_zero = schedule.timepoints().iter().filter(|known| known.target_day > Day(0));
    let asked = after_day_zero.filter(|known| question.asks_about(&known.name));
    asked.map(|known| vec![known.name.clone(); rule.criteria.len()]).collect()
}

/// What is recorded of each analyte along the schedule.
struct Recorded<'a> {
    timelines: BTreeMap<AnalyteId, Timeline<'a>>,
    /// Analyte, timepoint and patient of whom the target is stated to be reached.
    at_target: HashSet<(AnalyteId, String, usize)>,
}

impl<'a> Recorded<'a> {
    fn new(
        cohort: &Cohort,
        schedule: &Schedule,
        observations: &'a [(&Analyte, Vec<Observation>)],
        statements: &[StatementMade],
    ) -> Recorded<'a> {
        let mut recorded = Recorded { timelines: BTreeMap::new(), at_target: HashSet::new() };
        for (analyte, observations) in observations {
            recorded.timelines.insert(analyte.id, Timeline::new(cohort, schedule, observations));
            let mut stated = |subject, visit| {
                if let Some(timepoint) = said_at(cohort, schedule, visit) {
                    recorded.at_target.insert((analyte.id, timepoint, subject));
                }
            };
            let is_about = |one: &&StatementMade| {
                one.analyte.as_deref() == Some(&analyte.key) && one.finding == Finding::AtTarget
            };
            for statement in statements.iter().filter(is_about) {
                stated(statement.subject, statement.visit);
            }
            for one in observations {
                let finding = one.stated.as_deref().map(Finding::parse);
                let occasion = cohort.occasions.get(&one.visit);
                if let (Some(Ok(Finding::AtTarget)), Some(occasion)) = (finding, occasion) {
                    stated(occasion.subject, Some(one.visit));
                }
            }
        }
        recorded
    }

    /// Whether a patient meets a rule at these timepoints, and in words why it is not known.
    fn answer(&self, rule: &ResponderRule, at: &[String], who: usize) -> (Answer, String) {
        let mut whole = (Answer::Met, String::new());
        for (criterion, timepoint) in rule.criteria.iter().zip(at) {
            match self.meets(&criterion.demand, timepoint, who) {
                Answer::Met => {}
                Answer::Unmet => return (Answer::Unmet, String::new()),
                _ if matches!(whole.0, Answer::Unknown(_)) => {}
                answer => whole = (answer, in_words(&criterion.demand, timepoint, answer)),
            }
        }
        whole
    }

    fn meets(&self, demand: &Demand, timepoint: &str, who: usize) -> Answer {
        let answer = self.number_meets(demand, timepoint, who);
        let is_target = demand.measure == Measure::Value
            && matches!(demand.comparator, Comparator::Less | Comparator::AtMost);
        let key = (demand.analyte, timepoint.to_owned(), who);
        match answer {
            Answer::Unknown(Unknown::Missing(_)) if is_target && self.at_target.contains(&key) => {
                Answer::Stated
            }
            answer => answer,
        }
    }

    fn number_meets(&self, demand: &Demand, timepoint: &str, who: usize) -> Answer {
        let at = |timepoint: &str| self.spoken(demand.analyte, timepoint, who);
        let (observation, number) = match at(timepoint) {
            Spoken::Number(observation) => (observation, at(timepoint).in_unit(&demand.unit)),
            Spoken::None(missing) => return Answer::Unknown(Unknown::Missing(missing)),
        };
        let limit = demand.limit.value;
        let number = number.expect("a spoken number has a value");
        if demand.measure == Measure::Value {
            return Bound::of(observation).decides(number, demand.comparator, limit);
        }
        let (before, baseline) = match at(BASELINE) {
            Spoken::Number(observation) => (observation, at(BASELINE).in_unit(&demand.unit)),
            Spoken::None(missing) => return Answer::Unknown(Unknown::NoBaseline(missing)),
        };
        let baseline = baseline.expect("a spoken number has a value");
        let difference = match demand.measure {
            Measure::PercentChange => percent_change(baseline, number),
            Measure::Value | Measure::Change => Some(change(baseline, number)),
        };
        let Some(difference) = difference else { return Answer::Unknown(Unknown::ZeroBaseline) };
        let bound = Bound::of(observation).minus(Bound::of(before));
        bound.decides(difference, demand.comparator, limit)
    }

    fn spoken(&self, analyte: AnalyteId, timepoint: &str, who: usize) -> Spoken<'a> {
        let columns = self.timelines.get(&analyte).map(|timeline| &timeline.columns);
        let column = columns.and_then(|all| all.iter().find(|(name, _)| name == timepoint));
        column.map_or(Spoken::None(Missing::NoRecord), |(_, spoken)| spoken[who])
    }
}

fn in_words(demand: &Demand, timepoint: &str, answer: Answer) -> String {
    let symbol = &demand.symbol;
    match answer {
        Answer::Unknown(Unknown::Missing(missing)) => {
            format!("{symbol} at {timepoint}: {}", missing.reason())
        }
        Answer::Unknown(Unknown::NoBaseline(missing)) => {
            format!("{symbol} at baseline: {}", missing.reason())
        }
        Answer::Unknown(Unknown::ZeroBaseline) => format!("{symbol} at baseline: 0"),
        Answer::Unknown(Unknown::OnlyLimit) => {
            format!("{symbol} at {timepoint}: a limit (<, >) that does not decide it")
        }
        Answer::Stated => format!("{symbol} at {timepoint}: \"at target\", in words only"),
        Answer::Met | Answer::Unmet => String::new(),
    }
}

/// The statistics of one rule at one timepoint in one group.
fn count(
    (rule, timepoint, group): (&str, &str, Option<&String>),
    members: &[usize],
    answers: &[Answer],
    level: f64,
) -> Vec<AnalysisResult> {
    let how_many = |wanted: Answer| members.iter().filter(|who| answers[**who] == wanted).count();
    let (met, unmet) = (how_many(Answer::Met), how_many(Answer::Unmet));
    let stated = how_many(Answer::Stated);
    let mut results = Vec::new();
    let of = [(Variable::ObservedCases, met + unmet), (Variable::NonResponders, members.len())];
    for (variable, n) in of {
        let found = proportion(met as u64, n as u64, level);
        let number = |of: fn(crate::statistics::Proportion) -> f64| Amount::from(found.map(of));
        let amounts = [
            (Statistic::N, Amount::Count(n)),
            (Statistic::Responders, Amount::Count(met)),
            (Statistic::Proportion, number(|found| found.fraction)),
            (Statistic::ProportionLower, number(|found| found.interval.lower)),
            (Statistic::ProportionUpper, number(|found| found.interval.upper)),
            (Statistic::Missing, Amount::Count(members.len() - met - unmet)),
            (Statistic::Stated(Finding::AtTarget), Amount::Count(stated)),
        ];
        results.extend(amounts.map(|(statistic, amount)| AnalysisResult {
            parameter: rule.to_owned(),
            unit: "1".to_owned(),
            timepoint: timepoint.to_owned(),
            group: group.cloned(),
            variable,
            statistic,
            amount,
            n,
        }));
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::Catalogue;
    use crate::statistics::NotEstimable;

    const SCHEDULE: &str = "W4±1,W12±2";
    const BOTH: &[Option<i32>] = &[Some(0), Some(84)];

    fn analyse(of: &Cohort, seen: Vec<Observation>, rule: &str) -> ResponseResults {
        let schedule = Schedule::parse(SCHEDULE).expect("a schedule");
        let catalogue = Catalogue::built_in();
        let rule = ResponderRule::parse(rule, catalogue, &schedule).expect(rule);
        let fpg = catalogue.find("FPG").expect("FPG");
        analyse_response(of, &schedule, &[rule], &[(fpg, seen)], &[], &Question::default())
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
        let seen = || {
            vec![observation(1, Some(10.0)), observation(2, Some(7.0)), observation(4, Some(5.0))]
        };
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
}
