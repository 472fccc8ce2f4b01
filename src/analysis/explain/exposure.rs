//! Behind the exposure: every infusion with its dose, route and product, and each patient's sums.

use super::{Contribution, Used, blank};
use crate::analysis::exposure::{Part, Quantity, exposed_of, quantities};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::question::Question;
use crate::analysis::result::Variable;
use crate::domain::{Cohort, DayZero, Infusion, NOT_REPORTED, Subject};

/// Each patient's and infusion's part in the exposure.
pub fn explain_exposure(
    cohort: &Cohort,
    day_zero: DayZero,
    question: &Question,
) -> Vec<Contribution> {
    let mut found = Vec::new();
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        let subjects: Vec<&Subject> = members.iter().map(|at| &cohort.subjects[*at]).collect();
        let exposed = exposed_of(&subjects);
        for quantity in quantities(&exposed, day_zero) {
            let part = |part: &Part| told(&quantity, part, &exposed, group.as_ref());
            found.extend(quantity.parts.iter().map(part));
        }
        for (name, of) in CATEGORIES {
            found.extend(exposed.iter().flat_map(|subject| {
                let group = group.as_ref();
                subject.infusions.iter().map(move |infusion| Contribution {
                    text: of(infusion).unwrap_or(NOT_REPORTED).to_owned(),
                    variable: Variable::Infusions,
                    ..of_infusion(subject, infusion, blank(name, name, group))
                })
            }));
        }
    }
    found
}

/// What an infusion has of a category.
type ValueOf = fn(&Infusion) -> Option<&str>;

/// What is counted of infusions, by the names of the categories.
const CATEGORIES: [(&str, ValueOf); 2] = [
    ("Route", |infusion| infusion.route.as_deref()),
    ("Product", |infusion| infusion.product.as_deref()),
];

fn told(
    quantity: &Quantity,
    part: &Part,
    exposed: &[&Subject],
    group: Option<&String>,
) -> Contribution {
    let subject = exposed[part.subject];
    let of = Contribution {
        unit: quantity.unit.to_owned(),
        patient: subject.key.clone(),
        value: part.value.ok(),
        used: match part.value {
            Ok(_) => Used::Yes,
            Err(missing) => Used::No(missing.reason().to_owned()),
        },
        text: part.value.map_or(String::new(), |number| number.to_string()),
        ..blank(quantity.parameter, quantity.parameter, group)
    };
    match part.infusion {
        Some(at) => of_infusion(subject, &subject.infusions[at], of),
        None => of,
    }
}

fn of_infusion(subject: &Subject, infusion: &Infusion, of: Contribution) -> Contribution {
    Contribution {
        patient: subject.key.clone(),
        item: Some(format!("infusion {}", infusion.number)),
        day: infusion.day,
        ..of
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Amount, Statistic, analyse_exposure};
    use crate::domain::Day;

    #[test]
    fn what_is_listed_is_what_was_counted() {
        let infusion = |number, day, cells| Infusion {
            number,
            day: Some(Day(day)),
            cells,
            route: Some("intravenous".to_owned()),
            ..Infusion::default()
        };
        let patient = |key: &str, infusions| Subject {
            key: key.to_owned(),
            follow_up_days: Some(84),
            infusions,
            ..Subject::default()
        };
        let subjects = vec![
            patient("a/1", vec![infusion(1, 0, Some(5e7)), infusion(2, 14, Some(7e7))]),
            patient("a/2", vec![]),
            patient("a/3", vec![infusion(1, 0, None)]),
        ];
        let cohort = Cohort { subjects, ..Cohort::default() };
        let (day_zero, question) = (DayZero::FirstInfusion, Question::default());
        let told = explain_exposure(&cohort, day_zero, &question);
        let counted = analyse_exposure(&cohort, day_zero, &question);
        let n = |statistic| counted.results.iter().filter(move |one| one.statistic == statistic);
        for result in n(Statistic::N) {
            let of = told.iter().filter(|one| one.parameter == result.parameter);
            let used = of.filter(|one| one.used == Used::Yes).count();
            assert_eq!(Amount::Count(used), result.amount, "{}", result.parameter);
        }
        let routes = told.iter().filter(|one| one.parameter == "Route").count();
        assert_eq!(routes, 3);
        assert!(told.iter().all(|one| one.patient != "a/2"));
    }
}
