//! A rule of response from its text, each part with its place.

use super::treatment::parse_treatment;
use super::{Criterion, Demand, Measure, NumberDemand, ResponderRule};
use crate::domain::nearest;
use crate::domain::{Analyte, Catalogue, Comparator, Day, Mismatch, Misplaced, Number, Schedule};

const EXPECTED: &str = "a criterion such as HbA1c < 7.0 % at W12";

/// Read a rule.
pub(super) fn parse_rule(
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

/// A part of a rule, and where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub at: usize,
    pub text: &'a str,
}

impl<'a> Part<'a> {
    pub fn trimmed(self) -> Part<'a> {
        let text = self.text.trim_start();
        Part { at: self.at + self.text.len() - text.len(), text: text.trim_end() }
    }

    pub fn split(self, at: usize) -> (Part<'a>, Part<'a>) {
        let (before, behind) = self.text.split_at(at);
        (Part { at: self.at, text: before }, Part { at: self.at + at, text: behind })
    }

    /// The characters of one kind at the beginning, and the rest.
    pub fn take(self, is_one: impl Fn(char) -> bool) -> (Part<'a>, Part<'a>) {
        self.split(self.text.find(|c| !is_one(c)).unwrap_or(self.text.len()))
    }

    /// What stands behind a word at the beginning; none if it doesn't begin with it.
    pub fn behind(self, word: &str) -> Option<Part<'a>> {
        let part = self.trimmed();
        let begins = part.text.get(..word.len())?.eq_ignore_ascii_case(word);
        let rest = part.split(word.len().min(part.text.len())).1;
        let ends = !rest.text.starts_with(char::is_alphanumeric);
        (begins && ends).then(|| rest.trimmed())
    }

    pub fn wrong(self, mismatch: Mismatch) -> Misplaced {
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
    if let Some(demand) = parse_treatment(part)? {
        return Ok(demand);
    }
    let Some(start) = part.text.find(is_sign) else {
        let mismatch = Mismatch::new(part.text, EXPECTED)
            .mend("a number is compared by <, <=, > or >=; criteria are joined by \"and\"");
        return Err(part.wrong(mismatch));
    };
    let (name, rest) = part.split(start);
    let (sign, rest) = rest.take(is_sign);
    let (analyte, measure) = parse_number_of(name.trimmed(), catalogue)?;
    let comparator = parse_comparator(sign)?;
    let (limit, unit) = parse_limit(rest)?;
    let wrong = |mismatch| unit.wrong(mismatch);
    let unit = match measure {
        Measure::PercentChange if unit.text == "%" => analyte.canonical_unit(),
        Measure::PercentChange => return Err(wrong(Mismatch::new(unit.text, "the sign %"))),
        _ if unit.text.is_empty() && analyte.is_dimensionless() => analyte.canonical_unit(),
        Measure::Value | Measure::Change => analyte.unit(unit.text).map_err(wrong)?,
    };
    Ok(Demand::Number(NumberDemand {
        analyte: analyte.id,
        symbol: analyte.symbol.clone(),
        measure,
        comparator,
        limit,
        unit: unit.clone(),
    }))
}

/// A character of a sign such as <=.
pub(super) fn is_sign(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '≤' | '≥' | '!' | '≠')
}

pub(super) fn parse_comparator(sign: Part<'_>) -> Result<Comparator, Misplaced> {
    match sign.text {
        "≤" => Ok(Comparator::AtMost),
        "≥" => Ok(Comparator::AtLeast),
        text => Comparator::parse(text).map_err(|mismatch| sign.wrong(mismatch)),
    }
}

/// A number, and its unit behind it.
pub(super) fn parse_limit(part: Part<'_>) -> Result<(Number, Part<'_>), Misplaced> {
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-' | '\u{2212}');
    let (number, unit) = part.trimmed().take(is_digit);
    let limit = Number::parse(number.text).map_err(|mismatch| number.wrong(mismatch))?;
    Ok((limit, unit.trimmed()))
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
