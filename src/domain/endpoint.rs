//! Who is a responder: a rule as it is written, `HbA1c change <= -0.5 % at W12 and FPG < 7 mmol/L at W12`.
//!
//! A rule is data: criteria that are all met, each of a number and of a timepoint. A criterion without
//! a timepoint has that of the next one behind it; a rule without any is asked at each timepoint.

use super::mismatch::words;
use super::{Analyte, AnalyteId, Catalogue, Comparator, Day, Mismatch, Misplaced, Number};
use super::{Schedule, UnitRule, display_unit, nearest};
use std::fmt;

words! {
    /// Which number of an analyte a criterion speaks of.
    Measure as "a number" {
        /// The value itself.
        Value = "value",
        /// Follow-up − baseline.
        Change = "change",
        /// The change in per cent of the baseline.
        PercentChange = "percent change" | "% change",
    }
}

/// What has to be true of one number.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// The analyte.
    pub analyte: AnalyteId,
    /// What tables print for it.
    pub symbol: String,
    /// Which number of it.
    pub measure: Measure,
    /// On which side of the limit it has to be.
    pub comparator: Comparator,
    /// The limit, in the unit.
    pub limit: Number,
    /// The unit of the value, or of the values that a change is between.
    pub unit: UnitRule,
}

/// One part of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// What has to be true.
    pub demand: Demand,
    /// The timepoint at which; `None` is each that is asked about.
    pub timepoint: Option<String>,
}

/// Who is a responder: who meets all criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponderRule {
    /// At least one; either all have a timepoint or none has.
    pub criteria: Vec<Criterion>,
}

impl Comparator {
    /// True if this number is on its side of the limit.
    pub fn holds(self, number: f64, limit: f64) -> bool {
        match self {
            Comparator::Less => number < limit,
            Comparator::AtMost => number <= limit,
            Comparator::Greater => number > limit,
            Comparator::AtLeast => number >= limit,
        }
    }
}

impl ResponderRule {
    /// Read a rule.
    ///
    /// # Errors
    /// Points at the word that can't be used and names what is possible.
    pub fn parse(
        text: &str,
        catalogue: &Catalogue,
        schedule: &Schedule,
    ) -> Result<ResponderRule, Misplaced> {
        let mut criteria = Vec::new();
        let mut last_at = 0;
        for part in split_at_word(Part { at: 0, text }, "and") {
            let part = part.trimmed();
            if part.text.is_empty() {
                return Err(part.wrong(Mismatch::new("", EXPECTED)));
            }
            criteria.push(parse_criterion(part, catalogue, schedule)?);
            last_at = part.at;
        }
        if criteria.iter().any(|one| one.timepoint.is_some()) {
            let mut next: Option<String> = None;
            for criterion in criteria.iter_mut().rev() {
                if criterion.timepoint.is_none() && next.is_none() {
                    let found = text[last_at..].trim();
                    let mismatch = Mismatch::new(found, "the timepoint of this one as well")
                        .mend("end it with, for example, \"at W12\"");
                    return Err(Misplaced { at: last_at, mismatch });
                }
                if criterion.timepoint.is_none() {
                    criterion.timepoint.clone_from(&next);
                }
                next.clone_from(&criterion.timepoint);
            }
        }
        Ok(ResponderRule { criteria })
    }

    /// True if it says at which timepoints it is asked.
    pub fn names_timepoints(&self) -> bool {
        self.criteria.iter().any(|criterion| criterion.timepoint.is_some())
    }
}

impl fmt::Display for ResponderRule {
    /// As it is read again; a timepoint that is shared stands at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, criterion) in self.criteria.iter().enumerate() {
            if place > 0 {
                f.write_str(" and ")?;
            }
            write!(f, "{}", criterion.demand)?;
            let next = self.criteria.get(place + 1).map(|next| &next.timepoint);
            match &criterion.timepoint {
                Some(timepoint) if next != Some(&criterion.timepoint) => {
                    write!(f, " at {timepoint}")?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.symbol)?;
        if self.measure != Measure::Value {
            write!(f, " {}", self.measure)?;
        }
        let Number { value, decimals } = self.limit;
        write!(f, " {} {value:.*}", self.comparator, usize::from(decimals))?;
        let unit = match self.measure {
            Measure::PercentChange => "%".to_owned(),
            Measure::Value | Measure::Change => display_unit(&self.unit.ucum),
        };
        if unit.is_empty() { Ok(()) } else { write!(f, " {unit}") }
    }
}

const EXPECTED: &str = "a criterion such as HbA1c < 7.0 % at W12";

/// A part of a rule, and where it begins.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    at: usize,
    text: &'a str,
}

impl<'a> Part<'a> {
    fn trimmed(self) -> Part<'a> {
        let text = self.text.trim_start();
        Part { at: self.at + self.text.len() - text.len(), text: text.trim_end() }
    }

    fn split(self, at: usize) -> (Part<'a>, Part<'a>) {
        let (before, behind) = self.text.split_at(at);
        (Part { at: self.at, text: before }, Part { at: self.at + at, text: behind })
    }

    fn wrong(self, mismatch: Mismatch) -> Misplaced {
        Misplaced { at: self.at, mismatch }
    }
}

/// The parts between a word that stands alone; case doesn't matter.
fn split_at_word<'a>(whole: Part<'a>, word: &str) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut rest = whole;
    let mut from = 0;
    for piece in whole.text.split_inclusive(char::is_whitespace) {
        if piece.trim_end().eq_ignore_ascii_case(word) {
            let (part, behind) = rest.split(whole.at + from - rest.at);
            parts.push(part);
            rest = behind.split(piece.len()).1;
        }
        from += piece.len();
    }
    parts.push(rest);
    parts
}

fn parse_criterion(
    part: Part<'_>,
    catalogue: &Catalogue,
    schedule: &Schedule,
) -> Result<Criterion, Misplaced> {
    let mut parts = split_at_word(part, "at");
    let last = parts.pop().filter(|_| !parts.is_empty()).map(Part::trimmed);
    let end = last.map_or(part.text.len(), |last| {
        let before = &part.text[..last.at - part.at];
        before.trim_end().len() - "at".len()
    });
    let demand = parse_demand(part.split(end).0.trimmed(), catalogue)?;
    let timepoint = last
        .map(|last| timepoint_of(last.text, schedule).map_err(|mismatch| last.wrong(mismatch)))
        .transpose()?;
    Ok(Criterion { demand, timepoint })
}

fn parse_demand(part: Part<'_>, catalogue: &Catalogue) -> Result<Demand, Misplaced> {
    let is_sign = |c: char| matches!(c, '<' | '>' | '=' | '≤' | '≥' | '!' | '≠');
    let Some(start) = part.text.find(is_sign) else {
        let mismatch = Mismatch::new(part.text, EXPECTED)
            .mend("a number is compared by <, <=, > or >=; criteria are joined by \"and\"");
        return Err(part.wrong(mismatch));
    };
    let (name, rest) = part.split(start);
    let length = rest.text.find(|c| !is_sign(c)).unwrap_or(rest.text.len());
    let (sign, rest) = rest.split(length);
    let (analyte, measure) = parse_number_of(name.trimmed(), catalogue)?;
    let comparator = match sign.text {
        "≤" => Comparator::AtMost,
        "≥" => Comparator::AtLeast,
        text => Comparator::parse(text).map_err(|mismatch| sign.wrong(mismatch))?,
    };
    let rest = rest.trimmed();
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-' | '\u{2212}');
    let length = rest.text.find(|c| !is_digit(c)).unwrap_or(rest.text.len());
    let (number, unit) = rest.split(length);
    let limit = Number::parse(number.text).map_err(|mismatch| number.wrong(mismatch))?;
    let unit = unit.trimmed();
    let wrong = |mismatch| unit.wrong(mismatch);
    let unit = match measure {
        Measure::PercentChange if unit.text == "%" => analyte.canonical_unit(),
        Measure::PercentChange => return Err(wrong(Mismatch::new(unit.text, "the sign %"))),
        _ if unit.text.is_empty() && analyte.is_dimensionless() => analyte.canonical_unit(),
        Measure::Value | Measure::Change => analyte.unit(unit.text).map_err(wrong)?,
    };
    Ok(Demand {
        analyte: analyte.id,
        symbol: analyte.symbol.clone(),
        measure,
        comparator,
        limit,
        unit: unit.clone(),
    })
}

/// The analyte, and which number of it: `HbA1c`, `HbA1c change`, `HbA1c percent change`.
fn parse_number_of<'c>(
    part: Part<'_>,
    catalogue: &'c Catalogue,
) -> Result<(&'c Analyte, Measure), Misplaced> {
    let lower = part.text.to_ascii_lowercase();
    let endings = [
        (" percent change", Measure::PercentChange),
        (" % change", Measure::PercentChange),
        (" change", Measure::Change),
    ];
    let ending = endings.iter().find(|(ending, _)| lower.ends_with(ending));
    let (length, measure) = match ending {
        Some((ending, measure)) => (part.text.len() - ending.len(), *measure),
        None => (part.text.len(), Measure::Value),
    };
    let name = part.split(length).0;
    let analyte = catalogue.find(name.text).map_err(|mismatch| name.wrong(mismatch))?;
    Ok((analyte, measure))
}

/// The timepoint after day 0 of this name.
fn timepoint_of(text: &str, schedule: &Schedule) -> Result<String, Mismatch> {
    let planned = schedule.timepoints().iter().filter(|known| known.target_day > Day(0));
    let names: Vec<&str> = planned.map(|known| known.name.as_str()).collect();
    if let Some(found) = names.iter().find(|known| known.to_lowercase() == text.to_lowercase()) {
        return Ok((*found).to_owned());
    }
    let expected = match names.is_empty() {
        true => "a timepoint after day 0, of which none is planned".to_owned(),
        false => format!("a timepoint after day 0: {}", names.join(", ")),
    };
    let mismatch = Mismatch::new(text, expected);
    Err(match nearest(text, names.into_iter()) {
        Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
        None => mismatch.mend("`casebook timepoint add` plans another"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ResponderRule, Misplaced> {
        let schedule = Schedule::parse("W0,W4±1,W12±2").expect("a schedule");
        ResponderRule::parse(text, Catalogue::built_in(), &schedule)
    }

    #[test]
    fn a_rule_is_printed_as_it_is_read_again() {
        for (text, printed) in [
            ("hba1c<7.0% at w12", "HbA1c < 7.0 % at W12"),
            ("HbA1c change ≤ −0.5 %  AT W12", "HbA1c change <= -0.5 % at W12"),
            ("HbA1c % change <= -10 %", "HbA1c percent change <= -10 %"),
            (
                "HbA1c < 53 mmol/mol and FPG >= 4.0 mmol/L at W12",
                "HbA1c < 53 mmol/mol and FPG >= 4.0 mmol/L at W12",
            ),
            (
                "HbA1c < 7 % at W4 AND HbA1c < 7 % at W12",
                "HbA1c < 7 % at W4 and HbA1c < 7 % at W12",
            ),
        ] {
            let rule = parse(text).expect(text);
            assert_eq!(rule.to_string(), printed);
            assert_eq!(parse(printed).as_ref(), Ok(&rule));
        }
    }

    #[test]
    fn a_timepoint_holds_for_the_criteria_before_it() {
        let rule = parse("HbA1c < 7 % and FPG < 7 mmol/L at W12").expect("a rule");
        assert!(rule.criteria.iter().all(|one| one.timepoint.as_deref() == Some("W12")));
        assert!(!parse("HbA1c < 7 %").expect("a rule").names_timepoints());
    }

    #[test]
    fn what_can_not_be_used_is_pointed_at() {
        let wrong = |text: &str| {
            let Misplaced { at, mismatch } = parse(text).expect_err(text);
            (at, mismatch.found)
        };
        assert_eq!(wrong(""), (0, String::new()));
        assert_eq!(wrong("HbA1c < 7 % and "), (16, String::new()));
        assert_eq!(wrong("FPG < 7 mmol/L and HbA2c < 7 %"), (19, "HbA2c".to_owned()));
        assert_eq!(wrong("HbA1c = 7 %"), (6, "=".to_owned()));
        assert_eq!(wrong("HbA1c < 7,1 %"), (8, "7,1".to_owned()));
        assert_eq!(wrong("HbA1c < 7 mmol/L"), (10, "mmol/L".to_owned()));
        assert_eq!(wrong("HbA1c < 7"), (9, String::new()));
        assert_eq!(wrong("HbA1c percent change < 7 mmol/mol"), (25, "mmol/mol".to_owned()));
        assert_eq!(wrong("HbA1c < 7 % at W13"), (15, "W13".to_owned()));
        assert_eq!(wrong("HbA1c < 7 % at W0"), (15, "W0".to_owned()));
        assert_eq!(wrong("HbA1c below 7 %"), (0, "HbA1c below 7 %".to_owned()));
        assert_eq!(
            wrong("HbA1c < 7 % at W12 and FPG < 7 mmol/L"),
            (23, "FPG < 7 mmol/L".to_owned())
        );
    }
}
