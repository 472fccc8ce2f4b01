use super::Options;
use super::options::Choice;
use crate::analysis::analyse_safety;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_safety;

/// Adverse events: patients, events, worst grades, per infusion and per patient-year
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary safety
  casebook summary safety --by arm
  casebook summary safety --real --level 0.9 -o safety.md",
    mut_args(|arg| Options::hide_but(arg, HONOURED))
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
}

const HONOURED: &[Choice] = &[Choice::By, Choice::Level];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("safety", HONOURED)?;
    let registry = session.open(Access::Read)?;
    let cohort = args.options.cohort(&registry)?;
    let question = args.options.question(&registry, &cohort)?;
    let found = analyse_safety(&cohort, &registry.adverse_events(&cohort)?, &question);
    session.show(&lay_out_safety(&found, &cohort, &question))
}
