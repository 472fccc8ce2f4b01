//! Whatever stands in a data set of SDTM, reading it ends: the first byte chooses SAS transport,
//! Dataset-JSON or CSV.
#![no_main]

use casebook::domain::{Schedule};
use casebook::import::{How, read_sdtm_bytes};
use libfuzzer_sys::fuzz_target;

fn how(schedule: &Schedule) -> How<'_> {
    How { report: Some("ward".to_owned()), ..How::new(schedule) }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let file = ["lb.xpt", "lb.json", "lb.csv"][usize::from(choice % 3)];
    let schedule = Schedule::default();
    for problem in &read_sdtm_bytes(file, rest, &how(&schedule)).problems {
        let _ = casebook::error::describe(problem);
    }
});
