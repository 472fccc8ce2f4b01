use super::Fields;
use crate::commands::fields::{Fields as _, text};
use crate::commands::recording::record_of_patient;
use crate::commands::session::Session;
use crate::domain::{Medication, PatientRecords, Placed};
use crate::error::Error;
use crate::store::Kind;

/// Record a dose episode of a drug
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication add ward-3/07 \"insulin glargine\" --dose 20 --unit U --end 28
  casebook medication add ward-3/07 \"insulin glargine\" --dose 0 --unit U --start 28

Each change of dose is an episode of its own. Dose 0 says that the patient was free of the drug; a dose
that is left out is not known.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The drug
    #[arg(value_parser = text)]
    drug: String,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut medication = Medication { drug: args.drug.clone(), ..Medication::default() };
    args.fields.put(&mut medication);
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.medications.push(Placed::typed(medication));
    let command = format!("medication add {} {}", args.patient, args.drug);
    record_of_patient(session, &command, of_patient, (Kind::Medication, &args.drug))
}
