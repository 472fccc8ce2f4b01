//! `casebook analyte`: what can be measured, and in which units; a registry may add its own.

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

/// Limits are optional; without them nothing notices a wrong value, which is said.
#[test]
fn what_can_not_be_checked_without_limits_is_said() {
    let desk = Desk::with_registry();
    shows!(
        desk.run("analyte add zinc --name Zinc --unit umol/L --decimals 1").ok(),
        desk.run("analyte add il8 --name \"Interleukin 8\" --unit ng/L --decimals 1 --hard 0..1e5")
            .ok(),
    );
}

const ADIPONECTIN: &str = r#"analyte add adiponectin --symbol Adipo --name Adiponectin --unit mg/L --decimals 1 --hard 0..100 --query 1..30 --loinc 47828-9 --specimen serum --alias acrp30 --alias "脂联素" --also-unit ug/mL=1 --basis "1 mL is 0.001 L" --also-unit mg/dL=10 --basis "1 dL is 0.1 L""#;

#[test]
fn an_analyte_of_the_registrys_own_is_as_good_as_any() {
    let desk = Desk::small();
    shows!(
        desk.run(ADIPONECTIN).ok(),
        desk.run(r#"visit add a-2024/1 W4 "Adipo=0.71 mg/dL""#).ok(),
        desk.run(r#"measurement add a-2024/1 W0 "acrp30=5.2 µg/mL""#).ok(),
        desk.run("measurement show a-2024/1 W4 adiponectin").ok(),
        desk.run("statement add a-2024/1 Adipo improved").ok(),
        desk.run("summary change --analyte Adipo").ok(),
        desk.run("show a-2024/1").ok(),
        desk.run("analyte list --own").ok(),
        desk.run("verify -q").ok(),
    );
}

#[test]
fn a_case_file_may_hold_it() {
    let desk = Desk::small();
    desk.run(ADIPONECTIN).ok();
    desk.write(
        "case.toml",
        r#"
        [report]
        key = "b-2025"
        kind = "case report"
        [[patient]]
        label = "1"
        [[patient.visit]]
        label = "W0"
        values = ["Adipo=7.1 mg/L"]
        "#,
    );
    desk.run("import case.toml").ok();
    let list = desk.run("measurement list b-2025/1 --format csv").ok().stdout;
    assert!(list.contains("adiponectin"), "{list}");
    desk.run("verify -q").ok();
}

#[test]
fn it_is_edited_shown_and_removed() {
    let desk = Desk::small();
    desk.run(ADIPONECTIN).ok();
    shows!(
        desk.run("analyte edit adiponectin --query 2..25 --decimals 2 --clear alias --reason x --dry-run").ok(),
        desk.run("analyte edit adiponectin --query 2..25 --decimals 2 --clear alias --reason x").ok(),
        desk.run(r#"analyte edit adiponectin --also-unit g/L=1000 --basis "1 g is 1000 mg" --clear hard --reason x"#).ok(),
        desk.run("analyte show adipo").ok(),
        desk.run("analyte show HbA1c --format json").ok(),
        desk.run("analyte remove adiponectin --reason \"never measured\"").ok(),
        desk.run("history --rows").ok(),
        desk.run("verify -q").ok(),
    );
    assert_eq!(desk.run("analyte list --own --format csv").ok().stdout.lines().count(), 1);
}

#[test]
fn it_comes_over_in_a_merge() {
    let desk = Desk::small();
    desk.run("backup copy.db").ok();
    desk.run(&format!("-r copy.db {ADIPONECTIN}")).ok();
    desk.run(r#"-r copy.db visit add a-2024/1 W4 "Adipo=0.71 mg/dL""#).ok();
    desk.run(r#"-r copy.db timepoint edit W4 --to "W4=D30±1" --reason x"#).ok();
    shows!(
        desk.run("merge copy.db").ok(),
        desk.run("visit show a-2024/1 W4").ok(),
        desk.run("verify -q").ok(),
    );
}
