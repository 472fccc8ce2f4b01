//! What was measured: a code of LOINC with a quantity, or with a finding in words.

use super::time::when;
use super::{NO_ROOM, Packets, Subject};
use crate::domain::{Analyte, Finding, Limits, Measurement, Reading};
use crate::import::coded::{Coded, analyte_of, unit_of_words};
use crate::import::element::Element;
use crate::import::occasions::When;

impl Packets<'_> {
    pub(super) fn read_measurements(&mut self, of: Subject<'_>, packet: Element<'_>) {
        let mut timed: Vec<(When, Element<'_>)> = Vec::new();
        for element in packet.list("measurements") {
            match when(element.get("timeObserved")) {
                Ok(when) => timed.push((when, element)),
                Err(mismatch) => {
                    let what = format!("{}, timeObserved", of.key);
                    element.wrong(&mut self.gatherer, what, mismatch);
                }
            }
            let known = ["assay", "value", "complexValue", "timeObserved"];
            element.ignore_rest(&mut self.gatherer, "measurements", &known, NO_ROOM);
        }
        timed.sort_by(|a, b| a.0.cmp(&b.0));
        for (when, element) in timed {
            self.read_value(of, &when, element, element.get("assay"), element.get("value"));
            let complex = element.get("complexValue");
            for part in complex.map(|one| one.list("typedQuantities")).unwrap_or_default() {
                self.read_value(of, &when, part, part.get("type"), Some(part));
            }
        }
    }

    /// One value of the assay that it is of.
    fn read_value(
        &mut self,
        of: Subject<'_>,
        when: &When,
        element: Element<'_>,
        assay: Option<Element<'_>>,
        value: Option<Element<'_>>,
    ) {
        let Some(value) = value else { return };
        let id = assay.and_then(|assay| assay.text("id")).unwrap_or_default();
        let name = assay.and_then(|assay| assay.text("label")).unwrap_or_default();
        let Some(code) = id.strip_prefix("LOINC:") else {
            let why = "without a code of LOINC it can't be known what they are";
            return self.gatherer.ignore(element.place(), "measurements", why);
        };
        let catalogue = self.how.catalogue;
        let Some(analyte) = analyte_of(code, name, element, catalogue, &mut self.gatherer) else {
            return;
        };
        let measurement = match (value.get("quantity"), value.get("ontologyClass")) {
            (Some(quantity), _) => self.read_quantity(of, (code, name), element, quantity, analyte),
            (None, Some(class)) => self.read_finding(class, analyte),
            (None, None) => {
                let why = "their value is neither a quantity nor a term";
                self.gatherer.ignore(element.place(), "measurements", why);
                None
            }
        };
        let Some(measurement) = measurement else { return };
        let place = element.place();
        let (gatherer, schedule) = (&mut self.gatherer, self.how.schedule);
        match self.occasions.visit(gatherer, (of.at, &place), when, analyte.id, schedule) {
            Ok(visit) => gatherer.measurement(visit, place, measurement),
            Err(mismatch) => gatherer.wrong(place, format!("{}, timeObserved", of.key), mismatch),
        }
    }

    fn read_quantity(
        &mut self,
        of: Subject<'_>,
        (code, name): (&str, &str),
        element: Element<'_>,
        quantity: Element<'_>,
        analyte: &Analyte,
    ) -> Option<Measurement> {
        let Some(number) = quantity.number("value") else {
            let none = || {
                crate::domain::Mismatch::new("no number", "a quantity with its value")
                    .mend("a program that leaves out zeros has to write them: silence is no zero")
            };
            let mismatch = quantity.no_number("value").unwrap_or_else(none);
            let what = format!("{}, {}", of.key, analyte.symbol);
            quantity.wrong(&mut self.gatherer, what, mismatch);
            return None;
        };
        let range = quantity.get("referenceRange");
        let limit = |name: &str| range.and_then(|range| range.number(name)).map(str::to_owned);
        let coded = Coded {
            element,
            what: of.key.to_owned(),
            code,
            name,
            number: number.to_owned(),
            unit: quantity.get("unit").map(unit).unwrap_or_default(),
            limits: Limits { low: limit("low"), high: limit("high") },
            limits_unit: range.and_then(|range| range.get("unit")).map(unit),
        };
        coded.measurement(analyte, &mut self.gatherer)
    }

    /// A value in words, where a finding of the registry means the same. "high" says nothing of a change,
    /// so it is not "increased".
    fn read_finding(&mut self, class: Element<'_>, analyte: &Analyte) -> Option<Measurement> {
        let means = [Finding::Present, Finding::Absent, Finding::Normal, Finding::Abnormal];
        let finding = class.text("label").and_then(|label| Finding::parse(label).ok());
        match finding.filter(|finding| means.contains(finding)) {
            Some(finding) => {
                let reading = Reading::parse(finding.as_str(), analyte).ok()?;
                Some(Measurement::plain(analyte, reading))
            }
            None => {
                let why = "their value is a term that no finding of the registry means";
                self.gatherer.ignore(class.place(), "measurements", why);
                None
            }
        }
    }
}

/// A unit as UCUM, or as the label calls it.
pub(super) fn unit(class: Element<'_>) -> String {
    match class.text("id").and_then(|id| id.strip_prefix("UCUM:")) {
        Some(code) => code.to_owned(),
        None => unit_of_words(class.text("label").unwrap_or_default()),
    }
}
