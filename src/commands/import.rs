use super::comparing::{CompareArgs, compare};
use super::recording::{Terms, lay_out_intake, record, refuse_unreadable};
use super::session::Session;
use crate::domain::{ReportKind, parse_key};
use crate::error::Error;
use crate::import::{How, InputFormat, Reading, name_of, read};
use crate::store::Access;
use std::path::PathBuf;

/// Read files into the registry: everything in them, or nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook import huang-2025.toml --dry-run
  casebook import huang-2025.toml ward-3.json
  casebook import second-reader.toml --compare
  casebook import second-reader.toml --compare --take \"a-2024/1, visit W4\" --reason \"chart\"

A case file holds one report with its products, patients, infusions, visits, events and medications.
`casebook template case.toml` writes one to start from. Importing a file twice adds nothing.

Double entry: a second person enters the same report, or some of its patients, in another file.
--compare lists each field that differs, with both values and who entered the recorded one, and exits
with 1 if any does; it changes nothing. Then each difference is settled by --take or --keep. What was
kept is listed as settled until one of the two values changes.")]
pub(super) struct Args {
    /// Case files: .toml, or .json of the same shape
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The report that rows belong to which name none
    #[arg(long, value_name = "KEY", value_parser = parse_key)]
    report: Option<String>,
    /// Record that report as one of this kind, if it is not there yet
    #[arg(long, value_name = "KIND", requires = "report")]
    report_kind: Option<ReportKind>,
    /// Which column of a table is what: a file that `--propose-map` writes a first form of
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The dictionary of a REDCap export
    #[arg(long, value_name = "FILE")]
    dictionary: Option<PathBuf>,
    /// Read the files as: case, csv, xlsx, redcap, sdtm, phenopackets or fhir [default: told by the
    /// file]
    #[arg(long = "as", value_name = "FORMAT")]
    format_of_files: Option<InputFormat>,
    /// Numbers in the files have a decimal comma
    #[arg(long)]
    decimal_comma: bool,
    /// Show what would be added; change nothing
    #[arg(long)]
    dry_run: bool,
    /// Take values outside the usual range as they are
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    compare: CompareArgs,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    session.keep(&args.files)?;
    let only_reads = args.compare.compare && !args.compare.decides();
    let access = if only_reads { Access::Read } else { Access::Write };
    let mut registry = session.open(access)?;
    let attributes = registry.attributes()?;
    let mut catalogue = registry.catalogue().clone();
    let mut reading = Reading::default();
    for path in &args.files {
        let how = How {
            schedule: &registry.rules().schedule,
            catalogue: &catalogue,
            attributes: &attributes,
            report: args.report.clone(),
            report_kind: args.report_kind,
            map: args.map.clone(),
            dictionary: args.dictionary.clone(),
            format: args.format_of_files,
            decimal_comma: args.decimal_comma,
        };
        let next = read(path, &how)?;
        // What one file declares, the next one may measure.
        next.records.analytes.iter().for_each(|one| catalogue.declare(&one.record));
        reading.append(next);
    }
    let Reading { records, problems, .. } = reading;
    let names: Vec<_> = args.files.iter().map(|path| name_of(path)).collect();
    if args.compare.compare {
        refuse_unreadable(problems)?;
        let second = (names.join(" "), &records);
        let how = (args.accept, args.dry_run);
        return compare(session, &mut registry, (&second.0, second.1), &args.compare, how);
    }
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
