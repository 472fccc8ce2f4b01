//! The words of CDISC that are known here, each beside its concept of the NCI Thesaurus (the C-code).
//!
//! Checked against CDISC SDTM Controlled Terminology of 2025-03-28 (NCI Enterprise Vocabulary Services),
//! in the copy of the CDISC Library that the package `usdm4` 0.29.0 carries: code lists LBTESTCD (C65047),
//! VSTESTCD (C66741), UNIT (C71620), FREQ (C71113), OUT (C66768), NCOMPLT (C66727), SEX (C66731), AGEU
//! (C66781), SPECTYPE (C78734) and LBANMET (C160922). A word of an older edition has no C-code beside it,
//! and says where it is from. AESEV is not taken; AEREL has no list; routes (ROUTE, C66729) are kept as they are.

use crate::domain::{Mismatch, Outcome, Relation, Sex};

/// A test (--TESTCD), its concept, and the analytes it can mean: the first unless LOINC, a fasting flag or
/// the unit says another. The concept of a word of an older edition is empty.
type Test = (&'static str, &'static str, &'static [&'static str]);

const GLUCOSE: &[&str] = &["glu_random", "fpg", "pg2h_ogtt", "pg2h_meal", "ppg"];

/// Every test that is some analyte.
const TESTS: [Test; 48] = [
    ("GLUC", "C105585", GLUCOSE),
    ("GLUCPE", "C163446", GLUCOSE),
    // The haemoglobin, and its share of all haemoglobin: files use either for the share.
    ("HBA1C", "C64849", &["hba1c"]),
    ("HBA1CHGB", "C111207", &["hba1c"]),
    ("FRUCT", "C74678", &["fructosamine"]),
    ("CPEPTIDE", "C74736", &["cp_random", "fcp", "pcp2h", "pcp"]),
    ("INSULIN", "C74788", &["ins_random", "fins"]),
    ("CHOL", "C105586", &["tc"]),
    ("TRIG", "C64812", &["tg"]),
    ("HDL", "C105587", &["hdl"]),
    ("LDL", "C105588", &["ldl"]),
    ("ALT", "C64433", &["alt"]),
    ("AST", "C64467", &["ast"]),
    ("GGT", "C64847", &["ggt"]),
    ("ALP", "C64432", &["alp"]),
    ("BILI", "C38037", &["tbil"]),
    ("BILDIR", "C64481", &["dbil"]),
    ("ALB", "C64431", &["alb"]),
    ("CREAT", "C64547", &["creat"]),
    ("UREA", "C64815", &["urea"]),
    ("UREAN", "C125949", &["bun"]),
    // Before UREAN; the data sets of the CDISC pilot study have it.
    ("BUN", "", &["bun"]),
    ("URATE", "C64814", &["ua"]),
    ("ALBCREAT", "C74761", &["uacr"]),
    ("AFP", "C74732", &["afp", "afp_iu"]),
    ("CEA", "C81983", &["cea"]),
    ("CA19_9AG", "C81982", &["ca199"]),
    ("CRP", "C64548", &["crp", "hscrp"]),
    ("INTLK6", "C74834", &["il6"]),
    ("TNF", "C74751", &["tnfa"]),
    ("WBC", "C51948", &["wbc"]),
    ("HGB", "C64848", &["hgb"]),
    ("PLAT", "C51951", &["plt"]),
    ("BHYXBTR", "C96568", &["bhb"]),
    // None of the three says by which formula: see `of_other_formula`. GFRE may be indexed for body surface
    // or not: the unit says which, and one without it is refused.
    ("GFRE", "C110935", &["egfr"]),
    ("GFREI", "C214680", &["egfr"]),
    ("GFRBSCRT", "C98735", &["egfr"]),
    ("WEIGHT", "C25208", &["weight"]),
    ("HEIGHT", "C25347", &["height"]),
    ("BMI", "C16358", &["bmi"]),
    ("WSTCIR", "C100948", &["waist"]),
    ("SYSBP", "C25298", &["sbp"]),
    ("DIABP", "C25299", &["dbp"]),
    ("HR", "C49677", &["hr"]),
    ("PULSE", "C49676", &["hr"]),
    ("TEMP", "C174446", &["temp"]),
    ("OXYSAT", "C60832", &["spo2"]),
    ("RESP", "C49678", &["rr"]),
];

/// The analytes that a test can mean.
pub(super) fn meanings(code: &str) -> Option<&'static [&'static str]> {
    TESTS.iter().find(|(known, ..)| *known == code).map(|(_, _, keys)| *keys)
}

/// The formula that eGFR here is by (Inker et al., N Engl J Med 2021;385:1737): code list LBANMET (C160922),
/// concept C209577, as submitted and by its synonyms.
const CKD_EPI_2021: [&str; 4] = [
    "CKD-EPI CREATININE 2021 FORMULA",
    "CKD-EPI CREATININE NKF/ASN 2021 FORMULA",
    "CKD-EPI CREATININE WITHOUT RACE 2021 FORMULA",
    "CKD-EPI CREATININE WITHOUT RACE NKF/ASN 2021 FORMULA",
];

/// Why an estimated filtration rate is not the eGFR of the catalogue: what the test code says holds of any
/// formula, of one from creatinine (GFRBSCRT), or of one indexed for body surface (GFREI).
pub(super) fn of_other_formula(code: &str, formula: Option<&str>) -> Option<&'static str> {
    if !["GFRE", "GFREI", "GFRBSCRT"].contains(&code) {
        return None;
    }
    match formula.map(str::to_uppercase) {
        None => Some("the code does not say by which formula, and eGFR here is by CKD-EPI 2021"),
        Some(formula) if CKD_EPI_2021.contains(&formula.as_str()) => None,
        Some(_) => Some("by another formula, and eGFR here is by CKD-EPI 2021"),
    }
}

/// What a result was measured in, as far as it decides which analyte it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Specimen {
    /// Not said.
    Unsaid,
    /// Serum or plasma: SERUM (C13325), PLASMA (C13356), SERUM OR PLASMA (C105706), VENOUS PLASMA …
    Plasma,
    /// Whole blood: BLOOD (C12434), CAPILLARY BLOOD (C112235) …
    Blood,
    /// URINE (C13283).
    Urine,
    /// Of the body, but not what the analytes here are measured in: CEREBROSPINAL FLUID, CORD BLOOD …
    Other,
}

impl Specimen {
    /// What --SPEC says.
    pub fn of(spec: Option<&str>) -> Specimen {
        // Not the patient's own circulation, or no longer what was drawn.
        const NEITHER: [&str; 8] = [
            "CORD",
            "MENSTRUAL",
            "SUPERNATANT",
            "INFRANATANT",
            "ULTRAFILTRATE",
            "PLATELET",
            "MONONUCLEAR",
            "STEM CELL",
        ];
        let Some(spec) = spec.map(str::to_uppercase) else { return Specimen::Unsaid };
        if spec == "URINE" {
            return Specimen::Urine;
        }
        if NEITHER.iter().any(|word| spec.contains(word)) {
            return Specimen::Other;
        }
        match (spec.contains("SERUM") || spec.contains("PLASMA"), spec.contains("BLOOD")) {
            (true, _) => Specimen::Plasma,
            (false, true) => Specimen::Blood,
            (false, false) => Specimen::Other,
        }
    }
}

/// How often a day, of a frequency that is at least daily; `None` for any other.
pub(super) fn times_a_day(frequency: &str) -> Option<f64> {
    Some(match frequency.to_uppercase().as_str() {
        // QD C25473, QAM C64595, QPM C64596, QHS C64593, QN C139178, Q24H C64515, EVERY AFTERNOON C154484,
        // EVERY EVENING C160957; DAILY, EVERY MORNING and EVERY NIGHT are synonyms of three of them.
        "QD" | "QAM" | "QPM" | "QHS" | "QN" | "Q24H" | "EVERY AFTERNOON" | "EVERY EVENING"
        | "DAILY" | "EVERY MORNING" | "EVERY NIGHT" => 1.0,
        // BID C64496, Q12H C64502
        "BID" | "Q12H" => 2.0,
        // TID C64527, Q8H C64523
        "TID" | "Q8H" => 3.0,
        // QID C64530, Q6H C64520
        "QID" | "Q6H" => 4.0,
        // C98849
        "5 TIMES PER DAY" => 5.0,
        // 6 TIMES PER DAY C98855, Q4H C64518
        "6 TIMES PER DAY" | "Q4H" => 6.0,
        // C64517
        "Q3H" => 8.0,
        _ => return None,
    })
}

/// How an event ended.
pub(super) fn parse_outcome(text: &str) -> Result<Outcome, Mismatch> {
    match text.to_uppercase().as_str() {
        "RECOVERED/RESOLVED" => Ok(Outcome::Recovered), // C49498
        "RECOVERING/RESOLVING" => Ok(Outcome::Recovering), // C49496
        "NOT RECOVERED/NOT RESOLVED" => Ok(Outcome::NotRecovered), // C49494
        "RECOVERED/RESOLVED WITH SEQUELAE" => Ok(Outcome::Sequelae), // C49495
        _ => Outcome::parse(text),                      // FATAL C48275, UNKNOWN C17998
    }
}

/// How likely an event is caused by what was given. AEREL is the sponsor's own list (SDTMIG): words with a
/// plain meaning are read, and RELATED, N and Y say less than the registry's five steps. NONE, REMOTE,
/// POSSIBLE and PROBABLE are those of the CDISC pilot study.
pub(super) fn relation(text: &str) -> Option<Relation> {
    Some(match text.to_uppercase().as_str() {
        "NOT RELATED" | "NONE" | "UNRELATED" => Relation::None,
        "UNLIKELY" | "UNLIKELY RELATED" | "REMOTE" | "DOUBTFUL" => Relation::Unlikely,
        "POSSIBLE" | "POSSIBLY RELATED" => Relation::Possible,
        "PROBABLE" | "PROBABLY RELATED" => Relation::Probable,
        "DEFINITE" | "DEFINITELY RELATED" => Relation::Definite,
        _ => return None,
    })
}

/// F C16576, M C20197, U C17998, INTERSEX C45908, for which older editions have UNDIFFERENTIATED.
pub(super) fn parse_sex(text: &str) -> Result<Sex, Mismatch> {
    match text.to_uppercase().as_str() {
        "U" => Ok(Sex::Unknown),
        "UNDIFFERENTIATED" | "INTERSEX" => Ok(Sex::Other),
        _ => Sex::parse(text),
    }
}

/// How many of a unit of age are a year.
pub(super) fn per_year(unit: &str) -> Option<f64> {
    Some(match unit.to_uppercase().as_str() {
        "YEARS" => 1.0,           // C29848
        "MONTHS" => 12.0,         // C29846
        "WEEKS" => 365.25 / 7.0,  // C29844
        "DAYS" => 365.25,         // C25301
        "HOURS" => 24.0 * 365.25, // C25529
        _ => return None,
    })
}

/// True for an end of somebody who never entered: SCREEN FAILURE C49628, SCREENING NOT COMPLETED C166074,
/// MET ELIGIBILITY CRITERIA BUT NOT NEEDED C150884, FAILURE TO MEET RANDOMIZATION CRITERIA C105448.
pub(super) fn is_before_entry(decoded: &str) -> bool {
    const BEFORE: [&str; 4] = [
        "SCREEN FAILURE",
        "SCREENING NOT COMPLETED",
        "MET ELIGIBILITY CRITERIA BUT NOT NEEDED",
        "FAILURE TO MEET RANDOMIZATION CRITERIA",
    ];
    BEFORE.contains(&decoded.to_uppercase().as_str())
}

/// What the unit of a dose counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Dosed {
    /// So many cells, or so many per kg of body weight, a unit.
    Cells {
        each: f64,
        per_kg: bool,
    },
    Drug,
    Unknown,
}

impl Dosed {
    /// What --DOSU counts: `10^6 Therapeutic Cells` (C187973), `10^6/kg` (C198380), and as sponsors write
    /// it, `10^6 cells/kg`, `MILLION CELLS`; `mg`.
    pub fn of(unit: Option<&str>) -> Dosed {
        let Some(unit) = unit else { return Dosed::Unknown };
        let plain = unit.to_lowercase().replace([' ', '*', '×'], "");
        let (count, per_kg) = match plain.strip_suffix("/kg") {
            Some(count) => (count, true),
            None => (plain.as_str(), false),
        };
        // What a power of ten per kg counts, CDISC leaves open; of what is infused it counts cells.
        let counted = count
            .strip_suffix("therapeuticcells")
            .or_else(|| count.strip_suffix("cells"))
            .or_else(|| (per_kg && count.starts_with("10^")).then_some(count));
        let each = match counted.map(|count| count.trim_start_matches('x')) {
            Some("") => Some(1.0),
            Some("10^3") => Some(1e3),
            Some("10^5") => Some(1e5),
            // 10e6 is ten million to a computer and one million to many people.
            Some("10^6" | "1e6" | "million") => Some(1e6),
            Some("10^7" | "1e7") => Some(1e7),
            Some("10^8" | "1e8") => Some(1e8),
            Some("10^9" | "1e9" | "billion") => Some(1e9),
            _ => None,
        };
        const DRUG: [&str; 11] =
            ["mg", "g", "ug", "mcg", "ng", "u", "iu", "unit", "units", "mg/kg", "tablet"];
        match each {
            Some(each) => Dosed::Cells { each, per_kg },
            None if DRUG.contains(&plain.as_str()) => Dosed::Drug,
            None => Dosed::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Catalogue;

    #[test]
    fn every_test_has_its_concept_and_means_analytes_of_the_catalogue() {
        for (at, (code, concept, keys)) in TESTS.iter().enumerate() {
            let digits = concept.strip_prefix('C').unwrap_or_default();
            let is_concept = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            assert!(is_concept || *code == "BUN", "{code}");
            let is_other = |other: &Test| other.0 != *code && other.1 != *concept;
            assert!(TESTS[..at].iter().all(is_other), "{code}");
            for key in *keys {
                assert!(Catalogue::built_in().keyed(key).is_some(), "{code} {key}");
            }
        }
    }

    /// Units as the code lists UNIT and VSRESU spell them, with those of other laboratories that CDISC
    /// counts as synonyms.
    #[test]
    fn results_are_read_in_the_units_that_cdisc_spells() {
        let units: [(&str, &[&str]); 16] = [
            ("GLUC", &["mmol/L", "mg/dL", "g/L"]),
            ("HBA1C", &["%", "mmol/mol"]),
            ("CPEPTIDE", &["nmol/L", "pmol/L", "ug/L", "ng/mL"]),
            ("INSULIN", &["mIU/L", "uIU/mL", "pmol/L", "mU/L"]),
            ("ALT", &["U/L", "IU/L", "ukat/L", "nkat/L"]),
            ("CREAT", &["umol/L", "mg/dL"]),
            ("UREAN", &["mmol/L", "mg/dL"]),
            ("ALBCREAT", &["g/kg", "mg/g", "g/mol", "mg/mmol"]),
            ("CEA", &["ug/L", "ng/mL"]),
            ("CA19_9AG", &["U/mL"]),
            ("INTLK6", &["ng/L", "pg/mL"]),
            ("WBC", &["10^9/L", "10^6/L", "10^3/uL", "THOU/uL", "GI/L", "/uL"]),
            ("GFRE", &["mL/min/1.73 m2", "mL/s/1.73 m2"]),
            ("TEMP", &["C", "F"]),
            ("PULSE", &["beats/min", "BEATS/MIN"]),
            ("WEIGHT", &["kg", "LB", "g"]),
        ];
        for (code, units) in units {
            let key = meanings(code).and_then(|keys| keys.first()).expect(code);
            let analyte = Catalogue::built_in().keyed(key).expect(key);
            for unit in units {
                assert!(analyte.unit(unit).is_ok(), "{code} in {unit}");
            }
        }
    }

    #[test]
    fn a_filtration_rate_is_taken_only_by_the_formula_of_the_catalogue() {
        for code in ["GFRE", "GFREI", "GFRBSCRT"] {
            assert_eq!(of_other_formula(code, Some("CKD-EPI Creatinine 2021 Formula")), None);
            let without = of_other_formula(code, None);
            assert!(without.is_some_and(|why| why.contains("does not say")), "{without:?}");
            for other in
                ["CKD-EPI CREATININE FORMULA", "CKD-EPI FORMULA", "CKD-EPI CYSTATIN C FORMULA"]
            {
                let why = of_other_formula(code, Some(other));
                assert!(why.is_some_and(|why| why.contains("another formula")), "{other}");
            }
        }
        assert_eq!(of_other_formula("LDL", Some("FRIEDEWALD FORMULA")), None);
    }

    #[test]
    fn a_specimen_is_plasma_blood_urine_or_none_of_them() {
        for (spec, expected) in [
            ("SERUM OR PLASMA", Specimen::Plasma),
            ("Venous Plasma", Specimen::Plasma),
            ("SERUM OR PLASMA OR BLOOD", Specimen::Plasma),
            ("CAPILLARY BLOOD", Specimen::Blood),
            ("URINE", Specimen::Urine),
            ("URINE SEDIMENT", Specimen::Other),
            ("CEREBROSPINAL FLUID", Specimen::Other),
            ("CORD BLOOD", Specimen::Other),
            ("PLASMA ULTRAFILTRATE", Specimen::Other),
        ] {
            assert_eq!(Specimen::of(Some(spec)), expected, "{spec}");
        }
        assert_eq!(Specimen::of(None), Specimen::Unsaid);
    }

    #[test]
    fn words_mean_what_their_lists_say() {
        assert_eq!(parse_outcome("RECOVERED/RESOLVED"), Ok(Outcome::Recovered));
        assert_eq!(parse_outcome("FATAL"), Ok(Outcome::Fatal));
        assert_eq!(parse_outcome("UNKNOWN"), Ok(Outcome::Unknown));
        assert!(parse_outcome("GONE").is_err());
        let times =
            ["QD", "every night", "BID", "Q4H", "QOD", "PRN", "EVERY WEEK"].map(times_a_day);
        assert_eq!(times, [Some(1.0), Some(1.0), Some(2.0), Some(6.0), None, None, None]);
        assert_eq!(parse_sex("INTERSEX"), Ok(Sex::Other));
        assert_eq!(relation("Remote"), Some(Relation::Unlikely));
        assert_eq!(relation("RELATED"), None, "it says less than the five steps");
        assert!(is_before_entry("Screen Failure") && !is_before_entry("NEVER DOSED"));
    }

    #[test]
    fn a_unit_counts_cells_a_drug_or_nothing_that_is_known() {
        let cells = |unit| match Dosed::of(Some(unit)) {
            Dosed::Cells { each, per_kg } => Some((each, per_kg)),
            _ => None,
        };
        assert_eq!(cells("10^6 CELLS/kg"), Some((1e6, true)));
        assert_eq!(cells("10^6 Therapeutic Cells"), Some((1e6, false)));
        assert_eq!(cells("Therapeutic Cells"), Some((1.0, false)));
        assert_eq!(cells("10^6/kg"), Some((1e6, true)));
        assert_eq!(cells("cells"), Some((1.0, false)));
        assert_eq!(cells("x 10^6 cells"), Some((1e6, false)));
        assert_eq!(cells("10e6 cells"), None, "one or ten million?");
        assert_eq!(Dosed::of(Some("Therapeutic Cells/m2")), Dosed::Unknown);
        assert_eq!(Dosed::of(Some("mg")), Dosed::Drug);
        assert_eq!(Dosed::of(Some("BAG")), Dosed::Unknown);
    }
}
