//! Behind the medication: what each patient takes of each class at each time.

use super::{Contribution, Used, blank};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::medication::{Course, classes_of, times_of};
use crate::analysis::question::Question;
use crate::analysis::regimen::{Drugs, NoDose, Regimens};
use crate::analysis::result::{Statistic, Variable};
use crate::analysis::timeline::BASELINE;
use crate::domain::{Cohort, MedicationTaken, Schedule};

/// Each patient's part in who takes what.
pub fn explain_medication(
    cohort: &Cohort,
    schedule: &Schedule,
    taken: &[MedicationTaken],
    question: &Question,
) -> Vec<Contribution> {
    let regimens = Regimens::new(cohort, schedule, taken);
    let times = times_of(&regimens, question);
    let mut found = Vec::new();
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        for (class, drugs) in classes_of(&regimens) {
            for (time, days) in &times {
                for who in &members {
                    let regimen = &regimens.of[*who];
                    let is_baseline = time == BASELINE;
                    let day =
                        if is_baseline { Some(regimen.baseline_day(drugs)) } else { days[*who] };
                    let course = Course::of(regimen, drugs, day);
                    let dose = day.and_then(|day| regimen.dose(drugs, day));
                    let has_dose = drugs != Drugs::Lowering;
                    let is_told = |outcome: &Statistic| {
                        has_dose || matches!(outcome, Statistic::Started | Statistic::Stopped)
                    };
                    let outcome =
                        course.outcome().filter(|outcome| !is_baseline && is_told(outcome));
                    let value = dose.filter(|_| has_dose && course.now == Ok(true));
                    let value = value.map(|(_, dose)| dose);
                    let mut text = match (course.now, value) {
                        (Ok(true), Some(dose)) => format!("{dose} a day"),
                        (Ok(true), None) => "taken".to_owned(),
                        (Ok(false), _) => "not taken".to_owned(),
                        (Err(_), _) => String::new(),
                    };
                    if let Some(outcome) = outcome {
                        text = format!("{text}: {}", outcome.name());
                    }
                    found.push(Contribution {
                        timepoint: time.clone(),
                        variable: Variable::Patients,
                        patient: cohort.subjects[*who].key.clone(),
                        day: day.filter(|_| !regimen.is_silent()),
                        value,
                        text,
                        used: used(course.now),
                        ..blank(class, class, group.as_ref())
                    });
                }
            }
        }
    }
    found
}

fn used(now: Result<bool, NoDose>) -> Used {
    now.map_or_else(|reason| Used::No(reason.reason().to_owned()), |_| Used::Yes)
}
