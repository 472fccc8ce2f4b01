//! Any bytes at all, read as a workbook.
#![no_main]

use casebook::domain::{Catalogue, Schedule};
use casebook::import::{How, read_workbook};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let schedule = Schedule::default();
    let how = How {
        schedule: &schedule,
        catalogue: Catalogue::built_in(),
        attributes: &[],
        report: None,
        report_kind: None,
        map: None,
        dictionary: None,
        format: None,
        decimal_comma: false,
    };
    let _ = read_workbook("a.xlsx", bytes, &how);
});
