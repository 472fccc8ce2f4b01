//! The registry under fire: many programs at once, killed programs, failing disks, damaged files.
//!
//! What must hold whatever happens: a write that was acknowledged is there, a write that failed is
//! not, the file is what its log says, and what can't be used is named. `cargo test` does little of
//! it; `CASEBOOK_FIRE=full cargo test --test fire` does all (see tests/README.md).
#![cfg(unix)]

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod damage;
mod disk;
mod kills;
mod places;
mod readers;
mod versions;
mod writers;

use serde_json::Value;
use support::Desk;

/// One of two sizes: the first for `cargo test`, the second with `CASEBOOK_FIRE=full`.
fn size(small: usize, full: usize) -> usize {
    match std::env::var("CASEBOOK_FIRE").as_deref() {
        Ok("full") => full,
        Ok(other) => panic!("CASEBOOK_FIRE is {other}; it can be full, or left out"),
        Err(_) => small,
    }
}

/// Random numbers that are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// The file is what its log says, SQLite finds nothing, and nothing lies beside it.
#[track_caller]
fn assert_sound(desk: &Desk, beside: &[&str]) -> Value {
    let verified = desk.run("verify --format json").ok().json();
    let mut expected = vec!["casebook.db"];
    expected.extend(beside);
    expected.sort_unstable();
    assert_eq!(desk.names(), expected, "the registry has company");
    verified
}

/// The keys of all patients.
#[track_caller]
fn patients(desk: &Desk) -> Vec<String> {
    texts(&desk.run("patient list --format json").ok().json(), "patient")
}

/// One column of a list.
fn texts(page: &Value, column: &str) -> Vec<String> {
    let rows = page.as_object().expect("a page").values().find_map(Value::as_array);
    let rows = rows.expect("rows").iter();
    rows.map(|row| row[column].as_str().expect("a text").to_owned()).collect()
}

/// A case file of one report with so many patients, three visits each.
fn case(report: &str, patients: usize) -> String {
    let mut case = format!("[report]\nkey = \"{report}\"\nkind = \"case series\"\n");
    for patient in 0..patients {
        case += &format!("[[patient]]\nlabel = \"{patient}\"\n");
        for week in [0, 4, 12] {
            let values = r#"["HbA1c=8.0 %", "FPG=8.2 mmol/L", "ALT=30 U/L"]"#;
            case += &format!("[[patient.visit]]\nlabel = \"W{week}\"\nvalues = {values}\n");
        }
    }
    case
}
