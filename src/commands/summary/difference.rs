use super::change::named;
use super::{Options, explaining};
use crate::analysis::{
    ChangeAsked, Contribution, DifferenceAsked, DifferenceTest, Used, Variable, analyse_difference,
    explain_change,
};
use crate::commands::session::Session;
use crate::domain::NOT_REPORTED;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_difference};

/// The change from baseline of each group, and how far it is from that of one of them
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary difference --by sex
  casebook summary difference --by arm --reference placebo --analyte HbA1c --timepoint W12
  casebook summary difference --by arm --test welch,permutation --format json

Groups that were not formed by chance differ in more than their name: what is seen is an association.",
    mut_arg("by", |arg| arg.required(true))
)]
pub(in crate::commands) struct Args {
    /// The group that the others are compared with [default: the first]
    #[arg(long, value_name = "GROUP")]
    reference: Option<String>,
    /// Test whether two groups changed alike: welch (t test), permutation (all splits, or 9,999 of them);
    /// may be repeated
    #[arg(long, value_name = "TEST", value_delimiter = ',', value_parser = ["welch", "permutation"], hide_possible_values = true)]
    test: Vec<String>,
    #[command(flatten)]
    options: Options,
}

impl Args {
    /// What is asked without any option of its own.
    pub fn of(options: Options) -> Args {
        Args { options, ..Args::default() }
    }

    fn asked(&self) -> DifferenceAsked {
        let all = [("welch", DifferenceTest::Welch), ("permutation", DifferenceTest::Permutation)];
        DifferenceAsked { reference: self.reference.clone(), tests: named(&self.test, all) }
    }
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    session.show(&page(args, session, &registry)?)
}

/// The page of how far the changes of groups are apart.
pub(super) fn page(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    let (options, asked) = (&args.options, args.asked());
    let observations = options.observations(registry)?;
    let cohort = options.cohort(registry)?;
    let question = options.question(registry, &cohort)?;
    let rules = registry.rules();
    let found = analyse_difference(&cohort, &rules.schedule, &observations, &question, &asked)
        .map_err(|mismatch| match asked.reference.as_deref() {
            Some(name) if mismatch.found == name => {
                Error::request(format!("There is no group {name}"), "--reference", mismatch)
            }
            _ => Error::request("There are no groups to compare", "--by", mismatch),
        })?;
    let page = lay_out_difference(&found, &cohort, rules, &question, &asked);
    explaining::finish(session, registry, options, page, || {
        let asked = ChangeAsked::default();
        let all = explain_change(&cohort, &rules.schedule, &observations, &question, &asked);
        all.into_iter().filter(|one| one.variable == Variable::Change).map(compared).collect()
    })
}

/// The part in a comparison, which who is in no group has not.
fn compared(part: Contribution) -> Contribution {
    if part.group.as_deref() != Some(NOT_REPORTED) {
        return part;
    }
    Contribution { used: Used::No("the group is not reported".to_owned()), ..part }
}
