mod add;
mod edit;
mod list;
mod remove;
mod show;

use super::session::Session;
use crate::domain::{Analyte, Catalogue, Measurement, Mismatch, PatientFile, Visit};
use crate::error::Error;

/// Measurements: one analyte at one visit
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

/// The visit with this label, in any case.
pub(super) fn visit_of<'a>(
    file: &'a PatientFile,
    label: &str,
) -> Result<&'a (Visit, Vec<Measurement>), Error> {
    let is_named = |(visit, _): &&(Visit, _)| visit.label.eq_ignore_ascii_case(label);
    file.visits.iter().find(is_named).ok_or_else(|| {
        let mismatch = Mismatch::new(label, "a visit that is recorded")
            .mend("record it with `casebook visit add`");
        let heading = format!("{} has no visit {label}. Nothing was changed", file.patient.key);
        Error::request(heading, "visit", mismatch)
    })
}

/// The analyte by any of its names.
pub(super) fn analyte_of<'a>(catalogue: &'a Catalogue, name: &str) -> Result<&'a Analyte, Error> {
    catalogue.find(name).map_err(|mismatch| {
        let heading = format!("There is no analyte {name}. Nothing was changed");
        Error::request(heading, "analyte", mismatch)
    })
}

/// The measurement of this analyte among those of a visit.
fn measured<'a>(
    visit: &'a (Visit, Vec<Measurement>),
    analyte: &Analyte,
    patient: &str,
) -> Result<&'a Measurement, Error> {
    visit.1.iter().find(|known| known.analyte_id == analyte.id).ok_or_else(|| {
        let mismatch = Mismatch::new(analyte.symbol.as_str(), "an analyte that was recorded there")
            .mend("add it with `casebook measurement add`");
        let (symbol, label) = (&analyte.symbol, &visit.0.label);
        let heading = format!("{patient} has no {symbol} at {label}. Nothing was changed");
        Error::request(heading, "measurement", mismatch)
    })
}
