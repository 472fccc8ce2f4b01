//! What can be measured: the catalogue of analytes and the units each is accepted in.

use super::unit::{UnitRule, normalise};
use super::{Benefit, Mismatch, nearest};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The number of an analyte in the registry file; the built-in ones never change theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnalyteId(pub u16);

impl AnalyteId {
    /// The first number of a registry's own analytes, far above any that is built in.
    pub const FIRST_OWN: AnalyteId = AnalyteId(10_001);

    /// True for one of a registry's own analytes.
    pub fn is_own(self) -> bool {
        self >= AnalyteId::FIRST_OWN
    }
}

/// One thing that can be measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Analyte {
    /// Its number in the registry file.
    pub id: AnalyteId,
    /// Short machine name: `hba1c`. CDISC PARAMCD is its upper case.
    pub key: String,
    /// What tables print: `HbA1c`.
    pub symbol: String,
    /// Other names it is entered by, in the form of [`plain`].
    pub aliases: Vec<String>,
    /// The full name.
    pub name: String,
    /// What it is measured in.
    pub specimen: Option<String>,
    /// The state it is measured in: fasting, 120 min after a meal.
    pub state: Option<String>,
    /// LOINC code of the quantity in the canonical unit, where one was checked.
    pub loinc: Option<String>,
    /// Outside these, in the canonical unit, a value is refused; infinite where there is no limit.
    pub hard_range: (f64, f64),
    /// Outside these, in the canonical unit, a value is asked about; infinite where there is no limit.
    pub query_range: (f64, f64),
    /// The units it is accepted in; the first is the canonical one.
    pub units: Vec<UnitRule>,
}

impl Analyte {
    /// The unit values are kept in.
    pub fn canonical_unit(&self) -> &UnitRule {
        &self.units[0]
    }

    /// The unit it is reported in where SI units are not in use; the canonical one if there is no other.
    pub fn conventional_unit(&self) -> &UnitRule {
        static CONVENTIONAL: LazyLock<Vec<(AnalyteId, String)>> = LazyLock::new(|| {
            let unit = |row: csv::StringRecord| (number_of(&row), row[14].to_owned());
            rows(ANALYTES).into_iter().map(unit).filter(|(_, ucum)| !ucum.is_empty()).collect()
        });
        let ucum = CONVENTIONAL.iter().find(|(id, _)| *id == self.id).map(|(_, ucum)| ucum);
        let rule = ucum.and_then(|ucum| self.units.iter().find(|rule| rule.ucum == *ucum));
        rule.unwrap_or(self.canonical_unit())
    }

    /// In which direction a change is a benefit, where that is undisputed; not known of own analytes.
    pub fn benefit(&self) -> Option<Benefit> {
        static BENEFITS: LazyLock<HashMap<AnalyteId, Benefit>> = LazyLock::new(|| {
            let benefit = |row: csv::StringRecord| {
                let benefit = (!row[15].is_empty()).then(|| Benefit::parse(&row[15]))?;
                Some((number_of(&row), benefit.expect("the catalogue knows both directions")))
            };
            rows(ANALYTES).into_iter().filter_map(benefit).collect()
        });
        BENEFITS.get(&self.id).copied()
    }

    /// The rule for a unit as printed.
    ///
    /// # Errors
    /// If this analyte has no honest conversion from that unit.
    pub fn unit(&self, printed: &str) -> Result<&UnitRule, Mismatch> {
        let wanted = normalise(printed);
        let exact = self.units.iter().find(|rule| rule.spelled == wanted);
        // The list is closed, so the case of letters can't turn milli into mega.
        let found = exact
            .or_else(|| self.units.iter().find(|rule| rule.spelled.eq_ignore_ascii_case(&wanted)));
        found.ok_or_else(|| {
            let units: Vec<_> = self.units.iter().map(|rule| rule.spelled.as_str()).collect();
            let expected = format!("a unit of {}: {}", self.symbol, units.join(", "));
            let mismatch = Mismatch::new(printed, expected);
            if self.key == "afp" && wanted.contains("[IU]") {
                return mismatch
                    .mend("international units have no fixed factor to mass: record it as afp_iu");
            }
            if printed.trim_start().starts_with(['×', 'x', 'X', '*']) {
                return mismatch.mend("write a power of ten with its number: 2.1e5");
            }
            if self.id.is_own() {
                let key = &self.key;
                return mismatch.mend(format!(
                    "check the source; what is right is added with `casebook analyte edit {key} --also-unit`"
                ));
            }
            mismatch.mend("no other unit has an honest conversion; check the source")
        })
    }

    /// What it can be entered by, in the form of [`plain`].
    pub fn names(&self) -> impl Iterator<Item = String> {
        let words = [&self.key, &self.symbol, &self.name].map(|word| plain(word));
        words.into_iter().chain(self.aliases.clone())
    }

    /// True if a value needs no unit because the quantity has none, such as HOMA-IR.
    pub fn is_dimensionless(&self) -> bool {
        self.canonical_unit().ucum == "1"
    }
}

/// All analytes a registry knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    analytes: Vec<Analyte>,
    /// Places of analytes by each of their names, in the form of [`plain`].
    names: HashMap<String, usize>,
}

impl Catalogue {
    /// The analytes that every registry has.
    pub fn built_in() -> &'static Catalogue {
        static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(read_built_in);
        &BUILT_IN
    }

    /// The built-in analytes and a registry's own, which have names and numbers of their own.
    pub fn with_own(own: Vec<Analyte>) -> Catalogue {
        let mut all = Catalogue::built_in().clone();
        own.into_iter().for_each(|analyte| all.add(analyte));
        all
    }

    /// Know another one; a name that is known stays with the one that has it.
    fn add(&mut self, analyte: Analyte) {
        let names = [&analyte.key, &analyte.symbol, &analyte.name].map(|name| plain(name));
        for name in names.into_iter().chain(analyte.aliases.iter().cloned()) {
            self.names.entry(name).or_insert(self.analytes.len());
        }
        self.analytes.push(analyte);
    }

    /// Know this analyte of a registry's own as well, in the place of the own one with its key if there
    /// is one; it gets that one's number, or the next.
    pub fn declare(&mut self, analyte: &Analyte) {
        let own = self.analytes.iter_mut().filter(|known| known.id.is_own());
        let (mut next, mut there) = (AnalyteId::FIRST_OWN, None);
        for known in own {
            next = next.max(AnalyteId(known.id.0.saturating_add(1)));
            if known.key == analyte.key {
                there = Some(known);
            }
        }
        match there {
            Some(known) => {
                *known = Analyte { id: known.id, ..analyte.clone() };
                self.names.clear();
                let all = std::mem::take(&mut self.analytes);
                all.into_iter().for_each(|analyte| self.add(analyte));
            }
            None => self.add(Analyte { id: next, ..analyte.clone() }),
        }
    }

    /// The analyte with exactly this key.
    pub fn keyed(&self, key: &str) -> Option<&Analyte> {
        self.analytes.iter().find(|analyte| analyte.key == key)
    }

    /// Every analyte, in the order of the file.
    pub fn analytes(&self) -> &[Analyte] {
        &self.analytes
    }

    /// The analyte with this number.
    pub fn get(&self, id: AnalyteId) -> Option<&Analyte> {
        self.analytes.iter().find(|analyte| analyte.id == id)
    }

    /// The analyte of this name: its key, symbol, full name or an alias; case, blanks and
    /// punctuation don't matter.
    pub fn named(&self, name: &str) -> Option<&Analyte> {
        self.names.get(&plain(name)).map(|at| &self.analytes[*at])
    }

    /// The same, where there should be one.
    ///
    /// # Errors
    /// If there is none, with the nearest that is there.
    pub fn find(&self, name: &str) -> Result<&Analyte, Mismatch> {
        self.named(name).ok_or_else(|| {
            let names = self.analytes.iter().flat_map(|analyte| {
                [analyte.key.as_str(), analyte.symbol.as_str(), analyte.name.as_str()]
            });
            let mismatch = Mismatch::new(name.trim(), "an analyte such as HbA1c, FPG or ALT");
            match nearest(name, names) {
                Some(near) => mismatch
                    .mend(format!("did you mean \"{near}\"? `casebook analyte list` shows all")),
                None => mismatch.mend("`casebook analyte list` shows all"),
            }
        })
    }
}

/// A name without case, blanks and punctuation; Greek alpha and beta as a and b.
pub fn plain(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| match c {
            'α' => 'a',
            'β' => 'b',
            c => c,
        })
        .collect()
}

const ANALYTES: &str = include_str!("catalogue/analytes.csv");

fn rows(text: &'static str) -> Vec<csv::StringRecord> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_records();
    rows.map(|row| row.expect("the catalogue is well formed")).collect()
}

fn number_of(row: &csv::StringRecord) -> AnalyteId {
    AnalyteId(row[0].parse().expect("analytes are numbered"))
}

fn read_built_in() -> Catalogue {
    let number = |text: &str| text.parse::<f64>().expect("the catalogue holds numbers");
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let units = rows(include_str!("catalogue/units.csv"));
    let analytes = rows(ANALYTES);
    let read = |row: &csv::StringRecord| Analyte {
        id: number_of(row),
        key: row[1].to_owned(),
        symbol: row[2].to_owned(),
        aliases: row[3].split('|').filter(|alias| !alias.is_empty()).map(str::to_owned).collect(),
        name: row[4].to_owned(),
        specimen: optional(&row[5]),
        state: optional(&row[6]),
        loinc: optional(&row[9]),
        hard_range: (number(&row[10]), number(&row[11])),
        query_range: (number(&row[12]), number(&row[13])),
        units: units
            .iter()
            .filter(|unit| unit[0] == row[1])
            .map(|unit| UnitRule {
                spelled: unit[1].to_owned(),
                ucum: unit[2].to_owned(),
                slope: number(&unit[3]),
                intercept: number(&unit[4]),
                decimals: unit[5].parse().expect("units have decimals"),
                basis: unit[6].to_owned(),
            })
            .collect(),
    };
    let mut catalogue = Catalogue { analytes: Vec::new(), names: HashMap::new() };
    analytes.iter().map(read).for_each(|analyte| catalogue.add(analyte));
    catalogue
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn convert(name: &str, value: f64, unit: &str) -> f64 {
        let analyte = Catalogue::built_in().find(name).expect(name);
        analyte.unit(unit).expect(unit).to_canonical(value)
    }

    #[test]
    fn the_catalogue_is_whole() {
        let analytes = Catalogue::built_in().analytes();
        let mut names = std::collections::HashMap::new();
        for (at, analyte) in analytes.iter().enumerate() {
            assert_eq!(usize::from(analyte.id.0), at + 1, "{} is numbered in order", analyte.key);
            let canonical = analyte.units.first().expect("a canonical unit");
            assert!(canonical.slope == 1.0 && canonical.intercept == 0.0, "{}", analyte.key);
            let ((hard_min, hard_max), (min, max)) = (analyte.hard_range, analyte.query_range);
            assert!(hard_min <= min && min < max && max <= hard_max, "{}", analyte.key);
            let mut own: Vec<_> = analyte.aliases.clone();
            own.extend([plain(&analyte.key), plain(&analyte.symbol), plain(&analyte.name)]);
            own.sort();
            own.dedup();
            for name in own {
                assert_eq!(name, plain(&name), "an alias is written plainly");
                let other = names.insert(name.clone(), &analyte.key);
                assert_eq!(other, None, "{name} names two analytes");
            }
        }
    }

    /// Test points of NGSP/IFCC tables: 5.0 % is 31 mmol/mol … 10.0 % is 86.
    #[test]
    fn hba1c_converts_by_the_master_equation() {
        for (percent, ifcc) in [
            (5.0, 31.0),
            (6.0, 42.0),
            (6.5, 48.0),
            (7.0, 53.0),
            (8.0, 64.0),
            (9.0, 75.0),
            (10.0, 86.0),
        ] {
            assert_eq!(convert("HbA1c", percent, "%").round(), ifcc);
        }
    }

    #[test]
    fn an_analyte_is_found_by_any_of_its_names() {
        let key = |name: &str| Catalogue::built_in().find(name).map(|a| a.key.clone());
        for (name, expected) in [
            ("HbA1c", "hba1c"),
            ("fbg", "fpg"),
            ("CA199", "ca199"),
            ("ca 19-9", "ca199"),
            ("HOMA-β", "homa_b"),
            ("HOMA-B", "homa_b"),
            ("Alanine aminotransferase", "alt"),
        ] {
            assert_eq!(key(name).as_deref(), Ok(expected), "{name}");
        }
        let mend = key("Hb1Ac").expect_err("no such analyte").mend;
        assert!(mend.is_some_and(|mend| mend.contains("\"HbA1c\"") || mend.contains("\"hba1c\"")));
    }

    #[test]
    fn a_unit_without_an_honest_factor_is_refused() {
        let afp = Catalogue::built_in().find("AFP").expect("AFP");
        let refused = afp.unit("IU/mL").expect_err("no factor");
        assert!(refused.mend.is_some_and(|mend| mend.contains("afp_iu")));
        assert!(afp.unit("ng/ml").is_ok());
        let hba1c = Catalogue::built_in().find("HbA1c").expect("HbA1c");
        assert!(hba1c.unit("mg/dL").is_err());
    }

    /// Every unit is real UCUM, and every factor is what UCUM (with the molar mass where one is
    /// named) makes of it. UCUM refuses arbitrary units between volumes, so those are left out.
    #[test]
    fn factors_agree_with_ucum() {
        for analyte in Catalogue::built_in().analytes() {
            let canonical = &analyte.canonical_unit().ucum;
            for rule in &analyte.units {
                assert!(octofhir_ucum::validate(&rule.ucum).is_ok(), "{}", rule.ucum);
                let affine = rule.intercept != 0.0;
                let between_kinds = rule.basis.contains("IU") || rule.ucum.contains("arb'U");
                if affine || between_kinds {
                    continue;
                }
                let molar_mass = rule.basis.strip_prefix("molar mass of ").and_then(|rest| {
                    rest.trim_end_matches(" g/mol").rsplit(' ').next()?.parse::<f64>().ok()
                });
                let factor = match molar_mass {
                    // The canonical unit per mole, through grams.
                    Some(mass) if analyte.key == "uacr" => mass / 1000.0,
                    Some(mass) => {
                        let grams = octofhir_ucum::convert(1.0, &rule.ucum, "g/L").expect("a mass");
                        let moles = octofhir_ucum::convert(1.0, "mol/L", canonical).expect("moles");
                        grams / mass * moles
                    }
                    None => octofhir_ucum::convert(1.0, &rule.ucum, canonical)
                        .unwrap_or_else(|error| panic!("{} {}: {error}", analyte.key, rule.ucum)),
                };
                let agrees = (factor / rule.slope - 1.0).abs() < 1e-12;
                assert!(agrees, "{} {}: {} is {factor}", analyte.key, rule.ucum, rule.slope);
            }
        }
    }

    /// Every conventional unit is one of the analyte's own; of an enzyme U/L, of blood pressure mmHg.
    #[test]
    fn the_conventional_unit_is_the_one_of_a_laboratory_without_si() {
        let unit = |name: &str| {
            Catalogue::built_in().find(name).expect(name).conventional_unit().spelled.clone()
        };
        let found = ["HbA1c", "FPG", "FCP", "ALT", "creat", "SBP"].map(unit);
        assert_eq!(found, ["%", "mg/dL", "ng/mL", "U/L", "mg/dL", "mm[Hg]"]);
        for row in rows(ANALYTES) {
            let analyte = Catalogue::built_in().get(number_of(&row)).expect("an analyte");
            let is_known = analyte.units.iter().any(|rule| rule.ucum == row[14]);
            assert!(row[14].is_empty() || is_known, "{}: {}", analyte.key, &row[14]);
        }
    }

    proptest! {
        #[test]
        fn a_value_comes_back_from_every_unit(value in 0.01f64..1000.0) {
            for rule in Catalogue::built_in().analytes().iter().flat_map(|a| &a.units) {
                let back = rule.of_canonical(rule.to_canonical(value));
                prop_assert!((back - value).abs() <= 1e-11 * value.abs().max(1.0));
            }
        }
    }
}
