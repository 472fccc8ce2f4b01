//! A measurement that comes as a code of LOINC, a number and a unit: recognised by its code, and doubted
//! where code, unit and the laboratory's own limits contradict each other.

use super::element::Element;
use super::gather::Gatherer;
use crate::domain::{
    Analyte, Catalogue, Level, Limits, Measurement, Mismatch, Number, Reading, contradiction,
    left_out, normalise,
};

/// How many times a value may lie beyond the limits printed beside it before the unit is doubted.
const DOUBTED: f64 = 1000.0;

/// A result with its code, as a file gives it.
pub(super) struct Coded<'a> {
    /// Where it stands.
    pub element: Element<'a>,
    /// What it is, for messages: `patient 1, visit W4`.
    pub what: String,
    /// The code of LOINC.
    pub code: &'a str,
    /// What the file calls that code.
    pub name: &'a str,
    /// The number behind its comparator, as printed.
    pub number: String,
    /// The unit, in UCUM or in words; empty if there is none.
    pub unit: String,
    /// The laboratory's limits, and their unit if they have one of their own.
    pub limits: Limits,
    /// The unit of the limits.
    pub limits_unit: Option<String>,
}

impl Coded<'_> {
    /// The measurement, unless something is wrong with it, which is said.
    pub fn measurement(self, analyte: &Analyte, gatherer: &mut Gatherer) -> Option<Measurement> {
        let what = format!("{}, {}", self.what, analyte.symbol);
        if let Some(mismatch) = contradiction(self.code, self.name, &self.unit, analyte) {
            self.element.wrong(gatherer, what, mismatch);
            return None;
        }
        let reading = match Reading::of_number(&self.number, &self.unit, analyte) {
            Ok(reading) => reading,
            Err(mismatch) => {
                self.element.wrong(gatherer, what, mismatch);
                return None;
            }
        };
        if let Some(unit) = &self.limits_unit
            && self.limits != Limits::default()
            && normalise(unit) != normalise(&self.unit)
        {
            let expected = format!("limits in the unit of the value, {}", self.unit);
            let mismatch = Mismatch::new(unit.as_str(), expected)
                .mend("which of the two units is right, only the source can tell");
            self.element.wrong(gatherer, what, mismatch);
            return None;
        }
        if let Some(mismatch) = self.far_outside() {
            gatherer.say(Level::Question, self.element.place(), what, mismatch);
        }
        let limits = (self.limits != Limits::default()).then_some(self.limits);
        Some(Measurement { limits, ..Measurement::plain(analyte, reading) })
    }

    /// A value a thousand times beyond the limits that the laboratory prints beside it is more often a
    /// wrong unit than a patient.
    fn far_outside(&self) -> Option<Mismatch> {
        let value = Number::parse(self.number.trim_start_matches(['<', '>', '='])).ok()?.value;
        let limit = |text: &Option<String>| Some(Number::parse(text.as_deref()?).ok()?.value);
        let (low, high) = (limit(&self.limits.low), limit(&self.limits.high));
        let is_above = high.is_some_and(|high| high > 0.0 && value >= high * DOUBTED);
        let is_below = low.is_some_and(|low| value > 0.0 && low > 0.0 && value <= low / DOUBTED);
        (is_above || is_below).then(|| {
            let side = |text: &Option<String>| text.clone().unwrap_or_default();
            let (low, high) = (side(&self.limits.low), side(&self.limits.high));
            let found = format!("{} {}", self.number, self.unit);
            let expected =
                format!("less than 1000 times beyond the limits beside it, {low} to {high}");
            Mismatch::new(found, expected)
                .mend("is the unit right? pass --accept if the source says so")
        })
    }
}

/// The analyte of a code; what no analyte is has its name counted.
pub(super) fn analyte_of<'c>(
    code: &str,
    name: &str,
    element: Element<'_>,
    catalogue: &'c Catalogue,
    gatherer: &mut Gatherer,
) -> Option<&'c Analyte> {
    let found = catalogue.of_loinc(code);
    if found.is_none() {
        let is_code = code.len() <= 10 && code.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let what = match (is_code, name.chars().count() <= 120) {
            (true, true) => format!("LOINC {code} {name}").trim_end().to_owned(),
            (true, false) => format!("LOINC {code}"),
            (false, _) => "a measurement with a malformed code of LOINC".to_owned(),
        };
        let own = "`casebook analyte add` with --loinc makes one";
        let why = match left_out(code) {
            Some(why) => format!("{why}; {own} of its own"),
            None => format!("no analyte has this code; {own}"),
        };
        gatherer.ignore(element.place(), what, why);
    }
    found
}

/// A unit as UCUM, from the words that GA4GH, NCIT and UO call it by: `nanogram per deciliter`. What is
/// not made of such words comes back as it was.
pub(super) fn unit_of_words(words: &str) -> String {
    let plain = words.trim().to_lowercase().replace("litre", "liter").replace("metre", "meter");
    match plain.as_str() {
        "millimeter of mercury" | "millimetres of mercury" => return "mm[Hg]".to_owned(),
        "degree celsius" => return "Cel".to_owned(),
        "kilogram per square meter" => return "kg/m2".to_owned(),
        "millimole per mole" => return "mmol/mol".to_owned(),
        _ => {}
    }
    let parts: Option<Vec<String>> = plain.split(" per ").map(unit_of_word).collect();
    match parts {
        Some(parts) if parts.len() <= 2 => parts.join("/"),
        _ => words.trim().to_owned(),
    }
}

/// One side of a unit in words: `nanogram`.
fn unit_of_word(word: &str) -> Option<String> {
    const PREFIXES: [(&str, &str); 9] = [
        ("kilo", "k"),
        ("deci", "d"),
        ("centi", "c"),
        ("milli", "m"),
        ("micro", "u"),
        ("nano", "n"),
        ("pico", "p"),
        ("femto", "f"),
        ("", ""),
    ];
    let word = word.trim();
    let word = word.strip_suffix('s').unwrap_or(word);
    PREFIXES.iter().find_map(|(prefix, short)| {
        let base = match word.strip_prefix(prefix)?.trim_start() {
            "gram" => "g",
            "mole" => "mol",
            "liter" => "L",
            "meter" => "m",
            "international unit" => "[IU]",
            "unit" => "U",
            "katal" => "kat",
            "percent" => "%",
            "minute" => "min",
            "day" => "d",
            _ => return None,
        };
        Some(format!("{short}{base}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_in_words_become_ucum() {
        for (words, ucum) in [
            ("nanogram per deciliter", "ng/dL"),
            ("Milligram per Deciliter", "mg/dL"),
            ("millimole per litre", "mmol/L"),
            ("micro international units per milliliter", "u[IU]/mL"),
            ("international unit per liter", "[IU]/L"),
            ("percent", "%"),
            ("millimeter of mercury", "mm[Hg]"),
            ("kilogram", "kg"),
            ("mg/dL", "mg/dL"),
            ("furlong per fortnight", "furlong per fortnight"),
        ] {
            assert_eq!(unit_of_words(words), ucum, "{words}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = unit_of_words(&text);
        }
    }
}
