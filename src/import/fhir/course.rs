//! What was done, given and suffered: procedures, medications, conditions and adverse events.

use super::{NO_ROOM, Resources, called};
use crate::domain::{
    AdverseEvent, Infusion, Medication, Mismatch, Outcome, PartialDate, Product, parse_dose,
};
use crate::import::element::{Element, date_of};
use crate::import::gather::PatientAt;
use crate::import::given::{are_cells, product_key, put_cells};

/// Fields that are read where they mean something, or only say who keeps a resource where.
const KEPT: [&str; 14] = [
    "resourceType",
    "id",
    "meta",
    "text",
    "identifier",
    "status",
    "category",
    "code",
    "subject",
    "encounter",
    "context",
    "language",
    "contained",
    "implicitRules",
];

impl Resources<'_> {
    /// A procedure that gives cells is an infusion; any other is counted.
    pub(super) fn read_procedure(&mut self, resource: Element<'_>) {
        if self.is_void(resource, &["not-done", "preparation"]) {
            return;
        }
        let name = resource.get("code").and_then(called).unwrap_or_default();
        if !are_cells(name) {
            return self.gatherer.ignore(resource.place(), "Procedure", "it gives no cells");
        }
        let Some(at) = self.patient_of(resource) else { return };
        let (start, _) = self.dates(resource, "performed");
        // What is done is no name of what is given.
        let note = Some(name.to_owned());
        let infusion = Infusion { date: start, note, ..Infusion::default() };
        self.infusions.push((at, resource.place(), infusion));
        self.ignore_others(resource, &["performedDateTime", "performedPeriod"]);
    }

    /// Cells that were given are an infusion, any other drug a dose on its date.
    pub(super) fn read_administration(&mut self, resource: Element<'_>) {
        if self.is_void(resource, &["not-done"]) {
            return;
        }
        let Some(at) = self.patient_of(resource) else { return };
        let Some((name, atc)) = self.drug(resource) else { return };
        let (start, end) = self.dates(resource, "effective");
        let number = resource.number("dosage.dose.value");
        let unit = resource.text("dosage.dose.unit").or_else(|| resource.text("dosage.dose.code"));
        let unit = unit.unwrap_or_default();
        self.ignore_others(resource, &DRUG);
        if are_cells(&name) {
            let product = self.product(resource, &name);
            let route = resource.at("dosage.route").and_then(called).map(str::to_owned);
            let mut infusion =
                Infusion { date: start, product: Some(product), route, ..Infusion::default() };
            if let Some(number) = number {
                put_cells(&mut infusion, number, unit);
            }
            return self.infusions.push((at, resource.place(), infusion));
        }
        let dose =
            number.map(|number| format!("one dose of {number} {unit}").trim_end().to_owned());
        let medication = Medication {
            drug: name,
            atc,
            end_date: end.or_else(|| start.clone()),
            start_date: start,
            note: dose,
            ..Medication::default()
        };
        self.take_medication(at, resource, medication);
    }

    /// A drug that the patient is said to take, or to have taken.
    pub(super) fn read_statement(&mut self, resource: Element<'_>) {
        if self.is_void(resource, &["not-taken", "intended"]) {
            return;
        }
        let Some(at) = self.patient_of(resource) else { return };
        let Some((drug, atc)) = self.drug(resource) else { return };
        let (start_date, end_date) = self.dates(resource, "effective");
        self.ignore_others(resource, &DRUG);
        let mut medication =
            Medication { drug, atc, start_date, end_date, ..Medication::default() };
        let dosages = resource.list("dosage");
        if let [dosage] = dosages.as_slice() {
            put_dose(&mut medication, *dosage);
        } else {
            for dosage in dosages {
                let why = "several are given for one episode";
                self.gatherer.ignore(dosage.place(), "MedicationStatement, dosage", why);
            }
        }
        self.take_medication(at, resource, medication);
    }

    /// Type 1 or type 2 diabetes is the diagnosis; other conditions are counted.
    pub(super) fn read_condition(&mut self, resource: Element<'_>) {
        let status = resource.get("verificationStatus");
        let codes = status.map(|status| status.list("coding")).unwrap_or_default();
        let is_void =
            |one: &Element<'_>| matches!(one.text("code"), Some("refuted" | "entered-in-error"));
        if codes.iter().any(is_void) {
            let why = "it was refuted, or recorded by mistake";
            return self.gatherer.ignore(resource.place(), "Condition", why);
        }
        let codings = resource.get("code").map(|code| code.list("coding")).unwrap_or_default();
        let Some(diagnosis) = codings.iter().find_map(diabetes) else {
            return self.gatherer.ignore(resource.place(), "Condition", "it is no diabetes");
        };
        let Some(at) = self.patient_of(resource) else { return };
        self.gatherer.set(at, &resource.place(), "diagnosis", diagnosis.to_owned(), |patient| {
            &mut patient.diagnosis
        });
    }

    pub(super) fn read_event(&mut self, resource: Element<'_>) {
        if resource.text("actuality") == Some("potential") {
            let why = "it might have happened and did not";
            return self.gatherer.ignore(resource.place(), "AdverseEvent", why);
        }
        let Some(at) = self.patient_of(resource) else { return };
        let Some(term) = resource.get("event").and_then(called) else {
            let mismatch = Mismatch::new("no event", "an adverse event that says what happened");
            return resource.wrong(&mut self.gatherer, "AdverseEvent", mismatch);
        };
        let code = |field: &str| {
            let concept = resource.get(field)?;
            concept.list("coding").into_iter().find_map(|one| one.text("code"))
        };
        let outcome = code("outcome").and_then(|code| match code {
            "resolved" => Some(Outcome::Recovered),
            "recovering" => Some(Outcome::Recovering),
            "ongoing" => Some(Outcome::NotRecovered),
            "resolvedWithSequelae" => Some(Outcome::Sequelae),
            "fatal" => Some(Outcome::Fatal),
            "unknown" => Some(Outcome::Unknown),
            _ => None,
        });
        let serious = code("seriousness").and_then(|code| match code.to_lowercase().as_str() {
            "serious" => Some(true),
            "non-serious" => Some(false),
            _ => None,
        });
        let event = AdverseEvent {
            term: term.to_owned(),
            onset_date: self.date(resource, "date"),
            outcome,
            serious,
            ..AdverseEvent::default()
        };
        let known = ["actuality", "event", "date", "outcome", "seriousness", "recordedDate"];
        self.ignore_others(resource, &known);
        if self.is_new(at, resource, &event) {
            self.gatherer.event(at, resource.place(), event);
        }
    }

    fn ignore_others(&mut self, resource: Element<'_>, read: &[&str]) {
        let kind = resource.text("resourceType").unwrap_or_default();
        let known: Vec<&str> = KEPT.iter().chain(read).copied().collect();
        resource.ignore_rest(&mut self.gatherer, kind, &known, NO_ROOM);
    }

    fn take_medication(&mut self, at: PatientAt, resource: Element<'_>, medication: Medication) {
        if self.is_new(at, resource, &medication) {
            self.gatherer.medication(at, resource.place(), medication);
        }
    }

    /// False for what was taken already, exactly so, which is counted.
    fn is_new(
        &mut self,
        at: PatientAt,
        resource: Element<'_>,
        record: &impl std::fmt::Debug,
    ) -> bool {
        let is_new = self.taken.insert((at, format!("{record:?}")));
        if !is_new {
            let kind = resource.text("resourceType").unwrap_or_default();
            self.gatherer.ignore(resource.place(), kind, "the same stands there already");
        }
        is_new
    }

    /// What a drug is called, by its concept or the medication it refers to, and its ATC code.
    fn drug(&mut self, resource: Element<'_>) -> Option<(String, Option<String>)> {
        let concept = resource.get("medicationCodeableConcept");
        let reference = resource.text("medicationReference.reference").unwrap_or_default();
        let referred = self.index.medications.get(reference).map(String::as_str);
        let Some(name) = concept.and_then(called).or(referred) else {
            let kind = resource.text("resourceType").unwrap_or_default();
            let mismatch = Mismatch::new("no medication", "the drug, or a medication of this file");
            resource.wrong(&mut self.gatherer, kind, mismatch);
            return None;
        };
        let codings = concept.map(|concept| concept.list("coding")).unwrap_or_default();
        let is_atc = |one: &&Element<'_>| {
            one.text("system").is_some_and(|name| name.ends_with("whocc.no/atc"))
        };
        let atc = codings.iter().find(is_atc).and_then(|one| one.text("code"));
        Some((name.to_owned(), atc.map(str::to_owned)))
    }

    fn product(&mut self, resource: Element<'_>, name: &str) -> String {
        let key = product_key(name);
        let product = Product {
            key: key.clone(),
            name: Some(name.to_owned()),
            cell_type: Some(name.to_owned()),
            ..Product::default()
        };
        self.gatherer.product(resource.place(), product);
        key
    }

    /// The first and last date of a choice such as `performedDateTime` or `performedPeriod`.
    fn dates(
        &mut self,
        resource: Element<'_>,
        choice: &str,
    ) -> (Option<PartialDate>, Option<PartialDate>) {
        if resource.get(&format!("{choice}DateTime")).is_some() {
            return (self.date(resource, &format!("{choice}DateTime")), None);
        }
        let start = self.date(resource, &format!("{choice}Period.start"));
        (start, self.date(resource, &format!("{choice}Period.end")))
    }

    fn date(&mut self, resource: Element<'_>, path: &str) -> Option<PartialDate> {
        let element = resource.at(path)?;
        match date_of(element.as_text().unwrap_or_default()) {
            Ok(date) => Some(date),
            Err(mismatch) => {
                let kind = resource.text("resourceType").unwrap_or_default();
                element.wrong(&mut self.gatherer, format!("{kind}, {path}"), mismatch);
                None
            }
        }
    }
}

/// Fields of a medication that are read.
const DRUG: [&str; 6] = [
    "medicationCodeableConcept",
    "medicationReference",
    "effectiveDateTime",
    "effectivePeriod",
    "dosage",
    "dateAsserted",
];

/// Type 1 or type 2 diabetes by SNOMED CT (46635009, 44054006) or ICD-10 (E10, E11).
fn diabetes(coding: &Element<'_>) -> Option<&'static str> {
    let (system, code) = (coding.text("system")?, coding.text("code")?);
    if system == "http://snomed.info/sct" {
        return match code {
            "44054006" => Some("T2DM"),
            "46635009" => Some("T1DM"),
            _ => None,
        };
    }
    let is_icd = system.contains("icd-10");
    match code.get(..3) {
        Some("E11") if is_icd => Some("T2DM"),
        Some("E10") if is_icd => Some("T1DM"),
        _ => None,
    }
}

/// A dose with how often a day it is taken is a dose per day; any other stands in the note.
fn put_dose(medication: &mut Medication, dosage: Element<'_>) {
    let doses = dosage.list("doseAndRate");
    let [dose] = doses.as_slice() else { return };
    let Some(number) = dose.number("doseQuantity.value") else { return };
    let unit = dose.text("doseQuantity.unit").or_else(|| dose.text("doseQuantity.code"));
    let positive = |path: &str| dosage.number(path).and_then(|text| text.parse::<f64>().ok());
    let times = positive("timing.repeat.frequency").filter(|times| *times > 0.0);
    let period = positive("timing.repeat.period").filter(|period| *period > 0.0);
    let is_a_day = dosage.text("timing.repeat.periodUnit") == Some("d");
    let is_fixed = dosage.flag("asNeededBoolean") != Some(true);
    match (parse_dose(number), unit, times, period) {
        (Ok(value), Some(unit), Some(times), Some(period)) if is_a_day && is_fixed => {
            medication.dose_per_day = Some(value * times / period);
            medication.dose_unit = Some(unit.to_owned());
        }
        _ => {
            let dose = format!("dose {number} {}", unit.unwrap_or_default());
            medication.note = Some(dose.trim_end().to_owned());
        }
    }
}
