use crate::commands::listing::WhoseArgs;
use crate::commands::session::Session;
use crate::domain::Medication;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// List the medications, of one patient, a report or all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication list
  casebook medication list ward-3/07
  casebook medication list --report ward-3 --format json")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    whose: WhoseArgs,
}

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

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let patients = args.whose.patients(&registry)?;
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
    let lines = lines.into_iter().filter(|(patient, ..)| patients.has(patient));
    let rows = lines.map(row).collect();
    session.show_list(&registry, lay_out_list("Medications", "medications", &COLUMNS, rows))
}
