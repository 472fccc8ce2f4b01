mod add;
mod edit;
mod fields;
mod list;
mod presets;
mod remove;
mod show;

pub(super) use fields::Fields;

use super::selecting::pointed;
use super::session::{Session, not_there};
use crate::domain::{NamedEndpoint, ResponderRule};
use crate::error::Error;
use crate::store::Registry;

/// Endpoints: named rules of who is a responder, and those of publications
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Add(add::Args),
    Edit(edit::Args),
    List(list::Args),
    Remove(remove::Args),
    Show(show::Args),
    Presets(presets::Args),
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Add(args) => add::run(args, session),
        Verb::Edit(args) => edit::run(args, session),
        Verb::List(args) => list::run(args, session),
        Verb::Remove(args) => remove::run(args, session),
        Verb::Show(args) => show::run(args, session),
        Verb::Presets(args) => presets::run(args, session),
    }
}

/// The endpoint with this name.
pub(super) fn find(registry: &Registry, name: &str) -> Result<NamedEndpoint, Error> {
    let known = registry.endpoints()?;
    let names: Vec<String> = known.iter().map(|known| known.name.clone()).collect();
    let found = known.into_iter().find(|known| known.name == name);
    found.ok_or_else(|| not_there("endpoint", name, &names))
}

/// A rule that stands in a place of this name.
pub(super) fn parse_rule(
    registry: &Registry,
    (heading, place): (&str, &str),
    text: &str,
) -> Result<ResponderRule, Error> {
    let text = text.trim();
    ResponderRule::parse(text, registry.catalogue(), &registry.rules().schedule)
        .map_err(|misplaced| pointed(heading, place, text, misplaced))
}

/// The rule of an endpoint.
pub(super) fn rule_of(
    registry: &Registry,
    endpoint: &NamedEndpoint,
) -> Result<ResponderRule, Error> {
    let heading = format!("The responders of endpoint {} can't be told", endpoint.name);
    let place = format!("endpoint {} v{}", endpoint.name, endpoint.version);
    parse_rule(registry, (&heading, &place), &endpoint.rule)
}

/// Refuse a rule that can't be asked; as it will be kept.
fn checked(registry: &Registry, rule: &str) -> Result<String, Error> {
    let heading = "The rule can't be asked. Nothing was changed";
    Ok(parse_rule(registry, (heading, "--rule"), rule)?.to_string())
}
