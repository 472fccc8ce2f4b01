use super::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Value, lay_out_list};
use std::path::PathBuf;

/// Copy the registry, also while others work with it, and verify the copy
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook backup study-2026-11-22.db
  casebook -r ward.db backup /media/stick/ward.db")]
pub(super) struct Args {
    /// The copy; nothing is ever overwritten
    #[arg(value_name = "FILE")]
    copy: PathBuf,
}

const COLUMNS: [(&str, &str); 4] = [
    ("copy", "Copy"),
    ("entries", "Entries of the log"),
    ("records", "Records"),
    ("last_hash", "Last hash"),
];

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    registry.copy_to(&args.copy)?;
    let copy = Registry::open(&args.copy, Access::Read, &session.caller())?;
    let found = copy.verify()?;
    let row: Vec<Value> = vec![
        args.copy.display().to_string().into(),
        found.entries.into(),
        found.records.into(),
        found.last_hash.as_str().into(),
    ];
    let title = "Copied and verified";
    let mut page = lay_out_list(title, "backup", &COLUMNS, vec![row]);
    if found.discrepancies.is_empty() {
        return session.show(&page);
    }
    page.title = "Copied; the copy is not what its change log says".to_owned();
    page.note("The registry itself is likely so: `casebook verify` names everything.");
    session.show(&page)?;
    Err(Error::Findings)
}
