//! HL7 FHIR R4: a bundle, one resource, or resources line by line (NDJSON). Observations become
//! measurements at visits named by their date; what a patient is called and where one lives is never read.
//! Start with `read`; a first pass learns what references lead to, a second one takes the resources.

mod course;
mod observations;

use super::document::{Node, Text};
use super::element::{Element, date_of, parse_label};
use super::gather::{Gatherer, PatientAt};
use super::input::is_input;
use super::{How, ImportError, Reading, name_of, read_text};
use crate::domain::{AdverseEventStance, Infusion, Level, Mismatch, Place, Problem, Sex, Visit};
use observations::Observed;
use serde::de::IgnoredAny;
use std::collections::{HashMap, HashSet};
use std::path::Path;

const NO_ROOM: &str = "the registry has no room for it";
const IDENTIFYING: &str = "it could identify a person and is never read";

/// What references lead to.
#[derive(Default)]
struct Index {
    /// Labels of patients.
    patients: HashMap<String, String>,
    /// What medications are called.
    medications: HashMap<String, String>,
    /// When encounters began.
    encounters: HashMap<String, String>,
    /// How many patients have no id, and are counted instead.
    unnamed: usize,
}

/// Resources under way.
struct Resources<'a> {
    how: &'a How<'a>,
    report: &'a str,
    index: Index,
    gatherer: Gatherer,
    observed: Vec<Observed>,
    infusions: Vec<(PatientAt, Place, Infusion)>,
    /// Episodes and events that were taken, by their content.
    taken: HashSet<(PatientAt, String)>,
}

/// Read a file; `.ndjson` holds a resource in each line, and so does a standard input that goes on behind
/// its first resource.
///
/// # Errors
/// If it can't be read at all.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let is_named_lines =
        path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ndjson"));
    Ok(match read_text(path)? {
        Ok(source) => {
            let is_lines = is_named_lines || is_input(path) && goes_on(&source);
            read_fhir(&name_of(path), &source, is_lines, how)
        }
        Err(problem) => Reading { problems: vec![problem], ..Reading::default() },
    })
}

/// True if another value of JSON stands behind the first.
fn goes_on(source: &str) -> bool {
    let source = source.trim_start_matches('\u{feff}');
    let mut values = serde_json::Deserializer::from_str(source).into_iter::<IgnoredAny>();
    matches!((values.next(), values.next()), (Some(Ok(_)), Some(Ok(_))))
}

/// Read the text of a file of FHIR; `file` is its name for the places.
pub fn read_fhir(file: &str, source: &str, is_lines: bool, how: &How<'_>) -> Reading {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let text = Text::new(file, source);
    let Some(report) = &how.report else {
        let mismatch = Mismatch::new("no report", "the report that the patients belong to")
            .mend("pass --report KEY, and --report-kind \"registry extract\" to record it");
        let mut gatherer = Gatherer::default();
        gatherer.wrong(text.place(0), "FHIR", mismatch);
        return gatherer.finish();
    };
    let mut resources = Resources {
        how,
        report,
        index: Index::default(),
        gatherer: Gatherer::default(),
        observed: Vec::new(),
        infusions: Vec::new(),
        taken: HashSet::new(),
    };
    let stance = AdverseEventStance::NotMentioned;
    resources.gatherer.report_of_kind(text.place(0), report, how.report_kind, stance);
    if is_lines {
        // Twice through the lines, so that one resource at a time is held.
        for node in text.parse_json_lines().flatten() {
            resources.learn(&text, &node);
        }
        for read in text.parse_json_lines() {
            resources.take(&text, read);
        }
    } else {
        let read = text.parse_json();
        if let Ok(node) = &read {
            resources.learn(&text, node);
        }
        resources.take(&text, read);
    }
    resources.finish()
}

/// The resources of a bundle with the addresses they stand under; any other resource is one by itself.
fn resources<'a>(root: Element<'a>) -> Vec<(Option<&'a str>, Element<'a>)> {
    if root.text("resourceType") != Some("Bundle") {
        return vec![(None, root)];
    }
    let entries = root.list("entry").into_iter();
    entries.filter_map(|entry| Some((entry.text("fullUrl"), entry.get("resource")?))).collect()
}

impl Index {
    fn learn(&mut self, address: Option<&str>, resource: Element<'_>) {
        let kind = resource.text("resourceType").unwrap_or_default();
        let id = resource.text("id").map(|id| format!("{kind}/{id}"));
        let names = address.map(str::to_owned).into_iter().chain(id);
        match kind {
            "Patient" => {
                let Some(label) = self.label(resource) else { return };
                names.for_each(|name| drop(self.patients.insert(name, label.clone())));
            }
            "Medication" => {
                let Some(called) = resource.get("code").and_then(called) else { return };
                names.for_each(|name| drop(self.medications.insert(name, called.to_owned())));
            }
            "Encounter" => {
                let Some(start) = resource.text("period.start") else { return };
                names.for_each(|name| drop(self.encounters.insert(name, start.to_owned())));
            }
            _ => {}
        }
    }

    /// The id of a patient as its label; one without an id gets a running number.
    fn label(&mut self, patient: Element<'_>) -> Option<String> {
        match patient.text("id") {
            Some(id) => parse_label(id).ok(),
            None => {
                self.unnamed += 1;
                Some(self.unnamed.to_string())
            }
        }
    }
}

/// What a concept is called: its text, or what its first code is displayed as.
fn called(concept: Element<'_>) -> Option<&str> {
    let coded = || {
        let codings = concept.list("coding").into_iter();
        codings.filter_map(|one| one.text("display").or_else(|| one.text("code"))).next()
    };
    concept.text("text").or_else(coded)
}

impl Resources<'_> {
    fn learn(&mut self, text: &Text<'_>, node: &Node) {
        for (address, resource) in resources(Element::new(text, node)) {
            self.index.learn(address, resource);
        }
    }

    fn take(&mut self, text: &Text<'_>, read: Result<Node, Vec<Problem>>) {
        let node = match read {
            Ok(node) => node,
            Err(problems) => {
                for one in problems {
                    self.gatherer.say(one.level, one.place, one.what, one.mismatch);
                }
                return;
            }
        };
        // Patients without an id are numbered anew in the same order.
        self.index.unnamed = 0;
        for (address, resource) in resources(Element::new(text, &node)) {
            self.read_resource(address, resource);
        }
    }

    fn read_resource(&mut self, address: Option<&str>, resource: Element<'_>) {
        match resource.text("resourceType") {
            None => {
                let found = format!("{} without resourceType", resource.kind());
                let mismatch = Mismatch::new(found, "a resource of FHIR R4");
                resource.wrong(&mut self.gatherer, "FHIR", mismatch);
            }
            Some("Patient") => self.read_patient(address, resource),
            Some("Observation") => self.read_observation(resource),
            Some("Encounter") => self.read_encounter(resource),
            Some("Procedure") => self.read_procedure(resource),
            Some("MedicationAdministration") => self.read_administration(resource),
            Some("MedicationStatement") => self.read_statement(resource),
            Some("Condition") => self.read_condition(resource),
            Some("AdverseEvent") => self.read_event(resource),
            Some("MedicationRequest") => {
                let why = "an order does not say what was taken";
                self.gatherer.ignore(resource.place(), "MedicationRequest", why);
            }
            Some("Medication") => {}
            Some(kind) => {
                let is_kind = kind.len() <= 60 && kind.bytes().all(|b| b.is_ascii_alphabetic());
                let what = if is_kind { kind } else { "a resource of no known type" };
                self.gatherer.ignore(resource.place(), what, NO_ROOM);
            }
        }
    }

    /// True for what did not happen or was entered by mistake, which is counted.
    fn is_void(&mut self, resource: Element<'_>, statuses: &[&str]) -> bool {
        let status = resource.text("status").unwrap_or_default();
        let found = ["entered-in-error"].iter().chain(statuses).find(|one| **one == status);
        if let Some(status) = found {
            let kind = resource.text("resourceType").unwrap_or_default();
            let why = "it did not happen, or was recorded by mistake";
            self.gatherer.ignore(resource.place(), format!("{kind} that is {status}"), why);
        }
        found.is_some()
    }

    /// The patient that a resource is about; what is about something else is counted.
    fn patient_of(&mut self, resource: Element<'_>) -> Option<PatientAt> {
        let kind = resource.text("resourceType").unwrap_or_default();
        let field = resource.get("subject").or_else(|| resource.get("patient"));
        let reference = field.and_then(|field| field.text("reference")).unwrap_or_default();
        let behind = reference.rsplit_once("Patient/").map(|(_, id)| id.split('/').next());
        let label = match (self.index.patients.get(reference), behind.flatten()) {
            (Some(label), _) => Ok(label.clone()),
            (None, Some(id)) => match self.index.patients.get(&format!("Patient/{id}")) {
                Some(label) => Ok(label.clone()),
                // The patient stands in another file.
                None => parse_label(id),
            },
            (None, None) if reference.contains('/') && !reference.contains(':') => {
                self.gatherer.ignore(resource.place(), kind, "it is not about a patient");
                return None;
            }
            (None, None) => Err(Mismatch::new(
                "a reference that leads nowhere",
                "a patient of this file, or Patient/ and an id",
            )),
        };
        match label {
            Ok(label) => {
                let key = format!("{}/{label}", self.report);
                Some(self.gatherer.patient(&resource.place(), &key))
            }
            Err(mismatch) => {
                let element = field.unwrap_or(resource);
                element.wrong(&mut self.gatherer, format!("{kind}, subject"), mismatch);
                None
            }
        }
    }

    fn read_patient(&mut self, address: Option<&str>, resource: Element<'_>) {
        let known = address.and_then(|address| self.index.patients.get(address)).cloned();
        let label = match (known, resource.text("id")) {
            (Some(label), _) => Ok(label),
            (None, Some(id)) => parse_label(id),
            (None, None) => Ok(self.index.label(resource).unwrap_or_default()),
        };
        let gatherer = &mut self.gatherer;
        let label = match label {
            Ok(label) => label,
            Err(mismatch) => {
                let element = resource.get("id").unwrap_or(resource);
                return element.wrong(gatherer, "Patient, id", mismatch);
            }
        };
        let place = resource.place();
        let at = gatherer.patient(&place, &format!("{}/{label}", self.report));
        match resource.text("gender").map(Sex::parse) {
            Some(Ok(sex)) => gatherer.set(at, &place, "sex", sex, |patient| &mut patient.sex),
            Some(Err(_)) => {
                let mismatch = Mismatch::new("another word", "male, female, other or unknown");
                resource.wrong(gatherer, format!("patient {label}, gender"), mismatch);
            }
            None => {}
        }
        if let Some(birth) = resource.get("birthDate") {
            let date = birth.as_text().and_then(|text| date_of(text).ok());
            match date.and_then(|date| date.as_str()[..4].parse::<i32>().ok()) {
                Some(year) => {
                    gatherer.set(at, &place, "birth year", year, |patient| &mut patient.birth_year);
                    let why = "a birth date could identify a person: only its year is taken";
                    gatherer.ignore(birth.place(), "Patient, month and day of birth", why);
                }
                None => {
                    let mismatch = Mismatch::new("another text", "a date of birth");
                    birth.wrong(gatherer, format!("patient {label}, birthDate"), mismatch);
                }
            }
        }
        let plain = ["resourceType", "id", "meta", "gender", "birthDate"];
        let naming = [
            "name",
            "identifier",
            "telecom",
            "address",
            "photo",
            "contact",
            "text",
            "extension",
            "contained",
            "_birthDate",
            "_gender",
        ];
        for (name, element) in resource.fields().filter(|(name, _)| naming.contains(name)) {
            gatherer.ignore(element.place(), format!("Patient, {name}"), IDENTIFYING);
        }
        let known: Vec<_> = plain.into_iter().chain(naming).collect();
        resource.ignore_rest(gatherer, "Patient", &known, NO_ROOM);
    }

    /// An encounter is a visit on the date it began.
    fn read_encounter(&mut self, resource: Element<'_>) {
        if self.is_void(resource, &["cancelled", "planned"]) {
            return;
        }
        let Some(at) = self.patient_of(resource) else { return };
        let Some(start) = resource.text("period.start") else {
            let why = "it has no date";
            return self.gatherer.ignore(resource.place(), "Encounter", why);
        };
        let visit = date_of(start).and_then(|date| {
            Visit::new(date.as_str(), None, Some(date.clone()), self.how.schedule)
        });
        match visit {
            Ok(visit) => drop(self.gatherer.visit(at, &resource.place(), visit)),
            Err(mismatch) => {
                resource.wrong(&mut self.gatherer, "Encounter, period", mismatch);
            }
        }
    }

    /// What can only be put in its place when everything is known: measurements in the order of time,
    /// infusions with their numbers.
    fn finish(mut self) -> Reading {
        self.place_observed();
        let mut infusions = std::mem::take(&mut self.infusions);
        infusions.sort_by(|a, b| a.2.date.cmp(&b.2.date));
        let mut days = HashSet::new();
        for (at, place, infusion) in infusions {
            let number = u32::try_from(self.gatherer.infusions(at) + 1).unwrap_or(u32::MAX);
            if let Some(date) = &infusion.date
                && !days.insert((at, date.clone()))
            {
                let what = format!("{}, infusion {number}", self.gatherer.key(at));
                let found = format!("another infusion on {date}");
                let mismatch = Mismatch::new(found, "one infusion a day")
                    .mend("a procedure and an administration may tell of one and the same: leave one out of the file, or pass --accept if there were two");
                self.gatherer.say(Level::Question, place.clone(), what, mismatch);
            }
            self.gatherer.infusion(at, place, Infusion { number, ..infusion });
        }
        self.gatherer.finish()
    }
}

#[cfg(test)]
mod tests;
