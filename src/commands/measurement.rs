use super::recording::{SourceArgs, Terms, lay_out_recorded, record};
use super::session::{Session, not_there};
use super::visit::read_values;
use crate::domain::{Mismatch, PatientRecords, Placed, Records, VisitRecords};
use crate::error::Error;
use crate::store::Access;

/// Measurements: one analyte at one visit
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    Add(Args),
}

/// Add values to a visit that is recorded
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook measurement add huang-2025/1 W4 \"CEA=3.6 ng/mL\"
  casebook measurement add huang-2025/1 W4 \"AFP=33 unit not reported\" --source \"table of tumour markers\"")]
pub(super) struct Args {
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

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    let Verb::Add(args) = verb;
    let mut registry = session.open(Access::Write)?;
    let Some(file) = registry.patient_file(&args.patient)? else {
        return Err(not_there("patient", &args.patient, &registry.patient_keys()?));
    };
    let is_named = |label: &str| label.eq_ignore_ascii_case(&args.visit);
    let Some((visit, _)) = file.visits.iter().find(|(visit, _)| is_named(&visit.label)) else {
        let mismatch = Mismatch::new(args.visit.as_str(), "a visit that is recorded")
            .mend("record it with `casebook visit add`");
        let heading = format!("{} has no visit {}. Nothing was changed", args.patient, args.visit);
        return Err(Error::request(heading, "visit", mismatch));
    };
    let source = args.source.source();
    let measurements = read_values(&args.values, source.as_ref(), registry.catalogue())?;
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.visits.push(VisitRecords { visit: Placed::typed(visit.clone()), measurements });
    let records = Records { patients: vec![of_patient], ..Records::default() };
    let terms = Terms { accept: args.accept, dry_run: false };
    let command = format!("measurement add {} {}", args.patient, visit.label);
    let intake = record(session, &mut registry, &command, &records, Vec::new(), terms)?;
    let sentence =
        format!("Recorded {} more of {} {}", args.values.len(), args.patient, visit.label);
    session.show(&lay_out_recorded(sentence, &intake))
}
