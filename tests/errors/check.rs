//! What `casebook check` and its answers refuse.

use crate::refuses;
use crate::support::Desk;
use rusqlite::Connection;

/// A registry with one question, and its ID.
fn asked() -> (Desk, String) {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/1 W4 "AFP=3.4 unit not reported""#).ok();
    desk.run(r#"measurement edit a-2024/1 W4 "AFP=34 ng/mL" --propose --reason "a speck""#).ok();
    let json = desk.run("check --rule reading-open --format json").json();
    let id = json["doubts"][0]["id"].as_str().expect("an ID").to_owned();
    (desk, id)
}

#[test]
fn a_rule_a_level_a_patient_or_an_id_that_is_none() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "check --rule tenfold"),
        refuses(&desk, 2, "check --level warning"),
        refuses(&desk, 2, "check accept 12 --reason so"),
        refuses(&desk, 1, "check --patient a-2024/9"),
        refuses(&desk, 1, "check --report a-2025"),
    );
}

#[test]
fn an_answer_without_a_reason() {
    let (desk, id) = asked();
    shows!(refuses(&desk, 1, &format!("check accept {id}")).says("Nothing was changed"));
    refuses(&desk, 1, &format!("check reopen {id}")).says("takes a reason");
}

/// An ID that is outdated and one that nobody knows are told apart, and all are named at once.
#[test]
fn ids_that_are_outdated_unknown_or_answered() {
    let (desk, id) = asked();
    desk.run(&format!("check accept {id} --reason \"as printed\"")).ok();
    let again = refuses(&desk, 1, &format!("check accept {id} --reason so"));
    desk.run(r#"measurement edit a-2024/1 W4 "AFP=3.4 ng/mL" --reason "asked the ward""#).ok();
    let outdated = refuses(&desk, 1, &format!("check accept {id} 00000000 --reason so"));
    desk.run(&format!("check reopen {id} --reason \"asked the ward\"")).ok();
    let taken_back = refuses(&desk, 1, &format!("check accept {id} --reason so"));
    shows!(
        again.says("answered by tester"),
        outdated.says("outdated").says("unknown"),
        taken_back.says("outdated"),
    );
}

#[test]
fn an_answer_that_was_not_given() {
    let (desk, id) = asked();
    shows!(
        refuses(&desk, 1, &format!("check reopen {id} --reason so")).says("open already"),
        refuses(&desk, 1, "check reopen 00000000 --reason so").says("unknown"),
    );
}

#[test]
fn a_value_that_was_accepted_at_entry_has_no_answer_to_take_back() {
    let desk = Desk::small();
    desk.run(r#"visit add a-2024/1 W4 "AFP=34 ng/mL" --accept"#).ok();
    let json = desk.run("check --rule usual-range --answered --format json").ok().json();
    let id = json["doubts"][0]["id"].as_str().expect("an ID").to_owned();
    shows!(
        refuses(&desk, 1, &format!("check reopen {id} --reason so")),
        refuses(&desk, 1, &format!("check accept {id} --reason so")),
    );
}

#[test]
fn an_error_is_mended_and_not_accepted() {
    let desk = Desk::small();
    let other = Connection::open(desk.path("casebook.db")).expect("the registry");
    other.execute_batch("UPDATE measurement SET value = 5 WHERE printed = '10.4'").expect("SQL");
    drop(other);
    let json = desk.run("check --rule conversion --format json").json();
    let id = json["doubts"][0]["id"].as_str().expect("an ID").to_owned();
    shows!(refuses(&desk, 1, &format!("check accept {id} --reason so")).says("mended"));
}
