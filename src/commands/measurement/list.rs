use super::{analyte_of, visit_of};
use crate::commands::session::Session;
use crate::commands::showing::{file_of, note_simulated};
use crate::domain::{Analyte, Measurement, PatientFile, Visit};
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_measurements;

/// List the measurements of a patient, one a line
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook measurement list ward-3/07
  casebook measurement list ward-3/07 --analyte HbA1c
  casebook measurement list ward-3/07 --visit W4 -o w4.csv")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// Only those of this visit
    #[arg(long, value_name = "LABEL")]
    visit: Option<String>,
    /// Only those of this analyte
    #[arg(long)]
    analyte: Option<String>,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let file = file_of(&registry, &args.patient)?;
    let analyte = match &args.analyte {
        None => None,
        Some(name) => Some(analyte_of(registry.catalogue(), name)?),
    };
    let visits = asked_for(&file, args.visit.as_deref(), analyte)?;
    let visits: Vec<_> = visits.iter().collect();
    let title = format!("Measurements of {}", args.patient);
    let mut page = lay_out_measurements(&title, &visits, registry.catalogue());
    note_simulated(&mut page, &file);
    session.show(&page)
}

/// The visits that were asked for, with the measurements that were.
fn asked_for(
    file: &PatientFile,
    visit: Option<&str>,
    analyte: Option<&Analyte>,
) -> Result<Vec<(Visit, Vec<Measurement>)>, Error> {
    let mut visits = match visit {
        None => file.visits.clone(),
        Some(label) => vec![visit_of(file, label)?.clone()],
    };
    if let Some(analyte) = analyte {
        for (_, measurements) in &mut visits {
            measurements.retain(|one| one.analyte_id == analyte.id);
        }
    }
    Ok(visits)
}
