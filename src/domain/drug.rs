//! Which drugs lower glucose, and to which class of the ATC index they belong.
//!
//! A code decides; without one the drug's name does, if it is known here. Names and classes are those of
//! group A10 of the ATC index (WHO Collaborating Centre for Drug Statistics Methodology).

use super::{Medication, plain};

/// A class of glucose-lowering drugs: one of level 4 of the ATC index, or all insulins.
#[derive(Debug, PartialEq, Eq)]
pub struct DrugClass {
    /// What the codes of its drugs begin with.
    pub atc: &'static str,
    /// What tables print.
    pub name: &'static str,
    /// What the plain names of its drugs contain.
    drugs: &'static [&'static str],
}

/// Whether a drug lowers glucose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lowering {
    /// Yes, as one of this class.
    Of(&'static DrugClass),
    /// No, by its code.
    No,
    /// Not known: it has no code, and a name that is not known here.
    Unknown,
}

/// Insulins and analogues, with or without another drug in one pen.
pub const INSULIN: &DrugClass = &CLASSES[0];

/// Fixed combinations of others.
const COMBINATION: usize = 3;

/// The rest of the group.
const OTHER: usize = 9;

/// Every class, in the order of their codes.
pub static CLASSES: [DrugClass; 10] = [
    class(
        "A10A",
        "Insulin",
        &["insulin", "glargine", "degludec", "detemir", "lispro", "aspart", "glulisine", "胰岛素"],
    ),
    class("A10BA", "Biguanides", &["metformin", "phenformin", "buformin", "二甲双胍"]),
    class(
        "A10BB",
        "Sulfonylureas",
        &[
            "glibenclamide",
            "glyburide",
            "glipizide",
            "gliquidone",
            "gliclazide",
            "glimepiride",
            "tolbutamide",
            "chlorpropamide",
            "格列美脲",
            "格列齐特",
        ],
    ),
    class("A10BD", "Fixed combinations", &[]),
    class(
        "A10BF",
        "Alpha-glucosidase inhibitors",
        &["acarbose", "miglitol", "voglibose", "阿卡波糖"],
    ),
    class("A10BG", "Thiazolidinediones", &["pioglitazone", "rosiglitazone", "吡格列酮"]),
    class("A10BH", "DPP-4 inhibitors", &["gliptin", "格列汀"]),
    class(
        "A10BJ",
        "GLP-1 analogues",
        &["exenatide", "liraglutide", "lixisenatide", "albiglutide", "dulaglutide", "semaglutide"],
    ),
    class("A10BK", "SGLT2 inhibitors", &["gliflozin", "格列净"]),
    class("A10B", "Other glucose-lowering drugs", &["repaglinide", "nateglinide", "mitiglinide"]),
];

const fn class(atc: &'static str, name: &'static str, drugs: &'static [&'static str]) -> DrugClass {
    DrugClass { atc, name, drugs }
}

impl Medication {
    /// Whether the drug lowers glucose, by its code or else by its name. Codes move: semaglutide was
    /// among the other drugs (A10BX14) until it got a class, and there a known name decides.
    pub fn lowering(&self) -> Lowering {
        let by_name = || {
            let name = plain(&self.drug);
            let is_one = |class: &&DrugClass| class.drugs.iter().any(|known| name.contains(known));
            let found: Vec<&DrugClass> = CLASSES.iter().filter(is_one).collect();
            match found.as_slice() {
                [] => Lowering::Unknown,
                [one] => Lowering::Of(one),
                [first, ..] if *first == INSULIN => Lowering::Of(INSULIN),
                _ => Lowering::Of(&CLASSES[COMBINATION]),
            }
        };
        let Some(code) = self.atc.as_ref().map(|code| code.trim().to_uppercase()) else {
            return by_name();
        };
        let by_code = CLASSES.iter().find(|class| code.starts_with(class.atc));
        match (by_code, by_name()) {
            (None, _) => Lowering::No,
            (Some(class), Lowering::Of(named)) if *class == CLASSES[OTHER] => {
                Lowering::Of(if named == INSULIN { class } else { named })
            }
            (Some(class), _) => Lowering::Of(class),
        }
    }

    /// True if this is insulin from outside.
    pub fn is_insulin(&self) -> bool {
        self.lowering() == Lowering::Of(INSULIN)
    }

    /// True if the dose is in units of insulin (1 U = 1 IU).
    pub fn is_in_units(&self) -> bool {
        let Some(unit) = self.dose_unit.as_ref().map(|unit| unit.to_lowercase()) else {
            return false;
        };
        let (unit, per) = unit.split_once('/').unwrap_or((&unit, "d"));
        matches!(per.trim(), "d" | "day" | "24 h" | "24h")
            && ["u", "iu", "ie", "e", "unit", "units", "单位"].contains(&plain(unit).as_str())
    }

    /// True if both are the same drug: of one code, or of one name.
    pub fn is_same_drug(&self, other: &Medication) -> bool {
        let same_code = self.atc.is_some() && self.atc == other.atc;
        same_code || plain(&self.drug) == plain(&other.drug)
    }

    /// True if this says that what the other says to be taken is not: free of insulin, and yet on glargine.
    pub fn denies(&self, other: &Medication) -> bool {
        let is_all = || ["insulin", "胰岛素"].contains(&plain(&self.drug).as_str());
        self.dose_per_day == Some(0.0)
            && other.dose_per_day != Some(0.0)
            && (self.is_same_drug(other) || (other.is_insulin() && is_all()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drug(name: &str, atc: Option<&str>) -> Medication {
        let atc = atc.map(str::to_owned);
        Medication { drug: name.to_owned(), atc, ..Medication::default() }
    }

    #[test]
    fn a_code_decides_and_a_name_where_there_is_none() {
        let class = |name: &str, atc: Option<&str>| match drug(name, atc).lowering() {
            Lowering::Of(class) => class.name,
            Lowering::No => "no",
            Lowering::Unknown => "unknown",
        };
        assert_eq!(class("Lantus", Some("A10AE04")), "Insulin");
        assert_eq!(class("Xultophy", Some("a10ae56")), "Insulin");
        assert_eq!(class("insulin degludec + liraglutide", None), "Insulin");
        assert_eq!(class("Metformin XR", None), "Biguanides");
        assert_eq!(class("metformin/sitagliptin", None), "Fixed combinations");
        assert_eq!(class("甘精胰岛素", None), "Insulin");
        assert_eq!(class("aspirin", Some("B01AC06")), "no");
        assert_eq!(class("a new drug", Some("A10BX99")), "Other glucose-lowering drugs");
        assert_eq!(class("a new drug", None), "unknown");
        for code in ["A10BX14", "A10BJ06"] {
            assert_eq!(class("semaglutide", Some(code)), "GLP-1 analogues", "{code}");
        }
    }

    #[test]
    fn units_of_insulin_have_many_names() {
        let is_in_units = |unit: &str| {
            Medication { dose_unit: Some(unit.to_owned()), ..drug("insulin", None) }.is_in_units()
        };
        for unit in ["U", "IU", "units", "IU/d", "U/day", "[IU]", "单位"] {
            assert!(is_in_units(unit), "{unit}");
        }
        for unit in ["mg", "U/kg", "U/kg/d", "mL", "U/h"] {
            assert!(!is_in_units(unit), "{unit}");
        }
        assert!(!drug("insulin", None).is_in_units());
    }

    #[test]
    fn every_class_is_found_by_its_own_code() {
        for class in &CLASSES {
            assert_eq!(drug("a drug", Some(class.atc)).lowering(), Lowering::Of(class));
        }
    }
}
