use super::{Fields, about_of, name_visit};
use crate::commands::editing::{EditArgs, edit};
use crate::commands::fields::text;
use crate::commands::removing::patient_of;
use crate::commands::session::Session;
use crate::domain::Finding;
use crate::error::Error;
use crate::store::Access;

/// Change what is recorded of a statement
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook statement edit ward-3/07 1 --finding normal --reason misread
  casebook statement edit ward-3/07 1 --clear visit --reason \"speaks of the whole follow-up\"

Only what is given changes. Without a visit a statement speaks of the whole follow-up.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Its number in `casebook statement list`
    number: usize,
    /// What it is about: an analyte, or a topic such as "insulin resistance"
    #[arg(long, value_name = "TEXT", value_parser = text)]
    about: Option<String>,
    /// What is said: at target, improved, decreased ...
    #[arg(long)]
    finding: Option<Finding>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &["about", "finding"])?;
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let about = args.about.as_ref().map(|about| about_of(about, &registry));
    let schedule = registry.rules().schedule.clone();
    let what = format!("{} {}", args.patient, args.number);
    let page = edit(session, &mut registry, ("statement", &what), &args.edit, |change| {
        change.edit_statement(&patient, args.number, |record| {
            edits.apply(record);
            name_visit(record, &schedule);
            record.about = about.unwrap_or_else(|| record.about.clone());
            record.finding = args.finding.unwrap_or(record.finding);
            Ok(())
        })
    })?;
    session.show(&page)
}
