//! Eight programs write at once: all is there, once, and nobody waits for ever.

use crate::support::{Desk, Run};
use crate::{assert_sound, size, texts};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const WRITERS: usize = 8;

/// Eight programs at a time, each running its own lines one after the other; what each did, and how
/// long its slowest took.
fn at_once(desk: &Desk, lines: impl Fn(usize, usize) -> String + Sync, each: usize) -> Vec<Run> {
    let begun = Instant::now();
    let work = |writer: usize| {
        let timed = (0..each).map(|at| {
            let begun = Instant::now();
            (desk.run(&lines(writer, at)), begun.elapsed())
        });
        timed.collect::<Vec<_>>()
    };
    let done: Vec<(Run, Duration)> = std::thread::scope(|scope| {
        let work = &work;
        let writers: Vec<_> = (0..WRITERS).map(|it| scope.spawn(move || work(it))).collect();
        writers.into_iter().flat_map(|one| one.join().expect("a writer")).collect()
    });
    let mut times: Vec<_> = done.iter().map(|(_, time)| *time).collect();
    times.sort();
    println!(
        "{} commands of {WRITERS} programs in {:.1?}: median {:.0?}, slowest {:.0?}",
        times.len(),
        begun.elapsed(),
        times[times.len() / 2],
        times[times.len() - 1]
    );
    done.into_iter().map(|(run, _)| run).collect()
}

/// A registry with a patient for each writer.
fn desk() -> Desk {
    let desk = Desk::with_registry();
    desk.run("report add a --kind \"case series\"").ok();
    for writer in 0..WRITERS {
        desk.run(&format!("patient add a/{writer}")).ok();
    }
    desk
}

#[test]
fn every_visit_is_there_once() {
    let desk = desk();
    let each = size(25, 1000);
    let line = |writer, at| format!(r#"visit add a/{writer} D{at} "HbA1c=8.0 %""#);
    for run in at_once(&desk, line, each) {
        run.ok();
    }
    let verified = assert_sound(&desk, &[]);
    let made = 2 + WRITERS; // init, the report and the patients
    assert_eq!(verified["entries"], made + WRITERS * each, "one entry a command");
    let visits = desk.run("visit list --format json").ok().json();
    let (patients, labels) = (texts(&visits, "patient"), texts(&visits, "visit"));
    let there: BTreeSet<_> = patients.iter().zip(&labels).collect();
    assert_eq!(labels.len(), WRITERS * each, "visits");
    assert_eq!(there.len(), WRITERS * each, "different visits");
}

/// All write of one patient: visits, and infusions whose numbers the program gives.
#[test]
fn infusions_that_come_at_once_get_numbers_of_their_own() {
    let desk = desk();
    let each = size(8, 60);
    let line = |writer: usize, at: usize| {
        match writer % 2 {
            // The note tells them apart: the same twice would be refused.
            0 => format!("infusion add a/0 --note {writer}-{at}"),
            _ => format!(r#"visit add a/0 D{} "HbA1c=8.0 %""#, writer * each + at),
        }
    };
    for run in at_once(&desk, line, each) {
        run.ok();
    }
    assert_sound(&desk, &[]);
    let infusions = desk.run("infusion list --format json").ok().json();
    let rows = infusions.as_object().expect("a page").values().find_map(Value::as_array);
    let numbers: Vec<_> =
        rows.expect("rows").iter().map(|row| row["number"].as_u64().expect("a number")).collect();
    let expected: Vec<u64> = (1..=(WRITERS / 2 * each) as u64).collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
}

/// All edit the same record: each edit starts from what the one before it left.
#[test]
fn edits_of_one_record_follow_one_another() {
    let desk = desk();
    let each = size(8, 60);
    let reason = "--reason \"as the ward says\"";
    let line = |writer: usize, at: usize| match writer % 2 {
        0 => format!("patient edit a/0 --age {} {reason}", 20 + (writer * each + at) % 60),
        _ => format!("patient edit a/0 --note w{writer}-{at} {reason}"),
    };
    let runs = at_once(&desk, line, each);
    let mut applied = 0;
    for run in runs {
        match run.code {
            Some(0) => applied += 1,
            // Somebody else had just made it so.
            _ => drop(run.says("Nothing would change")),
        }
    }
    assert_sound(&desk, &[]);
    let log = rusqlite::Connection::open(desk.path("casebook.db")).expect("the registry");
    let mut bodies = log.prepare("SELECT body FROM change ORDER BY id").expect("the log");
    let bodies = bodies.query_map((), |row| row.get::<_, String>(0)).expect("entries");
    let entries = bodies.map(|body| serde_json::from_str(&body.expect("text")).expect("JSON"));
    let mut edits = 0;
    let mut last = Value::Null;
    for entry in entries.collect::<Vec<Value>>() {
        for row in entry["rows"].as_array().expect("rows") {
            if row["noun"] == "patient" && row["key"] == "a/0" {
                if row["action"] == "edit" {
                    edits += 1;
                    assert_eq!(row["before"], last, "an update was lost before {entry}");
                }
                last = row["after"].clone();
            }
        }
    }
    assert_eq!(edits, applied, "an acknowledged edit is missing, or a refused one is there");
    let shown = desk.run("patient show a/0 --format json").ok().stdout;
    assert!(shown.contains(last["note"].as_str().expect("a note")), "{last} is not in {shown}");
}
