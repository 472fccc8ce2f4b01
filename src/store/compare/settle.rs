//! Settling what two people entered differently: the second entry is taken, or the recorded one kept.

use super::fields::{Fields, copied};
use super::{Comparison, Difference, WHOLE};
use crate::domain::{
    AdverseEvent, Infusion, Level, Measurement, Medication, Mismatch, OtherReading, Patient,
    PatientRecords, Place, Placed, Product, Records, Report, Standing, Statement, Visit,
};
use crate::store::answers::Answer;
use crate::store::change::Change;
use crate::store::edit::{Edited, Unedited};
use crate::store::error::StoreError;
use crate::store::intake::Manner;
use std::collections::BTreeMap;

/// The second entry of a record.
#[derive(Debug)]
pub(super) enum Second {
    /// There is none: the record is only here.
    Nothing,
    Report(Box<Report>),
    Product(Box<Product>),
    Patient(Box<Patient>),
    Infusion(String, Box<Infusion>),
    Visit(String, Box<Visit>),
    /// Behind the patient and the label of the visit.
    Measurement((String, String), Box<Measurement>),
    /// Behind the patient and the number in its list.
    Statement(String, usize, Box<Statement>),
    AdverseEvent(String, usize, Box<AdverseEvent>),
    Medication(String, usize, Box<Medication>),
    /// A record that is only in the file; a patient with everything.
    New(Box<Records>),
}

impl Second {
    /// A new record of a patient.
    pub fn new_of(patient: &str, put: impl FnOnce(&mut PatientRecords)) -> Second {
        let mut new = PatientRecords::of(Placed::typed(patient.to_owned()));
        put(&mut new);
        Second::New(Box::new(Records { patients: vec![new], ..Records::default() }))
    }
}

/// Which differences a decision is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// All that are open.
    All,
    /// The one of this name, or those whose record and field hold this text.
    Like(String),
}

impl Choice {
    /// Read `all`, the name of a difference, or a part of its record and field.
    pub fn parse(text: &str) -> Choice {
        match text.trim() {
            "all" => Choice::All,
            text => Choice::Like(text.to_lowercase()),
        }
    }

    /// True for the name of this very difference.
    pub fn is_exactly(&self, difference: &Difference) -> bool {
        matches!(self, Choice::Like(text) if *text == difference.id)
    }

    /// True if the decision is about this difference.
    pub fn is_about(&self, difference: &Difference) -> bool {
        let Choice::Like(text) = self else { return true };
        let named = format!("{}, {}", difference.record, difference.field).to_lowercase();
        self.is_exactly(difference) || named.contains(text.as_str())
    }
}

/// What a person decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// The second entry is right.
    pub take: Vec<Choice>,
    /// The recorded one is.
    pub keep: Vec<Choice>,
    /// Who decided.
    pub made_by: String,
    /// Why.
    pub reason: String,
}

/// What became of the decisions.
#[derive(Debug, Default)]
pub struct Settled {
    /// Differences whose second entry was taken.
    pub taken: Vec<Difference>,
    /// Differences whose recorded entry was kept.
    pub kept: Vec<Difference>,
    /// What can't be taken so, and why; whoever calls must drop the change.
    pub refused: Vec<(Difference, Mismatch)>,
    /// Values that are asked about, taken with the second entry.
    pub questions: Vec<(Place, String, Mismatch)>,
}

/// The rule under which a kept value is stored.
const RULE: &str = "double entry";

impl Difference {
    /// Why the second entry can't be taken by this way, if it can't.
    pub fn untakeable(&self) -> Option<Mismatch> {
        let can_not = |expected: &str, mend: &str| {
            let found = self.there.as_ref().or(self.here.as_ref()).cloned().unwrap_or_default();
            Some(Mismatch::new(found, expected.to_owned()).mend(mend))
        };
        match (self.noun, self.field) {
            (_, WHOLE) if self.there.is_none() => can_not(
                "a record of the file",
                "what the second person did not enter is kept (--keep), or removed by its own command",
            ),
            ("measurement", "lower limit" | "upper limit" | "source" | "doubt") => can_not(
                "a value",
                "only the value of a measurement can be corrected; keep it, or remove and import it anew",
            ),
            ("measurement", "value") if !self.correctable => can_not(
                "a number on both sides, with the same comparator",
                "a correction is a number beside a number: remove the value with `casebook measurement \
                 remove` and import the file, or keep it",
            ),
            _ => None,
        }
    }
}

impl Change<'_> {
    /// Compare once more, and settle what was decided.
    ///
    /// # Errors
    /// If the file can't be read or written.
    pub fn settle(
        &mut self,
        records: &Records,
        decisions: &Decisions,
    ) -> Result<Settled, StoreError> {
        let comparison = self.compare(records)?;
        let mut settled = Settled::default();
        let mut taken: BTreeMap<usize, Vec<Difference>> = BTreeMap::new();
        for difference in comparison.open() {
            if decisions.keep.iter().any(|choice| choice.is_about(difference)) {
                self.keep(difference, decisions)?;
                settled.kept.push(difference.clone());
                continue;
            }
            let mut about = decisions.take.iter().filter(|choice| choice.is_about(difference));
            let Some(_) = about.clone().next() else { continue };
            match difference.untakeable() {
                None => taken.entry(difference.at).or_default().push(difference.clone()),
                Some(mismatch) if about.any(|choice| choice.is_exactly(difference)) => {
                    settled.refused.push((difference.clone(), mismatch));
                }
                Some(_) => {} // "all" means what can be taken
            }
        }
        for (at, differences) in taken {
            match self.take(&comparison, at, &differences, decisions, &mut settled)? {
                Ok(()) => settled.taken.extend(differences),
                Err(mismatch) => {
                    settled
                        .refused
                        .extend(differences.into_iter().map(|one| (one, mismatch.clone())));
                }
            }
        }
        Ok(settled)
    }

    fn keep(&mut self, difference: &Difference, decisions: &Decisions) -> Result<(), StoreError> {
        let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        let answer = Answer {
            finding: difference.id.clone(),
            rule: RULE.to_owned(),
            place: format!("{}, {}", difference.record, difference.field),
            evidence: format!(
                "recorded {}; second entry {}",
                told(&difference.here),
                told(&difference.there)
            ),
            made_by: decisions.made_by.clone(),
            reason: decisions.reason.clone(),
        };
        self.answer_doubt(&answer).map(|_| ())
    }

    /// Take the second entry of one record in these fields.
    fn take(
        &mut self,
        comparison: &Comparison,
        at: usize,
        differences: &[Difference],
        decisions: &Decisions,
        settled: &mut Settled,
    ) -> Result<Result<(), Mismatch>, StoreError> {
        let names: Vec<String> = differences.iter().map(|one| one.field.to_owned()).collect();
        match &comparison.seconds[at] {
            Second::Nothing => Ok(Ok(())),
            Second::Report(second) => {
                Ok(done(self.edit_report(&second.key, take_over(&names, second.as_ref()))?))
            }
            Second::Product(second) => {
                Ok(done(self.edit_product(&second.key, take_over(&names, second.as_ref()))?))
            }
            Second::Patient(second) => {
                Ok(done(self.edit_patient(&second.key, take_over(&names, second.as_ref()))?))
            }
            Second::Infusion(patient, second) => {
                let patient = self.patient(patient)?.expect("it was compared");
                let edit = take_over(&names, second.as_ref());
                Ok(done(self.edit_infusion(&patient, second.number, edit)?))
            }
            Second::Visit(patient, second) => {
                let patient = self.patient(patient)?.expect("it was compared");
                Ok(done(self.edit_visit(
                    &patient,
                    &second.label,
                    take_over(&names, second.as_ref()),
                )?))
            }
            Second::Statement(patient, number, second) => {
                let patient = self.patient(patient)?.expect("it was compared");
                Ok(done(self.edit_statement(
                    &patient,
                    *number,
                    take_over(&names, second.as_ref()),
                )?))
            }
            Second::AdverseEvent(patient, number, second) => {
                let patient = self.patient(patient)?.expect("it was compared");
                Ok(done(self.edit_event(&patient, *number, take_over(&names, second.as_ref()))?))
            }
            Second::Medication(patient, number, second) => {
                let patient = self.patient(patient)?.expect("it was compared");
                Ok(done(self.edit_medication(
                    &patient,
                    *number,
                    take_over(&names, second.as_ref()),
                )?))
            }
            Second::Measurement((patient, label), second) => {
                self.correct(patient, label, second, decisions).map(Ok)
            }
            Second::New(new) => {
                // What was compared field by field is new as a whole, whatever a silent record would match.
                let manner = Manner { exact: true, ..Manner::default() };
                let intake = self.take_in_as(new, manner)?;
                for problem in intake.problems {
                    if problem.level == Level::Error {
                        return Ok(Err(problem.mismatch));
                    }
                    settled.questions.push((problem.place, problem.what, problem.mismatch));
                }
                Ok(Ok(()))
            }
        }
    }

    /// Put the second entry of a value beside its print, as `measurement edit` does.
    fn correct(
        &mut self,
        patient: &str,
        label: &str,
        second: &Measurement,
        decisions: &Decisions,
    ) -> Result<(), StoreError> {
        let file = self.patient_file(patient)?.expect("it was compared");
        let patient = self.patient(patient)?.expect("it was compared");
        let (visit, found) =
            file.visits.iter().find(|(visit, _)| visit.label == label).expect("it was compared");
        let same = |one: &&Measurement| one.analyte_id == second.analyte_id;
        let known = found.iter().find(same).expect("it was compared");
        let other = OtherReading {
            reading: second.reading.clone(),
            standing: Standing::Accepted,
            made_by: decisions.made_by.clone(),
            reason: format!("{} (settled in double entry)", decisions.reason),
            source: second.source.clone(),
        };
        self.add_reading(&patient, visit, known, &other)
    }
}

fn take_over<'a, T: Fields>(
    names: &'a [String],
    second: &'a T,
) -> impl FnOnce(&mut T) -> Result<(), Mismatch> + 'a {
    move |known| {
        copied(names, second, known);
        Ok(())
    }
}

fn done<T>(edited: Result<Edited<T>, Unedited>) -> Result<(), Mismatch> {
    match edited {
        // Another decision in this change may have made it so.
        Ok(_) | Err(Unedited::Same) => Ok(()),
        Err(Unedited::Wrong(mismatch)) => Err(mismatch),
        Err(Unedited::NotThere) => Err(Mismatch::new("nothing", "a record that is there")),
    }
}
