use super::options::Choice;
use super::{Options, explaining};
use crate::analysis::{
    ChangeAsked, Contribution, Grouping, Question, analyse_reports, explain_change,
    explain_exposure,
};
use crate::commands::session::Session;
use crate::domain::{Analyte, Cohort, Mismatch, Observation};
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_reports};

/// One line a report: design, patients, exposure, follow-up, key change and adverse events
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary reports
  casebook summary reports --analyte FPG --timepoint W12
  casebook summary reports -o reports.md

The key change is that of HbA1c unless --analyte names another.",
    mut_args(|arg| Options::hide_but(arg, HONOURED))
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
}

const HONOURED: &[Choice] = &[Choice::Analyte, Choice::Timepoint, Choice::Units, Choice::Explain];

/// The analyte whose change is told where none is named.
const KEY: &str = "HbA1c";

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("reports", HONOURED)?;
    let registry = session.open(Access::Read)?;
    key_analyte(&registry, &args.options)?;
    session.show(&finished(&args.options, session, &registry)?)
}

/// The page of all reports, with what stands behind it.
pub(super) fn finished(
    options: &Options,
    session: &Session,
    registry: &Registry,
) -> Result<Page, Error> {
    let asked = Asked::new(registry, options)?;
    let page = asked.page(registry)?;
    explaining::finish(session, registry, options, page, || asked.parts(registry))
}

/// The page of all reports.
pub(in crate::commands) fn page(registry: &Registry, options: &Options) -> Result<Page, Error> {
    Asked::new(registry, options)?.page(registry)
}

/// What was asked, and what is recorded of the key analyte: where several are asked about, as a whole
/// document may be, the first.
struct Asked<'a> {
    cohort: Cohort,
    question: Question,
    analyte: &'a Analyte,
    observations: Vec<Observation>,
}

impl<'a> Asked<'a> {
    fn new(registry: &'a Registry, options: &Options) -> Result<Asked<'a>, Error> {
        let named = options.names_analytes();
        let first = if named { options.analytes(registry)?.first().copied() } else { None };
        let analyte = match first {
            Some(analyte) => analyte,
            None => key_analyte(registry, options)?,
        };
        let cohort = options.cohort(registry)?;
        let question = options.question(registry, &cohort)?;
        let observations = registry.observations(analyte.id)?;
        Ok(Asked { cohort, question, analyte, observations })
    }

    fn page(&self, registry: &Registry) -> Result<Page, Error> {
        let Asked { cohort, question, analyte, observations } = self;
        let (statements, rules) = (registry.statements(cohort)?, registry.rules());
        let seen = registry.adverse_events(cohort)?;
        let of = (*analyte, observations.as_slice());
        let found = analyse_reports(cohort, rules, of, (&statements, &seen), question);
        Ok(lay_out_reports(&found, cohort, rules, question))
    }

    /// The infusions and the values of the key analyte, report by report.
    fn parts(&self, registry: &Registry) -> Vec<Contribution> {
        let question = Question { by: Some(Grouping::Report), ..self.question.clone() };
        let rules = registry.rules();
        let mut parts = explain_exposure(&self.cohort, rules.day_zero, &question);
        let of = [(self.analyte, self.observations.clone())];
        parts.extend(explain_change(
            &self.cohort,
            &rules.schedule,
            &of,
            &question,
            &ChangeAsked::default(),
        ));
        parts
    }
}

/// The one analyte that is asked about.
fn key_analyte<'a>(registry: &'a Registry, options: &Options) -> Result<&'a Analyte, Error> {
    let wrong =
        |mismatch| Error::request("The key change is of one analyte", "--analyte", mismatch);
    if !options.names_analytes() {
        return registry.catalogue().find(KEY).map_err(wrong);
    }
    match options.analytes(registry)?.as_slice() {
        [one] => Ok(*one),
        several => {
            let names: Vec<&str> = several.iter().map(|one| one.symbol.as_str()).collect();
            let mismatch = Mismatch::new(names.join(", "), "one analyte");
            Err(wrong(mismatch.mend("`casebook summary change` tells of several")))
        }
    }
}
