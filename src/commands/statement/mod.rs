mod add;
mod edit;
mod fields;
mod list;
mod remove;
mod show;

pub(super) use fields::Fields;

use super::session::Session;
use crate::domain::{About, Schedule, Statement};
use crate::error::Error;
use crate::store::Registry;

/// Statements: results in words
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Add(Box<add::Args>),
    Edit(Box<edit::Args>),
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

/// What a statement is about: an analyte by any of its names, else a topic in the report's words.
fn about_of(text: &str, registry: &Registry) -> About {
    match registry.catalogue().find(text) {
        Ok(analyte) => About::Analyte(analyte.key.clone()),
        Err(_) => About::Topic(text.to_owned()),
    }
}

/// Spell the visit of a statement as the schedule does.
fn name_visit(statement: &mut Statement, schedule: &Schedule) {
    let planned = statement.visit.as_deref().and_then(|label| schedule.named(label));
    if let Some(timepoint) = planned {
        statement.visit = Some(timepoint.name.clone());
    }
}
