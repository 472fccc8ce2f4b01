//! `casebook unlock`: what was locked can be changed again, and the log keeps both.

use crate::support::Desk;

#[test]
fn an_analysis_freeze_is_lifted() {
    let desk = Desk::small();
    desk.run(r#"lock --all --reason "analysis of December""#).ok();
    assert_eq!(desk.run("product add other").code, Some(1));
    shows!(
        desk.run(r#"unlock --all --reason "analysis is done""#).ok(),
        desk.run("product add other").ok(),
        desk.run("history --format csv").ok(),
    );
    desk.run("verify").ok();
}

#[test]
fn several_at_once_or_none() {
    let desk = Desk::small();
    desk.run("lock a-2024/1 a-2024/2 --reason checked").ok();
    let before = desk.files();
    assert_eq!(desk.run("unlock a-2024/1 nobody --reason x").code, Some(1));
    assert!(desk.files() == before);
    let unlocked = desk.run("unlock a-2024/1 a-2024/2 --reason x --format json").ok().json();
    assert_eq!(unlocked["locks"].as_array().map(Vec::len), Some(2));
}
