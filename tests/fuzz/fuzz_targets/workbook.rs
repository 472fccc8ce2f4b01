//! Any bytes at all, read as a workbook.
#![no_main]

use casebook::domain::{Schedule};
use casebook::import::{How, read_workbook};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let schedule = Schedule::default();
    let how = How::new(&schedule);
    let _ = read_workbook("a.xlsx", bytes, &how);
});
