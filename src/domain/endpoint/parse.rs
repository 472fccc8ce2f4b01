//! A rule of response from its text, each part with its place.

use super::treatment::parse_treatment;
use super::{Criterion, Demand, Measure, NumberDemand, ResponderRule};
use crate::domain::reading::range_of;
use crate::domain::{
    Analyte, Catalogue, Comparator, Day, Mismatch, Misplaced, Number, Schedule, UnitRule,
    display_unit, nearest,
};

const EXPECTED: &str = "a criterion such as HbA1c < 7.0 % at W12";

/// Read a rule.
pub(super) fn parse_rule(
    text: &str,
    catalogue: &Catalogue,
    schedule: &Schedule,
) -> Result<ResponderRule, Misplaced> {
    let mut criteria: Vec<Criterion> = Vec::new();
    let mut last_at = 0;
    for part in split_at_word(Part { at: 0, text }, "and") {
        let part = part.trimmed();
        if part.text.is_empty() {
            return Err(part.wrong(Mismatch::new("", EXPECTED)));
        }
        refuse_or(part)?;
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
    criteria.iter().try_for_each(|criterion| refuse_too_early(text, criterion, schedule))?;
    Ok(ResponderRule { criteria })
}

/// Refuse alternatives: all criteria of a rule have to be met.
fn refuse_or(part: Part<'_>) -> Result<(), Misplaced> {
    let parts = split_at_word(part, "or");
    let [before, _, ..] = parts.as_slice() else { return Ok(()) };
    let found = part.split(before.text.len()).1;
    let mismatch = Mismatch::new(found.text, "criteria that are joined by \"and\"")
        .mend("only \"and\" joins criteria: ask each of the alternatives by a rule of its own");
    Err(found.wrong(mismatch))
}

/// Refuse a timepoint that ends before anybody can have been free of a drug for so long.
fn refuse_too_early(
    text: &str,
    criterion: &Criterion,
    schedule: &Schedule,
) -> Result<(), Misplaced> {
    let earliest = criterion.demand.earliest_day();
    let named = criterion.timepoint.as_deref().and_then(|name| schedule.named(name));
    let Some(early) = named.filter(|known| known.last_day < earliest) else { return Ok(()) };
    let late = schedule.timepoints().iter().filter(|known| known.last_day >= earliest);
    let late: Vec<&str> = late.map(|known| known.name.as_str()).collect();
    let expected = match late.is_empty() {
        true => format!("a timepoint that reaches day {earliest}, of which none is planned"),
        false => format!("a timepoint that reaches day {earliest}: {}", late.join(", ")),
    };
    let mismatch = Mismatch::new(&early.name, expected)
        .mend("before that nobody can be free of it for so long");
    let is_it = |part: &Part<'_>| part.trimmed().text.eq_ignore_ascii_case(&early.name);
    let at = split_at_word(Part { at: 0, text }, "and").into_iter();
    let at = at.filter_map(|part| split_at_word(part, "at").pop()).find(is_it);
    Err(Misplaced { at: at.map_or(0, |part| part.trimmed().at), mismatch })
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
    let demand = |unit: &UnitRule, measure| NumberDemand {
        analyte: analyte.id,
        symbol: analyte.symbol.clone(),
        measure,
        comparator,
        limit,
        unit: unit.clone(),
    };
    let unit = match measure {
        Measure::PercentChange if unit.text == "%" => analyte.canonical_unit(),
        Measure::PercentChange => return Err(wrong(Mismatch::new(unit.text, "the sign %"))),
        _ if unit.text.is_empty() && analyte.is_dimensionless() => analyte.canonical_unit(),
        _ if unit.text.is_empty() => {
            let units: Vec<_> = analyte.units.iter().map(|rule| rule.spelled.as_str()).collect();
            let expected = format!("a unit of {}: {}", analyte.symbol, units.join(", "));
            let meant = analyte.units.iter().find(|rule| is_possible(analyte, rule, limit));
            let meant = meant.filter(|_| measure == Measure::Value).unwrap_or(&analyte.units[0]);
            let mend = format!("say in which unit, such as {}", demand(meant, measure));
            return Err(wrong(Mismatch::new("", expected).mend(mend)));
        }
        Measure::Value | Measure::Change => analyte.unit(unit.text).map_err(wrong)?,
    };
    if measure == Measure::Value && !is_possible(analyte, unit, limit) {
        let meant = |unit: &UnitRule, measure| demand(unit, measure).to_string();
        let found = rest.trimmed();
        return Err(found.wrong(impossible((found.text, limit), analyte, unit, meant)));
    }
    Ok(Demand::Number(demand(unit, measure)))
}

/// That no value is on one side of this limit, so that it tells nobody apart.
fn impossible(
    (found, limit): (&str, Number),
    analyte: &Analyte,
    unit: &UnitRule,
    demand: impl Fn(&UnitRule, Measure) -> String,
) -> Mismatch {
    let range = range_of(analyte, analyte.hard_range, (unit, &display_unit(&unit.ucum)));
    let mismatch =
        Mismatch::new(found, format!("a value a patient can have: {}", range.trim_end()));
    // What is below all that a value can be is meant as a fall; else it is likely the unit.
    let meant = match analyte.units.iter().find(|rule| is_possible(analyte, rule, limit)) {
        _ if limit.value <= 0.0 => Some(demand(unit, Measure::Change)),
        Some(other) => Some(demand(other, Measure::Value)),
        None => None,
    };
    match meant {
        Some(meant) => mismatch.mend(format!("did you mean {meant}?")),
        None => mismatch,
    }
}

/// True if an analyte can have this value in this unit.
fn is_possible(analyte: &Analyte, unit: &UnitRule, value: Number) -> bool {
    let (lowest, highest) = analyte.hard_range;
    (lowest..=highest).contains(&unit.to_canonical(value.value))
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
