//! Indices that follow from other values. They are computed when somebody asks and never stored: an
//! index that a report prints is a measurement of its own, and `check` compares the two.

use super::Sex;
use std::fmt;

/// An index, told so that a table can print how it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Short machine name.
    pub key: &'static str,
    /// What tables print.
    pub symbol: &'static str,
    /// The formula, with the units its inputs are put in.
    pub formula: &'static str,
    /// UCUM of the result.
    pub unit: &'static str,
    /// What it is computed from, by keys of the catalogue or words for what a patient's record holds.
    pub inputs: &'static [&'static str],
    /// Where it holds.
    pub valid: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// True if insulin from outside makes it meaningless: it counts on the patient's own.
    pub needs_own_insulin: bool,
}

/// Why an index has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// Glucose of 3.5 mmol/L or less: the formula divides by what is above it.
    LowGlucose,
    /// The equation was made for adults of 18 years or more.
    Child,
    /// The equation has constants for women and for men only.
    Sex,
    /// Something that has to be above zero is not.
    NotPositive,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Undefined::LowGlucose => "not defined at a glucose of 3.5 mmol/L or less",
            Undefined::Child => "made for 18 years or more",
            Undefined::Sex => "has constants for women and for men only",
            Undefined::NotPositive => "an input is not above zero",
        })
    }
}

const HOMA: &str = "Matthews DR et al., Diabetologia 1985;28:412-419";
const LI: &str = "Li X et al. 2004, fasting C-peptide in the HOMA model; a regression in 21 normal \
                  subjects, radioimmunoassay";

/// Body mass index.
pub const BMI: Index = Index {
    key: "bmi",
    symbol: "BMI",
    formula: "weight in kg / (height in m)^2",
    unit: "kg/m2",
    inputs: &["weight", "height"],
    valid: "any body",
    source: "definition",
    needs_own_insulin: false,
};

/// Insulin resistance from fasting insulin and glucose.
pub const HOMA_IR: Index = Index {
    key: "homa_ir",
    symbol: "HOMA-IR",
    formula: "insulin in mIU/L x glucose in mmol/L / 22.5",
    unit: "1",
    inputs: &["fins", "fpg"],
    valid: "both fasting, of one sample; not under insulin from outside",
    source: HOMA,
    needs_own_insulin: true,
};

/// Beta-cell function from fasting insulin and glucose.
pub const HOMA_BETA: Index = Index {
    key: "homa_b",
    symbol: "HOMA-β",
    formula: "20 x insulin in mIU/L / (glucose in mmol/L - 3.5)",
    unit: "%",
    inputs: &["fins", "fpg"],
    valid: "both fasting, of one sample; glucose above 3.5 mmol/L, unsteady below 4.5; not under \
            insulin from outside",
    source: HOMA,
    needs_own_insulin: true,
};

/// Insulin resistance from fasting C-peptide and glucose.
pub const HOMA_IR_CP: Index = Index {
    key: "homa_ir_cp",
    symbol: "HOMA-IR(CP)",
    formula: "1.5 + glucose in mmol/L x C-peptide in pmol/L / 2800",
    unit: "1",
    inputs: &["fcp", "fpg"],
    valid: "both fasting, of one sample; never below 1.5 by its intercept",
    source: LI,
    needs_own_insulin: false,
};

/// Islet function of a diabetic from fasting C-peptide and glucose.
pub const HOMA_ISLET_CP_DM: Index = Index {
    key: "homa_islet_cp_dm",
    symbol: "HOMA-islet(CP-DM)",
    formula: "0.27 x C-peptide in pmol/L / (glucose in mmol/L - 3.5)",
    unit: "%",
    inputs: &["fcp", "fpg"],
    valid: "both fasting, of one sample, in diabetes; glucose above 3.5 mmol/L; normal subjects have \
            another formula (+ 50), never mixed with this one",
    source: LI,
    needs_own_insulin: false,
};

/// Estimated glomerular filtration rate.
pub const EGFR: Index = Index {
    key: "egfr",
    symbol: "eGFR (CKD-EPI 2021)",
    formula: "142 x min(creatinine/k, 1)^a x max(creatinine/k, 1)^-1.200 x 0.9938^age (x 1.012 for \
              women); creatinine in mg/dL, k 0.7 and a -0.241 for women, 0.9 and -0.302 for men",
    unit: "mL/min/{1.73_m2}",
    inputs: &["creat", "age on the day", "sex"],
    valid: "18 years or more; creatinine traceable to IDMS",
    source: "Inker LA et al., N Engl J Med 2021;385:1737-1749",
    needs_own_insulin: false,
};

/// Insulin from outside, for the body it is given to.
pub const INSULIN_INTENSITY: Index = Index {
    key: "insulin_intensity",
    symbol: "Insulin per kg",
    formula: "insulin in U per day / weight in kg",
    unit: "[IU]/kg/d",
    inputs: &["insulin dose per day", "weight"],
    valid: "all insulins of the day added; 0 is a value",
    source: "definition",
    needs_own_insulin: false,
};

/// Cholesterol that is not in HDL.
pub const NON_HDL: Index = Index {
    key: "non_hdl",
    symbol: "non-HDL-C",
    formula: "total cholesterol - HDL cholesterol, both in mmol/L",
    unit: "mmol/L",
    inputs: &["tc", "hdl"],
    valid: "both of one sample; total at least HDL",
    source: "definition",
    needs_own_insulin: false,
};

/// Every index that is computed here.
pub const INDICES: [Index; 8] =
    [BMI, HOMA_IR, HOMA_BETA, HOMA_IR_CP, HOMA_ISLET_CP_DM, EGFR, INSULIN_INTENSITY, NON_HDL];

/// The value of an index, or why it has none.
pub type Derived = Result<f64, Undefined>;

/// True where an index was made for these numbers; a zero or less would make it nonsense.
fn positive(inputs: &[f64]) -> Result<(), Undefined> {
    if inputs.iter().all(|input| *input > 0.0) { Ok(()) } else { Err(Undefined::NotPositive) }
}

/// Glucose above the 3.5 mmol/L at which both formulas of beta-cell function have their pole.
fn above_pole(glucose: f64) -> Result<f64, Undefined> {
    if glucose > 3.5 { Ok(glucose - 3.5) } else { Err(Undefined::LowGlucose) }
}

/// [`BMI`] of a weight in kg and a height in cm.
///
/// # Errors
/// If one of them is not above zero.
pub fn bmi(weight: f64, height: f64) -> Derived {
    positive(&[weight, height])?;
    Ok(weight / (height / 100.0).powi(2))
}

/// [`HOMA_IR`] of fasting glucose in mmol/L and insulin in mIU/L.
///
/// # Errors
/// If one of them is not above zero.
pub fn homa_ir(glucose: f64, insulin: f64) -> Derived {
    positive(&[glucose, insulin])?;
    Ok(insulin * glucose / 22.5)
}

/// [`HOMA_BETA`] of fasting glucose in mmol/L and insulin in mIU/L.
///
/// # Errors
/// If glucose is 3.5 mmol/L or less, or insulin is not above zero.
pub fn homa_beta(glucose: f64, insulin: f64) -> Derived {
    positive(&[insulin])?;
    Ok(20.0 * insulin / above_pole(glucose)?)
}

/// [`HOMA_IR_CP`] of fasting glucose in mmol/L and C-peptide in **pmol/L**; in nmol/L it would be 1.50
/// for everybody.
///
/// # Errors
/// If one of them is not above zero.
pub fn homa_ir_cp(glucose: f64, c_peptide: f64) -> Derived {
    positive(&[glucose, c_peptide])?;
    Ok(1.5 + glucose * c_peptide / 2800.0)
}

/// [`HOMA_ISLET_CP_DM`] of fasting glucose in mmol/L and C-peptide in pmol/L.
///
/// # Errors
/// If glucose is 3.5 mmol/L or less, or C-peptide is not above zero.
pub fn homa_islet_cp_dm(glucose: f64, c_peptide: f64) -> Derived {
    positive(&[c_peptide])?;
    Ok(0.27 * c_peptide / above_pole(glucose)?)
}

/// [`EGFR`] of creatinine in mg/dL at an age in years.
///
/// # Errors
/// For children, for a sex without constants, or if creatinine is not above zero.
pub fn egfr(creatinine: f64, age: f64, sex: Sex) -> Derived {
    positive(&[creatinine])?;
    if age < 18.0 {
        return Err(Undefined::Child);
    }
    let (kappa, alpha, factor) = match sex {
        Sex::Female => (0.7, -0.241, 1.012),
        Sex::Male => (0.9, -0.302, 1.0),
        Sex::Other | Sex::Unknown => return Err(Undefined::Sex),
    };
    let ratio: f64 = creatinine / kappa;
    Ok(142.0
        * ratio.min(1.0).powf(alpha)
        * ratio.max(1.0).powf(-1.2)
        * 0.9938f64.powf(age)
        * factor)
}

/// [`INSULIN_INTENSITY`] of a dose in U per day and a weight in kg; no insulin is 0.
///
/// # Errors
/// If the weight is not above zero, or the dose below.
pub fn insulin_intensity(dose: f64, weight: f64) -> Derived {
    positive(&[weight])?;
    if dose < 0.0 { Err(Undefined::NotPositive) } else { Ok(dose / weight) }
}

/// [`NON_HDL`] of total and HDL cholesterol, both in mmol/L.
///
/// # Errors
/// If nothing would be left of the total.
pub fn non_hdl(total: f64, hdl: f64) -> Derived {
    positive(&[hdl, total - hdl])?;
    Ok(total - hdl)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Catalogue;
    use proptest::prelude::*;

    fn near(found: Derived, expected: f64, digits: i32) {
        let found = found.expect("a value");
        assert!((found - expected).abs() <= 0.5 * 10f64.powi(-digits), "{found}, not {expected}");
    }

    #[test]
    fn the_vectors_of_the_data_dictionary_hold() {
        near(egfr(90.0 / 88.4, 53.0, Sex::Male), 88.08, 2);
        near(egfr(1.0, 50.0, Sex::Female), 68.63, 2);
        near(egfr(0.6, 40.0, Sex::Female), 116.30, 2);
        near(egfr(2.5, 70.0, Sex::Male), 26.96, 2);
        near(homa_ir(5.5, 10.0), 2.444, 3);
        near(homa_beta(5.5, 10.0), 100.0, 9);
        near(homa_ir_cp(9.34, 647.0), 3.658, 3);
        near(homa_islet_cp_dm(9.34, 647.0), 29.91, 2);
    }

    /// 405 and 63 are 22.5 and 3.5 times 18 mg/dL per mmol/L.
    #[test]
    fn the_forms_in_mg_per_dl_agree() {
        near(homa_ir(126.0 / 18.0, 12.0), 12.0 * 126.0 / 405.0, 12);
        near(homa_beta(126.0 / 18.0, 12.0), 360.0 * 12.0 / (126.0 - 63.0), 12);
    }

    #[test]
    fn what_follows_from_its_definition() {
        near(bmi(70.0, 175.0), 22.857, 3);
        near(insulin_intensity(35.0, 70.0), 0.5, 12);
        assert_eq!(insulin_intensity(0.0, 70.0), Ok(0.0), "free of insulin is a value");
        near(non_hdl(5.2, 1.2), 4.0, 12);
    }

    #[test]
    fn an_index_has_no_value_where_it_is_not_defined() {
        for glucose in [3.5, 2.9] {
            assert_eq!(homa_beta(glucose, 10.0), Err(Undefined::LowGlucose));
            assert_eq!(homa_islet_cp_dm(glucose, 500.0), Err(Undefined::LowGlucose));
        }
        assert_eq!(egfr(1.0, 17.9, Sex::Male), Err(Undefined::Child));
        assert_eq!(egfr(1.0, 50.0, Sex::Unknown), Err(Undefined::Sex));
        assert_eq!(bmi(70.0, 0.0), Err(Undefined::NotPositive));
        assert_eq!(non_hdl(1.0, 1.2), Err(Undefined::NotPositive));
        assert_eq!(insulin_intensity(-1.0, 70.0), Err(Undefined::NotPositive));
        assert_eq!(homa_ir(5.0, 0.0), Err(Undefined::NotPositive));
    }

    #[test]
    fn every_index_can_be_told() {
        for index in INDICES {
            assert!(!index.formula.is_empty() && !index.valid.is_empty(), "{}", index.key);
            assert!(!index.source.is_empty() && !index.inputs.is_empty(), "{}", index.key);
            let known = Catalogue::built_in();
            for input in index.inputs.iter().filter(|input| !input.contains(' ')) {
                assert!(known.find(input).is_ok() || ["sex"].contains(input), "{input}");
            }
            let measured = known.analytes().iter().find(|analyte| analyte.key == index.key);
            assert!(measured.is_none_or(|analyte| analyte.canonical_unit().ucum == index.unit));
        }
    }

    proptest! {
        #[test]
        fn egfr_falls_with_creatinine_and_age(
            creatinine in 0.2f64..10.0, age in 18.0f64..100.0, more in 0.01f64..2.0,
        ) {
            for sex in [Sex::Female, Sex::Male] {
                let at = |creatinine, age| egfr(creatinine, age, sex).expect("an adult");
                prop_assert!(at(creatinine + more, age) < at(creatinine, age));
                prop_assert!(at(creatinine, age + more) < at(creatinine, age));
            }
        }
    }
}
