//! Behind the responders: each patient's answer, and how long each was followed for one.

use super::{Contribution, Used, blank};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::question::Question;
use crate::analysis::response::{Evidence, follow, list_responses};
use crate::analysis::result::Variable;
use crate::domain::{Cohort, ResponderRule, Schedule};

const BEFORE: &str = "the rule was met at baseline already";

/// Each patient's part in who responded.
pub fn explain_response(
    cohort: &Cohort,
    schedule: &Schedule,
    rules: &[ResponderRule],
    evidence: &Evidence<'_>,
    question: &Question,
) -> Vec<Contribution> {
    let answers = list_responses(cohort, schedule, rules, evidence, question);
    let part = |one: crate::analysis::PatientAnswer| {
        let answer = match one.is_met {
            Some(true) if one.is_stated => "met, in words",
            Some(true) => "met",
            Some(false) => "not met",
            None => "not known",
        };
        let by = if one.by.is_empty() { String::new() } else { format!(": {}", one.by) };
        Contribution {
            timepoint: one.timepoint,
            variable: Variable::ObservedCases,
            patient: one.patient,
            text: format!("{answer}{by}"),
            used: if one.is_met.is_some() { Used::Yes } else { Used::No(one.reason) },
            note: (one.is_met == Some(true) && one.is_before).then_some(BEFORE),
            ..blank(&one.rule, &one.rule, one.group.as_ref())
        }
    };
    answers.into_iter().map(part).collect()
}

/// How long each patient was followed for a response.
pub fn explain_time_to_response(
    cohort: &Cohort,
    schedule: &Schedule,
    rules: &[ResponderRule],
    evidence: &Evidence<'_>,
    question: &Question,
) -> Vec<Contribution> {
    let strata = strata_of(cohort, question.by.as_ref());
    let mut found = Vec::new();
    for (rule, followed) in rules.iter().zip(follow(cohort, schedule, rules, evidence)) {
        let rule = rule.to_string();
        for Stratum { group, members } in &strata {
            for who in members {
                let one = &followed[*who];
                let text = match one.end {
                    Some((_, true)) => "first response",
                    Some((_, false)) => "last without response",
                    None => "not known",
                };
                found.push(Contribution {
                    unit: "d".to_owned(),
                    variable: Variable::TimeToResponse,
                    patient: cohort.subjects[*who].key.clone(),
                    day: one.end.map(|(day, _)| day),
                    value: one.end.map(|(day, _)| f64::from(day.0)),
                    text: text.to_owned(),
                    used: match one.end {
                        Some(_) => Used::Yes,
                        None => Used::No(one.reason.clone()),
                    },
                    note: one.answer.is_before.then_some(BEFORE),
                    ..blank(&rule, &rule, group.as_ref())
                });
            }
        }
    }
    found
}
