use super::{analyte_of, measured, visit_of};
use crate::commands::session::Session;
use crate::commands::showing::{file_of, note_simulated};
use crate::error::Error;
use crate::store::{Access, Entry};
use crate::tables::{Value, lay_out_list, lay_out_measurement};

/// Show one measurement: as printed, as understood, every other reading, and its history
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook measurement show ward-3/07 W4 HbA1c
  casebook measurement show huang-2025/1 W0 HbA1c --format json")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The visit's label
    visit: String,
    /// The analyte
    analyte: String,
}

const HISTORY: [(&str, &str); 6] = [
    ("number", "No."),
    ("at", "When (UTC)"),
    ("actor", "Who"),
    ("command", "What"),
    ("reason", "Why"),
    ("accepted", "Accepted"),
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let file = file_of(&registry, &args.patient)?;
    let analyte = analyte_of(registry.catalogue(), &args.analyte)?;
    let visit = visit_of(&file, &args.visit)?;
    let measurement = measured(visit, analyte, &args.patient)?;
    let what = format!("{} {} {}", args.patient, visit.0.label, analyte.symbol);
    let title = format!("Measurement {what}");
    let mut page = lay_out_measurement(&title, &args.patient, &visit.0, measurement, analyte);
    let history = registry.history_of_measurement(&args.patient, &visit.0.label, &analyte.key)?;
    let rows = history.iter().map(line).collect();
    page.append(lay_out_list("History", "history", &HISTORY, rows));
    note_simulated(&mut page, &file);
    session.show(&page)
}

fn line(entry: &Entry) -> Vec<Value> {
    vec![
        entry.number.into(),
        entry.at.as_str().into(),
        entry.actor.as_str().into(),
        entry.command.as_str().into(),
        entry.reason.clone().into(),
        Some(entry.accepted.join(" ")).filter(|text| !text.is_empty()).into(),
    ]
}
