//! Units as people spell them, and the rules that make a value canonical.
//!
//! A value is converted by a rule of its own analyte only, never by dimension alone: `%` to
//! `mmol/mol` is a factor of ten for a ratio and the NGSP/IFCC master equation for HbA1c.

use serde::Serialize;

/// How a value printed in one unit becomes canonical: `canonical = slope × printed + intercept`.
/// A difference or a standard deviation uses the slope alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitRule {
    /// The unit as this analyte's rule spells it, after [`normalise`]; a matter of the catalogue,
    /// so the change log leaves it out.
    #[serde(skip)]
    pub spelled: String,
    /// The unit in UCUM.
    pub ucum: String,
    /// Canonical units per printed unit.
    pub slope: f64,
    /// Canonical value of a printed zero; not 0 for HbA1c in % and for °F.
    pub intercept: f64,
    /// Decimals usual in this unit; a matter of the catalogue, so the change log leaves it out.
    #[serde(skip)]
    pub decimals: u8,
    /// Where slope and intercept come from.
    pub basis: String,
}

impl UnitRule {
    /// The canonical value of a printed one.
    pub fn to_canonical(&self, printed: f64) -> f64 {
        self.slope * printed + self.intercept
    }

    /// The value in this unit of a canonical one.
    pub fn of_canonical(&self, canonical: f64) -> f64 {
        (canonical - self.intercept) / self.slope
    }
}

/// One spelling for the many that are seen: both signs for micro, `ng/ml`, `mIU/L`, `×10^9/L`,
/// `mmHg`, `°C`, full-width `％`. What is not known comes back as it was, without blanks.
pub fn normalise(printed: &str) -> String {
    let mut text: String = printed.chars().filter_map(plain).collect();
    for (from, to) in [("mcg", "ug"), ("gm/", "g/"), ("mmHg", "mm[Hg]")] {
        text = text.replace(from, to);
    }
    // The sign before a power of ten, and nothing else that begins like it.
    let power = text.strip_prefix(['x', 'X', '*', '.']).filter(|rest| rest.starts_with("10"));
    let text = power.unwrap_or(&text);
    if let Some(whole) = whole_spelling(text) {
        return whole.to_owned();
    }
    let text = text.replace("10^", "10*");
    let parts: Vec<String> = text.split('/').map(normalise_part).collect();
    parts.join("/")
}

/// A character in its plainest form; none for blanks.
fn plain(c: char) -> Option<char> {
    const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    if c.is_whitespace() {
        return None;
    }
    if let Some(digit) = SUPERSCRIPTS.iter().position(|&superscript| superscript == c) {
        return char::from_digit(u32::try_from(digit).ok()?, 10);
    }
    Some(match c {
        '\u{b5}' | '\u{3bc}' => 'u',
        '％' => '%',
        '×' | '✕' => 'x',
        '／' => '/',
        '·' | '⋅' => '.',
        _ => c,
    })
}

/// Spellings that only make sense as a whole.
fn whole_spelling(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "°c" | "℃" | "c" | "degc" | "cel" => "Cel",
        "°f" | "℉" | "f" | "degf" => "[degF]",
        "bpm" | "/min" | "1/min" | "beats/min" | "breaths/min" | "min-1" => "/min",
        "lb" | "lbs" | "pound" | "pounds" => "[lb_av]",
        "in" | "inch" | "inches" => "[in_i]",
        "kg/m2" | "kg/m^2" | "kg/m*2" => "kg/m2",
        "k/ul" | "thou/ul" | "10^3/ul" | "103/ul" | "10e3/ul" => "10*3/uL",
        "gi/l" | "10^9/l" | "109/l" | "10e9/l" => "10*9/L",
        "ml/min/1.73m2" | "ml/min/1.73m^2" | "ml/min/1.73.m2" | "ml/min/{1.73_m2}"
        | "ml/min/{1.73m2}" | "ml/min/(1.73m2)" | "ml/(min.1.73m2)" => "mL/min/{1.73_m2}",
        "ml/s/1.73m2" | "ml/sec/1.73m2" | "ml/s/{1.73_m2}" => "mL/s/{1.73_m2}",
        "percent" | "%" => "%",
        _ => return None,
    })
}

/// One side of a fraction: litres with a capital, international units in brackets.
fn normalise_part(part: &str) -> String {
    for prefix in ["", "m", "u", "k", "n"] {
        if part.strip_prefix(prefix).is_some_and(|unit| unit == "IU" || unit == "iu") {
            return format!("{prefix}[IU]");
        }
    }
    match part {
        "l" | "dl" | "ml" | "ul" | "fl" => part.replace('l', "L"),
        _ => part.to_owned(),
    }
}

/// A UCUM unit as clinicians write it: `umol/L` as µmol/L, `10*9/L` as ×10^9/L, `a` as years, `1` as
/// nothing.
pub fn display_unit(ucum: &str) -> String {
    match ucum {
        "1" => return String::new(),
        "a" => return "years".to_owned(),
        "Cel" => return "°C".to_owned(),
        "[degF]" => return "°F".to_owned(),
        "[lb_av]" => return "lb".to_owned(),
        "[in_i]" => return "in".to_owned(),
        "10*3.[arb'U]/L" => return "kU/L".to_owned(),
        "mL/min/{1.73_m2}" => return "mL/min/1.73 m²".to_owned(),
        "mL/s/{1.73_m2}" => return "mL/s/1.73 m²".to_owned(),
        "kg/m2" => return "kg/m²".to_owned(),
        _ => {}
    }
    let text = ucum.replace("[arb'U]", "U").replace("[IU]", "IU").replace("[Hg]", "Hg");
    let parts = text.split('/').map(|part| match part.strip_prefix('u') {
        Some(rest) => format!("µ{rest}"),
        None => part.replace("10*", "×10^"),
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn common_spellings_become_one() {
        for (printed, ucum) in [
            ("µmol/L", "umol/L"),
            ("μmol/l", "umol/L"),
            ("ng/ml", "ng/mL"),
            ("mIU/L", "m[IU]/L"),
            ("µIU/mL", "u[IU]/mL"),
            ("IU/ml", "[IU]/mL"),
            ("× 10^9/L", "10*9/L"),
            ("10⁹/L", "10*9/L"),
            ("x10^3/µL", "10*3/uL"),
            ("mmHg", "mm[Hg]"),
            ("°C", "Cel"),
            ("kg/m²", "kg/m2"),
            ("mcg/L", "ug/L"),
            ("％", "%"),
            ("mL/min/1.73 m²", "mL/min/{1.73_m2}"),
            ("mmol/mol", "mmol/mol"),
            ("[arb'U]/mL", "[arb'U]/mL"),
        ] {
            assert_eq!(normalise(printed), ucum, "{printed}");
        }
    }

    #[test]
    fn what_is_displayed_is_read_back() {
        for analyte in crate::domain::Catalogue::built_in().analytes() {
            for rule in &analyte.units {
                let shown = display_unit(&rule.ucum);
                let read = analyte.unit(if shown.is_empty() { "1" } else { &shown });
                assert_eq!(read.map(|read| read.slope), Ok(rule.slope), "{}: {shown}", analyte.key);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_normal_stays_so(text in "\\PC{0,20}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
