use super::checked;
use crate::commands::fields::text;
use crate::commands::session::{Dropped, Session};
use crate::domain::{Mismatch, NamedEndpoint, parse_key};
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Described, lay_out_facts};

/// Define an endpoint: a named rule of who is a responder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook endpoint add target --rule \"HbA1c < 7.0 % at W12\" --note \"primary, protocol 2.1\"
  casebook endpoint add less-insulin --rule \"HbA1c < 7.0 % and insulin dose reduced >= 50 %\"
  casebook summary response --endpoint target

A rule without \"at\" is asked at each timepoint. `casebook endpoint presets` lists those of publications.")]
pub(in crate::commands) struct Args {
    /// Short unique name
    #[arg(value_parser = parse_key)]
    name: String,
    /// Who is a responder; `casebook summary response --help` says what it may ask
    #[arg(long, value_name = "RULE")]
    rule: String,
    /// What it is for
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let name = args.name.as_str();
    let rule = checked(&registry, &args.rule)?;
    let endpoint =
        NamedEndpoint { name: name.to_owned(), version: 1, rule, note: args.note.clone() };
    let command = format!("endpoint add {name}");
    let done = registry.change(&command, session.reason(), |change| {
        if change.define_endpoint(&endpoint)? { Ok(()) } else { Err(Dropped::Why(())) }
    });
    match done {
        Ok(()) => session.recorded(),
        Err(Dropped::Store(error)) => return Err(error.into()),
        Err(Dropped::Why(())) => {
            let mismatch = Mismatch::new(name, "a name that no endpoint has")
                .mend(format!("`casebook endpoint edit {name}` makes its next version"));
            let heading = format!("There is an endpoint {name} already. Nothing was changed");
            return Err(Error::request(heading, "endpoint", mismatch));
        }
    }
    let facts = endpoint.facts(registry.catalogue());
    session.show(&lay_out_facts(&format!("Added endpoint {name}"), "endpoint", &facts))
}
