//! A damaged file: named by an error or by `verify`, left as it is, and never a wrong result unnamed.

use crate::support::Desk;
use crate::{Dice, size};
use rusqlite::Connection;

const PAGE: usize = 4096;

/// What is asked of every damaged file.
const READING: [&str; 4] = [
    "summary change --format json",
    "measurement list a-2024/1 --format json",
    "show a-2024/1",
    "history",
];

/// Every command names the damage or says what it says of the whole file; whether it was named.
#[track_caller]
fn is_named_or_harmless(what: &str, damaged: Vec<u8>) -> bool {
    let whole = Desk::small();
    let desk = Desk::empty();
    desk.write("casebook.db", &damaged);
    let verified = desk.run("verify");
    assert!(matches!(verified.code, Some(0 | 1 | 3)), "{what}\n{verified}");
    let mut named = verified.code != Some(0);
    for line in READING {
        let run = desk.run(line);
        assert!(matches!(run.code, Some(0 | 1 | 3)), "{what}\n{run}");
        if run.code == Some(0) && !named {
            assert_eq!(run.stdout, whole.run(line).stdout, "{what}: wrong, and verify is content");
        }
        if run.code != Some(0) {
            assert!(run.stdout.is_empty(), "{what}\n{run}");
            assert!(run.stderr.contains("to mend"), "{what}: no advice\n{run}");
            named = true;
        }
    }
    assert_eq!(desk.names(), ["casebook.db"], "{what}");
    assert!(desk.bytes("casebook.db") == damaged, "{what}: reading changed the file");
    named
}

#[test]
fn a_file_cut_off_anywhere() {
    let bytes = Desk::small().bytes("casebook.db");
    let pages = bytes.len() / PAGE;
    let mut dice = Dice(5);
    let odd = (0..size(3, 60)).map(|_| dice.roll(bytes.len() as u64) as usize).collect::<Vec<_>>();
    let boundaries = (0..pages).step_by(size(19, 1)).map(|page| page * PAGE);
    for length in boundaries.chain(odd).chain([1, 71, 72, 99, 100, 101, 511, 512]) {
        let what = format!("cut off at {length} of {}", bytes.len());
        assert!(is_named_or_harmless(&what, bytes[..length].to_vec()), "{what}: not named");
    }
}

#[test]
fn a_page_of_zeros_or_of_noise() {
    let bytes = Desk::small().bytes("casebook.db");
    let mut unnamed = Vec::new();
    for page in (0..bytes.len() / PAGE).step_by(size(14, 1)) {
        for fill in [0x00, 0xaa] {
            let mut damaged = bytes.clone();
            damaged[page * PAGE..(page + 1) * PAGE].fill(fill);
            if !is_named_or_harmless(&format!("page {page} full of {fill:#04x}"), damaged) {
                unnamed.push((page, fill));
            }
        }
    }
    assert!(unnamed.is_empty(), "{unnamed:?}: not named");
}

#[test]
fn flipped_bits() {
    let bytes = Desk::small().bytes("casebook.db");
    let mut dice = Dice(7);
    let header = (0..100).step_by(size(9, 1));
    let anywhere: Vec<_> =
        (0..size(20, 500)).map(|_| dice.roll(bytes.len() as u64) as usize).collect();
    let (mut flips, mut named) = (0, 0);
    for at in header.chain(anywhere) {
        let mut damaged = bytes.clone();
        let bit = dice.roll(8);
        damaged[at] ^= 1 << bit;
        flips += 1;
        named += usize::from(is_named_or_harmless(&format!("bit {bit} of byte {at}"), damaged));
    }
    // Half of a young file is room for what comes; a bit there is nobody's.
    println!("{flips} flipped bits: {named} named, the others changed no result");
    assert!(named > flips / 10, "{named} of {flips} named");
}

/// A file as a program that was killed in the middle of a commit leaves it, with its journal.
pub fn interrupted(desk: &Desk) -> (Vec<u8>, Vec<u8>) {
    let file = Connection::open(desk.path("casebook.db")).expect("the registry");
    // So small a cache that changed pages go to the file before the commit.
    file.execute_batch(
        "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE patient SET age_years = 1; CREATE TABLE ballast AS
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         SELECT i, hex(randomblob(20)) AS text FROM n",
    )
    .expect("a change");
    let files = (desk.bytes("casebook.db"), desk.bytes("casebook.db-journal"));
    assert!(files.1[0] != 0, "the journal is not hot");
    files
}

/// A desk on which these two files lie.
pub fn left_behind(file: &[u8], journal: Option<&[u8]>) -> Desk {
    let desk = Desk::empty();
    desk.write("casebook.db", file);
    if let Some(journal) = journal {
        desk.write("casebook.db-journal", journal);
    }
    desk
}

#[test]
fn an_interrupted_write_is_put_back_by_whoever_comes_next() {
    let (file, journal) = interrupted(&Desk::small());
    for line in READING {
        let desk = left_behind(&file, Some(&journal));
        let run = desk.run(line).ok();
        assert_eq!(run.stdout, Desk::small().run(line).stdout);
        assert_eq!(desk.names(), ["casebook.db"]);
        desk.run("verify").ok();
    }
}

#[test]
fn a_journal_that_was_lost_is_missed() {
    let (file, _) = interrupted(&Desk::small());
    assert!(is_named_or_harmless("the journal is gone", file), "a lost journal is not named");
}

#[test]
fn a_journal_that_is_none_changes_nothing() {
    let bytes = Desk::small().bytes("casebook.db");
    for junk in [&b""[..], &b"not a journal"[..], &[0xaa; 9000], &[0; 9000]] {
        let desk = left_behind(&bytes, Some(junk));
        for line in READING {
            assert_eq!(desk.run(line).ok().stdout, Desk::small().run(line).stdout);
        }
        desk.run("verify").ok();
        assert!(desk.bytes("casebook.db") == bytes);
    }
}

/// As when a backup takes the place of a file that was being written when the power went.
#[test]
fn the_journal_of_another_file_is_not_played_back() {
    let (_, journal) = interrupted(&Desk::demo());
    let desk = left_behind(&Desk::small().bytes("casebook.db"), Some(&journal));
    let before = desk.files();
    for line in READING.into_iter().chain(["verify", "report add b --kind case-report"]) {
        let run = desk.run(line);
        assert_eq!(run.code, Some(3), "{run}");
        run.says("is not its journal").says("from a backup, move casebook.db-journal");
        assert!(desk.files() == before);
    }
    shows!(desk.run("verify"));
    std::fs::remove_file(desk.path("casebook.db-journal")).expect("moved away");
    desk.run("verify").ok();
}

/// One flipped bit that makes a file say that its schema is older than it is.
#[test]
fn a_version_that_its_migrations_do_not_know() {
    let mut bytes = Desk::small().bytes("casebook.db");
    // Bytes 60 to 63 hold user_version (sqlite.org/fileformat2.html).
    bytes[63] -= 1;
    let desk = left_behind(&bytes, None);
    shows!(desk.run("patient list"));
    assert!(desk.bytes("casebook.db") == bytes && desk.names() == ["casebook.db"]);
}
