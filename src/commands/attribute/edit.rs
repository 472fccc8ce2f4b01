use super::Fields;
use crate::commands::editing::{EditArgs, edit};
use crate::commands::session::{Session, not_there};
use crate::domain::{Attribute, Mismatch, nearest};
use crate::error::Error;
use crate::store::Access;

/// Change what an attribute is called, or which values a category has
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook attribute edit arm --add-value \"msc + insulin\" --reason \"third arm opened\"
  casebook attribute edit arm --label \"Treatment arm\" --reason \"for the tables\"
  casebook attribute edit arm --remove-value sham --reason \"never used\"

The key stays. A value that a patient has can't be taken away, and the kind can't change while patients
have values.")]
pub(in crate::commands) struct Args {
    /// Which attribute
    key: String,
    /// A value of a category that no patient has; may be repeated
    #[arg(long, value_name = "VALUE", value_delimiter = ',')]
    remove_value: Vec<String>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &["remove-value"])?;
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    let keys: Vec<_> = registry.attributes()?.into_iter().map(|known| known.key).collect();
    if !keys.iter().any(|known| known == key) {
        return Err(not_there("attribute", key, &keys));
    }
    let page = edit(session, &mut registry, ("attribute", key), &args.edit, |change| {
        change.edit_attribute(key, |record| {
            // First what goes, so that a value may be written anew.
            for value in &args.remove_value {
                take_away(record, value.trim())?;
            }
            edits.apply(record);
            Ok(())
        })
    })?;
    session.show(&page)
}

fn take_away(attribute: &mut Attribute, value: &str) -> Result<(), Mismatch> {
    if let Some(at) = attribute.values.iter().position(|known| known == value) {
        attribute.values.remove(at);
        return Ok(());
    }
    let mismatch = Mismatch::new(value, format!("a value it has: {}", attribute.values.join(", ")));
    Err(match nearest(value, attribute.values.iter().map(String::as_str)) {
        Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
        None => mismatch,
    })
}
