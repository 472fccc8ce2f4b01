//! How many of one unit another is, where prefixes alone decide it: masses and amounts of substance per
//! volume. Between a mass and an amount lies a molar mass, between other units an assay: nothing is known
//! of those here.

/// The factors of UCUM's prefixes, as powers of ten.
const PREFIXES: [(&str, i32); 10] = [
    ("", 0),
    ("k", 3),
    ("h", 2),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
];

/// A mass or an amount per volume: what is above the stroke, and which power of ten of it per litre.
fn concentration(unit: &str) -> Option<(&'static str, i32)> {
    let (above, below) = unit.split_once('/')?;
    let of = |part: &str, base: &str| {
        let prefix = part.strip_suffix(base)?;
        PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, power)| *power)
    };
    let volume = of(below, "L")?;
    ["mol", "g"].iter().find_map(|base| Some((*base, of(above, base)? - volume)))
}

/// How many of the second unit one of the first is, if prefixes alone say so; both in the form of
/// [`normalise`](super::normalise).
pub(super) fn factor_between(unit: &str, other: &str) -> Option<f64> {
    let ((of_unit, power), (of_other, other_power)) = (concentration(unit)?, concentration(other)?);
    (of_unit == of_other).then(|| 10f64.powi(power - other_power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_masses_and_amounts_per_volume_decide_a_factor() {
        let close = |unit: &str, other: &str, expected: f64| {
            let factor = factor_between(unit, other).expect(unit);
            assert!((factor / expected - 1.0).abs() < 1e-12, "{unit} {other}: {factor}");
        };
        close("pg/L", "pg/mL", 0.001);
        close("ng/mL", "ug/L", 1.0);
        close("mg/dL", "mg/L", 10.0);
        close("pmol/L", "nmol/L", 0.001);
        close("mmol/L", "umol/mL", 1.0);
        for (unit, other) in [
            ("mg/dL", "mmol/L"),
            ("U/L", "kU/L"),
            ("mg/g", "g/g"),
            ("%", "%"),
            ("mg", "g"),
            ("xg/L", "g/L"),
        ] {
            assert_eq!(factor_between(unit, other), None, "{unit} {other}");
        }
    }

    /// The catalogue's own factors are what prefixes say of them.
    #[test]
    fn the_catalogue_agrees() {
        let mut compared = 0;
        for analyte in super::super::Catalogue::built_in().analytes() {
            let canonical = &analyte.canonical_unit().ucum;
            for rule in &analyte.units {
                let Some(factor) = factor_between(&rule.ucum, canonical) else { continue };
                assert!((factor / rule.slope - 1.0).abs() < 1e-12, "{} {}", analyte.key, rule.ucum);
                compared += 1;
            }
        }
        assert!(compared >= 40, "{compared}");
    }
}
