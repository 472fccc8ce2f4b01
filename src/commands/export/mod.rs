mod cases;
mod outcome;
mod writing;

use super::session::Session;
use crate::domain::Mismatch;
use crate::error::Error;
use crate::export::{Dates, Deidentified, Kind, deidentify};
use crate::import::name_of;
use crate::store::{Access, Registry, StoreError};
pub(super) use cases::{Selected, Selection, select};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use writing::{Failed, Files};

/// Write the records as case files that `import` takes back, or as tables for other programs
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook export study/
  casebook export huang-2025.toml --report huang-2025
  casebook export tables/ --tables --real
  casebook export shared/ --deidentified --reason \"for the statistician\"

A case file holds one report; several are written into a folder. Imported into an empty registry
of the same schedule and rules they give the same records, without the change log (for a copy with
its log: `casebook backup`); unusual values that were accepted are asked about again. --tables writes
one CSV file a noun and dictionary.csv, which explains every column.

Nothing is overwritten. Each export is an entry of the change log; a registry that can't be written
to is exported all the same, and it is said that its log does not know.

--deidentified leaves out or replaces what could identify a person: dates become days from day 0,
ages over 89 become 90+, labels become running numbers in random order; free text, sites and lot
numbers are left out. It says field by field what it did, on the screen and in deidentification.txt,
and lists the texts it kept, for you to read. It is a help and no guarantee: small groups are not
suppressed, and what is rare may still be recognised.")]
pub(super) struct Args {
    /// A folder, or one case file ending in .toml or .json
    #[arg(value_name = "PATH")]
    target: PathBuf,
    /// One CSV file a noun, and a dictionary of their columns
    #[arg(long)]
    tables: bool,
    /// Only this report and its patients; may be given several times
    #[arg(long, value_name = "KEY")]
    report: Vec<String>,
    /// Leave out what was invented for demonstration
    #[arg(long)]
    real: bool,
    /// Leave out or replace what could identify a person
    #[arg(long)]
    deidentified: bool,
    /// Keep dates, each patient's moved by one random number of days, which is not stored
    #[arg(long, requires = "deidentified")]
    shift_dates: bool,
    /// Write which new label stands for which patient to this file; keep it apart from the export
    #[arg(long, value_name = "FILE", requires = "deidentified")]
    key_map: Option<PathBuf>,
}

/// What is written.
enum Shape {
    One(Kind),
    Folder,
    Tables,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let shape = shape_of(args)?;
    session.check_output()?;
    let mut registry = session.open(Access::Write)?;
    let selection = Selection { reports: &args.report, real: args.real };
    let selected = select(&registry, selection)?;
    if let Shape::One(_) = shape
        && selected.cases.len() > 1
    {
        return Err(too_many(args, &selected));
    }
    let day_zero = registry.rules().day_zero;
    let Selected { mut cases, notes } = selected;
    let mut treated = None;
    if args.deidentified {
        let dates = if args.shift_dates { Dates::Shifted } else { Dates::Days(day_zero) };
        let Deidentified { cases: done, account, keys } = deidentify(cases, dates, dice());
        cases = done;
        treated = Some((account, keys));
    }
    let mut files = Files::of_cases(&args.target, &cases, registry.catalogue(), &shape)?;
    let mut page = outcome::lay_out(&args.target, &files, &cases, &notes);
    if let Some((account, keys)) = &treated {
        let statement = outcome::lay_out_account(account, args.shift_dates);
        files.add_beside(&args.target, "deidentification.txt", outcome::as_text(&statement)?);
        page.append(statement);
        if let Some(map) = &args.key_map {
            files.add_key_map(&args.target, map, keys)?;
            page.note(format!(
                "{} leads back to the patients: keep it apart from the export, and delete it when it \
                 is no longer needed.",
                name_of(map)
            ));
        }
    }
    write(session, &mut registry, &files, &command_of(args))?;
    session.show(&page)
}

fn shape_of(args: &Args) -> Result<Shape, Error> {
    let ending = args.target.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let refused = |mismatch| {
        let heading = "The export has no such form. Nothing was changed".to_owned();
        Err(Error::Usage { heading, mismatch })
    };
    match ending.as_deref() {
        Some(kind @ ("toml" | "json")) if args.tables => {
            let mismatch =
                Mismatch::new(format!(".{kind}"), "a folder: tables are one file a noun");
            refused(mismatch.mend("name a folder, or leave out --tables"))
        }
        Some("toml") => Ok(Shape::One(Kind::Toml)),
        Some("json") => Ok(Shape::One(Kind::Json)),
        Some(other @ ("csv" | "tsv" | "xlsx" | "xls" | "txt" | "md" | "db")) => {
            let expected = "a folder, or a case file ending in .toml or .json";
            let mismatch = Mismatch::new(format!(".{other}"), expected);
            refused(mismatch.mend("for CSV: casebook export FOLDER --tables"))
        }
        _ if args.tables => Ok(Shape::Tables),
        _ => Ok(Shape::Folder),
    }
}

fn too_many(args: &Args, selected: &Selected) -> Error {
    let keys: Vec<_> = selected.cases.iter().map(|case| case.report.key.as_str()).collect();
    let mismatch = Mismatch::new(format!("{} reports", keys.len()), "one report in one case file")
        .mend(format!(
            "name one with --report ({}), or a folder for all",
            keys.iter().take(3).copied().collect::<Vec<_>>().join(", ")
        ));
    let heading = format!("{} can't hold them all. Nothing was changed", name_of(&args.target));
    Error::request(heading, "reports", mismatch)
}

/// The command as the log keeps it: names of files without their folders.
fn command_of(args: &Args) -> String {
    let mut command = format!("export {}", name_of(&args.target));
    let flags = [
        (args.tables, " --tables"),
        (args.real, " --real"),
        (args.deidentified, " --deidentified"),
        (args.shift_dates, " --shift-dates"),
    ];
    flags.iter().filter(|(given, _)| *given).for_each(|(_, flag)| command.push_str(flag));
    args.report.iter().for_each(|key| command.push_str(&format!(" --report {key}")));
    if let Some(map) = &args.key_map {
        command.push_str(&format!(" --key-map {}", name_of(map)));
    }
    command
}

/// Numbers nobody can foretell: the keys of a `RandomState` come from the system, and what it makes
/// of a count can't be guessed without them (SipHash). `% below` favours none that matters: below is
/// far smaller than 2^64.
fn dice() -> impl FnMut(u64) -> u64 {
    let secret = RandomState::new();
    let mut thrown = 0u64;
    move |below| {
        thrown += 1;
        secret.hash_one(thrown) % below
    }
}

/// Write the files and the entry of the log, or neither.
fn write(
    session: &Session,
    registry: &mut Registry,
    files: &Files,
    command: &str,
) -> Result<(), Error> {
    files.check()?;
    let mut are_written = false;
    let done = registry.change(command, session.reason(), |change| {
        change.happened();
        are_written = true;
        files.write().map_err(Failed::Files)
    });
    match done {
        Ok(()) => {
            session.recorded();
            Ok(())
        }
        Err(Failed::Store(StoreError::ReadOnly(path))) => {
            if !are_written {
                files.write()?;
            }
            let name = path.display();
            session.say(&format!(
                "{name} can't be written to: its change log does not know of this export."
            ));
            Ok(())
        }
        Err(Failed::Store(error)) => {
            if are_written {
                files.take_back();
            }
            Err(error.into())
        }
        Err(Failed::Files(error)) => Err(error),
    }
}

/// A path, for messages.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests;
