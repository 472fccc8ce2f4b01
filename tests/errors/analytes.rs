//! An analyte of the registry's own that can't be so.

use super::refuses;
use crate::support::{Desk, SMALL};

const ADD: &str = "analyte add adiponectin --name Adiponectin --unit mg/L --decimals 1";

fn desk() -> Desk {
    let more = [
        r#"analyte add adiponectin --symbol Adipo --name Adiponectin --unit mg/L --decimals 1 --hard 0..100 --query 1..30 --also-unit mg/dL=10 --basis "1 dL is 0.1 L""#,
        r#"measurement add a-2024/1 W0 "Adipo=0.71 mg/dL""#,
        "statement add a-2024/1 Adipo improved",
    ];
    Desk::after(SMALL.into_iter().chain(more))
}

#[test]
fn analyte_that_is_not_complete() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "analyte add adiponectin --unit mg/L").says("also --name, --decimals"),
        refuses(&desk, 2, &format!("{ADD} --also-unit mg/dL=10"))
            .says("where each factor comes from"),
        refuses(&desk, 2, "analyte edit adiponectin --basis x --reason x"),
    );
}

#[test]
fn analyte_that_can_not_be_read() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "analyte add IL-6 --name x --unit pg/mL --decimals 1").says("il_10"),
        refuses(&desk, 2, &format!("{ADD} --also-unit mg/dL --basis x")).says("mg/dL=10"),
        refuses(&desk, 2, &format!("{ADD} --also-unit mg/dL=0 --basis x")),
        refuses(&desk, 2, &format!("{ADD} --hard 100..0")).says("the lower one stands first"),
        refuses(&desk, 2, &format!("{ADD} --loinc 47828-0")).says("would end in -9"),
        refuses(&desk, 2, &format!("{ADD} --loinc LP1234")),
    );
}

#[test]
fn analyte_whose_name_is_taken() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, ADD),
        refuses(&desk, 1, "analyte add hba1c --name x --unit % --decimals 1"),
        refuses(&desk, 1, "analyte add a1c_lab --symbol HbA1c --name x --unit % --decimals 1"),
        refuses(
            &desk,
            1,
            "analyte add leptin --name Leptin --unit ug/L --decimals 1 --alias adipo"
        ),
        refuses(&desk, 1, "analyte edit adiponectin --alias FBG --reason x"),
    );
}

#[test]
fn analyte_that_contradicts_itself() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, &format!("{ADD} --hard 0..10 --query 1..30"))
            .says("within the hard ones"),
        refuses(&desk, 1, &format!("{ADD} --also-unit mg/l=1 --basis x")).says("each unit once"),
        refuses(&desk, 1, &format!("{ADD} --symbol a=b")),
        refuses(&desk, 1, r#"analyte add x --name X --unit "unit not reported" --decimals 0"#),
    );
}

/// Prefixes are exact, whatever is measured: a factor that contradicts them moves every value.
#[test]
fn analyte_with_a_factor_that_its_prefixes_contradict() {
    let desk = desk();
    let cytokine = "analyte add il8 --name \"Interleukin 8\" --unit pg/mL --decimals 1";
    shows!(
        refuses(&desk, 1, &format!("{cytokine} --also-unit pg/L=1 --basis x")).says("pg/L=0.001"),
        refuses(&desk, 1, &format!("{cytokine} --also-unit ng/mL=0.001 --basis x")),
        refuses(
            &desk,
            1,
            r#"analyte edit adiponectin --also-unit mg/dL=10 --basis "1 dL is 0.1 L" --also-unit ug/L=1000 --basis b --reason x"#
        ),
    );
}

#[test]
fn analyte_whose_rule_is_in_use() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "analyte edit adiponectin --unit ug/L --reason x").says("keep the rule"),
        refuses(&desk, 1, "analyte edit adiponectin --also-unit mg/dL=11 --basis y --reason x"),
        refuses(&desk, 1, "analyte edit adiponectin --clear also-unit --reason x"),
        refuses(&desk, 1, "analyte remove adiponectin --reason x")
            .says("1 measurement, 1 statement"),
    );
}

#[test]
fn analyte_that_is_not_the_registrys() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "analyte edit hba1c --decimals 1 --reason x").says("built in"),
        refuses(&desk, 1, "analyte remove hba1c --reason x"),
        refuses(&desk, 1, "analyte edit adiponectine --decimals 1 --reason x").says("did you mean"),
        refuses(&desk, 1, "analyte show Hb1Ac").says("did you mean"),
        refuses(&desk, 1, "analyte edit adiponectin --decimals 1 --reason x --dry-run"),
        refuses(&desk, 1, "analyte edit adiponectin --decimals 2"),
        refuses(&desk, 2, "analyte edit adiponectin --clear unit --reason x"),
        refuses(&desk, 3, "analyte list -r missing.db"),
    );
}

/// A value of it is held to its limits as one of any other analyte.
#[test]
fn value_outside_its_own_limits() {
    let desk = desk();
    desk.run("analyte add leptin --name Leptin --unit ug/L --decimals 1 --query ..50").ok();
    shows!(
        refuses(&desk, 1, r#"visit add a-2024/1 W4 "Adipo=101 mg/L""#),
        refuses(&desk, 1, r#"visit add a-2024/1 W4 "Adipo=31 mg/L""#).says("--accept"),
        refuses(&desk, 1, r#"visit add a-2024/1 W4 "leptin=51 ug/L""#).says("--accept"),
        refuses(&desk, 1, r#"visit add a-2024/1 W4 "Adipo=7.1 nmol/L""#),
    );
}

#[test]
fn analyte_of_another_unit_in_a_merge() {
    let desk = desk();
    desk.run(r#"init -r other.db --title Other --schedule W0"#).ok();
    for line in [
        "report add b-2025 --kind case-report",
        "patient add b-2025/1",
        "analyte add adiponectin --name Adiponectin --unit nmol/L --decimals 1",
        r#"visit add b-2025/1 W0 "adiponectin=200 nmol/L""#,
    ] {
        desk.run(&format!("-r other.db {line}")).ok();
    }
    let run = desk.run("merge other.db");
    assert_eq!(run.code, Some(1), "{run}");
    shows!(run, desk.run("verify -q").ok());
}
