//! Results of analytes: which column is which, and what stands in it.

use crate::domain::{Analyte, Catalogue, Mismatch, Number, Reading};

/// The analyte and unit that a heading such as `HbA1c (%)` names; none if it names no analyte.
///
/// # Errors
/// If the analyte is not accepted in that unit.
pub fn heading<'c>(
    text: &str,
    catalogue: &'c Catalogue,
) -> Option<Result<(&'c Analyte, String), Mismatch>> {
    let text = text.trim();
    let mut wrong_unit = None;
    for (open, close) in [('(', ')'), ('[', ']')] {
        let Some(inside) = text.strip_suffix(close) else { continue };
        // From the right: "2hPG (OGTT) (mmol/L)"; units may have brackets of their own.
        for (at, _) in inside.rmatch_indices(open) {
            let (name, unit) = (inside[..at].trim_end(), inside[at + 1..].trim());
            let Some(analyte) = catalogue.named(name) else { continue };
            let is_none = unit.eq_ignore_ascii_case(crate::domain::NO_UNIT);
            match analyte.unit(unit) {
                Err(mismatch) if !is_none => wrong_unit = wrong_unit.or(Some(mismatch)),
                _ => return Some(Ok((analyte, unit.to_owned()))),
            }
        }
    }
    // "HbA1c" alone, and "2hPG (OGTT)", whose brackets hold no unit.
    match (catalogue.named(text), wrong_unit) {
        (Some(analyte), None) => Some(Ok((analyte, String::new()))),
        (Some(analyte), Some(_)) if analyte.symbol.contains(['(', '[']) => {
            Some(Ok((analyte, String::new())))
        }
        (_, wrong) => wrong.map(Err),
    }
}

/// Read a result whose unit stands apart from it, unless it has its own.
///
/// # Errors
/// As [`Reading::parse`].
pub(super) fn result(text: &str, unit: &str, analyte: &Analyte) -> Result<Reading, Mismatch> {
    let digits = text.trim_start_matches(['<', '>', '=', '≤', '≥']).trim_start();
    if unit.is_empty() || Number::parse(digits).is_err() {
        return Reading::parse(text, analyte);
    }
    Reading::of_number(text, unit, analyte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(text: &str) -> Option<Result<(String, String), Mismatch>> {
        let found = heading(text, Catalogue::built_in())?;
        Some(found.map(|(analyte, unit)| (analyte.key.clone(), unit)))
    }

    #[test]
    fn a_heading_names_the_analyte_and_its_unit() {
        for (text, key, unit) in [
            ("HbA1c (%)", "hba1c", "%"),
            ("hba1c [mmol/mol]", "hba1c", "mmol/mol"),
            ("2hPG (OGTT)", "pg2h_ogtt", ""),
            ("2hPG (OGTT) (mmol/L)", "pg2h_ogtt", "mmol/L"),
            ("eGFR (mL/min/(1.73m2))", "egfr", "mL/min/(1.73m2)"),
            ("AFP (unit not reported)", "afp", "unit not reported"),
            ("空腹血糖 (mmol/L)", "fpg", "mmol/L"),
        ] {
            assert_eq!(named(text), Some(Ok((key.to_owned(), unit.to_owned()))), "{text}");
        }
        assert!(named("HbA1c (mg/dL)").is_some_and(|found| found.is_err()));
        assert_eq!(named("remark"), None);
        assert_eq!(named("remark (%)"), None);
    }

    #[test]
    fn every_analyte_is_named_by_its_symbol_and_each_of_its_units() {
        for analyte in Catalogue::built_in().analytes() {
            for unit in &analyte.units {
                let shown = crate::domain::display_unit(&unit.ucum);
                let text = match shown.as_str() {
                    "" => analyte.symbol.clone(),
                    shown => format!("{} ({shown})", analyte.symbol),
                };
                let found = named(&text).expect("an analyte").map(|(key, _)| key);
                assert_eq!(found, Ok(analyte.key.clone()), "{text}");
            }
        }
    }

    #[test]
    fn the_unit_of_the_cell_wins_if_it_is_one_of_the_analyte() {
        let hba1c = Catalogue::built_in().find("HbA1c").expect("HbA1c");
        let read = |text| result(text, "%", hba1c).map(|reading| reading.text()).ok();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("6.8"), some("6.8 %"));
        assert_eq!(read("51 mmol/mol"), some("51 mmol/mol"));
        assert_eq!(read("<6.0"), some("<6.0 %"));
        assert_eq!(read("not done"), some("not done"));
        assert_eq!(read("at target"), some("at target"));
        assert_eq!(read("6.8 unit not reported"), some("6.8"));
        assert_eq!(read("6.8 mg/dL"), None);
        assert_eq!(read("0.068"), None, "a fraction is not repaired");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}", unit in "\\PC{0,8}") {
            let catalogue = Catalogue::built_in();
            if let Some(Ok((analyte, unit))) = heading(&format!("HbA1c ({unit}) {text}"), catalogue) {
                let _ = result(&text, &unit, analyte);
            }
            let _ = heading(&text, catalogue);
            let _ = result(&text, &unit, &catalogue.analytes()[0]);
        }
    }
}
