//! Proportions taken together against `pooled_proportion.csv`.

use casebook::statistics::{StudyCount, pooled_proportion};

use super::{Comparison, number, numbers, rows};

#[test]
fn pooled_proportions_agree_with_the_likelihood_in_r() {
    let mut comparison = Comparison::default();
    for row in rows("pooled_proportion.csv") {
        let study = |(count, denominator): (f64, f64)| StudyCount {
            count: count as u64,
            denominator: denominator as u64,
        };
        let studies: Vec<StudyCount> =
            numbers(&row[1]).into_iter().zip(numbers(&row[2])).map(study).collect();
        let found = pooled_proportion(&studies, 0.95).expect(&row[0]);
        let parts = [
            ("logit", found.logit),
            ("standard error", found.standard_error),
            ("tau squared", found.tau_squared),
            ("fraction", found.fraction),
            ("limit", found.interval.lower),
            ("limit", found.interval.upper),
            ("prediction", found.prediction.lower),
            ("prediction", found.prediction.upper),
        ];
        for ((kind, found), expected) in parts.into_iter().zip(row.iter().skip(3)) {
            let what = format!("{}: {kind}", &row[0]);
            comparison.number(kind, &what, found, number(expected), 1e-8);
        }
    }
    comparison.finish(250);
}
