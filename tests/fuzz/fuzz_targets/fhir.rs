//! Whatever stands in a file of FHIR, whole or line by line, reading it ends, with records or with problems that have places.
#![no_main]

use casebook::domain::{Place, Schedule};
use casebook::import::How;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    let schedule = Schedule::default();
    let how = How { report: Some("ward".to_owned()), ..How::new(&schedule) };
    for is_lines in [false, true] {
        let reading = casebook::import::read_fhir("bundle", source, is_lines, &how);
        for problem in &reading.problems {
            assert!(
                matches!(problem.place, Place::Line { .. }),
                "a problem of a file has its line"
            );
            let _ = casebook::error::describe(problem);
        }
    }
});
