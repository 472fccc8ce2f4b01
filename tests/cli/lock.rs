//! `casebook lock`: what is locked is not changed, and everything says so.

use crate::support::Desk;

#[test]
fn a_locked_report_is_listed_shown_and_kept() {
    let desk = Desk::small();
    shows!(
        desk.run("lock").ok(),
        desk.run(r#"lock a-2024 --reason "checked by two readers" --actor "Dr Wu""#).ok(),
        desk.run("lock").ok(),
        desk.run("lock --format csv").ok(),
        desk.run("patient list").ok(),
        desk.run("report list --format json").ok(),
        desk.run("report show a-2024").ok(),
        desk.run("show a-2024/2").ok(),
        desk.run("history a-2024").ok(),
    );
    assert_eq!(desk.run("patient edit a-2024/1 --age 54 --reason x --dry-run").code, Some(1));
    desk.run("verify").ok();
}

#[test]
fn a_merge_brings_locks_and_is_refused_where_it_would_change_what_is_locked() {
    let desk = Desk::small();
    desk.run("backup ward-2.db").ok();
    desk.run("-r ward-2.db patient edit a-2024/1 --age 54 --reason chart").ok();
    desk.run(r#"-r ward-2.db lock a-2024/2 --reason "consent withdrawn""#).ok();
    desk.run("-r ward-2.db lock --all --reason analysis").ok();
    desk.run("lock a-2024/1 --reason checked").ok();
    let before = desk.files();
    let refused = [desk.run("merge ward-2.db --dry-run"), desk.run("merge ward-2.db")];
    assert!(desk.files() == before);
    assert!(refused.iter().all(|run| run.code == Some(1)));
    let [dry, real] = refused;
    shows!(
        dry,
        real,
        desk.run("unlock a-2024/1 --reason \"the chart is right\"").ok(),
        desk.run("merge ward-2.db").ok(),
        desk.run("lock").ok(),
        desk.run("verify").ok(),
    );
}
