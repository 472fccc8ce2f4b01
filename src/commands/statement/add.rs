use super::{Fields, about_of, name_visit};
use crate::commands::fields::{Fields as _, text};
use crate::commands::recording::record_of_patient;
use crate::commands::session::Session;
use crate::domain::{Finding, PatientRecords, Placed, Statement};
use crate::error::Error;
use crate::store::{Access, Kind};

/// Record a result in words
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook statement add ward-3/07 HbA1c \"at target\" --visit W4 --source abstract
  casebook statement add ward-3/07 \"insulin resistance\" improved --source abstract

About an analyte, or anything else in the report's words. Findings: at target, not at target, normal,
abnormal, improved, worsened, increased, decreased, unchanged, present, absent.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example huang-2025/1
    patient: String,
    /// What it is about: an analyte, or a topic such as "insulin resistance"
    #[arg(value_parser = text)]
    about: String,
    /// What is said: at target, improved, decreased ...
    finding: Finding,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let about = about_of(&args.about, &registry);
    let finding = args.finding;
    let mut statement = Statement { about, visit: None, finding, source: None, note: None };
    args.fields.put(&mut statement);
    name_visit(&mut statement, &registry.rules().schedule);
    // Who reads holds the file against whoever commits, ourselves too.
    drop(registry);
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.statements.push(Placed::typed(statement));
    let command = format!("statement add {} {}: {}", args.patient, args.about, args.finding);
    let what = format!("{}: {}", args.about, args.finding);
    record_of_patient(session, &command, of_patient, (Kind::Statement, &what))
}
