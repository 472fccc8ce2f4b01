//! Each patient's answer to each rule, one by one.

use super::answer::Answer;
use super::recorded::Recorded;
use super::{Evidence, asked_at, name_of, whens};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::question::Question;
use crate::domain::{Cohort, ResponderRule, Schedule};

/// What one patient answers to one rule at one timepoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientAnswer {
    /// The rule, as it is printed.
    pub rule: String,
    /// The timepoint, or those of a rule that names several.
    pub timepoint: String,
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// The patient's key.
    pub patient: String,
    /// Whether the rule is met, where it is known.
    pub is_met: Option<bool>,
    /// False if the rule is not about this patient.
    pub is_asked: bool,
    /// True if words alone say so.
    pub is_stated: bool,
    /// True if the rule was met at baseline already.
    pub is_before: bool,
    /// What it is answered by, of each criterion: `6.9 %; 20 to 10 U/day`.
    pub by: String,
    /// Why it is not known; empty where it is.
    pub reason: String,
}

/// Each patient's answers, rule after rule and timepoint after timepoint.
pub fn list_responses(
    cohort: &Cohort,
    schedule: &Schedule,
    rules: &[ResponderRule],
    evidence: &Evidence<'_>,
    question: &Question,
) -> Vec<PatientAnswer> {
    let recorded = Recorded::new(cohort, schedule, evidence, rules);
    let accepts = evidence.accepts_statements;
    let strata = strata_of(cohort, question.by.as_ref());
    let mut found = Vec::new();
    for rule in rules {
        for at in &asked_at(rule, schedule, question) {
            let times = whens(at);
            for Stratum { group, members } in &strata {
                for &who in members {
                    let (answer, reason) = recorded.answer(rule, &times, who);
                    let told = rule.criteria.iter().zip(&times);
                    let told =
                        told.filter_map(|(one, when)| recorded.told(&one.demand, *when, who));
                    let told: Vec<String> = told.collect();
                    found.push(PatientAnswer {
                        rule: rule.to_string(),
                        timepoint: name_of(at, schedule),
                        group: group.clone(),
                        patient: cohort.subjects[who].key.clone(),
                        is_met: answer.is_known(accepts).then(|| answer.is_met(accepts)),
                        is_asked: answer != Answer::NotAsked,
                        is_stated: answer == Answer::Stated,
                        is_before: recorded.is_met_at_baseline(rule, who),
                        by: told.join("; "),
                        reason,
                    });
                }
            }
        }
    }
    found
}
