//! The one path by which records enter, whatever file or command they come from: everything is
//! checked against what is there, every problem is named, and what is there already is left alone.

use super::Stored;
use super::change::Change;
use super::error::StoreError;
use crate::domain::{
    Day, DayZero, Infusion, Level, Measurement, Mismatch, Patient, PatientRecords, Place, Placed,
    Problem, Records, VisitRecords, may_be_meant, nearest,
};
use serde::Serialize;
use serde_json::Value;

/// What kinds of things an intake counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reports.
    Report,
    /// Patients.
    Patient,
    /// Products.
    Product,
    /// Infusions.
    Infusion,
    /// Visits.
    Visit,
    /// Measurements.
    Measurement,
    /// Statements.
    Statement,
    /// Adverse events.
    Event,
    /// Medications.
    Medication,
}

impl Kind {
    /// Every kind, in the order people are told of them.
    pub const ALL: [Kind; 9] = [
        Kind::Report,
        Kind::Product,
        Kind::Patient,
        Kind::Infusion,
        Kind::Visit,
        Kind::Measurement,
        Kind::Statement,
        Kind::Event,
        Kind::Medication,
    ];

    /// The word for one and for several.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Report => ("report", "reports"),
            Kind::Patient => ("patient", "patients"),
            Kind::Product => ("product", "products"),
            Kind::Infusion => ("infusion", "infusions"),
            Kind::Visit => ("visit", "visits"),
            Kind::Measurement => ("measurement", "measurements"),
            Kind::Statement => ("statement", "statements"),
            Kind::Event => ("adverse event", "adverse events"),
            Kind::Medication => ("medication", "medications"),
        }
    }
}

/// How many of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([usize; Kind::ALL.len()]);

impl Tally {
    /// How many of this kind.
    pub fn of(&self, kind: Kind) -> usize {
        self.0[kind as usize]
    }

    /// How many of all kinds.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    fn count(&mut self, kind: Kind) {
        self.0[kind as usize] += 1;
    }
}

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
        for report in &records.reports {
            let known = self.report(&report.record.key)?.map(|known| known.record);
            let what = format!("report {}", report.record.key);
            if intake.is_new(Kind::Report, &what, &report.place, &report.record, known.as_ref()) {
                self.add_report(&report.record)?;
            }
        }
        for product in &records.products {
            let known = self.product(&product.record.key)?.map(|known| known.record);
            let what = format!("product {}", product.record.key);
            if intake.is_new(Kind::Product, &what, &product.place, &product.record, known.as_ref())
            {
                self.add_product(&product.record)?;
            }
        }
        for patient in &records.patients {
            self.take_in_patient(patient, &mut intake)?;
        }
        Ok(intake)
    }

    fn take_in_patient(
        &mut self,
        records: &PatientRecords,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Some(patient) = self.find_or_add_patient(records, intake)? else { return Ok(()) };
        let first = patient.record.reports.first();
        let report = match first {
            Some(key) => self.report(key)?.map(|report| report.id),
            None => None,
        };
        for infusion in &records.infusions {
            self.take_in_infusion(&patient, report, infusion, intake)?;
        }
        for visit in &records.visits {
            self.take_in_visit(&patient, report, visit, intake)?;
        }
        let visits: Vec<String> =
            self.visits_of(patient.id)?.into_iter().map(|visit| visit.record.label).collect();
        let statements = self.statements_of(patient.id)?;
        for statement in intake.new_of(Kind::Statement, &records.statements, &statements) {
            let label = statement.record.visit.as_deref();
            if let Some(label) = label.filter(|label| !visits.iter().any(|known| known == label)) {
                let what = format!("{}, statement", patient.record.key);
                intake.unknown("visit", label, &visits, &statement.place, what);
                continue;
            }
            self.add_statement(&patient, report, &statement.record)?;
            intake.added.count(Kind::Statement);
        }
        let numbers: Vec<u32> =
            self.infusions_of(patient.id)?.iter().map(|infusion| infusion.number).collect();
        let events = self.events_of(patient.id)?;
        for event in intake.new_of(Kind::Event, &records.events, &events) {
            let number = event.record.infusion.filter(|number| !numbers.contains(number));
            if let Some(number) = number {
                let known: Vec<_> = numbers.iter().map(u32::to_string).collect();
                let what = format!("{}, adverse event", patient.record.key);
                intake.unknown("infusion", &number.to_string(), &known, &event.place, what);
                continue;
            }
            let (onset, end) = (event.record.onset_day, event.record.end_day);
            if let Some(mismatch) = ends_before(onset, end) {
                let what = format!("{}, adverse event", patient.record.key);
                intake.problem(what, &event.place, mismatch);
                continue;
            }
            self.add_event(&patient, report, &event.record)?;
            intake.added.count(Kind::Event);
        }
        let medications = self.medications_of(patient.id)?;
        for medication in intake.new_of(Kind::Medication, &records.medications, &medications) {
            let (start, end) = (medication.record.start_day, medication.record.end_day);
            if let Some(mismatch) = ends_before(start, end) {
                let what = format!("{}, medication", patient.record.key);
                intake.problem(what, &medication.place, mismatch);
                continue;
            }
            self.add_medication(&patient, report, &medication.record)?;
            intake.added.count(Kind::Medication);
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
        let Some(patient) = &records.patient else {
            if known.is_none() {
                let keys = self.told(super::patients::keys(&self.transaction))?;
                intake.unknown("patient", key, &keys, &records.key.place, what);
            }
            return Ok(known);
        };
        let mut reports = Vec::new();
        for report in &patient.reports {
            match self.report(report)? {
                Some(report) => reports.push(report.id),
                None => {
                    let keys = self.told(super::reports::keys(&self.transaction))?;
                    let what = what.clone();
                    intake.unknown("report", report, &keys, &records.key.place, what);
                    return Ok(None);
                }
            }
        }
        let place = &records.key.place;
        let before = known.as_ref().map(|known| &known.record);
        if intake.is_new(Kind::Patient, &what, place, patient, before) {
            return self.add_patient(patient, &reports).map(Some);
        }
        Ok(known)
    }

    fn take_in_infusion(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        infusion: &Placed<Infusion>,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = infusion;
        let known = self.infusions_of(patient.id)?;
        let mut record = record.clone();
        if record.number == 0 {
            // Chosen here, inside the change, so that two who add at once get two numbers.
            record.number = known.iter().map(|known| known.number).max().unwrap_or(0) + 1;
        }
        intake.last_infusion = Some(record.number);
        let record = &record;
        let what = format!("{}, infusion {}", patient.record.key, record.number);
        if let Some(product) = &record.product
            && self.product(product)?.is_none()
        {
            let keys = self.product_keys()?;
            intake.unknown("product", product, &keys, place, what);
            return Ok(());
        }
        if let Some(mismatch) = self.odd_day(record, &known) {
            intake.problem(what, place, mismatch);
            return Ok(());
        }
        let known = known.iter().find(|known| known.number == record.number);
        if intake.is_new(Kind::Infusion, &what, place, record, known) {
            self.add_infusion(patient, report, record)?;
        }
        Ok(())
    }

    /// An infusion before day 0 where day 0 is the first, or one out of the order of the numbers.
    fn odd_day(&self, infusion: &Infusion, known: &[Infusion]) -> Option<Mismatch> {
        let day = infusion.day?;
        let from_first = self.rules().day_zero == DayZero::FirstInfusion;
        if from_first && (day < Day(0) || (infusion.number == 1 && day != Day(0))) {
            let expected = "day 0 for the first infusion and later days for the others, as day 0 \
                            is the day of the first infusion here";
            return Some(Mismatch::new(day.to_string(), expected));
        }
        let odd = known.iter().find(|other| {
            let both = other.day.map(|other_day| (other.number.cmp(&infusion.number), other_day));
            both.is_some_and(|(order, other_day)| match order {
                std::cmp::Ordering::Less => other_day > day,
                std::cmp::Ordering::Equal => false,
                std::cmp::Ordering::Greater => other_day < day,
            })
        })?;
        let expected = format!(
            "a day in the order of the numbers: infusion {} is on day {}",
            odd.number,
            odd.day.map_or_else(String::new, |day| day.to_string())
        );
        Some(Mismatch::new(day.to_string(), expected).mend("number the infusions by their days"))
    }

    fn take_in_visit(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        visit: &VisitRecords,
        intake: &mut Intake,
    ) -> Result<(), StoreError> {
        let Placed { place, record } = &visit.visit;
        let what = format!("{}, visit {}", patient.record.key, record.label);
        let known = self.visits_of(patient.id)?;
        let known = known.into_iter().find(|known| known.record.label == record.label);
        let before = known.as_ref().map(|known| &known.record);
        let id = match &known {
            _ if intake.is_new(Kind::Visit, &what, place, record, before) => {
                self.add_visit(patient, report, record)?
            }
            Some(known) => known.id,
            None => return Ok(()),
        };
        for Placed { place, record: measurement } in &visit.measurements {
            let what = format!("{what}, {}", measurement.analyte);
            intake.ask(&what, place, measurement, self);
            let known = self.measurement(id, measurement.analyte_id)?;
            if intake.is_new_measurement(&what, place, measurement, known.as_ref()) {
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

    /// The same for a measurement, whose difference is told in what was printed.
    fn is_new_measurement(
        &mut self,
        what: &str,
        place: &Place,
        measurement: &Measurement,
        known: Option<&Measurement>,
    ) -> bool {
        let text = |measurement: &Measurement| measurement.reading.text();
        let Some(known) = known.filter(|known| text(known) != text(measurement)) else {
            return self.is_new(Kind::Measurement, what, place, measurement, known);
        };
        self.there.count(Kind::Measurement);
        let expected = format!("what is recorded already: {}", text(known));
        let mismatch = Mismatch::new(text(measurement), expected).mend(OVERWRITES_NOTHING);
        self.problem(what.to_owned(), place, mismatch);
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

    fn unknown(&mut self, noun: &str, key: &str, known: &[String], place: &Place, what: String) {
        let article = if noun == "infusion" { "an" } else { "a" };
        let mismatch = Mismatch::new(key, format!("{article} {noun} that is recorded"));
        let alike = known.iter().map(String::as_str).filter(|near| may_be_meant(near, key));
        let mend = match nearest(key, alike) {
            Some(near) => format!("did you mean \"{near}\"? `casebook {noun} list` shows all"),
            None if noun == "infusion" => "record the infusion first".to_owned(),
            None => format!("record it first with `casebook {noun} add`"),
        };
        self.problem(what, place, mismatch.mend(mend));
    }

    fn ask(&mut self, what: &str, place: &Place, measurement: &Measurement, change: &Change<'_>) {
        let analyte = change.catalogue().get(measurement.analyte_id);
        // A doubt that stands beside the value is an answer already.
        let question = analyte
            .filter(|_| measurement.other_readings.is_empty())
            .and_then(|analyte| measurement.reading.question(analyte));
        if let Some(mismatch) = question {
            self.problems.push(Problem {
                level: Level::Question,
                place: place.clone(),
                what: what.to_owned(),
                mismatch,
            });
        }
    }
}

/// Something that ends before it starts.
fn ends_before(start: Option<Day>, end: Option<Day>) -> Option<Mismatch> {
    let (start, end) = (start?, end?);
    (end < start).then(|| Mismatch::new(end.to_string(), format!("an end on or after day {start}")))
}

/// What to do about a record that contradicts the one that is there.
const OVERWRITES_NOTHING: &str = "nothing is overwritten: correct the new record, or leave it out";

/// The first field in which a record differs from the one that is there.
fn difference<T: Serialize>(record: &T, known: &T) -> Mismatch {
    let fields = |record: &T| {
        let mut leaves = Vec::new();
        let image = serde_json::to_value(record).unwrap_or(Value::Null);
        collect_leaves("", &image, &mut leaves);
        leaves
    };
    let (new, old) = (fields(record), fields(known));
    let of = |leaves: &[(String, String)], name: &str| {
        let found = leaves.iter().find(|(known, _)| known == name);
        found.map_or_else(|| "nothing".to_owned(), |(_, text)| text.clone())
    };
    let names = new.iter().chain(&old).map(|(name, _)| name);
    let mut differing = names.filter(|name| of(&new, name) != of(&old, name));
    let Some(name) = differing.next() else {
        return Mismatch::new("another record", "the one that is there").mend(OVERWRITES_NOTHING);
    };
    Mismatch::new(
        format!("{name}: {}", of(&new, name)),
        format!("what is recorded already: {}", of(&old, name)),
    )
    .mend(OVERWRITES_NOTHING)
}

/// Every value that is not null, by its name in words.
fn collect_leaves(name: &str, value: &Value, leaves: &mut Vec<(String, String)>) {
    let below = |part: &str| match name {
        "" => part.replace('_', " "),
        name => format!("{name} {}", part.replace('_', " ")),
    };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            fields.iter().for_each(|(part, value)| collect_leaves(&below(part), value, leaves));
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                collect_leaves(&below(&(at + 1).to_string()), value, leaves);
            }
        }
        Value::String(text) => leaves.push((name.to_owned(), text.clone())),
        other => leaves.push((name.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests;
