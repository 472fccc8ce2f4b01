//! Possible means and percentages against `granularity.csv`.

use casebook::statistics::{Granularity, counts_of_percentage, grim};

use super::{number, rows};

#[test]
fn possible_means_and_percentages_are_those_found_by_trying_all() {
    let (mut impossible, mut compared) = (0, 0);
    for row in rows("granularity.csv") {
        let (printed, decimals) = (number(&row[1]), row[2].parse().expect("decimals"));
        let n = row[3].parse().expect("a count");
        let what = format!("{row:?}");
        if &row[0] == "mean" {
            let found = grim(printed, decimals, n, row[4].parse().expect("decimals"));
            let is_possible = found.expect(&what) != Granularity::Impossible;
            assert_eq!(is_possible, &row[5] == "yes", "{what}");
            impossible += usize::from(!is_possible);
        } else {
            let counts = counts_of_percentage(printed, decimals, n).expect(&what);
            let found: Vec<String> =
                counts.into_iter().flatten().map(|count| count.to_string()).collect();
            assert_eq!(found.join(" "), row[5], "{what}");
            impossible += usize::from(found.is_empty());
        }
        compared += 1;
    }
    assert!(compared >= 1000 && impossible >= 200, "{impossible} of {compared} are impossible");
}
