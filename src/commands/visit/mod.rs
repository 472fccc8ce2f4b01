mod add;
mod edit;
mod fields;
mod list;
mod remove;
mod show;

pub(super) use add::read_values;
pub(super) use fields::Fields;

use super::session::Session;
use crate::domain::{Day, Schedule, Visit};
use crate::error::Error;

/// Visits and what was measured there
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Add(Box<add::Args>),
    Edit(Box<edit::Args>),
    List(list::Args),
    Remove(remove::Args),
    Show(show::Args),
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Add(args) => add::run(args, session),
        Verb::Edit(args) => edit::run(args, session),
        Verb::List(args) => list::run(args, session),
        Verb::Remove(args) => remove::run(args, session),
        Verb::Show(args) => show::run(args, session),
    }
}

/// A visit that no summary will use as it stands.
fn outside(visit: &Visit, schedule: &Schedule) -> Option<String> {
    let label = &visit.label;
    let Some(day) = visit.day else {
        return visit.date.is_none().then(|| {
            format!("{label} names no day: give --day or --date, or summaries can't place it.")
        });
    };
    let at = (day > Day(0)).then(|| schedule.timepoint_of(day)).flatten();
    let name = at.map(|at| schedule.timepoints()[at].name.as_str());
    match (&visit.timepoint, name) {
        _ if day <= Day(0) => None,
        (Some(planned), name) if name != Some(planned.as_str()) => {
            let counts = name.map_or("for no timepoint".to_owned(), |name| format!("for {name}"));
            Some(format!("Day {day} lies outside the window of {planned}: it counts {counts}."))
        }
        (None, None) => {
            Some(format!("Day {day} lies in no window of the schedule: summaries only list it."))
        }
        _ => None,
    }
}
