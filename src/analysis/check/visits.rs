//! Visits that may be one and the same.

use super::case::{Case, Seen, number_of};
use super::{Asking, Rule, Scope};
use crate::domain::Level;

/// So many numbers have to be the same before two visits are held to be one: a few may be by chance.
const FEWEST: usize = 3;

pub(super) static VISIT_TWICE: Rule = Rule {
    name: "visit-twice",
    level: Level::Question,
    asks: "Is one visit recorded under two labels: on one day, or with the same values?",
    mend: "remove one of them; keep both, if they are two, with `casebook check accept`",
    lacks: "no patient has two visits",
    scope: Scope::Patient(visit_twice),
};

fn visit_twice(case: &Case<'_>, asking: &mut Asking<'_>) {
    for (at, one) in case.visits.iter().enumerate() {
        for other in &case.visits[at + 1..] {
            asking.look();
            let same = same_numbers(one, other);
            let labels = [one.visit.label.clone(), other.visit.label.clone()];
            let evidence = if let Some(values) = &same {
                format!("the same {} values: {}", values.len(), values.join(", "))
            } else if let (Some(day), true) = (one.day, is_same_day(one, other)) {
                format!("both on day {day}")
            } else {
                continue;
            };
            let place = format!("{}, visits {} and {}", case.key(), labels[0], labels[1]);
            let values = same.unwrap_or_else(|| vec![evidence.clone()]);
            asking.doubt(place, evidence, &values);
        }
    }
}

/// True if both are on one day and speak of the same: what was measured before and after an infusion
/// is not asked about, unless it is the same thing.
fn is_same_day(one: &Seen<'_>, other: &Seen<'_>) -> bool {
    let measures = |analyte| one.values.iter().any(|value| value.analyte.id == analyte);
    let overlap = other.values.iter().any(|value| measures(value.analyte.id));
    let is_empty = one.values.is_empty() || other.values.is_empty();
    one.day.is_some() && one.day == other.day && (overlap || is_empty)
}

/// The numbers of all analytes that both visits have, if they are the same and enough.
fn same_numbers(one: &Seen<'_>, other: &Seen<'_>) -> Option<Vec<String>> {
    let mut same = Vec::new();
    for value in one.values.iter().filter(|value| number_of(value.reading()).is_some()) {
        let Some(there) = other.values.iter().find(|there| there.analyte.id == value.analyte.id)
        else {
            continue;
        };
        if number_of(there.reading()).is_none() {
            continue;
        }
        // In the canonical unit, so that a table printed twice in two units is seen.
        let is_same = match (one_value(*value), one_value(*there)) {
            (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs(),
            _ => value.text() == there.text(),
        };
        if !is_same {
            return None;
        }
        same.push(format!("{} {}", value.analyte.symbol, value.text()));
    }
    // Figures of a body that does not change prove nothing.
    let is_body = |text: &&String| text.starts_with("Height") || text.starts_with("Weight");
    let telling = same.len() - same.iter().filter(is_body).count();
    (telling >= FEWEST).then_some(same)
}

fn one_value(value: super::case::Value<'_>) -> Option<f64> {
    value.measurement.reading.value
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::domain::Day;

    #[test]
    fn two_labels_on_one_day_are_asked_about_if_they_measure_the_same() {
        let mut file = patient(&[("W0", &["FPG=7 mmol/L"]), ("Baseline", &["FPG=7.5 mmol/L"])]);
        assert_eq!(found(&file, "visit-twice"), [""; 0], "a day that is not known is no day");
        file.visits[1].0.day = Some(Day(0));
        assert_eq!(found(&file, "visit-twice"), ["a/1, visits W0 and Baseline: both on day 0"]);
        let mut file = patient(&[("W0", &["FPG=7 mmol/L"]), ("after", &["Temperature=38 °C"])]);
        file.visits[1].0.day = Some(Day(0));
        assert_eq!(found(&file, "visit-twice"), [""; 0]);
    }

    #[test]
    fn the_same_values_twice_are_asked_about() {
        let values = ["FPG=7.1 mmol/L", "HbA1c=7.2 %", "ALT=31 U/L"];
        let file = patient(&[("W4", &values), ("W8", &values)]);
        assert_eq!(
            found(&file, "visit-twice"),
            ["a/1, visits W4 and W8: the same 3 values: HbA1c 7.2 %, FPG 7.1 mmol/L, ALT 31 U/L"]
        );
        let other = ["FPG=7.1 mmol/L", "HbA1c=7.2 %", "ALT=32 U/L"];
        assert_eq!(found(&patient(&[("W4", &values), ("W8", &other)]), "visit-twice"), [""; 0]);
        let two = patient(&[("W4", &values[..2]), ("W8", &values[..2])]);
        assert_eq!(found(&two, "visit-twice"), [""; 0], "two may be the same by chance");
    }
}
