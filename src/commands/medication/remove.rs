use crate::commands::removing::{patient_of, remove};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove a medication
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication remove ward-3/07 1 --reason \"another patient's\"")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Its number in `casebook medication list`
    number: usize,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let what = format!("{} {}", args.patient, args.number);
    remove(session, &mut registry, ("medication", &what), None, |change| {
        change.remove_medication(&patient, args.number)
    })
}
