//! Which patients meet a condition: its columns are computed as in the summaries, and SQLite evaluates it.

use crate::analysis::{AnalyteColumn, find_column, patient_columns, patient_table};
use crate::domain::{
    Analyte, Cohort, ColumnName, Condition, Mismatch, Misplaced, Observation, Patient,
    ResponderRule, Schedule, Selected,
};
use crate::error::Error;
use crate::store::{NoAnswer, Registry, answers};

/// A condition that somebody asked for, or that a cohort is defined by.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What can't be done if it can't be asked.
    pub heading: String,
    /// The option or record it stands in, for messages.
    pub place: String,
    /// Name and version of the cohort.
    pub cohort: Option<(String, u32)>,
    /// The condition.
    pub condition: String,
}

impl Asked {
    /// A condition that stands behind --where.
    pub fn of_option(condition: &str) -> Asked {
        Asked {
            heading: "The patients that are meant can't be told".to_owned(),
            place: "--where".to_owned(),
            cohort: None,
            condition: condition.to_owned(),
        }
    }
}

/// For each patient of a cohort whether a condition is met, and the condition with its units.
pub(super) struct Answered {
    pub answers: Vec<Option<bool>>,
    pub by: Selected,
}

/// Only the patients of a cohort that meet all conditions; without any, the cohort as it is.
pub(super) fn select(
    registry: &Registry,
    cohort: Cohort,
    conditions: &[Asked],
) -> Result<Cohort, Error> {
    if conditions.is_empty() {
        return Ok(cohort);
    }
    let mut all = vec![Some(true); cohort.subjects.len()];
    let mut by = Vec::new();
    for asked in conditions {
        let answered = answer(registry, &cohort, asked)?;
        for (known, answer) in all.iter_mut().zip(answered.answers) {
            *known = both(*known, answer);
        }
        by.push(answered.by);
    }
    Ok(cohort.selected(by, &all))
}

/// Whether two conditions are met, of which each may be unknown.
fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Ask a condition of each patient of a cohort.
pub(super) fn answer(
    registry: &Registry,
    cohort: &Cohort,
    asked: &Asked,
) -> Result<Answered, Error> {
    let (catalogue, schedule) = (registry.catalogue(), &registry.rules().schedule);
    let point = |text: &str, misplaced| pointed(&asked.heading, &asked.place, text, misplaced);
    let condition =
        Condition::parse(&asked.condition).map_err(|wrong| point(asked.condition.trim(), wrong))?;
    let mut columns: Vec<AnalyteColumn> = Vec::new();
    for column in &condition.columns {
        let found = find_column(&column.name, cohort, catalogue, schedule)
            .map_err(|mismatch| point(&condition.text, Misplaced { at: column.at, mismatch }))?;
        columns.extend(found.filter(|found| !columns.contains(found)));
    }
    let known = patient_columns(cohort, catalogue, &columns);
    for column in condition.columns.iter().filter(|column| column.is_truth) {
        if known.iter().any(|known| known.name == column.name && !known.is_number) {
            let name = &column.name;
            let mismatch = Mismatch::new(&**name, "a condition that is true or false")
                .mend(format!("{name} holds texts: compare it, as in {name} = 'yes'"));
            return Err(point(&condition.text, Misplaced { at: column.at, mismatch }));
        }
    }
    let mut observations: Vec<(&Analyte, Vec<Observation>)> = Vec::new();
    for column in &columns {
        let analyte = catalogue.get(column.analyte);
        let is_there = observations.iter().any(|(known, _)| known.id == column.analyte);
        if let (Some(analyte), false) = (analyte, is_there) {
            observations.push((analyte, registry.observations(analyte.id)?));
        }
    }
    let patients: Vec<Patient> =
        registry.patients()?.into_iter().map(|line| line.patient).collect();
    let of_analytes = (columns.as_slice(), observations.as_slice());
    let table = patient_table(cohort, &patients, catalogue, schedule, of_analytes);
    let answers = answers(&table, &condition.text).map_err(|reason| match reason {
        NoAnswer::Misplaced(misplaced) => point(&condition.text, misplaced),
        NoAnswer::Mismatch(mismatch) => Error::request(
            asked.heading.as_str(),
            &format!("{}\n  {}", asked.place, condition.text),
            mismatch,
        ),
        NoAnswer::Store(error) => error.into(),
    })?;
    let mut units = Vec::new();
    for column in known.iter().skip(known.len() - columns.len()) {
        units.push(format!("{} in {}", column.name, column.unit));
    }
    let cohort = asked.cohort.clone();
    Ok(Answered { answers, by: Selected { cohort, condition: condition.text, units } })
}

/// The cohorts and endpoints that can't be asked by this schedule: `cohort late`.
pub(super) fn lost_with(
    registry: &Registry,
    cohort: &Cohort,
    schedule: &Schedule,
) -> Result<Vec<String>, Error> {
    let catalogue = registry.catalogue();
    let can_select = |condition: &str| {
        let Ok(condition) = Condition::parse(condition) else { return false };
        let is_there =
            |column: &ColumnName| find_column(&column.name, cohort, catalogue, schedule).is_ok();
        condition.columns.iter().all(is_there)
    };
    let can_respond = |rule: &str| ResponderRule::parse(rule, catalogue, schedule).is_ok();
    let mut lost = Vec::new();
    for one in registry.cohorts()? {
        lost.extend((!can_select(&one.expression)).then(|| format!("cohort {}", one.name)));
    }
    for one in registry.endpoints()? {
        lost.extend((!can_respond(&one.rule)).then(|| format!("endpoint {}", one.name)));
    }
    Ok(lost)
}

/// A condition or a rule with carets under the part that can't be used.
pub(super) fn pointed(
    heading: &str,
    place: &str,
    text: &str,
    Misplaced { at, mismatch }: Misplaced,
) -> Error {
    /// What is shown before the place, in characters.
    const MOST_BEFORE: usize = 50;
    let before: Vec<char> = text[..at].chars().collect();
    let skipped = before.len().saturating_sub(MOST_BEFORE);
    let shown: String = text.chars().skip(skipped).take(76).collect();
    let before: String = before[skipped..].iter().collect();
    let blanks = " ".repeat(unicode_width::UnicodeWidthStr::width(before.as_str()));
    let width = mismatch.found.chars().count();
    let is_there = text[at..].to_lowercase().starts_with(&mismatch.found.to_lowercase());
    let carets = "^".repeat(if is_there { width.max(1) } else { 1 });
    let what = format!("{place}\n  {shown}\n  {blanks}{carets}");
    Error::request(heading, &what, mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_condition_denies_no_other_makes_unknown() {
        for (one, other, expected) in [
            (Some(true), Some(true), Some(true)),
            (Some(true), None, None),
            (None, Some(false), Some(false)),
            (None, None, None),
        ] {
            assert_eq!(both(one, other), expected);
            assert_eq!(both(other, one), expected);
        }
    }
}
