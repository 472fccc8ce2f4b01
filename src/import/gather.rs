//! Puts records together that stand in many rows or elements, in any order: patients by their key, visits
//! by their label. What stands twice must say the same; nothing is chosen between two.

use super::Reading;
use super::problems::Problems;
use crate::domain::{
    AdverseEvent, AdverseEventStance, Attribute, AttributeGiven, Ignored, Infusion, Level,
    Measurement, Medication, Mismatch, Patient, PatientRecords, Place, Placed, Problem, Product,
    Records, Report, ReportKind, Visit, VisitRecords,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// So many kinds of what is not taken are told apart: a document may have a name of its own for everything.
const MOST_IGNORED: usize = 1_000;

/// Records under way.
#[derive(Debug, Default)]
pub(super) struct Gatherer {
    records: Records,
    reports: HashMap<String, usize>,
    products: HashMap<String, usize>,
    patients: HashMap<String, usize>,
    /// Places of visits among those of their patient.
    visits: HashMap<(usize, String), usize>,
    /// Places of infusions among those of their patient.
    infusions: HashMap<(usize, u32), usize>,
    /// The registry's own columns by their key, numbered as they come.
    columns: HashMap<String, usize>,
    /// Places of values of such a column among those of their patient: a file may have thousands of
    /// columns, and each value of a row is looked up once.
    values: HashMap<(usize, usize), usize>,
    problems: Problems,
    ignored: Vec<Ignored>,
    /// Places of what is not taken, by what it is and why.
    ignored_at: HashMap<(String, String), usize>,
    /// Measurements that stand twice, exactly so.
    repeated: usize,
}

/// A patient among those gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PatientAt(usize);

/// A visit among those gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct VisitAt(usize, usize);

impl Gatherer {
    /// Say that something can't be used.
    pub fn wrong(&mut self, place: Place, what: impl Into<String>, mismatch: Mismatch) {
        self.say(Level::Error, place, what, mismatch);
    }

    /// Say something at any level.
    pub fn say(&mut self, level: Level, place: Place, what: impl Into<String>, mismatch: Mismatch) {
        self.problems.push(Problem { level, place, what: what.into(), mismatch });
    }

    /// Say what is known to be wrong.
    pub fn tell(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Note that something is not taken; the same again at another place is counted.
    pub fn ignore(&mut self, place: Place, what: impl Into<String>, why: impl Into<String>) {
        self.ignore_many(place, what, why, 1);
    }

    /// Note that something is not taken which stands there so often, here first.
    pub fn ignore_many(
        &mut self,
        place: Place,
        what: impl Into<String>,
        why: impl Into<String>,
        count: usize,
    ) {
        let mut kind = (what.into(), why.into());
        if self.ignored.len() >= MOST_IGNORED && !self.ignored_at.contains_key(&kind) {
            kind = ("further things".to_owned(), "as those above".to_owned());
        }
        match self.ignored_at.entry(kind) {
            Entry::Occupied(known) => self.ignored[*known.get()].count += count,
            Entry::Vacant(new) => {
                let (what, why) = new.key().clone();
                new.insert(self.ignored.len());
                self.ignored.push(Ignored { place, what, why, count });
            }
        }
    }

    /// How many problems there are so far.
    pub fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// A column of the registry's own that the file declares.
    pub fn attribute(&mut self, place: Place, attribute: Attribute) {
        let known = self.records.attributes.iter().find(|known| known.record.key == attribute.key);
        match known {
            None => self.records.attributes.push(Placed { place, record: attribute }),
            Some(known) if known.record == attribute => {}
            Some(_) => self.wrong(place, format!("attribute {}", attribute.key), twice()),
        }
    }

    /// A report; again the same one is no mistake.
    pub fn report(&mut self, place: Place, report: Report) {
        match self.reports.get(&report.key) {
            None => {
                self.reports.insert(report.key.clone(), self.records.reports.len());
                self.records.reports.push(Placed { place, record: report });
            }
            Some(known) if self.records.reports[*known].record == report => {}
            Some(_) => self.wrong(place, format!("report {}", report.key), twice()),
        }
    }

    /// The report that rows belong to which name none, where the person says of which kind it is.
    pub fn report_of_kind(
        &mut self,
        place: Place,
        key: &str,
        kind: Option<ReportKind>,
        adverse_events: AdverseEventStance,
    ) {
        if let Some(kind) = kind {
            self.report(place, Report { adverse_events, ..Report::new(key, kind) });
        }
    }

    /// A product; again the same one is no mistake.
    pub fn product(&mut self, place: Place, product: Product) {
        match self.products.get(&product.key) {
            None => {
                self.products.insert(product.key.clone(), self.records.products.len());
                self.records.products.push(Placed { place, record: product });
            }
            Some(known) if self.records.products[*known].record == product => {}
            Some(_) => self.wrong(place, format!("product {}", product.key), twice()),
        }
    }

    /// The patient of this key, which has the form report/label; recorded if it is not there yet.
    pub fn patient(&mut self, place: &Place, key: &str) -> PatientAt {
        if let Some(at) = self.patients.get(key) {
            return PatientAt(*at);
        }
        let at = self.records.patients.len();
        let mut of_patient =
            PatientRecords::of(Placed { place: place.clone(), record: key.to_owned() });
        let report = key.split('/').next().unwrap_or_default().to_owned();
        of_patient.patient =
            Some(Patient { key: key.to_owned(), reports: vec![report], ..Patient::default() });
        self.records.patients.push(of_patient);
        self.patients.insert(key.to_owned(), at);
        PatientAt(at)
    }

    /// What is known of a patient so far, to be added to.
    pub fn patient_mut(&mut self, at: PatientAt) -> &mut Patient {
        let patient = &mut self.records.patients[at.0].patient;
        patient.as_mut().expect("every gathered patient is to be recorded")
    }

    /// Set a field of a patient that may stand in several rows; another value there is a problem.
    pub fn set<T: PartialEq + Clone + std::fmt::Display>(
        &mut self,
        at: PatientAt,
        place: &Place,
        field: &str,
        value: T,
        of: impl Fn(&mut Patient) -> &mut Option<T>,
    ) {
        let known = of(self.patient_mut(at));
        match known {
            None => *known = Some(value),
            Some(known) if *known == value => {}
            Some(known) => {
                let expected = format!("what another row says: {known}");
                let what = format!("{}, {field}", self.key(at));
                self.wrong(place.clone(), what, Mismatch::new(value.to_string(), expected));
            }
        }
    }

    /// A value of a column of the registry's own.
    pub fn attribute_value(&mut self, at: PatientAt, place: Place, given: AttributeGiven) {
        let column = self.column(&given.key);
        let known = &mut self.records.patients[at.0].attributes;
        match self.values.get(&(at.0, column)) {
            None => {
                self.values.insert((at.0, column), known.len());
                known.push(Placed { place, record: given });
            }
            Some(one) if known[*one].record == given => {}
            Some(one) => {
                let expected = format!("what another row says: {}", known[*one].record.text);
                let what = format!("{}, {}", self.key(at), given.key);
                self.wrong(place, what, Mismatch::new(given.text, expected));
            }
        }
    }

    /// The number of a column of the registry's own; its key is copied once, not for every value.
    fn column(&mut self, key: &str) -> usize {
        if let Some(known) = self.columns.get(key) {
            return *known;
        }
        let number = self.columns.len();
        self.columns.insert(key.to_owned(), number);
        number
    }

    /// A visit of a patient by its label; again the same one is no mistake.
    pub fn visit(&mut self, at: PatientAt, place: &Place, visit: Visit) -> VisitAt {
        let of_patient = &mut self.records.patients[at.0];
        if let Some(known) = self.visits.get(&(at.0, visit.label.to_lowercase())) {
            let found = VisitAt(at.0, *known);
            if of_patient.visits[*known].visit.record != visit {
                let what = format!("{}, visit {}", of_patient.key.record, visit.label);
                let mismatch = Mismatch::new(
                    "another day, date or source",
                    "the same in every row of a visit",
                );
                self.wrong(place.clone(), what, mismatch);
            }
            return found;
        }
        self.visits.insert((at.0, visit.label.to_lowercase()), of_patient.visits.len());
        let visit = Placed { place: place.clone(), record: visit };
        of_patient.visits.push(VisitRecords { visit, measurements: Vec::new() });
        VisitAt(at.0, of_patient.visits.len() - 1)
    }

    /// The visit of this one's label if it is there, whatever else is said of it; else this one.
    pub fn visit_labelled(&mut self, at: PatientAt, place: &Place, visit: Visit) -> VisitAt {
        match self.visits.get(&(at.0, visit.label.to_lowercase())) {
            Some(known) => VisitAt(at.0, *known),
            None => self.visit(at, place, visit),
        }
    }

    /// A measurement at a visit. The same again is passed over and counted; another value of the same
    /// analyte is a problem.
    pub fn measurement(&mut self, at: VisitAt, place: Place, measurement: Measurement) {
        let of_patient = &mut self.records.patients[at.0];
        let visit = &mut of_patient.visits[at.1];
        let same = |known: &&Placed<Measurement>| known.record.analyte_id == measurement.analyte_id;
        match visit.measurements.iter().find(same) {
            None => visit.measurements.push(Placed { place, record: measurement }),
            Some(known) if known.record == measurement => self.repeated += 1,
            Some(known) => {
                let label = &visit.visit.record.label;
                let what =
                    format!("{}, visit {label}, {}", of_patient.key.record, measurement.analyte);
                let expected = format!(
                    "each analyte once a visit; {} stands there: {}",
                    known.place,
                    known.record.reading.text()
                );
                let mismatch = Mismatch::new(measurement.reading.text(), expected).mend(
                    "give a second visit of that day another label, or leave one of them out",
                );
                self.wrong(place, what, mismatch);
            }
        }
    }

    /// An infusion; its number must be new for the patient.
    pub fn infusion(&mut self, at: PatientAt, place: Place, infusion: Infusion) {
        let known = &mut self.records.patients[at.0].infusions;
        match self.infusions.get(&(at.0, infusion.number)) {
            None => {
                self.infusions.insert((at.0, infusion.number), known.len());
                known.push(Placed { place, record: infusion });
            }
            Some(one) if known[*one].record == infusion => {}
            Some(_) => {
                let what = format!("{}, infusion {}", self.key(at), infusion.number);
                self.wrong(place, what, twice());
            }
        }
    }

    /// How many infusions a patient has so far.
    pub fn infusions(&self, at: PatientAt) -> usize {
        self.records.patients[at.0].infusions.len()
    }

    /// An adverse event.
    pub fn event(&mut self, at: PatientAt, place: Place, event: AdverseEvent) {
        self.records.patients[at.0].events.push(Placed { place, record: event });
    }

    /// A dose episode.
    pub fn medication(&mut self, at: PatientAt, place: Place, medication: Medication) {
        self.records.patients[at.0].medications.push(Placed { place, record: medication });
    }

    /// The key of a patient.
    pub fn key(&self, at: PatientAt) -> &str {
        &self.records.patients[at.0].key.record
    }

    /// Everything that was gathered.
    pub fn finish(self) -> Reading {
        Reading {
            records: self.records,
            problems: self.problems.in_order(),
            ignored: self.ignored,
            repeated: self.repeated,
        }
    }
}

fn twice() -> Mismatch {
    Mismatch::new("another record of the same name", "each once, or the same again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Catalogue, Schedule};

    fn place(row: usize) -> Place {
        Place::Cell { file: "t.csv".into(), sheet: None, row, column: None }
    }

    fn visit(label: &str) -> Visit {
        Visit::new(label, None, None, &Schedule::default()).expect("a visit")
    }

    fn value(text: &str) -> Measurement {
        Measurement::parse(text, Catalogue::built_in()).expect(text)
    }

    #[test]
    fn rows_in_any_order_become_patients_with_visits() {
        let mut gatherer = Gatherer::default();
        for (row, key, label, text) in [
            (2, "a/1", "W0", "HbA1c=9.1 %"),
            (3, "a/2", "W0", "HbA1c=8.0 %"),
            (4, "a/1", "w0", "FPG=7.1 mmol/L"),
            (5, "a/1", "W4", "HbA1c=8.1 %"),
        ] {
            let at = gatherer.patient(&place(row), key);
            let at = gatherer.visit(at, &place(row), visit(&label.to_uppercase()));
            gatherer.measurement(at, place(row), value(text));
        }
        let reading = gatherer.finish();
        assert_eq!(reading.problems, []);
        let counts: Vec<_> = reading
            .records
            .patients
            .iter()
            .map(|one| one.visits.iter().map(|v| v.measurements.len()).collect::<Vec<_>>())
            .collect();
        assert_eq!(counts, [vec![2, 1], vec![1]]);
    }

    #[test]
    fn the_same_again_is_passed_over_and_another_value_is_named() {
        let mut gatherer = Gatherer::default();
        let at = gatherer.patient(&place(2), "a/1");
        let at = gatherer.visit(at, &place(2), visit("W0"));
        gatherer.measurement(at, place(2), value("HbA1c=9.1 %"));
        gatherer.measurement(at, place(3), value("HbA1c=9.1 %"));
        gatherer.measurement(at, place(4), value("HbA1c=9.2 %"));
        let reading = gatherer.finish();
        assert_eq!((reading.repeated, reading.problems.len()), (1, 1));
        let told = reading.problems[0].mismatch.to_string();
        assert!(told.contains("t.csv, row 2 stands there: 9.1 %"), "{told}");
    }

    #[test]
    fn what_rows_say_of_one_patient_must_agree() {
        let mut gatherer = Gatherer::default();
        let at = gatherer.patient(&place(2), "a/1");
        for (row, age) in [(2, 53.0), (3, 53.0), (4, 54.0)] {
            gatherer.set(at, &place(row), "age", age, |patient| &mut patient.age_years);
        }
        let reading = gatherer.finish();
        assert_eq!(reading.problems.len(), 1);
        assert_eq!(reading.problems[0].place, place(4));
    }

    #[test]
    fn each_own_value_of_a_patient_is_found_by_its_column() {
        let mut gatherer = Gatherer::default();
        let given = |column: usize, text: &str| AttributeGiven {
            key: format!("own{column}"),
            text: text.to_owned(),
        };
        let at = ["a/1", "a/2"].map(|key| gatherer.patient(&place(2), key));
        for row in [2, 3] {
            for column in 0..300 {
                // The second patient has them from the last to the first.
                gatherer.attribute_value(at[0], place(row), given(column, "x"));
                gatherer.attribute_value(at[1], place(row), given(299 - column, "y"));
            }
        }
        gatherer.attribute_value(at[1], place(4), given(299, "z"));
        assert_eq!((gatherer.columns.len(), gatherer.values.len()), (300, 600));
        for ((patient, column), value) in &gatherer.values {
            let value = &gatherer.records.patients[*patient].attributes[*value];
            assert_eq!(gatherer.columns[&value.record.key], *column);
            assert_eq!(value.place, place(2), "the first is kept");
        }
        let reading = gatherer.finish();
        let counts: Vec<_> = reading.records.patients.iter().map(|p| p.attributes.len()).collect();
        assert_eq!(counts, [300, 300]);
        let told: Vec<_> = reading.problems.iter().map(|one| one.mismatch.to_string()).collect();
        assert!(told.len() == 1 && told[0].contains("another row says: y"), "{told:?}");
    }

    #[test]
    fn what_has_a_name_of_its_own_each_time_is_counted_together() {
        let mut gatherer = Gatherer::default();
        for at in 0..200_000 {
            gatherer.ignore(place(2), format!("field {at}"), "the registry has no room for it");
        }
        gatherer.ignore(place(2), "field 0", "the registry has no room for it");
        let ignored = gatherer.finish().ignored;
        assert_eq!(ignored.len(), MOST_IGNORED + 1);
        assert_eq!((ignored[0].count, ignored[MOST_IGNORED].count), (2, 200_000 - MOST_IGNORED));
    }

    #[test]
    fn what_is_not_taken_is_counted() {
        let mut gatherer = Gatherer::default();
        gatherer.ignore(place(2), "phenotypic features", "the registry has no room for them");
        gatherer.ignore(place(9), "phenotypic features", "the registry has no room for them");
        let reading = gatherer.finish();
        assert_eq!((reading.ignored.len(), reading.ignored[0].count), (1, 2));
    }
}
