use crate::commands::removing::remove;
use crate::commands::session::{Session, not_there};
use crate::error::Error;
use crate::store::Access;

/// Remove a patient
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook patient remove ward-3/07 --reason \"consent withdrawn\" --with-everything

The change log keeps what was removed. To part with it for good, make a new registry without it.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Also remove all that is recorded of the patient
    #[arg(long)]
    with_everything: bool,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let key = args.patient.as_str();
    let Some(file) = registry.patient_file(key)? else {
        return Err(not_there("patient", key, &registry.patient_keys()?));
    };
    remove(session, &mut registry, ("patient", key), Some("--with-everything"), |change| {
        change.remove_patient(&file, args.with_everything)
    })
}
