use super::rescheduling::no_timepoint;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Described, Fact, lay_out_facts};

/// Show one timepoint and how many visits carry it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook timepoint show W4
  casebook timepoint show W4 --format json")]
pub(in crate::commands) struct Args {
    /// Which timepoint, by its name
    name: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let Some(timepoint) = registry.rules().schedule.named(&args.name) else {
        return Err(no_timepoint(&registry, &args.name));
    };
    let visits = registry.visits(None)?.into_iter().map(|line| line.visit);
    let visits: Vec<_> =
        visits.filter(|visit| visit.timepoint.as_ref() == Some(&timepoint.name)).collect();
    let window = timepoint.first_day..=timepoint.last_day;
    let inside = visits.iter().filter(|visit| visit.day.is_some_and(|day| window.contains(&day)));
    let without_day = visits.iter().filter(|visit| visit.day.is_none()).count();
    let mut facts = timepoint.facts(registry.catalogue());
    facts.push(Fact::new("visits", "Visits of this name", visits.len()));
    facts.push(Fact::new("visits_inside", "On a day of its window", inside.count()));
    facts.push(Fact::new("visits_without_day", "Without a recorded day", without_day));
    session.show(&lay_out_facts(&format!("Timepoint {}", timepoint.name), "timepoint", &facts))
}
