use super::Options;
use crate::analysis::analyse_reports;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_reports};

/// One line a report: design, patients, exposure, follow-up and adverse events
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary reports
  casebook summary reports -o reports.md",
    mut_args(|arg| Options::hide_but(arg, &[]))
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("reports", &[])?;
    let registry = session.open(Access::Read)?;
    session.show(&page(&registry, &args.options)?)
}

/// The page of all reports.
pub(in crate::commands) fn page(registry: &Registry, options: &Options) -> Result<Page, Error> {
    let cohort = options.cohort(registry)?;
    let statements = registry.statements(&cohort)?;
    Ok(lay_out_reports(&analyse_reports(&cohort, &statements), &cohort))
}
