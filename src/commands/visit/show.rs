use crate::commands::measurement::visit_of;
use crate::commands::session::Session;
use crate::commands::showing::{file_of, lay_out_of_patient};
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_measurements;

/// Show one visit: every field, and what was measured there
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook visit show ward-3/07 W4
  casebook visit show ward-3/07 W4 --format json")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The visit's label
    visit: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let file = file_of(&registry, &args.patient)?;
    let visit = visit_of(&file, &args.visit)?;
    let what = format!("{} {}", args.patient, visit.0.label);
    let mut page = lay_out_of_patient(&registry, ("visit", &what), &file, None, &visit.0);
    page.append(lay_out_measurements("Measurements", &[visit], None, registry.catalogue()));
    session.show(&page)
}
