use crate::commands::removing::remove;
use crate::commands::session::{Session, not_there};
use crate::error::Error;
use crate::store::Access;

/// Remove an attribute
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook attribute remove region --reason \"never asked\"
  casebook attribute remove region --with-values --reason \"not needed\"")]
pub(in crate::commands) struct Args {
    /// Which attribute
    key: String,
    /// Also remove what patients have of it
    #[arg(long)]
    with_values: bool,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    let keys: Vec<_> = registry.attributes()?.into_iter().map(|known| known.key).collect();
    if !keys.iter().any(|known| known == key) {
        return Err(not_there("attribute", key, &keys));
    }
    remove(session, &mut registry, ("attribute", key), Some("--with-values"), |change| {
        change.remove_attribute(key, args.with_values)
    })
}
