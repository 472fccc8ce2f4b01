use super::options::Choice;
use super::{Options, explaining};
use crate::analysis::{analyse_exposure, explain_exposure};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_exposure};

/// Infusions, doses, routes, products and follow-up
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary exposure
  casebook summary exposure --by arm
  casebook summary exposure --real --format json",
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

const HONOURED: &[Choice] = &[Choice::By, Choice::Quantile, Choice::Explain];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("exposure", HONOURED)?;
    let registry = session.open(Access::Read)?;
    session.show(&page(args, session, &registry)?)
}

/// The page of what was infused.
pub(super) fn page(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    let cohort = args.options.cohort(registry)?;
    let question = args.options.question(registry, &cohort)?;
    let day_zero = registry.rules().day_zero;
    let found = analyse_exposure(&cohort, day_zero, &question);
    let page = lay_out_exposure(&found, &cohort, &question);
    explaining::finish(session, registry, &args.options, page, || {
        explain_exposure(&cohort, day_zero, &question)
    })
}
