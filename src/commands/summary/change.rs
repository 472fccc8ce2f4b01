use super::{Options, explaining};
use crate::analysis::{Question, analyse_change, explain_change};
use crate::commands::session::Session;
use crate::domain::{Analyte, Cohort, Observation};
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_change};

/// Every analyte at every timepoint, as value and as change from baseline
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook summary change
  casebook summary change --by arm --timepoint W12
  casebook summary change --analyte FPG,TG --percent
  casebook summary change --analyte HbA1c --by report --format md -o hba1c.md")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
    /// Also the change in per cent of each patient's baseline; csv and json always have it
    #[arg(long)]
    percent: bool,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let asked = Asked::new(&registry, &args.options)?;
    let page = asked.page(&registry, &args.options, args.percent)?;
    explaining::show(session, &registry, &args.options, page, || {
        let schedule = &registry.rules().schedule;
        explain_change(&asked.cohort, schedule, &asked.observations, &asked.question)
    })
}

/// The page of one change from baseline.
pub(in crate::commands) fn page(
    registry: &Registry,
    options: &Options,
    percent: bool,
) -> Result<Page, Error> {
    Asked::new(registry, options)?.page(registry, options, percent)
}

/// What was asked, and what is recorded of it.
struct Asked<'a> {
    cohort: Cohort,
    question: Question,
    observations: Vec<(&'a Analyte, Vec<Observation>)>,
}

impl<'a> Asked<'a> {
    fn new(registry: &'a Registry, options: &Options) -> Result<Asked<'a>, Error> {
        let analytes = options.analytes(registry)?;
        let cohort = options.cohort(registry)?;
        let question = options.question(registry, &cohort)?;
        let mut observations = Vec::new();
        for analyte in analytes {
            observations.push((analyte, registry.observations(analyte.id)?));
        }
        Ok(Asked { cohort, question, observations })
    }

    fn page(&self, registry: &Registry, options: &Options, percent: bool) -> Result<Page, Error> {
        let Asked { cohort, question, observations } = self;
        let mut statements = registry.statements(cohort)?;
        if options.names_analytes() {
            statements.retain(|statement| statement.analyte.is_some());
        }
        let rules = registry.rules();
        let found = analyse_change(cohort, &rules.schedule, observations, &statements, question);
        Ok(lay_out_change(&found, cohort, rules, registry.catalogue(), question, percent))
    }
}
