use crate::commands::recording::{SourceArgs, lay_out_recorded, record_new};
use crate::commands::session::Session;
use crate::domain::{
    PartialDate, Patient, PatientRecords, Placed, Records, Sex, parse_birth_year, parse_height,
    parse_patient_key, parse_period, parse_years,
};
use crate::error::Error;
use crate::store::Kind;

/// Record a patient
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook patient add ward-3/08 --diagnosis T2DM --follow-up \"12 wk\"
  casebook patient add ward-3/07 --sex female --age 53 --diagnosis T2DM --duration 8.5")]
pub(in crate::commands) struct Args {
    /// The report's key and the patient's label there, such as huang-2025/1; never a name
    #[arg(value_name = "REPORT/LABEL", value_parser = parse_patient_key)]
    key: (String, String),
    /// female, male, other or unknown
    #[arg(long)]
    sex: Option<Sex>,
    /// Age on day 0, in years
    #[arg(long, value_name = "YEARS", value_parser = |text: &str| parse_years(text, 130.0))]
    age: Option<f64>,
    /// Year of birth
    #[arg(long, value_name = "YEAR", value_parser = parse_birth_year)]
    birth_year: Option<i32>,
    /// Diagnosis, such as T2DM
    #[arg(long, value_name = "TEXT")]
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
    #[arg(long, value_name = "REPORT")]
    also_in: Vec<String>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let (report, label) = &args.key;
    let key = format!("{report}/{label}");
    let patient = Patient {
        key: key.clone(),
        reports: std::iter::once(report).chain(&args.also_in).cloned().collect(),
        sex: args.sex,
        age_years: args.age,
        birth_year: args.birth_year,
        diagnosis: args.diagnosis.clone(),
        diabetes_duration_years: args.duration,
        height_cm: args.height,
        follow_up_days: args.follow_up,
        enrolment_date: args.enrolment.clone(),
        source: args.source.source(),
        note: args.note.clone(),
    };
    let mut records = PatientRecords::of(Placed::typed(key.clone()));
    records.patient = Some(patient);
    let records = Records { patients: vec![records], ..Records::default() };
    let command = format!("patient add {key}");
    let intake = record_new(session, &command, &records, (Kind::Patient, &key), false)?;
    session.show(&lay_out_recorded(format!("Recorded patient {key}"), &intake))
}
