//! Studies taken together against `pooling.csv`.

use casebook::statistics::{
    NotEstimable, Pooled, PooledInterval, PoolingModel, StudyEstimate, TauSquared, heterogeneity,
    leave_one_out, pool, tau_squared,
};

use super::{Comparison, number, numbers, rows};

/// Worst found: 6e-11, of a p; a limit close to 0 loses as much.
const TOLERANCE: f64 = 1e-9;

fn tau_method(word: &str) -> Option<TauSquared> {
    match word {
        "EE" => None,
        "DL" => Some(TauSquared::DerSimonianLaird),
        "REML" => Some(TauSquared::Reml),
        "PM" => Some(TauSquared::PauleMandel),
        _ => panic!("{word} is not computed"),
    }
}

fn model(method: Option<TauSquared>, test: &str) -> PoolingModel {
    let Some(tau_squared) = method else { return PoolingModel::Fixed };
    let interval = match test {
        "z" => PooledInterval::Standard,
        "knha" => PooledInterval::HartungKnapp,
        "adhoc" => PooledInterval::HartungKnappAdHoc,
        _ => panic!("{test} is not computed"),
    };
    PoolingModel::Random { tau_squared, interval }
}

fn mean_and_limits(pooled: &Pooled) -> [f64; 4] {
    let limits = pooled.interval.expect("an interval");
    [pooled.estimate, pooled.standard_error, limits.lower, limits.upper]
}

/// Computes what a row holds, with a name for each value.
fn answer(studies: &[StudyEstimate], words: &[&str]) -> Vec<(&'static str, f64)> {
    let (method, level) = (tau_method(words[0]), number(words[2]));
    let model = model(method, words[1]);
    let pooled = pool(studies, model, level).expect("two studies or more");
    let random = || pooled.random.expect("random effects");
    let differ = || heterogeneity(studies, method, level).expect("two studies or more");
    match words[3..] {
        ["pooled"] => {
            let [estimate, standard_error, lower, upper] = mean_and_limits(&pooled);
            vec![
                ("estimate", estimate),
                ("standard error", standard_error),
                ("statistic", pooled.statistic.expect("a spread")),
                ("p", pooled.p.expect("a spread")),
                ("limit", lower),
                ("limit", upper),
            ]
        }
        ["random"] => {
            let limits = random().prediction.expect("a spread");
            vec![
                ("tau squared", random().tau_squared),
                ("prediction", limits.lower),
                ("prediction", limits.upper),
            ]
        }
        ["scale"] => vec![("Hartung-Knapp scale", random().hartung_knapp_scale)],
        ["weights"] => pooled.weights.iter().map(|weight| ("weight", weight * 100.0)).collect(),
        ["without"] => leave_one_out(studies, model, level)
            .iter()
            .flat_map(|without| mean_and_limits(without.as_ref().expect("two studies or more")))
            .map(|value| ("without one", value))
            .collect(),
        ["without", "tau"] => (0..studies.len())
            .map(|left_out| {
                let mut others = studies.to_vec();
                others.remove(left_out);
                let found = tau_squared(&others, method.expect("random effects"));
                ("tau squared without one", found.expect("two studies or more"))
            })
            .collect(),
        ["Q"] => vec![("Q", differ().q), ("df", differ().df), ("p of Q", differ().p)],
        ["I2"] => vec![("I2", differ().i_squared * 100.0), ("H2", differ().h_squared)],
        ["interval", "of", "tau"] => {
            let limits = differ().tau_squared_interval.expect("limits");
            let shares = differ().i_squared_interval.expect("limits");
            vec![
                ("limit of tau squared", limits.lower),
                ("limit of tau squared", limits.upper),
                ("limit of I2", shares.lower * 100.0),
                ("limit of I2", shares.upper * 100.0),
            ]
        }
        _ => panic!("{words:?} is not computed"),
    }
}

#[test]
fn pooled_studies_agree_with_metafor() {
    let mut comparison = Comparison::default();
    let (mut estimates, mut studies, mut empty) = (Vec::new(), Vec::new(), 0);
    for row in rows("pooling.csv") {
        let words: Vec<&str> = row[1].split(' ').collect();
        let what = format!("{}: {}", &row[0], &row[1]);
        match words[..] {
            ["estimates"] => estimates = numbers(&row[2]),
            ["variances"] => {
                let study = |(&estimate, variance)| StudyEstimate { estimate, variance };
                studies = estimates.iter().zip(numbers(&row[2])).map(study).collect();
            }
            _ if &row[2] == "empty" => {
                let found = heterogeneity(&studies, None, number(words[2])).expect(&what);
                let limits = found.tau_squared_interval;
                assert_eq!(limits, Err(NotEstimable::CloserThanChance), "{what}");
                empty += 1;
            }
            _ => {
                let (found, expected) = (answer(&studies, &words), numbers(&row[2]));
                assert_eq!(found.len(), expected.len(), "{what}");
                for ((kind, found), expected) in found.into_iter().zip(expected) {
                    let what = format!("{what}: {kind}");
                    comparison.number(kind, &what, found, expected, TOLERANCE);
                }
            }
        }
    }
    assert!(empty > 0, "no interval is empty");
    comparison.finish(5000);
}
