//! Behind a correlation: each patient's two numbers.

use super::{Contribution, Used, blank};
use crate::analysis::correlation::CorrelationResults;
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::question::Question;
use crate::analysis::result::Variable;
use crate::domain::{Cohort, PatientColumn};

/// Each patient's two numbers, and which of them is missing.
pub fn explain_correlation(
    cohort: &Cohort,
    found: &CorrelationResults,
    question: &Question,
) -> Vec<Contribution> {
    let parameter = found.parameter();
    let mut parts = Vec::new();
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        for who in members {
            let pair = found.pairs[who];
            let missing: Vec<&str> = pair
                .iter()
                .zip(&found.columns)
                .filter(|(number, _)| number.is_none())
                .map(|(_, column)| column.name.as_str())
                .collect();
            let words = pair.iter().zip(&found.columns);
            let words = words.map(|(number, column)| in_words(*number, column));
            parts.push(Contribution {
                patient: cohort.subjects[who].key.clone(),
                variable: Variable::Pairs,
                text: words.collect::<Vec<_>>().join(" and "),
                used: match missing.is_empty() {
                    true => Used::Yes,
                    false => Used::No(format!("not known: {}", missing.join(", "))),
                },
                ..blank(&parameter, &parameter, group.as_ref())
            });
        }
    }
    parts
}

fn in_words(number: Option<f64>, column: &PatientColumn) -> String {
    match number {
        Some(number) => format!("{number} {}", column.unit).trim_end().to_owned(),
        None => "not known".to_owned(),
    }
}
