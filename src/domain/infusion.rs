//! What was infused, when, where and how much.

use super::mismatch::words;
use super::{Day, Mismatch, Number, PartialDate, Source};
use serde::Serialize;

words! {
    /// Whose cells they are (DOSES: donor).
    Donor as "a donor relation" {
        /// The patient's own.
        Autologous = "autologous",
        /// Another person's.
        Allogeneic = "allogeneic",
        /// An animal's.
        Xenogeneic = "xenogeneic",
    }
}

words! {
    /// How a product arrives.
    ProductState as "a state of the product" {
        /// Never frozen.
        Fresh = "fresh",
        /// Thawed before use.
        Frozen = "frozen",
    }
}

/// What was infused; the parts follow DOSES (doi 10.2106/JBJS.18.00915).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Product {
    /// Short unique name.
    pub key: String,
    /// Trade or working name.
    pub name: Option<String>,
    /// Cell type: MSC, BM-MNC …
    pub cell_type: Option<String>,
    /// Whose cells.
    pub donor: Option<Donor>,
    /// Tissue of origin.
    pub tissue: Option<String>,
    /// Separation, medium, cryoprotectant.
    pub preparation: Option<String>,
    /// Fresh or frozen.
    pub state: Option<ProductState>,
    /// Surface markers and differentiation.
    pub identity: Option<String>,
    /// Sterility, endotoxin, karyotype …
    pub release_tests: Option<String>,
    /// Lot or batch.
    pub lot: Option<String>,
    /// Where this was read.
    pub source: Option<Source>,
    /// Anything else.
    pub note: Option<String>,
}

/// One infusion. Every part of the dose may be unknown.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Infusion {
    /// First, second … of this patient; 0 asks for the next when it is recorded.
    pub number: u32,
    /// The day.
    pub day: Option<Day>,
    /// The date, as far as it is known.
    pub date: Option<PartialDate>,
    /// Key of the product.
    pub product: Option<String>,
    /// Route: intravenous, intra-arterial …
    pub route: Option<String>,
    /// Where the cells were delivered.
    pub delivery_site: Option<String>,
    /// Cells given.
    pub cells: Option<f64>,
    /// Cells given per kg of body weight.
    pub cells_per_kg: Option<f64>,
    /// The dose in the report's words.
    pub dose_printed: Option<String>,
    /// Volume in mL.
    pub volume_ml: Option<f64>,
    /// Viable cells in percent.
    pub viability_percent: Option<f64>,
    /// Passage.
    pub passage: Option<u32>,
    /// Premedication.
    pub premedication: Option<String>,
    /// Where this was read.
    pub source: Option<Source>,
    /// Anything else.
    pub note: Option<String>,
}

/// Read a number of cells: `6e7`, `60×10^6`, `1 x 10⁶/kg`. A trailing `/kg` is allowed where
/// `per_kg` is set.
///
/// # Errors
/// If it is no number, outside 10^4 to 10^13 cells (10^3 to 10^8 per kg), or a superscript was lost ("4.9 × 108").
pub fn parse_cells(text: &str, per_kg: bool) -> Result<f64, Mismatch> {
    let example = if per_kg { "cells per kg such as 1e6" } else { "a number of cells such as 6e7" };
    let wrong = || Mismatch::new(text.trim(), example);
    let plain = super::unit::normalise(text).replace("cells", "");
    let plain = if per_kg { plain.strip_suffix("/kg").unwrap_or(&plain) } else { &plain };
    let (count, power) = match plain.split_once('x') {
        Some((count, power)) => (count, Some(power)),
        None => (plain, None),
    };
    let factor = match power {
        None => 1.0,
        Some(power) => {
            let exponent = power.strip_prefix("10*").or_else(|| power.strip_prefix("10^"));
            let exponent = exponent.or_else(|| {
                // A superscript became a plain digit in `normalise`: only trust it if it was one.
                power.strip_prefix("10").filter(|_| text.contains(['⁵', '⁶', '⁷', '⁸', '⁹']))
            });
            let exponent = exponent.and_then(|exponent| exponent.parse::<i32>().ok());
            let exponent = exponent.filter(|exponent| (0..=13).contains(exponent));
            10f64.powi(exponent.ok_or_else(|| wrong().mend("write powers of ten as 4.9e8"))?)
        }
    };
    let cells = Number::parse(count).map_err(|_| wrong())?.value * factor;
    // The widest that is believed; per kg as the project's data dictionary has it.
    let (least, most) = if per_kg { (1e3, 1e8) } else { (1e4, 1e13) };
    if (least..=most).contains(&cells) {
        return Ok(cells);
    }
    let range = format!("from {least:e} to {most:e} cells{}", if per_kg { " per kg" } else { "" });
    Err(Mismatch::new(text.trim(), range).mend("write the whole number: one million is 1e6"))
}

/// Read a positive amount, such as a volume in mL, of at most `most`.
///
/// # Errors
/// If it is no number above 0, or above `most`.
pub fn parse_amount(text: &str, most: f64) -> Result<f64, Mismatch> {
    let number = Number::parse(text)?;
    if number.value > 0.0 && number.value <= most {
        return Ok(number.value);
    }
    Err(Mismatch::new(text, format!("a number above 0 and up to {most}")))
}

/// Read a percentage from 0 to 100.
///
/// # Errors
/// If it is no number or outside.
pub fn parse_percent(text: &str) -> Result<f64, Mismatch> {
    let number = Number::parse(text.trim().trim_end_matches('%'))?;
    if number.value > 0.0 && number.value <= 1.0 {
        let mend = format!("a fraction looks like this: {} %", number.value * 100.0);
        return Err(Mismatch::new(text, "a percentage from 0 to 100").mend(mend));
    }
    if (0.0..=100.0).contains(&number.value) {
        return Ok(number.value);
    }
    Err(Mismatch::new(text, "a percentage from 0 to 100"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_read_in_every_usual_notation() {
        for (text, cells) in [
            ("6e7", 6e7),
            ("60×10^6", 6e7),
            ("60 x 10^6 cells", 6e7),
            ("1×10⁶", 1e6),
            ("50000000", 5e7),
        ] {
            assert_eq!(parse_cells(text, false), Ok(cells), "{text}");
        }
        assert_eq!(parse_cells("1×10^6/kg", true), Ok(1e6));
        assert!(parse_cells("1×10^6/kg", false).is_err());
        let lost = parse_cells("4.9 × 108", false).expect_err("a lost superscript");
        assert_eq!(lost.mend.as_deref(), Some("write powers of ten as 4.9e8"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,30}") {
            let _ = (parse_cells(&text, true), parse_amount(&text, 5.0), parse_percent(&text));
        }
    }
}
