//! Small cohorts for the tests of this folder.

use crate::domain::{
    Cohort, Day, Medication, MedicationTaken, Observation, Occasion, Status, Subject,
};

/// Patients with visits on these days; visits are numbered from 1, patient after patient.
pub(super) fn cohort(days: &[&[Option<i32>]]) -> Cohort {
    let mut cohort = Cohort::default();
    for (subject, days) in days.iter().enumerate() {
        cohort.subjects.push(Subject {
            key: format!("a/{}", subject + 1),
            report: "a".to_owned(),
            ..Subject::default()
        });
        for day in *days {
            let visit = i64::try_from(cohort.occasions.len() + 1).expect("few visits");
            let label = format!("V{visit}").into_boxed_str();
            let day = day.map(Day);
            cohort.occasions.insert(visit, Occasion { subject, label, day, planned: false });
        }
    }
    cohort
}

/// A number in mmol/L at a visit, or one that was not done.
pub(super) fn observation(visit: i64, value: Option<f64>) -> Observation {
    Observation {
        visit,
        status: if value.is_some() { Status::Measured } else { Status::NotDone },
        comparator: None,
        value,
        decimals: 1,
        unit: value.map(|_| "mmol/L".into()),
        stated: None,
        doubted: false,
        corrected: false,
    }
}

/// A dose episode of a patient: insulins in units, other drugs in mg.
pub(super) fn taken(
    subject: usize,
    drug: &str,
    dose: Option<f64>,
    start: Option<i32>,
    end: Option<i32>,
) -> MedicationTaken {
    let (start, end) = (start.map(Day), end.map(Day));
    let unit = if drug == "metformin" { "mg" } else { "U" };
    MedicationTaken {
        subject,
        medication: Medication {
            drug: drug.to_owned(),
            dose_per_day: dose,
            dose_unit: Some(unit.to_owned()),
            start_day: start,
            end_day: end,
            ..Medication::default()
        },
        start,
        end,
        is_placed: start.is_some() || end.is_some(),
    }
}
