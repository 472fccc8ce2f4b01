use super::find;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Described, lay_out_facts};

/// Show an endpoint: its rule and its version
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook endpoint show target
  casebook summary response --endpoint target     # who meets it")]
pub(in crate::commands) struct Args {
    /// Which endpoint
    name: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let endpoint = find(&registry, &args.name)?;
    let facts = endpoint.facts(registry.catalogue());
    let page = lay_out_facts(&format!("Endpoint {}", endpoint.name), "endpoint", &facts);
    session.show_list(&registry, page)
}
