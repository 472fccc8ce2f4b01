//! Behind the table of baseline characteristics: what each patient has of each.

use super::change::at_baseline;
use super::{Contribution, Used, blank};
use crate::analysis::baseline::{BaselineResults, Characteristic, Entry};
use crate::analysis::question::Question;
use crate::analysis::timeline::BASELINE;
use crate::domain::{Analyte, Cohort, Observation, Schedule, Subject, display_unit};

/// Each patient's part in the characteristics; each group's patients once, those of everybody where
/// there are no groups.
pub fn explain_baseline(
    found: &BaselineResults,
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    question: &Question,
) -> Vec<Contribution> {
    // What a patient has does not depend on the group: it is found once.
    let everybody: Vec<Vec<Contribution>> = found
        .characteristics
        .iter()
        .map(|characteristic| {
            let is_it = |(analyte, _): &&(&Analyte, Vec<Observation>)| {
                analyte.key == characteristic.parameter
            };
            match observations.iter().find(is_it) {
                Some((analyte, seen)) => at_baseline(cohort, schedule, (analyte, seen), question),
                None => entered(characteristic, cohort),
            }
        })
        .collect();
    let grouped = found.groups.iter().any(|one| one.group.is_some());
    let mut parts = Vec::new();
    for group in found.groups.iter().filter(|one| one.group.is_some() == grouped) {
        for of_all in &everybody {
            let part =
                |who: &usize| Contribution { group: group.group.clone(), ..of_all[*who].clone() };
            parts.extend(group.members.iter().map(part));
        }
    }
    parts
}

/// What each patient's record says of a characteristic, as in the cohort and in no group.
fn entered(characteristic: &Characteristic, cohort: &Cohort) -> Vec<Contribution> {
    let part = |(entry, subject): (&Entry, &Subject)| {
        let (value, text, used) = match entry {
            Entry::Number { value, decimals, .. } => {
                let number = format!("{value:.0$}", usize::from(*decimals));
                let unit = display_unit(&characteristic.unit);
                let text = format!("{number} {unit}").trim_end().to_owned();
                (Some(*value), text, Used::Yes)
            }
            Entry::Level(level) => (None, level.clone(), Used::Yes),
            Entry::None(missing) => (None, String::new(), Used::No(missing.reason().to_owned())),
        };
        Contribution {
            unit: characteristic.unit.clone(),
            timepoint: BASELINE.to_owned(),
            patient: subject.key.clone(),
            value,
            text,
            used,
            ..blank(&characteristic.parameter, &characteristic.label, None)
        }
    };
    characteristic.entries.iter().zip(&cohort.subjects).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::analysis::{Amount, Grouping, Statistic, analyse_baseline};
    use crate::domain::Catalogue;

    #[test]
    fn each_patient_stands_once_in_its_group() {
        let mut cohort = cohort(&[&[Some(0)], &[Some(0)], &[Some(0)]]);
        for (subject, sex) in cohort.subjects.iter_mut().zip([Some("male"), None, Some("male")]) {
            subject.sex = sex.map(str::to_owned);
        }
        let analyte = Catalogue::built_in().find("FPG").expect("an analyte");
        let seen = vec![observation(1, Some(9.0)), observation(2, None), observation(3, Some(8.0))];
        let observations = [(analyte, seen)];
        let schedule = Schedule::default();
        let question = Question { by: Some(Grouping::Sex), ..Question::default() };
        let found = analyse_baseline(&cohort, &schedule, &observations, &question);
        let told = explain_baseline(&found, &cohort, &schedule, &observations, &question);
        let fpg: Vec<_> = told
            .iter()
            .filter(|one| one.parameter == "fpg")
            .map(|one| (one.group.as_deref(), &*one.patient, &*one.text, one.used.reason()))
            .collect();
        assert_eq!(
            fpg,
            [
                (Some("male"), "a/1", "9.0 mmol/L", None),
                (Some("male"), "a/3", "8.0 mmol/L", None),
                (Some("not reported"), "a/2", "", Some("not done")),
            ]
        );
        let counted = |parameter: &str| {
            let is_it = |result: &&crate::analysis::AnalysisResult| {
                result.parameter == parameter
                    && result.group.is_none()
                    && result.statistic == Statistic::N
            };
            found.results.iter().find(is_it).expect("a result").amount
        };
        for characteristic in &found.characteristics {
            let parameter = characteristic.parameter.as_str();
            let of = told.iter().filter(|one| one.parameter == parameter);
            let used = of.filter(|one| one.used == Used::Yes).count();
            assert_eq!(Amount::Count(used), counted(parameter), "{parameter}");
        }
    }
}
