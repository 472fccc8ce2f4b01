//! Events by class and term: patients once, at the worst grade, and every occurrence.

use super::course::Course;
use crate::domain::AdverseEvent;
use std::collections::{BTreeMap, HashMap};

/// The class of events that have none.
const NO_CLASS: &str = "Class not given";

/// A class of events, or a term in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The parameter of its results.
    pub parameter: String,
    /// The class.
    pub class: String,
    /// The term: the coded one, or the report's words where there is none. `None` is any of the class.
    pub term: Option<String>,
}

/// The terms of a cohort in the order of a table, each class before its terms.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub all: Vec<Term>,
    /// Places of a class and of a term in it in `all`, by their names without regard to case.
    places: HashMap<(String, String), (usize, usize)>,
}

/// How often a class or term was met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub patients: usize,
    pub events: usize,
    /// Patients by their worst grade; the first has none.
    pub worst: [usize; 6],
}

/// Patients and events of one name, as it was first written.
#[derive(Default)]
struct Met<'a> {
    name: &'a str,
    events: usize,
    patients: usize,
    last: Option<usize>,
}

impl<'a> Met<'a> {
    fn add(&mut self, name: &'a str, patient: usize) {
        if self.events == 0 {
            self.name = name;
        }
        self.events += 1;
        self.patients += usize::from(self.last.replace(patient) != Some(patient));
    }

    /// The order of a table: most patients first, then most events, then the alphabet.
    fn order(&self) -> impl Ord + use<> {
        (std::cmp::Reverse((self.patients, self.events)), self.name.to_lowercase())
    }
}

impl Terms {
    pub fn new(courses: &[Option<Course<'_>>]) -> Terms {
        let mut classes: BTreeMap<String, (Met<'_>, BTreeMap<String, Met<'_>>)> = BTreeMap::new();
        for (patient, course) in courses.iter().enumerate() {
            for occurrence in course.iter().flat_map(|course| &course.events) {
                let (class, term) = names(occurrence.event);
                let (met, terms) = classes.entry(folded(class)).or_default();
                met.add(class, patient);
                terms.entry(folded(term)).or_default().add(term, patient);
            }
        }
        let mut classes: Vec<_> = classes.into_iter().collect();
        classes.sort_by_cached_key(|(_, (class, _))| (class.name == NO_CLASS, class.order()));
        let mut terms = Terms::default();
        for (class_key, (class, of_class)) in classes {
            let (at, class) = (terms.all.len(), class.name.to_owned());
            terms.all.push(Term { parameter: class.clone(), class: class.clone(), term: None });
            let mut of_class: Vec<_> = of_class.into_iter().collect();
            of_class.sort_by_cached_key(|(_, term)| term.order());
            for (key, term) in of_class {
                terms.places.insert((class_key.clone(), key), (at, terms.all.len()));
                let parameter = format!("{class}: {}", term.name);
                let term = Some(term.name.to_owned());
                terms.all.push(Term { parameter, class: class.clone(), term });
            }
        }
        terms
    }

    /// How often each was met among these patients, and last how often any.
    pub fn tally(&self, courses: &[&Course<'_>]) -> Vec<Tally> {
        let any = self.all.len();
        let mut tallies = vec![Tally::default(); any + 1];
        for course in courses {
            let mut worst: BTreeMap<usize, Option<u8>> = BTreeMap::new();
            for occurrence in &course.events {
                let event = occurrence.event;
                let (class, term) = names(event);
                let (class, term) = self.places[&(folded(class), folded(term))];
                for at in [class, term, any] {
                    tallies[at].events += 1;
                    let known = worst.entry(at).or_default();
                    *known = (*known).max(event.grade);
                }
            }
            for (at, grade) in worst {
                tallies[at].patients += 1;
                tallies[at].worst[grade.map_or(0, usize::from)] += 1;
            }
        }
        tallies
    }
}

/// Class and term of an event.
fn names(event: &AdverseEvent) -> (&str, &str) {
    let class = event.coded_class.as_deref().unwrap_or(NO_CLASS);
    (class.trim(), event.coded_term.as_deref().unwrap_or(&event.term).trim())
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}
