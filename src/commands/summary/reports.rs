use super::Population;
use crate::analysis::analyse_reports;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_reports};

/// One line a report: design, patients, exposure, follow-up and adverse events
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook summary reports
  casebook summary reports -o reports.md")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    population: Population,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    session.show(&page(&registry, args.population.real)?)
}

/// The page of all reports.
pub(in crate::commands) fn page(registry: &Registry, real: bool) -> Result<Page, Error> {
    let cohort = registry.cohort(real)?;
    let statements = registry.statements(&cohort)?;
    Ok(lay_out_reports(&analyse_reports(&cohort, &statements), &cohort))
}
