use crate::commands::session::Session;
use crate::commands::showing::{file_of, lay_out_of_patient, numbered};
use crate::error::Error;
use crate::store::Access;

/// Show one medication: every field and where it was read
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication show ward-3/07 1
  casebook medication show ward-3/07 1 --format json")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Its number in `casebook medication list`
    number: usize,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let file = file_of(&registry, &args.patient)?;
    let what = format!("{} {}", args.patient, args.number);
    let record = numbered(&file.medications, args.number, "medication", &what)?;
    session.show(&lay_out_of_patient(
        &registry,
        ("medication", &what),
        &file,
        Some(args.number),
        record,
    ))
}
