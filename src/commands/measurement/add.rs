use super::visit_of;
use crate::commands::recording::{SourceArgs, Terms, lay_out_recorded, record};
use crate::commands::session::{Session, not_there};
use crate::commands::visit::read_values;
use crate::domain::{PatientRecords, Placed, Records, VisitRecords};
use crate::error::Error;
use crate::store::{Access, Kind};

/// Add values to a visit that is recorded
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook measurement add ward-3/07 W4 \"CEA=3.6 ng/mL\"
  casebook measurement add ward-3/07 W4 \"AFP=33 unit not reported\" --source \"table 2\"")]
pub(in crate::commands) struct Args {
    /// Which patient, for example huang-2025/1
    patient: String,
    /// The visit's label
    visit: String,
    /// What was measured, such as "HbA1c=6.8 %"
    #[arg(required = true)]
    values: Vec<String>,
    /// Take values outside the usual range as they are
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let Some(file) = registry.patient_file(&args.patient)? else {
        return Err(not_there("patient", &args.patient, &registry.patient_keys()?));
    };
    let (visit, _) = visit_of(&file, &args.visit)?;
    let source = args.source.source();
    let measurements = read_values(&args.values, source.as_ref(), registry.catalogue())?;
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.visits.push(VisitRecords { visit: Placed::typed(visit.clone()), measurements });
    let records = Records { patients: vec![of_patient], ..Records::default() };
    let terms = Terms { accept: args.accept, ..Terms::default() };
    let command = format!("measurement add {} {}", args.patient, visit.label);
    let intake = record(session, &mut registry, &command, records, terms)?;
    let what = format!("{} {}", args.patient, visit.label);
    let sentence = match intake.added.of(Kind::Measurement) {
        0 => format!("Nothing to record: {what} has all of it already"),
        1 => format!("Recorded 1 value more of {what}"),
        count => format!("Recorded {count} values more of {what}"),
    };
    session.show(&lay_out_recorded(sentence, &intake))
}
