use super::Options;
use super::explaining;
use super::options::Choice;
use crate::analysis::{analyse_baseline, explain_baseline};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_baseline};

/// Who the patients were at baseline, each group beside all: the first table of a report
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary baseline
  casebook summary baseline --by arm --smd
  casebook summary baseline --real --format md -o table-1.md",
    mut_args(|arg| Options::hide_but(arg, HONOURED))
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
    /// Standardised differences between two groups, which --by makes
    #[arg(long)]
    smd: bool,
}

impl Args {
    /// What is asked without any option of its own.
    pub fn of(options: Options) -> Args {
        Args { options, ..Args::default() }
    }
}

const HONOURED: &[Choice] =
    &[Choice::By, Choice::Analyte, Choice::Units, Choice::Quantile, Choice::Explain];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("baseline", HONOURED)?;
    let registry = session.open(Access::Read)?;
    session.show(&page(args, session, &registry)?)
}

/// The page of who the patients were.
pub(super) fn page(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    let options = &args.options;
    let observations = options.observations(registry)?;
    let cohort = options.cohort(registry)?;
    let question = options.question(registry, &cohort)?;
    let rules = registry.rules();
    let mut found = analyse_baseline(&cohort, &rules.schedule, &observations, &question);
    if args.smd {
        found.compare_groups().map_err(|mismatch| {
            Error::request("A standardised difference is one between two groups", "--smd", mismatch)
        })?;
    }
    let page = lay_out_baseline(&found, &cohort, rules, &question);
    explaining::finish(session, registry, options, page, || {
        explain_baseline(&found, &cohort, &rules.schedule, &observations, &question)
    })
}
