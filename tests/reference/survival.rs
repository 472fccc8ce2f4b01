//! The Kaplan–Meier curve against `survival.csv`.

use casebook::statistics::{Estimate, FollowUp, Interval, NotEstimable, kaplan_meier};

use super::{Comparison, number, rows};

fn follow_ups(text: &str) -> Vec<FollowUp> {
    let one = |word: &str| FollowUp {
        time: number(word.trim_end_matches('+')),
        event: !word.ends_with('+'),
    };
    text.split(' ').map(one).collect()
}

/// Compares with R's number, or with its NA, which must have a reason here.
fn compare(comparison: &mut Comparison, kind: &str, what: &str, found: Estimate, expected: &str) {
    match (found, expected) {
        (Err(_), "NA") => {}
        // Where nobody has had the event yet, R has NA or two limits of 1: neither is an interval.
        (Err(NotEstimable::NoEvents), "1") => {}
        (Ok(found), expected) if expected != "NA" => {
            comparison.number(kind, what, found, number(expected), 1e-11);
        }
        _ => panic!("{what}, {kind}: {found:?}, expected {expected}"),
    }
}

#[test]
fn survival_agrees_with_r() {
    let mut comparison = Comparison::default();
    let mut followed = Vec::new();
    let mut step = 0;
    for row in rows("survival.csv") {
        let (level, words) = (&row[1], row[3].split(' ').collect::<Vec<_>>());
        let what = format!("{}, {} at level {level}: {}", &row[0], &row[2], &row[3]);
        if &row[2] == "follow-up" {
            followed = follow_ups(&row[3]);
            continue;
        }
        let curve = kaplan_meier(&followed, number(level)).expect(&what);
        let mut check = |kind: &str, found: Estimate, expected: &str| {
            compare(&mut comparison, kind, &what, found, expected);
        };
        let limits = |interval: Result<Interval, NotEstimable>| {
            (interval.map(|limits| limits.lower), interval.map(|limits| limits.upper))
        };
        match &row[2] {
            "step" => {
                let found = &curve.steps[step % curve.steps.len()];
                step += 1;
                let counts = [found.at_risk, found.events, found.censored];
                check("time", Ok(found.time), words[0]);
                for (count, expected) in counts.iter().zip(&words[1..]) {
                    check("count", Ok(*count as f64), expected);
                }
                let (lower, upper) = limits(found.interval);
                check("survival", Ok(found.survival), words[4]);
                check("standard error", found.standard_error, words[5]);
                check("lower", lower, words[6]);
                check("upper", upper, words[7]);
            }
            "median" => {
                assert_eq!(step, curve.steps.len(), "{what}");
                step = 0;
                check("median", curve.median, words[0]);
                check("limit of the median", curve.median_lower, words[1]);
                check("limit of the median", curve.median_upper, words[2]);
            }
            "at" => {
                let found = curve.at(number(words[0]));
                let (lower, upper) = limits(found.interval);
                check("count", Ok(found.at_risk as f64), words[1]);
                check("survival", found.survival, words[2]);
                check("lower", lower, words[3]);
                check("upper", upper, words[4]);
            }
            _ => panic!("{what} is not computed"),
        }
    }
    comparison.finish(4000);
}
