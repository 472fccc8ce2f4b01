//! Who responded: each rule at each timepoint, of those of whom it is known and of all.
//!
//! A patient meets a rule if all its criteria are met, and does not as soon as one is not; else it is
//! not known, and the patient can't be evaluated. A number that is only a limit decides a criterion
//! where both sides of it agree. Start with `answer` (met, not met, and why it is not known), then
//! `recorded`.

mod answer;
mod listing;
mod recorded;
#[cfg(test)]
mod tests;
mod time;

pub use listing::{PatientAnswer, list_responses};
pub(super) use time::follow;
pub use time::{ResponseCurve, RuleTimed, TimeResults, analyse_time_to_response};

use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Statistic, Variable};
use crate::domain::{
    Analyte, Cohort, Day, Finding, MedicationTaken, Observation, ResponderRule, Schedule,
    StatementMade, Timepoint, display_unit,
};
use crate::statistics::proportion;
use answer::Answer;
use recorded::{Recorded, When};

/// What is recorded of the patients of a cohort, as far as rules ask of it.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// Those of each analyte that a rule names.
    pub observations: Vec<(&'a Analyte, Vec<Observation>)>,
    /// What is said in words.
    pub statements: Vec<StatementMade>,
    /// Dose episodes, if a rule asks of treatment.
    pub taken: Vec<MedicationTaken>,
    /// Whether words on a target answer a rule where no number does.
    pub accepts_statements: bool,
}

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
    /// False if the rule is not about this patient, who took nothing at baseline that could be less.
    pub is_asked: bool,
}

/// One rule that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleAsked {
    /// The rule, as it is printed.
    pub rule: String,
    /// True if it speaks of drugs.
    pub asks_of_treatment: bool,
    /// The timepoints it was asked at, in their order.
    pub timepoints: Vec<String>,
    /// Those that it was not asked at: they end before it can be met.
    pub too_early: Vec<String>,
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
    /// Whether words on a target were taken for an answer.
    pub accepts_statements: bool,
    /// The analytes whose per cent depend on the unit, where a rule asks for some.
    pub percents: Vec<PercentOf>,
}

/// An analyte with units of which one has another zero than the next, and what its per cent are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PercentOf {
    /// What tables print for the analyte.
    pub symbol: String,
    /// The unit that its changes in per cent are computed in, for people.
    pub unit: String,
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

/// Each rule at each timepoint.
pub fn analyse_response(
    cohort: &Cohort,
    schedule: &Schedule,
    rules: &[ResponderRule],
    evidence: &Evidence<'_>,
    question: &Question,
) -> ResponseResults {
    let strata = strata_of(cohort, question.by.as_ref());
    let recorded = Recorded::new(cohort, schedule, evidence, rules);
    let accepts = evidence.accepts_statements;
    let mut found = ResponseResults {
        groups: strata.iter().map(|one| (one.group.clone(), one.members.len())).collect(),
        accepts_statements: accepts,
        percents: percents_of(rules, evidence, &recorded),
        ..ResponseResults::default()
    };
    for rule in rules {
        let text = rule.to_string();
        let everybody = 0..cohort.subjects.len();
        let asked = asked_at(rule, schedule, question);
        let mut answers: Vec<(String, Vec<Answer>)> = Vec::new();
        let mut in_parts: Vec<Vec<bool>> = Vec::new();
        for at in &asked {
            let times = whens(at);
            let of_patient = |who| recorded.answer(rule, &times, who).0;
            answers.push((name_of(at, schedule), everybody.clone().map(of_patient).collect()));
            let in_part = |who| recorded.is_settled_in_part(rule, &times, who);
            in_parts.push(everybody.clone().map(in_part).collect());
        }
        let before: Vec<bool> =
            everybody.clone().map(|who| recorded.is_met_at_baseline(rule, who)).collect();
        for ((timepoint, answers), in_part) in answers.iter().zip(&in_parts) {
            for Stratum { group, members } in &strata {
                let of = (text.as_str(), timepoint.as_str(), group.as_ref());
                let mut tally = Tally::of(members, answers, &before, accepts);
                if rule.criteria.len() > 1 {
                    tally.in_part = Some(members.iter().filter(|who| in_part[**who]).count());
                }
                found.results.extend(tally.results(of, question.level));
            }
        }
        let is_never =
            |who: &usize| !answers.iter().any(|(_, answers)| answers[*who].is_known(accepts));
        let never = everybody.filter(is_never).map(|who| {
            let stated = answers.iter().position(|(_, answers)| answers[who] == Answer::Stated);
            let at = stated.and_then(|place| asked.get(place)).or(asked.last());
            NeverEvaluable {
                patient: cohort.subjects[who].key.clone(),
                reason: match at {
                    Some(at) => recorded.answer(rule, &whens(at), who).1,
                    None => "asked at no timepoint".to_owned(),
                },
                stated: stated.is_some(),
                is_asked: !answers.iter().any(|(_, answers)| answers[who] == Answer::NotAsked),
            }
        });
        found.rules.push(RuleAsked {
            rule: text,
            asks_of_treatment: rule.asks_of_treatment(),
            never_evaluable: never.collect(),
            too_early: too_early(rule, schedule, question),
            timepoints: answers.into_iter().map(|(timepoint, _)| timepoint).collect(),
        });
    }
    found
}

/// The analytes whose per cent depend on the unit, with the one that the rules are computed in.
fn percents_of(
    rules: &[ResponderRule],
    evidence: &Evidence<'_>,
    recorded: &Recorded<'_>,
) -> Vec<PercentOf> {
    let asked = || rules.iter().flat_map(ResponderRule::percent_changes);
    let shifted = evidence.observations.iter().filter_map(|(analyte, _)| {
        let demand = asked().find(|demand| demand.analyte == analyte.id)?;
        let is_shifted = analyte.units.iter().any(|unit| unit.intercept != 0.0);
        let unit = display_unit(&recorded.unit_for(demand).ucum);
        is_shifted.then(|| PercentOf { symbol: analyte.symbol.clone(), unit })
    });
    shifted.collect()
}

/// The times a rule is asked at, one for each criterion.
fn whens(at: &[String]) -> Vec<When<'_>> {
    at.iter().map(|timepoint| When::At(timepoint)).collect()
}

/// What those times are called together, in the order of the schedule.
fn name_of(at: &[String], schedule: &Schedule) -> String {
    let mut names = at.to_vec();
    names.sort_by_key(|name| schedule.named(name).map(|known| known.target_day));
    names.dedup();
    names.join(", ")
}

/// For each time a rule is asked, the timepoint of each of its criteria.
fn asked_at(rule: &ResponderRule, schedule: &Schedule, question: &Question) -> Vec<Vec<String>> {
    let named: Vec<String> = rule.criteria.iter().filter_map(|one| one.timepoint.clone()).collect();
    if !named.is_empty() {
        return vec![named];
    }
    let asked = planned(schedule, question).filter(|known| known.last_day >= rule.earliest_day());
    asked.map(|known| vec![known.name.clone(); rule.criteria.len()]).collect()
}

/// The timepoints that a rule without one of its own is not asked at, because they end too early.
fn too_early(rule: &ResponderRule, schedule: &Schedule, question: &Question) -> Vec<String> {
    if rule.names_timepoints() {
        return Vec::new();
    }
    let early = planned(schedule, question).filter(|known| known.last_day < rule.earliest_day());
    early.map(|known| known.name.clone()).collect()
}

/// The timepoints after day 0 that are asked about.
fn planned<'a>(schedule: &'a Schedule, question: &Question) -> impl Iterator<Item = &'a Timepoint> {
    let after_day_zero = schedule.timepoints().iter().filter(|known| known.target_day > Day(0));
    after_day_zero.filter(|known| question.asks_about(&known.name))
}

/// How many of a group gave which answer.
struct Tally {
    members: usize,
    asked: usize,
    met: usize,
    unmet: usize,
    stated: usize,
    /// Responders who met the rule at baseline already.
    before: usize,
    /// Of a rule of several criteria, who does not meet one while another is not known.
    in_part: Option<usize>,
}

impl Tally {
    fn of(members: &[usize], answers: &[Answer], before: &[bool], accepts: bool) -> Tally {
        let how_many =
            |is_it: &dyn Fn(usize) -> bool| members.iter().filter(|who| is_it(**who)).count();
        let is = |wanted: Answer| move |who: usize| answers[who] == wanted;
        let is_met = |who: usize| answers[who].is_met(accepts);
        Tally {
            members: members.len(),
            asked: members.len() - how_many(&is(Answer::NotAsked)),
            met: how_many(&is_met),
            unmet: how_many(&is(Answer::Unmet)),
            stated: how_many(&is(Answer::Stated)),
            before: how_many(&|who| is_met(who) && before[who]),
            in_part: None,
        }
    }

    /// The statistics of one rule at one timepoint in one group.
    fn results(
        &self,
        (rule, timepoint, group): (&str, &str, Option<&String>),
        level: f64,
    ) -> Vec<AnalysisResult> {
        let Tally { members, asked, met, unmet, stated, before, in_part } = *self;
        let mut results = Vec::new();
        let of = [(Variable::ObservedCases, met + unmet), (Variable::NonResponders, asked)];
        for (variable, n) in of {
            let found = proportion(met as u64, n as u64, level);
            let number = |of: fn(crate::statistics::Proportion) -> f64| Amount::from(found.map(of));
            let amounts = [
                (Statistic::N, Amount::Count(n)),
                (Statistic::Responders, Amount::Count(met)),
                (Statistic::Proportion, number(|found| found.fraction)),
                (Statistic::ProportionLower, number(|found| found.interval.lower)),
                (Statistic::ProportionUpper, number(|found| found.interval.upper)),
                (Statistic::Missing, Amount::Count(asked - met - unmet)),
                (Statistic::Stated(Finding::AtTarget), Amount::Count(stated)),
                (Statistic::MetAtBaseline, Amount::Count(before)),
                (Statistic::NotAsked, Amount::Count(members - asked)),
            ];
            let in_part = in_part.filter(|_| variable == Variable::ObservedCases);
            let in_part = in_part.map(|count| (Statistic::UnmetInPart, Amount::Count(count)));
            let amounts = amounts.into_iter().chain(in_part);
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
}
