//! Means and SDs from what is printed against `effect_size.csv`.

use casebook::statistics::{Interval, MeanAndSd};

use super::{Comparison, number, numbers, rows};

#[test]
fn means_and_deviations_from_print_agree_with_r() {
    let mut comparison = Comparison::default();
    for row in rows("effect_size.csv") {
        let (n, printed) = (row[1].parse().expect("a count"), numbers(&row[2]));
        let found = match (&row[0], &printed[..]) {
            ("standard error", &[mean, error]) => MeanAndSd::of_standard_error(n, mean, error),
            ("p", &[change, p]) => MeanAndSd::of_paired_p(n, change, p),
            ("interval", &[mean, lower, upper, level]) => {
                MeanAndSd::of_interval(n, mean, Interval { lower, upper, level })
            }
            ("two times", &[before, after, sd_before, sd_after, correlation]) => {
                MeanAndSd::of_two_times(n, [before, after], [sd_before, sd_after], correlation)
            }
            ("quartiles", &[q1, median, q3]) => MeanAndSd::of_quartiles(n, [q1, median, q3]),
            ("range", &[min, median, max]) => MeanAndSd::of_range(n, [min, median, max]),
            (way, _) => panic!("{way} is not computed"),
        };
        let what = format!("{} of {n}: {}", &row[0], &row[2]);
        let found = found.expect(&what);
        let variance = found.study_estimate().expect(&what).variance;
        for (part, found, expected) in [
            ("mean", found.mean, &row[3]),
            ("sd", found.sd, &row[4]),
            ("variance", variance, &row[5]),
        ] {
            let kind = format!("{}, {part}", &row[0]);
            comparison.number(&kind, &what, found, number(expected), 1e-10);
        }
    }
    comparison.finish(250);
}
