mod add;
mod edit;
mod fields;
mod list;
mod remove;
mod show;

pub(super) use fields::Fields;

use super::session::{Session, not_there};
use crate::domain::Catalogue;
use crate::error::Error;
use crate::store::{Access, Registry};
use std::borrow::Cow;

/// Analytes: what can be measured, and in which units
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

/// The analytes of the registry; where there is none and none was named, those that are built in.
fn catalogue_of(session: &Session) -> Result<Cow<'static, Catalogue>, Error> {
    if !session.has_registry() {
        return Ok(Cow::Borrowed(Catalogue::built_in()));
    }
    Ok(Cow::Owned(session.open(Access::Read)?.catalogue().clone()))
}

/// Refuse a key that is none of the registry's own analytes.
fn own_or_refused(registry: &Registry, key: &str, verb: &str) -> Result<(), Error> {
    let own = registry.own_analytes()?;
    if own.iter().any(|known| known.record.key == key) {
        return Ok(());
    }
    if registry.catalogue().keyed(key).is_some() {
        let mismatch = crate::domain::Mismatch::new(key, "one of the registry's own analytes")
            .mend("those that are built in are the same in every registry");
        let heading = format!("{key} is built in and can't be {verb}. Nothing was changed");
        return Err(Error::request(heading, "analyte", mismatch));
    }
    let keys: Vec<String> = own.into_iter().map(|known| known.record.key).collect();
    Err(not_there("analyte", key, &keys))
}
