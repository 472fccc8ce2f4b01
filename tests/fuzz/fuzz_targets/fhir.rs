//! Whatever stands in a file of FHIR, whole or line by line, reading it ends, with records or with problems that have places.
#![no_main]

use casebook::domain::{Catalogue, Place, Schedule};
use casebook::import::How;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    let schedule = Schedule::default();
    let how = How {
        schedule: &schedule,
        catalogue: Catalogue::built_in(),
        attributes: &[],
        report: Some("ward".to_owned()),
        report_kind: None,
        map: None,
        dictionary: None,
        format: None,
        decimal_comma: false,
    };
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
