//! What was said in words, counted in patients.

use crate::analysis::result::{Amount, AnalysisResult, Statistic, Variable};
use crate::domain::{Analyte, Cohort, Finding, Observation, Schedule, StatementMade};
use std::collections::BTreeSet;

/// The timepoint that something said at a visit is counted at; none if the visit is not of the cohort.
pub(in crate::analysis) fn said_at(
    cohort: &Cohort,
    schedule: &Schedule,
    visit: Option<i64>,
) -> Option<String> {
    let Some(visit) = visit else { return Some("Follow-up".to_owned()) };
    let occasion = cohort.occasions.get(&visit)?;
    let at = occasion.day.and_then(|day| schedule.timepoint_of(day));
    let name = at.map(|at| schedule.timepoints()[at].name.clone());
    Some(name.unwrap_or_else(|| occasion.label.to_string()))
}

/// Patients of whom each finding is stated, by parameter and timepoint.
pub(super) fn count_statements(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    statements: &[StatementMade],
) -> Vec<AnalysisResult> {
    let timepoint_of = |visit| said_at(cohort, schedule, visit);
    let asked: Vec<_> = observations.iter().map(|(analyte, _)| analyte.key.as_str()).collect();
    let mut who: Vec<((String, String, Finding), BTreeSet<usize>)> = Vec::new();
    let mut add = |parameter: &str, timepoint: String, finding: Finding, subject: usize| {
        let key = (parameter.to_owned(), timepoint, finding);
        match who.iter_mut().find(|(known, _)| *known == key) {
            Some((_, subjects)) => {
                subjects.insert(subject);
            }
            None => who.push((key, BTreeSet::from([subject]))),
        }
    };
    for statement in statements {
        let about_asked = statement.analyte.as_deref().is_none_or(|key| asked.contains(&key));
        let parameter = statement.analyte.as_deref().or(statement.topic.as_deref());
        if let (true, Some(parameter), Some(timepoint)) =
            (about_asked, parameter, timepoint_of(statement.visit))
        {
            add(parameter, timepoint, statement.finding, statement.subject);
        }
    }
    for (analyte, observations) in observations {
        for observation in observations {
            let stated = observation.stated.as_deref().and_then(|text| Finding::parse(text).ok());
            let occasion = cohort.occasions.get(&observation.visit);
            let timepoint = timepoint_of(Some(observation.visit));
            if let (Some(finding), Some(occasion), Some(timepoint)) = (stated, occasion, timepoint)
            {
                add(&analyte.key, timepoint, finding, occasion.subject);
            }
        }
    }
    let result =
        |((parameter, timepoint, finding), subjects): (_, BTreeSet<usize>)| AnalysisResult {
            parameter,
            unit: String::new(),
            timepoint,
            group: None,
            variable: Variable::Value,
            statistic: Statistic::Stated(finding),
            amount: Amount::Count(subjects.len()),
            n: subjects.len(),
        };
    who.into_iter().map(result).collect()
}
