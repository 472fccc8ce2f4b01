//! `casebook summary all`: every summary, in one document.

use crate::support::{Desk, SMALL};

/// The titles of the sections, in their order.
fn titles(desk: &Desk, line: &str) -> Vec<String> {
    let page = desk.run(line).ok().sound().json();
    let sections = page["sections"].as_array().expect("sections").clone();
    sections.iter().map(|one| one["title"].as_str().expect("a title").to_owned()).collect()
}

#[test]
fn one_document_of_a_small_registry() {
    shows!(Desk::after(SMALL).run("summary all").ok().sound());
}

#[test]
fn nobody_at_all() {
    let desk = Desk::with_registry();
    let run = desk.run("summary all").ok().sound();
    assert!(run.stdout.starts_with("All summaries\n\n0 patients of 0 reports.\n"), "{run}");
    assert!(!titles(&desk, "summary all --format json").is_empty());
}

/// Each section is what its own command says.
#[test]
fn each_section_is_the_summary_of_its_name() {
    let desk = Desk::demo();
    let page = desk.run("summary all --format json").ok().sound().json();
    let sections = page["sections"].as_array().expect("sections");
    let summaries =
        ["reports", "baseline", "exposure", "medication", "change", "response", "safety", "labs"];
    assert_eq!(sections.len(), summaries.len());
    for (section, summary) in sections.iter().zip(summaries) {
        let alone = desk.run(&format!("summary {summary} --format json")).ok().json();
        for records in ["results", "reports", "contributions"] {
            assert_eq!(section.get(records), alone.get(records), "{summary}: {records}");
        }
        assert_eq!(section["rows_sha256"], alone["rows_sha256"], "{summary}");
        assert_eq!(section["title"], alone["title"]);
    }
}

#[test]
fn options_count_where_they_can() {
    let desk = Desk::demo();
    let page = desk.run("summary all --real --by sex --timepoint W12 --format json").ok().json();
    assert_eq!(page["patient_count"], 1);
    let sections = page["sections"].as_array().expect("sections");
    assert!(sections.iter().all(|section| section["patient_count"] == 1));
    let last = |line: &str| titles(&desk, line).pop().expect("a section");
    let difference = "Difference of change from baseline";
    assert_eq!(last("summary all --by sex --format json"), difference);
    assert_ne!(last("summary all --by diagnosis --format json"), difference, "one group alone");
    let explained = desk.run("summary all --real --explain").ok().sound();
    assert!(explained.stdout.matches("Behind the numbers").count() > 3, "{explained}");
    let csv = desk.run("summary all --format csv").ok().stdout;
    assert!(csv.contains("\nChange from baseline: results,hba1c,HbA1c,"), "{csv}");
    let markdown = desk.run("summary all --format md").ok().stdout;
    assert!(markdown.starts_with("# All summaries\n"), "{markdown}");
    assert_eq!(markdown.matches("\n## ").count(), sections.len());
}

#[test]
fn two_runs_are_the_same_quiet_and_files() {
    let desk = Desk::small();
    let first = desk.run("summary all --format md").ok().stdout;
    let run = desk.run("summary all -q -o all.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("all.md"), first);
}
