mod add;
mod columns;
mod edit;
mod fields;
mod list;
mod remove;
mod show;

pub(super) use fields::Fields;

use super::selecting::{Asked, answer};
use super::session::{Session, not_there};
use crate::domain::NamedCohort;
use crate::error::Error;
use crate::store::Registry;

/// Cohorts: named selections of patients, and the columns they are selected by
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Add(add::Args),
    Edit(edit::Args),
    List(list::Args),
    Remove(remove::Args),
    Show(show::Args),
    Columns(columns::Args),
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Add(args) => add::run(args, session),
        Verb::Edit(args) => edit::run(args, session),
        Verb::List(args) => list::run(args, session),
        Verb::Remove(args) => remove::run(args, session),
        Verb::Show(args) => show::run(args, session),
        Verb::Columns(args) => columns::run(args, session),
    }
}

/// The cohort with this name.
pub(super) fn find(registry: &Registry, name: &str) -> Result<NamedCohort, Error> {
    let known = registry.cohorts()?;
    let names: Vec<String> = known.iter().map(|known| known.name.clone()).collect();
    let found = known.into_iter().find(|known| known.name == name);
    found.ok_or_else(|| not_there("cohort", name, &names))
}

/// What a cohort asks of its patients.
pub(super) fn asked(cohort: &NamedCohort) -> Asked {
    Asked {
        heading: format!("The patients of cohort {} can't be told", cohort.name),
        place: format!("cohort {} v{}", cohort.name, cohort.version),
        cohort: Some((cohort.name.clone(), cohort.version)),
        condition: cohort.expression.clone(),
    }
}

/// Refuse a condition that can't be asked of the patients there are; as it will be kept.
fn checked(registry: &Registry, condition: &str) -> Result<String, Error> {
    let mut asked = Asked::of_option(condition);
    asked.heading = "The condition can't be asked. Nothing was changed".to_owned();
    let answered = answer(registry, &registry.cohort(false)?, &asked)?;
    Ok(answered.by.condition)
}
