use super::catalogue_of;
use crate::commands::session::Session;
use crate::error::Error;
use crate::tables::{Described, lay_out_facts};

/// Show one analyte: its names, units with their factors, and limits
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook analyte show HbA1c
  casebook analyte show adiponectin --format json

Without a registry it shows those that are built in.")]
pub(in crate::commands) struct Args {
    /// Which analyte, by any of its names
    name: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let catalogue = catalogue_of(session)?;
    let analyte = catalogue.find(&args.name).map_err(|mismatch| {
        let heading = format!("There is no analyte {}. Nothing was changed", args.name);
        Error::request(heading, "analyte", mismatch)
    })?;
    let title = format!("Analyte {}", analyte.symbol);
    session.show(&lay_out_facts(&title, "analyte", &analyte.facts(&catalogue)))
}
