//! Each command at work, from an empty folder to its result: one file a command.
//!
//! These prove the wiring; whether a number is right is asked in `tests/reference.rs`, and once more
//! from end to end in `summary_change.rs`.

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod analyte;
mod attribute;
mod backup;
mod check;
mod cohort;
mod completions;
mod demo;
mod double_entry;
mod edit;
mod endpoint;
mod event;
mod everywhere;
mod export;
mod history;
mod history_export;
mod import;
mod import_fhir;
mod import_input;
mod import_phenopackets;
mod import_redcap;
mod import_sdtm;
mod import_table;
mod import_workbook;
mod infusion;
mod init;
mod lock;
mod measurement;
mod medication;
mod merge;
mod migrate;
mod patient;
mod product;
mod remove;
mod report;
mod schema;
mod show;
mod show_records;
mod sql;
mod statement;
mod summary_all;
mod summary_baseline;
mod summary_change;
mod summary_correlation;
mod summary_difference;
mod summary_explain;
mod summary_exposure;
mod summary_labs;
mod summary_medication;
mod summary_model;
mod summary_reports;
mod summary_response;
mod summary_safety;
mod template;
mod timepoint;
mod unlock;
mod verify;
mod visit;

use support::{Desk, Run, words};

/// A command, what its help says, and the commands below it.
struct Page {
    path: Vec<String>,
    help: String,
}

/// Every command that does something, found by walking through the help as a person would.
fn every_command() -> Vec<Page> {
    let desk = Desk::empty();
    let (mut open, mut found) = (vec![Vec::new()], Vec::new());
    while let Some(path) = open.pop() {
        let help = desk.run(&format!("{} --help", path.join(" "))).ok().stdout;
        let below: Vec<_> = below(&help).into_iter().filter(|name| name != "help").collect();
        if below.is_empty() {
            found.push(Page { path, help });
            continue;
        }
        open.extend(below.into_iter().map(|name| [path.clone(), vec![name]].concat()));
    }
    found
}

/// The names under "Commands:".
fn below(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    // A continued line is indented further than two blanks.
    let name = |line: &str| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned);
    lines.filter_map(name).filter(|name| !name.is_empty()).collect()
}

/// The command lines under "Examples:".
fn examples(help: &str) -> Vec<&str> {
    let lines = help.lines().skip_while(|line| *line != "Examples:");
    lines.filter_map(|line| line.strip_prefix("  casebook ")).collect()
}

#[test]
fn every_command_has_help_with_an_example_of_its_own() {
    let commands = every_command();
    assert!(commands.len() >= 19, "the walk found {} commands only", commands.len());
    for Page { path, help } in &commands {
        let about = help.lines().next().unwrap_or_default();
        assert!(
            about.len() > 10 && !about.starts_with("Usage"),
            "{path:?} does not say what it does"
        );
        let own = |example: &&str| words(example).windows(path.len()).any(|part| part == path);
        assert!(examples(help).iter().any(own), "{path:?} has no example in its help");
    }
}

#[test]
fn every_command_has_a_test_file() {
    let main = include_str!("main.rs");
    for Page { path, .. } in every_command() {
        let names = [path.join("_"), path[0].clone()];
        let is_tested = |name: &String| main.contains(&format!("\nmod {name};"));
        assert!(names.iter().any(is_tested), "tests/cli/{}.rs is missing", names[0]);
    }
}

/// An example that the command line refuses (exit 2) would teach a mistake. Files and patients it
/// names need not be there.
#[test]
fn every_example_is_a_command_line_that_is_understood() {
    let desk = Desk::demo();
    let top = desk.run("--help").ok().stdout;
    let mut helps: Vec<String> = every_command().into_iter().map(|page| page.help).collect();
    helps.push(top);
    for example in helps.iter().flat_map(|help| examples(help)) {
        // What stands behind two blanks explains; what stands behind > is the shell's.
        let line = example.split("  ").next().unwrap_or_default();
        let run: Run = desk.run(line.split(" > ").next().unwrap_or_default());
        assert!(matches!(run.code, Some(0 | 1 | 3)), "{run}");
        assert!(!run.stderr.contains("panicked"), "{run}");
    }
}
