use crate::commands::listing::WhoseArgs;
use crate::commands::session::Session;
use crate::domain::AdverseEvent;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// List the adverse events, of one patient, a report or all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook event list
  casebook event list ward-3/07
  casebook event list --report ward-3 -o events.csv")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    whose: WhoseArgs,
}

const COLUMNS: [(&str, &str); 14] = [
    ("patient", "Patient"),
    ("number", "No."),
    ("term", "Event"),
    ("coded_term", ""),
    ("coded_class", ""),
    ("onset_day", "Onset day"),
    ("end_day", "End day"),
    ("grade", "Grade"),
    ("ctcae_version", "CTCAE"),
    ("serious", "Serious"),
    ("serious_reason", ""),
    ("related_to_cells", "Related to cells"),
    ("infusion", "After infusion"),
    ("outcome", "Outcome"),
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let patients = args.whose.patients(&registry)?;
    let lines = registry.events()?;
    let row = |(patient, number, event): (String, usize, AdverseEvent)| -> Vec<Value> {
        vec![
            patient.into(),
            number.into(),
            event.term.into(),
            event.coded_term.into(),
            event.coded_class.into(),
            event.onset_day.map(|day| day.0).into(),
            event.end_day.map(|day| day.0).into(),
            event.grade.map(u32::from).into(),
            event.ctcae_version.into(),
            event.serious.into(),
            event.serious_reason.map(|reason| reason.as_str()).into(),
            event.related_to_cells.map(|relation| relation.as_str()).into(),
            event.infusion.into(),
            event.outcome.map(|outcome| outcome.as_str()).into(),
        ]
    };
    let lines = lines.into_iter().filter(|(patient, ..)| patients.has(patient));
    let rows = lines.map(row).collect();
    session.show_list(&registry, lay_out_list("Adverse events", "events", &COLUMNS, rows))
}
