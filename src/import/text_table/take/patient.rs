//! What a row says of its patient: the key, and the fields that may stand in any row.

use super::Taker;
use crate::domain::{
    AttributeGiven, Mismatch, Patient, Sex, Status, parse_birth_year, parse_height, parse_key,
    parse_patient_key, parse_period, parse_years,
};
use crate::import::gather::PatientAt;
use crate::import::map::Field;
use crate::import::table::Row;
use std::fmt::Display;

/// What rows may say of a patient, beside who it is.
pub(super) const FIELDS: [Field; 8] = [
    Field::Sex,
    Field::Age,
    Field::BirthYear,
    Field::Diagnosis,
    Field::Duration,
    Field::Height,
    Field::FollowUp,
    Field::Enrolment,
];

impl Taker<'_> {
    /// The row's patient; none if the row does not say who that is, which is named as a problem.
    pub(super) fn patient(&mut self, row: &Row) -> Option<PatientAt> {
        let parts = [Field::Report, Field::Patient].map(|field| self.field(row, field));
        let parts = parts.map(Option::unwrap_or_default);
        if let Some((said, at)) = &self.last_patient
            && said.split_once('\n').is_some_and(|(report, patient)| [report, patient] == parts)
        {
            return Some(*at);
        }
        let said = parts.join("\n");
        match self.key(row) {
            Ok(key) => {
                let at = self.gatherer.patient(&self.place(row, Field::Patient), &key);
                self.last_patient = Some((said, at));
                Some(at)
            }
            // Without any report, one row says it for all.
            Err((Field::Report, _)) if self.lacks_report => None,
            Err((field, mismatch)) => {
                let is_there = self.columns.fields.contains_key(&Field::Report);
                self.lacks_report |= field == Field::Report && !is_there;
                self.wrong(row, field, mismatch);
                None
            }
        }
    }

    /// The key of the row's patient. What is no label may be a name, and is not shown.
    fn key(&self, row: &Row) -> Result<String, (Field, Mismatch)> {
        let nothing = |expected: &str, mend: &str| Mismatch::new("nothing", expected).mend(mend);
        let Some(label) = self.field(row, Field::Patient) else {
            let mend = "write the patient into every row: a blank cell is not filled from above";
            return Err((Field::Patient, nothing("a patient's label", mend)));
        };
        if label.contains('/') {
            let key = parse_patient_key(label).map(|_| label.trim().to_owned());
            return key.map_err(|_| (Field::Patient, not_a_label()));
        }
        let is_pseudonym = self.map.labels_are_pseudonyms
            || label.chars().any(|c| c.is_numeric())
            || (label.is_ascii() && label.len() <= 3);
        let label = match parse_key(label) {
            Ok(label) if is_pseudonym => label,
            _ => return Err((Field::Patient, not_a_label())),
        };
        let report = self.field(row, Field::Report).or(self.report).ok_or_else(|| {
            let mend = "pass --report KEY, and --report-kind KIND if it is not recorded yet; or give \
                        the table a column report";
            (Field::Report, nothing("the report of the patient", mend))
        })?;
        let report = parse_key(report).map_err(|mismatch| (Field::Report, mismatch))?;
        Ok(format!("{report}/{label}"))
    }

    /// A year of birth. Of a date, only the year is taken, and nothing of it is shown.
    fn birth_year(&self, text: &str) -> Result<i32, Mismatch> {
        let iso = self.map.date_format.and_then(|format| format.iso(text));
        let year = iso.as_deref().unwrap_or(text).split('-').next().unwrap_or_default();
        parse_birth_year(year)
            .map_err(|_| Mismatch::new("", "a year such as 1968, or a date that begins with it"))
    }

    /// A field of a patient, read by `parse`.
    fn set<T: PartialEq + Clone + Display>(
        &mut self,
        at: PatientAt,
        row: &Row,
        field: Field,
        parse: impl Fn(&Self, &str) -> Result<T, Mismatch>,
        of: impl Fn(&mut Patient) -> &mut Option<T>,
    ) {
        let Some(text) = self.field(row, field).filter(|text| !is_without_value(text)) else {
            return;
        };
        match parse(self, text) {
            Ok(value) => {
                let place = self.place(row, field);
                self.gatherer.set(at, &place, field.as_str(), value, of);
            }
            Err(mismatch) => self.wrong(row, field, mismatch),
        }
    }

    pub(super) fn take_patient(&mut self, at: PatientAt, row: &Row) {
        let sex = |_: &Self, text: &str| parse_sex(text);
        let text = |_: &Self, text: &str| Ok(text.to_owned());
        let years = |taker: &Self, text: &str| parse_years(&taker.with_point(text)?, 130.0);
        let height = |taker: &Self, text: &str| parse_height(&taker.with_point(text)?);
        let period = |taker: &Self, text: &str| parse_period(&taker.with_point(text)?);
        self.set(at, row, Field::Sex, sex, |patient| &mut patient.sex);
        self.set(at, row, Field::Age, years, |patient| &mut patient.age_years);
        self.set(at, row, Field::BirthYear, Self::birth_year, |patient| &mut patient.birth_year);
        self.set(at, row, Field::Diagnosis, text, |patient| &mut patient.diagnosis);
        self.set(at, row, Field::Duration, years, |p| &mut p.diabetes_duration_years);
        self.set(at, row, Field::Height, height, |patient| &mut patient.height_cm);
        self.set(at, row, Field::FollowUp, period, |patient| &mut patient.follow_up_days);
        self.set(at, row, Field::Enrolment, Self::date, |patient| &mut patient.enrolment_date);
        for (column, key) in &self.columns.attributes {
            let Some(text) = self.cell(row, *column) else { continue };
            // A text that the map calls not done or not reported is no value.
            let is_none = row.cell(*column) != Some(text) && is_without_value(text);
            if is_none {
                continue;
            }
            let mut given = AttributeGiven { key: key.clone(), text: text.to_owned() };
            let place = self.sheet.place(row.number, Some(*column));
            if self.dated.contains(column) {
                match self.date(text) {
                    Ok(date) => given.text = date.to_string(),
                    Err(mismatch) => {
                        self.gatherer.wrong(place, key.as_str(), mismatch);
                        continue;
                    }
                }
            }
            self.gatherer.attribute_value(at, place, given);
        }
    }
}

fn parse_sex(text: &str) -> Result<Sex, Mismatch> {
    match text {
        "男" => Ok(Sex::Male),
        "女" => Ok(Sex::Female),
        text => Sex::parse(text).map_err(|mismatch| match text.parse::<u8>() {
            Ok(_) => Mismatch { mend: None, ..mismatch }
                .mend("say in a map what the number means: values = { \"1\" = \"male\", … }"),
            Err(_) => mismatch,
        }),
    }
}

/// True for not done, not reported and the like.
fn is_without_value(text: &str) -> bool {
    Status::parse(text).is_ok_and(|status| !status.is_number())
}

/// What is no label might be a name, so it is not shown.
fn not_a_label() -> Mismatch {
    Mismatch::new(
        "",
        "a number or a pseudonym with a digit, such as 1 or P07: letters, digits, - _ .",
    )
    .mend(
        "a label is never a name; if these are pseudonyms, write labels_are_pseudonyms = true \
               under [file] in a map",
    )
}
