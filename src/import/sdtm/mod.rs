//! Data sets of CDISC SDTM: DM, EX, SV, VS, LB, AE, CM and DS, as CSV, Dataset-JSON or SAS transport
//! files of version 5, one file or a folder.
//!
//! A patient is USUBJID without STUDYID before it; the report is STUDYID in small letters unless the
//! person names one. Study days have no 0 (SDTMIG, "Use of the Study Day Variables": --DTC − RFSTDTC,
//! + 1 on and after RFSTDTC); ours do, so that day 1 of SDTM is day 0 here.

mod conditions;
mod data_set;
mod dataset_json;
mod exposure;
mod findings;
mod people;
mod terms;
mod time;
mod xport;

use super::delimited::{Problems, Source, problem, read_table};
use super::format::SDTM_DOMAINS;
use super::gather::{Gatherer, PatientAt};
use super::map::{Map, MapOf, load_map};
use super::{How, ImportError, Reading};
use crate::domain::{AdverseEventStance, Mismatch, parse_key};
use csv::StringRecord;
use data_set::{DataSet, Observation};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use time::Reference;

/// Read files and folders of one study together.
///
/// # Errors
/// If one can't be read at all; what is wrong inside comes back as problems.
pub(super) fn read(paths: &[&Path], how: &How<'_>) -> Result<Reading, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => files.extend(files_of(path)?),
            false => files.push((*path).to_owned()),
        }
    }
    let mut study = Study::new(how);
    let map = match load_map(how, MapOf::Sdtm)? {
        Ok(map) => map,
        Err(problems) => return Ok(Reading { problems, ..Reading::default() }),
    };
    let mut sets = Vec::new();
    for path in files {
        sets.extend(study.read(&Source::file(&path), &map)?);
    }
    study.take(sets);
    Ok(study.gathered.finish())
}

/// Read the bytes of one data set; `file` is its name, whose ending tells the format.
pub fn read_sdtm_bytes(file: &str, bytes: &[u8], how: &How<'_>) -> Reading {
    let mut study = Study::new(how);
    let sets = study.read(&Source::bytes(file, bytes), &Map::default()).unwrap_or_default();
    study.take(sets);
    study.gathered.finish()
}

/// The data sets of a folder, in the order of their names; what lies in folders below is not read.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let io = |source| ImportError::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = Source::file(&path).plain_name();
        let is_set = [".xpt", ".csv", ".json", ".ndjson"].iter().any(|end| name.ends_with(end));
        if is_set && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The data sets of a file as its name's ending tells the format, and what is wrong with it.
fn read_data_sets(source: &Source, map: &Map) -> Result<(Vec<DataSet>, Problems), ImportError> {
    let name = source.plain_name();
    let stem = name.split('.').next().unwrap_or_default();
    let has_ending = name.contains('.');
    if has_ending && !name.ends_with(".xpt") && !name.ends_with("json") {
        return read_rows(source, map, stem);
    }
    let bytes = match source.read()? {
        Ok(bytes) => bytes,
        Err(problem) => return Ok((Vec::new(), vec![problem])),
    };
    // The standard input has no ending: how it begins tells.
    let begins = |with: &[u8]| !has_ending && bytes.trim_ascii_start().starts_with(with);
    let is_xport = name.ends_with(".xpt") || begins(b"HEADER RECORD*******");
    if !is_xport && !name.ends_with("json") && !begins(b"{") {
        return read_rows(source, map, stem);
    }
    let read = match is_xport {
        true => xport::read_xport(&source.name, &bytes),
        false => std::str::from_utf8(&bytes)
            .map_err(|_| Mismatch::new("bytes that are not UTF-8", "Dataset-JSON in UTF-8"))
            .and_then(|text| dataset_json::read_dataset_json(&source.name, text)),
    };
    Ok(match read {
        Ok(sets) => (sets, Vec::new()),
        Err(wrong) => (Vec::new(), vec![problem(source.place(), "data set", wrong)]),
    })
}

/// The data set of a table of text; `stem` is its name unless it says another.
fn read_rows(
    source: &Source,
    map: &Map,
    stem: &str,
) -> Result<(Vec<DataSet>, Problems), ImportError> {
    let is_heading =
        |row: &StringRecord| row.iter().any(|cell| cell.trim().eq_ignore_ascii_case("USUBJID"));
    Ok(match read_table(source, map.told(), &map.skip_rows, is_heading)? {
        Ok(table) => (vec![DataSet::of_sheet(stem, table.sheet, table.rows)], table.problems),
        Err(problems) => (Vec::new(), problems),
    })
}

/// One study under way.
struct Study<'a> {
    how: &'a How<'a>,
    gathered: Gatherer,
    /// What days are counted from, by the key of the patient.
    references: HashMap<String, Reference>,
    /// Days of visits by patient and label, as SV has them.
    visit_days: HashMap<(PatientAt, String), time::When>,
    reports: BTreeSet<String>,
    /// Patients with adverse events; there is a data set of them at all.
    has_events: bool,
}

impl<'a> Study<'a> {
    fn new(how: &'a How<'a>) -> Study<'a> {
        Study {
            how,
            gathered: Gatherer::default(),
            references: HashMap::new(),
            visit_days: HashMap::new(),
            reports: BTreeSet::new(),
            has_events: false,
        }
    }

    /// The data sets of a file; what is wrong with it is told.
    fn read(&mut self, source: &Source, map: &Map) -> Result<Vec<DataSet>, ImportError> {
        let (mut sets, problems) = read_data_sets(source, map)?;
        problems.into_iter().for_each(|problem| self.gathered.tell(problem));
        for set in &mut sets {
            // A file may be called anything; DOMAIN says what it holds.
            if let Some(domain) = set.domain() {
                set.name = domain;
            }
        }
        Ok(sets)
    }

    /// Take every data set: people first, since days are counted from what DM says.
    fn take(&mut self, sets: Vec<DataSet>) {
        for set in &sets {
            let place = set.place();
            if !SDTM_DOMAINS.contains(&set.name.to_lowercase().as_str()) {
                let what = match set.name.is_empty() {
                    true => "a data set without a name".to_owned(),
                    false => format!("data set {}", set.name),
                };
                self.gathered.ignore(place, what, "no data set that a registry takes");
            }
        }
        for domain in ["DM", "SV", "EX", "VS", "LB", "AE", "CM", "DS"] {
            for set in sets.iter().filter(|set| set.name == domain) {
                self.has_events |= domain == "AE" && set.rows().next().is_some();
                match domain {
                    "DM" => self.take_people(set),
                    "SV" => self.take_visits(set),
                    "EX" => self.take_exposure(set),
                    "VS" | "LB" => self.take_findings(set),
                    "AE" => self.take_events(set),
                    "CM" => self.take_medications(set),
                    _ => self.take_disposition(set),
                }
            }
        }
        let stance = match self.has_events {
            true => AdverseEventStance::Given,
            false => AdverseEventStance::NotMentioned,
        };
        let Some(first) = sets.first() else { return };
        for key in &self.reports {
            self.gathered.report_of_kind(first.place(), key, self.how.report_kind, stance);
        }
    }

    /// Note the variables of a data set that are not taken.
    fn ignore_others(&mut self, set: &DataSet, taken: &[&str], because: &[(&str, &str)]) {
        for name in set.variables() {
            let bare = name.strip_prefix(set.name.as_str()).unwrap_or(&name);
            if taken.contains(&name.as_str()) || taken.contains(&bare) {
                continue;
            }
            if ["STUDYID", "DOMAIN", "USUBJID", "SUBJID", "SEQ"].contains(&bare) {
                continue;
            }
            let why = because.iter().find(|(of, _)| *of == name || *of == bare);
            let why = why.map_or("the registry has no field for it", |(_, why)| why);
            self.gathered.ignore(set.place(), format!("{}, variable {name}", set.name), why);
        }
    }

    /// The patient of an observation; `None` if its label can't be one, which is said.
    fn patient(&mut self, row: &Observation<'_>) -> Option<PatientAt> {
        let study = row.get("STUDYID").unwrap_or_default();
        let report = match &self.how.report {
            Some(report) => report.clone(),
            None => match report_of(study) {
                Some(report) => report,
                None => {
                    let mismatch = Mismatch::new(study, "the identifier of a study")
                        .mend("pass --report KEY: what the registry calls the report");
                    self.gathered.wrong(row.at("STUDYID"), "STUDYID", mismatch);
                    return None;
                }
            },
        };
        let variable = if row.get("USUBJID").is_some() { "USUBJID" } else { "SUBJID" };
        let subject = row.get(variable).unwrap_or_default();
        let bare =
            subject.strip_prefix(study).unwrap_or(subject).trim_start_matches(['-', '.', '/', '_']);
        // What is no pseudonym might be a name, so it is not shown.
        let Ok(label) = parse_key(bare) else {
            let mismatch =
                Mismatch::new("", "a pseudonym such as 01-701-1015: letters, digits, - _ .")
                    .mend("a label is never a name");
            self.gathered.wrong(row.at(variable), variable, mismatch);
            return None;
        };
        let at = self.gathered.patient(&row.place(), &format!("{report}/{label}"));
        self.reports.insert(report);
        Some(at)
    }

    /// What `parse` makes of a variable; what can't be used is said.
    fn parsed<T>(
        &mut self,
        row: &Observation<'_>,
        variable: &str,
        parse: impl Fn(&str) -> Result<T, Mismatch>,
    ) -> Option<T> {
        match parse(row.get(variable)?) {
            Ok(value) => Some(value),
            Err(mismatch) => {
                self.gathered.wrong(row.at(variable), variable, mismatch);
                None
            }
        }
    }
}

/// STUDYID as the key of a report: small letters, blanks and slashes as hyphens.
fn report_of(study: &str) -> Option<String> {
    let plain = study.trim().to_lowercase().replace([' ', '/'], "-");
    parse_key(&plain).ok()
}

/// A yes or no of CDISC, Y or N.
fn parse_yes_no(text: &str) -> Result<bool, Mismatch> {
    match text {
        "Y" | "y" => Ok(true),
        "N" | "n" => Ok(false),
        other => Err(Mismatch::new(other, "Y or N")),
    }
}

#[cfg(test)]
mod tests;
