//! `casebook … edit`: what is given changes, what is cleared is not reported, and the log follows.

use crate::support::{Desk, SMALL};

const MORE: [&str; 4] = [
    r#"event add a-2024/1 fever --onset 0 --grade 1 --ctcae 5.0 --infusion 1 --source "p. 3""#,
    r#"event add a-2024/1 nausea --onset 0 --source "p. 3""#,
    r#"medication add a-2024/1 "insulin glargine" --dose 20 --unit U --start -30"#,
    r#"statement add a-2024/1 HbA1c improved --visit W12 --quote "fell to 7.0 %""#,
];

fn desk() -> Desk {
    Desk::after(SMALL.into_iter().chain(MORE))
}

#[test]
fn a_report_a_product_and_an_infusion_are_edited() {
    let desk = desk();
    shows!(
        desk.run(r#"report edit a-2024 --kind trial-arm --year 2024 --adverse-events given --source "p. 3" --reason "read again""#).ok(),
        desk.run("report edit a-2024 --clear year,source --simulated --reason x").ok(),
        desk.run("report edit a-2024 --clear simulated --reason x").ok(),
        desk.run(r#"product edit cells --donor allogeneic --state frozen --lot 17 --reason "certificate""#).ok(),
        desk.run("product edit cells --clear tissue --reason x --format csv").ok(),
        desk.run("infusion edit a-2024/1 1 --cells-per-kg 2e6 --route intravenous --viability 95 --reason x").ok(),
        desk.run("verify -q").ok(),
    );
}

#[test]
fn a_patient_is_edited_and_may_stand_in_several_reports() {
    let desk = desk();
    desk.run("report add b-2025 --kind case-report").ok();
    shows!(
        desk.run(r#"patient edit a-2024/1 --age 54 --sex m --source "table 1" --reason misread"#)
            .ok(),
        desk.run("patient edit a-2024/1 --clear age,follow-up --birth-year 1970 --reason x").ok(),
        desk.run("patient edit a-2024/1 --also-in b-2025 --reason \"published again\"").ok(),
        desk.run("patient show a-2024/1").ok(),
        desk.run("patient edit a-2024/1 --not-in b-2025 --reason \"another patient\"").ok(),
        desk.run("verify -q").ok(),
    );
}

#[test]
fn an_event_a_medication_and_a_statement_are_edited() {
    let desk = desk();
    shows!(
        desk.run(r#"event edit a-2024/1 1 --grade 2 --end 3 --outcome recovered --serious hospitalisation --source "p. 4" --reason "letter""#).ok(),
        desk.run("event edit a-2024/1 1 --not-serious --term pyrexia --clear end --reason x").ok(),
        desk.run("event list").ok(),
        desk.run(r#"medication edit a-2024/1 1 --dose 0 --end 86 --stop-reason "no need" --reason x"#).ok(),
        desk.run("medication edit a-2024/1 1 --clear dose --reason x --format json").ok(),
        desk.run(r#"statement edit a-2024/1 1 --finding normal --about "insulin need" --clear visit --reason x"#).ok(),
        desk.run("verify -q").ok(),
    );
}

/// What was read at the same place is another record's too: it must not move with the edited one.
#[test]
fn a_source_that_others_share_stays_theirs() {
    let desk = desk();
    desk.run(r#"event edit a-2024/1 1 --source "p. 9" --reason x"#).ok();
    let source = |number: u8| {
        let event = desk.run(&format!("event show a-2024/1 {number} --format json")).ok().json();
        event["adverse_event"][0]["source"].as_str().map(str::to_owned)
    };
    assert_eq!((source(1).as_deref(), source(2).as_deref()), (Some("p. 9"), Some("p. 3")));
}

#[test]
fn a_renamed_visit_takes_everything_with_it() {
    let desk = desk();
    shows!(
        desk.run(r#"visit edit a-2024/1 w12 --label W4 --reason "typing error" --dry-run"#).ok(),
        desk.run(r#"visit edit a-2024/1 w12 --label W4 --reason "typing error""#).ok(),
        desk.run("visit edit a-2024/1 W4 --clear day --reason x").ok(),
        desk.run("visit edit a-2024/1 W4 --date 2024-03-05 --reason x").ok(),
        desk.run("visit show a-2024/1 W4").ok(),
        desk.run("statement show a-2024/1 1").ok(),
        desk.run("measurement show a-2024/1 W4 HbA1c").ok(),
        desk.run("history a-2024/1 --rows").ok(),
        desk.run("verify").ok(),
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let desk = desk();
    let before = desk.files();
    let run = desk.run("event edit a-2024/1 1 --grade 3 --reason x --dry-run").ok();
    assert!(run.stdout.starts_with("Would edit") && desk.files() == before, "{run}");
}

/// What is added with an option and what is edited with it are the same record.
#[test]
fn adding_at_once_and_editing_later_come_to_the_same() {
    let options = r#"--coded-term Pyrexia --coded-class General --dictionary "MedDRA 27" --onset 1 --onset-date 2024-03-06 --end 2 --end-date 2024-03-07 --ctcae 5.0 --grade 3 --serious hospitalisation --related-to-cells possible --related-to-procedure none --related-to-premedication unlikely --related-to-disease definite --infusion 1 --action "paracetamol" --outcome recovering --note n --source s --quote q --method text"#;
    let (at_once, later) = (Desk::small(), Desk::small());
    at_once.run(&format!("event add a-2024/1 fever {options}")).ok();
    later.run("event add a-2024/1 fever").ok();
    later.run(&format!("event edit a-2024/1 1 {options} --reason x")).ok();
    let shown = |desk: &Desk| desk.run("event show a-2024/1 1 --format json").ok().json();
    let event = shown(&later);
    assert_eq!(event, shown(&at_once));
    let fields = event["adverse_event"][0].as_object().expect("an event");
    assert!(fields.values().all(|value| !value.is_null()), "an option is missing: {event}");
}

#[test]
fn quiet_and_files() {
    let desk = desk();
    let run = desk.run("event edit a-2024/1 1 --grade 2 --reason x -q -o done.csv").ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(
        desk.text("done.csv"),
        "record,field,label,before,after\nadverse event a-2024/1 1,grade,Grade,1,2\n"
    );
}
