use super::options::Choice;
use super::{Options, explaining};
use crate::analysis::{ChangeAsked, Variable, analyse_model, explain_change};
use crate::commands::session::Session;
use crate::domain::{Analyte, Mismatch};
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::lay_out_model;

/// A mixed model of one analyte over time, with patients within reports
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary model --analyte HbA1c
  casebook summary model --analyte FPG --by arm --test
  casebook summary model --analyte HbA1c --timepoint W12 --units si --format json",
    mut_args(|arg| Options::hide_but(arg, HONOURED))
)]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
    /// Also the p-value of each change
    #[arg(long)]
    test: bool,
}

const HONOURED: &[Choice] = &[
    Choice::By,
    Choice::Analyte,
    Choice::Timepoint,
    Choice::Units,
    Choice::Level,
    Choice::Explain,
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let options = &args.options;
    options.only("model", HONOURED)?;
    let registry = session.open(Access::Read)?;
    let analyte = the_analyte(&registry, options)?;
    let cohort = options.cohort(&registry)?;
    let question = options.question(&registry, &cohort)?;
    let observations = registry.observations(analyte.id)?;
    let rules = registry.rules();
    let of = (analyte, observations.as_slice());
    let found = analyse_model(&cohort, &rules.schedule, of, &question, args.test);
    let page = lay_out_model(&found, &cohort, rules, &question, args.test);
    let page = explaining::finish(session, &registry, options, page, || {
        let of = [(analyte, observations.clone())];
        let asked = ChangeAsked::default();
        let mut parts = explain_change(&cohort, &rules.schedule, &of, &question, &asked);
        // The model is of values, not of pairs.
        parts.retain(|part| part.variable == Variable::Value);
        parts
    })?;
    session.show(&page)
}

/// The one analyte that is modelled.
fn the_analyte<'a>(registry: &'a Registry, options: &Options) -> Result<&'a Analyte, Error> {
    let analytes = if options.names_analytes() { options.analytes(registry)? } else { Vec::new() };
    match analytes.as_slice() {
        [one] => Ok(one),
        several => {
            let names: Vec<&str> = several.iter().map(|one| one.symbol.as_str()).collect();
            let mismatch = Mismatch::new(names.join(", "), "one analyte, such as --analyte HbA1c");
            Err(Error::request("A model is of one analyte", "--analyte", mismatch))
        }
    }
}
