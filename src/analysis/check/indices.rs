//! Indices that a report prints against those that follow from its other values.
//!
//! Every input was rounded when it was printed: the index is computed at both ends of what each print
//! stands for, and doubted only if it lies outside all of them by more than the tolerance. That is 2 %
//! for factors that reports round (18 for 18.02 mg/dL per mmol/L, 88.4 for 88.402) and far less than
//! the 16 % by which an insulin converted by 6.945 pmol/mIU instead of 6.00 is off
//! (Clin Biochem 2017;50:408-413), or another equation usually is; for the body mass index 0.5 kg/m2.

use super::case::{Amount, Case, Seen};
use super::{Asking, Rule, Scope, short};
use crate::domain::derived::{self, Derived};
use crate::domain::{Day, Level, Medication, Status};

/// The part by which a printed index may be off besides rounding.
const RELATIVE: f64 = 0.02;
/// By how much a printed body mass index may be off besides rounding, in kg/m2.
const BMI_ABSOLUTE: f64 = 0.5;
/// pmol of insulin per mIU.
const PMOL_PER_MIU: f64 = 6.0;
/// The factor many laboratories use instead.
const OTHER_PMOL_PER_MIU: f64 = 6.945;
/// umol/L of creatinine per mg/dL: molar mass 113.12 g/mol.
const CREATININE: f64 = 88.401_697_312_588_4;
/// Below this glucose, in mmol/L, the formula of beta-cell function is too steep to compare anything.
const STEEP: f64 = 4.5;

const MEND: &str = "compare all of them with the source: a slip, another unit, or another formula; keep \
                    it with `casebook check accept`";

pub(super) static BMI: Rule = Rule {
    name: "bmi",
    level: Level::Question,
    asks: "Is the printed BMI that of weight and height, within 0.5 kg/m²?",
    mend: MEND,
    lacks: "no visit has BMI and weight, of a patient whose height is known",
    scope: Scope::Patient(bmi),
};

fn bmi(case: &Case<'_>, asking: &mut Asking<'_>) {
    for seen in &case.visits {
        let (Some(printed), Some(weight)) = (seen.number("bmi"), seen.number("weight")) else {
            continue;
        };
        let anywhere = || case.visits.iter().find_map(|seen| seen.number("height"));
        let Some(height) = seen.number("height").or_else(|| height_of(case)).or_else(anywhere)
        else {
            continue;
        };
        asking.look();
        let Some(span) = span(&[weight, height], |of| derived::bmi(of[0], of[1])) else { continue };
        if differs(printed, span, BMI_ABSOLUTE, 0.0) {
            let from = format!("{} and {} cm", text(seen, "weight"), short(height.value));
            tell(case, asking, seen, "bmi", &from, middle(span));
        }
    }
}

/// The patient's height, rounded to whole cm or to tenths.
fn height_of(case: &Case<'_>) -> Option<Amount> {
    let value = case.file.patient.height_cm?;
    let half = if value.fract() == 0.0 { 0.5 } else { 0.05 };
    Some(Amount { value, low: value - half, high: value + half })
}

pub(super) static HOMA: Rule = Rule {
    name: "homa",
    level: Level::Question,
    asks: "Is the printed HOMA index that of insulin and glucose (or of C-peptide and glucose), within \
           2 %?",
    mend: MEND,
    lacks: "no visit has a HOMA index with fasting insulin and glucose",
    scope: Scope::Patient(homa),
};

fn homa(case: &Case<'_>, asking: &mut Asking<'_>) {
    for seen in &case.visits {
        let (Some(glucose), Some(insulin)) = (seen.number("fpg"), seen.number("fins")) else {
            continue;
        };
        let insulin = insulin.scaled(1.0 / PMOL_PER_MIU);
        let c_peptide = seen.number("fcp").map(|nmol| nmol.scaled(1000.0));
        for (key, of_insulin, of_c_peptide) in [
            ("homa_ir", derived::homa_ir as Formula, derived::homa_ir_cp as Formula),
            ("homa_b", derived::homa_beta, derived::homa_islet_cp_dm),
        ] {
            let Some(printed) = seen.number(key) else { continue };
            if key == "homa_b" && glucose.value < STEEP {
                continue;
            }
            asking.look();
            let by = |formula: Formula, other: Amount| {
                span(&[glucose, other], |of| formula(of[0], of[1]))
            };
            let Some(expected) = by(of_insulin, insulin) else { continue };
            let by_c_peptide = c_peptide.and_then(|amount| by(of_c_peptide, amount));
            let fits = |span| !differs(printed, span, 0.0, RELATIVE);
            if fits(expected) || by_c_peptide.is_some_and(fits) {
                continue;
            }
            let from = format!("{} and {}", text(seen, "fins"), text(seen, "fpg"));
            tell(case, asking, seen, key, &from, middle(expected));
            let by_other = by(of_insulin, insulin.scaled(PMOL_PER_MIU / OTHER_PMOL_PER_MIU));
            let by_inverse = by(of_insulin, insulin.scaled(OTHER_PMOL_PER_MIU / PMOL_PER_MIU));
            if [by_other, by_inverse].into_iter().flatten().any(fits)
                && let Some(doubt) = asking.found.last_mut()
            {
                doubt.evidence += "; it fits 6.945 pmol of insulin per mIU instead of 6.00";
            }
        }
    }
}

type Formula = fn(f64, f64) -> Derived;

pub(super) static EGFR: Rule = Rule {
    name: "egfr",
    level: Level::Question,
    asks: "Is the printed eGFR that of CKD-EPI 2021 from creatinine, age and sex, within 2 %?",
    mend: MEND,
    lacks: "no visit has eGFR and creatinine, of a patient whose age and sex are known",
    scope: Scope::Patient(egfr),
};

fn egfr(case: &Case<'_>, asking: &mut Asking<'_>) {
    let patient = &case.file.patient;
    let (Some(age), Some(sex)) = (patient.age_years, patient.sex) else { return };
    for seen in &case.visits {
        let (Some(printed), Some(creatinine), Some(Day(day))) =
            (seen.number("egfr"), seen.number("creat"), seen.day)
        else {
            continue;
        };
        let now = age + f64::from(day) / 365.25;
        // A whole number of years was complete, and may be nearly one more.
        let high = if age.fract() == 0.0 { now + 1.0 } else { now };
        let age = Amount { value: now, low: now, high };
        let inputs = [creatinine.scaled(1.0 / CREATININE), age];
        let Some(span) = span(&inputs, |of| derived::egfr(of[0], of[1], sex)) else { continue };
        asking.look();
        if differs(printed, span, 0.0, RELATIVE) {
            let from = format!("{}, {} years and {sex}", text(seen, "creat"), short(now));
            tell(case, asking, seen, "egfr", &from, middle(span));
        }
    }
}

fn text(seen: &Seen<'_>, key: &str) -> String {
    seen.of(key)
        .map_or_else(String::new, |value| format!("{} {}", value.analyte.symbol, value.text()))
}

fn tell(
    case: &Case<'_>,
    asking: &mut Asking<'_>,
    seen: &Seen<'_>,
    key: &str,
    from: &str,
    expected: f64,
) {
    let Some(value) = seen.of(key) else { return };
    let printed = value.text();
    let evidence = format!("{printed}, where {from} give {}", short(expected));
    asking.doubt(case.place(seen, value), evidence, &[printed, from.to_owned()]);
}

/// The least and the most a formula gives for what its inputs were rounded from; it rises or falls
/// with each of them, so both are found at the ends.
fn span(inputs: &[Amount], formula: impl Fn(&[f64]) -> Derived) -> Option<(f64, f64)> {
    let mut ends = vec![Vec::new()];
    for input in inputs {
        let with = |end: &Vec<f64>, value: f64| [end.as_slice(), &[value]].concat();
        ends = ends.iter().flat_map(|end| [with(end, input.low), with(end, input.high)]).collect();
    }
    let values = ends.iter().map(|end| formula(end).ok()).collect::<Option<Vec<f64>>>()?;
    let low = values.iter().copied().reduce(f64::min)?;
    Some((low, values.iter().copied().fold(low, f64::max)))
}

fn middle((low, high): (f64, f64)) -> f64 {
    f64::midpoint(low, high)
}

/// True if a print lies outside a span by more than the tolerance.
fn differs(printed: Amount, (low, high): (f64, f64), absolute: f64, relative: f64) -> bool {
    printed.high < low * (1.0 - relative) - absolute
        || printed.low > high * (1.0 + relative) + absolute
}

pub(super) static HOMA_GLUCOSE: Rule = Rule {
    name: "homa-glucose",
    level: Level::Question,
    asks: "Is beta-cell function printed, or asked of insulin, at a glucose where it is not defined?",
    mend: "HOMA-β is not defined at a glucose of 3.5 mmol/L or less, and none is computed: compare \
           glucose with the source; keep it with `casebook check accept`",
    lacks: "no visit has fasting glucose with HOMA-β or fasting insulin",
    scope: Scope::Patient(homa_glucose),
};

fn homa_glucose(case: &Case<'_>, asking: &mut Asking<'_>) {
    for seen in &case.visits {
        let Some(glucose) = seen.number("fpg") else { continue };
        let beside = if seen.number("homa_b").is_some() { "homa_b" } else { "fins" };
        if seen.number(beside).is_none() {
            continue;
        }
        asking.look();
        if derived::homa_beta(glucose.value, 1.0).is_err() {
            let (glucose, beside) = (text(seen, "fpg"), text(seen, beside));
            let evidence = format!("{beside} at {glucose}");
            let place = format!("{}, HOMA-β", case.visit_place(seen.visit));
            asking.doubt(place, evidence, &[glucose, beside]);
        }
    }
}

pub(super) static HOMA_INSULIN: Rule = Rule {
    name: "homa-insulin",
    level: Level::Note,
    asks: "Which HOMA values stand beside insulin from outside, where they mean little?",
    mend: "HOMA from insulin counts on the patient's own: leave these values out, or use the C-peptide \
           forms",
    lacks: "no patient with recorded medication has a HOMA index, or insulin and glucose, at a visit \
            whose day is known",
    scope: Scope::Patient(homa_insulin),
};

fn homa_insulin(case: &Case<'_>, asking: &mut Asking<'_>) {
    if case.file.medications.is_empty() {
        return; // silence is not "no insulin"
    }
    let mut values = Vec::new();
    let mut drugs: Vec<String> = Vec::new();
    for seen in &case.visits {
        let Some(day) = seen.day else { continue };
        let is_recorded = |key: &&&str| {
            let status = seen.of(key).map(|value| value.reading().status);
            matches!(status, Some(Status::Measured | Status::FigureOnly))
        };
        let recorded: Vec<&str> =
            ["homa_ir", "homa_b"].iter().filter(is_recorded).copied().collect();
        let is_derivable = seen.number("fins").is_some() && seen.number("fpg").is_some();
        if recorded.is_empty() && !is_derivable {
            continue;
        }
        asking.look();
        let given: Vec<&Medication> =
            case.file.medications.iter().filter(|one| is_insulin_on(case, one, day)).collect();
        if given.is_empty() {
            continue;
        }
        for key in &recorded {
            values.push(format!("{} at {}", text(seen, key), seen.visit.label));
        }
        if recorded.is_empty() {
            values.push(format!("{} at {}", text(seen, "fins"), seen.visit.label));
        }
        drugs.extend(given.iter().map(|one| one.drug.clone()));
    }
    drugs.sort();
    drugs.dedup();
    if !values.is_empty() {
        let place = format!("{}, HOMA", case.key());
        let evidence = format!("{}, under {}", values.join(", "), drugs.join(", "));
        asking.doubt(place, evidence, &[values, drugs].concat());
    }
}

/// True if this is insulin, given on this day as far as its days are known.
fn is_insulin_on(case: &Case<'_>, one: &Medication, day: Day) -> bool {
    let start = case.day_of(one.start_day, one.start_date.as_ref());
    let end = case.day_of(one.end_day, one.end_date.as_ref());
    one.is_insulin()
        && one.dose_per_day != Some(0.0)
        && (start.is_some() || end.is_some())
        && start.is_none_or(|start| start <= day)
        && end.is_none_or(|end| end > day)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::domain::{Day, Medication, Sex};

    #[test]
    fn a_bmi_is_doubted_by_more_than_half_a_unit() {
        let with = |bmi: &str| {
            let mut file = patient(&[("W0", &["Weight=70 kg", &format!("BMI={bmi} kg/m2")])]);
            file.patient.height_cm = Some(175.0);
            found(&file, "bmi")
        };
        assert_eq!(with("22.9"), [""; 0]);
        assert_eq!(with("23.4"), [""; 0], "rounding and 0.5 kg/m2");
        assert_eq!(
            with("25.9"),
            ["a/1, visit W0, BMI: 25.9 kg/m2, where Weight 70 kg and 175 cm give 22.86"]
        );
        let file = patient(&[("W0", &["Weight=70 kg", "BMI=30 kg/m2"])]);
        assert!(skipped(&file, "bmi").expect("skipped").contains("height"));
        let measured =
            patient(&[("W0", &["Weight=70 kg", "BMI=30 kg/m2"]), ("W4", &["Height=175 cm"])]);
        assert_eq!(found(&measured, "bmi").len(), 1);
    }

    #[test]
    fn homa_is_compared_in_every_unit_and_with_both_forms() {
        let with = |values: &[&str]| found(&patient(&[("W0", values)]), "homa");
        let usual = ["FPG=9.3 mmol/L", "FINS=12.6 mIU/L"];
        assert_eq!(with(&[usual[0], usual[1], "HOMA-IR=5.21", "HOMA-β=43.4 %"]), [""; 0]);
        assert_eq!(with(&["FPG=168 mg/dL", "FINS=76 pmol/L", "HOMA-IR=5.2"]), [""; 0]);
        let told = with(&[usual[0], usual[1], "HOMA-IR=3.1", "HOMA-β=90 %"]);
        assert_eq!(
            told[0],
            "a/1, visit W0, HOMA-IR: 3.1, where FINS 12.6 mIU/L and FPG 9.3 mmol/L give 5.208"
        );
        assert_eq!(told.len(), 2, "{told:?}");
        let c_peptide = "FCP=647 pmol/L";
        assert_eq!(with(&["FPG=9.34 mmol/L", usual[1], c_peptide, "HOMA-IR=3.66"]), [""; 0]);
        let told = with(&["FPG=9.3 mmol/L", "FINS=75.6 pmol/L", "HOMA-IR=4.5"]);
        assert!(told[0].contains("6.945"), "{told:?}");
        assert_eq!(with(&["FPG=4.0 mmol/L", usual[1], "HOMA-β=90 %"]), [""; 0], "too steep");
    }

    #[test]
    fn egfr_is_compared_at_the_age_on_the_day() {
        let with = |egfr: &str, sex: Option<Sex>| {
            let mut file = patient(&[(
                "W0",
                &["Creatinine=90 µmol/L", &format!("eGFR={egfr} mL/min/1.73 m2")],
            )]);
            file.patient.age_years = Some(53.0);
            file.patient.sex = sex;
            found(&file, "egfr")
        };
        assert_eq!(with("88", Some(Sex::Male)), [""; 0]);
        let told = with("78", Some(Sex::Male));
        assert!(told[0].contains("Creatinine 90 µmol/L, 53 years and male give 87."), "{told:?}");
        assert_eq!(with("88", Some(Sex::Female)).len(), 1);
        assert_eq!(with("88", None), [""; 0]);
    }

    #[test]
    fn beta_cell_function_at_low_glucose_is_asked_about() {
        let low = patient(&[("W0", &["FPG=3.4 mmol/L", "HOMA-β=300 %"])]);
        assert_eq!(
            found(&low, "homa-glucose"),
            ["a/1, visit W0, HOMA-β: HOMA-β 300 % at FPG 3.4 mmol/L"]
        );
        let derivable = patient(&[("W0", &["FPG=3.4 mmol/L", "FINS=5 mIU/L"])]);
        assert_eq!(found(&derivable, "homa-glucose").len(), 1);
        let usual = patient(&[("W0", &["FPG=7 mmol/L", "FINS=5 mIU/L"])]);
        assert_eq!(found(&usual, "homa-glucose"), [""; 0]);
    }

    #[test]
    fn homa_under_insulin_is_noted_once_for_a_patient() {
        let mut file = patient(&[
            ("W0", &["HOMA-IR=3"]),
            ("W4", &["FPG=7 mmol/L", "FINS=5 mIU/L"]),
            ("W12", &["HOMA-IR=2"]),
        ]);
        assert!(skipped(&file, "homa-insulin").is_some(), "no medication is recorded");
        file.medications.push(Medication {
            drug: "glargine".into(),
            atc: Some("A10AE04".into()),
            dose_per_day: Some(20.0),
            start_day: Some(Day(-30)),
            end_day: Some(Day(84)),
            ..Medication::default()
        });
        assert_eq!(
            found(&file, "homa-insulin"),
            ["a/1, HOMA: HOMA-IR 3 at W0, FINS 5 mIU/L at W4, under glargine"]
        );
        file.medications[0].dose_per_day = Some(0.0);
        assert_eq!(found(&file, "homa-insulin"), [""; 0]);
    }
}
