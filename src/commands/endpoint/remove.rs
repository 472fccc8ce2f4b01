use super::find;
use crate::commands::removing::remove;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove an endpoint
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook endpoint remove target --reason \"not in the protocol\"")]
pub(in crate::commands) struct Args {
    /// Which endpoint
    name: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let name = args.name.as_str();
    find(&registry, name)?;
    remove(session, &mut registry, ("endpoint", name), None, |change| change.remove_endpoint(name))
}
