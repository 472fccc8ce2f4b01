//! Which format a file has: told by the person, by the ending of its name, or by how it begins.

use super::ImportError;
use super::delimited::start_of;
use super::input::is_input;
use crate::domain::{Attribute, Catalogue, Ignored, Place, ReportKind, Schedule};
use std::path::{Path, PathBuf};

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFormat {
    /// A case file, in TOML or JSON.
    Case,
    /// A table of text: CSV, TSV and the like.
    Table,
    /// A workbook of Excel or LibreOffice.
    Workbook,
    /// An export of REDCap with its dictionary.
    Redcap,
    /// Data sets of CDISC SDTM.
    Sdtm,
    /// GA4GH Phenopackets.
    Phenopackets,
    /// A bundle of FHIR R4.
    Fhir,
}

impl InputFormat {
    /// Every format with the word that chooses it.
    pub const ALL: [(&str, InputFormat); 7] = [
        ("case", InputFormat::Case),
        ("csv", InputFormat::Table),
        ("xlsx", InputFormat::Workbook),
        ("redcap", InputFormat::Redcap),
        ("sdtm", InputFormat::Sdtm),
        ("phenopackets", InputFormat::Phenopackets),
        ("fhir", InputFormat::Fhir),
    ];

    /// What it is called, if everything in such a file has a name of its own, so that a map has nothing to
    /// say.
    pub(super) fn needs_no_map(self) -> Option<&'static str> {
        match self {
            InputFormat::Case => Some("that of case files"),
            InputFormat::Phenopackets => Some("Phenopackets"),
            InputFormat::Fhir => Some("FHIR"),
            InputFormat::Table
            | InputFormat::Workbook
            | InputFormat::Redcap
            | InputFormat::Sdtm => None,
        }
    }
}

impl std::str::FromStr for InputFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<InputFormat, String> {
        let found = InputFormat::ALL.iter().find(|(known, _)| *known == word.to_lowercase());
        found.map(|(_, format)| *format).ok_or_else(|| {
            let words: Vec<_> = InputFormat::ALL.iter().map(|(word, _)| *word).collect();
            format!("unknown format \"{word}\", expected {}", words.join(", "))
        })
    }
}

/// What reading a file depends on beside the file.
#[derive(Debug, Clone)]
pub struct How<'a> {
    /// The planned visits.
    pub schedule: &'a Schedule,
    /// The analytes there are.
    pub catalogue: &'a Catalogue,
    /// The registry's own columns of a patient.
    pub attributes: &'a [Attribute],
    /// The report of rows that name none.
    pub report: Option<String>,
    /// What kind of report that is, if it is to be recorded.
    pub report_kind: Option<ReportKind>,
    /// Which column is what, where the person wrote it down.
    pub map: Option<PathBuf>,
    /// The dictionary of a REDCap export.
    pub dictionary: Option<PathBuf>,
    /// What to read the files as, if the person says so.
    pub format: Option<InputFormat>,
    /// The decimal mark, if it is declared to be a comma.
    pub decimal_comma: bool,
}

impl<'a> How<'a> {
    /// With this schedule and the built-in analytes; nothing else is said.
    pub fn new(schedule: &'a Schedule) -> How<'a> {
        How {
            schedule,
            catalogue: Catalogue::built_in(),
            attributes: &[],
            report: None,
            report_kind: None,
            map: None,
            dictionary: None,
            format: None,
            decimal_comma: false,
        }
    }
}

/// The format of a file or folder.
///
/// # Errors
/// If it can't be read, or is of no format that is known.
pub fn format_of(path: &Path, how: &How<'_>) -> Result<InputFormat, ImportError> {
    if let Some(format) = how.format {
        return Ok(format);
    }
    if how.dictionary.is_some() {
        return Ok(InputFormat::Redcap);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let ending = plain.rsplit_once('.').map_or("", |(_, ending)| ending);
    if path.is_dir() {
        return Ok(of_folder(path));
    }
    match ending {
        "toml" => Ok(InputFormat::Case),
        "xlsx" | "xlsm" | "xls" | "ods" => Ok(InputFormat::Workbook),
        "xpt" => Ok(InputFormat::Sdtm),
        "csv" | "tsv" | "tab" | "txt" => Ok(of_table(path)),
        "json" | "ndjson" => of_json(path),
        _ => Err(ImportError::UnknownFormat(path.to_owned())),
    }
}

/// The files to read for one that was named, and what was passed over. A folder stands for its files in
/// the order of their names, unless they are one thing together, such as the data sets of a study.
///
/// # Errors
/// If the folder can't be read or holds nothing to import, or what was named is neither file nor folder.
pub fn files_of(path: &Path, how: &How<'_>) -> Result<(Vec<PathBuf>, Vec<Ignored>), ImportError> {
    let is_stream = |about: std::fs::Metadata| !about.is_file() && !about.is_dir();
    if !is_input(path) && std::fs::metadata(path).is_ok_and(is_stream) {
        return Err(ImportError::NoFile(path.to_owned()));
    }
    let is_whole = match how.format {
        Some(InputFormat::Case | InputFormat::Table | InputFormat::Workbook) => false,
        Some(_) => true,
        None => how.dictionary.is_some() || of_folder(path) == InputFormat::Sdtm,
    };
    if is_whole || !path.is_dir() {
        return Ok((vec![path.to_owned()], Vec::new()));
    }
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let mut files = Vec::new();
    let mut ignored: Vec<Ignored> = Vec::new();
    let mut are_packets = true;
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(io)? {
        entries.push(entry.map_err(io)?.path());
    }
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // What editors and systems leave beside a file is not meant.
        if name.starts_with(['.', '~']) {
            continue;
        }
        let told = How { format: None, ..how.clone() };
        // Beside data a text is a note as often as a table; one that is a table can be named itself.
        let is_note = entry.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        if !entry.is_dir()
            && !is_note
            && let Ok(format) = format_of(&entry, &told)
        {
            are_packets &= format == InputFormat::Phenopackets;
            files.push(entry);
            continue;
        }
        let what = if entry.is_dir() { "folder inside a folder" } else { "file of another format" };
        match ignored.iter_mut().find(|one| one.what == what) {
            Some(one) => one.count += 1,
            None => ignored.push(Ignored {
                place: Place::File { file: name },
                what: what.to_owned(),
                why: "nothing that is read".to_owned(),
                count: 1,
            }),
        }
    }
    // Phenopackets are kept in folders of folders, and read as one.
    let has_folders = ignored.iter().any(|one| one.what == "folder inside a folder");
    if are_packets && (has_folders || !files.is_empty()) {
        return Ok((vec![path.to_owned()], Vec::new()));
    }
    if files.is_empty() {
        return Err(ImportError::EmptyFolder(path.to_owned()));
    }
    Ok((files, ignored))
}

/// Domains of SDTM that hold what a registry records.
pub(super) const SDTM_DOMAINS: [&str; 8] = ["dm", "ex", "sv", "vs", "lb", "ae", "cm", "ds"];

/// A folder holds the data sets of a study, or phenopackets.
fn of_folder(path: &Path) -> InputFormat {
    let names = std::fs::read_dir(path).into_iter().flatten().flatten();
    let is_sdtm = |name: &str| {
        let stem = name.split('.').next().unwrap_or_default();
        SDTM_DOMAINS.contains(&stem.to_lowercase().as_str())
    };
    let is_any = names.map(|one| one.file_name()).any(|name| is_sdtm(&name.to_string_lossy()));
    if is_any { InputFormat::Sdtm } else { InputFormat::Phenopackets }
}

/// A table is a data set of SDTM if its first line has the columns that every one has.
fn of_table(path: &Path) -> InputFormat {
    let start = start_of(path).to_uppercase();
    let first = start.lines().next().unwrap_or_default();
    let has = |name: &str| first.split([',', ';', '\t']).any(|one| one.trim_matches('"') == name);
    if has("USUBJID") && has("DOMAIN") { InputFormat::Sdtm } else { InputFormat::Table }
}

/// JSON says in its first members what it is.
fn of_json(path: &Path) -> Result<InputFormat, ImportError> {
    if let Err(source) = std::fs::File::open(path) {
        return Err(ImportError::Io { path: path.to_owned(), source });
    }
    let start = start_of(path);
    let names = |name: &str| start.contains(&format!("\"{name}\""));
    Ok(if names("resourceType") {
        InputFormat::Fhir
    } else if names("datasetJSONVersion") {
        InputFormat::Sdtm
    } else if names("phenotypicFeatures") || names("metaData") || names("timeAtLastEncounter") {
        InputFormat::Phenopackets
    } else {
        InputFormat::Case
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, text: &str) -> Option<InputFormat> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        let schedule = Schedule::default();
        let how = How::new(&schedule);
        format_of(&path, &how).ok()
    }

    #[test]
    fn a_format_is_told_by_the_ending_or_by_how_the_file_begins() {
        use InputFormat::{Case, Fhir, Phenopackets, Sdtm, Table, Workbook};
        for (name, text, format) in [
            ("a.toml", "", Case),
            ("a.json", "{\"report\": {}}", Case),
            ("a.json", "{\"resourceType\": \"Bundle\"}", Fhir),
            ("a.json", "{\"id\": \"x\", \"phenotypicFeatures\": []}", Phenopackets),
            ("a.json", "{\"datasetJSONVersion\": \"1.1.0\"}", Sdtm),
            ("a.csv", "patient,visit\n", Table),
            ("a.CSV", "\"STUDYID\",\"DOMAIN\",\"USUBJID\"\n", Sdtm),
            ("a.csv.gz", "", Table),
            ("a.xlsx", "", Workbook),
            ("lb.xpt", "", Sdtm),
        ] {
            assert_eq!(told(name, text), Some(format), "{name}");
        }
        assert_eq!(told("a.docx", ""), None);
        assert_eq!("redcap".parse(), Ok(InputFormat::Redcap));
        assert!("word".parse::<InputFormat>().is_err());
    }
}
