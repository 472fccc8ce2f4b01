use super::{Groups, Population, note_groups};
use crate::analysis::analyse_exposure;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_exposure;

/// Infusions, doses, routes, products and follow-up
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook summary exposure
  casebook summary exposure --by arm
  casebook summary exposure --real --format json")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    population: Population,
    #[command(flatten)]
    groups: Groups,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let cohort = session.open(Access::Read)?.cohort(args.population.real)?;
    let by = args.groups.of(&cohort)?;
    let mut page = lay_out_exposure(&analyse_exposure(&cohort, by.as_ref()), &cohort);
    note_groups(&mut page, by.as_ref());
    session.show(&page)
}
