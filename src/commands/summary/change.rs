use super::{Options, explaining};
use crate::analysis::{ChangeAsked, ChangeTest, Extra, Question, analyse_change, explain_change};
use crate::commands::session::Session;
use crate::domain::{Analyte, Cohort, Observation};
use crate::error::Error;
use crate::formats::Format;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_change};

/// Every analyte at every timepoint, as value and as change from baseline
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:
  casebook summary change
  casebook summary change --by arm --timepoint W12
  casebook summary change --analyte FPG,TG --percent
  casebook summary change --timepoint W12 --test t,wilcoxon
  casebook summary change --analyte HbA1c --extra best,last
  casebook summary change --analyte HbA1c --by report --format md -o hba1c.md")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
    /// Also the change in per cent of each patient's baseline; csv and json always have it
    #[arg(long)]
    percent: bool,
    /// Test the change against 0 within patients: t (paired t test), wilcoxon (signed ranks, exact); may
    /// be repeated
    #[arg(long, value_name = "TEST", value_delimiter = ',', value_parser = ["t", "wilcoxon"], hide_possible_values = true)]
    test: Vec<String>,
    /// Also the best or the last observation after baseline of each patient: best (only where a direction
    /// of benefit is known), last; may be repeated
    #[arg(long, value_name = "WHICH", value_delimiter = ',', value_parser = ["best", "last"], hide_possible_values = true)]
    extra: Vec<String>,
}

impl Args {
    /// What is asked without any option of its own.
    pub fn of(options: Options) -> Args {
        Args { options, ..Args::default() }
    }

    fn asked(&self) -> ChangeAsked {
        ChangeAsked {
            percent: self.percent,
            tests: named(&self.test, [("t", ChangeTest::T), ("wilcoxon", ChangeTest::Wilcoxon)]),
            extra: named(&self.extra, [("best", Extra::Best), ("last", Extra::Last)]),
        }
    }
}

/// Those whose names were given, each once, in the order of the table.
pub(super) fn named<T, const N: usize>(given: &[String], all: [(&str, T); N]) -> Vec<T> {
    let is_given = |(name, _): &(&str, T)| given.iter().any(|one| one == name);
    all.into_iter().filter(is_given).map(|(_, one)| one).collect()
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    session.show(&finished(args, session, &registry)?)
}

/// The page of one change from baseline with what stands behind it.
pub(super) fn finished(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    session.check_output()?;
    let recorded = Recorded::new(registry, &args.options)?;
    let mut page = recorded.page(registry, &args.options, &args.asked())?;
    if session.format()? == Format::Csv {
        // One table whatever the size of the cohort; the patients are listed by --explain.
        page.records.truncate(1);
    }
    explaining::finish(session, registry, &args.options, page, || {
        let Recorded { cohort, question, observations } = &recorded;
        let schedule = &registry.rules().schedule;
        explain_change(cohort, schedule, observations, question, &args.asked())
    })
}

/// The page of one change from baseline.
pub(in crate::commands) fn page(
    registry: &Registry,
    options: &Options,
    asked: &ChangeAsked,
) -> Result<Page, Error> {
    Recorded::new(registry, options)?.page(registry, options, asked)
}

/// What is recorded of whom and what is asked about.
struct Recorded<'a> {
    cohort: Cohort,
    question: Question,
    observations: Vec<(&'a Analyte, Vec<Observation>)>,
}

impl<'a> Recorded<'a> {
    fn new(registry: &'a Registry, options: &Options) -> Result<Recorded<'a>, Error> {
        let observations = options.observations(registry)?;
        let cohort = options.cohort(registry)?;
        let question = options.question(registry, &cohort)?;
        Ok(Recorded { cohort, question, observations })
    }

    fn page(
        &self,
        registry: &Registry,
        options: &Options,
        asked: &ChangeAsked,
    ) -> Result<Page, Error> {
        let Recorded { cohort, question, observations } = self;
        let mut statements = registry.statements(cohort)?;
        if options.names_analytes() {
            statements.retain(|statement| statement.analyte.is_some());
        }
        let (rules, catalogue) = (registry.rules(), registry.catalogue());
        let schedule = &rules.schedule;
        let found = analyse_change(cohort, schedule, observations, &statements, question, asked);
        Ok(lay_out_change(&found, cohort, rules, catalogue, question, asked))
    }
}
