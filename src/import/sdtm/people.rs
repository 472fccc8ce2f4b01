//! DM and DS: who the patients are, and how long they were followed.

use super::super::gather::PatientAt;
use super::Study;
use super::data_set::{DataSet, Observation};
use super::terms::{is_before_entry, parse_sex, per_year};
use super::time::{Reference, parse_dtc};
use crate::domain::{
    Attribute, AttributeGiven, AttributeKind, Mismatch, Number, Place, find_attribute,
    parse_category_value, parse_years,
};

use std::collections::{BTreeSet, HashMap};

const TAKEN: [&str; 10] =
    ["SEX", "AGE", "AGEU", "RFSTDTC", "RFXSTDTC", "ARM", "ACTARM", "BRTHDTC", "COUNTRY", "RFICDTC"];

impl Study<'_> {
    pub(super) fn take_people(&mut self, set: &DataSet) {
        self.ignore_others(
            set,
            &TAKEN,
            &[("DTHDTC", "a death is an adverse event or its outcome")],
        );
        self.declare_arm(set);
        for row in set.rows() {
            let Some(at) = self.patient(&row) else { continue };
            self.take_person(at, &row);
        }
    }

    fn take_person(&mut self, at: PatientAt, row: &Observation<'_>) {
        let place = row.at("SEX");
        if let Some(sex) = self.parsed(row, "SEX", parse_sex) {
            self.gathered.set(at, &place, "sex", sex, |patient| &mut patient.sex);
        }
        if let Some(age) = self.age(row) {
            self.gathered.set(at, &row.at("AGE"), "age", age, |patient| &mut patient.age_years);
        }
        if let Some(birth) = row.get("BRTHDTC") {
            let year = birth.get(..4).and_then(|year| year.parse().ok());
            match year {
                Some(year) => {
                    self.gathered.set(at, &row.at("BRTHDTC"), "birth year", year, |patient| {
                        &mut patient.birth_year
                    })
                }
                None => {
                    let mismatch = Mismatch::new("", "a date that begins with its year");
                    self.gathered.wrong(row.at("BRTHDTC"), "BRTHDTC", mismatch);
                }
            }
            if birth.len() > 4 {
                let why = "only the year is taken: a date of birth could identify a person";
                self.gathered.ignore(row.at("BRTHDTC"), "DM, month and day of BRTHDTC", why);
            }
        }
        if row.get("COUNTRY").is_some() {
            let why = "a country belongs to a report here: casebook report edit KEY --country";
            self.gathered.ignore(row.at("COUNTRY"), "DM, variable COUNTRY", why);
        }
        let start = self.parsed(row, "RFSTDTC", parse_dtc);
        let exposure = self.parsed(row, "RFXSTDTC", parse_dtc);
        if let Some(date) = self.parsed(row, "RFICDTC", parse_dtc) {
            let place = row.at("RFICDTC");
            self.gathered.set(at, &place, "enrolment", date, |patient| &mut patient.enrolment_date);
        }
        let key = self.gathered.key(at).to_owned();
        self.references.insert(key, Reference { start, exposure });
        if let Some(arm) = row.get("ACTARM").or_else(|| row.get("ARM")) {
            let place = row.at(if row.get("ACTARM").is_some() { "ACTARM" } else { "ARM" });
            let given = AttributeGiven { key: "arm".to_owned(), text: arm.to_owned() };
            self.gathered.attribute_value(at, place, given);
        }
    }

    /// The age in years; AGEU names the unit.
    fn age(&mut self, row: &Observation<'_>) -> Option<f64> {
        let unit = row.get("AGEU").unwrap_or("YEARS");
        let Some(per_year) = per_year(unit) else {
            let mismatch = Mismatch::new(unit, "YEARS, MONTHS, WEEKS, DAYS or HOURS");
            self.gathered.wrong(row.at("AGEU"), "AGEU", mismatch);
            return None;
        };
        let most = 130.0 * per_year;
        self.parsed(row, "AGE", |text| parse_years(text, most)).map(|age| age / per_year)
    }

    /// The arms become a category of the registry, unless it has a column of that name.
    fn declare_arm(&mut self, set: &DataSet) {
        let arms = set.rows().filter_map(|row| row.get("ACTARM").or_else(|| row.get("ARM")));
        let arms: BTreeSet<String> = arms.map(str::to_owned).collect();
        if arms.is_empty() || find_attribute(self.how.attributes, "arm").is_ok() {
            return;
        }
        let mut attribute = Attribute {
            key: "arm".to_owned(),
            label: Some("Arm".to_owned()),
            kind: AttributeKind::Category,
            values: Vec::new(),
        };
        for arm in arms {
            match parse_category_value(&arm) {
                Ok(value) => attribute.add_value(&value),
                Err(mismatch) => self.gathered.wrong(set.place(), "ARM", mismatch),
            }
        }
        if let Some(mismatch) = attribute.wrong().filter(|_| !attribute.values.is_empty()) {
            self.gathered.wrong(set.place(), "ARM", mismatch);
        }
        self.gathered.attribute(set.place(), attribute);
    }

    /// DS: the last day of a completion or discontinuation is how long a patient was followed.
    pub(super) fn take_disposition(&mut self, set: &DataSet) {
        self.ignore_others(
            set,
            &["STDY", "STDTC", "CAT", "DECOD"],
            &[("TERM", "why and how a patient ended is not kept, only when")],
        );
        let mut last: HashMap<PatientAt, (i32, Place)> = HashMap::new();
        for row in set.rows() {
            let category = row.of("CAT").unwrap_or("DISPOSITION EVENT").to_uppercase();
            let decoded = row.of("DECOD").unwrap_or_default();
            if category != "DISPOSITION EVENT" || decoded.is_empty() || is_before_entry(decoded) {
                let why = "no end of a patient's participation";
                self.gathered.ignore(row.place(), "DS, other records", why);
                continue;
            }
            let Some(at) = self.patient(&row) else { continue };
            let when = self.when(at, &row, ("DSSTDY", "DSSTDTC"));
            let Some(day) = when.day.map(|day| day.0).filter(|day| *day >= 0) else {
                let why = "without a day on or after day 0";
                self.gathered.ignore(row.place(), "DS, ends of participation", why);
                continue;
            };
            let known = last.entry(at).or_insert_with(|| (day, row.at("DSSTDY")));
            if day > known.0 {
                *known = (day, row.at("DSSTDY"));
            }
        }
        for (at, (day, place)) in last {
            self.gathered.set(at, &place, "follow-up", day, |patient| &mut patient.follow_up_days);
        }
    }
}

/// A number of SDTM as text, if it is one.
pub(super) fn number(text: Option<&str>) -> Option<f64> {
    Number::parse(text?).ok().map(|number| number.value)
}
