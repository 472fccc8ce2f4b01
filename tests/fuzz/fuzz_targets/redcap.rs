//! Whatever stands in the data and the dictionary of a REDCap export (two texts with a line `--` between
//! them), reading it ends.
#![no_main]

use casebook::domain::{Schedule};
use casebook::import::{How, read_redcap_text};
use libfuzzer_sys::fuzz_target;

fn how(schedule: &Schedule) -> How<'_> {
    How { report: Some("ward".to_owned()), ..How::new(schedule) }
}

fuzz_target!(|text: &str| {
    let Some((data, dictionary)) = text.split_once("\n--\n") else { return };
    let schedule = Schedule::default();
    for problem in &read_redcap_text(data, dictionary, &how(&schedule)).problems {
        let _ = casebook::error::describe(problem);
    }
});
