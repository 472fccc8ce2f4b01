use super::session::Session;
use crate::error::Error;
use crate::store::{Access, Check, Discrepancy, Verification};
use crate::tables::{Block, Page, Value, lay_out_list};

/// Check the file against itself and its change log
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook verify
  casebook verify --format json -o verified.json

Runs SQLite's integrity check, the foreign keys, the chain of hashes, and compares every record with
what the log says of it: what was changed by another program, or by a failing disk, is named. Exits
with 1 if anything is. Note the last hash elsewhere: it tells later whether entries were cut off.")]
pub(super) struct Args {}

const COLUMNS: [(&str, &str); 3] = [("check", "Check"), ("place", "Where"), ("what", "What")];

pub(super) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let found = registry.verify()?;
    session.show(&lay_out(&found))?;
    if found.discrepancies.is_empty() { Ok(()) } else { Err(Error::Findings) }
}

/// The page of a verification.
pub(super) fn lay_out(found: &Verification) -> Page {
    let row = |one: &Discrepancy| -> Vec<Value> {
        vec![one.check.name().into(), one.place.as_str().into(), one.what.as_str().into()]
    };
    let rows: Vec<_> = found.discrepancies.iter().map(row).collect();
    let title = match rows.len() {
        0 => "The file is what its change log says".to_owned(),
        1 => "1 thing is not as the change log says".to_owned(),
        many => format!("{many} things are not as the change log says"),
    };
    let mut page = lay_out_list(&title, "discrepancies", &COLUMNS, rows);
    if found.discrepancies.is_empty() {
        page.blocks.clear();
    }
    let passed = |check: &Check| {
        let count = found.discrepancies.iter().filter(|one| one.check == *check).count();
        let told = if count == 0 { "passed".to_owned() } else { format!("{count} found") };
        (format!("{} ({})", check.name(), check.looks_at()), told)
    };
    let mut facts: Vec<_> = Check::ALL.iter().map(passed).collect();
    facts.push(("Entries of the log".to_owned(), found.entries.to_string()));
    facts.push(("Records compared".to_owned(), found.records.to_string()));
    facts.push(("Last hash".to_owned(), found.last_hash.clone()));
    page.blocks.insert(0, Block::Facts(facts));
    page.context = vec![
        ("entries".to_owned(), found.entries.into()),
        ("records".to_owned(), found.records.into()),
        ("last_hash".to_owned(), found.last_hash.as_str().into()),
    ];
    page.note(
        "This proves that nothing inside the chain was altered without trace. It can't prove who \
         was at work, nor that the newest entries were not cut off together with their records.",
    );
    page
}
