use super::Fields;
use crate::commands::editing::{EditArgs, edit};
use crate::commands::removing::patient_of;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Change what is recorded of an infusion
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook infusion edit ward-3/07 1 --cells-per-kg 2e6 --reason \"typing error\"
  casebook infusion edit ward-3/07 1 --clear route,volume --reason \"another patient's\"

Only what is given changes. The number stays: adverse events name it.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Which infusion: 1 for the first
    number: u32,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &[])?;
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let what = format!("{} {}", args.patient, args.number);
    let page = edit(session, &mut registry, ("infusion", &what), &args.edit, |change| {
        change.edit_infusion(&patient, args.number, |record| {
            edits.apply(record);
            Ok(())
        })
    })?;
    session.show(&page)
}
