use super::Fields;
use crate::analysis::contradicted;
use crate::commands::fields::{Fields as _, text};
use crate::commands::recording::page_of_patient;
use crate::commands::session::Session;
use crate::domain::{Day, Medication, PatientRecords, Placed};
use crate::error::Error;
use crate::store::{Access, Kind, Registry};
use crate::tables::Page;
use std::cmp::Ordering;

/// Record a dose episode of a drug
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication add ward-3/07 \"insulin glargine\" --dose 20 --unit U --end 28
  casebook medication add ward-3/07 \"insulin glargine\" --dose 0 --unit U --start 28

Each change of dose is an episode of its own. Dose 0 says that the patient was free of the drug; a dose
that is left out is not known.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The drug
    #[arg(value_parser = text)]
    drug: String,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut medication = Medication { drug: args.drug.clone(), ..Medication::default() };
    args.fields.put(&mut medication);
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.medications.push(Placed::typed(medication));
    let command = format!("medication add {} {}", args.patient, args.drug);
    let mut registry = session.open(Access::Write)?;
    let of = (Kind::Medication, args.drug.as_str());
    let mut page = page_of_patient(session, &mut registry, &command, of_patient, of)?;
    note_contradicted(&mut page, &registry, &args.patient)?;
    session.show(&page)
}

/// Say which episodes go on while the one that was recorded last begins, and how to end them.
fn note_contradicted(page: &mut Page, registry: &Registry, patient: &str) -> Result<(), Error> {
    let mut cohort = registry.cohort(false)?;
    cohort.subjects.retain(|subject| subject.key == patient);
    let taken = registry.medications_taken(&cohort)?;
    let Some(new) = taken.last() else { return Ok(()) };
    for at in contradicted(&taken) {
        let one = &taken[at];
        let drug = match (one.medication.dose_per_day, &one.medication.dose_unit) {
            (Some(dose), Some(unit)) => format!("{} {dose} {unit}", one.medication.drug),
            _ => one.medication.drug.clone(),
        };
        // The one that began first ends before the other begins; of two of one day nobody knows which.
        let (number, next) = match one.start.cmp(&new.start) {
            Ordering::Less => (at + 1, new.start),
            Ordering::Greater => (taken.len(), one.start),
            Ordering::Equal => (at + 1, None),
        };
        let day = next.map_or("DAY".to_owned(), |Day(next)| (next - 1).to_string());
        page.note(format!(
            "Number {} of {patient}, {drug}, is open at the same time: the two contradict each other, and \
             the dose counts as not known. To end the earlier one: casebook medication edit {patient} \
             {number} --end {day} --reason \"dose changed\".",
            at + 1,
        ));
    }
    Ok(())
}
