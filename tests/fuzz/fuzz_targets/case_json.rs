//! Whatever stands in a .json file, reading it ends, with records or with problems that have places.
#![no_main]

use casebook::import::read_case;
use casebook_fuzz::{how, look_at_lines};

libfuzzer_sys::fuzz_target!(|source: &str| {
    let how = how();
    look_at_lines(&read_case("case", source, true, how.schedule, how.catalogue), source);
});
