//! `casebook init`: a new registry file.

use crate::support::Desk;
use rusqlite::Connection;

#[test]
fn it_makes_one_file_with_the_usual_schedule() {
    let desk = Desk::empty();
    shows!(desk.run("init").ok());
    assert_eq!(desk.names(), ["casebook.db"]);
}

#[test]
fn title_schedule_and_day_zero_are_what_was_asked_for() {
    let desk = Desk::empty();
    let line = r#"-r ward.db init --title "三号病房" --schedule "D0,D14±3d,M6±2w" --day-zero "last infusion""#;
    shows!(desk.run(line).ok(), desk.run("-r ward.db timepoint list").ok());
}

#[test]
fn it_writes_json_and_files() {
    let desk = Desk::empty();
    shows!(desk.run(r#"init --title "A study" --schedule "W0,W4" --format json"#).ok());
    desk.run("-r two.db init -o two.md").ok();
    assert!(desk.text("two.md").contains("Untitled study"));
}

#[test]
fn plus_minus_may_be_typed() {
    let typed = |window| {
        let desk = Desk::after([format!("init --schedule W0,W4{window}1").as_str()]);
        desk.run("timepoint list --format csv").ok().stdout
    };
    assert_eq!(typed("±"), typed("+-"));
    assert_eq!(typed("±"), typed("+/-"));
}

#[test]
fn quiet_still_gives_the_result() {
    let run = Desk::empty().run("init --quiet").ok();
    assert_eq!(run.stderr, "");
}

/// A file is called what it is called, also where SQLite would read something else into it.
#[test]
fn odd_names_are_only_names() {
    for name in [":memory:", "file:x.db", "100%41.db", "a b?.db", "病例.db", "-r.db"] {
        let desk = Desk::empty();
        desk.run(&format!("\"--registry={name}\" init")).ok();
        desk.run(&format!("\"--registry={name}\" report add a --kind case-report")).ok();
        assert_eq!(desk.names(), [name]);
    }
}

/// What SQLite tools and other programs see: sound, ours, with its version.
#[test]
fn the_file_says_what_it_is() {
    let desk = Desk::with_registry();
    let file = Connection::open(desk.path("casebook.db")).expect("an SQLite file");
    let pragma = |name: &str| {
        file.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .expect(name)
    };
    assert_eq!(pragma("application_id"), 0x4342_4b31.into());
    assert_eq!(pragma("user_version"), casebook::store::SCHEMA_VERSION.into());
    assert_eq!(pragma("integrity_check"), "ok".to_owned().into());
}

#[test]
fn the_registry_is_found_by_option_variable_and_name() {
    let desk = Desk::after([r#"-r a.db init --title "By option""#, "init"]);
    let mut program = desk.program();
    program.args(["timepoint", "list"]).env("CASEBOOK_REGISTRY", "a.db");
    std::fs::remove_file(desk.path("casebook.db")).expect("removed");
    let run = crate::support::Run::of("timepoint list", program).ok();
    assert!(run.stdout.contains("W12"), "{run}");
    assert_eq!(desk.run("timepoint list").code, Some(3));
}
