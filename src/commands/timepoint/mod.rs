mod add;
mod edit;
mod list;
mod remove;
mod rescheduling;
mod show;

use super::session::Session;
use crate::error::Error;

/// Timepoints: the planned visits and their windows
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Add(add::Args),
    Edit(edit::Args),
    List(list::Args),
    Remove(remove::Args),
    Show(show::Args),
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Add(args) => add::run(args, session),
        Verb::Edit(args) => edit::run(args, session),
        Verb::List(args) => list::run(args, session),
        Verb::Remove(args) => remove::run(args, session),
        Verb::Show(args) => show::run(args, session),
    }
}
