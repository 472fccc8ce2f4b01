//! Observations: a code of LOINC with a quantity, a reason for having none, or a finding in words.

use super::{NO_ROOM, Resources};
use crate::domain::{Analyte, Finding, Limits, Measurement, Mismatch, Place, Reading, Status};
use crate::import::coded::{Coded, analyte_of};
use crate::import::element::{Element, date_of};
use crate::import::gather::PatientAt;
use crate::import::occasions::{Occasions, When};

/// A measurement that has not got its visit yet.
pub(super) struct Observed {
    at: PatientAt,
    place: Place,
    when: When,
    measurement: Measurement,
}

/// Fields of an observation that are read, or only say who keeps it where.
const KNOWN: [&str; 22] = [
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
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "issued",
    "performer",
    "valueQuantity",
    "valueCodeableConcept",
    "valueString",
    "dataAbsentReason",
    "referenceRange",
    "component",
    "language",
];

impl<'h> Resources<'h> {
    pub(super) fn read_observation(&mut self, resource: Element<'_>) {
        if self.is_void(resource, &["cancelled"]) {
            return;
        }
        let Some(at) = self.patient_of(resource) else { return };
        let when = match self.when(resource) {
            Ok(when) => when,
            Err(mismatch) => {
                return resource.wrong(&mut self.gatherer, "Observation, effective", mismatch);
            }
        };
        resource.ignore_rest(&mut self.gatherer, "Observation", &KNOWN, NO_ROOM);
        let components = resource.list("component");
        let has_value = resource.fields().any(|(name, _)| name.starts_with("value"));
        if components.is_empty() || has_value {
            self.read_part(at, &when, resource);
        }
        for component in components {
            self.read_part(at, &when, component);
        }
    }

    /// When it was observed: as it says, else when its encounter began.
    fn when(&self, resource: Element<'_>) -> Result<When, Mismatch> {
        let time = resource.text("effectiveDateTime").or_else(|| resource.text("effectiveInstant"));
        if let Some(time) = time {
            return date_of(time).map(|_| When::At(time.to_owned()));
        }
        if let Some(start) = resource.text("effectivePeriod.start") {
            let end = resource.text("effectivePeriod.end").unwrap_or(start);
            let (first, last) = (date_of(start)?, date_of(end)?);
            return Ok(match first == last {
                true => When::At(start.to_owned()),
                false => When::During(format!("{first}/{last}"), first),
            });
        }
        let Some(encounter) = resource.text("encounter.reference") else {
            return Ok(When::Unknown);
        };
        if let Some(start) = self.index.encounters.get(encounter) {
            return date_of(start).map(|_| When::At(start.clone()));
        }
        let id = encounter.rsplit(['/', ':']).next().unwrap_or_default();
        crate::domain::parse_key(id)
            .map(|id| When::Named(format!("encounter {id}")))
            .map_err(|_| Mismatch::new("another text", "a reference to an encounter"))
    }

    /// An observation, or a component of one.
    fn read_part(&mut self, at: PatientAt, when: &When, part: Element<'_>) {
        let Some((analyte, code, name)) = self.analyte(part) else { return };
        let what = self.gatherer.key(at).to_owned();
        let measurement = if let Some(quantity) = part.get("valueQuantity") {
            self.read_quantity(what, part, quantity, (analyte, code, name))
        } else {
            self.read_words(part, analyte)
        };
        if let Some(measurement) = measurement {
            let (place, when) = (part.place(), when.clone());
            self.observed.push(Observed { at, place, when, measurement });
        }
    }

    /// The one analyte that the codes of LOINC mean, with its code and what the file calls it.
    fn analyte<'e>(&mut self, part: Element<'e>) -> Option<(&'h Analyte, &'e str, &'e str)> {
        let concept = part.get("code");
        let codings = concept.map(|concept| concept.list("coding")).unwrap_or_default();
        let coded: Vec<(&str, &str)> = codings
            .iter()
            .filter(|coding| coding.text("system") == Some("http://loinc.org"))
            .filter_map(|one| Some((one.text("code")?, one.text("display").unwrap_or_default())))
            .collect();
        let catalogue = self.how.catalogue;
        let known = |(code, name): &(&'e str, &'e str)| {
            catalogue.of_loinc(code).map(|analyte| (analyte, *code, *name))
        };
        let mut found = coded.iter().filter_map(known);
        let Some(first) = found.next() else {
            match coded.first() {
                Some((code, name)) => {
                    analyte_of(code, name, part, catalogue, &mut self.gatherer);
                }
                None => {
                    let why = "without a code of LOINC it can't be known what it is";
                    self.gatherer.ignore(part.place(), "Observation", why);
                }
            }
            return None;
        };
        if let Some(other) = found.find(|other| other.0.id != first.0.id) {
            let found = format!(
                "LOINC {} ({}) and {} ({})",
                first.1, first.0.symbol, other.1, other.0.symbol
            );
            let mismatch = Mismatch::new(found, "codes of one analyte");
            part.wrong(&mut self.gatherer, "Observation, code", mismatch);
            return None;
        }
        Some(first)
    }

    fn read_quantity(
        &mut self,
        what: String,
        part: Element<'_>,
        quantity: Element<'_>,
        (analyte, code, name): (&Analyte, &str, &str),
    ) -> Option<Measurement> {
        let wrong = |resources: &mut Self, mismatch: Mismatch| {
            let what = format!("{what}, {}", analyte.symbol);
            quantity.wrong(&mut resources.gatherer, what, mismatch);
            None
        };
        let Some(number) = quantity.number("value") else {
            if part.get("dataAbsentReason").is_some() {
                return self.read_words(part, analyte);
            }
            let none = || Mismatch::new("no number", "a quantity with its value");
            return wrong(self, quantity.no_number("value").unwrap_or_else(none));
        };
        let comparator = quantity.text("comparator").unwrap_or_default();
        if !["", "<", "<=", ">", ">="].contains(&comparator) {
            return wrong(self, Mismatch::new("another comparator", "<, <=, > or >="));
        }
        let (code_of_unit, words) = (quantity.text("code"), quantity.text("unit"));
        if let (Some(coded), Some(words)) = (code_of_unit, words)
            && let (Ok(one), Ok(other)) = (analyte.unit(coded), analyte.unit(words))
            && (one.slope, one.intercept) != (other.slope, other.intercept)
        {
            let found = format!("{coded} and {words}");
            let mismatch = Mismatch::new(found, "one unit in code and unit")
                .mend("find out at the source which is right");
            return wrong(self, mismatch);
        }
        let limits = self.limits(part);
        let coded = Coded {
            element: part,
            what: what.clone(),
            code,
            name,
            number: format!("{comparator}{number}"),
            unit: code_of_unit.or(words).unwrap_or_default().to_owned(),
            limits: limits.0,
            limits_unit: limits.1,
        };
        coded.measurement(analyte, &mut self.gatherer)
    }

    /// The laboratory's limits and their unit; which of several is meant can't be known.
    fn limits(&mut self, part: Element<'_>) -> (Limits, Option<String>) {
        let ranges = part.list("referenceRange");
        let [range] = ranges.as_slice() else {
            for range in ranges {
                let why = "several are given for one value";
                self.gatherer.ignore(range.place(), "Observation, referenceRange", why);
            }
            return (Limits::default(), None);
        };
        let limit = |path: &str| range.number(path).map(str::to_owned);
        let unit = ["low.code", "low.unit", "high.code", "high.unit"];
        let unit = unit.iter().find_map(|path| range.text(path)).map(str::to_owned);
        (Limits { low: limit("low.value"), high: limit("high.value") }, unit)
    }

    /// A reason for having no value, or a value in words.
    fn read_words(&mut self, part: Element<'_>, analyte: &Analyte) -> Option<Measurement> {
        if let Some(reason) = part.get("dataAbsentReason") {
            let codes = reason.list("coding");
            let is_not_done = codes.iter().any(|one| one.text("code") == Some("not-performed"));
            let status = if is_not_done { Status::NotDone } else { Status::NotReported };
            return Some(Measurement::plain(analyte, Reading::without_number(status)));
        }
        let words = part.get("valueCodeableConcept").and_then(super::called);
        let means = [Finding::Present, Finding::Absent, Finding::Normal, Finding::Abnormal];
        let finding = words.and_then(|words| Finding::parse(words).ok());
        let reading = match finding.filter(|finding| means.contains(finding)) {
            Some(finding) => Reading::parse(finding.as_str(), analyte).ok(),
            None => part.text("valueString").and_then(|text| Reading::parse(text, analyte).ok()),
        };
        if reading.is_none() {
            let why = "its value is no number, and no finding of the registry means the same";
            self.gatherer.ignore(part.place(), format!("Observation of {}", analyte.symbol), why);
        }
        Some(Measurement::plain(analyte, reading?))
    }

    /// Put what was observed into visits, in the order of time.
    pub(super) fn place_observed(&mut self) {
        let mut observed = std::mem::take(&mut self.observed);
        observed.sort_by(|a, b| a.when.cmp(&b.when));
        let mut occasions = Occasions::default();
        for Observed { at, place, when, measurement } in observed {
            let (gatherer, schedule) = (&mut self.gatherer, self.how.schedule);
            let analyte = measurement.analyte_id;
            match occasions.visit(gatherer, (at, &place), &when, analyte, schedule) {
                Ok(visit) => gatherer.measurement(visit, place, measurement),
                Err(mismatch) => gatherer.wrong(place, "Observation, effective", mismatch),
            }
        }
    }
}
