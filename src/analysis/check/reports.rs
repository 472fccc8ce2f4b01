//! What is asked of all patients of a report together.

use super::case::{Case, number_of};
use super::{Asking, Rule, Scope};
use crate::domain::{AdverseEventStance, Level, Report};
use std::collections::{BTreeMap, HashMap};

/// So many numbers have to be the same before two patients are held to be one.
const FEWEST: usize = 3;

/// What is kept of patients that have gone by: counts, and a mark of each one's numbers.
#[derive(Debug, Default)]
pub(super) struct Across {
    reports: BTreeMap<String, Counted>,
    marks: HashMap<(String, String), String>,
    compared: usize,
    alike: Vec<Alike>,
}

/// Two patients of one report that nothing tells apart.
#[derive(Debug)]
struct Alike {
    report: String,
    place: String,
    mark: String,
    numbers: usize,
}

/// Patients and their events. Those recorded from another report first count for the patient only.
#[derive(Debug, Default)]
struct Counted {
    patients: usize,
    own_events: usize,
    events: usize,
}

impl Across {
    pub fn take(&mut self, case: &Case<'_>) {
        let patient = &case.file.patient;
        let events = case.file.events.len();
        for (at, report) in patient.reports.iter().enumerate() {
            let counted = self.reports.entry(report.clone()).or_default();
            counted.patients += 1;
            counted.events += events;
            counted.own_events += if at == 0 { events } else { 0 };
        }
        let (mark, numbers) = mark_of(case);
        if numbers < FEWEST {
            return;
        }
        self.compared += 1;
        for report in &patient.reports {
            let known = (report.clone(), mark.clone());
            if let Some(other) = self.marks.get(&known) {
                let place = format!("{other} and {}", patient.key);
                let (report, mark) = (report.clone(), mark.clone());
                self.alike.push(Alike { report, place, mark, numbers });
            } else {
                self.marks.insert(known, patient.key.clone());
            }
        }
    }
}

/// What is made of everything that tells a patient from another, and how many numbers are in it. 128
/// bits, so that of a hundred thousand patients no two are alike by chance.
fn mark_of(case: &Case<'_>) -> (String, usize) {
    let patient = &case.file.patient;
    let mut parts = vec![format!("{:?}", (patient.sex, patient.birth_year, patient.age_years))];
    for (seen, value) in case.values() {
        if number_of(value.reading()).is_some() {
            parts.push(format!("{}={}={}", seen.visit.label, value.analyte.key, value.text()));
        }
    }
    (super::digest_of(parts.iter().map(String::as_str), 16), parts.len() - 1)
}

pub(super) static SAME_PATIENT: Rule = Rule {
    name: "same-patient",
    level: Level::Question,
    asks: "Is one patient of a report recorded twice, with every number the same?",
    mend: "remove one of them with `casebook patient remove`; keep both, if they are two, with \
           `casebook check accept`",
    lacks: "no patient has three numbers to be told from others by",
    scope: Scope::Report(same_patient),
};

fn same_patient(across: &Across, _: &[Report], asking: &mut Asking<'_>) {
    asking.looked = across.compared;
    for Alike { report, place, mark, numbers } in &across.alike {
        let evidence = format!("age, sex and all {numbers} numbers are the same");
        asking.doubt(place.clone(), evidence, std::slice::from_ref(mark));
        of_report(asking, report);
    }
}

pub(super) static STANCE: Rule = Rule {
    name: "stance",
    level: Level::Question,
    asks: "Does what a report says on adverse events agree with the events recorded from it?",
    mend: "record the events, or `casebook report edit --adverse-events`: given, none-stated or \
           not-mentioned; keep it with `casebook check accept`",
    lacks: "no patient is recorded of a report that speaks of adverse events",
    scope: Scope::Report(stance),
};

fn stance(across: &Across, reports: &[Report], asking: &mut Asking<'_>) {
    for report in reports {
        let Some(counted) = across.reports.get(&report.key) else { continue };
        let told = match report.adverse_events {
            AdverseEventStance::NotMentioned if counted.own_events == 0 => continue,
            AdverseEventStance::NotMentioned => {
                Some(format!("it is not said to mention any, {} recorded", events_are(counted)))
            }
            AdverseEventStance::NoneStated if counted.own_events > 0 => {
                Some(format!("it states that there were none, {} recorded", events_are(counted)))
            }
            AdverseEventStance::Given if counted.events == 0 => {
                let of = match counted.patients {
                    1 => "its patient".to_owned(),
                    many => format!("its {many} patients"),
                };
                Some(format!("it gives events, none is recorded of {of}"))
            }
            _ => None,
        };
        asking.look();
        if let Some(evidence) = told {
            let values = [report.adverse_events.to_string(), counted.events.to_string()];
            asking.doubt(format!("report {}", report.key), evidence, &values);
            of_report(asking, &report.key);
        }
    }
}

/// `1 event is`, `2 events are`.
fn events_are(counted: &Counted) -> String {
    match counted.own_events {
        1 => "1 event is".to_owned(),
        many => format!("{many} events are"),
    }
}

fn of_report(asking: &mut Asking<'_>, report: &str) {
    if let Some(doubt) = asking.found.last_mut() {
        doubt.report = Some(report.to_owned());
    }
}

pub(super) static COUNTS: Rule = Rule {
    name: "counts",
    level: Level::Question,
    asks: "Are as many patients, infusions and visits recorded as their report says?",
    mend: "record what is missing",
    lacks: "no report's own numbers are kept beside its patients, so there is nothing to add up",
    scope: Scope::Report(|_, _, _| {}),
};

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::domain::{AdverseEvent, AdverseEventStance, PatientFile};

    #[test]
    fn a_report_has_to_say_what_is_recorded_from_it() {
        let file = |events: usize| {
            let mut file = patient(&[]);
            file.events =
                vec![AdverseEvent { term: "fever".into(), ..AdverseEvent::default() }; events];
            file
        };
        let told = |stance, events| {
            let report = report("a", stance);
            found_in(&[file(events)], &[report], "stance")
        };
        use AdverseEventStance::{Given, NoneStated, NotMentioned};
        assert_eq!(
            told(NoneStated, 1),
            ["report a: it states that there were none, 1 event is recorded"]
        );
        assert_eq!(told(Given, 0), ["report a: it gives events, none is recorded of its patient"]);
        assert_eq!(
            told(NotMentioned, 2),
            ["report a: it is not said to mention any, 2 events are recorded"]
        );
        for (stance, events) in [(NoneStated, 0), (Given, 2), (NotMentioned, 0)] {
            assert_eq!(told(stance, events), [""; 0], "{stance} {events}");
        }
    }

    #[test]
    fn an_event_first_recorded_from_another_report_is_no_contradiction() {
        let mut file = patient(&[]);
        file.patient.reports = vec!["b".into(), "a".into()];
        file.events = vec![AdverseEvent { term: "fever".into(), ..AdverseEvent::default() }];
        let reports =
            [report("a", AdverseEventStance::NoneStated), report("b", AdverseEventStance::Given)];
        assert_eq!(found_in(&[file], &reports, "stance"), [""; 0]);
    }

    #[test]
    fn a_patient_recorded_twice_in_one_report_is_asked_about() {
        let of = |key: &str, values: &[&str]| -> PatientFile {
            let mut file = patient(&[("W0", values)]);
            file.patient.key = key.to_owned();
            file
        };
        let values = ["FPG=7.1 mmol/L", "HbA1c=7.2 %", "ALT=31 U/L"];
        let told = |files: &[PatientFile]| found_in(files, &[], "same-patient");
        assert_eq!(
            told(&[of("a/1", &values), of("a/2", &values)]),
            ["a/1 and a/2: age, sex and all 3 numbers are the same"]
        );
        let mut other = of("b/1", &values);
        other.patient.reports = vec!["b".into()];
        assert_eq!(told(&[of("a/1", &values), other]), [""; 0], "another report is another case");
        let mut older = of("a/2", &values);
        older.patient.age_years = Some(60.0);
        assert_eq!(told(&[of("a/1", &values), older]), [""; 0]);
        assert_eq!(told(&[of("a/1", &values[..2]), of("a/2", &values[..2])]), [""; 0]);
    }

    #[test]
    fn what_can_not_be_added_up_is_skipped_and_said_to_be() {
        assert!(skipped(&patient(&[]), "counts").expect("skipped").contains("nothing to add up"));
    }
}
