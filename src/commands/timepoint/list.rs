use crate::commands::session::Session;
use crate::domain::Timepoint;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list, note_overlaps};

/// List the timepoints
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook timepoint list
  casebook timepoint list --format json")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 4] = [
    ("timepoint", "Timepoint"),
    ("target_day", "Target day"),
    ("first_day", "First day"),
    ("last_day", "Last day"),
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let row = |timepoint: &Timepoint| -> Vec<Value> {
        vec![
            timepoint.name.as_str().into(),
            timepoint.target_day.0.into(),
            timepoint.first_day.0.into(),
            timepoint.last_day.0.into(),
        ]
    };
    let rules = registry.rules();
    let rows = rules.schedule.timepoints().iter().map(row).collect();
    let mut page = lay_out_list("Timepoints", "timepoints", &COLUMNS, rows);
    page.context.push(("rules_version".to_owned(), rules.version.into()));
    page.note(format!(
        "Day 0 is the day of the {}. The rules are version {}.",
        rules.day_zero, rules.version
    ));
    note_overlaps(&mut page, &rules.schedule);
    session.show(&page)
}
