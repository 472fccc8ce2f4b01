use super::Fields;
use crate::commands::editing::{EditArgs, edit};
use crate::commands::fields::text;
use crate::commands::removing::patient_of;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Change what is recorded of a dose episode
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication edit ward-3/07 1 --end 28 --reason \"stopped at week 4\"
  casebook medication edit ward-3/07 2 --dose 0 --reason \"free of insulin, not unknown\"

Only what is given changes. A new dose is a new episode: end this one and add the next with
`casebook medication add`. Dose 0 says free of the drug; --clear dose says not known.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Its number in `casebook medication list`
    number: usize,
    /// The drug
    #[arg(long, value_name = "TEXT", value_parser = text)]
    drug: Option<String>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &["drug"])?;
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let what = format!("{} {}", args.patient, args.number);
    let page = edit(session, &mut registry, ("medication", &what), &args.edit, |change| {
        change.edit_medication(&patient, args.number, |record| {
            edits.apply(record);
            if let Some(drug) = &args.drug {
                record.drug.clone_from(drug);
            }
            Ok(())
        })
    })?;
    session.show(&page)
}
