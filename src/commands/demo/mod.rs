//! A registry to look around in: one real case report and a simulated cohort.

mod cases;

use super::init::rules;
use super::recording::{Terms, record_pieces};
use super::session::Session;
use super::summary::{Options, change_page, reports_page};
use crate::analysis::ChangeAsked;
use crate::domain::{DayZero, Schedule};
use crate::error::Error;
use crate::import::{Piece, read_case};
use crate::store::{Registry, StoreError};

/// The planned visits of the demonstration.
const SCHEDULE: &str = "W0,W4±1,W12±2,W24±4";

/// Make a registry to look around in: one real case report and a simulated cohort
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook demo
  casebook -r demo.db show huang-2025/1

Makes demo.db in this folder and overwrites nothing.")]
pub(super) struct Args {}

pub(super) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    session.check_output()?;
    let path = session.named_registry_or("demo.db");
    let schedule = Schedule::parse(SCHEDULE).expect("the demonstration's schedule is well formed");
    let rules = rules("casebook demonstration", DayZero::FirstInfusion, schedule);
    let mut registry = Registry::create(&path, &rules, &session.caller())?;
    session.recorded();
    for (name, source) in cases::CASES {
        let schedule = registry.rules().schedule.clone();
        let reading = read_case(name, source, false, &schedule, registry.catalogue());
        let command = format!("demo: import {name}");
        let pieces = &mut std::iter::once(Ok(Piece::whole(reading)));
        record_pieces(session, &mut registry, &command, pieces, Terms::default()).map_err(
            |error| {
                Error::Store(StoreError::Unexpected(format!(
                    "the demonstration is broken: {error}"
                )))
            },
        )?;
    }
    session
        .say(&format!("Made {}: one real case report and a simulated cohort.\n", path.display()));
    let mut page = reports_page(&registry, &Options::default())?;
    page.append(change_page(
        &registry,
        &Options::of_analytes(&["HbA1c", "FPG"]),
        &ChangeAsked::default(),
    )?);
    session.show(&page)?;
    let name = path.display();
    session.say(&format!(
        "\nTry next:\n  casebook -r {name} show huang-2025/1       the real patient on one page\n  \
         casebook -r {name} summary change          every analyte, every timepoint\n  \
         casebook -r {name} summary change --real   without the simulated patients",
    ));
    Ok(())
}
