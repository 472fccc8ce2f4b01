use super::options::Choice;
use super::{Options, explaining};
use crate::analysis::{analyse_medication, explain_medication};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_medication};

/// Medication by drug class: who takes it, started, stopped, less or more; insulin; all stopped
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary medication
  casebook summary medication --by arm --timepoint W12
  casebook summary medication --real -o medication.md",
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

const HONOURED: &[Choice] =
    &[Choice::By, Choice::Timepoint, Choice::Quantile, Choice::Level, Choice::Explain];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("medication", HONOURED)?;
    let registry = session.open(Access::Read)?;
    session.show(&page(args, session, &registry)?)
}

/// The page of who takes which drugs.
pub(super) fn page(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    let cohort = args.options.cohort(registry)?;
    let question = args.options.question(registry, &cohort)?;
    let schedule = &registry.rules().schedule;
    let taken = registry.medications_taken(&cohort)?;
    let statements = registry.statements(&cohort)?;
    let found = analyse_medication(&cohort, schedule, &taken, &statements, &question);
    let page = lay_out_medication(&found, &cohort, schedule, &question);
    explaining::finish(session, registry, &args.options, page, || {
        explain_medication(&cohort, schedule, &taken, &question)
    })
}
