use crate::commands::session::{Session, not_there};
use crate::domain::PartialDate;
use crate::error::Error;
use crate::store::{Access, VisitLine};
use crate::tables::{Value, lay_out_list};

/// List the visits, of one patient or of all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook visit list
  casebook visit list huang-2025/1")]
pub(in crate::commands) struct Args {
    /// Which patient [default: all]
    patient: Option<String>,
}

const COLUMNS: [(&str, &str); 7] = [
    ("patient", "Patient"),
    ("visit", "Visit"),
    ("timepoint", "Timepoint"),
    ("day", "Day"),
    ("day_basis", "Day is"),
    ("date", "Date"),
    ("note", ""),
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let patient = match &args.patient {
        None => None,
        Some(key) => match registry.patient(key)? {
            Some(patient) => Some(patient),
            None => return Err(not_there("patient", key, &registry.patient_keys()?)),
        },
    };
    let row = |VisitLine { patient, visit }: VisitLine| -> Vec<Value> {
        vec![
            patient.into(),
            visit.label.into(),
            visit.timepoint.into(),
            visit.day.map(|day| day.0).into(),
            visit.day_basis.map(|basis| basis.as_str()).into(),
            visit.date.as_ref().map(PartialDate::as_str).into(),
            visit.note.into(),
        ]
    };
    let rows = registry.visits(patient.as_ref())?.into_iter().map(row).collect();
    session.show_list(&registry, lay_out_list("Visits", "visits", &COLUMNS, rows))
}
