//! A value and its status: what was printed beside what is understood.

use super::analyte::{Analyte, AnalyteId, Catalogue};
use super::mismatch::words;
use super::unit::UnitRule;
use super::{Finding, Mismatch, Number, Source};
use serde::Serialize;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<PrintedUnit>,
    /// In the analyte's canonical unit; the limit itself for values below or above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// A laboratory's reference limits, as printed, in the unit of the reading they stand beside.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Limits {
    /// Lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// Upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
}

words! {
    /// Whether another reading of a value is in force.
    Standing as "a standing" {
        /// Doubted: the printed value is still the one used.
        Proposed = "proposed",
        /// This reading is used; the printed one stays beside it.
        Accepted = "accepted",
        /// Considered and turned down.
        Rejected = "rejected",
    }
}

/// Somebody's other reading of a printed value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherReading {
    /// What is read instead.
    pub reading: Reading,
    /// Whether it is in force.
    pub standing: Standing,
    /// Who reads it so.
    pub made_by: String,
    /// Why.
    pub reason: String,
    /// Where it was read, if elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// One analyte at one visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measurement {
    /// Key of the analyte.
    pub analyte: String,
    /// Its number in the file.
    #[serde(skip)]
    pub analyte_id: AnalyteId,
    /// What was printed and what is understood.
    #[serde(flatten)]
    pub reading: Reading,
    /// The laboratory's limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Other readings of the same print.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_readings: Vec<OtherReading>,
}

/// How an entry says that the report prints no unit.
pub const NO_UNIT: &str = "unit not reported";

impl Measurement {
    /// Read `HbA1c=6.8 %`, `AFP=<0.9 ng/mL`, `ALT=not-done`, `HbA1c=at-target`.
    ///
    /// # Errors
    /// The analyte, number, unit or word that can't be used, or a value no patient has.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Measurement, Mismatch> {
        let (name, result) = text.split_once(['=', '＝']).ok_or_else(|| {
            Mismatch::new(text, "ANALYTE=VALUE UNIT, for example \"HbA1c=6.8 %\"")
                .mend("put it in quotes, so that the blank stays inside")
        })?;
        let analyte = catalogue.find(name)?;
        Ok(Measurement::plain(analyte, Reading::parse(result, analyte)?))
    }

    /// A measurement with nothing beside its reading.
    pub fn plain(analyte: &Analyte, reading: Reading) -> Measurement {
        Measurement {
            analyte: analyte.key.clone(),
            analyte_id: analyte.id,
            reading,
            limits: None,
            source: None,
            other_readings: Vec::new(),
        }
    }
}

impl Reading {
    /// A status without a number, such as not done.
    pub fn without_number(status: Status) -> Reading {
        Reading { status, printed: None, comparator: None, unit: None, value: None }
    }

    /// Read a result of this analyte: a number with its unit, a limit, a status or a finding.
    ///
    /// # Errors
    /// See [`Measurement::parse`].
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
    /// See [`Measurement::parse`].
    pub fn of_text(text: &str, unit: &str, analyte: &Analyte) -> Result<Reading, Mismatch> {
        if unit.is_empty() {
            return Reading::parse(text, analyte);
        }
        Reading::of_number(text, unit, analyte)
    }

    /// Read a number, which may stand behind a comparator, with its unit.
    ///
    /// # Errors
    /// See [`Measurement::parse`].
    pub fn of_number(number: &str, unit: &str, analyte: &Analyte) -> Result<Reading, Mismatch> {
        let printed = number.trim();
        let (comparator, digits) = split_comparator(printed);
        let number = Number::parse(digits).map_err(|mismatch| {
            if digits.is_empty() || !digits.contains(|c: char| c.is_numeric()) {
                no_result(printed, unit, analyte)
            } else {
                mismatch
            }
        })?;
        let status = match comparator {
            None => Status::Measured,
            Some(Comparator::Less | Comparator::AtMost) => Status::BelowLimit,
            Some(Comparator::Greater | Comparator::AtLeast) => Status::AboveLimit,
        };
        let unit = read_unit(unit, analyte, printed)?;
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
        let range = format!(
            "{} from {} to {} {}",
            analyte.symbol,
            short(unit.rule.of_canonical(min)),
            short(unit.rule.of_canonical(max)),
            unit.printed
        );
        Some(
            Mismatch::new(self.text(), range)
                .mend("compare with the source; pass --accept if it is what it says"),
        )
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
    let rounded = format!("{value:.4e}").parse::<f64>().unwrap_or(value);
    format!("{rounded}")
}

fn no_result(printed: &str, unit: &str, analyte: &Analyte) -> Mismatch {
    let statuses = "not-done, not-reported, figure-only, unreadable or a finding such as at-target";
    let found = format!("{printed}{unit}");
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

fn read_unit(
    unit: &str,
    analyte: &Analyte,
    printed: &str,
) -> Result<Option<PrintedUnit>, Mismatch> {
    let unit = unit.trim();
    let words = unit.to_lowercase().replace('-', " ");
    if words == NO_UNIT || words == "not reported" {
        return Ok(None);
    }
    if unit.is_empty() && !analyte.is_dimensionless() {
        let units: Vec<_> = analyte.units.iter().map(|rule| rule.spelled.as_str()).collect();
        let expected = format!("a unit behind the number: {}", units.join(", "));
        let advice = format!(
            "write \"{}={printed} {}\", or \"{NO_UNIT}\" where the source prints none",
            analyte.symbol, units[0]
        );
        return Err(Mismatch::new(printed, expected).mend(advice));
    }
    let spelled = if unit.is_empty() { "1" } else { unit };
    let rule = analyte.unit(spelled)?.clone();
    Ok(Some(PrintedUnit { printed: spelled.to_owned(), rule }))
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
    let of = |canonical| short(unit.rule.of_canonical(canonical));
    let expected = format!(
        "{} from {} to {} {}, the widest a patient can have",
        analyte.symbol,
        of(min),
        of(max),
        unit.printed
    );
    let mismatch = Mismatch::new(format!("{printed} {}", unit.printed), expected);
    let (usual_min, usual_max) = analyte.query_range;
    let fits = |rule: &&UnitRule| {
        let value = rule.to_canonical(number);
        rule.ucum != unit.rule.ucum && (usual_min..=usual_max).contains(&value)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Measurement, Mismatch> {
        Measurement::parse(text, Catalogue::built_in())
    }

    fn mend(text: &str) -> String {
        read(text).expect_err(text).mend.unwrap_or_default()
    }

    #[test]
    fn a_value_is_kept_as_printed_beside_its_canonical_form() {
        let hba1c = read("HbA1c=6.80 %").expect("a value");
        assert_eq!(hba1c.reading.printed.as_deref(), Some("6.80"));
        assert_eq!(hba1c.reading.status, Status::Measured);
        let value = hba1c.reading.value.expect("a number");
        assert!((value - 50.809).abs() < 1e-3, "{value}");
        assert_eq!(read("fpg=7.1mmol/l").map(|m| m.reading.value), Ok(Some(7.1)));
        assert_eq!(read("PLT=150 ×10^9/L").map(|m| m.reading.value), Ok(Some(150.0)));
        assert_eq!(read("HOMA-IR=3.2").map(|m| m.reading.value), Ok(Some(3.2)));
    }

    #[test]
    fn a_limit_keeps_its_comparator() {
        let afp = read("AFP=<0.9 ng/mL").expect("a limit").reading;
        assert_eq!((afp.status, afp.comparator), (Status::BelowLimit, Some(Comparator::Less)));
        assert_eq!((afp.value, afp.text()), (Some(0.9), "<0.9 ng/mL".to_owned()));
        let above = read("CA19-9=≥1000 U/mL").expect("a limit").reading;
        assert_eq!(
            (above.status, above.comparator),
            (Status::AboveLimit, Some(Comparator::AtLeast))
        );
    }

    #[test]
    fn a_status_or_a_finding_stands_for_a_number() {
        let status = |text: &str| read(text).map(|m| (m.reading.status, m.reading.printed));
        assert_eq!(status("ALT=not-done"), Ok((Status::NotDone, None)));
        assert_eq!(status("HbA1c=figure only"), Ok((Status::FigureOnly, None)));
        assert_eq!(status("HbA1c=at target"), Ok((Status::Stated, Some("at target".to_owned()))));
        assert!(status("ALT=measured").is_err());
    }

    #[test]
    fn a_value_without_a_unit_has_no_canonical_form_and_must_say_so() {
        assert!(mend("AFP=34").contains("write \"AFP=34 ug/L\", or \"unit not reported\""));
        let afp = read("AFP=34 unit not reported").expect("as printed").reading;
        assert_eq!((afp.status, afp.unit, afp.value), (Status::Measured, None, None));
    }

    #[test]
    fn an_impossible_value_is_refused_with_the_likely_slip() {
        assert!(mend("HbA1c=6.8 mmol/mol").contains("would be usual in %"));
        assert!(mend("HbA1c=0.082 %").contains("8.2 % would be usual"));
        assert!(mend("FPG=126 mmol/L").contains("would be usual in mg/dL"));
        assert!(mend("Hb=1 g/L").contains("decimal point"));
    }

    #[test]
    fn a_rare_value_is_asked_about() {
        let question = |text: &str| {
            let measurement = read(text).expect(text);
            let analyte = Catalogue::built_in().get(measurement.analyte_id).expect("an analyte");
            measurement.reading.question(analyte).map(|q| q.to_string())
        };
        let asked = question("AFP=34 ng/mL").expect("a question");
        assert!(asked.contains("AFP from 0 to 20 ng/mL"), "{asked}");
        assert_eq!(question("AFP=3.4 ng/mL"), None);
        assert_eq!(question("FCP=<0.02 nmol/L"), None);
    }

    #[test]
    fn what_is_no_result_says_what_would_be() {
        assert!(mend("HbA1c=7,1 %").contains("7.1"));
        assert!(mend("HbA1c 6.8").contains("quotes"));
        let error = read("HbA1c=good").expect_err("no result");
        assert!(error.expected.contains("not-done"), "{error}");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = read(&text);
            let _ = read(&format!("HbA1c={text}"));
        }

        #[test]
        fn any_usual_value_is_kept_as_printed(whole in 4u32..15, tenth in 0u32..10) {
            let printed = format!("{whole}.{tenth}");
            let reading = read(&format!("HbA1c={printed} %")).expect("a value").reading;
            prop_assert_eq!(reading.text(), format!("{printed} %"));
        }
    }
}
