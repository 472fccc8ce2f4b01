use crate::commands::removing::{patient_of, remove};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove an infusion
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook infusion remove ward-3/07 2 --reason \"never given\"")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Number of the infusion
    number: u32,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let what = format!("{} {}", args.patient, args.number);
    remove(session, &mut registry, ("infusion", &what), None, |change| {
        change.remove_infusion(&patient, args.number)
    })
}
