//! The mixed model against `mixed_model.csv`.
//!
//! Estimates are asked to agree to 1e-9 and all else to 1e-8: how far the ratio of two variances is
//! determined depends on how flat the likelihood is.

use casebook::statistics::{MixedModel, RepeatedValue, TTest, mixed_model};

use super::{Comparison, number, numbers, rows};

fn values(text: &str) -> Vec<RepeatedValue> {
    let one = |word: &str| {
        let parts: Vec<&str> = word.split(':').collect();
        let whole = |at: usize| parts[at].parse().expect("a whole number");
        let (cluster, subject, occasion) = (whole(0), whole(1), whole(2));
        RepeatedValue { cluster, subject, occasion, value: number(parts[3]) }
    };
    text.split(' ').map(one).collect()
}

fn effect(model: &MixedModel, what: &str, occasion: &str) -> TTest {
    let occasion: usize = occasion.parse().expect("an occasion");
    let found = model.occasions.iter().find(|one| one.occasion == occasion).expect(what);
    if what == "mean" { found.mean } else { found.change.expect(what) }
}

#[test]
fn mixed_models_agree_with_lme4() {
    let mut comparison = Comparison::default();
    let mut model = None;
    for row in rows("mixed_model.csv") {
        let what = format!("{}, {}", &row[0], &row[1]);
        let mut check = |kind: &str, found: f64, expected: f64, tolerance: f64| {
            comparison.number(kind, &format!("{what}: {kind}"), found, expected, tolerance);
        };
        let words: Vec<&str> = row[1].split(' ').collect();
        match words[..] {
            ["values"] => model = Some(mixed_model(&values(&row[2]), 0.95).expect(&what)),
            ["model"] => {
                let model = model.as_ref().expect("values come first");
                let expected: Vec<&str> = row[2].split(' ').collect();
                check("deviance", model.deviance, number(expected[0]), 1e-12);
                assert_eq!(model.between_clusters.is_err(), expected[1] == "NA", "{what}");
                if let Ok(between) = model.between_clusters {
                    check("variance between clusters", between, number(expected[1]), 1e-8);
                }
                let between = model.between_subjects;
                check("variance between subjects", between, number(expected[2]), 1e-8);
                check("variance within", model.within, number(expected[3]), 1e-8);
            }
            [kind, occasion] => {
                let found = effect(model.as_ref().expect("values come first"), kind, occasion);
                let expected = numbers(&row[2]);
                check("estimate", found.estimate, expected[0], 1e-9);
                check("standard error", found.standard_error, expected[1], 1e-8);
                check("df", found.df, expected[2], 1e-8);
                check("limit", found.interval.lower, expected[3], 1e-8);
                check("limit", found.interval.upper, expected[4], 1e-8);
                if let Some(p) = expected.get(5) {
                    check("p", found.p.expect(&what), *p, 1e-8);
                }
            }
            _ => panic!("{what} is not computed"),
        }
    }
    comparison.finish(900);
}
