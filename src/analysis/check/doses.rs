//! Doses: of cells against body weight, percentages of a product, and drugs given twice.

use super::case::Case;
use super::{Asking, Rule, Scope, infusion_place, short};
use crate::domain::{Day, Level, Medication};

/// How far a dose may be from the dose per kg times the weight.
const DOSE_PLAY: f64 = 0.10;
/// Viability at release below this is asked about.
const LOW_VIABILITY: f64 = 80.0;

const KEEP: &str =
    "compare with the source and edit the wrong one; keep it with `casebook check accept`";

pub(super) static DOSE_WEIGHT: Rule = Rule {
    name: "dose-weight",
    level: Level::Question,
    asks: "Is the dose that per kg times the last weight before, within 10 %?",
    mend: KEEP,
    lacks: "no infusion has both doses, a day, and a weight before it",
    scope: Scope::Patient(dose_weight),
};

fn dose_weight(case: &Case<'_>, asking: &mut Asking<'_>) {
    for infusion in &case.file.infusions {
        let (Some(cells), Some(per_kg)) = (infusion.cells, infusion.cells_per_kg) else { continue };
        let Some(day) = case.day_of(infusion.day, infusion.date.as_ref()) else { continue };
        let before = case.visits.iter().filter(|seen| seen.day.is_some_and(|on| on <= day));
        let Some((seen, weight)) =
            before.filter_map(|seen| Some((seen, seen.number("weight")?))).next_back()
        else {
            continue;
        };
        asking.look();
        let ratio = cells / (per_kg * weight.value);
        if (ratio - 1.0).abs() > DOSE_PLAY {
            let texts = [
                format!("{} million cells", short(cells / 1e6)),
                format!("{} million per kg", short(per_kg / 1e6)),
                format!("{} kg at {}", short(weight.value), seen.visit.label),
            ];
            let weighs = short(cells / per_kg);
            let evidence =
                format!("{} and {}, as for {weighs} kg; {}", texts[0], texts[1], texts[2]);
            asking.doubt(infusion_place(case.key(), infusion), evidence, &texts);
        }
    }
}

pub(super) static PERCENTAGE: Rule = Rule {
    name: "viability",
    level: Level::Question,
    asks: "Is viability a percentage, and one that a product is released with (80 % or more)?",
    mend: KEEP,
    lacks: "no infusion has a viability",
    scope: Scope::Patient(percentage),
};

fn percentage(case: &Case<'_>, asking: &mut Asking<'_>) {
    for infusion in &case.file.infusions {
        let Some(viable) = infusion.viability_percent else { continue };
        asking.look();
        let why = match viable {
            _ if viable > 100.0 => "more than all".to_owned(),
            _ if viable > 0.0 && viable <= 1.0 => {
                format!("as a fraction {} %", short(viable * 100.0))
            }
            _ if viable < LOW_VIABILITY => "80 % or more are usual".to_owned(),
            _ => continue,
        };
        let text = short(viable);
        let evidence = format!("viability {text} %: {why}");
        asking.doubt(infusion_place(case.key(), infusion), evidence, &[text]);
    }
}

pub(super) static REGIMEN: Rule = Rule {
    name: "regimen",
    level: Level::Question,
    asks: "Is a drug recorded twice at one time, or as both taken and not taken?",
    mend: "end the earlier episode on the day the next begins: `casebook medication edit`; keep both \
           with `casebook check accept`",
    lacks: "no patient has two episodes of one drug with a day",
    scope: Scope::Patient(regimen),
};

fn regimen(case: &Case<'_>, asking: &mut Asking<'_>) {
    let all = &case.file.medications;
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            let is_dose_and_none = one.denies(other) || other.denies(one);
            let same = is_dose_and_none || one.is_same_drug(other);
            let (Some(first), Some(second)) = (Span::of(case, one), Span::of(case, other)) else {
                continue;
            };
            if !same {
                continue;
            }
            asking.look();
            if first.overlaps(second) {
                let texts = [told(one, first), told(other, second)];
                let drug = if one.is_same_drug(other) { &one.drug } else { "insulin" };
                let why = if is_dose_and_none { ": taken and not taken" } else { "" };
                let place = format!("{}, medication {drug}", case.key());
                asking.doubt(place, format!("{}; {}{why}", texts[0], texts[1]), &texts);
            }
        }
    }
}

/// From when to when a drug was taken; what is not known is open.
#[derive(Clone, Copy)]
struct Span {
    start: Option<Day>,
    end: Option<Day>,
}

impl Span {
    /// Nothing if neither end is known: it may have been at any time.
    fn of(case: &Case<'_>, one: &Medication) -> Option<Span> {
        let start = case.day_of(one.start_day, one.start_date.as_ref());
        let end = case.day_of(one.end_day, one.end_date.as_ref());
        (start.is_some() || end.is_some()).then_some(Span { start, end })
    }

    /// True if both were taken for a day at least; the day of a change belongs to both.
    fn overlaps(self, other: Span) -> bool {
        let begins_before = |one: Span, other: Span| match (one.start, other.end) {
            (Some(start), Some(end)) => start < end,
            _ => true,
        };
        begins_before(self, other) && begins_before(other, self)
    }
}

fn told(one: &Medication, span: Span) -> String {
    let dose = match (one.dose_per_day, &one.dose_unit) {
        (Some(dose), Some(unit)) => format!("{} {unit}/day", short(dose)),
        (Some(dose), None) => format!("{}/day", short(dose)),
        (None, _) => "dose not reported".to_owned(),
    };
    let days = match (span.start, span.end) {
        (Some(start), Some(end)) => format!("day {start} to {end}"),
        (Some(start), None) => format!("day {start} on"),
        (None, Some(end)) => format!("to day {end}"),
        (None, None) => "no day".to_owned(),
    };
    format!("{} {dose}, {days}", one.drug)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::domain::{Day, Infusion, Medication};

    #[test]
    fn a_dose_is_compared_with_the_last_weight_before() {
        let mut file = patient(&[
            ("D-7", &["Weight=90 kg"]),
            ("W0", &["Weight=70 kg"]),
            ("W4", &["Weight=60 kg"]),
        ]);
        let with = |cells: f64| Infusion {
            number: 1,
            day: Some(Day(7)),
            cells: Some(cells),
            cells_per_kg: Some(1e6),
            ..Infusion::default()
        };
        file.infusions = vec![with(7.6e7)];
        assert_eq!(found(&file, "dose-weight"), [""; 0], "8.6 % off");
        file.infusions = vec![with(6e7)];
        assert_eq!(
            found(&file, "dose-weight"),
            ["a/1, infusion 1: 60 million cells and 1 million per kg, as for 60 kg; 70 kg at W0"]
        );
        file.infusions[0].day = Some(Day(-10));
        assert!(skipped(&file, "dose-weight").is_some(), "no weight before");
    }

    #[test]
    fn a_viability_that_looks_like_a_fraction_or_is_low_is_asked_about() {
        let with = |viable: f64| {
            let mut file = patient(&[]);
            file.infusions = vec![Infusion {
                number: 1,
                viability_percent: Some(viable),
                ..Infusion::default()
            }];
            found(&file, "viability")
        };
        assert_eq!(with(92.0), [""; 0]);
        assert_eq!(with(0.92), ["a/1, infusion 1: viability 0.92 %: as a fraction 92 %"]);
        assert_eq!(with(71.0).len(), 1);
        assert_eq!(with(920.0).len(), 1);
    }

    fn drug(name: &str, dose: f64, start: Option<i32>, end: Option<i32>) -> Medication {
        Medication {
            drug: name.into(),
            dose_per_day: Some(dose),
            dose_unit: Some("U".into()),
            start_day: start.map(Day),
            end_day: end.map(Day),
            ..Medication::default()
        }
    }

    #[test]
    fn two_episodes_of_one_drug_may_touch_and_not_overlap() {
        let with = |medications: [Medication; 2]| {
            let mut file = patient(&[]);
            file.medications = medications.into();
            found(&file, "regimen")
        };
        let (early, late) = (Some(-30), Some(28));
        let glargine = |dose, start, end| drug("Insulin glargine", dose, start, end);
        assert_eq!(with([glargine(20.0, early, late), glargine(10.0, late, None)]), [""; 0]);
        assert_eq!(
            with([glargine(20.0, early, None), glargine(10.0, late, None)]),
            ["a/1, medication Insulin glargine: Insulin glargine 20 U/day, day -30 on; Insulin \
                 glargine 10 U/day, day 28 on"]
        );
        assert_eq!(
            with([glargine(20.0, early, None), drug("metformin", 2.0, late, None)]),
            [""; 0]
        );
        assert_eq!(with([glargine(20.0, None, None), glargine(10.0, late, None)]), [""; 0]);
        let told = with([drug("insulin", 0.0, late, None), glargine(10.0, early, None)]);
        assert!(told[0].contains("insulin: insulin 0 U/day"), "{told:?}");
        assert!(told[0].ends_with("taken and not taken"), "{told:?}");
        assert_eq!(with([drug("insulin", 0.0, late, None), glargine(10.0, early, late)]), [""; 0]);
    }
}
