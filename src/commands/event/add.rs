use super::Fields;
use crate::commands::fields::{Fields as _, text};
use crate::commands::recording::record_of_patient;
use crate::commands::session::Session;
use crate::domain::{AdverseEvent, PatientRecords, Placed};
use crate::error::Error;
use crate::store::Kind;

/// Record an adverse event
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook event add ward-3/07 fever --onset 0 --grade 1 --ctcae 5.0 --infusion 1
  casebook event add ward-3/07 appendicitis --serious hospitalisation --related-to-cells none

An event that happened twice is recorded twice. What is not given is not known.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The event in the report's words
    #[arg(value_parser = text)]
    term: String,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut event = AdverseEvent { term: args.term.clone(), ..AdverseEvent::default() };
    args.fields.put(&mut event);
    Fields::check(&AdverseEvent::default(), &event).map_err(|mismatch| {
        Error::request("The event can't be recorded. Nothing was changed", "grade", mismatch)
    })?;
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.events.push(Placed::typed(event));
    let command = format!("event add {} {}", args.patient, args.term);
    record_of_patient(session, &command, of_patient, (Kind::Event, &args.term))
}
