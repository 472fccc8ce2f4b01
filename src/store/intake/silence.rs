//! What a file leaves out contradicts nothing: a record is compared as if what it is silent on were
//! as it is recorded.
//!
//! Thought through one by one (2026-11): a list of reports and the registry's own columns are joined
//! with what is there; a source is one thing, so that another place does not inherit the quote of the
//! old one; a planned day only follows from the label; "adverse events not mentioned" and "not
//! simulated" are what silence is recorded as; a correction that a file does not know stays.

use crate::domain::{
    AdverseEvent, AdverseEventStance, DayBasis, Infusion, Limits, Measurement, Medication,
    OtherReading, Patient, Product, Reading, Report, Source, Statement, Visit,
};
use crate::store::compare::Fields;

/// A record that can be completed by the one that is there.
pub(super) trait Silent: Clone + PartialEq {
    /// This record, with what it leaves out as it is in the other.
    fn filled(&self, known: &Self) -> Self;

    /// What it says, in one line.
    fn says(&self) -> String;

    /// True if this record says nothing that the other does not say.
    fn adds_nothing_to(&self, known: &Self) -> bool {
        self == known || self.filled(known) == *known
    }
}

/// A record without a key of its own, which may be told by when it began.
pub(super) trait Unkeyed: Silent {
    /// True if both say what tells one such thing from another, and say the same.
    fn is_same_thing(&self, other: &Self) -> bool;
}

/// The fields that are told, in one line.
fn in_words<T: Fields>(record: &T) -> String {
    let told = |field: crate::store::compare::Field<T>| {
        (field.told)(record).map(|text| format!("{} {text}", field.name))
    };
    T::fields().into_iter().filter_map(told).collect::<Vec<_>>().join("; ")
}

/// The fields that the first record leaves out, as they are in the second.
fn completed<T: Fields + Clone>(record: &T, known: &T) -> T {
    let mut filled = record.clone();
    for field in T::fields().iter().filter(|field| (field.told)(record).is_none()) {
        (field.copy)(&mut filled, known);
    }
    filled
}

fn source(given: Option<&Source>, known: Option<&Source>) -> Option<Source> {
    let (Some(given), Some(known)) = (given, known) else { return given.or(known).cloned() };
    if given.place.is_some() && known.place.is_some() && given.place != known.place {
        return Some(given.clone());
    }
    Some(Source {
        place: given.place.clone().or_else(|| known.place.clone()),
        quote: given.quote.clone().or_else(|| known.quote.clone()),
        method: given.method.or(known.method),
    })
}

macro_rules! silent {
    ($($type:ty),+) => { $(impl Silent for $type {
        fn filled(&self, known: &Self) -> Self {
            let source = source(self.source.as_ref(), known.source.as_ref());
            Self { source, ..completed(self, known) }
        }

        fn says(&self) -> String {
            in_words(self)
        }
    })+ };
}
silent!(Product, Infusion, AdverseEvent, Medication, Statement);

impl Silent for Report {
    fn filled(&self, known: &Report) -> Report {
        let is_silent = self.adverse_events == AdverseEventStance::NotMentioned;
        let given = self.adverse_events_source.as_ref();
        Report {
            simulated: self.simulated || known.simulated,
            adverse_events: if is_silent { known.adverse_events } else { self.adverse_events },
            adverse_events_source: source(given, known.adverse_events_source.as_ref()),
            ..completed(self, known)
        }
    }

    fn says(&self) -> String {
        in_words(self)
    }
}

impl Silent for Patient {
    fn filled(&self, known: &Patient) -> Patient {
        let mut reports = known.reports.clone();
        let new: Vec<_> =
            self.reports.iter().filter(|key| !known.reports.contains(key)).cloned().collect();
        if !new.is_empty() {
            reports.extend(new);
            if let Some((_, others)) = reports.split_first_mut() {
                others.sort();
            }
        }
        let mut attributes = known.attributes.clone();
        attributes.extend(self.attributes.clone());
        let source = source(self.source.as_ref(), known.source.as_ref());
        Patient { reports, attributes, source, ..completed(self, known) }
    }

    fn says(&self) -> String {
        in_words(self)
    }
}

impl Silent for Visit {
    fn filled(&self, known: &Visit) -> Visit {
        let mut visit = Visit {
            timepoint: known.timepoint.clone(),
            source: source(self.source.as_ref(), known.source.as_ref()),
            ..completed(self, known)
        };
        // Where the day is planned the file gives none. A date that is new overrules the plan.
        if self.day_basis != Some(DayBasis::Actual) {
            let is_dated = self.date.is_some() && self.date != known.date;
            let planned = known.day_basis == Some(DayBasis::Planned);
            (visit.day, visit.day_basis) =
                if is_dated && planned { (None, None) } else { (known.day, known.day_basis) };
        }
        visit
    }

    fn says(&self) -> String {
        in_words(self)
    }
}

impl Silent for Measurement {
    /// A value that repeats the print or the correction in force is as it is recorded.
    fn filled(&self, known: &Measurement) -> Measurement {
        let mut filled = known.clone();
        let repeats_print = same_value(&self.reading, &known.reading);
        if !repeats_print && !same_value(&self.reading, known.in_force()) {
            filled.reading = self.reading.clone();
            filled.source = self.source.clone();
        } else if repeats_print {
            filled.source = source(self.source.as_ref(), known.source.as_ref());
        }
        // Limits are printed in the unit of the value they stand beside.
        let unit = |of: &Reading| of.unit.as_ref().map(|unit| unit.rule.ucum.clone());
        if let Some(limits) = &self.limits
            && unit(&self.reading) == unit(&known.reading)
        {
            let known = known.limits.clone().unwrap_or_default();
            let (low, high) = (limits.low.clone(), limits.high.clone());
            filled.limits = Some(Limits { low: low.or(known.low), high: high.or(known.high) });
        }
        filled.other_readings.extend(unknown_readings(self, known).cloned());
        filled
    }

    fn says(&self) -> String {
        self.reading.text()
    }
}

/// Other readings of a file that are not recorded. One that is may have been decided since.
pub(super) fn unknown_readings<'a>(
    given: &'a Measurement,
    known: &'a Measurement,
) -> impl Iterator<Item = &'a OtherReading> {
    let is_known = |one: &OtherReading| {
        known.other_readings.iter().any(|k| same_value(&one.reading, &k.reading))
    };
    given.other_readings.iter().filter(move |one| !is_known(one))
}

/// True if two prints say the same: 6.80 % and 6.8 %, but not what is converted.
pub(super) fn same(one: &Reading, other: &Reading) -> bool {
    let kind = |of: &Reading| (of.status, of.comparator);
    let unit = |of: &Reading| of.unit.as_ref().map(|unit| unit.rule.ucum.clone());
    let number = |of: &Reading| {
        let printed = of.printed.as_deref()?;
        let digits = printed.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']);
        crate::domain::Number::parse(digits).ok().map(|number| number.value)
    };
    let alike = one.printed == other.printed
        || (one.status.is_number() && number(one).is_some() && number(one) == number(other));
    kind(one) == kind(other) && alike && unit(one) == unit(other)
}

/// True if two prints say the same, or one is the other converted and rounded as it is printed: 126 mg/dL
/// and 7.0 mmol/L.
pub(super) fn same_value(one: &Reading, other: &Reading) -> bool {
    same(one, other) || one.is_same_value(other)
}

/// True if both are told and the same.
fn both<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.is_some() && one == other
}

impl Unkeyed for AdverseEvent {
    fn is_same_thing(&self, other: &AdverseEvent) -> bool {
        let began = both(self.onset_day.as_ref(), other.onset_day.as_ref())
            || both(self.onset_date.as_ref(), other.onset_date.as_ref());
        self.term == other.term && began
    }
}

impl Unkeyed for Medication {
    fn is_same_thing(&self, other: &Medication) -> bool {
        let began = both(self.start_day.as_ref(), other.start_day.as_ref())
            || both(self.start_date.as_ref(), other.start_date.as_ref());
        self.drug == other.drug && began
    }
}

impl Unkeyed for Statement {
    fn is_same_thing(&self, other: &Statement) -> bool {
        (&self.about, &self.visit, self.finding) == (&other.about, &other.visit, other.finding)
    }
}

/// What becomes of a record without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is recorded.
    New,
    /// It is there.
    Known,
    /// It says more or other than the one in this place of the list.
    Differs(usize),
}

/// Pair records of a file with those that are there: each is there exactly so, or says nothing beyond
/// one that no other record speaks of, or is plainly the same thing, or is new.
pub(super) fn fates<'a, T: Unkeyed + 'a>(
    records: impl Iterator<Item = &'a T>,
    known: &[T],
    exact: bool,
) -> Vec<Fate> {
    let records: Vec<&T> = records.collect();
    let mut used = vec![false; known.len()];
    let mut fates = vec![Fate::New; records.len()];
    for (fate, record) in fates.iter_mut().zip(&records) {
        if let Some(at) = known.iter().position(|known| known == *record) {
            (*fate, used[at]) = (Fate::Known, true);
        }
    }
    if exact {
        return fates;
    }
    for (fate, record) in fates.iter_mut().zip(&records).filter(|(fate, _)| **fate == Fate::New) {
        let is_it = |at: &usize| !used[*at] && record.adds_nothing_to(&known[*at]);
        if let Some(at) = (0..known.len()).find(is_it) {
            (*fate, used[at]) = (Fate::Known, true);
        }
    }
    for (fate, record) in fates.iter_mut().zip(&records).filter(|(fate, _)| **fate == Fate::New) {
        let is_it = |at: &usize| {
            !used[*at] && (record.is_same_thing(&known[*at]) || known[*at].adds_nothing_to(record))
        };
        let mut found = (0..known.len()).filter(is_it);
        if let (Some(at), None) = (found.next(), found.next()) {
            (*fate, used[at]) = (Fate::Differs(at), true);
        }
    }
    fates
}
