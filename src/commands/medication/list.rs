use crate::commands::session::Session;
use crate::domain::Medication;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// List the medications
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication list
  casebook medication list --format json")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 10] = [
    ("patient", "Patient"),
    ("number", "No."),
    ("drug", "Drug"),
    ("atc", "ATC"),
    ("atc_year", ""),
    ("dose_per_day", "Dose per day"),
    ("dose_unit", "Unit"),
    ("start_day", "From day"),
    ("end_day", "To day"),
    ("stop_reason", "Why stopped"),
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let lines = registry.medications()?;
    let row = |(patient, number, medication): (String, usize, Medication)| -> Vec<Value> {
        vec![
            patient.into(),
            number.into(),
            medication.drug.into(),
            medication.atc.into(),
            medication.atc_year.into(),
            medication.dose_per_day.into(),
            medication.dose_unit.into(),
            medication.start_day.map(|day| day.0).into(),
            medication.end_day.map(|day| day.0).into(),
            medication.stop_reason.into(),
        ]
    };
    let rows = lines.into_iter().map(row).collect();
    session.show_list(&registry, lay_out_list("Medications", "medications", &COLUMNS, rows))
}
