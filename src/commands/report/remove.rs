use crate::commands::removing::remove;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove a report that no patient stands in
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook report remove ward-3 --reason \"entered twice\"")]
pub(in crate::commands) struct Args {
    /// Which report
    key: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    remove(session, &mut registry, ("report", key), None, |change| change.remove_report(key))
}
