use super::{Fields, outside};
use crate::commands::fields::Fields as _;
use crate::commands::recording::{Terms, lay_out_recorded, record};
use crate::commands::session::Session;
use crate::domain::{
    Catalogue, DayBasis, Level, Measurement, Mismatch, PatientRecords, Place, Placed, Problem,
    Records, Schedule, Source, Visit, VisitRecords,
};
use crate::error::Error;
use crate::store::{Access, Kind};

/// Record a visit and what was measured there
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook visit add ward-3/07 W4 \"HbA1c=6.8 %\" \"AFP=<0.9 ng/mL\" ALT=not-done
  casebook visit add ward-3/07 W12 --day 86 \"HbA1c=49 mmol/mol\" --source \"table 2\"

A value is ANALYTE=NUMBER UNIT in quotes; the unit is required (write \"unit not reported\" where the
source prints none). Instead of a number: not-done, not-reported, figure-only, unreadable, or a
finding such as at-target, normal, improved, decreased. `casebook analyte list` shows all names.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example huang-2025/1
    patient: String,
    /// The visit's label: a timepoint of the schedule (W4) or any other
    label: String,
    /// What was measured, such as "HbA1c=6.8 %"
    values: Vec<String>,
    /// Take values outside the usual range as they are
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let schedule = &registry.rules().schedule;
    let visit = visit_of(args, schedule).map_err(|mismatch| {
        Error::request("The visit can't be recorded. Nothing was changed", "label", mismatch)
    })?;
    let source = args.fields.source();
    let measurements = read_values(&args.values, source.as_ref(), registry.catalogue())?;
    let what = format!("{} {}", args.patient, visit.label);
    let odd = outside(&visit, schedule);
    let sentence = sentence(&what, &visit, measurements.len());
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.visits.push(VisitRecords { visit: Placed::typed(visit), measurements });
    let records = Records { patients: vec![of_patient], ..Records::default() };
    let terms = Terms { accept: args.accept, new: Some((Kind::Visit, &what)), ..Terms::default() };
    let command = format!("visit add {what}");
    let intake = record(session, &mut registry, &command, records, terms)?;
    let mut page = lay_out_recorded(sentence, &intake);
    if let Some(note) = odd {
        page.note(note);
    }
    session.show(&page)
}

/// The visit that was typed, with its day by its label where none was given.
fn visit_of(args: &Args, schedule: &Schedule) -> Result<Visit, Mismatch> {
    let mut visit = Visit::new(&args.label, None, None, schedule)?;
    args.fields.put(&mut visit);
    visit.labelled(&args.label, schedule)
}

/// Read `ANALYTE=VALUE UNIT` arguments, every problem at once.
pub(in crate::commands) fn read_values(
    values: &[String],
    source: Option<&Source>,
    catalogue: &Catalogue,
) -> Result<Vec<Placed<Measurement>>, Error> {
    let mut read: Vec<Placed<Measurement>> = Vec::new();
    let mut problems = Vec::new();
    for text in values {
        let measurement = Measurement::parse(text, catalogue).and_then(|measurement| {
            let id = measurement.analyte_id;
            if read.iter().any(|known| known.record.analyte_id == id) {
                let twice = Mismatch::new(text.as_str(), "each analyte once a visit");
                return Err(twice);
            }
            Ok(measurement)
        });
        match measurement {
            Ok(measurement) => {
                read.push(Placed::typed(Measurement { source: source.cloned(), ..measurement }));
            }
            Err(mismatch) => problems.push(Problem {
                level: Level::Error,
                place: Place::CommandLine,
                what: text.split('=').next().unwrap_or_default().trim().to_owned(),
                mismatch,
            }),
        }
    }
    if problems.is_empty() {
        return Ok(read);
    }
    let (bad, all) = (problems.len(), values.len());
    let heading = format!("{bad} of {all} values can't be used. Nothing was changed");
    Err(Error::Request { heading, problems })
}

fn sentence(what: &str, visit: &Visit, values: usize) -> String {
    let when = match (visit.day, visit.day_basis, &visit.date) {
        (Some(day), Some(DayBasis::Planned), _) => format!("day {day} as planned"),
        (Some(day), _, _) => format!("day {day}"),
        (None, _, Some(date)) => date.to_string(),
        (None, _, None) => "day not known".to_owned(),
    };
    let values = if values == 1 { "1 value".to_owned() } else { format!("{values} values") };
    format!("Recorded visit {what} ({when}) with {values}")
}
