//! Tests and intervals against `inference.csv`.

use std::collections::HashMap;

use casebook::statistics::{
    Estimate, Interval, NotEstimable, Zeros, fisher_test, geometric, hodges_lehmann,
    permutation_test, proportion, rate, signed_rank_test, spearman, standardised_difference,
    standardised_difference_of_levels, t_test, welch_test,
};

use super::{Comparison, number, numbers, rows};

/// What the statistic is called in the CSV, and what was found.
type Found = Vec<(&'static str, f64)>;

fn with_limits(interval: Interval, mut found: Found) -> Found {
    found.extend([("lower", interval.lower), ("upper", interval.upper)]);
    found
}

/// Answers a question of the CSV by its name and the parts of its input.
fn answer(question: &str, input: &[&str]) -> Result<Found, NotEstimable> {
    let whole = |at: usize| input[at].parse().expect("a whole number");
    let level = || number(input[input.len() - 1]);
    let values = |at: usize| numbers(input[at]);
    let counts = |at: usize| values(at).iter().map(|&count| count as u64).collect::<Vec<_>>();
    Ok(match question {
        "proportion" => {
            let found = proportion(whole(0), whole(1), level())?;
            with_limits(found.interval, vec![("estimate", found.fraction)])
        }
        "rate" => {
            let found = rate(whole(0), number(input[1]), level())?;
            with_limits(found.interval, vec![("estimate", found.rate)])
        }
        "t" | "welch" => {
            let found = if question == "t" {
                t_test(&values(0), level())?
            } else {
                welch_test(&values(0), &values(1), level())?
            };
            let statistics = vec![
                ("estimate", found.estimate),
                ("standard_error", found.standard_error),
                ("df", found.df),
                ("t", found.t?),
                ("p", found.p?),
            ];
            with_limits(found.interval, statistics)
        }
        "signed rank" => {
            let zeros = if input[1] == "pratt" { Zeros::Pratt } else { Zeros::Dropped };
            let found = signed_rank_test(&values(0), 1, zeros)?;
            vec![
                ("n", found.n as f64),
                ("positive_ranks", found.positive_ranks),
                ("p", found.p),
                ("least_p", found.least_p),
            ]
        }
        "hodges-lehmann" => {
            let found = hodges_lehmann(&values(0), 1, level())?;
            let statistics = vec![("estimate", found.estimate), ("confidence", found.confidence)];
            with_limits(found.interval, statistics)
        }
        "permutation" => {
            let found = permutation_test(&values(0), &values(1), 1)?;
            vec![
                ("estimate", found.difference),
                (if found.exact { "p" } else { "p_drawn" }, found.p),
                ("least_p", found.least_p),
                ("splits", found.splits as f64),
            ]
        }
        "fisher" => {
            let whole: Vec<u64> = counts(0);
            let found = fisher_test([[whole[0], whole[1]], [whole[2], whole[3]]], level())?;
            let mut statistics = vec![("p", found.p), ("least_p", found.least_p)];
            // What has no bound is not in the CSV.
            let limits =
                [("estimate", found.odds_ratio), ("lower", found.lower), ("upper", found.upper)];
            let finite = |(name, limit): (&'static str, Estimate)| Some((name, limit.ok()?));
            statistics.extend(limits.into_iter().filter_map(finite));
            statistics
        }
        "standardised difference" => {
            vec![("estimate", standardised_difference(&values(0), &values(1))?)]
        }
        "standardised difference of levels" => {
            vec![("estimate", standardised_difference_of_levels(&counts(0), &counts(1))?)]
        }
        "spearman" => {
            let pairs: Vec<(f64, f64)> = values(0).into_iter().zip(values(1)).collect();
            let found = spearman(&pairs, level())?;
            with_limits(found.interval?, vec![("estimate", found.rho), ("p", found.p?)])
        }
        "geometric" => {
            let found = geometric(&values(0), level());
            with_limits(found.interval?, vec![("estimate", found.mean?), ("cv", found.cv?)])
        }
        _ => panic!("{question} is not computed"),
    })
}

#[test]
fn tests_and_intervals_agree_with_r() {
    let mut comparison = Comparison::default();
    for row in rows("inference.csv") {
        let (question, input) = (&row[0], row[1].split('|').collect::<Vec<_>>());
        let what = format!("{question} of {}", &row[1]);
        let found: HashMap<&str, f64> =
            answer(question, &input).expect(&what).into_iter().collect();
        let words: Vec<&str> = row[2].split(' ').collect();
        for pair in words.chunks_exact(2) {
            let (statistic, expected) = (pair[0], number(pair[1]));
            let tolerance = match statistic {
                // Three standard errors of a p from 9,999 splits, and no p is far above a half.
                "p_drawn" => 3.0 * (expected * (1.0 - expected) / 9_999.0).sqrt() / expected,
                "lower" | "upper" | "p" | "confidence" => 1e-11,
                _ => 1e-12,
            };
            let kind = format!("{question}, {statistic}");
            let what = format!("{what}: {statistic}");
            comparison.number(&kind, &what, found[statistic], expected, tolerance);
        }
    }
    comparison.finish(3000);
}
