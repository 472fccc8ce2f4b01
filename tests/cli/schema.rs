//! `casebook schema`: what every result holds. That every result of the tests is one of those that it
//! describes is held by `support::Run`.

use crate::support::{Desk, SMALL};

#[test]
fn it_is_printed_whole_and_names_its_version() {
    let desk = Desk::empty();
    let run = desk.run("schema").ok();
    let schema = run.json();
    assert_eq!(schema, casebook::formats::schema());
    assert_eq!(schema["title"], "What casebook writes as JSON, version 1");
    jsonschema::meta::validate(&schema).expect("a JSON Schema");
    desk.run("schema -q -o casebook.schema.json").ok();
    assert_eq!(desk.text("casebook.schema.json"), run.stdout);
}

/// Every command that writes a page, so that what nobody else looks at is held against the schema too.
#[test]
fn every_page_is_one_that_it_describes() {
    let desk = Desk::after(SMALL);
    for line in [
        "event add a-2024/1 Fever --onset 1",
        "medication add a-2024/1 metformin --dose 2000 --unit mg",
        "statement add a-2024/1 HbA1c improved",
        r#"attribute add arm --kind category --values "placebo,msc""#,
        r#"patient edit a-2024/1 --set arm=msc --reason x"#,
        r#"cohort add older --where "age_years > 55""#,
        r#"endpoint add target --rule "HbA1c < 7 %""#,
        r#"analyte add crp2 --name "C-reactive protein, other" --unit mg/L --decimals 1"#,
    ] {
        let run = desk.run(&format!("{line} --format json")).ok();
        assert!(run.stdout.starts_with("{\n  \"title\""), "{run}");
    }
    for line in [
        "report list",
        "report show a-2024",
        "patient list",
        "patient show a-2024/1",
        "product list",
        "product show cells",
        "attribute list",
        "attribute show arm",
        "infusion list",
        "infusion show a-2024/1 1",
        "visit list",
        "visit show a-2024/1 W0",
        "measurement list",
        "measurement list a-2024/1",
        "measurement show a-2024/1 W0 HbA1c",
        "event list",
        "event show a-2024/1 1",
        "medication list",
        "medication show a-2024/1 1",
        "statement list",
        "statement show a-2024/1 1",
        "analyte list",
        "analyte show HbA1c",
        "timepoint list",
        "timepoint show W4",
        "cohort list",
        "cohort show older",
        "cohort columns",
        "endpoint list",
        "endpoint show target",
        "endpoint presets",
        "show a-2024/1",
        "show a-2024/1 --sources",
        "summary baseline",
        "summary change",
        "summary exposure",
        "summary medication",
        "summary reports",
        "summary response",
        "summary response --endpoint target --preset bhansali-2009",
        "summary response --time",
        "summary safety",
        r#"sql "SELECT 1 AS one""#,
        "sql --list",
        "history",
        "history --rows",
        "history --fields",
        "history a-2024/1 --as-of 2999-12-31",
        "verify",
        "migrate --status",
        "migrate --dry-run",
        "lock a-2024/2 --reason x",
        "unlock a-2024/2 --reason x",
        "backup copy.db",
        "check",
    ] {
        let run = desk.run(&format!("{line} --format json"));
        assert!(run.stdout.starts_with("{\n  \"title\""), "{run}");
    }
}
