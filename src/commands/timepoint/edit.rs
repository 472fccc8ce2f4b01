use super::rescheduling::reschedule;
use crate::commands::session::Session;
use crate::domain::Timepoint;
use crate::error::Error;

/// Give a timepoint another window, day or name
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook timepoint edit W4 --to \"W4±3d\" --dry-run
  casebook timepoint edit W4 --to \"W4=D30±3\" --reason \"amendment 2\"

--to is the whole timepoint as it shall be. The planned days of visits follow, their actual days never do.
A visit's label is what its report says and stays: under another name, the visits of the former one have
no timepoint, and those labelled as the new one get it.")]
pub(in crate::commands) struct Args {
    /// Which timepoint, by its name
    name: String,
    /// What it is from now on, written as in `timepoint add`
    #[arg(long, value_name = "TIMEPOINT", value_parser = Timepoint::parse)]
    to: Timepoint,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let reason = session.reason_unless(args.dry_run)?;
    reschedule(session, ("edit", &args.name), args.dry_run, Some(reason), |change| {
        change.edit_timepoint(&args.name, &args.to)
    })
}
