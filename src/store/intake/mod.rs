//! The one path by which records enter, whatever file or command they come from: everything is
//! checked against what is there, every problem is named, and what is there already is left alone.

mod checks;
mod difference;
mod tally;

pub(super) use checks::check_medication;
pub use tally::{Kind, Tally};

use super::Stored;
use super::batch::BULK_FROM;
use super::change::{Change, new_uuid};
use super::error::StoreError;
use super::locks::describe_lock;
use crate::domain::{
    Analyte, Attribute, Infusion, Level, Measurement, Mismatch, Patient, PatientRecords, Place,
    Placed, Problem, Records, Visit, VisitRecords, find_attribute,
};
use difference::{OVERWRITES_NOTHING, difference};
pub(super) use difference::{differences, differing_fields};
use serde::Serialize;
use std::borrow::Cow;

/// What became of the records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intake {
    /// What was added.
    pub added: Tally,
    /// What was there already, exactly so.
    pub known: Tally,
    /// What was there already, exactly so or otherwise.
    pub there: Tally,
    /// Everything that has to be said.
    pub problems: Vec<Problem>,
    /// The number of the last infusion; one that asked for number 0 got the next.
    pub last_infusion: Option<u32>,
}

impl Change<'_> {
    /// Add these records. Whoever calls must drop the change if an error is among the problems.
    ///
    /// # Errors
    /// If the file can't be written; what is wrong with the records is told as problems.
    pub fn take_in(&mut self, records: &Records) -> Result<Intake, StoreError> {
        let mut intake = Intake::default();
        let visits = records.patients.iter().flat_map(|patient| &patient.visits);
        if visits.map(|visit| visit.measurements.len()).sum::<usize>() >= BULK_FROM {
            self.begin_bulk()?;
        }
        for analyte in &records.analytes {
            self.take_in_analyte(analyte, &mut intake)?;
        }
        for attribute in &records.attributes {
            self.take_in_attribute(attribute, &mut intake)?;
        }
        for report in &records.reports {
            let known = self.report(&report.record.key)?.map(|known| known.record);
            let what = format!("report {}", report.record.key);
            if intake.is_new(Kind::Report, &what, &report.place, &report.record, known.as_ref()) {
                self.add_report(&new_uuid(), &report.record)?;
            }
        }
        for product in &records.products {
            let known = self.product(&product.record.key)?.map(|known| known.record);
            let what = format!("product {}", product.record.key);
            if intake.is_new(Kind::Product, &what, &product.place, &product.record, known.as_ref())
            {
                self.add_product(&new_uuid(), &product.record)?;
            }
        }
        for patient in &records.patients {
            self.take_in_patient(patient, &mut intake)?;
        }
        self.write_waiting()?;
        self.name_locked(records, &mut intake)?;
        Ok(intake)
    }

    /// Name what is locked where it stands in a file. What was typed has no place: when it is about
    /// to be committed, it is refused as everything is.
    fn name_locked(&self, records: &Records, intake: &mut Intake) -> Result<(), StoreError> {
        for held in self.written_under_lock()? {
            let reports = records.reports.iter().map(|one| ("report", &one.record.key, &one.place));
            let patients =
                records.patients.iter().map(|one| ("patient", &one.key.record, &one.key.place));
            let is_it = |(noun, key, _): &(&str, &String, &Place)| {
                held.noun == "registry" || (held.noun == *noun && held.key == **key)
            };
            let place = reports.chain(patients).find(is_it).map(|(.., place)| place);
            if let Some(place) = place.filter(|place| **place != Place::CommandLine) {
                let (what, mismatch) = describe_lock(&held);
                intake.problem(what, place, mismatch);
            }
        }
        Ok(())
    }

    fn take_in_patient(
        &mut self,
        records: &PatientRecords,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Some(patient) = self.find_or_add_patient(records, intake)? else { return Ok(()) };
        let report = self.first_report(&patient.record)?;
        let mut known = match records.infusions.as_slice() {
            [] => Vec::new(),
            _ => self.infusions_of(patient.id)?,
        };
        for infusion in &records.infusions {
            self.take_in_infusion(&patient, report, infusion, &mut known, intake)?;
        }
        let mut known = match records.visits.as_slice() {
            [] => Vec::new(),
            _ => self.visits_of(patient.id)?,
        };
        for visit in &records.visits {
            self.take_in_visit(&patient, report, visit, &mut known, intake)?;
        }
        self.take_in_the_rest(&patient, report, records, intake)
    }

    /// What has no key of its own: statements, adverse events, medications.
    fn take_in_the_rest(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        records: &PatientRecords,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let key = &patient.record.key;
        let statements = match records.statements.as_slice() {
            [] => Vec::new(),
            _ => self.statements_of(patient.id)?,
        };
        for Placed { place, record } in
            intake.new_of(Kind::Statement, &records.statements, &statements)
        {
            let wrong = self.check_statement(patient, record)?;
            if intake.takes(Kind::Statement, key, place, wrong) {
                self.add_statement(patient, report, record)?;
            }
        }
        let events = match records.events.as_slice() {
            [] => Vec::new(),
            _ => self.events_of(patient.id)?,
        };
        for Placed { place, record } in intake.new_of(Kind::Event, &records.events, &events) {
            let wrong = self.check_event(patient, record)?;
            if intake.takes(Kind::Event, key, place, wrong) {
                self.add_event(patient, report, record)?;
            }
        }
        let medications = match records.medications.as_slice() {
            [] => Vec::new(),
            _ => self.medications_of(patient.id)?,
        };
        for Placed { place, record } in
            intake.new_of(Kind::Medication, &records.medications, &medications)
        {
            if intake.takes(Kind::Medication, key, place, check_medication(record)) {
                self.add_medication(patient, report, record)?;
            }
        }
        Ok(())
    }

    fn take_in_analyte(
        &mut self,
        analyte: &Placed<Analyte>,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = analyte;
        let known = self.own_analyte(&record.key)?.map(|known| known.record);
        let mut record = record.clone();
        if let Some(known) = &known {
            record.id = known.id;
        }
        let what = format!("analyte {}", record.key);
        if intake.is_new(Kind::Analyte, &what, place, &record, known.as_ref())
            && let Err(mismatch) = self.add_analyte(&record)?
        {
            intake.problem(what, place, mismatch);
        }
        Ok(())
    }

    /// The measurement under the number its analyte has in this file: what read it may have known
    /// other analytes of somebody's own.
    fn numbered_here<'m>(
        &self,
        measurement: &'m Measurement,
    ) -> Result<Cow<'m, Measurement>, Mismatch> {
        if !measurement.analyte_id.is_own() {
            return Ok(Cow::Borrowed(measurement));
        }
        match self.catalogue().keyed(&measurement.analyte) {
            Some(known) if known.id == measurement.analyte_id => Ok(Cow::Borrowed(measurement)),
            Some(known) => {
                Ok(Cow::Owned(Measurement { analyte_id: known.id, ..measurement.clone() }))
            }
            None => Err(Mismatch::new(&*measurement.analyte, "an analyte that is recorded")
                .mend("record the analyte first")),
        }
    }

    /// An attribute that is there may have more values than a file names, and a label of its own.
    fn take_in_attribute(
        &mut self,
        attribute: &Placed<Attribute>,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = attribute;
        let mut known = self.attribute(&record.key)?.map(|known| known.record);
        let has =
            |known: &Attribute| record.values.iter().all(|value| known.values.contains(value));
        if let Some(known) = &mut known
            && known.kind == record.kind
            && has(known)
            && record.label.as_ref().is_none_or(|label| known.label.as_ref() == Some(label))
        {
            *known = record.clone();
        }
        let what = format!("attribute {}", record.key);
        if intake.is_new(Kind::Attribute, &what, place, record, known.as_ref()) {
            self.add_attribute(&new_uuid(), record)?;
        }
        Ok(())
    }

    fn find_or_add_patient(
        &mut self,
        records: &PatientRecords,
        intake: &mut Intake,
    ) -> Result<Option<Stored<Patient>>, StoreError> {
        let key = &records.key.record;
        let known = self.patient(key)?;
        let what = format!("patient {key}");
        let place = &records.key.place;
        let Some(patient) = &records.patient else {
            if known.is_none() {
                intake.problem(what, place, self.unknown_patient(key)?);
            }
            return Ok(known);
        };
        let mut patient = patient.clone();
        let attributes = self.attributes()?;
        let before = intake.problems.len();
        for Placed { place, record } in &records.attributes {
            let found = find_attribute(&attributes, &record.key);
            match found.and_then(|found| Ok((&found.key, found.parse_value(&record.text)?))) {
                Ok((key, value)) => drop(patient.attributes.insert(key.clone(), value)),
                Err(mismatch) => {
                    let what = format!("{what}, {}", record.key);
                    intake.problem(what, place, mismatch);
                }
            }
        }
        let reports = match self.reports_of(&mut patient)? {
            Ok(reports) => reports,
            Err(mismatch) => {
                intake.problem(what, place, mismatch);
                return Ok(None);
            }
        };
        if intake.problems.len() > before {
            return Ok(known);
        }
        let before = known.as_ref().map(|known| &known.record);
        // Columns of the registry's own are its own: a file that is silent on them contradicts nothing.
        for (key, value) in before.iter().flat_map(|known| &known.attributes) {
            patient.attributes.entry(key.clone()).or_insert_with(|| value.clone());
        }
        if intake.is_new(Kind::Patient, &what, place, &patient, before) {
            return self.add_patient(new_uuid(), &patient, &reports).map(Some);
        }
        Ok(known)
    }

    fn take_in_infusion(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        infusion: &Placed<Infusion>,
        known: &mut Vec<Infusion>,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = infusion;
        let mut record = record.clone();
        if record.number == 0 {
            // Chosen here, inside the change, so that two who add at once get two numbers.
            record.number = known.iter().map(|known| known.number).max().unwrap_or(0) + 1;
        }
        intake.last_infusion = Some(record.number);
        let what = format!("{}, infusion {}", patient.record.key, record.number);
        if let Some(mismatch) = self.check_infusion(&record, known)? {
            intake.problem(what, place, mismatch);
            return Ok(());
        }
        let there = known.iter().find(|known| known.number == record.number);
        if intake.is_new(Kind::Infusion, &what, place, &record, there) {
            self.add_infusion(patient, report, &record)?;
            known.push(record);
        }
        Ok(())
    }

    fn take_in_visit(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        visit: &VisitRecords,
        known: &mut Vec<Stored<Visit>>,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = &visit.visit;
        let what = format!("{}, visit {}", patient.record.key, record.label);
        let there = known.iter().find(|known| known.record.label == record.label);
        let id = there.map(|known| known.id);
        let before = there.map(|known| &known.record);
        let is_new = intake.is_new(Kind::Visit, &what, place, record, before);
        let id = match id {
            Some(id) => id,
            None => self.add_visit(patient, report, record)?,
        };
        if is_new {
            known.push(Stored { id, uuid: String::new(), record: record.clone() });
        } else {
            self.write_waiting_of(id)?;
        }
        for Placed { place, record: measurement } in &visit.measurements {
            let measurement = match self.numbered_here(measurement) {
                Ok(measurement) => measurement,
                Err(mismatch) => {
                    intake.problem(what.clone(), place, mismatch);
                    continue;
                }
            };
            let measurement = measurement.as_ref();
            intake.ask(&what, place, measurement, self);
            // A new visit has no measurements yet: there is nothing to look up.
            let there = match is_new {
                true => None,
                false => self.measurement(id, measurement.analyte_id)?,
            };
            if intake.is_new_measurement(&what, place, measurement, there.as_ref()) {
                self.add_measurement(patient, report, (id, &record.label), measurement)?;
            }
        }
        Ok(())
    }
}

impl Intake {
    /// True if nothing of this key is there. What is there exactly so is counted as known; what
    /// differs is an error that names the first difference.
    fn is_new<T: Serialize + PartialEq>(
        &mut self,
        kind: Kind,
        what: &str,
        place: &Place,
        record: &T,
        known: Option<&T>,
    ) -> bool {
        let Some(known) = known else {
            self.added.count(kind);
            return true;
        };
        self.there.count(kind);
        match known {
            known if known == record => self.known.count(kind),
            known => self.problem(what.to_owned(), place, difference(record, known)),
        }
        false
    }

    /// The same for a measurement of a visit, whose difference is told in what was printed.
    fn is_new_measurement(
        &mut self,
        visit: &str,
        place: &Place,
        measurement: &Measurement,
        known: Option<&Measurement>,
    ) -> bool {
        let Some(known) = known else {
            self.added.count(Kind::Measurement);
            return true;
        };
        let what = format!("{visit}, {}", measurement.analyte);
        let text = |measurement: &Measurement| measurement.reading.text();
        let in_force = |measurement: &Measurement| measurement.in_force().text();
        if text(known) == text(measurement) && in_force(known) != in_force(measurement) {
            self.there.count(Kind::Measurement);
            let told = |one: &Measurement| match (text(one), in_force(one)) {
                (print, now) if print == now => print,
                (print, now) => format!("{print}, corrected to {now}"),
            };
            let expected = format!("what is recorded already: {}", told(known));
            let mend = "nothing is overwritten: correct the recorded value with `casebook measurement edit`, \
                        or leave the correction out";
            self.problem(what, place, Mismatch::new(told(measurement), expected).mend(mend));
            return false;
        }
        if text(known) == text(measurement) {
            return self.is_new(Kind::Measurement, &what, place, measurement, Some(known));
        }
        self.there.count(Kind::Measurement);
        let expected = format!("what is recorded already: {}", text(known));
        let mismatch = Mismatch::new(text(measurement), expected).mend(OVERWRITES_NOTHING);
        self.problem(what, place, mismatch);
        false
    }

    /// Those of `records` that are not there yet, for things without a key of their own.
    fn new_of<'a, T: PartialEq>(
        &mut self,
        kind: Kind,
        records: &'a [Placed<T>],
        known: &[T],
    ) -> Vec<&'a Placed<T>> {
        let (old, new): (Vec<_>, Vec<_>) =
            records.iter().partition(|record| known.contains(&record.record));
        old.iter().for_each(|_| self.known.count(kind));
        new
    }

    fn problem(&mut self, what: String, place: &Place, mismatch: Mismatch) {
        self.problems.push(Problem { level: Level::Error, place: place.clone(), what, mismatch });
    }

    /// True if nothing is wrong with a record of a patient; counts it, or names what is wrong.
    fn takes(&mut self, kind: Kind, patient: &str, place: &Place, wrong: Option<Mismatch>) -> bool {
        let Some(mismatch) = wrong else {
            self.added.count(kind);
            return true;
        };
        self.problem(format!("{patient}, {}", kind.words().0), place, mismatch);
        false
    }

    fn ask(&mut self, visit: &str, place: &Place, measurement: &Measurement, change: &Change<'_>) {
        let analyte = change.catalogue().get(measurement.analyte_id);
        // A doubt that stands beside the value is an answer already.
        let question = analyte
            .filter(|_| measurement.other_readings.is_empty())
            .and_then(|analyte| measurement.reading.question(analyte));
        if let Some(mismatch) = question {
            self.problems.push(Problem {
                level: Level::Question,
                place: place.clone(),
                what: format!("{visit}, {}", measurement.analyte),
                mismatch,
            });
        }
    }
}

#[cfg(test)]
mod tests;
