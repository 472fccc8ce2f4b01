use super::own_or_refused;
use crate::commands::removing::remove;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove one of the registry's own analytes that nothing is recorded of
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook analyte remove adiponectin --reason \"never measured\"")]
pub(in crate::commands) struct Args {
    /// Which analyte, by its key
    key: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    own_or_refused(&registry, key, "removed")?;
    remove(session, &mut registry, ("analyte", key), None, |change| change.remove_analyte(key))
}
