use super::Fields;
use crate::commands::editing::{EditArgs, edit};
use crate::commands::fields::text;
use crate::commands::removing::patient_of;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Change what is recorded of an adverse event
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook event edit ward-3/07 1 --grade 2 --outcome recovered --reason \"discharge letter\"
  casebook event edit ward-3/07 1 --clear end,outcome --reason \"still there at week 4\"

Only what is given changes.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Its number in `casebook event list`
    number: usize,
    /// The event in the report's words
    #[arg(long, value_name = "TEXT", value_parser = text)]
    term: Option<String>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &["term"])?;
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let what = format!("{} {}", args.patient, args.number);
    let page = edit(session, &mut registry, ("adverse event", &what), &args.edit, |change| {
        change.edit_event(&patient, args.number, |record| {
            let before = record.clone();
            edits.apply(record);
            if let Some(term) = &args.term {
                record.term.clone_from(term);
            }
            Fields::check(&before, record)
        })
    })?;
    session.show(&page)
}
