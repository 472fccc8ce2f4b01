//! An analyte that a registry defines for itself: how it is read from options, and what it must be.

use super::analyte::{Analyte, AnalyteId, Catalogue, plain};
use super::prefix::factor_between;
use super::unit::{UnitRule, normalise};
use super::{Mismatch, NO_UNIT, Number};
use serde::{Serialize, Serializer};

/// Where the rule of a canonical unit comes from.
const CANONICAL: &str = "the canonical unit";

impl Analyte {
    /// An analyte that is kept in this unit, with nothing else known of it.
    pub fn own(key: &str) -> Analyte {
        Analyte {
            id: AnalyteId::FIRST_OWN,
            key: key.to_owned(),
            symbol: key.to_owned(),
            aliases: Vec::new(),
            name: String::new(),
            specimen: None,
            state: None,
            loinc: None,
            hard_range: Range::default().limits(),
            query_range: Range::default().limits(),
            units: vec![UnitRule {
                spelled: String::new(),
                ucum: String::new(),
                slope: 1.0,
                intercept: 0.0,
                decimals: 0,
                basis: CANONICAL.to_owned(),
            }],
        }
    }

    /// Keep values in this unit.
    pub fn set_unit(&mut self, unit: &str) {
        let unit = normalise(unit);
        self.units[0].spelled.clone_from(&unit);
        self.units[0].ucum = unit;
    }

    /// Usual decimals in the canonical unit. In the others those that say about as much: one more
    /// where the printed unit is ten times as large.
    pub fn set_decimals(&mut self, decimals: u8) {
        self.units[0].decimals = decimals;
        for rule in &mut self.units[1..] {
            rule.decimals = decimals_beside(decimals, rule.slope);
        }
    }

    /// Accept these units beside the canonical one, and no others. Each needs to say where its factor
    /// comes from.
    pub fn set_other_units(&mut self, others: &[AlsoUnit], bases: &[String]) {
        self.units.truncate(1);
        let usual = self.units[0].decimals;
        for (at, other) in others.iter().enumerate() {
            self.units.push(UnitRule {
                spelled: other.unit.clone(),
                ucum: other.unit.clone(),
                slope: other.slope,
                intercept: other.intercept,
                decimals: decimals_beside(usual, other.slope),
                basis: bases.get(at).cloned().unwrap_or_default(),
            });
        }
    }

    /// The units accepted beside the canonical one.
    pub fn other_units(&self) -> &[UnitRule] {
        &self.units[1..]
    }

    /// Other names it is entered by, in the form and order in which they are kept.
    pub fn set_aliases(&mut self, aliases: impl Iterator<Item = impl AsRef<str>>) {
        self.aliases = aliases.map(|alias| plain(alias.as_ref())).collect();
        self.aliases.sort();
        self.aliases.dedup();
    }

    /// What keeps this analyte from being one of a registry that knows these others.
    pub fn wrong_beside(&self, others: &Catalogue) -> Option<Mismatch> {
        let is_odd = |text: &str| {
            plain(text).is_empty() || text.chars().count() > 80 || text.contains(['=', '＝', '|'])
        };
        for text in [&self.symbol, &self.name] {
            if is_odd(text) {
                return Some(
                    Mismatch::new(text.as_str(), "a name of letters and digits")
                        .mend("it stands before the equals sign of a value: \"Adipo=7.1 mg/L\""),
                );
            }
        }
        if let Some(alias) = self.aliases.iter().find(|alias| alias.is_empty()) {
            return Some(Mismatch::new(alias.as_str(), "an alias of letters and digits"));
        }
        for other in others.analytes().iter().filter(|other| other.key != self.key) {
            let taken: Vec<String> = other.names().collect();
            if let Some(name) = self.names().find(|name| taken.contains(name)) {
                let what =
                    format!("a name that no other analyte has; it is one of {}", other.symbol);
                return Some(
                    Mismatch::new(name, what)
                        .mend(format!("record values under {}, or choose another name", other.key)),
                );
            }
        }
        self.wrong_units().or_else(|| self.wrong_ranges())
    }

    /// A unit whose factor is another than its prefixes say: 1 pg/L is 0.001 pg/mL, whatever is measured.
    pub fn contradicted_factor(&self) -> Option<Mismatch> {
        let canonical = &self.canonical_unit().ucum;
        self.other_units().iter().find_map(|rule| {
            let factor = factor_between(&rule.ucum, canonical)?;
            // A factor that was typed may be rounded.
            if rule.intercept == 0.0 && (rule.slope / factor - 1.0).abs() < 1e-6 {
                return None;
            }
            let (unit, right) = (&rule.ucum, short(factor));
            let expected = format!("{unit}={right}: 1 {unit} is {right} {canonical}");
            let offset = match rule.intercept {
                0.0 => String::new(),
                offset => format!("{offset:+}"),
            };
            let mismatch = Mismatch::new(format!("{unit}={}{offset}", rule.slope), expected);
            Some(mismatch.mend("is it another unit that was meant, or another factor?"))
        })
    }

    fn wrong_units(&self) -> Option<Mismatch> {
        for (at, rule) in self.units.iter().enumerate() {
            let unit = rule.spelled.as_str();
            let is_odd = unit.is_empty()
                || unit.chars().count() > 30
                || unit == normalise(NO_UNIT)
                || unit.contains(['=', '<', '>'])
                || unit.chars().any(char::is_control);
            if is_odd {
                return Some(Mismatch::new(
                    unit,
                    "a unit such as mg/L, or 1 for a number without one",
                ));
            }
            let is_same = |known: &UnitRule| known.spelled.eq_ignore_ascii_case(unit);
            if self.units[..at].iter().any(is_same) {
                return Some(Mismatch::new(unit, "each unit once"));
            }
            if rule.basis.trim().is_empty() {
                return Some(
                    Mismatch::new(unit, "where its factor comes from")
                        .mend("give one --basis for each --also-unit, in the same order"),
                );
            }
        }
        None
    }

    fn wrong_ranges(&self) -> Option<Mismatch> {
        let ((hard_min, hard_max), (min, max)) = (self.hard_range, self.query_range);
        // A side on which nothing is asked about may be open.
        if (hard_min <= min || min.is_infinite()) && (max <= hard_max || max.is_infinite()) {
            return None;
        }
        let text = |(min, max)| Range { min, max }.to_string();
        let expected = format!("limits within the hard ones, {}", text(self.hard_range));
        Some(
            Mismatch::new(text(self.query_range), expected)
                .mend("a value outside --query is asked about, one outside --hard is refused"),
        )
    }
}

/// A power of ten as people write it: 0.001, 1000, 1e-9.
fn short(factor: f64) -> String {
    if (1e-6..1e7).contains(&factor) { format!("{factor}") } else { format!("{factor:e}") }
}

/// Decimals in a unit of which one is `slope` canonical ones.
fn decimals_beside(canonical: u8, slope: f64) -> u8 {
    #[allow(clippy::cast_possible_truncation)] // a factor's order of magnitude
    let shift = slope.abs().log10().round() as i32;
    u8::try_from((i32::from(canonical) + shift).clamp(0, 9)).expect("between 0 and 9")
}

/// What the log keeps of an analyte: all of it but the number, which is another in every file.
impl Serialize for Analyte {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Unit<'a> {
            spelled: &'a str,
            decimals: u8,
            #[serde(flatten)]
            rule: &'a UnitRule,
        }
        #[derive(Serialize)]
        struct Image<'a> {
            key: &'a str,
            symbol: &'a str,
            name: &'a str,
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            aliases: &'a [String],
            specimen: &'a Option<String>,
            state: &'a Option<String>,
            loinc: &'a Option<String>,
            hard_min: Option<f64>,
            hard_max: Option<f64>,
            query_min: Option<f64>,
            query_max: Option<f64>,
            units: Vec<Unit<'a>>,
        }
        let finite = |limit: f64| limit.is_finite().then_some(limit);
        let image = Image {
            key: &self.key,
            symbol: &self.symbol,
            name: &self.name,
            aliases: &self.aliases,
            specimen: &self.specimen,
            state: &self.state,
            loinc: &self.loinc,
            hard_min: finite(self.hard_range.0),
            hard_max: finite(self.hard_range.1),
            query_min: finite(self.query_range.0),
            query_max: finite(self.query_range.1),
            units: self
                .units
                .iter()
                .map(|rule| Unit { spelled: &rule.spelled, decimals: rule.decimals, rule })
                .collect(),
        };
        image.serialize(serializer)
    }
}

/// Read the key of an analyte: small letters, digits and `_`, a letter first.
///
/// # Errors
/// Says so, with an example.
pub fn parse_analyte_key(text: &str) -> Result<String, Mismatch> {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && text.len() <= 40 && text.chars().all(is_part) && !text.ends_with('_') {
        return Ok(text.to_owned());
    }
    Err(Mismatch::new(text, "small letters, digits and _, such as adiponectin or il_10")
        .mend("--symbol says how tables print it"))
}

/// Read a LOINC code, whose last digit checks the others: mod 10 after Luhn, as the LOINC Users'
/// Guide describes it.
///
/// # Errors
/// If it is none, or a digit is wrong.
pub fn parse_loinc(text: &str) -> Result<String, Mismatch> {
    let code = text.trim();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = code.split_once('-').filter(|(number, check)| {
        digits(number) && number.len() <= 7 && digits(check) && check.len() == 1
    });
    let Some((number, check)) = parts else {
        return Err(Mismatch::new(code, "a LOINC code such as 59261-8"));
    };
    // From the right, every other digit is doubled; of what has two digits, they are added.
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    let expected = (10 - sum % 10) % 10;
    if check != expected.to_string() {
        return Err(Mismatch::new(code, "a LOINC code with its check digit").mend(format!(
            "a digit is wrong: {number} would end in -{expected}; look it up anew"
        )));
    }
    Ok(code.to_owned())
}

/// Limits such as `0..100`; a side may be left open, as in `0..`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    min: f64,
    max: f64,
}

impl Default for Range {
    fn default() -> Range {
        Range { min: f64::NEG_INFINITY, max: f64::INFINITY }
    }
}

impl Range {
    /// The lower and the upper limit.
    pub fn limits(self) -> (f64, f64) {
        (self.min, self.max)
    }

    /// Limits that were read back.
    pub fn of((min, max): (f64, f64)) -> Range {
        Range { min, max }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = |limit: f64| if limit.is_finite() { limit.to_string() } else { String::new() };
        write!(f, "{}..{}", side(self.min), side(self.max))
    }
}

impl std::str::FromStr for Range {
    type Err = Mismatch;
    fn from_str(text: &str) -> Result<Range, Mismatch> {
        let wrong = || Mismatch::new(text, "limits in the canonical unit, such as 0..100 or 0..");
        let (min, max) = text.split_once("..").ok_or_else(wrong)?;
        let side = |text: &str, open: f64| match text.trim() {
            "" => Ok(open),
            text => Number::parse(text).map(|number| number.value).map_err(|_| wrong()),
        };
        let range = Range { min: side(min, f64::NEG_INFINITY)?, max: side(max, f64::INFINITY)? };
        if range.min < range.max {
            Ok(range)
        } else {
            Err(wrong().mend("the lower one stands first"))
        }
    }
}

/// A unit that is accepted beside the canonical one, such as `mg/dL=10`: 1 mg/dL is 10 canonical
/// units. With an offset, `[degF]=0.5556-17.78`: canonical = 0.5556 × printed − 17.78.
#[derive(Debug, Clone, PartialEq)]
pub struct AlsoUnit {
    unit: String,
    slope: f64,
    intercept: f64,
}

impl AlsoUnit {
    /// This unit, of which one is `slope` canonical ones, from this offset.
    ///
    /// # Errors
    /// If it is no unit, or its factor none.
    pub fn of(unit: &str, slope: f64, intercept: f64) -> Result<AlsoUnit, Mismatch> {
        let unit = normalise(unit);
        if unit.is_empty() || slope <= 0.0 {
            return Err(Mismatch::new(
                format!("{unit}={slope}"),
                "a unit and a factor above nought, such as mg/dL and 10",
            ));
        }
        Ok(AlsoUnit { unit, slope, intercept })
    }
}

impl std::str::FromStr for AlsoUnit {
    type Err = Mismatch;
    fn from_str(text: &str) -> Result<AlsoUnit, Mismatch> {
        let wrong = || {
            Mismatch::new(text, "a unit and its factor, such as mg/dL=10")
                .mend("mg/dL=10 says that 1 mg/dL is 10 of the canonical unit; with an offset: [degF]=0.5556-17.78")
        };
        let (unit, rule) = text.split_once('=').ok_or_else(wrong)?;
        let rule: String = rule.chars().filter(|c| !c.is_whitespace()).collect();
        let rule = rule.replace('\u{2212}', "-");
        // A sign begins the offset unless it is that of an exponent or of the factor itself.
        let offset = rule
            .char_indices()
            .skip(1)
            .find(|&(at, c)| matches!(c, '+' | '-') && !rule[..at].ends_with(['e', 'E']));
        let (slope, intercept) = rule.split_at(offset.map_or(rule.len(), |(at, _)| at));
        let number =
            |text: &str| Number::parse(text).map(|number| number.value).map_err(|_| wrong());
        let slope = number(slope)?;
        let intercept = if intercept.is_empty() { 0.0 } else { number(intercept)? };
        AlsoUnit::of(unit, slope, intercept).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adiponectin() -> Analyte {
        let mut own = Analyte::own("adiponectin");
        own.name = "Adiponectin".to_owned();
        own.set_unit("mg/l");
        own.set_decimals(1);
        own
    }

    #[test]
    fn every_code_of_the_catalogue_has_its_check_digit() {
        let codes: Vec<_> =
            Catalogue::built_in().analytes().iter().filter_map(|one| one.loinc.clone()).collect();
        assert!(codes.len() >= 40);
        for code in codes {
            assert_eq!(parse_loinc(&code), Ok(code.clone()));
            let last = code.bytes().last().expect("a digit") - b'0';
            let other = format!("{}{}", &code[..code.len() - 1], (last + 1) % 10);
            assert!(parse_loinc(&other).is_err(), "{other} was read");
        }
        for wrong in ["", "59261", "59261-", "59261-88", "a-8", "12345678-1", "-8"] {
            assert!(parse_loinc(wrong).is_err(), "{wrong} was read");
        }
        let mend = parse_loinc("59262-8").expect_err("one digit off").mend;
        assert!(mend.is_some_and(|mend| mend.contains("would end in -")));
    }

    #[test]
    fn limits_are_read_and_told() {
        for text in ["0..100", "0..", "..5.5", "-2..3", ".."] {
            assert_eq!(text.parse::<Range>().map(|range| range.to_string()), Ok(text.to_owned()));
        }
        for wrong in ["", "5", "5..1", "1..1", "a..b", "0-5"] {
            assert!(wrong.parse::<Range>().is_err(), "{wrong} was read");
        }
    }

    #[test]
    fn a_unit_is_read_with_its_factor_and_offset() {
        let read = |text: &str| {
            text.parse().map(|AlsoUnit { unit, slope, intercept }| (unit, slope, intercept))
        };
        let is =
            |unit: &str, slope, intercept| Ok::<_, Mismatch>((unit.to_owned(), slope, intercept));
        assert_eq!(read("µg/ml=1"), is("ug/mL", 1.0, 0.0));
        assert_eq!(read("mg/dL = 10"), is("mg/dL", 10.0, 0.0));
        assert_eq!(read("degF=0.5556-17.78"), is("[degF]", 0.5556, -17.78));
        assert_eq!(read("a=1e-3 + 2e-1"), is("a", 1e-3, 0.2));
        for wrong in ["", "mg/dL", "=1", "mg/dL=", "mg/dL=0", "mg/dL=-1", "mg/dL=x", "mg/dL=1+"] {
            assert!(read(wrong).is_err(), "{wrong} was read");
        }
    }

    #[test]
    fn decimals_follow_the_size_of_the_unit() {
        let mut own = adiponectin();
        let others: Vec<AlsoUnit> = ["mg/dL=10", "ug/L=0.001", "ug/mL=1"]
            .iter()
            .map(|text| text.parse().expect("a unit"))
            .collect();
        own.set_other_units(&others, &["a", "b", "c"].map(str::to_owned));
        let decimals =
            |own: &Analyte| own.units.iter().map(|unit| unit.decimals).collect::<Vec<_>>();
        assert_eq!(decimals(&own), [1, 2, 0, 1]);
        own.set_decimals(3);
        assert_eq!(decimals(&own), [3, 4, 0, 3]);
        assert_eq!(own.wrong_beside(Catalogue::built_in()), None);
    }

    #[test]
    fn what_no_analyte_can_be_is_named() {
        let wrong = |edit: fn(&mut Analyte)| {
            let mut own = adiponectin();
            edit(&mut own);
            own.wrong_beside(Catalogue::built_in()).expect("something is wrong").expected
        };
        assert!(wrong(|own| own.symbol = "Hb A1c".to_owned()).contains("one of HbA1c"));
        assert!(wrong(|own| own.aliases.push("fbg".to_owned())).contains("one of FPG"));
        assert!(wrong(|own| own.name = "a=b".to_owned()).contains("letters and digits"));
        assert!(wrong(|own| own.name = String::new()).contains("letters and digits"));
        assert!(wrong(|own| own.aliases.push(String::new())).contains("alias"));
        assert!(wrong(|own| own.set_unit(" ")).contains("a unit such as"));
        assert!(wrong(|own| own.set_unit(NO_UNIT)).contains("a unit such as"));
        assert!(
            wrong(|own| own.set_other_units(&["mg/L=1".parse().unwrap()], &["x".into()]))
                .contains("once")
        );
        assert!(
            wrong(|own| own.set_other_units(&["g/L=1000".parse().unwrap()], &[]))
                .contains("comes from")
        );
        assert!(
            wrong(|own| (own.hard_range, own.query_range) = ((0.0, 5.0), (1.0, 6.0)))
                .contains("within the hard ones, 0..5")
        );
    }

    #[test]
    fn a_factor_that_prefixes_contradict_is_named() {
        let told = |also: &str| {
            let mut own = adiponectin();
            own.set_other_units(&[also.parse().expect("a unit")], &["x".to_owned()]);
            own.contradicted_factor().map(|mismatch| mismatch.expected)
        };
        assert_eq!(told("ug/L=1").as_deref(), Some("ug/L=0.001: 1 ug/L is 0.001 mg/L"));
        assert_eq!(told("mg/mL=1").as_deref(), Some("mg/mL=1000: 1 mg/mL is 1000 mg/L"));
        assert!(told("ug/mL=1+0.5").is_some(), "an offset");
        for right in ["ug/L=0.001", "ug/mL=1", "mg/dL=10", "nmol/L=0.03", "U/mL=7"] {
            assert_eq!(told(right), None, "{right}");
        }
    }

    #[test]
    fn a_key_is_plain() {
        for right in ["adiponectin", "il_6", "x"] {
            assert_eq!(parse_analyte_key(right).as_deref(), Ok(right));
        }
        for wrong in ["", "IL6", "6il", "il-6", "_x", "x_", "il 6"] {
            assert!(parse_analyte_key(wrong).is_err(), "{wrong} was read");
        }
    }
}
