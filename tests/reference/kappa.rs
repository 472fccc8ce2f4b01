//! Cohen's kappa against `kappa.csv`.

use casebook::statistics::{KappaWeights, kappa};

use super::{Comparison, number, numbers, rows};

#[test]
fn kappas_agree_with_vcd() {
    let mut comparison = Comparison::default();
    for row in rows("kappa.csv") {
        let table: Vec<Vec<f64>> = row[0].split('|').map(numbers).collect();
        let mut pairs = Vec::new();
        for (first, counts) in table.iter().enumerate() {
            for (second, count) in counts.iter().enumerate() {
                pairs.extend(vec![(first, second); *count as usize]);
            }
        }
        let weights = match &row[1] {
            "none" => KappaWeights::Unweighted,
            "Equal-Spacing" => KappaWeights::Linear,
            "Fleiss-Cohen" => KappaWeights::Quadratic,
            other => panic!("{other} is not computed"),
        };
        let what = format!("{} of {}", &row[1], &row[0]);
        let found = kappa(&pairs, table.len(), weights, 0.95).expect(&what);
        let limits = found.interval.expect(&what);
        let parts = [
            ("kappa", found.kappa, number(&row[2])),
            ("standard error", found.standard_error.expect(&what), number(&row[3])),
            ("limit", limits.lower, number(&row[4]).max(-1.0)),
            ("limit", limits.upper, number(&row[5]).min(1.0)),
        ];
        for (kind, found, expected) in parts {
            comparison.number(kind, &what, found, expected, 1e-10);
        }
    }
    comparison.finish(400);
}
