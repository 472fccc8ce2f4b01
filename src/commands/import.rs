use super::recording::{Terms, lay_out_intake, record};
use super::session::Session;
use crate::domain::Records;
use crate::error::Error;
use crate::import::{name_of, read_case_file};
use crate::store::Access;
use std::path::PathBuf;

/// Read files into the registry: everything in them, or nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook import huang-2025.toml --dry-run
  casebook import huang-2025.toml ward-3.json

A case file holds one report with its products, patients, infusions, visits, events and medications.
`casebook template case.toml` writes one to start from. Importing a file twice adds nothing.")]
pub(super) struct Args {
    /// Case files: .toml, or .json of the same shape
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show what would be added; change nothing
    #[arg(long)]
    dry_run: bool,
    /// Take values outside the usual range as they are
    #[arg(long)]
    accept: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    session.keep(&args.files)?;
    let mut registry = session.open(Access::Write)?;
    let schedule = registry.rules().schedule.clone();
    let (mut records, mut problems) = (Records::default(), Vec::new());
    for path in &args.files {
        let reading = read_case_file(path, &schedule, registry.catalogue())?;
        records.append(reading.records);
        problems.extend(reading.problems);
    }
    let names: Vec<_> = args.files.iter().map(|path| name_of(path)).collect();
    let command = format!("import {}", names.join(" "));
    let terms = Terms { accept: args.accept, dry_run: args.dry_run, new: None };
    let intake = record(session, &mut registry, &command, &records, problems, terms)?;
    let verb = if args.dry_run { "Would import" } else { "Imported" };
    let mut page = lay_out_intake(&format!("{verb} {}", names.join(", ")), &intake);
    if args.dry_run {
        page.note("Nothing was changed (--dry-run).");
    }
    session.show(&page)
}
