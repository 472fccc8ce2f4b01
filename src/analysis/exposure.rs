//! What was infused: how often, how much, by which route, and how long patients were followed.

use super::grouping::{Stratum, strata_of};
use super::not_infused::{NotInfused, not_infused};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Missing, Statistic, Variable};
use crate::domain::{Cohort, DayZero, Infusion, NOT_REPORTED, PartialDate, Status, Subject};
use crate::statistics::{QuantileType, describe};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Who is not counted, of each group.
    pub not_infused: Vec<NotInfused>,
}

/// The parameter of the time that patients were followed after their first infusion.
pub const FOLLOW_UP: &str = "Follow-up";

/// Days of a year, the Julian one (UCUM `a_j`).
const DAYS_OF_YEAR: f64 = 365.25;

/// One patient's or infusion's part in a quantity: the number, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// Place of the patient among those infused.
    pub subject: usize,
    /// The infusion, by its place; `None` where the patient as a whole is meant.
    pub infusion: Option<usize>,
    pub value: Result<f64, Missing>,
}

/// A quantity of those infused, part by part.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    pub parameter: &'static str,
    pub unit: &'static str,
    pub parts: Vec<Part>,
}

/// Exposure of a cohort, or of each of its groups; of the question, those and the quantiles matter.
pub fn analyse_exposure(
    cohort: &Cohort,
    day_zero: DayZero,
    question: &Question,
) -> ExposureResults {
    let not_infused = not_infused(cohort, question);
    let mut found = ExposureResults { not_infused, ..ExposureResults::default() };
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        let subjects: Vec<&Subject> = members.iter().map(|at| &cohort.subjects[*at]).collect();
        analyse_group(group, &subjects, day_zero, question.quantile, &mut found);
    }
    found
}

fn analyse_group(
    group: Option<String>,
    subjects: &[&Subject],
    day_zero: DayZero,
    quantile: QuantileType,
    found: &mut ExposureResults,
) {
    let exposed = exposed_of(subjects);
    for quantity in quantities(&exposed, day_zero) {
        found.results.extend(describe_known(&quantity, group.as_ref(), quantile));
    }
    let of = |name, value_of: fn(&Infusion) -> Option<String>| {
        count_category(name, group.as_ref(), &exposed, value_of)
    };
    found.categories.extend(of("Route", |infusion| infusion.route.clone()));
    found.categories.extend(of("Product", |infusion| infusion.product.clone()));
    let infusions = exposed.iter().map(|subject| subject.infusions.len()).sum();
    found.groups.push(Exposed {
        group,
        patients: subjects.len(),
        exposed: exposed.len(),
        infusions,
    });
}

/// Those with an infusion.
pub(super) fn exposed_of<'a>(subjects: &[&'a Subject]) -> Vec<&'a Subject> {
    subjects.iter().copied().filter(|subject| !subject.infusions.is_empty()).collect()
}

/// What is measured of those infused, in the order of a table.
pub(super) fn quantities(exposed: &[&Subject], day_zero: DayZero) -> Vec<Quantity> {
    const SILENT: Missing = Missing::Status(Status::NotReported);
    let of_patients = |parameter, unit, of: &dyn Fn(&Subject) -> Result<f64, Missing>| {
        let part =
            |(subject, one): (usize, &&Subject)| Part { subject, infusion: None, value: of(one) };
        Quantity { parameter, unit, parts: exposed.iter().enumerate().map(part).collect() }
    };
    let of_infusions = |parameter, unit, of: &dyn Fn(&Infusion) -> Result<f64, Missing>| {
        let parts = exposed.iter().enumerate().flat_map(|(subject, one)| {
            let part =
                move |(at, infusion)| Part { subject, infusion: Some(at), value: of(infusion) };
            one.infusions.iter().enumerate().map(part)
        });
        Quantity { parameter, unit, parts: parts.collect() }
    };
    let intervals = exposed.iter().enumerate().flat_map(|(subject, one)| {
        let days = intervals(&one.infusions).into_iter().enumerate();
        days.map(move |(at, days)| {
            let value = days.ok_or(Missing::NoDay);
            Part { subject, infusion: Some(at + 1), value }
        })
    });
    #[allow(clippy::cast_precision_loss)] // nobody has 2^52 infusions
    let count = |subject: &Subject| Ok(subject.infusions.len() as f64);
    let dose = |wanted: Option<f64>, other: Option<f64>, reason| {
        millions(wanted).ok_or(if other.is_some() { reason } else { SILENT })
    };
    let mut found = vec![
        of_patients("Infusions per patient", "1", &count),
        Quantity { parameter: "Days between infusions", unit: "d", parts: intervals.collect() },
        of_infusions("Cells per infusion", "10*6", &|one| {
            dose(one.cells, one.cells_per_kg, Missing::PerKgOnly)
        }),
        of_infusions("Cells per kg and infusion", "10*6/kg", &|one| {
            dose(one.cells_per_kg, one.cells, Missing::TotalOnly)
        }),
        of_patients("Cells per patient", "10*6", &|one| {
            millions(total(one, |infusion| infusion.cells)).ok_or(Missing::PartUnknown)
        }),
        of_patients("Cells per kg and patient", "10*6/kg", &|one| {
            millions(total(one, |infusion| infusion.cells_per_kg)).ok_or(Missing::PartUnknown)
        }),
    ];
    // Few reports say these, and where none does there is nothing to tell.
    let viability = |one: &Infusion| one.viability_percent.ok_or(SILENT);
    let passage = |one: &Infusion| one.passage.map(f64::from).ok_or(SILENT);
    let rare =
        [of_infusions("Viable cells", "%", &viability), of_infusions("Passage", "1", &passage)];
    found.extend(rare.into_iter().filter(|one| one.parts.iter().any(|part| part.value.is_ok())));
    found.push(of_patients(FOLLOW_UP, "d", &|one| follow_up(one, day_zero)));
    found
}

/// Days from the first infusion to the end of the follow-up, which is reported from day 0.
pub(super) fn follow_up(subject: &Subject, day_zero: DayZero) -> Result<f64, Missing> {
    let from_day_zero = subject.follow_up_days.ok_or(Missing::Status(Status::NotReported))?;
    let first = subject.infusions.first().and_then(|first| first.day).map(|day| day.0);
    let is_day_zero = day_zero == DayZero::FirstInfusion;
    let first = first.or(is_day_zero.then_some(0)).ok_or(Missing::NoDay)?;
    Ok(f64::from(from_day_zero - first))
}

/// Statistics of the values that are known, how many are not, and why.
fn describe_known(
    quantity: &Quantity,
    group: Option<&String>,
    quantile: QuantileType,
) -> Vec<AnalysisResult> {
    let known: Vec<f64> =
        quantity.parts.iter().filter_map(|part| part.value.as_ref().ok().copied()).collect();
    let of = AnalysisResult {
        parameter: quantity.parameter.to_owned(),
        unit: quantity.unit.to_owned(),
        timepoint: String::new(),
        group: group.cloned(),
        variable: Variable::Value,
        statistic: Statistic::Missing,
        amount: Amount::Count(quantity.parts.len() - known.len()),
        n: known.len(),
    };
    let mut results = AnalysisResult::describe(&of, &describe(&known, quantile), None);
    results.insert(1, of.clone());
    let mut reasons: BTreeMap<Missing, usize> = BTreeMap::new();
    for missing in quantity.parts.iter().filter_map(|part| part.value.as_ref().err()) {
        *reasons.entry(*missing).or_default() += 1;
    }
    results.extend(reasons.into_iter().map(|(missing, count)| AnalysisResult {
        statistic: Statistic::MissingBecause(missing),
        amount: Amount::Count(count),
        ..of.clone()
    }));
    if quantity.parameter == FOLLOW_UP {
        let years = known.iter().sum::<f64>() / DAYS_OF_YEAR;
        let (statistic, amount) = (Statistic::Total, Amount::Number(years));
        results.push(AnalysisResult { unit: "a".to_owned(), statistic, amount, ..of });
    }
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
        let found = analyse_exposure(&cohort, DayZero::FirstInfusion, &Question::default());
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
        let routes: Vec<_> =
            analyse_exposure(&cohort, DayZero::FirstInfusion, &Question::default())
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
        let found = analyse_exposure(&cohort, DayZero::FirstInfusion, &by_sex);
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

    /// Follow-up is reported from day 0, and told from the first infusion on.
    #[test]
    fn follow_up_begins_with_the_first_infusion() {
        let followed = |days: Option<i32>, first: Option<i32>| {
            let infusions = vec![infusion(1, first, None)];
            Subject { follow_up_days: days, ..subject(infusions) }
        };
        let subjects =
            vec![followed(Some(365), Some(14)), followed(Some(100), None), followed(None, Some(0))];
        let cohort = Cohort { subjects, ..Cohort::default() };
        let of = |day_zero| {
            let found = analyse_exposure(&cohort, day_zero, &Question::default());
            let of = |statistic| amount(&found, FOLLOW_UP, statistic);
            (of(Statistic::N), of(Statistic::Max), of(Statistic::Total))
        };
        let years = |days: f64| Amount::Number(days / 365.25);
        let enrolment = of(DayZero::Enrolment);
        assert_eq!(enrolment, (Amount::Count(1), Amount::Number(351.0), years(351.0)));
        let first = of(DayZero::FirstInfusion);
        assert_eq!(first, (Amount::Count(2), Amount::Number(351.0), years(451.0)));
    }

    #[test]
    fn what_is_missing_is_told_with_its_reason() {
        let per_kg = Infusion { cells_per_kg: Some(1e6), ..infusion(1, Some(0), None) };
        let viable = Infusion { viability_percent: Some(92.0), ..infusion(2, None, Some(5e7)) };
        let cohort = Cohort { subjects: vec![subject(vec![per_kg, viable])], ..Cohort::default() };
        let found = analyse_exposure(&cohort, DayZero::FirstInfusion, &Question::default());
        let why = |parameter: &str| {
            let missing = |result: &AnalysisResult| match result.statistic {
                Statistic::MissingBecause(missing) => Some((missing, result.amount)),
                _ => None,
            };
            let of = found.results.iter().filter(|result| result.parameter == parameter);
            of.filter_map(missing).collect::<Vec<_>>()
        };
        let one = Amount::Count(1);
        assert_eq!(why("Cells per infusion"), [(Missing::PerKgOnly, one)]);
        assert_eq!(why("Cells per kg and infusion"), [(Missing::TotalOnly, one)]);
        assert_eq!(why("Cells per patient"), [(Missing::PartUnknown, one)]);
        assert_eq!(why("Days between infusions"), [(Missing::NoDay, one)]);
        assert_eq!(why("Viable cells"), [(Missing::Status(Status::NotReported), one)]);
        assert!(!found.results.iter().any(|result| result.parameter == "Passage"));
    }
}
