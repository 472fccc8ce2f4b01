use super::session::Session;
use super::showing::{Locks, file_of};
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_patient;

/// Show one patient on one page
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook show huang-2025/1
  casebook show huang-2025/1 --sources
  casebook patient show huang-2025/1
  casebook show huang-2025/1 --format md -o patient.md")]
pub(super) struct Args {
    /// Which patient, for example huang-2025/1
    patient: String,
    /// Also show where each value was read
    #[arg(long)]
    sources: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let mut file = file_of(&registry, &args.patient)?;
    file.order_visits(registry.rules().day_zero);
    let mut page = lay_out_patient(&file, registry.catalogue(), args.sources);
    Locks::of_registry(&registry)?.note(&mut page, "patient", &args.patient);
    session.show(&page)
}
