use crate::commands::removing::no_such;
use crate::commands::session::Session;
use crate::commands::showing::{file_of, lay_out_of_patient};
use crate::error::Error;
use crate::store::Access;

/// Show one infusion: every field and where it was read
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook infusion show ward-3/07 1
  casebook infusion show ward-3/07 1 --format json")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Which infusion: 1 for the first
    number: u32,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let file = file_of(&registry, &args.patient)?;
    let what = format!("{} {}", args.patient, args.number);
    let infusion = file.infusions.iter().find(|infusion| infusion.number == args.number);
    let infusion = infusion.ok_or_else(|| no_such("infusion", &what))?;
    session.show(&lay_out_of_patient(&registry, ("infusion", &what), &file, None, infusion))
}
