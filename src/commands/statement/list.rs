use crate::commands::listing::WhoseArgs;
use crate::commands::session::Session;
use crate::domain::{About, Statement};
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// List the statements, of one patient, a report or all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook statement list
  casebook statement list ward-3/07
  casebook statement list --report ward-3 --format csv")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    whose: WhoseArgs,
}

const COLUMNS: [(&str, &str); 7] = [
    ("patient", "Patient"),
    ("number", "No."),
    ("about", "About"),
    ("visit", "When"),
    ("finding", "Finding"),
    ("place", "Source"),
    ("quote", "Quote"),
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let patients = args.whose.patients(&registry)?;
    let lines = registry.statements_of_all()?;
    let row = |(patient, number, statement): (String, usize, Statement)| -> Vec<Value> {
        let (About::Analyte(about) | About::Topic(about)) = statement.about;
        let source = statement.source.unwrap_or_default();
        vec![
            patient.into(),
            number.into(),
            about.into(),
            statement.visit.into(),
            statement.finding.as_str().into(),
            source.place.into(),
            source.quote.into(),
        ]
    };
    let lines = lines.into_iter().filter(|(patient, ..)| patients.has(patient));
    let rows = lines.map(row).collect();
    session.show_list(&registry, lay_out_list("Statements", "statements", &COLUMNS, rows))
}
