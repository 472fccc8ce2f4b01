//! When patients responded first: a Kaplan–Meier curve over the visits after day 0.
//!
//! A patient's time ends on the day of the first visit at which the rule is met, or without response on
//! the last day at which it is known whether it is. Nobody sees between two visits: a response is dated
//! on the day it was seen first.

use super::answer::Answer;
use super::recorded::{Recorded, When};
use super::{Evidence, NeverEvaluable, PercentOf, percents_of};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::question::Question;
use crate::analysis::result::{Amount, AnalysisResult, Statistic, Variable};
use crate::domain::{Cohort, Day, Finding, ResponderRule, Schedule};
use crate::statistics::{FollowUp, SurvivalCurve, SurvivalStep, kaplan_meier};

/// The result of [`analyse_time_to_response`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TimeResults {
    /// The groups; `None` is everybody.
    pub groups: Vec<Option<String>>,
    /// The timepoints the curve is read at, with their target days.
    pub timepoints: Vec<(String, Day)>,
    /// The rules, in the order they were asked.
    pub rules: Vec<RuleTimed>,
    /// One row a statistic; its parameter is the rule.
    pub results: Vec<AnalysisResult>,
    /// The curves.
    pub curves: Vec<ResponseCurve>,
    /// Whether words on a target were taken for an answer.
    pub accepts_statements: bool,
    /// The analytes whose per cent depend on the unit, where a rule asks for some.
    pub percents: Vec<PercentOf>,
}

/// One rule that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTimed {
    /// The rule, as it is printed.
    pub rule: String,
    /// True if it speaks of drugs.
    pub asks_of_treatment: bool,
    /// Who can be evaluated at no visit, and is not counted.
    pub never_evaluable: Vec<NeverEvaluable>,
}

/// The curve of one rule in one group.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseCurve {
    /// The rule, as it is printed.
    pub rule: String,
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// The curve, by day.
    pub steps: Vec<SurvivalStep>,
}

/// How long a patient was followed for a response.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::analysis) struct Followed {
    /// The first day with a response, or the last without one; none if it is known on no day.
    pub end: Option<(Day, bool)>,
    /// Why it is not known, where it is not.
    pub reason: String,
    /// What else was found on that day.
    pub answer: Answered,
}

/// What is to be known of the end of a patient's time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::analysis) struct Answered {
    /// The rule is not about this patient.
    pub is_not_asked: bool,
    /// Words say that the target is reached, on some day.
    pub is_stated: bool,
    /// The rule was met at baseline already.
    pub is_before: bool,
}

/// The days of each patient's visits after day 0, each once.
fn days_of(cohort: &Cohort) -> Vec<Vec<Day>> {
    let mut days = vec![Vec::new(); cohort.subjects.len()];
    for occasion in cohort.occasions.values() {
        if let Some(day) = occasion.day.filter(|day| *day > Day(0)) {
            days[occasion.subject].push(day);
        }
    }
    for of_patient in &mut days {
        of_patient.sort_unstable();
        of_patient.dedup();
    }
    days
}

/// For each rule how long each patient was followed.
pub(in crate::analysis) fn follow(
    cohort: &Cohort,
    schedule: &Schedule,
    rules: &[ResponderRule],
    evidence: &Evidence<'_>,
) -> Vec<Vec<Followed>> {
    let recorded = Recorded::new(cohort, schedule, evidence, rules).with_days(cohort, evidence);
    let days = days_of(cohort);
    let of_rule = |rule: &ResponderRule| {
        let of_patient = |(who, days): (usize, &Vec<Day>)| {
            let mut followed = Followed {
                end: None,
                reason: "no visit after day 0 with a day".to_owned(),
                answer: Answered {
                    is_before: recorded.is_met_at_baseline(rule, who),
                    ..Answered::default()
                },
            };
            for day in days {
                let at = vec![When::On(*day); rule.criteria.len()];
                let (answer, reason) = recorded.answer(rule, &at, who);
                followed.answer.is_not_asked |= answer == Answer::NotAsked;
                followed.answer.is_stated |= answer == Answer::Stated;
                if answer.is_met(evidence.accepts_statements) {
                    followed.end = Some((*day, true));
                    break;
                } else if answer == Answer::Unmet {
                    followed.end = Some((*day, false));
                } else {
                    followed.reason = reason;
                }
            }
            followed
        };
        days.iter().enumerate().map(of_patient).collect()
    };
    rules.iter().map(of_rule).collect()
}

/// The time to the first response by each rule, in each group. Of the question, the groups, the
/// timepoints that the curve is read at and the level matter; no rule names a timepoint.
pub fn analyse_time_to_response(
    cohort: &Cohort,
    schedule: &Schedule,
    rules: &[ResponderRule],
    evidence: &Evidence<'_>,
    question: &Question,
) -> TimeResults {
    let strata = strata_of(cohort, question.by.as_ref());
    let planned = schedule.timepoints().iter().filter(|known| known.target_day > Day(0));
    let asked = planned.filter(|known| question.asks_about(&known.name));
    let mut found = TimeResults {
        groups: strata.iter().map(|one| one.group.clone()).collect(),
        accepts_statements: evidence.accepts_statements,
        percents: percents_of(rules, evidence, &Recorded::new(cohort, schedule, evidence, rules)),
        timepoints: asked.map(|known| (known.name.clone(), known.target_day)).collect(),
        ..TimeResults::default()
    };
    for (rule, followed) in rules.iter().zip(follow(cohort, schedule, rules, evidence)) {
        let text = rule.to_string();
        for stratum in &strata {
            found.add_curve(&text, stratum, &followed, question.level);
        }
        let never = followed.iter().enumerate().filter(|(_, one)| one.end.is_none());
        let never = never.map(|(who, one)| NeverEvaluable {
            patient: cohort.subjects[who].key.clone(),
            reason: one.reason.clone(),
            stated: one.answer.is_stated,
            is_asked: !one.answer.is_not_asked,
        });
        found.rules.push(RuleTimed {
            rule: text,
            asks_of_treatment: rule.asks_of_treatment(),
            never_evaluable: never.collect(),
        });
    }
    found
}

impl TimeResults {
    fn add_curve(&mut self, rule: &str, stratum: &Stratum, followed: &[Followed], level: f64) {
        let Stratum { group, members } = stratum;
        let of_group = || members.iter().map(|who| &followed[*who]);
        let ends: Vec<FollowUp> = of_group()
            .filter_map(|one| one.end)
            .map(|(day, event)| FollowUp { time: f64::from(day.0), event })
            .collect();
        let curve = kaplan_meier(&ends, level);
        let responded = |one: &&Followed| one.end.is_some_and(|(_, event)| event);
        let count = |is_it: &dyn Fn(&Followed) -> bool| {
            Amount::Count(of_group().filter(|one| is_it(one)).count())
        };
        let median = |of: fn(&SurvivalCurve) -> crate::statistics::Estimate| {
            Amount::from(curve.as_ref().map_err(|reason| *reason).and_then(of))
        };
        let n = ends.len();
        let mut row = |timepoint: &str, unit: &str, statistic, amount| {
            self.results.push(AnalysisResult {
                parameter: rule.to_owned(),
                unit: unit.to_owned(),
                timepoint: timepoint.to_owned(),
                group: group.clone(),
                variable: Variable::TimeToResponse,
                statistic,
                amount,
                n,
            });
        };
        for (unit, statistic, amount) in [
            ("1", Statistic::N, Amount::Count(n)),
            ("1", Statistic::Responders, count(&|one| responded(&one))),
            ("1", Statistic::Missing, count(&|one| one.end.is_none() && !one.answer.is_not_asked)),
            ("1", Statistic::NotAsked, count(&|one| one.answer.is_not_asked)),
            ("1", Statistic::MetAtBaseline, count(&|one| responded(&one) && one.answer.is_before)),
            ("1", Statistic::Stated(Finding::AtTarget), count(&|one| one.answer.is_stated)),
            ("d", Statistic::Median, median(|curve| curve.median)),
            ("d", Statistic::MedianLower, median(|curve| curve.median_lower)),
            ("d", Statistic::MedianUpper, median(|curve| curve.median_upper)),
        ] {
            row("", unit, statistic, amount);
        }
        for (timepoint, day) in &self.timepoints {
            let at = curve.as_ref().map(|curve| curve.at(f64::from(day.0)));
            let at = at.map_err(|reason| *reason);
            let at_risk = at.map_or(0, |at| at.at_risk);
            // Who has responded is who has not remained without response.
            let responded = at.and_then(|at| at.survival).map(|survival| 1.0 - survival);
            let interval = at.and_then(|at| at.interval);
            for (statistic, amount) in [
                (Statistic::AtRisk, Amount::Count(at_risk)),
                (Statistic::Proportion, Amount::from(responded)),
                (Statistic::ProportionLower, Amount::from(interval.map(|one| 1.0 - one.upper))),
                (Statistic::ProportionUpper, Amount::from(interval.map(|one| 1.0 - one.lower))),
            ] {
                row(timepoint, "1", statistic, amount);
            }
        }
        let steps = curve.map(|curve| curve.steps).unwrap_or_default();
        self.curves.push(ResponseCurve { rule: rule.to_owned(), group: group.clone(), steps });
    }
}
