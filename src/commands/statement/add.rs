use crate::commands::recording::{SourceArgs, record_of_patient};
use crate::commands::session::Session;
use crate::domain::{About, Finding, PatientRecords, Placed, Statement};
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
    about: String,
    /// What is said: at target, improved, decreased ...
    finding: Finding,
    /// Label of the visit it speaks of [default: the whole follow-up]
    #[arg(long, value_name = "LABEL")]
    visit: Option<String>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let about = match registry.catalogue().find(&args.about) {
        Ok(analyte) => About::Analyte(analyte.key.clone()),
        Err(_) => About::Topic(args.about.trim().to_owned()),
    };
    let schedule = &registry.rules().schedule;
    let visit = args.visit.as_ref().map(|label| {
        schedule.named(label).map_or_else(|| label.clone(), |timepoint| timepoint.name.clone())
    });
    let statement = Statement {
        about,
        visit,
        finding: args.finding,
        source: args.source.source(),
        note: args.note.clone(),
    };
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.statements.push(Placed::typed(statement));
    let command = format!("statement add {} {}: {}", args.patient, args.about, args.finding);
    let what = format!("{}: {}", args.about, args.finding);
    record_of_patient(session, &command, of_patient, (Kind::Statement, &what))
}
