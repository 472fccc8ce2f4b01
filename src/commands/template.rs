use super::export::{Selected, Selection, select};
use super::session::Session;
use crate::domain::{Analyte, Catalogue, Mismatch, Schedule, display_unit};
use crate::error::{Error, in_words};
use crate::export::{Case, NotHeld, Template};
use crate::import::{CASE_TEMPLATE, parse_heading};
use crate::store::Access;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Analytes with a column of their own unless others are named, each with the unit wards write.
const USUAL: [&str; 18] = [
    "HbA1c (%)",
    "FPG (mmol/L)",
    "2hPG (meal) (mmol/L)",
    "FCP (nmol/L)",
    "FINS (pmol/L)",
    "Weight (kg)",
    "TC (mmol/L)",
    "TG (mmol/L)",
    "HDL-C (mmol/L)",
    "LDL-C (mmol/L)",
    "ALT (U/L)",
    "AST (U/L)",
    "Creatinine (µmol/L)",
    "UACR (mg/mmol)",
    "SBP (mmHg)",
    "DBP (mmHg)",
    "AFP (ng/mL)",
    "CEA (ng/mL)",
];

/// Write a file to fill in: a case file, or a workbook for Excel and LibreOffice
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook template case.toml
  casebook template visits.xlsx --analytes \"HbA1c (%),FPG,ALT\" --schedule \"W0,W4±1,W12±2\"
  casebook template filled.xlsx --fill --report huang-2025
  casebook import visits.xlsx --dry-run

The workbook has a sheet for reports, patients, products, infusions, visits (a column for each
analyte), measurements (one a row), events and medications, with drop-downs and a dictionary that
explains every column. Rows beginning with \"example:\" only show how it is done. Nothing is ever
overwritten. The same records give the same bytes.")]
pub(super) struct Args {
    /// The file to write: a case file ending in .toml, or a workbook ending in .xlsx
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Analytes with a column of their own, separated by commas, each with its unit if it is not the
    /// canonical one: "HbA1c (%),FPG,ALT" [default: the usual ones, or what is filled in]
    #[arg(long, value_name = "LIST")]
    analytes: Option<String>,
    /// The planned visits [default: those of the registry, if there is one, else W0,W4,W12]
    #[arg(long, value_name = "LIST")]
    schedule: Option<Schedule>,
    /// So many rows of each sheet have drop-downs [default: 500]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rows: Option<u32>,
    /// Fill it with the records of the registry
    #[arg(long)]
    fill: bool,
    /// Only this report and its patients; may be given several times
    #[arg(long, value_name = "KEY", requires = "fill")]
    report: Vec<String>,
}

impl Args {
    /// A case file has one form; what only shapes a workbook would be passed over in silence.
    fn refuse_options_of_a_workbook(&self) -> Result<(), Error> {
        let given = [
            ("--fill", self.fill),
            ("--analytes", self.analytes.is_some()),
            ("--schedule", self.schedule.is_some()),
            ("--rows", self.rows.is_some()),
        ];
        let given: Vec<_> = given.iter().filter(|one| one.1).map(|one| one.0).collect();
        if given.is_empty() {
            return Ok(());
        }
        let mismatch = Mismatch::new(given.join(", "), "a name ending in .xlsx beside it");
        let mismatch = match self.fill {
            true => mismatch.mend("`casebook export FOLDER` writes case files of what is recorded"),
            false => mismatch.mend("a case file says its schedule and analytes by what is in it"),
        };
        let heading = "That is an option of a workbook. Nothing was changed".to_owned();
        Err(Error::Usage { heading, mismatch })
    }
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let name = args.file.display().to_string();
    let ending = args.file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let (bytes, left) = match ending.as_deref() {
        Some("toml") => {
            args.refuse_options_of_a_workbook()?;
            (CASE_TEMPLATE.as_bytes().to_vec(), None)
        }
        Some("xlsx") => {
            let (bytes, left) = workbook(args, session)?;
            (bytes, Some(left))
        }
        _ => {
            let expected = "a name ending in .toml, such as case.toml, or .xlsx";
            let mismatch = Mismatch::new(name.as_str(), expected);
            return Err(Error::request("There is no such template", "FILE", mismatch));
        }
    };
    let written = std::fs::File::create_new(&args.file).and_then(|mut file| file.write_all(&bytes));
    written.map_err(|source| {
        let mend = match source.kind() {
            std::io::ErrorKind::AlreadyExists => "choose another name; nothing is ever overwritten",
            _ => "choose another name, or a folder that is there and may be written to",
        };
        let mismatch =
            Mismatch::new("", "a name that is free, in a folder that may be written to").mend(mend);
        let heading =
            format!("{name} can't be written: {}. Nothing was changed", in_words(&source));
        Error::request(heading, "FILE", mismatch)
    })?;
    for line in left.iter().flat_map(NotHeld::lines) {
        session.say(&format!("Left out, a workbook has no room for it: {line}."));
    }
    session.say(&format!("Wrote {name}. Fill it in, then: casebook import {name} --dry-run"));
    Ok(())
}

fn workbook(args: &Args, session: &Session) -> Result<(Vec<u8>, NotHeld), Error> {
    let registry = match args.fill || session.has_registry() {
        true => Some(session.open(Access::Read)?),
        false => None,
    };
    let mut cases = Vec::new();
    let mut attributes = Vec::new();
    if let Some(registry) = &registry {
        attributes = registry.attributes()?;
        if args.fill {
            let asked = Selection { reports: &args.report, real: false };
            let Selected { cases: found, notes } = select(registry, asked)?;
            notes.iter().for_each(|note| session.say(note));
            cases = found;
        }
    }
    let catalogue = registry.as_ref().map_or(Catalogue::built_in(), |open| open.catalogue());
    let usual = || Schedule::parse("W0,W4,W12").unwrap_or_default();
    let schedule = match (&args.schedule, &registry) {
        (Some(schedule), _) => schedule.clone(),
        (None, Some(registry)) => registry.rules().schedule.clone(),
        (None, None) => usual(),
    };
    let analytes = match &args.analytes {
        Some(list) => named(list, catalogue)?,
        None if args.fill => found_in(&cases, catalogue),
        None => named(&USUAL.join(","), catalogue)?,
    };
    let template = Template {
        schedule: &schedule,
        catalogue,
        analytes: &analytes,
        attributes: &attributes,
        rows: args.rows.unwrap_or(500),
        cases: &cases,
    };
    template.write().map_err(|error| {
        let mismatch = Mismatch::new(error.to_string(), "texts that fit into a cell");
        Error::request("The workbook can't be made. Nothing was changed", "records", mismatch)
    })
}

/// The analytes of a list such as `HbA1c (%),FPG`.
fn named<'c>(list: &str, catalogue: &'c Catalogue) -> Result<Vec<(&'c Analyte, String)>, Error> {
    let mut found: Vec<(&Analyte, String)> = Vec::new();
    let wrong = |mismatch| {
        Error::request(
            "The template has no such column. Nothing was changed",
            "--analytes",
            mismatch,
        )
    };
    for text in list.split([',', '，']).map(str::trim).filter(|text| !text.is_empty()) {
        let (analyte, unit) = match parse_heading(text, catalogue) {
            Some(read) => read.map_err(wrong)?,
            None => (catalogue.find(text).map_err(wrong)?, String::new()),
        };
        let unit = match unit.as_str() {
            "" => display_unit(&analyte.canonical_unit().ucum),
            _ => unit,
        };
        if found.iter().any(|(known, _)| known.id == analyte.id) {
            return Err(wrong(Mismatch::new(text, "each analyte once")));
        }
        found.push((analyte, unit));
    }
    Ok(found)
}

/// The analytes that these records have results of, each in the unit most of them are printed in.
fn found_in<'c>(cases: &[Case], catalogue: &'c Catalogue) -> Vec<(&'c Analyte, String)> {
    let mut units: BTreeMap<_, BTreeMap<String, usize>> = BTreeMap::new();
    let patients = cases.iter().flat_map(|case| &case.patients);
    for measurement in patients.flat_map(|file| &file.visits).flat_map(|(_, found)| found) {
        let of = units.entry(measurement.analyte_id).or_default();
        if let Some(unit) = &measurement.reading.unit
            && unit.rule.ucum != "1"
        {
            *of.entry(unit.printed.clone()).or_default() += 1;
        }
    }
    let column = |(id, units): (_, BTreeMap<String, usize>)| {
        let analyte = catalogue.get(id)?;
        let most = units.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        let canonical = || display_unit(&analyte.canonical_unit().ucum);
        Some((analyte, most.map_or_else(canonical, |(unit, _)| unit)))
    };
    units.into_iter().filter_map(column).collect()
}
