use super::{analyte_of, measured, visit_of};
use crate::commands::removing::{patient_of, remove};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;

/// Remove a measurement with its other readings
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook measurement remove ward-3/07 W4 ALT --reason \"another patient's\"

To correct a value, use `casebook measurement edit`: it keeps what was printed.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The visit's label
    visit: String,
    /// The analyte
    analyte: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let file = registry.patient_file(&args.patient)?.expect("the patient was found a line before");
    let analyte = analyte_of(registry.catalogue(), &args.analyte)?;
    let visit = visit_of(&file, &args.visit)?;
    let known = measured(visit, analyte, &args.patient)?;
    let what = format!("{} {} {}", args.patient, visit.0.label, analyte.symbol);
    remove(session, &mut registry, ("measurement", &what), None, |change| {
        change.remove_measurement(&patient, &visit.0, known)?;
        Ok(Ok(1))
    })
}
