//! The direction of the code, as `src/lib.rs` states it: who may name whom.

use std::fs;
use std::path::{Path, PathBuf};

/// Each folder (or file) of `src/`, the others it may name, and the words it must not use.
const RULES: &[(&str, &[&str], &[&str])] = &[
    ("domain", &[], &["rusqlite", "clap", "std::fs", "std::io", "println!", "Timestamp::now"]),
    ("statistics", &[], &["rusqlite", "clap", "std::fs", "std::io", "println!", "Timestamp::now"]),
    (
        "analysis",
        &["domain", "statistics"],
        &["rusqlite", "clap", "std::fs", "std::io", "println!", "Timestamp::now"],
    ),
    (
        "tables",
        &["analysis", "domain"],
        &["rusqlite", "clap", "std::fs", "std::io", "println!", "Timestamp::now"],
    ),
    ("formats", &["tables", "domain"], &["rusqlite", "clap", "std::fs", "println!"]),
    (
        "export",
        &["domain", "tables"],
        &["rusqlite", "clap", "std::fs", "println!", "Timestamp::now"],
    ),
    ("import", &["domain"], &["rusqlite", "clap", "println!"]),
    ("store", &["domain"], &["clap", "println!"]),
    ("error", &["domain", "import", "store"], &["rusqlite", "clap", "println!"]),
    (
        "commands",
        &["analysis", "domain", "error", "export", "formats", "import", "store", "tables"],
        &["rusqlite"],
    ),
];

/// No file of the project may be longer than this.
const MOST_LINES: usize = 600;

fn files(under: &Path) -> Vec<PathBuf> {
    if under.is_file() {
        return vec![under.to_owned()];
    }
    let entries =
        fs::read_dir(under).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| files(&path))
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect()
}

#[test]
fn every_folder_names_only_what_lies_below_it() {
    let mut wrong = Vec::new();
    for (name, may_name, forbidden) in RULES {
        for path in files(&Path::new("src").join(name)) {
            for (at, line) in fs::read_to_string(&path).expect("text").lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                let of_others =
                    RULES.iter().map(|(other, ..)| other.trim_end_matches(".rs")).filter(|other| {
                        *other != name.trim_end_matches(".rs") && !may_name.contains(other)
                    });
                let mut named = of_others.filter(|other| code.contains(&format!("crate::{other}")));
                let word = forbidden.iter().find(|word| code.contains(**word));
                if let Some(what) = named.next().or(word.copied()) {
                    wrong.push(format!("{}:{}: {name} names {what}", path.display(), at + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_ruled_and_no_file_is_too_long() {
    for entry in fs::read_dir("src").expect("src") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let is_ruled = RULES.iter().any(|(ruled, ..)| *ruled == name);
        assert!(is_ruled || ["lib.rs", "main.rs"].contains(&name.as_str()), "{name} has no rule");
    }
    for path in files(Path::new("src")) {
        let lines = fs::read_to_string(&path).expect("text").lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
    }
}
