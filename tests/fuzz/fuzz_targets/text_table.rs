//! Any bytes at all, read as a table of text: by its headings, and by a map. A first map can be proposed
//! of it, or it is said why not.
#![no_main]

use casebook::import::{How, InputFormat, propose_map};
use casebook_fuzz::{file, how, look_at_all, read_table};

const MAP: &str = r#"
[file]
decimal_comma = true
date_format = "DD.MM.YYYY"
[columns]
a = "patient"
b = "date"
c = { analyte = "fpg", unit = "mmol/L", values = { "-" = "not done" } }
d = { analyte = "hba1c", visit = "W4" }
e = "ignore"
[values]
"-99" = ""
[units]
hba1c = "%"
"#;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let table = file("t.csv", bytes);
    read_table(&table, None);
    read_table(&table, Some(file("map.toml", MAP.as_bytes())));
    let how = How { format: Some(InputFormat::Table), ..how() };
    if let Err(problems) = propose_map(&table, &how).expect("a file that is there") {
        look_at_all(&problems);
    }
});
