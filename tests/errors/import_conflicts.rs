//! A file that contradicts what is recorded: exit 1. Nothing is ever overwritten.

use super::refuses;
use crate::support::{Desk, Run};

const CASE: &str = r#"[report]
key = "li-2019"
kind = "case report"
year = 2019
[[product]]
key = "cells"
tissue = "umbilical cord"
[[patient]]
label = "1"
age = 53
source = "p. 2"
[[patient.infusion]]
number = 1
product = "cells"
cells = "6e7"
[[patient.visit]]
label = "W4"
values = ["HbA1c=8.0 %", "FPG=7.1 mmol/L"]
[[patient.visit.measurement]]
analyte = "CEA"
value = "3.5"
unit = "ng/mL"
source = "table 2"
"#;

/// Import the case, then the same with one thing changed. What differs is told in words, not as
/// JSON.
#[track_caller]
fn refuses_change(from: &str, to: &str) -> Run {
    let desk = Desk::with_registry();
    desk.write("li.toml", CASE);
    desk.run("import li.toml").ok();
    assert!(CASE.contains(from), "{from}");
    desk.write("li.toml", CASE.replace(from, to));
    refuses(&desk, 1, "import li.toml").says("nothing is overwritten").never_says("{")
}

#[test]
fn a_changed_value() {
    shows!(refuses_change("HbA1c=8.0 %", "HbA1c=8.1 %").says("8.1").says("8.0"));
}

#[test]
fn a_changed_unit() {
    shows!(refuses_change("FPG=7.1 mmol/L", "FPG=130 mg/dL").says("mg/dL").says("mmol/L"));
}

#[test]
fn a_value_that_was_not_done_after_all() {
    shows!(refuses_change("FPG=7.1 mmol/L", "FPG=not-done").says("not done").says("7.1"));
}

#[test]
fn a_changed_day() {
    let run = refuses_change("label = \"W4\"", "label = \"W4\"\nday = 30");
    shows!(run.says("30").says("28"));
}

#[test]
fn a_changed_report() {
    shows!(refuses_change("year = 2019", "year = 2020").says("2020").says("2019"));
}

#[test]
fn a_changed_patient() {
    shows!(refuses_change("age = 53", "age = 35").says("35").says("53"));
}

#[test]
fn a_changed_dose() {
    shows!(refuses_change("6e7", "6e6"));
}

#[test]
fn a_changed_product() {
    shows!(refuses_change("umbilical cord", "bone marrow").says("bone marrow"));
}

#[test]
fn a_changed_source() {
    shows!(refuses_change("source = \"p. 2\"", "source = \"p. 3\"").says("p. 3").says("p. 2"));
}

/// More than is recorded is no silence: it is named, with the way to add it.
#[test]
fn a_field_that_is_not_recorded_yet() {
    let run = refuses_change("age = 53", "age = 53\nsex = \"female\"");
    shows!(run.says("female").says("nothing").says("--update"));
}

/// What a file leaves out contradicts nothing: sources, doses, whole patients.
#[test]
fn a_file_that_says_less_is_known() {
    let desk = Desk::with_registry();
    desk.write("li.toml", CASE);
    desk.run("import li.toml").ok();
    let less = CASE.replace("source = \"table 2\"\n", "").replace("age = 53\n", "");
    let less = less.replace("cells = \"6e7\"\n", "").replace("year = 2019\n", "");
    desk.write("li.toml", less);
    shows!(desk.run("import li.toml").ok());
    assert!(desk.run("show li-2019/1").ok().stdout.contains("53"));
}

/// Each value that differs with --update is told with what no reading corrects.
#[test]
fn a_value_that_an_update_can_not_correct() {
    let desk = Desk::with_registry();
    desk.write("li.toml", CASE);
    desk.run("import li.toml").ok();
    desk.write("li.toml", CASE.replace("FPG=7.1 mmol/L", "FPG=not-done"));
    shows!(refuses(&desk, 1, "import li.toml --update --reason chart").says("measurement remove"));
}

#[test]
fn an_update_without_a_reason() {
    let desk = Desk::with_registry();
    desk.write("li.toml", CASE);
    shows!(refuses(&desk, 1, "import li.toml --update").says("--reason"));
}

/// A corrected file that only adds is taken.
#[test]
fn what_is_new_is_added_beside_what_is_known() {
    let desk = Desk::with_registry();
    desk.write("li.toml", CASE);
    desk.run("import li.toml").ok();
    let more = "[[patient.visit]]\nlabel = \"W12\"\nvalues = [\"HbA1c=7.0 %\"]\n";
    desk.write("li.toml", format!("{CASE}{more}"));
    shows!(desk.run("import li.toml").ok());
}

/// The print is the same; what differs is the correction, told with its unit.
#[test]
fn a_correction_in_the_file() {
    let corrected = "unit = \"ng/mL\"\nreading = [{ value = \"3.8\", unit = \"ng/mL\", standing = \"accepted\", by = \"a\", reason = \"b\" }]";
    shows!(refuses_change("unit = \"ng/mL\"", corrected).says("3.5 ng/mL, corrected to 3.8 ng/mL"));
}
