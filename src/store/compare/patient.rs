//! Everything of one patient, entered twice.

use super::entries::{What, Work, in_words};
use super::fields::Fields;
use super::settle::Second;
use super::{measured, pairing};
use crate::domain::{
    About, AdverseEvent, Infusion, Measurement, Medication, PatientFile, PatientRecords, Place,
    Placed, Records, Statement, Visit, VisitRecords, settle_attributes,
};
use crate::store::change::image_of;
use crate::store::{keys, patients, visits};
use serde::Serialize;
use std::collections::BTreeSet;

impl Work<'_> {
    /// Compare a patient and everything below; one that is not recorded is told as a whole.
    pub(super) fn patient(&mut self, records: &PatientRecords) -> Result<(), rusqlite::Error> {
        let Placed { place, record: key } = &records.key;
        let what = What::new("patient", key.clone(), key.clone());
        let Some(known) = patients::load(self.connection, key)? else {
            let new = Records { patients: vec![records.clone()], ..Records::default() };
            let told = records.patient.as_ref().map(|patient| in_words(&image_of(patient)));
            let (infusions, visits) = (records.infusions.len(), records.visits.len());
            let told = told.unwrap_or_default();
            let text = format!("{told}; infusions {infusions}; visits {visits}");
            self.only_there(&what, place, text, Second::New(Box::new(new)));
            return Ok(());
        };
        self.owners.insert(known.uuid.clone());
        let file = visits::load_patient_file(self.connection, self.catalogue, key)?;
        let file = file.expect("the patient was found a few lines before");
        if let Some(patient) = &records.patient {
            let mut patient = patient.clone();
            let given = records.attributes.iter().map(|placed| &placed.record);
            patient.attributes = given.map(|one| (one.key.clone(), one.text.clone())).collect();
            // What is no value here is compared as it stands; taking it is refused.
            let _ = settle_attributes(&mut patient.attributes, &file.attributes);
            let second = Second::Patient(Box::new(patient.clone()));
            let placed = Placed { place: place.clone(), record: patient };
            self.keyed(&what, &placed, Some(&known.record), second);
        }
        self.infusions(records, &file);
        self.visits(records, &file);
        self.unkeyed(
            "statement",
            records,
            &file,
            |records| &records.statements,
            |file| &file.statements,
        );
        self.unkeyed("event", records, &file, |records| &records.events, |file| &file.events);
        self.unkeyed(
            "medication",
            records,
            &file,
            |records| &records.medications,
            |file| &file.medications,
        );
        Ok(())
    }

    fn infusions(&mut self, records: &PatientRecords, file: &PatientFile) {
        let patient = &records.key.record;
        let what = |infusion: &Infusion| {
            let words = format!("{patient}, infusion {}", infusion.number);
            What::new("infusion", words, keys::infusion(patient, infusion.number))
        };
        for infusion in &records.infusions {
            let number = infusion.record.number;
            let known = file.infusions.iter().find(|known| known.number == number);
            let second = match known {
                Some(_) => Second::Infusion(patient.clone(), Box::new(infusion.record.clone())),
                None => Second::new_of(patient, |new| new.infusions.push(infusion.clone())),
            };
            self.keyed(&what(&infusion.record), infusion, known, second);
        }
        let is_there = |known: &&Infusion| {
            records.infusions.iter().any(|infusion| infusion.record.number == known.number)
        };
        for known in file.infusions.iter().filter(|known| !is_there(known)) {
            self.only_here(&what(known), in_words(&image_of(known)));
        }
    }

    fn visits(&mut self, records: &PatientRecords, file: &PatientFile) {
        let patient = &records.key.record;
        let what = |visit: &Visit| {
            let words = format!("{patient}, visit {}", visit.label);
            What::new("visit", words, keys::visit(patient, &visit.label))
        };
        for visit in &records.visits {
            let record = &visit.visit.record;
            let known = file.visits.iter().find(|(known, _)| known.label == record.label);
            let second = match known {
                Some(_) => Second::Visit(patient.clone(), Box::new(record.clone())),
                None => Second::new_of(patient, |new| new.visits.push(visit.clone())),
            };
            match known {
                Some((known, measurements)) => {
                    self.keyed(&what(record), &visit.visit, Some(known), second);
                    self.measurements(patient, visit, known, measurements);
                }
                None => {
                    let found = visit.measurements.iter().map(|placed| &placed.record);
                    let text = self.visit_in_words(record, found);
                    self.only_there(&what(record), &visit.visit.place, text, second);
                }
            }
        }
        let is_there = |known: &Visit| {
            records.visits.iter().any(|visit| visit.visit.record.label == known.label)
        };
        for (known, found) in file.visits.iter().filter(|(known, _)| !is_there(known)) {
            let text = self.visit_in_words(known, found.iter());
            self.only_here(&what(known), text);
        }
    }

    /// A visit with what was measured.
    fn visit_in_words<'m>(
        &self,
        visit: &Visit,
        found: impl Iterator<Item = &'m Measurement>,
    ) -> String {
        let value = |one: &Measurement| format!("{} {}", self.symbol(one), one.reading.text());
        std::iter::once(in_words(&image_of(visit)))
            .chain(found.map(value))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn symbol(&self, measurement: &Measurement) -> String {
        let analyte = self.catalogue.get(measurement.analyte_id);
        analyte.map_or_else(|| measurement.analyte.clone(), |analyte| analyte.symbol.clone())
    }

    fn measurements(
        &mut self,
        patient: &str,
        there: &VisitRecords,
        visit: &Visit,
        here: &[Measurement],
    ) {
        let label = &visit.label;
        let what = |one: &Measurement| {
            let words = format!("{patient}, visit {label}, {}", self.symbol(one));
            What::new("measurement", words, keys::measurement(patient, label, &one.analyte))
        };
        let named: Vec<What> = there.measurements.iter().map(|one| what(&one.record)).collect();
        let is_there = |known: &&Measurement| {
            there.measurements.iter().any(|one| one.record.analyte_id == known.analyte_id)
        };
        let missing: Vec<_> = here
            .iter()
            .filter(|known| !is_there(known))
            .map(|known| (what(known), known.reading.text()))
            .collect();
        for (what, Placed { place, record }) in named.into_iter().zip(&there.measurements) {
            match here.iter().find(|known| known.analyte_id == record.analyte_id) {
                Some(known) => {
                    let at = (patient.to_owned(), label.clone());
                    let second = Second::Measurement(at, Box::new(record.clone()));
                    let first = self.found.differences.len();
                    self.fields(&what, place, measured::fields(known, record), second);
                    let correctable = measured::is_correctable(&known.reading, &record.reading);
                    for difference in &mut self.found.differences[first..] {
                        difference.correctable = correctable;
                    }
                }
                None => {
                    let placed = Placed { place: place.clone(), record: record.clone() };
                    let second = Second::new_of(patient, |new| {
                        let visit = Placed { place: place.clone(), record: visit.clone() };
                        new.visits.push(VisitRecords { visit, measurements: vec![placed] });
                    });
                    self.only_there(&what, place, record.reading.text(), second);
                }
            }
        }
        for (what, text) in missing {
            self.only_here(&what, text);
        }
    }

    fn unkeyed<T: Named>(
        &mut self,
        noun: &'static str,
        records: &PatientRecords,
        file: &PatientFile,
        there: impl Fn(&PatientRecords) -> &Vec<Placed<T>>,
        here: impl Fn(&PatientFile) -> &Vec<T>,
    ) {
        let patient = &records.key.record;
        let (here, there) = (here(file), there(records));
        let what = |record: &T| {
            What::new(noun, format!("{patient}, {noun} {}", record.name()), record.key(patient))
        };
        // Several of one name are told apart by their number in the list.
        let numbered = |at: usize| {
            let mut what = what(&here[at]);
            if here.iter().filter(|other| other.name() == here[at].name()).count() > 1 {
                what.words = format!("{} (number {})", what.words, at + 1);
            }
            what
        };
        let found = pairing::pairs(
            &here.iter().collect::<Vec<_>>(),
            &there.iter().map(|placed| &placed.record).collect::<Vec<_>>(),
            Named::name,
        );
        for (at, other) in &found {
            let second = there[*other].record.second(patient, at + 1);
            self.keyed(&numbered(*at), &there[*other], Some(&here[*at]), second);
        }
        let paired: BTreeSet<usize> = found.iter().map(|(_, other)| *other).collect();
        for (_, placed) in there.iter().enumerate().filter(|(at, _)| !paired.contains(at)) {
            let second = Second::new_of(patient, |new| placed.record.add_to(&placed.place, new));
            self.only_there(
                &what(&placed.record),
                &placed.place,
                in_words(&image_of(&placed.record)),
                second,
            );
        }
        let paired: BTreeSet<usize> = found.iter().map(|(at, _)| *at).collect();
        for at in (0..here.len()).filter(|at| !paired.contains(at)) {
            self.only_here(&numbered(at), in_words(&image_of(&here[at])));
        }
    }
}

/// A record without a key of its own.
trait Named: Fields + Serialize + Clone {
    /// What it is called: a term, a drug, a topic.
    fn name(&self) -> String;
    /// The name the log has for it.
    fn key(&self, patient: &str) -> String;
    /// It as the second entry of the one with this number in the patient's list.
    fn second(&self, patient: &str, number: usize) -> Second;
    /// Put it among new records.
    fn add_to(&self, place: &Place, new: &mut PatientRecords);
}

macro_rules! named {
    ($type:ident, $list:ident, $name:expr, $key:expr) => {
        impl Named for $type {
            fn name(&self) -> String {
                $name(self)
            }
            fn key(&self, patient: &str) -> String {
                $key(patient, self)
            }
            fn second(&self, patient: &str, number: usize) -> Second {
                Second::$type(patient.to_owned(), number, Box::new(self.clone()))
            }
            fn add_to(&self, place: &Place, new: &mut PatientRecords) {
                new.$list.push(Placed { place: place.clone(), record: self.clone() });
            }
        }
    };
}
named!(
    AdverseEvent,
    events,
    |event: &AdverseEvent| event.term.clone(),
    |patient, event: &AdverseEvent| { keys::named(patient, &event.term) }
);
named!(
    Medication,
    medications,
    |one: &Medication| one.drug.clone(),
    |patient, one: &Medication| { keys::named(patient, &one.drug) }
);
named!(
    Statement,
    statements,
    |one: &Statement| {
        let (About::Analyte(about) | About::Topic(about)) = &one.about;
        about.clone()
    },
    keys::statement
);
