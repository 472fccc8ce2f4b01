//! LOINC: which analyte a code means, and which kind of quantity it stands for. The mass and the amount
//! of one substance have two codes, so a code and a unit can contradict each other.

use super::unit::normalise;
use super::{Analyte, Catalogue, Mismatch};
use std::fmt;
use std::sync::LazyLock;

/// A code that is known: what it means, and a unit of its kind of quantity.
struct Code {
    code: String,
    /// The analyte it means; empty if it is none here.
    analyte: String,
    /// A unit of the kind of quantity it stands for; empty if it leaves that open.
    unit: String,
    /// Why it is no analyte here, although it sounds like one.
    left_out: Option<String>,
}

/// The codes of the built-in analytes, and those that are left out.
static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(include_str!("catalogue/loinc.csv").as_bytes())
        .into_records()
        .map(|row| row.expect("the codes are well formed"))
        .map(|row| Code {
            code: row[0].to_owned(),
            analyte: row[1].to_owned(),
            unit: row[2].to_owned(),
            left_out: (!row[5].is_empty()).then(|| row[5].to_owned()),
        })
        .collect()
});

fn known(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|known| known.code == code)
}

impl Catalogue {
    /// The analyte that a LOINC code means, built in or the registry's own.
    pub fn of_loinc(&self, code: &str) -> Option<&Analyte> {
        let canonical = |analyte: &&Analyte| analyte.loinc.as_deref() == Some(code);
        self.analytes().iter().find(canonical).or_else(|| self.keyed(&known(code)?.analyte))
    }
}

/// Why a LOINC code means no built-in analyte although it is near one: another specimen, another formula.
/// A registry's own analyte may have it.
pub fn left_out(code: &str) -> Option<&'static str> {
    known(code)?.left_out.as_deref()
}

/// What is divided, or what it is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Mass,
    Moles,
    Units,
    Number,
    Volume,
    Percent,
}

/// A kind of quantity, as far as LOINC tells kinds apart: mass per volume, moles per volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(Measure, Option<Measure>);

impl Quantity {
    /// The kind of quantity of a unit; `None` if it is none of those told apart here.
    pub fn of_unit(unit: &str) -> Option<Quantity> {
        let unit = normalise(unit);
        match unit.split('/').collect::<Vec<_>>().as_slice() {
            [whole] if !whole.is_empty() => Some(Quantity(measure(whole)?, None)),
            [above, below] => Some(Quantity(measure(above)?, Some(measure(below)?))),
            _ => None,
        }
    }

    /// The kind of quantity that a LOINC name has in brackets: `Cortisol [Mass/volume] in Serum`.
    pub fn of_name(name: &str) -> Option<Quantity> {
        use Measure::{Mass, Moles, Number, Units, Volume};
        let name = name.to_lowercase();
        let kinds = [
            ("[mass/vol", Mass),
            ("[moles/vol", Moles),
            ("[units/vol", Units),
            ("[enzymatic activity/vol", Units),
            ("[#/vol", Number),
        ];
        let found = kinds.iter().find(|(word, _)| name.contains(word));
        found.map(|(_, kind)| Quantity(*kind, Some(Volume)))
    }

    /// The kind of quantity a code stands for, if it is one of the catalogue.
    fn of_code(code: &str, analyte: &Analyte) -> Option<Quantity> {
        match known(code) {
            Some(known) => Quantity::of_unit(&known.unit),
            None => Quantity::of_unit(&analyte.canonical_unit().ucum),
        }
    }
}

/// What one side of a UCUM unit measures.
fn measure(part: &str) -> Option<Measure> {
    let base = |name: &str| {
        let prefix = part.strip_suffix(name)?;
        ["", "k", "d", "c", "m", "u", "n", "p", "f", "10*3."].contains(&prefix).then_some(())
    };
    if part == "%" {
        return Some(Measure::Percent);
    }
    if part.is_empty() || part.starts_with("10*") && !part.contains('.') {
        return Some(Measure::Number);
    }
    [
        ("mol", Measure::Moles),
        ("g", Measure::Mass),
        ("L", Measure::Volume),
        ("[arb'U]", Measure::Units),
        ("[IU]", Measure::Units),
        ("U", Measure::Units),
        ("kat", Measure::Units),
    ]
    .into_iter()
    .find(|(name, _)| base(name).is_some())
    .map(|(_, measure)| measure)
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Measure::Mass => "mass",
            Measure::Moles => "moles",
            Measure::Units => "units",
            Measure::Number => "number",
            Measure::Volume => "volume",
            Measure::Percent => "percent",
        })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(per) => write!(f, "{} per {per}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

/// What is wrong with a unit beside the code of an analyte: a code of mass with a unit of moles. Which of
/// the two is right, nobody can know from them. `name` is what the file calls the code.
pub fn contradiction(code: &str, name: &str, unit: &str, analyte: &Analyte) -> Option<Mismatch> {
    let of_unit = Quantity::of_unit(unit)?;
    let (of_name, of_code) = (Quantity::of_name(name), Quantity::of_code(code, analyte));
    // Whether a registry gave its own analyte the code of its canonical unit, the name knows better.
    let of_code = of_code.filter(|_| of_name.is_none() || !analyte.id.is_own());
    let other = [of_name, of_code].into_iter().flatten().find(|of_code| *of_code != of_unit)?;
    let found = format!("LOINC {code} with {unit}");
    let expected = format!("a unit of {other}, which that code stands for, not {of_unit}");
    Some(
        Mismatch::new(found, expected)
            .mend("code and unit contradict each other: find out at the source which is right"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::parse_loinc;
    use proptest::prelude::*;

    #[test]
    fn every_code_is_one_and_stands_for_a_unit_of_its_analyte() {
        let catalogue = Catalogue::built_in();
        for (at, known) in CODES.iter().enumerate() {
            let code = &known.code;
            assert_eq!(parse_loinc(code).as_ref(), Ok(code));
            assert!(CODES[..at].iter().all(|one| one.code != *code), "{code}");
            assert_eq!(known.analyte.is_empty(), known.left_out.is_some(), "{code}");
            if known.left_out.is_some() {
                assert_eq!(catalogue.of_loinc(code), None, "{code}");
                continue;
            }
            let analyte = catalogue.of_loinc(code).expect("an analyte");
            assert_eq!(analyte.key, known.analyte, "{code}");
            assert!(known.unit.is_empty() || analyte.unit(&known.unit).is_ok(), "{code}");
        }
        assert_eq!(catalogue.of_loinc("14749-6").map(|one| one.key.as_str()), Some("glu_random"));
        assert_eq!(catalogue.of_loinc("2141-0"), None);
    }

    /// LOINC's licence wants its name beside a code; where both were read together is told as well. The
    /// kind of quantity in that name is the one that the code is taken for.
    #[test]
    fn every_code_has_its_name_and_where_it_was_read() {
        let text = include_str!("catalogue/loinc.csv");
        assert!(
            text.starts_with("# This material contains content from LOINC (http://loinc.org).")
        );
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        for row in rows.records().map(|row| row.expect("the codes are well formed")) {
            let (code, unit, name, source) = (&row[0], &row[2], &row[3], &row[4]);
            assert!(!name.is_empty() && !source.is_empty(), "{code}");
            if let (Some(of_name), Some(of_unit)) =
                (Quantity::of_name(name), Quantity::of_unit(unit))
            {
                assert_eq!(of_name, of_unit, "{code} {name}");
            }
        }
        for analyte in Catalogue::built_in().analytes() {
            let Some(code) = &analyte.loinc else { continue };
            let unit = known(code).map(|known| known.unit.as_str());
            assert_eq!(unit, Some(analyte.canonical_unit().ucum.as_str()), "{code}");
        }
    }

    /// Fasting is not guessed from a code that does not say it, nor plasma from one that says blood.
    #[test]
    fn glucose_is_of_the_state_and_specimen_that_its_code_says() {
        let key = |code: &str| {
            Catalogue::built_in().of_loinc(code).map_or("none", |analyte| analyte.key.as_str())
        };
        for (code, expected) in [
            ("1558-6", "fpg"),
            ("17865-7", "fpg"),
            ("2345-7", "glu_random"),
            ("1518-0", "pg2h_ogtt"),
            ("1521-4", "pg2h_meal"),
            ("2339-0", "none"),
            ("41604-0", "none"),
        ] {
            assert_eq!(key(code), expected, "{code}");
        }
        assert!(left_out("2339-0").is_some_and(|why| why.contains("whole blood")));
        assert!(left_out("33914-3").is_some_and(|why| why.contains("MDRD")));
        assert_eq!((left_out("2345-7"), left_out("2141-0")), (None, None));
        let mut own = Analyte::own("glucose_blood");
        own.set_unit("mg/dL");
        own.loinc = Some("2339-0".to_owned());
        let catalogue = Catalogue::with_own(vec![own]);
        assert_eq!(catalogue.of_loinc("2339-0").map(|one| one.key.as_str()), Some("glucose_blood"));
    }

    #[test]
    fn mass_and_moles_have_two_codes() {
        let wrong = |code: &str, name: &str, unit: &str| {
            let analyte = Catalogue::built_in().of_loinc(code).expect("an analyte");
            contradiction(code, name, unit, analyte).map(|mismatch| mismatch.expected)
        };
        for (code, unit) in [
            ("2345-7", "mg/dL"),
            ("14749-6", "mmol/l"),
            ("4548-4", "%"),
            ("59261-8", "mmol/mol"),
            ("1742-6", "ukat/L"),
            ("1742-6", "[IU]/L"),
            ("6690-2", "/uL"),
            ("24108-3", "kU/L"),
            ("29463-7", "[lb_av]"),
            ("9318-7", "ug/mg"),
            ("32294-1", "mg/g"),
            ("35184-1", "mmol/L"),
            ("35184-1", "mg/dL"),
        ] {
            assert_eq!(wrong(code, "", unit), None, "{code} {unit}");
        }
        let told = wrong("2345-7", "", "mmol/L").expect("a contradiction");
        assert!(told.contains("mass per volume") && told.contains("moles per volume"), "{told}");
        for (code, unit) in
            [("14749-6", "mg/dL"), ("4548-4", "mmol/mol"), ("59261-8", "%"), ("1834-1", "IU/mL")]
        {
            assert!(wrong(code, "", unit).is_some(), "{code} {unit}");
        }
        let mut own = Analyte::own("cortisol");
        own.set_unit("nmol/L");
        let told = contradiction("2143-6", "Cortisol [Mass/Vol]", "nmol/L", &own);
        assert!(told.is_some_and(|told| told.found == "LOINC 2143-6 with nmol/L"));
        assert_eq!(contradiction("14675-3", "Cortisol [Moles/volume]", "nmol/L", &own), None);
    }

    #[test]
    fn every_unit_of_an_analyte_is_of_the_kind_of_some_code_or_unknown() {
        for analyte in Catalogue::built_in().analytes() {
            let Some(code) = &analyte.loinc else { continue };
            let unit = &analyte.canonical_unit().ucum;
            assert_eq!(contradiction(code, "", unit, analyte), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = (Quantity::of_unit(&text), Quantity::of_name(&text));
        }
    }
}
