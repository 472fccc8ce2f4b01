mod all;
mod baseline;
mod change;
mod correlation;
mod difference;
mod explaining;
mod exposure;
mod labs;
mod medication;
mod model;
mod options;
mod reports;
mod response;
mod safety;

pub(super) use change::page as change_page;
pub(super) use options::{Options, find_analytes};
pub(super) use reports::page as reports_page;

use super::session::Session;
use crate::error::Error;

/// Cohort summaries across all reports
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Reports(reports::Args),
    Baseline(baseline::Args),
    Exposure(exposure::Args),
    Change(change::Args),
    Response(response::Args),
    Medication(medication::Args),
    Safety(safety::Args),
    Labs(labs::Args),
    Difference(difference::Args),
    Correlation(correlation::Args),
    Model(model::Args),
    All(all::Args),
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    match verb {
        Verb::Reports(args) => reports::run(args, session),
        Verb::Baseline(args) => baseline::run(args, session),
        Verb::Exposure(args) => exposure::run(args, session),
        Verb::Change(args) => change::run(args, session),
        Verb::Response(args) => response::run(args, session),
        Verb::Medication(args) => medication::run(args, session),
        Verb::Safety(args) => safety::run(args, session),
        Verb::Labs(args) => labs::run(args, session),
        Verb::Difference(args) => difference::run(args, session),
        Verb::Correlation(args) => correlation::run(args, session),
        Verb::Model(args) => model::run(args, session),
        Verb::All(args) => all::run(args, session),
    }
}
