use super::{asked, checked};
use crate::commands::fields::text;
use crate::commands::selecting::select;
use crate::commands::session::{Dropped, Session};
use crate::domain::{Mismatch, NamedCohort, parse_key};
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Described, lay_out_facts, note_selected};

/// Define a cohort: a named selection of patients
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook cohort add poorly-controlled --where \"hba1c_baseline >= 64\" --note \"8 % and over\"
  casebook summary change --cohort poorly-controlled

The condition is asked anew whenever the cohort is used: who is recorded later may belong to it.
`casebook cohort columns` lists what a condition may name.")]
pub(in crate::commands) struct Args {
    /// Short unique name
    #[arg(value_parser = parse_key)]
    name: String,
    /// The condition its patients meet
    #[arg(long = "where", value_name = "EXPR")]
    condition: String,
    /// What it is for
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let name = args.name.as_str();
    let expression = checked(&registry, &args.condition)?;
    let cohort =
        NamedCohort { name: name.to_owned(), version: 1, expression, note: args.note.clone() };
    let command = format!("cohort add {name}");
    let done = registry.change(&command, session.reason(), |change| {
        if change.define_cohort(&cohort)? { Ok(()) } else { Err(Dropped::Why(())) }
    });
    match done {
        Ok(()) => session.recorded(),
        Err(Dropped::Store(error)) => return Err(error.into()),
        Err(Dropped::Why(())) => {
            let mismatch = Mismatch::new(name, "a name that no cohort has")
                .mend(format!("`casebook cohort edit {name}` makes its next version"));
            let heading = format!("There is a cohort {name} already. Nothing was changed");
            return Err(Error::request(heading, "cohort", mismatch));
        }
    }
    let facts = cohort.facts(registry.catalogue());
    let mut page = lay_out_facts(&format!("Added cohort {name}"), "cohort", &facts);
    let selected = select(&registry, registry.cohort(false)?, &[asked(&cohort)])?;
    note_selected(&mut page, &selected);
    session.show(&page)
}
