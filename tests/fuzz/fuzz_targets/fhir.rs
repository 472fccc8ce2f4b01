//! Whatever stands in a file of FHIR, whole or line by line, reading it ends, with records or with
//! problems that have places.
#![no_main]

use casebook::import::read_fhir;
use casebook_fuzz::{how, look_at_lines};

libfuzzer_sys::fuzz_target!(|source: &str| {
    for is_lines in [false, true] {
        look_at_lines(&read_fhir("bundle", source, is_lines, &how()), source);
    }
});
