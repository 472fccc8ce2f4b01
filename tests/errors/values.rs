//! A value can't be used: exit 1, with the one thing that is wrong with it.

use super::refuses;
use crate::support::{Desk, Run};

/// Try to record these values of a second visit.
#[track_caller]
fn refuses_values(values: &str) -> Run {
    refuses(&Desk::small(), 1, &format!("visit add a-2024/2 W4 {values}"))
}

#[test]
fn unknown_analyte() {
    shows!(refuses_values(r#""Hb1Ac=6.8 %""#).says(r#"did you mean "HbA1c"?"#));
    shows!(refuses_values(r#""Quux=6.8 %""#).says("casebook analyte list"));
}

#[test]
fn no_value() {
    shows!(refuses_values("HbA1c"));
    shows!(refuses_values("HbA1c="));
    shows!(refuses_values(r#""HbA1c=high %""#));
}

#[test]
fn missing_unit() {
    shows!(refuses_values("FPG=7.1").says("FPG=7.1 mmol/L"));
}

#[test]
fn unit_of_another_kind() {
    shows!(refuses_values(r#""AFP=3 IU/mL""#).says("afp_iu"));
    shows!(refuses_values(r#""HbA1c=126 mg/dL""#).says("mmol/mol, %"));
}

#[test]
fn outside_the_widest_range() {
    shows!(refuses_values(r#""HbA1c=6.8 mmol/mol""#).says("usual in %"));
    shows!(refuses_values(r#""HbA1c=0.082 %""#).says("8.2 %"));
    shows!(refuses_values(r#""HbA1c=82 %""#).says("usual in mmol/mol"));
    shows!(refuses_values(r#""Creatinine=85000 µmol/L""#));
    shows!(refuses_values(r#""FPG=0 mmol/L""#));
    shows!(refuses_values(r#""ALT=-5 U/L""#));
}

#[test]
fn decimal_comma() {
    shows!(refuses_values(r#""HbA1c=6,8 %""#).says("full stop: 6.8"));
}

/// 150,000 is no 150: to advise a full stop would turn a normal count into a deadly one.
#[test]
fn thousands_separator() {
    shows!(refuses_values(r#""PLT=1,250,000 /uL""#).says("without thousands separators"));
    shows!(refuses_values(r#""PLT=150,000 /uL""#).says("without thousands separators"));
}

#[test]
fn full_width_digits_and_lost_superscripts() {
    shows!(refuses_values(r#""HbA1c=６.８ %""#).says("ASCII digits"));
    shows!(refuses_values(r#""PLT=2.1×10^5 /uL""#).says("2.1e5"));
}

#[test]
fn twice_at_one_visit() {
    shows!(refuses_values(r#""HbA1c=6.8 %" "A1c=6.9 %""#).says("each analyte once"));
}

#[test]
fn many_at_once() {
    let run = refuses_values(r#""HbA1c=6,8 %" "Hb1Ac=7 %" "FPG=7.1" "ALT=30 U/L""#);
    shows!(run.says("3 of 4 values"));
}

#[test]
fn a_question_and_its_answer() {
    let desk = Desk::small();
    let line = r#"visit add a-2024/2 W4 "HbA1c=17 %""#;
    shows!(
        refuses(&desk, 1, line).says("question").says("--accept"),
        desk.run(&format!("{line} --accept")).ok(),
    );
    let history = desk.run("history --format json").ok();
    assert!(
        history.stdout.contains("accept"),
        "the log doesn't say that it was accepted:\n{history}"
    );
}

/// A message shows four digits at most of a limit that was converted.
#[test]
fn limits_are_told_in_round_numbers() {
    let run = refuses_values(r#""HbA1c=17 %""#);
    let long = |word: &str| word.chars().filter(char::is_ascii_digit).count() > 4;
    let expected = run.stderr.lines().find(|line| line.contains("expected")).expect("a line");
    let is_number = |word: &&str| word.parse::<f64>().is_ok();
    assert!(!expected.split(' ').filter(is_number).any(long), "{expected}");
}

/// Not detected is what limits are for: nothing is asked.
#[test]
fn a_limit_below_the_usual_range_is_no_question() {
    Desk::small().run(r#"visit add a-2024/2 W4 "hs-CRP=<0.01 mg/L" "AFP=<0.9 ng/mL""#).ok();
}
