//! Single values: is it possible, is it usual, is its unit what was meant?

use super::case::{Case, number_of};
use super::{Asking, Rule, Scope, short};
use crate::domain::{Analyte, Level, Number, Reading, Standing, Status};
use std::collections::BTreeMap;

const LOOK: &str = "compare with the source; put the right reading beside the print with `casebook \
                    measurement edit`";

pub(super) static HARD_RANGE: Rule = Rule {
    name: "hard-range",
    level: Level::Error,
    asks: "Can a patient have this value at all?",
    mend: LOOK,
    lacks: "no value with a unit is recorded",
    scope: Scope::Patient(hard_range),
};

fn hard_range(case: &Case<'_>, asking: &mut Asking<'_>) {
    for (seen, value) in case.values() {
        let reading = value.reading();
        let (Some(number), Some(unit)) = (value.measurement.reading.value, &reading.unit) else {
            continue;
        };
        asking.look();
        if is_impossible(reading, number, value.analyte) {
            let (min, max) = value.analyte.hard_range;
            let of = |canonical| short(unit.rule.of_canonical(canonical));
            let text = value.text();
            let evidence =
                format!("{text}, where the widest is {} to {} {}", of(min), of(max), unit.printed);
            asking.doubt(case.place(seen, value), evidence, &[text]);
        }
    }
}

/// True outside the hard range; a limit beyond the range ("<0.5") says nothing impossible.
fn is_impossible(reading: &Reading, value: f64, analyte: &Analyte) -> bool {
    let (min, max) = analyte.hard_range;
    let says_nothing = reading.status == Status::BelowLimit && value >= 0.0 && value < min;
    !(min..=max).contains(&value) && !says_nothing
}

pub(super) static CONVERSION: Rule = Rule {
    name: "conversion",
    level: Level::Error,
    asks: "Is the value in use what its print, its unit and the rule beside it give?",
    mend: "another program changed it: `casebook verify` names what; restore a backup, or record the \
           value anew",
    lacks: "no number is recorded",
    scope: Scope::Patient(conversion),
};

fn conversion(case: &Case<'_>, asking: &mut Asking<'_>) {
    for (seen, value) in case.values() {
        let reading = value.reading();
        let is = value.measurement.reading.value;
        let digits = reading.printed.as_deref().map(|text| text.trim_start_matches(SIGNS));
        let number = digits.filter(|_| reading.status != Status::Stated).map(Number::parse);
        let number = number.and_then(Result::ok).map(|number| number.value);
        if number.is_none() && is.is_none() {
            continue;
        }
        asking.look();
        let expected = number.zip(reading.unit.as_ref());
        let expected = expected.map(|(number, unit)| unit.rule.to_canonical(number));
        if !is_same(is, expected) {
            let told = |number: Option<f64>| number.map_or("none".to_owned(), |n| n.to_string());
            let unit = &value.analyte.canonical_unit().ucum;
            let text = value.text();
            let evidence =
                format!("{text} gives {}, in use is {} ({unit})", told(expected), told(is));
            asking.doubt(case.place(seen, value), evidence, &[text, told(is)]);
        }
    }
}

const SIGNS: [char; 5] = ['<', '>', '=', '≤', '≥'];

/// Equal but for what binary arithmetic leaves behind.
fn is_same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(other.abs()),
        (one, other) => one.is_none() && other.is_none(),
    }
}

pub(super) static USUAL_RANGE: Rule = Rule {
    name: "usual-range",
    level: Level::Question,
    asks: "Is this value, which few patients have, what the source says?",
    mend: "compare with the source; keep it with `casebook check accept`, or put the right reading \
           beside the print with `casebook measurement edit`",
    lacks: "no number is recorded",
    scope: Scope::Patient(usual_range),
};

fn usual_range(case: &Case<'_>, asking: &mut Asking<'_>) {
    for (seen, value) in case.values() {
        let (reading, analyte) = (value.reading(), value.analyte);
        if reading.printed.is_none() || reading.status == Status::Stated {
            continue;
        }
        asking.look();
        // A reading that somebody proposed is that very question, and asked by its own rule.
        let number = value.measurement.reading.value;
        if value.measurement.is_doubted()
            || number.is_some_and(|number| is_impossible(reading, number, analyte))
        {
            continue;
        }
        let text = value.text();
        let evidence = match reading.question(analyte) {
            Some(question) => {
                format!("{text}, where usual is {}", question.expected) + &slip(reading, analyte)
            }
            None if is_usual_in_no_unit(reading, analyte) => {
                format!("{text}, which is usual in no unit of {}", analyte.symbol)
                    + &slip(reading, analyte)
            }
            None => continue,
        };
        asking.doubt(case.place(seen, value), evidence, std::slice::from_ref(&text));
        let is_as_entered = std::ptr::eq(reading, &value.measurement.reading);
        if let Some(doubt) = asking.found.last_mut().filter(|_| is_as_entered) {
            let visit = case.visit_place(seen.visit);
            doubt.at_entry = Some(format!("{visit}, {}: {text}", analyte.key));
        }
    }
}

fn is_usual(analyte: &Analyte, canonical: f64) -> bool {
    (analyte.query_range.0..=analyte.query_range.1).contains(&canonical)
}

fn is_usual_in_no_unit(reading: &Reading, analyte: &Analyte) -> bool {
    let Some(number) = number_of(reading).filter(|_| reading.unit.is_none()) else { return false };
    !analyte.units.iter().any(|rule| is_usual(analyte, rule.to_canonical(number.value)))
}

/// The slip that would make the value usual, as the end of a sentence.
fn slip(reading: &Reading, analyte: &Analyte) -> String {
    let Some(number) = number_of(reading) else { return String::new() };
    let rules: Vec<_> = match &reading.unit {
        Some(unit) => vec![&unit.rule],
        None => analyte.units.iter().collect(),
    };
    let would_be = |factor: f64| {
        let would = |rule: &&crate::domain::UnitRule| {
            is_usual(analyte, rule.to_canonical(number.value * factor))
        };
        rules.iter().any(would)
    };
    let told = |factor: f64| short(number.value * factor);
    match [0.1, 10.0, 0.001, 1000.0].into_iter().find(|factor| would_be(*factor)) {
        Some(factor) if (0.01..100.0).contains(&factor) => {
            format!("; {} would be: is the decimal point right?", told(factor))
        }
        Some(factor) => format!("; {} would be: is the unit right?", told(factor)),
        None => String::new(),
    }
}

pub(super) static FRACTION: Rule = Rule {
    name: "fraction",
    level: Level::Question,
    asks: "Is this a fraction where percent was meant?",
    mend: LOOK,
    lacks: "nothing that is measured in percent is recorded",
    scope: Scope::Patient(fraction),
};

fn fraction(case: &Case<'_>, asking: &mut Asking<'_>) {
    for (seen, value) in case.values() {
        let reading = value.reading();
        let has_percent = value.analyte.units.iter().any(|rule| rule.ucum == "%");
        let Some(number) = number_of(reading).filter(|_| has_percent) else { continue };
        if reading.unit.as_ref().is_some_and(|unit| unit.rule.ucum != "%") {
            continue;
        }
        asking.look();
        let is_impossible = value
            .measurement
            .reading
            .value
            .is_some_and(|canonical| is_impossible(reading, canonical, value.analyte));
        if number.value > 0.0 && number.value <= 1.5 && !is_impossible {
            let text = value.text();
            let evidence = format!("{text}: as a fraction {} %", short(number.value * 100.0));
            asking.doubt(case.place(seen, value), evidence, &[text]);
        }
    }
}

pub(super) static UNIT_RULE: Rule = Rule {
    name: "unit-rule",
    level: Level::Question,
    asks: "Was the value converted by the rule the catalogue has for its unit?",
    mend: "values of two rules are not comparable: record it anew, or keep it with `casebook check \
           accept`",
    lacks: "no value with a unit is recorded",
    scope: Scope::Patient(unit_rule),
};

fn unit_rule(case: &Case<'_>, asking: &mut Asking<'_>) {
    for (seen, value) in case.values() {
        let Some(unit) = &value.reading().unit else { continue };
        asking.look();
        let told = |slope: f64, intercept: f64| match intercept {
            0.0 => format!("× {slope}"),
            _ => format!("× {slope} {intercept:+}"),
        };
        let used = told(unit.rule.slope, unit.rule.intercept);
        let evidence = match value.analyte.unit(&unit.printed) {
            Ok(known)
                if (known.slope, known.intercept) == (unit.rule.slope, unit.rule.intercept) =>
            {
                continue;
            }
            Ok(known) => {
                let known = told(known.slope, known.intercept);
                format!("{} was taken {used}, the catalogue has {known}", unit.printed)
            }
            Err(_) => format!("{} was taken {used}, the catalogue has no such unit", unit.printed),
        };
        asking.doubt(case.place(seen, value), evidence, &[value.text(), used]);
    }
}

pub(super) static READING_OPEN: Rule = Rule {
    name: "reading-open",
    level: Level::Question,
    asks: "Which of two readings of a print is right?",
    mend: "decide: `casebook measurement edit` puts the right reading in force, `casebook check \
           accept` leaves the print in use",
    lacks: "no print was read in two ways",
    scope: Scope::Patient(reading_open),
};

fn reading_open(case: &Case<'_>, asking: &mut Asking<'_>) {
    for (seen, value) in case.values() {
        for other in &value.measurement.other_readings {
            asking.look();
            if other.standing == Standing::Proposed {
                let printed = value.measurement.reading.text();
                let read = other.reading.text();
                let evidence = format!(
                    "printed {printed}, read as {read} by {}: {}",
                    other.made_by, other.reason
                );
                asking.doubt(case.place(seen, value), evidence, &[printed, read]);
            }
        }
    }
}

pub(super) static UNIT_MISSING: Rule = Rule {
    name: "unit-missing",
    level: Level::Note,
    asks: "Which values enter no statistic because no unit was reported?",
    mend: "ask the authors; with the unit, `casebook measurement edit` makes the value count",
    lacks: "no number is recorded",
    scope: Scope::Patient(unit_missing),
};

fn unit_missing(case: &Case<'_>, asking: &mut Asking<'_>) {
    let mut without: BTreeMap<_, (&Analyte, Vec<String>)> = BTreeMap::new();
    for (seen, value) in case.values() {
        let reading = value.reading();
        let is_number = reading.status == Status::Measured || reading.status.is_limit();
        if !is_number || value.analyte.is_dimensionless() {
            continue;
        }
        asking.look();
        if reading.unit.is_none() {
            let (_, texts) = without.entry(value.analyte.id).or_insert((value.analyte, Vec::new()));
            texts.push(format!("{} at {}", value.text(), seen.visit.label));
        }
    }
    for (analyte, texts) in without.into_values() {
        let place = format!("{}, {}", case.key(), analyte.symbol);
        asking.doubt(place, format!("unit not reported: {}", texts.join(", ")), &texts);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::domain::{OtherReading, Reading, Standing};

    #[test]
    fn an_impossible_value_is_an_error_and_a_low_limit_is_not() {
        let mut file = patient(&[("W0", &["FPG=7 mmol/L", "Hb=<10 g/L"])]);
        assert_eq!(found(&file, "hard-range"), [""; 0]);
        set(&mut file, 0, 0, |one| {
            one.reading.printed = Some("70".into());
            one.reading.value = Some(70.0);
        });
        assert_eq!(
            found(&file, "hard-range"),
            ["a/1, visit W0, FPG: 70 mmol/L, where the widest is 1 to 50 mmol/L"]
        );
        assert_eq!(found(&file, "usual-range"), [""; 0], "one rule asks");
    }

    #[test]
    fn a_value_that_is_not_what_its_print_gives_is_an_error() {
        let mut file =
            patient(&[("W0", &["HbA1c=7.0 %", "AFP=<3 ng/mL", "CEA=2 unit not reported"])]);
        assert_eq!(found(&file, "conversion"), [""; 0]);
        set(&mut file, 0, 0, |one| one.reading.value = Some(70.0));
        set(&mut file, 0, 2, |one| one.reading.value = Some(2.0));
        let told = found(&file, "conversion");
        assert!(told[0].starts_with("a/1, visit W0, HbA1c: 7.0 % gives 52.99"), "{told:?}");
        assert!(told[1].ends_with("CEA: 2 gives none, in use is 2 (ug/L)"), "{told:?}");
    }

    #[test]
    fn a_rare_value_is_asked_about_with_the_likely_slip() {
        let file = patient(&[(
            "W0",
            &["AFP=34 ng/mL", "CEA=35 unit not reported", "FPG=7 mmol/L", "CA19-9=2000 U/mL"],
        )]);
        assert_eq!(
            found(&file, "usual-range"),
            [
                "a/1, visit W0, AFP: 34 ng/mL, where usual is AFP from 0 to 20 ng/mL; 3.4 would be: \
                 is the decimal point right?",
                "a/1, visit W0, CEA: 35, which is usual in no unit of CEA; 3.5 would be: is the \
                 decimal point right?",
                "a/1, visit W0, CA19-9: 2000 U/mL, where usual is CA19-9 from 0 to 100 U/mL; 2 would \
                 be: is the unit right?",
            ]
        );
        let entry = doubts(&file, "usual-range")[0].at_entry.clone();
        assert_eq!(entry.as_deref(), Some("a/1, visit W0, afp: 34 ng/mL"));
    }

    #[test]
    fn a_proposed_reading_is_one_question_until_it_is_decided() {
        let mut file = patient(&[("W0", &["AFP=34 ng/mL"])]);
        let afp = analyte("AFP");
        set(&mut file, 0, 0, |one| {
            one.put_reading(OtherReading {
                reading: Reading::parse("3.4 ng/mL", afp).expect("a reading"),
                standing: Standing::Proposed,
                made_by: "r".into(),
                reason: "a point".into(),
                source: None,
            });
        });
        assert_eq!(
            found(&file, "reading-open"),
            ["a/1, visit W0, AFP: printed 34 ng/mL, read as 3.4 ng/mL by r: a point"]
        );
        assert_eq!(found(&file, "usual-range"), [""; 0]);
        set(&mut file, 0, 0, |one| {
            let mut other = one.other_readings.remove(0);
            other.standing = Standing::Accepted;
            one.put_reading(other);
        });
        for rule in ["reading-open", "usual-range", "conversion", "hard-range"] {
            assert_eq!(found(&file, rule), [""; 0], "{rule}");
        }
    }

    #[test]
    fn a_fraction_without_a_unit_is_asked_about() {
        let file = patient(&[(
            "W0",
            &["HbA1c=0.082 unit not reported", "SpO2=0.97 unit not reported", "HOMA-β=1.2 %"],
        )]);
        let told = found(&file, "fraction");
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(told[0], "a/1, visit W0, HbA1c: 0.082: as a fraction 8.2 %");
        let usual = patient(&[("W0", &["HbA1c=8.2 %", "HbA1c=66 mmol/mol", "SpO2=97 %"])]);
        assert_eq!(found(&usual, "fraction"), [""; 0]);
    }

    #[test]
    fn a_unit_taken_by_another_rule_is_asked_about() {
        let mut file = patient(&[("W0", &["FINS=10 mIU/L", "FINS=60 pmol/L"])]);
        assert_eq!(found(&file, "unit-rule"), [""; 0]);
        set(&mut file, 0, 0, |one| {
            std::sync::Arc::make_mut(one.reading.unit.as_mut().expect("a unit")).rule.slope = 6.945;
        });
        assert_eq!(
            found(&file, "unit-rule"),
            ["a/1, visit W0, FINS: mIU/L was taken × 6.945, the catalogue has × 6"]
        );
    }

    #[test]
    fn values_without_a_unit_are_told_once_for_each_analyte() {
        let file = patient(&[
            ("W0", &["AFP=3.4 unit not reported", "HOMA-IR=2", "FPG=not-done"]),
            ("W4", &["AFP=3.3 unit not reported", "CEA=3 ng/mL"]),
        ]);
        assert_eq!(
            found(&file, "unit-missing"),
            ["a/1, AFP: unit not reported: 3.4 at W0, 3.3 at W4"]
        );
    }
}
