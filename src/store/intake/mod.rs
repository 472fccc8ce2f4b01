//! The one path by which records enter, whatever file or command they come from: everything is
//! checked against what is there, every problem is named, and what is there already is left alone.

mod checks;
mod difference;
mod outcome;
mod silence;
mod tally;
mod unkeyed;
mod update;

pub(super) use checks::check_medication;
pub(super) use difference::{differences, differing_fields};
pub use outcome::{Changed, Correction, Intake, Listed, Manner, Work};
pub use tally::{Kind, Tally};

use super::Stored;
use super::batch::BULK_FROM;
use super::change::{Change, new_uuid};
use super::error::StoreError;
use super::locks::describe_lock;
use crate::domain::{
    Analyte, Attribute, Infusion, Measurement, Mismatch, NamedCohort, NamedEndpoint, Patient,
    PatientRecords, Place, Placed, Records, Visit, VisitRecords, find_attribute,
};
use difference::differences_of;
use outcome::Verdict;
use std::borrow::Cow;

impl Change<'_> {
    /// Add these records, as a file says them: what it leaves out contradicts nothing. Whoever calls
    /// must drop the change if an error is among the problems.
    ///
    /// # Errors
    /// If the file can't be written; what is wrong with the records is told as problems.
    pub fn take_in(&mut self, records: &Records) -> Result<Intake, StoreError> {
        self.take_in_as(records, Manner::default())
    }

    /// Add these records in this manner.
    ///
    /// # Errors
    /// See [`Change::take_in`]; or [`StoreError::Stopped`] if whoever watches says so.
    pub fn take_in_as(
        &mut self,
        records: &Records,
        manner: Manner<'_>,
    ) -> Result<Intake, StoreError> {
        let mut work = Work::new(manner);
        self.take_in_piece(records, &mut work)?;
        self.end_intake(work)
    }

    /// Add the next records of an intake that comes in pieces; a patient stands in one piece only.
    ///
    /// # Errors
    /// See [`Change::take_in_as`].
    pub fn take_in_piece(
        &mut self,
        records: &Records,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let visits = records.patients.iter().flat_map(|patient| &patient.visits);
        if visits.map(|visit| visit.measurements.len()).sum::<usize>() >= BULK_FROM {
            self.begin_bulk()?;
        }
        for analyte in &records.analytes {
            self.take_in_analyte(analyte, work)?;
        }
        for attribute in &records.attributes {
            self.take_in_attribute(attribute, work)?;
        }
        for cohort in &records.cohorts {
            self.take_in_cohort(cohort, work)?;
        }
        for endpoint in &records.endpoints {
            self.take_in_endpoint(endpoint, work)?;
        }
        for Placed { place, record } in &records.reports {
            let known = self.report(&record.key)?.map(|known| known.record);
            let what = format!("report {}", record.key);
            match work.judge(Kind::Report, &what, place, record, known.as_ref()) {
                Verdict::New => self.add_report(&new_uuid(), record)?,
                Verdict::Change(now) => {
                    let done = self.edit_report(&record.key, update::to(now))?;
                    work.edited(Kind::Report, &what, place, done);
                }
                Verdict::There => {}
            }
        }
        for Placed { place, record } in &records.products {
            let known = self.product(&record.key)?.map(|known| known.record);
            let what = format!("product {}", record.key);
            match work.judge(Kind::Product, &what, place, record, known.as_ref()) {
                Verdict::New => self.add_product(&new_uuid(), record)?,
                Verdict::Change(now) => {
                    let done = self.edit_product(&record.key, update::to(now))?;
                    work.edited(Kind::Product, &what, place, done);
                }
                Verdict::There => {}
            }
        }
        for patient in &records.patients {
            work.go_on()?;
            self.take_in_patient(patient, work)?;
            work.done += size_of_patient(patient);
        }
        self.name_locked(records, work)
    }

    /// Write what waits of an intake; what became of its records.
    ///
    /// # Errors
    /// See [`Change::take_in_as`].
    pub fn end_intake(&mut self, mut work: Work<'_>) -> Result<Intake, StoreError> {
        self.write_waiting()?;
        work.go_on()?;
        Ok(work.intake)
    }

    /// Name what is locked where it stands in a file. What was typed has no place: when it is about
    /// to be committed, it is refused as everything is.
    fn name_locked(&self, records: &Records, work: &mut Work<'_>) -> Result<(), StoreError> {
        for held in self.written_under_lock()? {
            let reports = records.reports.iter().map(|one| ("report", &one.record.key, &one.place));
            let patients =
                records.patients.iter().map(|one| ("patient", &one.key.record, &one.key.place));
            let is_it = |(noun, key, _): &(&str, &String, &Place)| {
                held.noun == "registry" || (held.noun == *noun && held.key == **key)
            };
            let place = reports.chain(patients).find(is_it).map(|(.., place)| place);
            if let Some(place) = place.filter(|place| **place != Place::CommandLine)
                && work.locked.insert((held.noun.clone(), held.key.clone()))
            {
                let (what, mismatch) = describe_lock(&held);
                work.problem(what, place, mismatch);
            }
        }
        Ok(())
    }

    fn take_in_patient(
        &mut self,
        records: &PatientRecords,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let Some(patient) = self.find_or_add_patient(records, work)? else { return Ok(()) };
        let report = self.first_report(&patient.record)?;
        let mut known = match records.infusions.as_slice() {
            [] => Vec::new(),
            _ => self.infusions_of(patient.id)?,
        };
        for infusion in &records.infusions {
            self.take_in_infusion(&patient, report, infusion, &mut known, work)?;
        }
        let mut known = match records.visits.as_slice() {
            [] => Vec::new(),
            _ => self.visits_of(patient.id)?,
        };
        for visit in &records.visits {
            self.take_in_visit(&patient, report, visit, &mut known, work)?;
        }
        self.take_in_the_rest(&patient, report, records, work)
    }

    fn take_in_analyte(
        &mut self,
        analyte: &Placed<Analyte>,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = analyte;
        let known = self.own_analyte(&record.key)?.map(|known| known.record);
        let mut record = record.clone();
        if let Some(known) = &known {
            record.id = known.id;
        }
        let what = format!("analyte {}", record.key);
        let Some(known) = known else {
            work.added(Kind::Analyte, &what, place, || record.symbol.clone());
            if let Err(mismatch) = self.add_analyte(&record)? {
                work.problem(what, place, mismatch);
            }
            return Ok(());
        };
        work.intake.there.count(Kind::Analyte);
        if known == record {
            work.intake.known.count(Kind::Analyte);
            return Ok(());
        }
        // Changing a rule changes what is understood of values; a file does no such thing.
        let mend = "change it with `casebook analyte edit`, or correct the file";
        for mismatch in differences_of(&record, &known, mend).into_iter().take(1) {
            work.problem(what.clone(), place, mismatch);
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
        work: &mut Work<'_>,
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
        match known {
            None => {
                work.added(Kind::Attribute, &what, place, || record.kind.to_string());
                self.add_attribute(&new_uuid(), record)?;
            }
            Some(known) => {
                work.intake.there.count(Kind::Attribute);
                if known == *record {
                    work.intake.known.count(Kind::Attribute);
                } else {
                    // Changing a column changes what is recorded of others; a file does no such thing.
                    let mend = "change it with `casebook attribute edit`, or correct the file";
                    // Another kind has other values: one cause.
                    for mismatch in differences_of(record, &known, mend).into_iter().take(1) {
                        work.problem(what.clone(), place, mismatch);
                    }
                }
            }
        }
        Ok(())
    }

    /// A cohort that is there has to say the same; its version counts what was changed here.
    fn take_in_cohort(
        &mut self,
        cohort: &Placed<NamedCohort>,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = cohort;
        let what = format!("cohort {}", record.name);
        let Some(known) = self.named_cohort(&record.name)?.map(|known| known.record) else {
            work.added(Kind::Cohort, &what, place, || record.expression.clone());
            return self.add_cohort(&new_uuid(), record);
        };
        work.intake.there.count(Kind::Cohort);
        if known.expression == record.expression {
            work.intake.known.count(Kind::Cohort);
        } else {
            let mismatch = Mismatch::new(record.expression.clone(), known.expression)
                .mend("change it with `casebook cohort edit`, or correct the file");
            work.problem(what, place, mismatch);
        }
        Ok(())
    }

    /// An endpoint that is there has to say the same; its version counts what was changed here.
    fn take_in_endpoint(
        &mut self,
        endpoint: &Placed<NamedEndpoint>,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = endpoint;
        let what = format!("endpoint {}", record.name);
        let Some(known) = self.named_endpoint(&record.name)?.map(|known| known.record) else {
            work.added(Kind::Endpoint, &what, place, || record.rule.clone());
            return self.add_endpoint(&new_uuid(), record);
        };
        work.intake.there.count(Kind::Endpoint);
        if known.rule == record.rule {
            work.intake.known.count(Kind::Endpoint);
        } else {
            let mismatch = Mismatch::new(record.rule.clone(), known.rule)
                .mend("change it with `casebook endpoint edit`, or correct the file");
            work.problem(what, place, mismatch);
        }
        Ok(())
    }

    fn find_or_add_patient(
        &mut self,
        records: &PatientRecords,
        work: &mut Work<'_>,
    ) -> Result<Option<Stored<Patient>>, StoreError> {
        let key = &records.key.record;
        let known = self.patient(key)?;
        let what = format!("patient {key}");
        let place = &records.key.place;
        let Some(patient) = &records.patient else {
            if known.is_none() {
                work.problem(what, place, self.unknown_patient(key)?);
            }
            return Ok(known);
        };
        let mut patient = patient.clone();
        let attributes = self.attributes()?;
        let before = work.intake.problems.len();
        for Placed { place, record } in &records.attributes {
            let found = find_attribute(&attributes, &record.key);
            match found.and_then(|found| Ok((&found.key, found.parse_value(&record.text)?))) {
                Ok((key, value)) => drop(patient.attributes.insert(key.clone(), value)),
                Err(mismatch) => {
                    let what = format!("{what}, {}", record.key);
                    work.problem(what, place, mismatch);
                }
            }
        }
        let reports = match self.reports_of(&mut patient)? {
            Ok(reports) => reports,
            Err(mismatch) => {
                work.problem(what, place, mismatch);
                return Ok(None);
            }
        };
        if work.intake.problems.len() > before {
            return Ok(known);
        }
        let before = known.as_ref().map(|known| &known.record);
        match work.judge(Kind::Patient, &what, place, &patient, before) {
            Verdict::New => self.add_patient(new_uuid(), &patient, &reports).map(Some),
            Verdict::Change(now) => {
                let done = self.edit_patient(key, update::to(now))?;
                work.edited(Kind::Patient, &what, place, done);
                self.patient(key)
            }
            Verdict::There => Ok(known),
        }
    }

    fn take_in_infusion(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        infusion: &Placed<Infusion>,
        known: &mut Vec<Infusion>,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = infusion;
        let mut record = record.clone();
        if record.number == 0 {
            // Chosen here, inside the change, so that two who add at once get two numbers.
            record.number = known.iter().map(|known| known.number).max().unwrap_or(0) + 1;
        }
        work.intake.last_infusion = Some(record.number);
        let what = format!("{}, infusion {}", patient.record.key, record.number);
        if let Some(mismatch) = self.check_infusion(&record, known)? {
            work.problem(what, place, mismatch);
            return Ok(());
        }
        let there = known.iter().find(|known| known.number == record.number);
        match work.judge(Kind::Infusion, &what, place, &record, there) {
            Verdict::New => {
                self.add_infusion(patient, report, &record)?;
                known.push(record);
            }
            Verdict::Change(now) => {
                let done = self.edit_infusion(patient, record.number, update::to(now))?;
                work.edited(Kind::Infusion, &what, place, done);
                *known = self.infusions_of(patient.id)?;
            }
            Verdict::There => {}
        }
        Ok(())
    }

    fn take_in_visit(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        visit: &VisitRecords,
        known: &mut Vec<Stored<Visit>>,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = &visit.visit;
        let what = format!("{}, visit {}", patient.record.key, record.label);
        let there = known.iter().find(|known| known.record.label == record.label);
        let id = there.map(|known| known.id);
        let before = there.map(|known| &known.record);
        let verdict = work.judge(Kind::Visit, &what, place, record, before);
        let is_new = matches!(verdict, Verdict::New);
        let id = match id {
            Some(id) => id,
            None => self.add_visit(patient, report, record)?,
        };
        if let Verdict::Change(now) = verdict {
            let done = self.edit_visit(patient, &record.label, update::to(now))?;
            work.edited(Kind::Visit, &what, place, done);
        }
        if is_new {
            known.push(Stored { id, uuid: String::new(), record: record.clone() });
        } else {
            self.write_waiting_of(id)?;
        }
        for Placed { place, record: measurement } in &visit.measurements {
            let measurement = match self.numbered_here(measurement) {
                Ok(measurement) => measurement,
                Err(mismatch) => {
                    work.problem(what.clone(), place, mismatch);
                    continue;
                }
            };
            let measurement = measurement.as_ref();
            work.ask(&what, place, measurement, self);
            // A new visit has no measurements yet: there is nothing to look up.
            let there = match is_new {
                true => None,
                false => self.measurement(id, measurement.analyte_id)?,
            };
            if there.is_none() && !work.tells_what_is_added() {
                work.count_added(Kind::Measurement);
                self.add_measurement(patient, report, (id, &record.label), measurement)?;
                continue;
            }
            let what = format!("{what}, {}", measurement.analyte);
            match work.judge_measurement(&what, place, measurement, there.as_ref()) {
                Verdict::New => {
                    self.add_measurement(patient, report, (id, &record.label), measurement)?;
                }
                Verdict::Change(now) => {
                    let known = there.expect("what is changed is there");
                    let at = (patient, id, record);
                    self.update_measurement(at, (&known, measurement, now), &what, place, work)?;
                }
                Verdict::There => {}
            }
        }
        Ok(())
    }
}

/// How many records there are of one patient, with the patient.
pub fn size_of_patient(records: &PatientRecords) -> usize {
    let visits = records.visits.iter().map(|visit| 1 + visit.measurements.len()).sum::<usize>();
    let others = records.infusions.len() + records.statements.len() + records.events.len();
    1 + visits + others + records.medications.len()
}

#[cfg(test)]
mod tests;
