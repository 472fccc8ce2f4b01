use super::{Fields, checked, find};
use crate::commands::editing::{EditArgs, edit};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Change the condition or the note of a cohort
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook cohort edit poorly-controlled --where \"hba1c_baseline >= 75\" --reason \"amendment 2\"
  casebook cohort edit poorly-controlled --clear note --reason \"outdated\"

Another condition makes the next version, which outputs name; the change log keeps the older ones.")]
pub(in crate::commands) struct Args {
    /// Which cohort
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
    if let Some(condition) = &mut fields.condition {
        *condition = checked(&registry, condition)?;
    }
    let edits = args.edit.edits(&fields, &[])?;
    let page = edit(session, &mut registry, ("cohort", name), &args.edit, |change| {
        change.edit_cohort(name, |record| {
            edits.apply(record);
            Ok(())
        })
    })?;
    session.show(&page)
}
