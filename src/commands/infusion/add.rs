use super::Fields;
use crate::commands::fields::Fields as _;
use crate::commands::recording::{Terms, lay_out_recorded, record};
use crate::commands::session::Session;
use crate::domain::{Infusion, PatientRecords, Placed, Records};
use crate::error::Error;
use crate::store::{Access, Kind};

/// Record an infusion
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook infusion add ward-3/07 --product huc-msc --route intravenous
  casebook infusion add ward-3/07 --day 7 --product huc-msc --cells-per-kg 1e6")]
pub(in crate::commands) struct Args {
    /// Which patient, for example huang-2025/1
    patient: String,
    /// First, second ... [default: the next of this patient]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    number: Option<u32>,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let key = &args.patient;
    let mut infusion = Infusion { number: args.number.unwrap_or(0), ..Infusion::default() };
    args.fields.put(&mut infusion);
    let mut of_patient = PatientRecords::of(Placed::typed(key.clone()));
    of_patient.infusions.push(Placed::typed(infusion));
    let records = Records { patients: vec![of_patient], ..Records::default() };
    let command = format!("infusion add {key}");
    let what = args.number.map_or_else(|| key.clone(), |number| format!("{key} {number}"));
    let terms = Terms { new: Some((Kind::Infusion, &what)), ..Terms::default() };
    let mut registry = session.open(Access::Write)?;
    let intake = record(session, &mut registry, &command, records, terms)?;
    let number = intake.last_infusion.unwrap_or_default();
    session.show(&lay_out_recorded(format!("Recorded infusion {number} of {key}"), &intake))
}
