//! What the targets share: how files are read, and what must hold of everything that is said of them.

use casebook::domain::{Place, Problem, Schedule};
use casebook::import::{How, InputFormat, Reading, read};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static SCHEDULE: LazyLock<Schedule> =
    LazyLock::new(|| Schedule::parse("W0,W4±1,W12±2").expect("a schedule"));

/// As a person reads a ward's file: under a report, with the built-in analytes.
pub fn how() -> How<'static> {
    How { report: Some("ward".to_owned()), ..How::new(&SCHEDULE) }
}

/// Whatever is wrong, it has a place in the file and can be told.
pub fn look_at(reading: &Reading) {
    look_at_all(&reading.problems);
    let count = reading.ignored.iter().filter(|one| one.count == 0).count();
    assert_eq!(count, 0, "what is not taken stands there at least once");
}

/// The same of problems alone.
pub fn look_at_all(problems: &[Problem]) {
    for problem in problems {
        match problem.place {
            Place::CommandLine => panic!("a problem of a file has its place: {problem:?}"),
            Place::Line { line, column, .. } => assert!(line >= 1 && column >= 1, "{problem:?}"),
            _ => {}
        }
        let _ = casebook::error::describe(problem);
    }
    let _ = casebook::error::grouped(problems).len();
}

/// A problem in a text that is read line by line stands in one of its lines.
pub fn look_at_lines(reading: &Reading, source: &str) {
    look_at(reading);
    let lines = 1 + source.matches('\n').count();
    for problem in &reading.problems {
        let Place::Line { line, .. } = problem.place else {
            panic!("a problem of a text has its line: {problem:?}");
        };
        assert!(line <= lines, "{problem:?}");
    }
}

/// A folder of this process, for readers that look at their file more than once.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("casebook-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
});

/// A file with these bytes.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = FOLDER.join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// Read a table of text, with a map or without.
pub fn read_table(table: &Path, map: Option<PathBuf>) {
    let how = How { map, format: Some(InputFormat::Table), ..how() };
    look_at(&read(table, &how).expect("a file that is there"));
}
