//! Columns of the registry's own that can't be, and values that are none.

use super::refuses;
use crate::support::{Desk, SMALL};

fn desk() -> Desk {
    let more = [
        r#"attribute add arm --kind category --values placebo,msc --label "Treatment arm""#,
        "attribute add score --kind number",
        "attribute add seen --kind date",
        "attribute add smoking --kind yes-no",
        "attribute add centre --kind text",
        "patient edit a-2024/1 --set arm=msc --set score=3 --reason x",
    ];
    Desk::after(SMALL.into_iter().chain(more))
}

#[test]
fn attribute_that_can_not_be_added() {
    let desk = desk();
    shows!(
        refuses(&desk, 2, "attribute add sex --kind text"),
        refuses(&desk, 2, "attribute add e_mail --kind text").says("identify"),
        refuses(&desk, 2, r#"attribute add "Study site" --kind text"#).says("study_site"),
        refuses(&desk, 2, "attribute add region --kind categry").says("category"),
        refuses(&desk, 2, "attribute add region --kind category"),
        refuses(&desk, 2, "attribute add region --kind text --values a,b"),
        refuses(&desk, 2, r#"attribute add region --kind category --values "a,not reported""#),
        refuses(&desk, 1, "attribute add arm --kind text"),
    );
}

#[test]
fn attribute_value_that_is_none() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "patient add a-2024/3 --set arm=placbo").says("did you mean"),
        refuses(&desk, 1, "patient add a-2024/3 --set arm=surgery").says("--add-value"),
        refuses(
            &desk,
            1,
            "patient add a-2024/3 --set score=7,5 --set smoking=maybe --set seen=3/4/24"
        ),
        refuses(&desk, 1, "patient add a-2024/3 --set smokin=no").says("did you mean"),
        refuses(&desk, 1, "patient add a-2024/3 --set region=north").says("attribute add region"),
        refuses(&desk, 1, "patient add a-2024/3 --set phone=5551234").never_says("5551234"),
        refuses(&desk, 2, "patient add a-2024/3 --set arm").never_says("Usage"),
        refuses(&desk, 2, "patient add a-2024/3 --set arm=").says("--unset"),
        refuses(&desk, 2, "patient add a-2024/3 --set arm=msc --set arm=placebo"),
    );
}

#[test]
fn attribute_edit_of_a_patient_that_can_not_be() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "patient edit a-2024/1 --set arm=both --reason x"),
        refuses(&desk, 1, "patient edit a-2024/1 --set arm=MSC --reason x"),
        refuses(&desk, 1, "patient edit a-2024/1 --unset arms --reason x").says("did you mean"),
        refuses(&desk, 1, "patient edit a-2024/1 --unset smoking --reason x"),
        refuses(&desk, 2, "patient edit a-2024/1 --set arm=msc --unset arm --reason x"),
    );
}

#[test]
fn attribute_that_is_in_use() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "attribute edit arm --remove-value msc --reason x").says("--unset"),
        refuses(&desk, 1, "attribute edit arm --kind text --reason x"),
        refuses(&desk, 1, "attribute remove arm --reason x").says("--with-values"),
    );
}

#[test]
fn attribute_edit_that_can_not_be() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "attribute edit arms --label x --reason x").says("did you mean"),
        refuses(&desk, 1, "attribute edit arm --remove-value plcebo --reason x").says("placebo"),
        refuses(&desk, 1, "attribute edit score --add-value 1 --reason x"),
        refuses(&desk, 1, "attribute edit centre --kind category --reason x"),
        refuses(&desk, 1, "attribute edit arm --add-value MSC --reason x"),
        refuses(&desk, 1, "attribute edit arm --add-value sham"),
        refuses(&desk, 1, "attribute show arms").says("did you mean"),
        refuses(&desk, 1, "attribute remove arms --reason x").says("did you mean"),
    );
}

#[test]
fn attribute_that_makes_no_groups() {
    let desk = desk();
    for label in 1..=13 {
        desk.run(&format!("patient add a-2024/c{label} --set centre=c{label:02}")).ok();
    }
    shows!(
        refuses(&desk, 1, "summary change --by score"),
        refuses(&desk, 1, "summary exposure --by centre").says("13"),
        refuses(&desk, 1, "summary change --by smokng").says("smoking"),
        refuses(&desk, 1, "summary exposure --by moon").says("arm"),
    );
}

const CASE: &str = r#"[report]
key = "li-2019"
kind = "trial arm"
[[attribute]]
key = "arm"
kind = "category"
values = ["placebo", "msc", "sham"]
label = "Arm"
[[patient]]
label = "1"
attributes = { arm = "shm", telephone = "5551234", score = "high" }
"#;

#[test]
fn attributes_of_a_case_file_that_do_not_fit() {
    let desk = desk();
    desk.write("li.toml", CASE);
    desk.write("odd.toml", CASE.replace("\"category\"", "\"date\"").replace("\"arm\"", "\"mrn\""));
    let fresh = Desk::with_registry();
    fresh.write("li.toml", CASE);
    shows!(
        refuses(&desk, 1, "import li.toml").never_says("5551234").says("line 11"),
        refuses(&desk, 1, "import odd.toml").says("identify"),
        refuses(&fresh, 1, "import li.toml").says("did you mean \"sham\"?"),
    );
}

#[test]
fn attribute_of_another_kind_in_a_merge() {
    let desk = Desk::small();
    desk.run("backup copy.db").ok();
    desk.run("attribute add arm --kind yes-no").ok();
    desk.run("-r copy.db attribute add arm --kind text").ok();
    desk.run("-r copy.db patient edit a-2024/1 --set arm=left --reason x").ok();
    let run = desk.run("merge copy.db");
    assert_eq!(run.code, Some(1), "{run}");
    shows!(run);
    desk.run("verify").ok();
}
