use super::rescheduling::reschedule;
use crate::commands::session::Session;
use crate::error::Error;

/// Take a timepoint out of the schedule
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook timepoint remove W24 --dry-run
  casebook timepoint remove W24 --reason \"not in the protocol\"

Its visits and their measurements stay, without a timepoint.")]
pub(in crate::commands) struct Args {
    /// Which timepoint, by its name
    name: String,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let reason = session.reason_unless(args.dry_run)?;
    reschedule(session, ("remove", &args.name), args.dry_run, Some(reason), |change| {
        change.remove_timepoint(&args.name)
    })
}
