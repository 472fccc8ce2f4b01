use crate::commands::listing::WhoseArgs;
use crate::commands::session::Session;
use crate::domain::PartialDate;
use crate::error::Error;
use crate::store::{Access, VisitLine, Whose};
use crate::tables::{Value, lay_out_list};

/// List the visits, of one patient, a report or all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook visit list
  casebook visit list huang-2025/1
  casebook visit list --report ward-3 -o visits.csv")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    whose: WhoseArgs,
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
    let patients = args.whose.patients(&registry)?;
    let patient = match args.whose.whose(&registry)? {
        Whose::Patient(key) => registry.patient(&key)?,
        _ => None,
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
    let lines = registry.visits(patient.as_ref())?.into_iter();
    let rows = lines.filter(|line| patients.has(&line.patient)).map(row).collect();
    session.show_list(&registry, lay_out_list("Visits", "visits", &COLUMNS, rows))
}
