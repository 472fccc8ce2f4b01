//! `casebook demo`: a registry to look around in.

use crate::support::Desk;

#[test]
fn it_makes_a_registry_in_an_empty_folder() {
    let desk = Desk::empty();
    shows!(desk.run("demo").ok().sound());
    assert_eq!(desk.names(), ["demo.db"]);
}

#[test]
fn quiet_leaves_only_the_result() {
    let run = Desk::empty().run("demo --quiet").ok();
    assert_eq!(run.stderr, "");
    assert!(run.stdout.contains("Change from baseline"), "{run}");
}

#[test]
fn it_goes_where_it_is_sent() {
    let desk = Desk::empty();
    desk.run("-r look.db demo").ok();
    assert_eq!(desk.names(), ["look.db"]);
    desk.run("-r look.db show huang-2025/1").ok();
}

#[test]
fn its_json_is_one_document() {
    Desk::empty().run("demo --quiet --format json").ok().json();
}

#[test]
fn its_file_holds_all_that_the_screen_shows() {
    let desk = Desk::empty();
    desk.run("demo -o demo.md").ok();
    let text = desk.text("demo.md");
    assert!(text.contains("# Reports") && text.contains("Change from baseline"), "{text}");
}

#[test]
fn two_demonstrations_give_the_same_summaries() {
    let (one, other) = (Desk::empty(), Desk::empty());
    let shown = [&one, &other].map(|desk| desk.run("demo").ok().stdout);
    assert_eq!(shown[0], shown[1]);
    for line in ["summary change --format csv", "summary exposure", "report list --format json"] {
        let shown = [&one, &other].map(|desk| desk.run(&format!("-r demo.db {line}")).ok().stdout);
        assert_eq!(shown[0], shown[1], "{line}");
    }
}

/// The one real patient must never be counted among the invented, nor the other way round.
#[test]
fn one_patient_is_real() {
    let patients = Desk::demo().run("patient list --format json").ok().json();
    let patients = patients["patients"].as_array().expect("patients");
    let real: Vec<_> = patients.iter().filter(|patient| patient["simulated"] == false).collect();
    assert_eq!(real.len(), 1);
    assert_eq!(real[0]["patient"], "huang-2025/1");
}
