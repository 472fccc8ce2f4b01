//! What was given: cells become infusions, anything else dose episodes.

use super::measurements::unit;
use super::{NO_ROOM, Packets, Subject};
use crate::domain::{AdverseEvent, Infusion, Medication, Mismatch, PartialDate, Product};
use crate::import::element::{Element, date_of};
use crate::import::given::{are_cells, product_key, put_cells};

impl Packets<'_> {
    pub(super) fn read_actions(&mut self, of: Subject<'_>, packet: Element<'_>) {
        for action in packet.list("medicalActions") {
            if let Some(treatment) = action.get("treatment") {
                self.read_treatment(of, treatment);
            }
            for event in action.list("adverseEvents") {
                if let Some(label) = event.text("label").or_else(|| event.text("id")) {
                    let event_of = AdverseEvent { term: label.to_owned(), ..Default::default() };
                    self.gatherer.event(of.at, event.place(), event_of);
                }
            }
            let known = ["treatment", "adverseEvents"];
            action.ignore_rest(&mut self.gatherer, "medicalActions", &known, NO_ROOM);
        }
    }

    fn read_treatment(&mut self, of: Subject<'_>, treatment: Element<'_>) {
        let id = treatment.text("agent.id").unwrap_or_default();
        let Some(agent) = treatment.text("agent.label").or_else(|| treatment.text("agent.id"))
        else {
            let mismatch = Mismatch::new("no agent", "a treatment with its agent");
            return treatment.wrong(&mut self.gatherer, format!("{}, treatment", of.key), mismatch);
        };
        let known = ["agent", "routeOfAdministration", "doseIntervals", "cumulativeDose"];
        treatment.ignore_rest(&mut self.gatherer, "treatment", &known, NO_ROOM);
        if id.starts_with("CL:") || are_cells(agent) {
            if let Some(total) = treatment.get("cumulativeDose") {
                self.gatherer.ignore(total.place(), "treatment, cumulativeDose", NO_ROOM);
            }
            return self.read_infusions(of, treatment, agent);
        }
        if let Some(route) = treatment.get("routeOfAdministration") {
            self.gatherer.ignore(route.place(), "treatment, routeOfAdministration", NO_ROOM);
        }
        let note = treatment.get("cumulativeDose").and_then(|total| {
            let unit = total.get("unit").map(unit).unwrap_or_default();
            Some(format!("cumulative dose {} {unit}", total.number("value")?).trim_end().to_owned())
        });
        let intervals = treatment.list("doseIntervals");
        if intervals.is_empty() {
            let medication = Medication { drug: agent.to_owned(), note, ..Medication::default() };
            return self.gatherer.medication(of.at, treatment.place(), medication);
        }
        for interval in intervals {
            let medication = self.read_episode(of, interval);
            let note = match (medication.note.clone(), note.clone()) {
                (Some(dose), Some(total)) => Some(format!("{dose}; {total}")),
                (dose, total) => dose.or(total),
            };
            let medication = Medication { drug: agent.to_owned(), note, ..medication };
            self.gatherer.medication(of.at, interval.place(), medication);
        }
    }

    /// A dose and its dates; what gives no dose per day stands in the note.
    fn read_episode(&mut self, of: Subject<'_>, interval: Element<'_>) -> Medication {
        let (start_date, end_date) = self.dates(of, interval);
        let frequency = interval.text("scheduleFrequency.label");
        let mut medication = Medication { start_date, end_date, ..Medication::default() };
        let Some(number) = interval.number("quantity.value") else { return medication };
        let unit = interval.at("quantity.unit").map(unit).unwrap_or_default();
        let value = crate::domain::parse_dose(number).ok();
        let (unit, per_day) = match unit.strip_suffix("/d") {
            Some(unit) => (unit.to_owned(), Some(1.0)),
            None => (unit, frequency.and_then(times_a_day)),
        };
        match (value, per_day) {
            (Some(value), Some(times)) if !unit.is_empty() => {
                medication.dose_per_day = Some(value * times);
                medication.dose_unit = Some(unit);
            }
            _ => {
                let dose = format!("dose {number} {unit}").trim_end().to_owned();
                medication.note = Some(match frequency {
                    Some(frequency) => format!("{dose}, {frequency}"),
                    None => dose,
                });
            }
        }
        medication
    }

    fn read_infusions(&mut self, of: Subject<'_>, treatment: Element<'_>, agent: &str) {
        let key = product_key(agent);
        let route = treatment.text("routeOfAdministration.label").map(str::to_owned);
        let product = Product {
            key: key.clone(),
            name: Some(agent.to_owned()),
            cell_type: Some(agent.to_owned()),
            ..Product::default()
        };
        self.gatherer.product(treatment.place(), product);
        let intervals = treatment.list("doseIntervals");
        let elements = if intervals.is_empty() { vec![treatment] } else { intervals };
        let mut found: Vec<(Infusion, Element<'_>)> = Vec::new();
        for element in elements {
            let (date, end) = self.dates(of, element);
            let frequency = element.text("scheduleFrequency.label").map(str::to_lowercase);
            let is_once = frequency.is_none_or(|word| matches!(word.as_str(), "once" | "single"));
            if !is_once || end.is_some_and(|end| date.as_ref() != Some(&end)) {
                let why = "how many infusions an interval holds is not said";
                self.gatherer.ignore(element.place(), "treatment with cells", why);
                continue;
            }
            let mut infusion = Infusion {
                date,
                route: route.clone(),
                product: Some(key.clone()),
                ..Infusion::default()
            };
            if let Some(number) = element.number("quantity.value") {
                let class = element.at("quantity.unit");
                let unit = class.map(unit).unwrap_or_default();
                put_cells(&mut infusion, number, &unit);
            }
            found.push((infusion, element));
        }
        found.sort_by(|a, b| a.0.date.cmp(&b.0.date));
        for (infusion, element) in found {
            let number = u32::try_from(self.gatherer.infusions(of.at) + 1).unwrap_or(u32::MAX);
            let infusion = Infusion { number, ..infusion };
            self.gatherer.infusion(of.at, element.place(), infusion);
        }
    }

    /// The first and last date of an interval, where they are given and can be read.
    fn dates(
        &mut self,
        of: Subject<'_>,
        element: Element<'_>,
    ) -> (Option<PartialDate>, Option<PartialDate>) {
        let mut date = |path: &str| {
            let inside = element.at(path)?;
            match date_of(inside.as_text().unwrap_or_default()) {
                Ok(date) => Some(date),
                Err(mismatch) => {
                    let what = format!("{}, {path}", of.key);
                    inside.wrong(&mut self.gatherer, what, mismatch);
                    None
                }
            }
        };
        (date("interval.start"), date("interval.end"))
    }
}

/// How often a day the words of NCIT say.
fn times_a_day(frequency: &str) -> Option<f64> {
    Some(match frequency.to_lowercase().as_str() {
        "daily" | "once daily" | "every day" | "once a day" | "per day" => 1.0,
        "twice daily" | "twice a day" | "two times daily" => 2.0,
        "three times daily" | "three times a day" => 3.0,
        "four times daily" | "four times a day" => 4.0,
        _ => return None,
    })
}
