//! Whatever stands in a file of phenopackets, reading it ends, with records or with problems that have
//! places; under the report that it cites, or the one that a person names.
#![no_main]

use casebook::import::{How, read_phenopackets};
use casebook_fuzz::{how, look_at_lines};

libfuzzer_sys::fuzz_target!(|source: &str| {
    for report in [None, Some("ward".to_owned())] {
        let how = How { report, ..how() };
        look_at_lines(&read_phenopackets("packet", source, &how), source);
    }
});
