//! What a rule asks of drugs: less insulin, no insulin, no drug that lowers glucose.

use super::Demand;
use super::parse::{Part, is_sign, parse_comparator, parse_limit};
use crate::domain::{Comparator, Mismatch, Misplaced, parse_period};

const REDUCED: &str = "a part of the dose at baseline, such as 50 %";
const LASTING: &str = "how long, such as for >= 12 weeks";

/// What is asked of drugs; none if it is something else that is asked.
pub(super) fn parse_treatment(part: Part<'_>) -> Result<Option<Demand>, Misplaced> {
    if let Some(rest) = free(part, "insulin") {
        let days = lasting(rest)?;
        return Ok(Some(Demand::InsulinFree { days }));
    }
    if let Some(rest) = free(part, "drug") {
        let days = if rest.text.is_empty() { 1 } else { lasting(rest)? };
        return Ok(Some(Demand::DrugFree { days }));
    }
    let Some(insulin) = part.behind("insulin") else { return Ok(None) };
    let dose = insulin.behind("dose").unwrap_or(insulin);
    let is_minus = |c| matches!(c, '-' | '\u{2212}');
    let minus = || dose.text.starts_with(is_minus).then(|| dose.take(is_minus).1.trimmed());
    match dose.behind("reduced").or_else(minus) {
        Some(rest) => reduced(rest.behind("by").unwrap_or(rest)).map(Some),
        None => Ok(None),
    }
}

/// What stands behind `insulin-free`.
fn free<'a>(part: Part<'a>, what: &str) -> Option<Part<'a>> {
    [format!("{what}-free"), format!("{what} free")].iter().find_map(|word| part.behind(word))
}

fn reduced(part: Part<'_>) -> Result<Demand, Misplaced> {
    let (comparator, part) = at_least(part)?;
    let (percent, unit) = parse_limit(part)?;
    if unit.text != "%" || percent.value <= 0.0 || percent.value > 100.0 {
        return Err(part.wrong(Mismatch::new(part.text, REDUCED)));
    }
    Ok(Demand::InsulinReduced { comparator, percent })
}

/// How many days something has to last.
fn lasting(part: Part<'_>) -> Result<i32, Misplaced> {
    let part = part.behind("for").unwrap_or(part);
    let wrong = |part: Part<'_>| {
        let mismatch = Mismatch::new(part.text, LASTING)
            .mend("publications differ in how long, so that a rule has to say it");
        part.wrong(mismatch)
    };
    if part.text.is_empty() {
        return Err(wrong(part));
    }
    let (comparator, part) = at_least(part)?;
    match parse_period(part.text) {
        Ok(days) if days > 0 && comparator == Comparator::AtLeast => Ok(days),
        _ => Err(wrong(part)),
    }
}

/// The comparator, which has to be >= or >, and what stands behind it; >= where there is none.
fn at_least(part: Part<'_>) -> Result<(Comparator, Part<'_>), Misplaced> {
    let (sign, rest) = part.take(is_sign);
    if sign.text.is_empty() {
        return Ok((Comparator::AtLeast, part));
    }
    match parse_comparator(sign)? {
        comparator @ (Comparator::AtLeast | Comparator::Greater) => {
            Ok((comparator, rest.trimmed()))
        }
        _ => Err(sign.wrong(Mismatch::new(sign.text, "the sign >= or >"))),
    }
}
