use super::{Fields, checked, find};
use crate::commands::editing::{EditArgs, edit};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Change the rule or the note of an endpoint
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook endpoint edit target --rule \"HbA1c < 6.5 % at W12\" --reason \"amendment 2\"
  casebook endpoint edit target --clear note --reason \"outdated\"

Another rule makes the next version, which outputs name; the change log keeps the older ones.")]
pub(in crate::commands) struct Args {
    /// Which endpoint
    name: String,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let name = args.name.as_str();
    find(&registry, name)?;
    let mut fields = args.fields.clone();
    if let Some(rule) = &mut fields.rule {
        *rule = checked(&registry, rule)?;
    }
    let edits = args.edit.edits(&fields, &[])?;
    let page = edit(session, &mut registry, ("endpoint", name), &args.edit, |change| {
        change.edit_endpoint(name, |record| {
            edits.apply(record);
            Ok(())
        })
    })?;
    session.show(&page)
}
