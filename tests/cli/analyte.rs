//! `casebook analyte`: what can be measured, and in which units. Needs no registry.

use crate::support::Desk;

#[test]
fn the_list_needs_no_registry() {
    shows!(Desk::empty().run("analyte list").ok());
}

#[test]
fn csv_has_a_line_an_analyte_and_the_limits() {
    let desk = Desk::empty();
    let csv = desk.run("analyte list --format csv").ok().stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heading = reader.headers().expect("a heading").clone();
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let at = |name| heading.iter().position(|column| column == name).expect(name);
    assert!(rows.len() >= 50);
    let hba1c = rows.iter().find(|row| &row[at("key")] == "hba1c").expect("HbA1c");
    assert_eq!((&hba1c[at("unit")], &hba1c[at("loinc")]), ("mmol/mol", "59261-8"));
    assert_eq!((&hba1c[at("hard_min")], &hba1c[at("hard_max")]), ("9.0", "195.0"));
    let json = desk.run("analyte list --format json").ok().json();
    assert_eq!(json["analytes"].as_array().map(Vec::len), Some(rows.len()));
}

#[test]
fn quiet_and_files() {
    let desk = Desk::empty();
    let run = desk.run("analyte list -q -o analytes.md").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("analytes.md"), desk.run("analyte list --format md").ok().stdout);
    assert_eq!(desk.names(), ["analytes.md"]);
}

/// Whatever the list calls an analyte can be typed in its first unit.
#[test]
fn every_name_of_the_list_can_be_typed() {
    let desk = Desk::small();
    let list = desk.run("analyte list --format json").ok().json();
    let all = list["analytes"].as_array().expect("analytes").iter();
    let value = |analyte: &serde_json::Value| {
        let text = |name| analyte[name].as_str().expect(name).to_owned();
        let unit = if text("unit") == "no unit" { String::new() } else { text("unit") };
        let middle = f64::midpoint(
            analyte["query_min"].as_f64().expect("a limit"),
            analyte["query_max"].as_f64().expect("a limit"),
        );
        format!("\"{}={middle} {unit}\"", text("analyte"))
    };
    let values: Vec<_> = all.map(value).collect();
    desk.run(&format!("visit add a-2024/2 W4 {}", values.join(" "))).ok();
}
