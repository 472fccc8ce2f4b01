use super::{Options, explaining};
use crate::analysis::{BASELINE, Question, Ranged, analyse_labs, explain_labs};
use crate::commands::session::Session;
use crate::domain::{Cohort, Mismatch};
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_labs};

/// Laboratory values against their reference ranges: shifts, CTCAE grades, liver, tumour markers
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook summary labs
  casebook summary labs --analyte ALT,AST,TBil --by arm
  casebook summary labs --timepoint W12 --format csv -o labs.csv

A range is the one recorded with the value (lower_limit, upper_limit of a case file or workbook).")]
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

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    session.show(&page(args, session, &registry)?)
}

/// The page of laboratory values against their limits.
pub(super) fn page(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    let asked = Asked::new(registry, &args.options)?;
    let page = asked.page(registry);
    explaining::finish(session, registry, &args.options, page, || {
        let schedule = &registry.rules().schedule;
        explain_labs(&asked.cohort, schedule, &asked.observations, &asked.question)
    })
}

/// What was asked, and what is recorded of it.
struct Asked<'a> {
    cohort: Cohort,
    question: Question,
    observations: Vec<Ranged<'a>>,
}

impl<'a> Asked<'a> {
    fn new(registry: &'a Registry, options: &Options) -> Result<Asked<'a>, Error> {
        let analytes = options.analytes(registry)?;
        let cohort = options.cohort(registry)?;
        let question = options.question(registry, &cohort)?;
        if question.timepoints == [BASELINE] {
            let mismatch = Mismatch::new(BASELINE, "a timepoint after day 0")
                .mend("name one, or none for the worst value after baseline");
            return Err(Error::request(
                "Nothing is compared with the baseline",
                "--timepoint",
                mismatch,
            ));
        }
        let mut observations = Vec::new();
        for analyte in analytes {
            let of_visits = registry.reference_ranges(analyte.id)?;
            observations.push((analyte, registry.observations(analyte.id)?, of_visits));
        }
        Ok(Asked { cohort, question, observations })
    }

    fn page(&self, registry: &Registry) -> Page {
        let Asked { cohort, question, observations } = self;
        let rules = registry.rules();
        let found = analyse_labs(cohort, &rules.schedule, observations, question);
        lay_out_labs(&found, cohort, rules, question)
    }
}
