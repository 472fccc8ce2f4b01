//! What a row says of its patient: the key, and the fields that may stand in any row.

use super::Taker;
use crate::domain::{
    AttributeGiven, Mismatch, Patient, Sex, Status, parse_birth_year, parse_height, parse_key,
    parse_patient_key, parse_period, parse_years,
};
use crate::import::gather::PatientAt;
use crate::import::map::Field;
use crate::import::table::Row;

impl Taker<'_> {
    /// The key of the row's patient. What is no label may be a name, and is not shown.
    pub(super) fn key(&self, row: &Row) -> Result<String, (Field, Mismatch)> {
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

    /// A field of a patient, read by `parse`.
    fn set<T: PartialEq + Clone + std::fmt::Display>(
        &mut self,
        at: PatientAt,
        row: &Row,
        field: Field,
        parse: impl Fn(&str) -> Result<T, Mismatch>,
        of: impl Fn(&mut Patient) -> &mut Option<T>,
    ) {
        let Some(text) = self.field(row, field) else { return };
        if Status::parse(text).is_ok_and(|status| !status.is_number()) {
            return;
        }
        match self.with_point(text).and_then(|text| parse(&text)) {
            Ok(value) => {
                let place = self.place(row, field);
                self.gatherer.set(at, &place, field.as_str(), value, of);
            }
            Err(mismatch) => self.wrong(row, field, mismatch),
        }
    }

    pub(super) fn take_patient(&mut self, at: PatientAt, row: &Row) {
        let sex = |text: &str| match text {
            "男" => Ok(Sex::Male),
            "女" => Ok(Sex::Female),
            text => Sex::parse(text).map_err(|mismatch| match text.parse::<u8>() {
                Ok(_) => Mismatch { mend: None, ..mismatch }
                    .mend("say in a map what the number means: values = { \"1\" = \"male\", … }"),
                Err(_) => mismatch,
            }),
        };
        let years = |text: &str| parse_years(text, 130.0);
        let text = |text: &str| Ok(text.to_owned());
        self.set(at, row, Field::Sex, sex, |patient| &mut patient.sex);
        self.set(at, row, Field::Age, years, |patient| &mut patient.age_years);
        self.set(at, row, Field::BirthYear, parse_birth_year, |patient| &mut patient.birth_year);
        self.set(at, row, Field::Diagnosis, text, |patient| &mut patient.diagnosis);
        self.set(at, row, Field::Duration, years, |p| &mut p.diabetes_duration_years);
        self.set(at, row, Field::Height, parse_height, |patient| &mut patient.height_cm);
        self.set(at, row, Field::FollowUp, parse_period, |patient| &mut patient.follow_up_days);
        if let Some(text) = self.field(row, Field::Enrolment) {
            match self.date(text) {
                Ok(date) => {
                    let place = self.place(row, Field::Enrolment);
                    let field = Field::Enrolment.as_str();
                    self.gatherer.set(at, &place, field, date, |p| &mut p.enrolment_date);
                }
                Err(mismatch) => self.wrong(row, Field::Enrolment, mismatch),
            }
        }
        for (column, key) in &self.columns.attributes {
            if let Some(text) = self.cell(row, *column) {
                let given = AttributeGiven { key: key.clone(), text: text.to_owned() };
                let place = self.sheet.place(row.number, Some(*column));
                self.gatherer.attribute_value(at, place, given);
            }
        }
    }
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
