mod change;
mod exposure;
mod reports;

pub(super) use change::page as change_page;
pub(super) use reports::page as reports_page;

use super::session::Session;
use crate::analysis::Grouping;
use crate::domain::Cohort;
use crate::error::Error;
use crate::tables::Page;

/// Cohort summaries across all reports
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Change(change::Args),
    Exposure(exposure::Args),
    Reports(reports::Args),
}

/// Which patients a summary speaks of.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Population {
    /// Leave out patients that are simulated
    #[arg(long)]
    real: bool,
}

/// Which patients are looked at apart.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Groups {
    /// Groups to look at apart: report, sex, diagnosis or an attribute (`casebook attribute list`)
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
}

impl Groups {
    /// The column, if it divides the patients into groups.
    fn of(&self, cohort: &Cohort) -> Result<Option<Grouping>, Error> {
        let parse = |name: &String| {
            let wrong = |mismatch| {
                let heading = format!("There are no groups by {name}");
                Error::request(heading, "--by", mismatch)
            };
            Grouping::parse(name, cohort).map_err(wrong)
        };
        self.by.as_ref().map(parse).transpose()
    }
}

/// Say by what the patients of a page are grouped.
fn note_groups(page: &mut Page, grouping: Option<&Grouping>) {
    if let Some(grouping) = grouping {
        page.note(format!("Groups: {}.", grouping.heading()));
    }
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Change(args) => change::run(args, session),
        Verb::Exposure(args) => exposure::run(args, session),
        Verb::Reports(args) => reports::run(args, session),
    }
}
