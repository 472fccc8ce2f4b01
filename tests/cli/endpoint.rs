//! `casebook endpoint`: named rules of response, and those of publications.

use crate::support::Desk;

/// An endpoint is defined, used, changed and removed; outputs name its version.
#[test]
fn from_its_definition_to_its_removal() {
    let desk = Desk::demo();
    shows!(
        desk.run("endpoint add target --rule \"HbA1c<7.0% at w12\" --note \"protocol 2.1\"").ok(),
        desk.run("summary response --endpoint target").ok().sound().explained(),
        desk.run("endpoint edit target --rule \"HbA1c < 6.5 % at W12\" --reason \"amendment 2\"")
            .ok(),
        desk.run("endpoint show target").ok().sound(),
        desk.run("endpoint list").ok().sound(),
        desk.run("endpoint remove target --reason \"not in the protocol\"").ok(),
        desk.run("endpoint list --format csv").ok().sound(),
    );
    assert!(desk.run("verify").ok().stdout.contains("passed"));
    let history = desk.run("history target --fields").ok().stdout;
    assert!(
        history.contains("HbA1c < 7.0 % at W12") && history.contains("amendment 2"),
        "{history}"
    );
}

#[test]
fn rules_of_publications() {
    let desk = Desk::empty();
    shows!(
        desk.run("endpoint presets").ok().sound(),
        desk.run("endpoint presets --format csv").ok()
    );
    let desk = Desk::demo();
    shows!(desk.run("summary response --preset bhansali-2009,zang-2022").ok().sound().explained());
}

#[test]
fn machines_read_the_endpoint_and_its_version() {
    let desk = Desk::small();
    desk.run("endpoint add target --rule \"HbA1c <= 7 % at W12\"").ok();
    let page = desk.run("summary response --endpoint target --format json").ok().sound().json();
    assert_eq!(
        (&page["endpoint"], &page["preset"]),
        (&"target v1".into(), &serde_json::Value::Null)
    );
    assert_eq!(page["results"][0]["parameter"], "HbA1c <= 7 % at W12");
    let page = desk.run("endpoint show target --format json").ok().sound().json();
    assert_eq!(page["endpoint"][0]["rule"], "HbA1c <= 7 % at W12");
    let page = desk.run("endpoint list --format json").ok().sound().json();
    assert_eq!(page["endpoints"][0]["version"], 1);
}

/// A timepoint that a rule names may go: the list still shows the endpoint, and says so.
#[test]
fn a_rule_at_a_timepoint_that_is_gone() {
    let desk = Desk::small();
    desk.run("timepoint add W24").ok();
    desk.run("endpoint add later --rule \"HbA1c < 7 % at W24\"").ok();
    desk.run("timepoint remove W24 --reason unused").ok();
    shows!(desk.run("endpoint list").ok(), desk.run("summary response --endpoint later"));
}

/// Endpoints come in with a merge; of two that were defined independently under one name, ours stays.
#[test]
fn a_merge_brings_endpoints() {
    let desk = Desk::small();
    desk.run("endpoint add both --rule \"HbA1c < 7 %\"").ok();
    desk.run("backup copy.db").ok();
    desk.run("-r copy.db endpoint edit both --rule \"HbA1c < 6.9 %\" --reason amended").ok();
    desk.run("-r copy.db endpoint add theirs --rule \"HbA1c < 6.8 %\"").ok();
    desk.run("-r copy.db endpoint add same --rule \"HbA1c < 6.7 %\"").ok();
    desk.run("-r copy.db endpoint add other --rule \"HbA1c < 6.6 %\"").ok();
    desk.run("endpoint add same --rule \"HbA1c < 6.7 %\"").ok();
    desk.run("endpoint add other --rule \"HbA1c < 6.5 %\"").ok();
    let merged = desk.run("merge copy.db");
    assert!(merged.stdout.contains("< 6.6 %") && merged.stdout.contains("< 6.5 %"), "{merged}");
    let list = desk.run("endpoint list --format csv").ok().stdout;
    for line in [
        "both,2,HbA1c < 6.9 %",
        "other,1,HbA1c < 6.5 %",
        "same,1,HbA1c < 6.7 %",
        "theirs,1,HbA1c < 6.8 %",
    ] {
        assert!(list.contains(line), "{line}\n{list}");
    }
    assert!(desk.run("verify").ok().stdout.contains("passed"));
}

/// A case file takes the endpoints along, with their versions; a deidentified one without their notes.
#[test]
fn a_case_file_holds_endpoints() {
    let desk = Desk::small();
    desk.run("endpoint add target --rule \"HbA1c < 7 % at W12\" --note \"asked by Jo\"").ok();
    desk.run("endpoint edit target --rule \"HbA1c < 6.5 % at W12\" --reason amended").ok();
    desk.run("export case.toml").ok();
    assert!(desk.text("case.toml").contains("[[endpoint]]"), "{}", desk.text("case.toml"));
    let list = desk.run("endpoint list --format csv").ok().stdout;
    desk.run("-r other.db init --schedule W0,W4±1,W12±2").ok();
    desk.run("-r other.db import case.toml").ok();
    assert_eq!(desk.run("-r other.db endpoint list --format csv").ok().stdout, list);
    desk.run("-r other.db import case.toml").ok();
    desk.run("-r other.db endpoint edit target --rule \"HbA1c < 6 %\" --reason later").ok();
    shows!(desk.run("-r other.db import case.toml"));
    desk.run("export shared.toml --deidentified").ok();
    let shared = desk.text("shared.toml");
    assert!(shared.contains("HbA1c < 6.5 % at W12") && !shared.contains("Jo"), "{shared}");
}
