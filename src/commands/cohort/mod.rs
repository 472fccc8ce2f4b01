mod columns;

use super::session::Session;
use crate::error::Error;

/// Named selections of patients, and the columns they are selected by
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Columns(columns::Args),
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Columns(args) => columns::run(args, session),
    }
}
