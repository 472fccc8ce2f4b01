use crate::commands::removing::remove;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove a product that was never infused
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook product remove huc-msc --reason \"entered twice\"")]
pub(in crate::commands) struct Args {
    /// Which product
    key: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    remove(session, &mut registry, ("product", key), None, |change| change.remove_product(key))
}
