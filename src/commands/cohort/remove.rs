use super::find;
use crate::commands::removing::remove;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove a cohort; its patients stay
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook cohort remove poorly-controlled --reason \"not in the protocol\"")]
pub(in crate::commands) struct Args {
    /// Which cohort
    name: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let name = args.name.as_str();
    find(&registry, name)?;
    remove(session, &mut registry, ("cohort", name), None, |change| change.remove_cohort(name))
}
