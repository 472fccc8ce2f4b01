use super::Fields;
use crate::commands::fields::Fields as _;
use crate::commands::recording::{lay_out_recorded, record_new};
use crate::commands::session::Session;
use crate::domain::{Patient, PatientRecords, Placed, Records, parse_patient_key};
use crate::error::Error;
use crate::store::Kind;

/// Record a patient
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook patient add ward-3/08 --diagnosis T2DM --follow-up \"12 wk\"
  casebook patient add ward-3/09 --set arm=msc --set smoking=never
  casebook patient add ward-3/07 --sex female --age 53 --diagnosis T2DM --duration 8.5")]
pub(in crate::commands) struct Args {
    /// The report's key and the patient's label there, such as huang-2025/1; never a name
    #[arg(value_name = "REPORT/LABEL", value_parser = parse_patient_key)]
    key: (String, String),
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let (report, label) = &args.key;
    let key = format!("{report}/{label}");
    let reports = vec![report.clone()];
    let mut patient = Patient { key: key.clone(), reports, ..Patient::default() };
    args.fields.put(&mut patient);
    let mut records = PatientRecords::of(Placed::typed(key.clone()));
    records.patient = Some(patient);
    records.attributes = args.fields.given()?.into_iter().map(Placed::typed).collect();
    let records = Records { patients: vec![records], ..Records::default() };
    let command = format!("patient add {key}");
    let intake = record_new(session, &command, records, (Kind::Patient, &key), false)?;
    session.show(&lay_out_recorded(format!("Recorded patient {key}"), &intake))
}
