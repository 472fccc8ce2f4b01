//! The schedule changes, the visits follow, and the log tells both.

use super::*;
use crate::domain::{Day, DayBasis, PatientRecords, Placed, Records, VisitRecords};
use crate::store::testing::{case, registry};
use crate::store::{Access, Caller, Registry};

fn change<T>(
    registry: &mut Registry,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
) -> T {
    let done = registry.change("test", Some("because"), work).unwrap();
    assert_eq!(registry.verify().unwrap().discrepancies, []);
    let anew = Registry::open(registry.path(), Access::Read, &Caller::named("reader")).unwrap();
    assert_eq!(anew.rules(), registry.rules(), "what is in memory stands in the file");
    done
}

/// Patients with planned visits at W4 and at what else is named, and an actual one.
fn filled() -> (tempfile::TempDir, Registry) {
    let (folder, mut registry) = registry();
    change(&mut registry, |change| change.take_in(&case(&["HbA1c=6.8 %"])));
    let schedule = registry.rules().schedule.clone();
    let mut more = PatientRecords::of(Placed::typed("a/1".to_owned()));
    for (label, day) in [("discharge", None), ("w24", None), ("W0", Some(Day(-1)))] {
        let visit = Visit::new(label, day, None, &schedule).unwrap();
        more.visits.push(VisitRecords { visit: Placed::typed(visit), measurements: Vec::new() });
    }
    let records = Records { patients: vec![more], ..Records::default() };
    let intake = change(&mut registry, |change| change.take_in(&records));
    assert_eq!(intake.problems, []);
    (folder, registry)
}

/// Label, timepoint, day and whether it is planned, of every visit.
fn visits(registry: &Registry) -> Vec<(String, Option<String>, Option<i32>, bool)> {
    let lines = registry.visits(None).unwrap().into_iter().map(|line| line.visit);
    let mut visits: Vec<_> = lines
        .map(|visit| {
            let is_planned = visit.day_basis == Some(DayBasis::Planned);
            (visit.label, visit.timepoint, visit.day.map(|day| day.0), is_planned)
        })
        .collect();
    visits.sort();
    visits
}

fn visit(
    label: &str,
    timepoint: &str,
    day: i32,
    planned: bool,
) -> (String, Option<String>, Option<i32>, bool) {
    let timepoint = Some(timepoint.to_owned()).filter(|name| !name.is_empty());
    (label.to_owned(), timepoint, Some(day), planned)
}

fn add(registry: &mut Registry, text: &str) -> Result<usize, Unedited> {
    let timepoint = Timepoint::parse(text).unwrap();
    change(registry, |change| change.add_timepoint(&timepoint)).map(|done| done.visits)
}

fn edit(registry: &mut Registry, name: &str, to: &str) -> Result<usize, Unedited> {
    let after = Timepoint::parse(to).unwrap();
    change(registry, |change| change.edit_timepoint(name, &after)).map(|done| done.visits)
}

fn remove(registry: &mut Registry, name: &str) -> Result<usize, Unedited> {
    change(registry, |change| change.remove_timepoint(name)).map(|done| done.visits)
}

#[test]
fn visits_follow_and_actual_days_never_move() {
    let (_folder, mut registry) = filled();
    let discharge = ("discharge".to_owned(), None, None, false);
    let w24 = visit("w24", "", 168, true);
    let before =
        [visit("W0", "W0", -1, false), visit("W4", "W4", 28, true), discharge.clone(), w24.clone()];
    assert_eq!(visits(&registry), before);
    assert_eq!(add(&mut registry, "W24±4"), Ok(1));
    assert_eq!(visits(&registry)[3], visit("w24", "W24", 168, true), "the label names it now");
    assert_eq!(add(&mut registry, "discharge=D10±2"), Ok(1));
    assert_eq!(visits(&registry)[2], visit("discharge", "discharge", 10, true));
    assert!(edit(&mut registry, "w4", "W4=D30±3").is_ok());
    assert_eq!(visits(&registry)[1], visit("W4", "W4", 30, true), "planned for another day");
    assert_eq!(edit(&mut registry, "W0", "W0=D1"), Ok(0));
    assert_eq!(visits(&registry)[0], visit("W0", "W0", -1, false), "it was then");
    assert!(edit(&mut registry, "W4", "W5±1").is_ok());
    assert_eq!(visits(&registry)[1], visit("W4", "", 28, true), "no longer a name of the schedule");
    assert!(edit(&mut registry, "W5", "W4±1").is_ok());
    for name in ["w0", "W24", "discharge", "W4"] {
        assert_eq!(remove(&mut registry, name), Ok(1));
    }
    assert_eq!(registry.rules().schedule, Schedule::default());
    assert_eq!(registry.rules().version, 11, "each change of the schedule counts");
    assert_eq!(
        visits(&registry)[1..],
        [before[1].clone(), discharge, w24].map(|mut visit| {
            visit.1 = None;
            visit
        })
    );
    assert_eq!(add(&mut registry, "W4±1"), Ok(1));
    assert_eq!(visits(&registry)[1], before[1]);
}

#[test]
fn what_can_not_be_changes_nothing() {
    let (_folder, mut registry) = filled();
    assert!(add(&mut registry, "D28").is_err());
    assert!(add(&mut registry, "w4=D30").is_err());
    assert!(matches!(edit(&mut registry, "W4", "W0"), Err(Unedited::Wrong(_))));
    assert_eq!(edit(&mut registry, "W4", "W4±1"), Err(Unedited::Same));
    assert_eq!(edit(&mut registry, "W9", "W4±1"), Err(Unedited::NotThere));
    assert_eq!(remove(&mut registry, "W9"), Err(Unedited::NotThere));
    let entries = registry.verify().unwrap().entries;
    assert_eq!((entries, registry.rules().version), (3, 1));
}

#[test]
fn a_dropped_change_leaves_the_schedule_in_memory_as_it_is() {
    let (_folder, mut registry) = filled();
    let timepoint = Timepoint::parse("W24").unwrap();
    let dropped: Result<(), StoreError> = registry.change("test", None, |change| {
        change.add_timepoint(&timepoint)?.unwrap();
        assert_eq!(change.rules().version, 2);
        Err(StoreError::Unexpected("a dry run".to_owned()))
    });
    assert!(dropped.is_err());
    assert_eq!(registry.rules().version, 1);
    assert_eq!(add(&mut registry, "W24"), Ok(1));
}

#[test]
fn visits_that_come_from_another_schedule_are_planned_by_this_one() {
    let (folder, mut ours) = filled();
    let copy = folder.path().join("copy.db");
    ours.copy_to(&copy).unwrap();
    let mut theirs = Registry::open(&copy, Access::Write, &Caller::named("other")).unwrap();
    let before = visits(&ours);
    edit(&mut theirs, "W4", "W4=D30").unwrap();
    add(&mut theirs, "W24±4").unwrap();
    assert_ne!(visits(&theirs), before);
    let merged = change(&mut ours, |change| change.merge(&theirs, None));
    assert_eq!(merged.disagreements, []);
    assert_eq!(visits(&ours), before);
    assert_eq!(ours.rules().version, 1);
}

/// Visits of a large import stand in one line of the log, and leave it one by one.
#[test]
fn visits_that_were_logged_together_follow_too() {
    let (_folder, mut registry) = registry();
    change(&mut registry, |change| {
        change.begin_bulk()?;
        change.take_in(&case(&["HbA1c=6.8 %"]))
    });
    assert_eq!(edit(&mut registry, "W4", "W4=D30±3"), Ok(1));
    assert_eq!(visits(&registry), [visit("W4", "W4", 30, true)]);
    assert_eq!(remove(&mut registry, "W4"), Ok(1));
    assert_eq!(visits(&registry), [visit("W4", "", 28, true)]);
}
