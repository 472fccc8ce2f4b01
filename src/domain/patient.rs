//! A patient, known by a pseudonym only.

use super::mismatch::words;
use super::report::parse_key;
use super::{Mismatch, Number, PartialDate, Source};
use serde::Serialize;
use std::collections::BTreeMap;

words! {
    /// Sex as reported.
    Sex as "a sex" {
        /// Female.
        Female = "female" | "f",
        /// Male.
        Male = "male" | "m",
        /// Another.
        Other = "other",
        /// The report says that it is not known.
        Unknown = "unknown",
    }
}

/// A patient. Whatever a report does not say is `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Patient {
    /// Unique pseudonym; by custom report and number, `huang-2025/1`.
    pub key: String,
    /// Keys of the reports this patient stands in; the first is the one it was recorded from.
    pub reports: Vec<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Age on day 0, in years.
    pub age_years: Option<f64>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Diagnosis, for example T2DM.
    pub diagnosis: Option<String>,
    /// Years since the diagnosis, on day 0.
    pub diabetes_duration_years: Option<f64>,
    /// Body height in cm.
    pub height_cm: Option<f64>,
    /// Days of follow-up from day 0.
    pub follow_up_days: Option<i32>,
    /// The date of enrolment.
    pub enrolment_date: Option<PartialDate>,
    /// Values of the registry's own columns, by the key of the attribute; read where the patient was.
    // Left out where there are none: the log pictures a patient without them as it did before they were.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Where this was read.
    pub source: Option<Source>,
    /// Anything else that does not identify a person.
    pub note: Option<String>,
}

/// Read a patient key: a report's key, a slash and the patient's label there (`huang-2025/1`).
///
/// # Errors
/// If one of the two parts is missing or holds a character that keys don't have.
pub fn parse_patient_key(text: &str) -> Result<(String, String), Mismatch> {
    let wrong = || {
        Mismatch::new(text.trim(), "a patient as report/label, for example huang-2025/1")
            .mend("a label is a number or a pseudonym, never a name")
    };
    let (report, label) = text.trim().split_once('/').ok_or_else(wrong)?;
    let report = parse_key(report).map_err(|_| wrong())?;
    let label = parse_key(label).map_err(|_| wrong())?;
    Ok((report, label))
}

/// True unless two keys name two patients of one report whose labels differ in digits alone: patient
/// 5 is never a slip for patient 6.
pub fn may_be_meant(near: &str, key: &str) -> bool {
    let letters = |label: &str| label.replace(|c: char| c.is_ascii_digit(), "");
    match (near.split_once('/'), key.split_once('/')) {
        (Some((near_report, near)), Some((report, label))) if near_report == report => {
            letters(near) != letters(label)
        }
        _ => true,
    }
}

/// Read an age or a duration in years within `0..=most`.
///
/// # Errors
/// If it is no number or outside.
pub fn parse_years(text: &str, most: f64) -> Result<f64, Mismatch> {
    let plain = text.trim().trim_end_matches(['a', 'y']).trim_end();
    match Number::parse(plain) {
        Ok(number) if (0.0..=most).contains(&number.value) => Ok(number.value),
        Ok(_) => Err(Mismatch::new(text, format!("years from 0 to {most}"))),
        Err(mismatch) => Err(mismatch),
    }
}

/// Read a body height in cm.
///
/// # Errors
/// If it is no number from 30 to 280.
pub fn parse_height(text: &str) -> Result<f64, Mismatch> {
    match Number::parse(text)? {
        number if (30.0..=280.0).contains(&number.value) => Ok(number.value),
        number if (0.3..=2.8).contains(&number.value) => {
            let mend = format!("in metres it looks like this: {} cm", number.value * 100.0);
            Err(Mismatch::new(text, "a height in cm, from 30 to 280").mend(mend))
        }
        _ => Err(Mismatch::new(text, "a height in cm, from 30 to 280")),
    }
}

/// Read a year of birth.
///
/// # Errors
/// If it is no year between 1850 and 2200.
pub fn parse_birth_year(text: &str) -> Result<i32, Mismatch> {
    match text.trim().parse() {
        Ok(year) if (1850..=2200).contains(&year) => Ok(year),
        _ => Err(Mismatch::new(text, "a year of birth such as 1968")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_is_named_by_report_and_label() {
        let key = |text| parse_patient_key(text);
        assert_eq!(key("huang-2025/1"), Ok(("huang-2025".to_owned(), "1".to_owned())));
        for wrong in ["1", "huang-2025/", "/1", "a/b/c", "huang 2025/1"] {
            assert!(key(wrong).is_err(), "{wrong} was taken as a patient");
        }
        assert_eq!(parse_years("8.5", 130.0), Ok(8.5));
        assert!(parse_years("180", 130.0).is_err());
    }
}
