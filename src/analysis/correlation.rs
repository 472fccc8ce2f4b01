//! Whether two numbers of a patient go together: Spearman's rank correlation.

use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Missing, Statistic, Variable};
use crate::domain::{Cohort, Datum, PatientColumn, PatientTable};
use crate::statistics::spearman;

/// Numbers that are no further apart than this part of the largest, or than so much, are one.
///
/// A change of 0.3 mg/dL is not always the same number of µmol/L in the last digits that are kept; its
/// rank has to be.
const SAME: f64 = 1e-9;

/// The result of [`analyse_correlation`].
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelationResults {
    /// The two columns.
    pub columns: [PatientColumn; 2],
    /// Each group in its order; `None`, everybody, where nobody asked for groups.
    pub groups: Vec<Option<String>>,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
    /// Each patient's two numbers, in the order of the cohort.
    pub pairs: Vec<[Option<f64>; 2]>,
    /// True if p comes from all orders of the ranks, in each group; `None` where there is none.
    pub exact: Vec<Option<bool>>,
}

impl CorrelationResults {
    /// What the two are called together.
    pub fn parameter(&self) -> String {
        format!("{} and {}", self.columns[0].name, self.columns[1].name)
    }
}

/// The correlation of two columns of numbers, given by their places in the table, in each group; a
/// p-value only with `test`.
pub fn analyse_correlation(
    cohort: &Cohort,
    table: &PatientTable,
    places: [usize; 2],
    question: &Question,
    test: bool,
) -> CorrelationResults {
    let number = |row: &[Datum], place: usize| match row[place] {
        Datum::Number(number) => Some(number),
        _ => None,
    };
    let pair = |row: &Vec<Datum>| places.map(|place| number(row, place));
    let mut found = CorrelationResults {
        columns: places.map(|place| table.columns[place].clone()),
        groups: Vec::new(),
        results: Vec::new(),
        pairs: table.rows.iter().map(pair).collect(),
        exact: Vec::new(),
    };
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        let all: Vec<[Option<f64>; 2]> = members.iter().map(|who| found.pairs[*who]).collect();
        let pairs: Vec<(f64, f64)> = all.iter().filter_map(|[x, y]| x.zip(*y)).collect();
        let of = AnalysisResult {
            parameter: found.parameter(),
            unit: "1".to_owned(),
            timepoint: String::new(),
            group: group.clone(),
            variable: Variable::Pairs,
            statistic: Statistic::N,
            amount: Amount::Count(pairs.len()),
            n: pairs.len(),
        };
        let correlation = spearman(&with_ties(&pairs), question.level);
        let limit = |of: fn(crate::statistics::Interval) -> f64| {
            Amount::from(correlation.and_then(|found| found.interval).map(of))
        };
        let lacks = |x: bool, y: bool| {
            let is_it = |pair: &&[Option<f64>; 2]| (pair[0].is_none(), pair[1].is_none()) == (x, y);
            Amount::Count(all.iter().filter(is_it).count())
        };
        let because = |missing| Statistic::MissingBecause(missing);
        let mut amounts = vec![
            (Statistic::N, Amount::Count(pairs.len())),
            (Statistic::Missing, Amount::Count(all.len() - pairs.len())),
            (because(Missing::FirstOfTwo), lacks(true, false)),
            (because(Missing::SecondOfTwo), lacks(false, true)),
            (because(Missing::BothOfTwo), lacks(true, true)),
            (Statistic::Rho, correlation.map(|found| found.rho).into()),
            (Statistic::RhoLower, limit(|interval| interval.lower)),
            (Statistic::RhoUpper, limit(|interval| interval.upper)),
        ];
        if test {
            amounts.push((Statistic::P, correlation.and_then(|found| found.p).into()));
        }
        let result = |(statistic, amount)| AnalysisResult { statistic, amount, ..of.clone() };
        found.results.extend(amounts.into_iter().map(result));
        found.exact.push(correlation.ok().map(|found| found.exact));
        found.groups.push(group);
    }
    found
}

/// The pairs with one number for those that differ by a trace of converting only.
fn with_ties(pairs: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let tied = |side: fn(&(f64, f64)) -> f64| -> Vec<f64> {
        let mut numbers: Vec<f64> = pairs.iter().map(side).collect();
        let largest = numbers.iter().fold(0.0_f64, |most, number| most.max(number.abs()));
        let same = SAME * largest.max(1.0);
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
        for at in 1..order.len() {
            let (before, this) = (numbers[order[at - 1]], numbers[order[at]]);
            if this - before <= same {
                numbers[order[at]] = before;
            }
        }
        numbers
    };
    tied(|pair| pair.0).into_iter().zip(tied(|pair| pair.1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Grouping;
    use crate::analysis::testing::cohort;
    use crate::statistics::NotEstimable;

    fn table(rows: &[[Option<f64>; 2]]) -> PatientTable {
        let column = |name: &str| PatientColumn {
            name: name.to_owned(),
            is_number: true,
            unit: String::new(),
            meaning: String::new(),
        };
        let datum = |number: Option<f64>| number.map_or(Datum::Unknown, Datum::Number);
        PatientTable {
            columns: vec![column("x"), column("y")],
            rows: rows.iter().map(|row| row.map(datum).to_vec()).collect(),
        }
    }

    fn analyse(rows: &[[Option<f64>; 2]], test: bool) -> CorrelationResults {
        let days: &[Option<i32>] = &[];
        let of = cohort(&vec![days; rows.len()]);
        analyse_correlation(&of, &table(rows), [0, 1], &Question::default(), test)
    }

    fn amount(found: &CorrelationResults, statistic: Statistic) -> Option<Amount> {
        let is_it = |one: &&AnalysisResult| one.statistic == statistic;
        found.results.iter().find(is_it).map(|result| result.amount)
    }

    /// R: cor.test(c(1, 2, 3, 4, 5), c(2, 1, 4, 3, 5), method = "spearman"): rho 0.8, p 0.1333.
    #[test]
    fn only_pairs_count_and_who_has_none_is_told() {
        let some = |x: f64, y: f64| [Some(x), Some(y)];
        let rows = [
            some(1.0, 2.0),
            some(2.0, 1.0),
            [Some(9.0), None],
            some(3.0, 4.0),
            some(4.0, 3.0),
            [None, Some(9.0)],
            some(5.0, 5.0),
            [None, None],
            [None, Some(1.0)],
        ];
        let found = analyse(&rows, true);
        assert_eq!(amount(&found, Statistic::N), Some(Amount::Count(5)));
        assert_eq!(amount(&found, Statistic::Missing), Some(Amount::Count(4)));
        let because = |missing| amount(&found, Statistic::MissingBecause(missing));
        let counts = [Missing::FirstOfTwo, Missing::SecondOfTwo, Missing::BothOfTwo].map(because);
        assert_eq!(counts, [2, 1, 1].map(|count| Some(Amount::Count(count))));
        for (statistic, expected) in [(Statistic::Rho, 0.8), (Statistic::P, 16.0 / 120.0)] {
            let Some(Amount::Number(number)) = amount(&found, statistic) else {
                panic!("a number")
            };
            assert!((number - expected).abs() < 1e-12, "{number}");
        }
        assert_eq!(found.exact, [Some(true)]);
        assert_eq!(amount(&analyse(&rows, false), Statistic::P), None, "only on request");
    }

    /// Changes of a tenth of 1 mg/dL in µmol/L, with what is left of converting them.
    #[test]
    fn equal_changes_in_another_unit_are_ties() {
        let found =
            with_ties(&[(5.1312e1 + 1e-10, 1.0), (5.1312e1, 2.0), (60.0, 2.1), (51.4, 2.1)]);
        assert_eq!(found, [(51.312, 1.0), (51.312, 2.0), (60.0, 2.1), (51.4, 2.1)]);
    }

    #[test]
    fn too_few_pairs_have_no_correlation_and_no_p() {
        let rows = [[Some(1.0), Some(2.0)], [Some(2.0), Some(1.0)], [Some(3.0), Some(3.0)]];
        let found = analyse(&rows, true);
        let few = Some(Amount::NotEstimable(NotEstimable::TooFewPairs));
        assert_eq!(amount(&found, Statistic::Rho), few);
        assert_eq!(amount(&found, Statistic::RhoLower), few);
        assert_eq!(amount(&found, Statistic::P), few);
        let none = Some(Amount::NotEstimable(NotEstimable::NoValues));
        assert_eq!(amount(&analyse(&[], true), Statistic::Rho), none);
    }

    #[test]
    fn groups_are_looked_at_apart() {
        let days: &[Option<i32>] = &[];
        let mut of = cohort(&[days; 4]);
        of.subjects[0].sex = Some("male".to_owned());
        let rows = [[Some(1.0), Some(2.0)]; 4];
        let question = Question { by: Some(Grouping::Sex), ..Question::default() };
        let found = analyse_correlation(&of, &table(&rows), [0, 1], &question, false);
        assert_eq!(found.groups.len(), 2);
        let counts = found.results.iter().filter(|one| one.statistic == Statistic::N);
        assert_eq!(counts.map(|one| one.n).collect::<Vec<_>>(), [1, 3]);
    }
}
