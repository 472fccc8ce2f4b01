//! `casebook template`: a file to fill in. Needs no registry.

use crate::support::Desk;

#[test]
fn it_writes_a_case_file() {
    let desk = Desk::empty();
    shows!(desk.run("template case.toml").ok());
    assert_eq!(desk.names(), ["case.toml"]);
    assert!(desk.text("case.toml").contains("[[patient.visit]]"));
}

#[test]
fn quiet_says_nothing() {
    let run = Desk::empty().run("template case.toml -q").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

/// The invented patient of the template is marked as such and can be imported as it is.
#[test]
fn the_template_can_be_imported_and_is_simulated() {
    let desk = Desk::after(["init", "template case.toml", "import case.toml"]);
    let patients = desk.run("patient list --format json").ok().json();
    assert_eq!(patients["patients"][0]["simulated"], true);
    shows!(desk.run("show example-2026/1").ok());
}

#[test]
fn it_writes_a_workbook_the_same_each_time() {
    let desk = Desk::empty();
    let made = "--analytes \"HbA1c (%),FPG,ALT\" --schedule \"W0,W4\" --rows 20";
    shows!(desk.run(&format!("template visits.xlsx {made}")).ok());
    desk.run(&format!("template again.xlsx {made}")).ok();
    assert_eq!(desk.bytes("visits.xlsx"), desk.bytes("again.xlsx"));
}

#[test]
fn an_empty_template_holds_nothing_to_import() {
    let desk = Desk::empty();
    desk.run("init").ok();
    desk.run("template visits.xlsx").ok();
    shows!(desk.run("import visits.xlsx --dry-run").ok());
}
