//! How many patients remain from step to step: reports, patients, those selected, those infused, those with
//! a baseline, those with a value at each timepoint.

use super::timeline::{Spoken, Timeline};
use crate::domain::{Analyte, Cohort, Observation, Patient, Schedule};

/// How many infused patients have values of one analyte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithValues {
    /// The analyte's symbol.
    pub analyte: String,
    /// Baseline, then each timepoint after day 0; there, of those who have a baseline.
    pub timepoints: Vec<(String, usize)>,
}

/// The way from all reports to the patients that are analysed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attrition {
    /// Reports recorded.
    pub reports: usize,
    /// Patients as the reports count them: one in two reports is two.
    pub appearances: usize,
    /// Patients recorded, each once.
    pub patients: usize,
    /// Of these, the ones that were asked about; fewer where simulated ones are left out.
    pub considered: usize,
    /// Of these, how many do not meet the condition.
    pub unmet: usize,
    /// Of how many that is not known.
    pub unknown: usize,
    /// How many meet it.
    pub selected: usize,
    /// Of these, the ones with at least one infusion.
    pub exposed: usize,
    /// For each analyte that is asked about, how many of these have values.
    pub analytes: Vec<WithValues>,
}

/// Count the patients of each step from everything recorded, `all` with their `patients`, to `selected`.
pub fn analyse_attrition(
    all: &Cohort,
    patients: &[Patient],
    selected: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
) -> Attrition {
    let exposed: Vec<bool> =
        selected.subjects.iter().map(|subject| !subject.infusions.is_empty()).collect();
    let selection = selected.selection.clone().unwrap_or_default();
    let of_analyte = |(analyte, observations): &(&Analyte, Vec<Observation>)| {
        let timeline = Timeline::new(selected, schedule, observations);
        let has = |at: usize, who: usize| matches!(timeline.columns[at].1[who], Spoken::Number(_));
        let count = |at: usize| {
            (0..exposed.len()).filter(|who| exposed[*who] && has(0, *who) && has(at, *who)).count()
        };
        let names = timeline.columns.iter().enumerate();
        WithValues {
            analyte: analyte.symbol.clone(),
            timepoints: names.map(|(at, (name, _))| (name.clone(), count(at))).collect(),
        }
    };
    Attrition {
        reports: all.reports.len(),
        appearances: patients.iter().map(|patient| patient.reports.len()).sum(),
        patients: all.subjects.len(),
        considered: selection.of,
        unmet: selection.unmet,
        unknown: selection.unknown,
        selected: selected.subjects.len(),
        exposed: exposed.iter().filter(|exposed| **exposed).count(),
        analytes: observations.iter().map(of_analyte).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::{Catalogue, Infusion};

    #[test]
    fn a_timepoint_counts_the_infused_who_have_a_baseline_too() {
        let days: &[Option<i32>] = &[Some(0), Some(28)];
        let mut all = cohort(&[days, days, days, days]);
        for who in [0, 1, 2] {
            all.subjects[who].infusions = vec![Infusion::default()];
        }
        let answers = [Some(true), Some(true), None, Some(true)];
        let selected = all.clone().selected(Vec::new(), &answers);
        let in_two =
            Patient { reports: vec!["a".to_owned(), "b".to_owned()], ..Patient::default() };
        let in_one = Patient { reports: vec!["a".to_owned()], ..Patient::default() };
        let patients = [in_two, in_one.clone(), in_one.clone(), in_one];
        let fpg = Catalogue::built_in().find("FPG").expect("FPG");
        // The second has no baseline, the fourth was not infused.
        let seen = vec![
            observation(1, Some(9.0)),
            observation(2, Some(8.0)),
            observation(4, Some(8.0)),
            observation(7, Some(9.0)),
        ];
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let found = analyse_attrition(&all, &patients, &selected, &schedule, &[(fpg, seen)]);
        let with = WithValues {
            analyte: "FPG".to_owned(),
            timepoints: vec![("Baseline".to_owned(), 1), ("W4".to_owned(), 1)],
        };
        let expected = Attrition {
            reports: 0,
            appearances: 5,
            patients: 4,
            considered: 4,
            unmet: 0,
            unknown: 1,
            selected: 3,
            exposed: 2,
            analytes: vec![with],
        };
        assert_eq!(found, expected);
    }
}
