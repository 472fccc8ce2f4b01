//! Whatever stands in a data set of SDTM, reading it ends: the first byte chooses SAS transport,
//! Dataset-JSON or CSV.
#![no_main]

use casebook::import::read_sdtm_bytes;
use casebook_fuzz::{how, look_at};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let file = ["lb.xpt", "lb.json", "lb.csv"][usize::from(choice % 3)];
    look_at(&read_sdtm_bytes(file, rest, &how()));
});
