use super::comparing::{CompareArgs, CompareTerms, compare};
use super::importing::{Told, lay_out_import};
use super::recording::{FileTerms, Terms, record_pieces, refuse_unreadable};
use super::session::Session;
use super::watching::listen;
use crate::domain::{Attribute, Catalogue, Mismatch, ReportKind, Schedule, parse_key};
use crate::error::Error;
use crate::import::{
    How, ImportError, InputFormat, Piece, Pieces, Reading, STANDARD_INPUT, name_of, propose_map,
    read_ahead, read_all,
};
use crate::store::{Access, Correction};
use crate::tables::Page;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Read files into the registry: everything in them, or nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook import huang-2025.toml --dry-run
  casebook import visits.xlsx --dry-run
  casebook import huang-2025.toml ward-3.json
  casebook import sdtm/ --report t2d01 --report-kind \"trial arm\"
  casebook import data.csv --dictionary dictionary.csv --report ward-7 --map map.toml
  casebook import phenopackets/
  casebook import bundle.json --report ward-3 --report-kind \"registry extract\"
  casebook import cases/ --dry-run --list
  casebook import visits.xlsx --problems problems.csv
  casebook import ward-3.json --update --reason \"chart reviewed\"
  cat case.toml | casebook import - --as case
  zcat lab.csv.gz | casebook import - --as csv --report ward-3
  casebook import second-reader.toml --compare
  casebook import ward.csv --report ward-3 --report-kind \"case series\" --dry-run
  casebook import ward.csv --propose-map map.toml
  casebook import data.csv --dictionary dictionary.csv --propose-map map.toml
  casebook import ward.csv --map map.toml --report ward-3
  casebook import second-reader.toml --compare --take \"a-2024/1, visit W4\" --reason \"chart\"

A case file holds one report with its products, patients, infusions, visits, events and medications.
`casebook template case.toml` writes one to start from. Importing a file twice adds nothing.

A table (.csv, .tsv, also .gz) has one row a measurement, a visit or a patient, under headings
such as patient, visit, sex, \"HbA1c (%)\", \"FPG W12 [mmol/L]\", or analyte, value, unit. An empty
cell is nothing: it is not \"not done\". Sheets of a workbook that are none of the template's are
read as tables, too. An export of REDCap, raw or under labels, is read with the project's data
dictionary (--dictionary), which gives labels, units and codes. Encodings are told by the bytes.

Where headings or dictionary don't say it, a map does, the same for all of these; --propose-map
writes a commented first form of one, which says all it can hold:

  [columns]
  study_no = \"patient\"
  a1c = \"HbA1c (%)\"                     # as the heading ought to be
  smoker = { attribute = \"smoking\" }    # a column of the registry's own
  birth_date = \"birth year\"             # no more than the year is taken
  first_name = \"ignore\"
  [values]
  -99 = \"not done\"                      # or \"\" for nothing
  [units]
  fpg = \"mmol/L\"
  [events]                              # of a REDCap project: a day, or a visit
  week_4_arm_1 = 28

Data sets of SDTM (CSV, Dataset-JSON, SAS transport version 5) are given as files or a folder: DM,
SV, EX, VS, LB, AE, CM, DS. Of a map, they need no more than [file], which names an encoding.

GA4GH phenopackets (version 2, a file or a folder) name their report by PMID or DOI; FHIR R4 (a bundle,
one resource or .ndjson) needs --report. Results are known by their LOINC code; a code that no analyte
has is passed over: `casebook analyte add` with --loinc makes one. Names and addresses are never read.

What a file leaves out contradicts nothing. What it says otherwise than the registry is an error; with
--update it is changed: a number by a corrected reading beside the print, everything else by an edit that
the change log keeps with before and after. Nothing is ever removed by an import.

Double entry: a second person enters the same report, or some of its patients, in another file.
--compare lists each field that differs, with both values and who entered the recorded one, and exits
with 1 if any does; it changes nothing. Then each difference is settled by --take or --keep. What was
kept is listed as settled until one of the two values changes.")]
pub(super) struct Args {
    /// Workbooks (.xlsx, .ods), tables (.csv, .tsv, .txt, .gz), case files (.toml, or .json of the same
    /// shape), an export of REDCap, data sets or a folder of SDTM, phenopackets, bundles of FHIR
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The report that rows belong to which name none
    #[arg(long, value_name = "KEY", value_parser = parse_key)]
    report: Option<String>,
    /// Record that report as one of this kind, if it is not there yet
    #[arg(long, value_name = "KIND", requires = "report")]
    report_kind: Option<ReportKind>,
    /// What columns, values and events are: a file that `--propose-map` writes a first form of
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Write a first map of a table, a workbook or a REDCap export to this file, and import nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["map", "compare", "report_kind"])]
    propose_map: Option<PathBuf>,
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
    /// Tell of each record that is added: what it is, what it says and where it stands
    #[arg(long, conflicts_with = "compare")]
    list: bool,
    /// Change what is recorded otherwise to what the files say; takes a --reason
    #[arg(long, conflicts_with = "compare")]
    update: bool,
    /// Write every problem and question to a file, one a row; .json and .md do as well. With --compare
    /// these are what stands against reading and deciding; the differences go where -o says
    #[arg(long, value_name = "FILE.csv")]
    problems: Option<PathBuf>,
    /// Take values outside the usual range as they are
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    compare: CompareArgs,
}

impl Args {
    /// How the files are to be read.
    fn how<'a>(
        &self,
        schedule: &'a Schedule,
        catalogue: &'a Catalogue,
        attributes: &'a [Attribute],
    ) -> How<'a> {
        How {
            schedule,
            catalogue,
            attributes,
            report: self.report.clone(),
            report_kind: self.report_kind,
            map: self.map.clone(),
            dictionary: self.dictionary.clone(),
            format: self.format_of_files,
            decimal_comma: self.decimal_comma,
        }
    }
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    check(args, session)?;
    let only_reads = args.compare.compare && !args.compare.decides();
    let only_reads = only_reads || args.propose_map.is_some();
    let access = if only_reads { Access::Read } else { Access::Write };
    let mut registry = session.open(access)?;
    listen();
    let attributes = registry.attributes()?;
    let (schedule, catalogue) = (registry.rules().schedule.clone(), registry.catalogue().clone());
    let how = args.how(&schedule, &catalogue, &attributes);
    if let Some(map) = &args.propose_map {
        return propose(session, &args.files, map, &how);
    }
    let names: Vec<_> = args.files.iter().map(|path| name_of(path)).collect();
    if args.compare.compare {
        let Reading { records, problems, .. } = read_all(&args.files, &how)?;
        let written_to = args.problems.as_deref();
        refuse_unreadable(session, written_to, &problems)?;
        let (accept, dry_run) = (args.accept, args.dry_run);
        let terms = CompareTerms { accept, dry_run, problems, written_to };
        return compare(session, &mut registry, (&names.join(" "), &records), &args.compare, terms);
    }
    let updates = if args.update { " --update" } else { "" };
    let command = format!("import {}{updates}", names.join(" "));
    let made_by = session.caller().actor;
    let update = match args.update {
        true => {
            Some(Correction { made_by: &made_by, reason: session.reason_unless(args.dry_run)? })
        }
        false => None,
    };
    let files = FileTerms { update, lists: args.list, problems: args.problems.as_deref() };
    let terms = Terms {
        accept: args.accept,
        dry_run: args.dry_run,
        files: Some(files),
        ..Terms::default()
    };
    let mut record =
        |pieces: &mut Pieces<'_>| record_pieces(session, &mut registry, &command, pieces, terms);
    let recorded = match read_ahead(&args.files, &how, &mut record) {
        Err(Error::Import(ImportError::Scattered(_))) => {
            let reading = read_all(&args.files, &how)?;
            record(&mut std::iter::once(Ok(Piece::whole(reading))))
        }
        recorded => recorded,
    };
    let (intake, Reading { ignored, repeated, .. }) = recorded?;
    let verb = if args.dry_run { "Would import" } else { "Imported" };
    let title = format!("{verb} {}", names.join(", "));
    let told = Told {
        dry_run: args.dry_run,
        updates: args.update,
        lists: args.list,
        on_screen: session.fills_screen(),
    };
    session.show(&lay_out_import(&title, &intake, (&ignored, repeated), told))
}

/// Refuse what can be refused before any file is read.
fn check(args: &Args, session: &Session) -> Result<(), Error> {
    session.keep(&args.files)?;
    if let Some(path) = &args.problems {
        session.check_beside(path)?;
        session.keep_from(path, &args.files)?;
    }
    if args.update {
        session.reason_unless(args.dry_run)?;
    }
    let reads_input = args.files.iter().any(|path| path == Path::new(STANDARD_INPUT));
    if reads_input && args.format_of_files.is_none() {
        let words: Vec<_> = InputFormat::ALL.iter().map(|(word, _)| *word).collect();
        let mismatch = Mismatch::new("-", format!("--as with one of: {}", words.join(", ")));
        let mismatch = mismatch.mend("standard input has no name that tells: add --as case");
        let heading = "Standard input has no format. Nothing was changed".to_owned();
        return Err(Error::Usage { heading, mismatch });
    }
    Ok(())
}

/// Write a first map of one table; nothing that is there is overwritten.
fn propose(session: &Session, files: &[PathBuf], map: &Path, how: &How<'_>) -> Result<(), Error> {
    let heading = |what: &str| format!("{what}. Nothing was changed");
    let [file] = files else {
        let mismatch = Mismatch::new(format!("{} files", files.len()), "one table at a time");
        return Err(Error::request(heading("A map is of one table"), "--propose-map", mismatch));
    };
    let text = propose_map(file, how)?.map_err(|problems| Error::Request {
        heading: heading("No map can be proposed yet"),
        problems,
    })?;
    let name = map.display().to_string();
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(map);
    match made.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => {
            let mut page = Page::new(format!("Wrote {name}, a first map of {}", name_of(file)));
            let file = file.display();
            let dictionary = how.dictionary.as_ref().map(|path| path.display());
            let dictionary = dictionary.map(|path| format!(" --dictionary {path}"));
            let dictionary = dictionary.unwrap_or_default();
            page.note(format!(
                "Nothing was imported. Complete the map, then: casebook import {file}{dictionary} --map \
                 {name} --dry-run"
            ));
            session.show(&page)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let mismatch = Mismatch::new(name, "a file that is not there yet").mend("name another");
            Err(Error::request(heading("That file is there already"), "--propose-map", mismatch))
        }
        Err(source) => Err(Error::Output { target: name, source, recorded: false }),
    }
}
