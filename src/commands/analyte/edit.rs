use super::add::unchecked;
use super::{Fields, own_or_refused};
use crate::commands::editing::{EditArgs, edit};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Change what is said of one of the registry's own analytes
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook analyte edit adiponectin --query 1..30 --loinc 47828-9 --reason \"looked up\"
  casebook analyte edit zinc --also-unit ug/dL=0.15295 --basis \"65.38 g/mol\" --reason \"ward 2\"
  casebook analyte edit adiponectin --clear alias,state --dry-run

Only what is given changes; --also-unit and --alias give the whole list anew. Values that are recorded keep
the rule they were recorded under, so its unit and factor stay while there are any.")]
pub(in crate::commands) struct Args {
    /// Which analyte, by its key
    key: String,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.fields.check_bases()?;
    let edits = args.edit.edits(&args.fields, &[])?;
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    own_or_refused(&registry, key, "changed")?;
    let mut page = edit(session, &mut registry, ("analyte", key), &args.edit, |change| {
        change.edit_analyte(key, |record| {
            edits.apply(record);
            Ok(())
        })
    })?;
    let known = registry.catalogue().keyed(key).filter(|_| args.fields.has_units());
    if let Some(note) = known.and_then(unchecked) {
        page.note(note);
    }
    session.show(&page)
}
