//! What was infused: how often, how much, by which route, and how long patients were followed.

use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Statistic, Variable};
use crate::domain::{Cohort, Infusion, NOT_REPORTED, PartialDate, Subject};
use crate::statistics::{QuantileType, describe};
use std::collections::BTreeSet;

/// Who was infused, of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// Patients in all.
    pub patients: usize,
    /// Patients with at least one infusion.
    pub exposed: usize,
    /// Infusions in all.
    pub infusions: usize,
}

/// How many patients and infusions of a group have one value of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// The category: route, product.
    pub name: &'static str,
    /// Its value; "not reported" is one.
    pub value: String,
    /// Patients with at least one such infusion.
    pub patients: usize,
    /// Such infusions.
    pub infusions: usize,
}

/// The result of [`analyse_exposure`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExposureResults {
    /// Each group in its order; one, of everybody, where nobody asked for groups.
    pub groups: Vec<Exposed>,
    /// One row a statistic; `n` and missing are patients or infusions as the parameter says.
    pub results: Vec<AnalysisResult>,
    /// Routes and products.
    pub categories: Vec<Category>,
}

/// Exposure of a cohort, or of each of its groups; of the question, those and the quantiles matter.
pub fn analyse_exposure(cohort: &Cohort, question: &Question) -> ExposureResults {
    let mut found = ExposureResults::default();
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        let subjects: Vec<&Subject> = members.iter().map(|at| &cohort.subjects[*at]).collect();
        analyse_group(group, &subjects, question.quantile, &mut found);
    }
    found
}

fn analyse_group(
    group: Option<String>,
    subjects: &[&Subject],
    quantile: QuantileType,
    found: &mut ExposureResults,
) {
    let exposed: Vec<&Subject> =
        subjects.iter().copied().filter(|s| !s.infusions.is_empty()).collect();
    let infusions: Vec<&Infusion> = exposed.iter().flat_map(|s| &s.infusions).collect();
    let mut add = |parameter: &str, unit: &str, values: Vec<Option<f64>>| {
        found.results.extend(describe_known(parameter, unit, group.as_ref(), quantile, &values));
    };
    #[allow(clippy::cast_precision_loss)] // nobody has 2^52 infusions
    let count = |subject: &&Subject| Some(subject.infusions.len() as f64);
    add("Infusions per patient", "1", exposed.iter().map(count).collect());
    add(
        "Days between infusions",
        "d",
        exposed.iter().flat_map(|s| intervals(&s.infusions)).collect(),
    );
    add("Cells per infusion", "10*6", infusions.iter().map(|i| millions(i.cells)).collect());
    add(
        "Cells per kg and infusion",
        "10*6/kg",
        infusions.iter().map(|i| millions(i.cells_per_kg)).collect(),
    );
    add(
        "Cells per patient",
        "10*6",
        exposed.iter().map(|s| millions(total(s, |i| i.cells))).collect(),
    );
    let per_kg = |s: &&Subject| millions(total(s, |i| i.cells_per_kg));
    add("Cells per kg and patient", "10*6/kg", exposed.iter().map(per_kg).collect());
    let follow_up = |s: &&Subject| s.follow_up_days.map(f64::from);
    add("Follow-up", "d", exposed.iter().map(follow_up).collect());
    let of = |name, value_of: fn(&Infusion) -> Option<String>| {
        count_category(name, group.as_ref(), &exposed, value_of)
    };
    found.categories.extend(of("Route", |infusion| infusion.route.clone()));
    found.categories.extend(of("Product", |infusion| infusion.product.clone()));
    let (patients, infusions) = (subjects.len(), infusions.len());
    found.groups.push(Exposed { group, patients, exposed: exposed.len(), infusions });
}

/// Statistics of the values that are known, and how many are not.
fn describe_known(
    parameter: &str,
    unit: &str,
    group: Option<&String>,
    quantile: QuantileType,
    values: &[Option<f64>],
) -> Vec<AnalysisResult> {
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    let of = AnalysisResult {
        parameter: parameter.to_owned(),
        unit: unit.to_owned(),
        timepoint: String::new(),
        group: group.cloned(),
        variable: Variable::Value,
        statistic: Statistic::Missing,
        amount: Amount::Count(values.len() - known.len()),
        n: known.len(),
    };
    let mut results = AnalysisResult::describe(&of, &describe(&known, quantile), None);
    results.insert(1, of);
    results
}

/// Days from each infusion to the next; `None` where one of the two days is not known.
fn intervals(infusions: &[Infusion]) -> Vec<Option<f64>> {
    let between = |pair: &[Infusion]| {
        let by_day = pair[0].day.zip(pair[1].day).map(|(first, next)| next.0 - first.0);
        let dates: Option<(&PartialDate, &PartialDate)> =
            pair[0].date.as_ref().zip(pair[1].date.as_ref());
        let by_date = || dates.and_then(|(first, next)| next.days_since(first)).map(|days| days.0);
        by_day.or_else(by_date).map(f64::from)
    };
    infusions.windows(2).map(between).collect()
}

pub(super) fn millions(cells: Option<f64>) -> Option<f64> {
    cells.map(|cells| cells / 1e6)
}

/// The sum over all infusions of one patient; `None` unless every part is known.
pub(super) fn total(subject: &Subject, part: impl Fn(&Infusion) -> Option<f64>) -> Option<f64> {
    subject.infusions.iter().map(part).sum()
}

fn count_category(
    name: &'static str,
    group: Option<&String>,
    exposed: &[&Subject],
    value_of: impl Fn(&Infusion) -> Option<String>,
) -> Vec<Category> {
    let value = |infusion: &Infusion| value_of(infusion).unwrap_or_else(|| NOT_REPORTED.to_owned());
    let values: BTreeSet<String> =
        exposed.iter().flat_map(|subject| &subject.infusions).map(value).collect();
    let count = |wanted: String| {
        let matching = |subject: &&Subject| {
            subject.infusions.iter().filter(|infusion| value(infusion) == wanted).count()
        };
        Category {
            group: group.cloned(),
            name,
            patients: exposed.iter().filter(|subject| matching(subject) > 0).count(),
            infusions: exposed.iter().map(matching).sum(),
            value: wanted,
        }
    };
    let mut categories: Vec<Category> = values.into_iter().map(count).collect();
    categories.sort_by(|a, b| b.infusions.cmp(&a.infusions).then_with(|| a.value.cmp(&b.value)));
    categories
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Grouping;
    use crate::domain::Day;

    fn infusion(number: u32, day: Option<i32>, cells: Option<f64>) -> Infusion {
        Infusion { number, day: day.map(Day), cells, ..Infusion::default() }
    }

    fn subject(infusions: Vec<Infusion>) -> Subject {
        Subject { key: "a/1".into(), report: "a".into(), infusions, ..Subject::default() }
    }

    fn amount(results: &ExposureResults, parameter: &str, statistic: Statistic) -> Amount {
        let found = |r: &&AnalysisResult| r.parameter == parameter && r.statistic == statistic;
        results.results.iter().find(found).expect("a result").amount
    }

    #[test]
    fn a_total_is_known_only_if_every_part_is() {
        let cohort = Cohort {
            subjects: vec![
                subject(vec![infusion(1, Some(0), Some(5e7)), infusion(2, Some(7), Some(6e7))]),
                subject(vec![infusion(1, Some(0), Some(5e7)), infusion(2, None, None)]),
                subject(vec![]),
            ],
            ..Cohort::default()
        };
        let found = analyse_exposure(&cohort, &Question::default());
        let all = Exposed { group: None, patients: 3, exposed: 2, infusions: 4 };
        assert_eq!(found.groups, [all]);
        assert_eq!(amount(&found, "Cells per patient", Statistic::N), Amount::Count(1));
        assert_eq!(amount(&found, "Cells per patient", Statistic::Missing), Amount::Count(1));
        assert_eq!(amount(&found, "Cells per patient", Statistic::Mean), Amount::Number(110.0));
        assert_eq!(amount(&found, "Days between infusions", Statistic::Mean), Amount::Number(7.0));
        assert_eq!(amount(&found, "Days between infusions", Statistic::Missing), Amount::Count(1));
    }

    #[test]
    fn a_category_counts_patients_and_infusions() {
        let mut first = infusion(1, None, None);
        first.route = Some("intravenous".into());
        let cohort = Cohort {
            subjects: vec![
                subject(vec![first.clone(), first.clone()]),
                subject(vec![infusion(1, None, None)]),
            ],
            ..Cohort::default()
        };
        let routes: Vec<_> = analyse_exposure(&cohort, &Question::default())
            .categories
            .into_iter()
            .filter(|category| category.name == "Route")
            .map(|category| (category.value, category.patients, category.infusions))
            .collect();
        assert_eq!(routes, [("intravenous".into(), 1, 2), ("not reported".into(), 1, 1)]);
    }

    #[test]
    fn each_group_is_counted_apart_and_together_they_are_everybody() {
        let mut subjects = vec![
            subject(vec![infusion(1, Some(0), Some(5e7)), infusion(2, Some(7), Some(7e7))]),
            subject(vec![infusion(1, Some(0), Some(9e7))]),
            subject(vec![]),
        ];
        for (subject, sex) in subjects.iter_mut().zip([Some("male"), None, Some("male")]) {
            subject.sex = sex.map(str::to_owned);
        }
        let cohort = Cohort { subjects, ..Cohort::default() };
        let by_sex = Question { by: Some(Grouping::Sex), ..Question::default() };
        let found = analyse_exposure(&cohort, &by_sex);
        let group = |name: &str, patients, infusions| {
            let group = Some(name.to_owned());
            Exposed { group, patients, exposed: 1, infusions }
        };
        assert_eq!(found.groups, [group("male", 2, 2), group(NOT_REPORTED, 1, 1)]);
        let mean = |name: &str| {
            let is_it = |r: &&AnalysisResult| {
                r.parameter == "Cells per infusion"
                    && r.statistic == Statistic::Mean
                    && r.group.as_deref() == Some(name)
            };
            found.results.iter().find(is_it).map(|result| result.amount)
        };
        assert_eq!(mean("male"), Some(Amount::Number(60.0)));
        assert_eq!(mean(NOT_REPORTED), Some(Amount::Number(90.0)));
    }
}
