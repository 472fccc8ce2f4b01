mod add;
mod list;
mod remove;

use super::session::Session;
use crate::error::Error;

/// Infusions: one record each, never one for a course
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Add(Box<add::Args>),
    List(list::Args),
    Remove(remove::Args),
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Add(args) => add::run(args, session),
        Verb::List(args) => list::run(args, session),
        Verb::Remove(args) => remove::run(args, session),
    }
}
