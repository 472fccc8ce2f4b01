//! Questions to the cohort that can't be answered: exit 1, or 2 if the command line asks for an option
//! that a summary could only ignore.

use super::refuses;
use crate::support::Desk;

#[test]
fn timepoint_that_is_not_planned() {
    shows!(refuses(&Desk::small(), 1, "summary change --timepoint W13"));
}

#[test]
fn baseline_that_is_compared_with_nothing() {
    shows!(refuses(&Desk::small(), 1, "summary labs --timepoint W0"));
}

#[test]
fn level_that_is_none() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "summary change --level 95"),
        refuses(&desk, 2, "summary change --level 1"),
    );
}

#[test]
fn change_test_that_is_none() {
    shows!(refuses(&Desk::small(), 2, "summary change --test anova"));
    refuses(&Desk::small(), 2, "summary change --extra worst");
}

#[test]
fn groups_that_can_not_be_compared() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "summary difference"),
        refuses(&desk, 1, "summary difference --by report"),
        refuses(&desk, 1, "summary difference --by sex --reference femal"),
        refuses(&desk, 1, "summary difference --by arm"),
    );
    refuses(&desk, 2, "summary difference --by sex --test anova");
    refuses(&desk, 1, "summary difference --by sex --where \"sex = 'male'\"");
    refuses(&Desk::with_registry(), 1, "summary difference --by sex");
}

#[test]
fn option_that_a_summary_could_only_ignore() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "summary exposure --analyte HbA1c"),
        refuses(&desk, 2, "summary reports --by sex"),
        refuses(&desk, 2, "summary medication --units si"),
    );
    for option in ["--timepoint W12", "--units si", "--level 0.9"] {
        refuses(&desk, 2, &format!("summary exposure {option}"));
    }
    refuses(&desk, 2, "summary reports --level 0.9");
}

#[test]
fn key_change_of_several_analytes() {
    shows!(refuses(&Desk::small(), 1, "summary reports --analyte HbA1c,FPG"));
}

#[test]
fn standardised_difference_of_other_than_two_groups() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "summary baseline --smd"),
        refuses(&desk, 1, "summary baseline --by report --smd"),
        refuses(&desk, 2, "summary baseline --level 0.9"),
    );
}

/// Each is pointed at; nothing but an expression over one patient comes through.
#[test]
fn condition_that_can_not_be_used() {
    let desk = Desk::small();
    let refused =
        |condition: &str| refuses(&desk, 1, &format!("summary change --where \"{condition}\""));
    shows!(
        refused("sex = 'female' and agee >= 40"),
        refused("hba1c_w13 < 53"),
        refused("sex = female"),
        refused("age >= 40 and"),
        refused("hba1c_baseline < 7,1"),
        refused("not sex"),
        refused("age"),
        refused("max(age) > 40"),
        refused("age > (select 40)"),
        refused("age > 40; drop table patient"),
        refused("(age > 40"),
        refused("length('肝肝') > 1 and agee ≥ 40"),
        refused(""),
    );
}

#[test]
fn condition_that_is_too_long_or_too_deep() {
    let desk = Desk::small();
    let long = vec!["age > 1"; 5000].join(" or ");
    refuses(&desk, 1, &format!("summary change --where \"{long}\""));
    let deep = format!("{}(age > 1)", "not ".repeat(900));
    refuses(&desk, 1, &format!("summary change --where \"{deep}\""));
}

#[test]
fn cohort_that_is_not_there_or_can_not_be() {
    let desk = Desk::small();
    desk.run("cohort add older --where \"age > 60\"").ok();
    shows!(
        refuses(&desk, 1, "summary change --cohort odler"),
        refuses(&desk, 1, "cohort add older --where \"age > 65\""),
        refuses(&desk, 1, "cohort add young --where \"agee < 40\""),
        refuses(&desk, 1, "cohort edit older --where \"age >\" --reason typo"),
        refuses(&desk, 1, "cohort edit older --where \"age > 60\" --reason same"),
        refuses(&desk, 1, "cohort edit older --where \"age > 65\""),
        refuses(&desk, 2, "cohort add \"my cohort\" --where \"age > 65\""),
    );
}

#[test]
fn endpoint_that_is_not_there_or_can_not_be() {
    let desk = Desk::small();
    desk.run("endpoint add target --rule \"HbA1c < 7 %\"").ok();
    shows!(
        refuses(&desk, 1, "summary response --endpoint tarjet"),
        refuses(&desk, 1, "summary response --preset zang-2021"),
        refuses(&desk, 1, "endpoint add target --rule \"HbA1c < 6.5 %\""),
        refuses(&desk, 1, "endpoint add other --rule \"HbA2c < 6.5 %\""),
        refuses(&desk, 1, "endpoint edit target --rule \"HbA1c below 7 %\" --reason typo"),
        refuses(&desk, 1, "endpoint edit target --rule \"HbA1c < 7 %\" --reason same"),
        refuses(&desk, 1, "endpoint edit target --rule \"HbA1c < 6.5 %\""),
        refuses(&desk, 1, "endpoint remove target"),
        refuses(&desk, 2, "endpoint add \"my target\" --rule \"HbA1c < 7 %\""),
    );
}

#[test]
fn rule_of_response_that_can_not_be_used() {
    let desk = Desk::small();
    let refused = |rule: &str| refuses(&desk, 1, &format!("summary response --rule \"{rule}\""));
    shows!(
        refused("HbA2c < 7.0 % at W12"),
        refused("HbA1c < 7.0 % and FPG below 7 mmol/L"),
        refused("HbA1c < 7.0"),
        refused("HbA1c <= -0.5 %"),
        refused("HbA1c < 48 %"),
        refused("HbA1c < 7.0 % or FPG < 7 mmol/L"),
        refused("HbA1c = 7.0 %"),
        refused("HbA1c < 7,0 %"),
        refused("HbA1c < 7.0 % at W13"),
        refused("HbA1c < 7.0 % at W12 and FPG < 7 mmol/L"),
        refused("insulin-free"),
        refused("HbA1c < 7 % and insulin-free for >= 12 weeks at W4"),
        refused("insulin dose reduced <= 50 %"),
        refused("HbA1c < 7 % and insulin -500 %"),
        refuses(&desk, 1, "summary response --rule \"HbA1c < 7 % at W12\" --timepoint W4"),
        refuses(
            &desk,
            1,
            "summary response --rule \"insulin-free for >= 12 weeks\" --timepoint W4",
        ),
        refuses(&desk, 1, "summary response --rule \"HbA1c < 7 % at W12\" --time"),
    );
}

#[test]
fn columns_that_can_not_be_correlated() {
    let desk = Desk::small();
    let refused =
        |x: &str, y: &str| refuses(&desk, 1, &format!("summary correlation --x {x} --y {y}"));
    shows!(
        refused("agee", "infusions"),
        refused("age", "sex"),
        refused("age", "age"),
        refuses(&desk, 2, "summary correlation --x age"),
    );
}

#[test]
fn model_of_no_analyte_or_of_several() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "summary model"),
        refuses(&desk, 1, "summary model --analyte HbA1c,FPG"),
        refuses(&desk, 2, "summary model --analyte HbA1c --quantile r"),
    );
}
