//! `--explain`: the records behind the numbers of a summary.

use crate::support::{Desk, SMALL};
use sha2::{Digest, Sha256};

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_values_the_pairs_and_what_is_not_counted() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/2 later --day 40 "HbA1c=<6.0 %""#).ok();
    desk.run(r#"visit add a-2024/2 W12 HbA1c=at-target"#).ok();
    shows!(desk.run("summary change --analyte HbA1c,FPG --explain").ok().sound());
}

#[test]
fn who_the_patients_were_and_what_happened() {
    let mut lines = SMALL.to_vec();
    lines.extend([
        "event add a-2024/1 Fever --onset 1 --grade 2 --ctcae 5.0 --related-to-cells possible",
        "event add a-2024/2 Rash --onset 1",
    ]);
    let desk = Desk::after(lines);
    shows!(
        desk.run("summary baseline --by sex --analyte HbA1c --explain").ok().sound(),
        desk.run("summary safety --explain").ok().sound(),
    );
}

/// Whoever is given a result can ask for its rows and hash them.
#[test]
fn the_hash_in_json_is_that_of_the_rows_in_csv() {
    let desk = Desk::demo();
    for summary in [
        "change --analyte HbA1c",
        "baseline --by report",
        "safety --real",
        "response --by report",
        "labs",
        "exposure",
        "medication --by sex",
        "response --time",
        "reports",
    ] {
        let json = desk.run(&format!("summary {summary} --format json")).ok().json();
        let csv = desk.run(&format!("summary {summary} --explain --format csv")).ok().stdout;
        assert!(csv.starts_with("parameter,name,unit,timepoint,group,variable,patient,"), "{csv}");
        assert_eq!(json["rows_sha256"], sha256(&csv), "{summary}");
        assert!(json.get("contributions").is_none(), "{summary}: not asked for");
        let explained = desk.run(&format!("summary {summary} --explain --format json")).ok().json();
        let rows = explained["contributions"].as_array().expect("rows").len();
        assert_eq!(explained["rows_sha256"], json["rows_sha256"]);
        let lines = csv::Reader::from_reader(csv.as_bytes()).into_records().count();
        assert_eq!(rows, lines, "{summary}");
        let table = desk.run(&format!("summary {summary} --explain --quiet")).ok();
        assert!(table.stdout.contains(&sha256(&csv)), "{summary}");
    }
}

#[test]
fn one_more_value_is_another_hash_and_another_entry() {
    let desk = Desk::small();
    let asked = || desk.run("summary change --analyte HbA1c --format json").ok().json();
    let before = asked();
    desk.run(r#"visit add a-2024/2 W12 "FPG=7.0 mmol/L""#).ok();
    let another_analyte = asked();
    assert_eq!(before["rows_sha256"], another_analyte["rows_sha256"]);
    assert_ne!(before["registry_hash"], another_analyte["registry_hash"]);
    let entries = |page: &serde_json::Value| page["registry_entries"].as_i64().expect("a number");
    assert_eq!(entries(&another_analyte), entries(&before) + 1);
    desk.run(r#"visit add a-2024/2 W4 "HbA1c=8.0 %""#).ok();
    assert_ne!(asked()["rows_sha256"], before["rows_sha256"]);
    let verified = desk.run("verify --format json").ok().json();
    assert_eq!(verified["last_hash"], asked()["registry_hash"]);
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let run = desk.run("summary safety --explain -q -o safety.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let shown = desk.run("summary safety --explain --format md").ok().stdout;
    assert_eq!(desk.text("safety.md"), shown);
}
