//! GA4GH Phenopackets, version 2: one file, or a folder of them. A packet is one patient with what was
//! measured and given; phenotypes, genotypes and files have no place in a registry of visits and are
//! counted. The report is the publication that the metadata cite.
//! Start with `read`; `measurements` and `treatments` read what belongs to the patient.

mod measurements;
mod time;
mod treatments;

use super::document::Text;
use super::element::{Element, date_of, parse_label};
use super::gather::{Gatherer, PatientAt};
use super::occasions::Occasions;
use super::{How, ImportError, Reading, name_of, read_text};
use crate::domain::{
    AdverseEventStance, Citation, Mismatch, Place, Report, ReportKind, Sex, identifies, parse_key,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// How deep folders may lie in one another.
const DEEPEST: usize = 4;

/// How many files a folder may hold.
const MOST_FILES: usize = 20_000;

/// How many publications a packet may cite.
const MOST_CITED: usize = 1_000;

const NO_ROOM: &str = "the registry has no room for it";

/// Packets under way.
struct Packets<'a> {
    how: &'a How<'a>,
    gatherer: Gatherer,
    occasions: Occasions,
    /// How the file spells each patient, by its key: two spellings of one label are two people.
    spelled: HashMap<String, String>,
}

/// One patient under way.
#[derive(Clone, Copy)]
struct Subject<'a> {
    at: PatientAt,
    /// The patient's key.
    key: &'a str,
}

/// Read a file, or every file of a folder that ends in `.json`.
///
/// # Errors
/// If a file can't be read at all, or there is none.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let mut packets = Packets::new(how);
    if !path.is_dir() {
        packets.read_file(path, &name_of(path))?;
        return Ok(packets.gatherer.finish());
    }
    let mut found = Vec::new();
    find(path, 0, &mut found, &mut packets.gatherer)?;
    if found.is_empty() {
        return Err(ImportError::UnknownFormat(path.to_owned()));
    }
    for file in found {
        let name = file.strip_prefix(path).unwrap_or(&file).to_string_lossy().into_owned();
        packets.read_file(&file, &name)?;
    }
    Ok(packets.gatherer.finish())
}

/// Read the text of a file of phenopackets; `file` is its name for the places.
pub fn read_phenopackets(file: &str, source: &str, how: &How<'_>) -> Reading {
    let mut packets = Packets::new(how);
    packets.read_text(file, source);
    packets.gatherer.finish()
}

/// Every file of a folder that may be a phenopacket, in the order of their names. What else is there is
/// counted.
fn find(
    folder: &Path,
    depth: usize,
    found: &mut Vec<PathBuf>,
    gatherer: &mut Gatherer,
) -> Result<(), ImportError> {
    let io = |source| ImportError::Io { path: folder.to_owned(), source };
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).map_err(io)?.collect::<Result<_, _>>().map_err(io)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type().map_err(io)?;
        let place = || Place::File { file: name_of(&path) };
        let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        // A link is not followed: it might lead out of the folder, or round in it.
        if kind.is_dir() && depth + 1 < DEEPEST {
            find(&path, depth + 1, found, gatherer)?;
        } else if kind.is_dir() {
            gatherer.ignore(place(), "a folder", "folders are read four deep");
        } else if !is_json || !kind.is_file() {
            gatherer.ignore(place(), "a file", "it is no .json");
        } else if found.len() == MOST_FILES {
            let expected = format!("at most {MOST_FILES} files in a folder");
            let mismatch = Mismatch::new("more", expected).mend("import it in parts");
            gatherer.wrong(place(), "folder", mismatch);
            return Ok(());
        } else {
            found.push(path);
        }
    }
    Ok(())
}

impl<'h> Packets<'h> {
    fn new(how: &'h How<'h>) -> Packets<'h> {
        Packets {
            how,
            gatherer: Gatherer::default(),
            occasions: Occasions::default(),
            spelled: HashMap::new(),
        }
    }

    fn read_file(&mut self, path: &Path, name: &str) -> Result<(), ImportError> {
        match read_text(path)? {
            Ok(source) => self.read_text(name, &source),
            Err(problem) => {
                self.gatherer.say(problem.level, problem.place, problem.what, problem.mismatch);
            }
        }
        Ok(())
    }

    fn read_text(&mut self, file: &str, source: &str) {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let text = Text::new(file, source);
        match text.parse_json() {
            Ok(node) => self.read_message(Element::new(&text, &node)),
            Err(problems) => {
                for one in problems {
                    self.gatherer.say(one.level, one.place, one.what, one.mismatch);
                }
            }
        }
    }

    /// A packet, a family of which the proband is a patient, or a cohort of packets.
    fn read_message(&mut self, message: Element<'_>) {
        if !message.list("members").is_empty() {
            message.ignore_rest(&mut self.gatherer, "", &["id", "members", "metaData"], NO_ROOM);
            for member in message.list("members") {
                self.read_packet(member, message.get("metaData"));
            }
        } else if let Some(proband) = message.get("proband") {
            message.ignore_rest(
                &mut self.gatherer,
                "family",
                &["id", "proband", "metaData"],
                NO_ROOM,
            );
            self.read_packet(proband, message.get("metaData"));
        } else {
            self.read_packet(message, None);
        }
    }

    /// `around` are the metadata of the message that the packet stands in.
    fn read_packet(&mut self, packet: Element<'_>, around: Option<Element<'_>>) {
        let meta = packet.get("metaData").or(around);
        let gatherer = &mut self.gatherer;
        let Some(subject) = packet.get("subject").filter(Element::is_table) else {
            let mismatch = Mismatch::new("no subject", "a phenopacket with its subject");
            return packet.wrong(gatherer, "phenopacket", mismatch);
        };
        let version = meta.and_then(|meta| meta.text("phenopacketSchemaVersion"));
        if version.is_some_and(|version| version.starts_with('1')) {
            let mismatch = Mismatch::new("version 1", "phenopackets of version 2")
                .mend("phenopacket-tools convert writes version 2 of version 1");
            return packet.wrong(gatherer, "phenopacket", mismatch);
        }
        let Some(reports) = self.reports(packet, meta) else { return };
        let gatherer = &mut self.gatherer;
        let label = match subject.text("id").map_or_else(|| parse_label(""), parse_label) {
            Ok(label) => label,
            Err(mismatch) => {
                let place = subject.get("id").unwrap_or(subject);
                return place.wrong(gatherer, "subject, id", mismatch);
            }
        };
        let key = format!("{}/{label}", reports[0]);
        let spelled = subject.text("id").unwrap_or_default();
        let known = self.spelled.entry(key.clone()).or_insert_with(|| spelled.to_owned());
        if known != spelled {
            let mismatch =
                Mismatch::new("another spelling", "labels that differ in more than blanks");
            return subject.wrong(gatherer, format!("patient {key}"), mismatch);
        }
        let at = gatherer.patient(&subject.place(), &key);
        for report in &reports {
            let known = &mut gatherer.patient_mut(at).reports;
            if !known.contains(report) {
                known.push(report.clone());
            }
        }
        let subject_of = Subject { at, key: &key };
        self.read_subject(subject_of, subject);
        self.read_diagnosis(subject_of, packet);
        self.read_measurements(subject_of, packet);
        self.read_actions(subject_of, packet);
        if let Some(element) = subject.get("timeAtLastEncounter") {
            self.read_age(subject_of, element);
        }
        let known = ["id", "subject", "diseases", "measurements", "medicalActions", "metaData"];
        packet.ignore_rest(&mut self.gatherer, "", &known, NO_ROOM);
    }

    /// The keys of the reports a packet stands in: the one that was asked for, or the publications that
    /// its metadata cite, which are recorded.
    fn reports(&mut self, packet: Element<'_>, meta: Option<Element<'_>>) -> Option<Vec<String>> {
        let cited = meta.map(|meta| meta.list("externalReferences")).unwrap_or_default();
        if let Some(key) = &self.how.report {
            let stance = AdverseEventStance::NotMentioned;
            self.gatherer.report_of_kind(packet.place(), key, self.how.report_kind, stance);
            for one in cited {
                let why = "--report names the report";
                self.gatherer.ignore(one.place(), "external references", why);
            }
            return Some(vec![key.clone()]);
        }
        if let Some(next) = cited.get(MOST_CITED) {
            let found = format!("{} of them", cited.len());
            let mismatch = Mismatch::new(found, format!("at most {MOST_CITED}"));
            next.wrong(&mut self.gatherer, "metaData, externalReferences", mismatch);
            return None;
        }
        let mut keys = Vec::new();
        for one in cited {
            let title = one.text("description").map(str::to_owned);
            let id = one.text("id").unwrap_or_default();
            let found = match id.split_once(':') {
                Some((prefix, pmid))
                    if prefix.eq_ignore_ascii_case("PMID")
                        && !pmid.is_empty()
                        && pmid.bytes().all(|byte| byte.is_ascii_digit()) =>
                {
                    let citation =
                        Citation { title, pmid: Some(pmid.to_owned()), ..Citation::default() };
                    Some((format!("pmid-{pmid}"), citation))
                }
                Some((prefix, doi)) if prefix.eq_ignore_ascii_case("DOI") && !doi.is_empty() => {
                    let citation =
                        Citation { title, doi: Some(doi.to_owned()), ..Citation::default() };
                    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
                    let plain: String = doi
                        .chars()
                        .map(|c| if allowed(c) { c.to_ascii_lowercase() } else { '-' })
                        .collect();
                    Some((format!("doi-{plain}"), citation))
                }
                _ => None,
            };
            match found.map(|(key, citation)| (parse_key(&key), citation)) {
                Some((Ok(key), citation)) => {
                    let one_report =
                        Report { citation, ..Report::new(&key, ReportKind::CaseReport) };
                    self.gatherer.report(one.place(), one_report);
                    keys.push(key);
                }
                _ => self.gatherer.ignore(
                    one.place(),
                    "external references",
                    "they are neither a PMID nor a DOI",
                ),
            }
        }
        if keys.is_empty() {
            let mismatch = Mismatch::new("no PMID and no DOI", "the report its patient stands in")
                .mend("pass --report KEY, and --report-kind if it is not recorded yet");
            packet.wrong(&mut self.gatherer, "metaData, externalReferences", mismatch);
            return None;
        }
        Some(keys)
    }

    fn read_subject(&mut self, of: Subject<'_>, subject: Element<'_>) {
        let gatherer = &mut self.gatherer;
        let place = subject.place();
        let sex = match subject.text("sex") {
            None | Some("UNKNOWN_SEX") => None,
            Some("FEMALE") => Some(Sex::Female),
            Some("MALE") => Some(Sex::Male),
            Some("OTHER_SEX") => Some(Sex::Other),
            Some(_) => {
                let expected = "FEMALE, MALE, OTHER_SEX or UNKNOWN_SEX";
                let mismatch = Mismatch::new("another word", expected);
                subject.wrong(gatherer, format!("{}, sex", of.key), mismatch);
                None
            }
        };
        if let Some(sex) = sex {
            gatherer.set(of.at, &place, "sex", sex, |patient| &mut patient.sex);
        }
        if let Some(birth) = subject.get("dateOfBirth") {
            let date = birth.as_text().map(date_of);
            let year = date.and_then(Result::ok).and_then(|date| date.as_str()[..4].parse().ok());
            match year {
                Some(year) => {
                    gatherer
                        .set(of.at, &place, "birth year", year, |patient| &mut patient.birth_year);
                    let why = "a birth date could identify a person: only its year is taken";
                    gatherer.ignore(birth.place(), "subject, month and day of birth", why);
                }
                None => {
                    let mismatch = Mismatch::new("another text", "a date of birth");
                    birth.wrong(gatherer, format!("{}, dateOfBirth", of.key), mismatch);
                }
            }
        }
        let known = ["id", "sex", "dateOfBirth", "timeAtLastEncounter"];
        for (name, element) in subject.fields().filter(|(name, _)| !known.contains(name)) {
            if identifies(name) {
                let mismatch = Mismatch::new("a field", "no field that could identify a person")
                    .mend("leave it out: it is never recorded");
                element.wrong(&mut self.gatherer, format!("subject, {name}"), mismatch);
            }
        }
        subject.ignore_rest(&mut self.gatherer, "subject", &known, NO_ROOM);
    }

    /// The one disease a patient is said to have.
    fn read_diagnosis(&mut self, of: Subject<'_>, packet: Element<'_>) {
        let diseases = packet.list("diseases");
        let mut present: Vec<(&str, Element<'_>)> = Vec::new();
        for disease in &diseases {
            let label = disease.text("term.label").or_else(|| disease.text("term.id"));
            match (label, disease.flag("excluded")) {
                (Some(label), None | Some(false)) => {
                    if present.iter().all(|(known, _)| *known != label) {
                        present.push((label, *disease));
                    }
                }
                _ => self.gatherer.ignore(disease.place(), "diseases", "they are excluded"),
            }
            let known = ["term", "excluded"];
            disease.ignore_rest(&mut self.gatherer, "diseases", &known, NO_ROOM);
        }
        match present.as_slice() {
            [(label, disease)] => {
                let label = (*label).to_owned();
                self.gatherer.set(of.at, &disease.place(), "diagnosis", label, |patient| {
                    &mut patient.diagnosis
                });
            }
            several => {
                for (_, disease) in several {
                    let why = "several are given, and a patient has one diagnosis";
                    self.gatherer.ignore(disease.place(), "diseases", why);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
