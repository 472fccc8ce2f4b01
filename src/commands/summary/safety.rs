use super::Options;
use super::explaining;
use super::options::Choice;
use crate::analysis::{analyse_safety, explain_safety};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_safety};

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

impl Args {
    /// What is asked without any option of its own.
    pub fn of(options: Options) -> Args {
        Args { options }
    }
}

const HONOURED: &[Choice] = &[Choice::By, Choice::Level, Choice::Explain];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("safety", HONOURED)?;
    let registry = session.open(Access::Read)?;
    session.show(&page(args, session, &registry)?)
}

/// The page of adverse events.
pub(super) fn page(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    let cohort = args.options.cohort(registry)?;
    let question = args.options.question(registry, &cohort)?;
    let seen = registry.adverse_events(&cohort)?;
    let page = lay_out_safety(&analyse_safety(&cohort, &seen, &question), &cohort, &question);
    explaining::finish(session, registry, &args.options, page, || {
        explain_safety(&cohort, &seen, &question)
    })
}
