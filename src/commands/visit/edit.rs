use super::{Fields, outside};
use crate::commands::editing::{EditArgs, edit};
use crate::commands::fields::text;
use crate::commands::measurement::visit_of;
use crate::commands::removing::patient_of;
use crate::commands::session::Session;
use crate::commands::showing::file_of;
use crate::domain::{Mismatch, Schedule, Visit};
use crate::error::Error;
use crate::store::Access;

/// Change when a visit was, or what it is called
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook visit edit ward-3/07 W4 --day 30 --reason \"the ward's diary\"
  casebook visit edit ward-3/07 W5 --label W4 --reason \"typing error\"

Only what is given changes. Under another label, the measurements of the visit and the statements about
it stay with it. Without an actual day a visit has the planned one of its label.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The visit's label
    visit: String,
    /// What it is called from now on
    #[arg(long, value_name = "NEW", value_parser = text)]
    label: Option<String>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &["label"])?;
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let schedule = registry.rules().schedule.clone();
    let file = file_of(&registry, &args.patient)?;
    let known = &visit_of(&file, &args.visit)?.0.label;
    let mut odd = None;
    let what = format!("{} {known}", args.patient);
    let mut page = edit(session, &mut registry, ("visit", &what), &args.edit, |change| {
        change.edit_visit(&patient, known, |visit| {
            let before = visit.clone();
            edits.apply(visit);
            place(visit, &before, args.label.as_deref(), &schedule)?;
            odd = outside(visit, &schedule);
            Ok(())
        })
    })?;
    if let Some(note) = odd {
        page.note(note);
    }
    session.show(&page)
}

/// Give a visit the label, day and timepoint that follow from what was edited. A visit whose label,
/// day and date stay keeps its planned day too, whatever became of the schedule.
fn place(
    visit: &mut Visit,
    before: &Visit,
    label: Option<&str>,
    schedule: &Schedule,
) -> Result<(), Mismatch> {
    let when = |visit: &Visit| (visit.day, visit.day_basis, visit.date.clone());
    if label.is_some() || when(visit) != when(before) {
        *visit = visit.clone().labelled(label.unwrap_or(&before.label), schedule)?;
    }
    Ok(())
}
