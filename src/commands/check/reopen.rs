use super::accept::{COLUMNS, not_asked, row_of};
use super::{Answers, Session, find, parse_id};
use crate::domain::Mismatch;
use crate::error::Error;
use crate::store::{Access, StoreError, Whose};
use crate::tables::lay_out_list;

/// Take an answer back: the question is asked again
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook check reopen 3f2a91c0 --reason \"the printout was another patient's\"
  casebook check --answered

The change log keeps the answer and who took it back.")]
pub(in crate::commands) struct Args {
    /// The ID as `casebook check --answered` prints it
    #[arg(value_name = "ID", value_parser = parse_id)]
    id: String,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<(), Error> {
    let reason = session.required_reason()?.to_owned();
    let mut registry = session.open(Access::Write)?;
    let command = format!("check reopen {}", args.id);
    let done: Result<_, StoreError> =
        registry.change(&command, Some(&reason), |change| change.reopen(&args.id));
    let Some(answer) = done? else {
        let (doubts, _) = find(&registry, &Whose::All, None)?;
        let answers = Answers::load(&registry)?;
        let asked = doubts.iter().find(|doubt| doubt.id == args.id);
        let mismatch = match asked.map(|doubt| answers.to(doubt)) {
            Some(None) => Mismatch::new(&*args.id, "one that was answered")
                .mend("it is open already: `casebook check` shows it"),
            Some(Some((by, why))) => {
                Mismatch::new(format!("{why}, by {by}"), "an answer given with `check accept`")
                    .mend("correct the value with `casebook measurement edit` instead")
            }
            None => not_asked(&args.id, &answers, &registry.ever_answered()?),
        };
        let heading = format!("There is no answer to {}. Nothing was changed", args.id);
        return Err(Error::request(heading, "ID", mismatch));
    };
    session.recorded();
    let rows = vec![row_of(&answer)];
    let mut page = lay_out_list("Took back 1 answer", "answers", &COLUMNS, rows);
    page.note("The change log keeps the answer: `casebook history --rows`.");
    session.show(&page)
}
