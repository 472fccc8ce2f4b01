//! What was said in words, counted in patients: of how many each finding is stated, and how many of
//! these have no number that says more.

use crate::analysis::result::{Amount, AnalysisResult, Statistic, Variable};
use crate::domain::{Analyte, Cohort, Day, Finding, Observation, Schedule, StatementMade};
use std::collections::{BTreeSet, HashSet};

/// Where something is counted that was said of no visit.
const FOLLOW_UP: &str = "Follow-up";

/// The timepoint that something said at a visit is counted at; none if the visit is not of the cohort.
pub(in crate::analysis) fn said_at(
    cohort: &Cohort,
    schedule: &Schedule,
    visit: Option<i64>,
) -> Option<String> {
    let Some(visit) = visit else { return Some(FOLLOW_UP.to_owned()) };
    let occasion = cohort.occasions.get(&visit)?;
    let at = occasion.day.and_then(|day| schedule.timepoint_of(day));
    let name = at.map(|at| schedule.timepoints()[at].name.clone());
    Some(name.unwrap_or_else(|| occasion.label.to_string()))
}

/// Patients of whom each finding is stated, by parameter and timepoint; of analytes also those of them
/// who have no number there.
pub(super) fn count_statements(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    statements: &[StatementMade],
) -> Vec<AnalysisResult> {
    let mut said = Said::default();
    let asked: Vec<_> = observations.iter().map(|(analyte, _)| analyte.key.as_str()).collect();
    for statement in statements {
        let about_asked = statement.analyte.as_deref().is_none_or(|key| asked.contains(&key));
        let parameter = statement.analyte.as_deref().or(statement.topic.as_deref());
        if let (true, Some(parameter), Some(timepoint)) =
            (about_asked, parameter, said_at(cohort, schedule, statement.visit))
        {
            said.add(parameter, timepoint, statement.finding, statement.subject);
        }
    }
    for (analyte, observations) in observations {
        for observation in observations.iter().filter(|one| one.stated.is_some()) {
            let stated = observation.stated.as_deref().and_then(|text| Finding::parse(text).ok());
            let occasion = cohort.occasions.get(&observation.visit);
            let timepoint = said_at(cohort, schedule, Some(observation.visit));
            if let (Some(finding), Some(occasion), Some(timepoint)) = (stated, occasion, timepoint)
            {
                said.add(&analyte.key, timepoint, finding, occasion.subject);
            }
        }
    }
    let numbers = numbers_of(&said, cohort, schedule, observations);
    said.results(|parameter, timepoint, subject| {
        let is_analyte = asked.contains(&parameter);
        let key = (parameter.to_owned(), timepoint.to_owned(), subject);
        is_analyte.then(|| numbers.contains(&key))
    })
}

/// Parameter, timepoint and patient of the numbers of who is spoken of; a number after day 0 is one of
/// the follow-up too.
fn numbers_of(
    said: &Said,
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
) -> HashSet<(String, String, usize)> {
    let mut numbers = HashSet::new();
    for (analyte, observations) in observations {
        let who = said.subjects_of(&analyte.key);
        for observation in observations.iter().filter(|one| one.value.is_some() && !who.is_empty())
        {
            let Some(occasion) = cohort.occasions.get(&observation.visit) else { continue };
            if !who.contains(&occasion.subject) {
                continue;
            }
            let timepoint = said_at(cohort, schedule, Some(observation.visit));
            let follow_up = occasion.day.is_none_or(|day| day > Day(0));
            let follow_up = follow_up.then(|| FOLLOW_UP.to_owned());
            let at = timepoint.into_iter().chain(follow_up);
            numbers.extend(at.map(|at| (analyte.key.clone(), at, occasion.subject)));
        }
    }
    numbers
}

/// Who is spoken of, by parameter, timepoint and finding, in the order in which it was said.
#[derive(Default)]
struct Said(Vec<((String, String, Finding), BTreeSet<usize>)>);

impl Said {
    fn add(&mut self, parameter: &str, timepoint: String, finding: Finding, subject: usize) {
        let key = (parameter.to_owned(), timepoint, finding);
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, subjects)) => {
                subjects.insert(subject);
            }
            None => self.0.push((key, BTreeSet::from([subject]))),
        }
    }

    /// Of whom anything is said about this parameter.
    fn subjects_of(&self, parameter: &str) -> BTreeSet<usize> {
        let about = self.0.iter().filter(|((known, ..), _)| known == parameter);
        about.flat_map(|(_, subjects)| subjects.iter().copied()).collect()
    }

    /// The counts; `has_number` says of a patient whether there is a number, none where there can't be.
    fn results(
        self,
        has_number: impl Fn(&str, &str, usize) -> Option<bool>,
    ) -> Vec<AnalysisResult> {
        let mut results = Vec::new();
        for ((parameter, timepoint, finding), subjects) in self.0 {
            let numbers: Option<Vec<bool>> =
                subjects.iter().map(|who| has_number(&parameter, &timepoint, *who)).collect();
            let of = AnalysisResult {
                parameter,
                unit: String::new(),
                timepoint,
                group: None,
                variable: Variable::Value,
                statistic: Statistic::Stated(finding),
                amount: Amount::Count(subjects.len()),
                n: subjects.len(),
            };
            let alone = numbers.map(|all| all.into_iter().filter(|has| !has).count());
            results.extend(of.counts([(Statistic::Stated(finding), subjects.len())]));
            results.extend(of.counts(alone.map(|count| (Statistic::StatedAlone(finding), count))));
        }
        results
    }
}
