//! Whatever stands in the data and the dictionary of a REDCap export (two texts with a line `--` between
//! them), reading it ends.
#![no_main]

use casebook::import::read_redcap_text;
use casebook_fuzz::{how, look_at};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some((data, dictionary)) = text.split_once("\n--\n") else { return };
    look_at(&read_redcap_text(data, dictionary, &how()));
});
