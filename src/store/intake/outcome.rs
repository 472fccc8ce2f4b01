//! What becomes of each record, and what is said about it.

use super::difference::{OVERWRITES_NOTHING, differences_of, differing_fields};
use super::silence::{Silent, same, same_value, unknown_readings};
use super::{Change, Kind, Tally};
use crate::domain::{Level, Measurement, Mismatch, OtherReading, Place, Problem, Standing};
use crate::store::change::image_of;
use crate::store::edit::{Edited, Unedited};
use serde::Serialize;
use std::collections::HashSet;

/// What became of the records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intake {
    /// What was added.
    pub added: Tally,
    /// What was there already, saying all that the new record says.
    pub known: Tally,
    /// What was there already, exactly so or otherwise.
    pub there: Tally,
    /// What was there otherwise, and is now as the new record says.
    pub changed: Tally,
    /// Each field that was changed.
    pub changes: Vec<Changed>,
    /// What was added, one by one, if that was asked for.
    pub listed: Vec<Listed>,
    /// Everything that has to be said.
    pub problems: Vec<Problem>,
    /// The number of the last infusion; one that asked for number 0 got the next.
    pub last_infusion: Option<u32>,
}

/// A field of a record that is now as a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The kind of record.
    pub kind: Kind,
    /// Which record.
    pub what: String,
    /// Which field, in words.
    pub field: String,
    /// What was recorded, if anything was.
    pub before: Option<String>,
    /// What is now.
    pub after: Option<String>,
    /// Where the file says so.
    pub place: Place,
}

/// A record that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The kind of record.
    pub kind: Kind,
    /// Which record.
    pub what: String,
    /// What it says, in one line.
    pub says: String,
    /// Where it stands.
    pub place: Place,
}

/// Who changes what is recorded to what a file says, and why.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// Who.
    pub made_by: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// How records are taken in.
#[derive(Default)]
pub struct Manner<'a> {
    /// What a record leaves out is meant so: for what somebody types, not for what a file says.
    pub exact: bool,
    /// Change what is recorded otherwise.
    pub update: Option<Correction<'a>>,
    /// Tell of each record that is added.
    pub lists: bool,
    /// Asked again and again, with the number of records that are done, whether to go on.
    pub watch: Option<&'a mut dyn FnMut(usize) -> bool>,
}

/// An intake under way.
pub struct Work<'a> {
    pub(super) intake: Intake,
    pub(super) manner: Manner<'a>,
    /// How many records are done.
    pub(super) done: usize,
    /// What is locked and was named as a problem, by noun and key.
    pub(super) locked: HashSet<(String, String)>,
    /// What this change added, where it may be changed again.
    new: HashSet<String>,
    /// Reports and products that this import met.
    shared: HashSet<String>,
}

/// What is to be done with a record.
pub(super) enum Verdict<T> {
    /// It is to be added.
    New,
    /// Nothing.
    There,
    /// What is recorded is to become this.
    Change(T),
}

impl<'a> Work<'a> {
    /// One that has nothing yet.
    pub fn new(manner: Manner<'a>) -> Work<'a> {
        Work {
            intake: Intake::default(),
            manner,
            done: 0,
            locked: HashSet::new(),
            new: HashSet::new(),
            shared: HashSet::new(),
        }
    }

    /// Judge a record by what is there. What differs is to be changed, or is an error in each field.
    pub(super) fn judge<T: Silent + Serialize>(
        &mut self,
        kind: Kind,
        what: &str,
        place: &Place,
        record: &T,
        known: Option<&T>,
    ) -> Verdict<T> {
        let Some(known) = known else {
            self.added(kind, what, place, || record.says());
            return Verdict::New;
        };
        self.intake.there.count(kind);
        let now = match self.manner.exact {
            _ if record == known => None,
            true => Some(record.clone()),
            false => Some(record.filled(known)).filter(|now| now != known),
        };
        let Some(now) = now else {
            if self.is_first(kind, what) {
                self.intake.known.count(kind);
            }
            return Verdict::There;
        };
        if self.may_change(what) {
            return Verdict::Change(now);
        }
        for mismatch in differences_of(&now, known, self.remedy(what)) {
            self.problem(what.to_owned(), place, mismatch);
        }
        Verdict::There
    }

    /// The same for a measurement, whose value is told as printed.
    pub(super) fn judge_measurement(
        &mut self,
        what: &str,
        place: &Place,
        record: &Measurement,
        known: Option<&Measurement>,
    ) -> Verdict<Measurement> {
        let differs = |known: &&Measurement| {
            let is_told = self.manner.exact && record.reading.text() == known.reading.text();
            // What somebody types as a new value is one only as it is printed.
            match self.manner.exact {
                true => !is_told && !same(&record.reading, &known.reading),
                false => {
                    !same_value(&record.reading, &known.reading)
                        && !same_value(&record.reading, known.in_force())
                }
            }
        };
        if let Some(known) = known
            && !self.may_change(what)
            && same(&record.reading, &known.reading)
            && self.corrects_otherwise(record, known)
        {
            self.intake.there.count(Kind::Measurement);
            let (print, now) =
                (|of: &Measurement| of.reading.text(), |of: &Measurement| of.in_force().text());
            let told = |one: &Measurement| match (print(one), now(one)) {
                (print, now) if print == now => print,
                (print, now) => format!("{print}, corrected to {now}"),
            };
            let expected = format!("what is recorded already: {}", told(known));
            let mend = match self.manner.exact {
                true => {
                    "nothing is overwritten: correct the recorded value with `casebook measurement edit`, \
                     or leave the correction out"
                }
                false => self.remedy(what),
            };
            self.problem(what.to_owned(), place, Mismatch::new(told(record), expected).mend(mend));
            return Verdict::There;
        }
        match known.filter(differs) {
            Some(known) if !self.may_change(what) => {
                self.intake.there.count(Kind::Measurement);
                let expected = format!("what is recorded already: {}", known.reading.text());
                let mismatch = Mismatch::new(record.reading.text(), expected);
                self.problem(what.to_owned(), place, mismatch.mend(self.remedy(what)));
                Verdict::There
            }
            _ => self.judge(Kind::Measurement, what, place, record, known),
        }
    }

    /// True if a record corrects the same print to something else than what is in force.
    fn corrects_otherwise(&self, record: &Measurement, known: &Measurement) -> bool {
        let differs = record.in_force().text() != known.in_force().text();
        let is_new = |one: &OtherReading| one.standing == Standing::Accepted;
        differs && (self.manner.exact || unknown_readings(record, known).any(is_new))
    }

    /// True if each record that is added is named.
    pub(super) fn tells_what_is_added(&self) -> bool {
        self.manner.lists || self.manner.update.is_some()
    }

    /// Count a record that is added where nobody asks which.
    pub(super) fn count_added(&mut self, kind: Kind) {
        self.intake.added.count(kind);
    }

    /// Count and tell of a record that is added.
    pub(super) fn added(
        &mut self,
        kind: Kind,
        what: &str,
        place: &Place,
        says: impl FnOnce() -> String,
    ) {
        self.intake.added.count(kind);
        self.is_first(kind, what);
        if self.manner.update.is_some() {
            self.new.insert(format!("{} {what}", kind.words().0));
        }
        if self.manner.lists {
            let (what, place) = (what.to_owned(), place.clone());
            self.intake.listed.push(Listed { kind, what, says: says(), place });
        }
    }

    /// What this very change added is not changed by it: then the files contradict each other.
    pub(super) fn may_change(&self, what: &str) -> bool {
        let is_it = |kind: &Kind| self.new.contains(&format!("{} {what}", kind.words().0));
        self.manner.update.is_some() && !Kind::ALL.iter().any(is_it)
    }

    /// False if this import met the record before: each file may bring its report and products along.
    fn is_first(&mut self, kind: Kind, what: &str) -> bool {
        !matches!(kind, Kind::Report | Kind::Product) || self.shared.insert(what.to_owned())
    }

    pub(super) fn remedy(&self, what: &str) -> &'static str {
        if self.manner.exact {
            return OVERWRITES_NOTHING;
        }
        match self.manner.update.is_some() && !self.may_change(what) {
            true => {
                "two records of this import contradict each other: correct one, or leave it out"
            }
            false => {
                "nothing is overwritten: pass --update with a --reason to change what is recorded, or \
                 correct the file"
            }
        }
    }

    /// Count and tell what was changed, or why it can't be.
    pub(super) fn edited<T: Serialize>(
        &mut self,
        kind: Kind,
        what: &str,
        place: &Place,
        done: Result<Edited<T>, Unedited>,
    ) {
        match done {
            Ok(Edited { before, after }) => {
                self.changed(kind, what, place, &image_of(&before), &image_of(&after));
            }
            Err(Unedited::Wrong(mismatch)) => self.problem(what.to_owned(), place, mismatch),
            Err(Unedited::Same | Unedited::NotThere) => self.intake.known.count(kind),
        }
    }

    pub(super) fn changed(
        &mut self,
        kind: Kind,
        what: &str,
        place: &Place,
        before: &serde_json::Value,
        after: &serde_json::Value,
    ) {
        self.intake.changed.count(kind);
        for (field, before, after) in differing_fields(before, after) {
            let (what, place) = (what.to_owned(), place.clone());
            self.intake.changes.push(Changed { kind, what, field, before, after, place });
        }
    }

    pub(super) fn problem(&mut self, what: String, place: &Place, mismatch: Mismatch) {
        let place = place.clone();
        self.intake.problems.push(Problem { level: Level::Error, place, what, mismatch });
    }

    /// True if nothing is wrong with a record of a patient; names what is wrong.
    pub(super) fn is_right(
        &mut self,
        kind: Kind,
        patient: &str,
        place: &Place,
        wrong: Option<Mismatch>,
    ) -> bool {
        let Some(mismatch) = wrong else { return true };
        self.problem(format!("{patient}, {}", kind.words().0), place, mismatch);
        false
    }

    pub(super) fn ask(
        &mut self,
        visit: &str,
        place: &Place,
        measurement: &Measurement,
        change: &Change<'_>,
    ) {
        let analyte = change.catalogue().get(measurement.analyte_id);
        // A doubt that stands beside the value is an answer already.
        let question = analyte
            .filter(|_| measurement.other_readings.is_empty())
            .and_then(|analyte| measurement.reading.question(analyte));
        if let Some(mismatch) = question {
            self.intake.problems.push(Problem {
                level: Level::Question,
                place: place.clone(),
                what: format!("{visit}, {}", measurement.analyte),
                mismatch,
            });
        }
    }
}
