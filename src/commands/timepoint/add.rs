use super::rescheduling::reschedule;
use crate::commands::session::Session;
use crate::domain::Timepoint;
use crate::error::Error;

/// Add a timepoint to the schedule
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook timepoint add \"W24±4\" --dry-run
  casebook timepoint add \"discharge=D10±2\"

A window is counted in the label's own unit unless it names another: W4±1 is one week, W4±3d three days.
Visits that are labelled so get the timepoint. The result says which measurements move, for which analytes
`summary change` differs, and whether anybody's baseline does.")]
pub(in crate::commands) struct Args {
    /// The day aimed at, which is its name, with a window; or a name, =, and the day
    #[arg(value_parser = Timepoint::parse)]
    timepoint: Timepoint,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let what = args.timepoint.to_string();
    reschedule(session, ("add", &what), args.dry_run, session.reason(), |change| {
        change.add_timepoint(&args.timepoint)
    })
}
