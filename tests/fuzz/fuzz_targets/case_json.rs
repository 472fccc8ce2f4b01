//! Whatever stands in a .json file, reading it ends, with records or with problems that have places.
#![no_main]

use casebook::domain::{Catalogue, Place, Schedule};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SCHEDULE: LazyLock<Schedule> =
    LazyLock::new(|| Schedule::parse("W0,W4±1,W12±2").expect("a schedule"));

fuzz_target!(|source: &str| {
    let reading =
        casebook::import::read_case("case", source, true, &SCHEDULE, Catalogue::built_in());
    for problem in &reading.problems {
        let Place::Line { line, column, .. } = problem.place else {
            panic!("a problem of a file has its line");
        };
        assert!(line >= 1 && column >= 1 && line <= 1 + source.matches('\n').count());
        let _ = casebook::error::describe(problem);
    }
});
