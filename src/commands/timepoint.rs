use super::session::Session;
use crate::domain::Timepoint;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// Timepoints: the planned visits and their windows
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    List(Args),
}

/// List the timepoints
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook timepoint list
  casebook timepoint list --format json")]
pub(super) struct Args {}

const COLUMNS: [(&str, &str); 4] = [
    ("timepoint", "Timepoint"),
    ("target_day", "Target day"),
    ("first_day", "First day"),
    ("last_day", "Last day"),
];

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    let Verb::List(_) = verb;
    let registry = session.open(Access::Read)?;
    let row = |timepoint: &Timepoint| -> Vec<Value> {
        vec![
            timepoint.name.as_str().into(),
            timepoint.target_day.0.into(),
            timepoint.first_day.0.into(),
            timepoint.last_day.0.into(),
        ]
    };
    let rows = registry.rules().schedule.timepoints().iter().map(row).collect();
    let mut page = lay_out_list("Timepoints", "timepoints", &COLUMNS, rows);
    page.note(format!("Day 0 is the day of the {}.", registry.rules().day_zero));
    session.show(&page)
}
