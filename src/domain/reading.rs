//! What one text says about a value: its status, and the number beside the print.

use super::analyte::Analyte;
use super::mismatch::words;
use super::unit::UnitRule;
use super::{Finding, Mismatch, Number};
use serde::Serialize;
use std::sync::Arc;

words! {
    /// What became of a measurement. A value and its status are two things.
    Status as "a status" {
        /// A number was printed.
        Measured = "measured",
        /// Below the limit that was printed.
        BelowLimit = "below limit",
        /// Above the limit that was printed.
        AboveLimit = "above limit",
        /// The report says that it was not measured.
        NotDone = "not done",
        /// The report does not give it.
        NotReported = "not reported",
        /// Only drawn in a figure.
        FigureOnly = "figure only",
        /// Printed, but can't be read.
        Unreadable = "unreadable",
        /// Only in words: "at target", "normal".
        Stated = "stated",
    }
}

words! {
    /// Which side of a limit a value is on.
    Comparator as "a comparator" {
        /// Below.
        Less = "<",
        /// At most.
        AtMost = "<=",
        /// Above.
        Greater = ">",
        /// At least.
        AtLeast = ">=",
    }
}

impl Status {
    /// True for a value that is only known to lie below or above a limit.
    pub fn is_limit(self) -> bool {
        matches!(self, Status::BelowLimit | Status::AboveLimit)
    }

    /// True for a number, also one that is only known to lie below or above a limit.
    pub fn is_number(self) -> bool {
        self == Status::Measured || self.is_limit()
    }

    /// The status of a number behind this comparator.
    pub fn of_comparator(comparator: Option<Comparator>) -> Status {
        match comparator {
            None => Status::Measured,
            Some(Comparator::Less | Comparator::AtMost) => Status::BelowLimit,
            Some(Comparator::Greater | Comparator::AtLeast) => Status::AboveLimit,
        }
    }
}

impl Comparator {
    /// The comparator a printed number begins with.
    pub fn of_print(printed: &str) -> Option<Comparator> {
        split_comparator(printed).0
    }
}

/// A unit as somebody printed it, and the rule that was used for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrintedUnit {
    /// As printed.
    pub printed: String,
    /// How it becomes canonical.
    #[serde(flatten)]
    pub rule: UnitRule,
}

/// What one text says: its status, and the number beside the print where there is one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// What became of it.
    pub status: Status,
    /// The number or words as printed, without the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// For values below or above a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparator: Option<Comparator>,
    /// The unit; `None` if none was printed, and then there is no canonical value.
    /// Shared, because a file prints few units and many values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Arc<PrintedUnit>>,
    /// The value in force, in the analyte's canonical unit: the printed one unless another reading
    /// was accepted; the limit itself for values below or above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// How an entry says that the report prints no unit.
pub const NO_UNIT: &str = "unit not reported";

impl Reading {
    /// A status without a number, such as not done.
    pub fn without_number(status: Status) -> Reading {
        Reading { status, printed: None, comparator: None, unit: None, value: None }
    }

    /// Read a result of this analyte: a number with its unit, a limit, a status or a finding.
    ///
    /// # Errors
    /// See [`Measurement::parse`](super::Measurement::parse).
    pub fn parse(text: &str, analyte: &Analyte) -> Result<Reading, Mismatch> {
        let text = text.trim();
        if let Ok(status) = Status::parse(text) {
            return match status {
                Status::NotDone | Status::NotReported | Status::FigureOnly | Status::Unreadable => {
                    Ok(Reading::without_number(status))
                }
                _ => Err(Mismatch::new(text, "the value itself, for example \"6.8 %\"")),
            };
        }
        if let Ok(finding) = Finding::parse(text) {
            let printed = Some(finding.as_str().to_owned());
            return Ok(Reading { printed, ..Reading::without_number(Status::Stated) });
        }
        let (number, unit) = split_unit(text);
        Reading::of_number(number, unit, analyte)
    }

    /// Read a result whose unit stands apart from it; without one, the text may carry it.
    ///
    /// # Errors
    /// See [`Measurement::parse`](super::Measurement::parse).
    pub fn of_text(text: &str, unit: &str, analyte: &Analyte) -> Result<Reading, Mismatch> {
        if unit.is_empty() {
            return Reading::parse(text, analyte);
        }
        Reading::of_number(text, unit, analyte)
    }

    /// Read a number, which may stand behind a comparator, with its unit.
    ///
    /// # Errors
    /// See [`Measurement::parse`](super::Measurement::parse).
    pub fn of_number(number: &str, unit: &str, analyte: &Analyte) -> Result<Reading, Mismatch> {
        Reading::of_number_in(number, unit, analyte, || read_unit(unit, analyte, number.trim()))
    }

    /// The same for whoever has met the unit before: `read` gives it, once the number is one.
    ///
    /// # Errors
    /// See [`Measurement::parse`](super::Measurement::parse).
    pub fn of_number_in(
        number: &str,
        unit: &str,
        analyte: &Analyte,
        read: impl FnOnce() -> Result<Option<Arc<PrintedUnit>>, Mismatch>,
    ) -> Result<Reading, Mismatch> {
        let printed = number.trim();
        let (comparator, digits) = split_comparator(printed);
        let number = Number::parse(digits).map_err(|mismatch| {
            if digits.is_empty() || !digits.contains(|c: char| c.is_numeric()) {
                no_result(printed, unit, analyte)
            } else {
                mismatch
            }
        })?;
        let status = Status::of_comparator(comparator);
        let unit = read()?;
        let value = unit.as_ref().map(|unit| unit.rule.to_canonical(number.value));
        if let (Some(unit), Some(value)) = (&unit, value) {
            check_hard_range(printed, number.value, value, unit, analyte)?;
        }
        Ok(Reading { status, printed: Some(printed.to_owned()), comparator, unit, value })
    }

    /// What to ask about this reading: a value few patients have.
    pub fn question(&self, analyte: &Analyte) -> Option<Mismatch> {
        let (min, max) = analyte.query_range;
        let value = self.value.filter(|value| *value < min || *value > max)?;
        let unit = self.unit.as_ref()?;
        // A lower limit of detection below the usual range is what such limits are.
        if (self.status == Status::BelowLimit && value < min)
            || (self.status == Status::AboveLimit && value > max)
        {
            return None;
        }
        let range = range_of(analyte, (min, max), (&unit.rule, &unit.printed));
        Some(
            Mismatch::new(self.text(), range)
                .mend("compare with the source; pass --accept if it is what it says"),
        )
    }

    /// True if both say one value: the same number in one unit, or one is the other converted and rounded
    /// to the decimals it is printed with.
    pub fn is_same_value(&self, other: &Reading) -> bool {
        if self.comparator != other.comparator {
            return false;
        }
        fn number(of: &Reading) -> Option<(Number, &UnitRule)> {
            Some((of.number()?, &of.unit.as_ref()?.rule))
        }
        let (Some((one, one_rule)), Some((two, two_rule))) = (number(self), number(other)) else {
            return false;
        };
        if one_rule.ucum == two_rule.ucum {
            return one.value == two.value;
        }
        let rounds_to = |canonical: f64, rule: &UnitRule, to: Number| {
            let scale = 10f64.powi(i32::from(to.decimals));
            (rule.of_canonical(canonical) * scale).round() == (to.value * scale).round()
        };
        rounds_to(one_rule.to_canonical(one.value), two_rule, two)
            || rounds_to(two_rule.to_canonical(two.value), one_rule, one)
    }

    /// True if both say one value, of which only one may say the unit: a reading that adds the unit to a
    /// number says it too.
    pub fn is_same_number(&self, other: &Reading) -> bool {
        let number = |of: &Reading| Some((of.comparator, of.number()?.value));
        let lacks_unit = self.unit.is_none() || other.unit.is_none();
        let is_same = number(self).is_some() && number(self) == number(other);
        self.is_same_value(other) || lacks_unit && is_same
    }

    /// The number behind the comparator, as printed.
    fn number(&self) -> Option<Number> {
        let printed = self.printed.as_deref().filter(|_| self.status.is_number())?;
        Number::parse(split_comparator(printed).1).ok()
    }

    /// The reading as people print it: `6.8 %`, `<0.9 ng/mL`, `not done`, `at target`.
    pub fn text(&self) -> String {
        match (&self.printed, &self.unit) {
            (Some(printed), Some(unit)) if unit.rule.ucum != "1" => {
                format!("{printed} {}", unit.printed)
            }
            (Some(printed), _) => printed.clone(),
            (None, _) => self.status.to_string(),
        }
    }
}

/// Four significant digits at most, for messages.
fn short(value: f64) -> String {
    let rounded = format!("{value:.3e}").parse::<f64>().unwrap_or(value);
    format!("{rounded}")
}

fn no_result(printed: &str, unit: &str, analyte: &Analyte) -> Mismatch {
    let statuses = "not-done, not-reported, figure-only, unreadable or a finding such as at-target";
    let found = format!("{printed} {unit}");
    let example = &analyte.canonical_unit().spelled;
    Mismatch::new(found.trim(), format!("a number with its unit ({example}), or {statuses}"))
}

fn split_comparator(text: &str) -> (Option<Comparator>, &str) {
    for (sign, comparator) in [
        ("<=", Comparator::AtMost),
        ("≤", Comparator::AtMost),
        ("<", Comparator::Less),
        (">=", Comparator::AtLeast),
        ("≥", Comparator::AtLeast),
        (">", Comparator::Greater),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (Some(comparator), rest.trim_start());
        }
    }
    (None, text)
}

/// Where the number ends and its unit begins, with or without a blank between them.
fn split_unit(text: &str) -> (&str, &str) {
    let (_, digits) = split_comparator(text);
    let offset = text.len() - digits.len();
    let end = digits
        .char_indices()
        .find(|&(at, c)| {
            let next = digits[at + c.len_utf8()..].chars().next();
            let exponent = matches!(c, 'e' | 'E')
                && at > 0
                && next.is_some_and(|n| n.is_ascii_digit() || matches!(n, '+' | '-'));
            let is_superscript = "⁰¹²³⁴⁵⁶⁷⁸⁹".contains(c);
            let numeric = c.is_numeric() && !is_superscript;
            !(numeric || exponent || matches!(c, '.' | ',' | '+' | '-' | '\u{2212}'))
        })
        .map_or(digits.len(), |(at, _)| at);
    text.split_at(offset + end)
}

/// The unit of a number as it is printed, with its rule; none where the text says that none was
/// reported.
///
/// # Errors
/// If the analyte has no such unit, or needs one.
pub fn read_unit(
    unit: &str,
    analyte: &Analyte,
    printed: &str,
) -> Result<Option<Arc<PrintedUnit>>, Mismatch> {
    let unit = unit.trim();
    let words = unit.to_lowercase().replace('-', " ");
    if words == NO_UNIT || words == "not reported" {
        return Ok(None);
    }
    if unit.is_empty() && !analyte.is_dimensionless() {
        let units: Vec<_> = analyte.units.iter().map(|rule| rule.spelled.as_str()).collect();
        let expected = format!("a unit behind the number: {}", units.join(", "));
        // The unit in which the number would be usual, so that the advice is no trap.
        let (min, max) = analyte.query_range;
        let digits = Number::parse(split_comparator(printed).1).map(|number| number.value);
        let is_usual = |rule: &&UnitRule| {
            digits.as_ref().is_ok_and(|value| (min..=max).contains(&rule.to_canonical(*value)))
        };
        let usual = analyte.units.iter().find(is_usual).unwrap_or(analyte.canonical_unit());
        let advice = format!(
            "write for example \"{}={printed} {}\", or \"{NO_UNIT}\" where the source prints none",
            analyte.symbol, usual.spelled
        );
        return Err(Mismatch::new(printed, expected).mend(advice));
    }
    let spelled = if unit.is_empty() { "1" } else { unit };
    let rule = analyte.unit(spelled)?.clone();
    Ok(Some(Arc::new(PrintedUnit { printed: spelled.to_owned(), rule })))
}

/// Limits in a unit, as it is printed, in words; a side may be open.
pub(super) fn range_of(
    analyte: &Analyte,
    (min, max): (f64, f64),
    (unit, printed): (&UnitRule, &str),
) -> String {
    let of = |canonical| short(unit.of_canonical(canonical));
    let range = match (min.is_finite(), max.is_finite()) {
        (true, false) => format!("of at least {}", of(min)),
        (false, true) => format!("of at most {}", of(max)),
        _ => format!("from {} to {}", of(min), of(max)),
    };
    format!("{} {range} {printed}", analyte.symbol)
}

fn check_hard_range(
    printed: &str,
    number: f64,
    value: f64,
    unit: &PrintedUnit,
    analyte: &Analyte,
) -> Result<(), Mismatch> {
    let (min, max) = analyte.hard_range;
    if (min..=max).contains(&value) {
        return Ok(());
    }
    // A bound with a value beyond the range ("<0.5") says nothing impossible.
    let (comparator, _) = split_comparator(printed);
    let below = matches!(comparator, Some(Comparator::Less | Comparator::AtMost)) && value < min;
    if below && value >= 0.0 {
        return Ok(());
    }
    let range = range_of(analyte, (min, max), (&unit.rule, &unit.printed));
    let expected = format!("{range}, the widest a patient can have");
    let mismatch = Mismatch::new(format!("{printed} {}", unit.printed), expected);
    let (usual_min, usual_max) = analyte.query_range;
    let is_known = usual_min.is_finite() || usual_max.is_finite();
    let fits = |rule: &&UnitRule| {
        let value = rule.to_canonical(number);
        is_known && rule.ucum != unit.rule.ucum && (usual_min..=usual_max).contains(&value)
    };
    Err(match analyte.units.iter().find(fits) {
        Some(rule) => mismatch
            .mend(format!("the number would be usual in {}: is the unit right?", rule.spelled)),
        None if analyte.key == "hba1c" && unit.rule.ucum == "%" && number < 1.5 => mismatch.mend(
            format!("a fraction looks like this: {} % would be usual", short(number * 100.0)),
        ),
        None => mismatch.mend("compare with the source: is the decimal point lost?"),
    })
}
