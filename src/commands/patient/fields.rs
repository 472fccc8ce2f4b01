use crate::commands::fields::{self, Field, optional, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::{
    AttributeGiven, Mismatch, PartialDate, Patient, Sex, parse_birth_year, parse_height, parse_key,
    parse_period, parse_years,
};
use crate::error::Error;

/// What can be said of a patient beside the key.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// female (f), male (m), other or unknown
    #[arg(long)]
    sex: Option<Sex>,
    /// Age on day 0, in years
    #[arg(long, value_name = "YEARS", value_parser = |text: &str| parse_years(text, 130.0))]
    age: Option<f64>,
    /// Year of birth
    #[arg(long, value_name = "YEAR", value_parser = parse_birth_year)]
    birth_year: Option<i32>,
    /// Diagnosis, such as T2DM
    #[arg(long, value_name = "TEXT", value_parser = text)]
    diagnosis: Option<String>,
    /// Duration of diabetes on day 0, in years
    #[arg(long, value_name = "YEARS", value_parser = |text: &str| parse_years(text, 130.0))]
    duration: Option<f64>,
    /// Body height in cm
    #[arg(long, value_name = "CM", value_parser = parse_height)]
    height: Option<f64>,
    /// How long the patient was followed from day 0, such as "12 wk"
    #[arg(long, value_name = "PERIOD", value_parser = parse_period)]
    follow_up: Option<i32>,
    /// Date of enrolment, as far as it is known
    #[arg(long, value_name = "DATE", value_parser = PartialDate::parse)]
    enrolment: Option<PartialDate>,
    /// Another report this patient stands in; may be repeated
    #[arg(long, value_name = "REPORT", value_parser = parse_key)]
    also_in: Vec<String>,
    /// A value of an attribute, such as arm=placebo; may be repeated (`casebook attribute list`)
    #[arg(long, value_name = "ATTRIBUTE=VALUE", value_parser = AttributeGiven::parse)]
    set: Vec<AttributeGiven>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl Fields {
    /// The attributes that were given, each once.
    pub fn given(&self) -> Result<Vec<AttributeGiven>, Error> {
        for (at, given) in self.set.iter().enumerate() {
            let again = |other: &AttributeGiven| other.key.eq_ignore_ascii_case(&given.key);
            if self.set[..at].iter().any(again) {
                let heading = format!("{} is set twice. Nothing was changed", given.key);
                let mismatch = Mismatch::new(given.key.as_str(), "each attribute once");
                return Err(Error::Usage { heading, mismatch });
            }
        }
        Ok(self.set.clone())
    }
}

impl fields::Fields<Patient> for Fields {
    fn list() -> Vec<Field<Fields, Patient>> {
        let mut list: Vec<Field<Fields, Patient>> = vec![
            optional("sex", |given| &given.sex, |record| &mut record.sex),
            optional("age", |given| &given.age, |record| &mut record.age_years),
            optional("birth-year", |given| &given.birth_year, |record| &mut record.birth_year),
            optional("diagnosis", |given| &given.diagnosis, |record| &mut record.diagnosis),
            optional(
                "duration",
                |given| &given.duration,
                |record| &mut record.diabetes_duration_years,
            ),
            optional("height", |given| &given.height, |record| &mut record.height_cm),
            optional("follow-up", |given| &given.follow_up, |record| &mut record.follow_up_days),
            optional("enrolment", |given| &given.enrolment, |record| &mut record.enrolment_date),
            Field {
                name: "also-in",
                is_given: Box::new(|given| !given.also_in.is_empty()),
                put: Box::new(|given, record| {
                    for report in &given.also_in {
                        if !record.reports.contains(report) {
                            record.reports.push(report.clone());
                        }
                    }
                }),
                clear: Some(Box::new(|record| record.reports.truncate(1))),
            },
            Field {
                name: "set",
                is_given: Box::new(|given| !given.set.is_empty()),
                // Adding hands them over unchecked, with their place; see `add`.
                put: Box::new(|_, _| {}),
                clear: Some(Box::new(|record| record.attributes.clear())),
            },
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut Patient| &mut record.source,
        ));
        list
    }
}
