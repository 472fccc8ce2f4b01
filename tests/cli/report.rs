//! `casebook report`: where evidence comes from.

use crate::support::Desk;
use unicode_width::UnicodeWidthStr;

const HUANG: &str = r#"report add huang-2025 --kind "case report" --title "A case" --year 2025 --country China --doi 10.1/x --adverse-events none-stated --adverse-events-for "12 wk" --quote "No adverse reactions" --method text"#;

#[test]
fn reports_are_recorded_and_listed() {
    let desk = Desk::with_registry();
    let add = desk.run(HUANG).ok();
    shows!(
        add,
        desk.run("report add ward-3 --kind case-series").ok(),
        desk.run("report list").ok()
    );
}

#[test]
fn the_list_in_csv_and_json() {
    let desk = Desk::after([super::support::SMALL[0], HUANG]);
    shows!(desk.run("report list --format csv").ok(), desk.run("report list --format json").ok());
}

#[test]
fn the_suffix_of_the_file_chooses_the_format() {
    let desk = Desk::after([super::support::SMALL[0], HUANG]);
    for (name, format) in [("r.csv", "csv"), ("r.json", "json"), ("r.md", "md"), ("r.txt", "table")]
    {
        desk.run(&format!("report list -o {name} --width 100")).ok();
        let shown = desk.run(&format!("report list --format {format}")).ok().stdout;
        assert_eq!(desk.text(name), shown, "{name}");
    }
}

#[test]
fn quiet_says_nothing_beside_the_result() {
    let desk = Desk::with_registry();
    let add = desk.run(&format!("{HUANG} --quiet")).ok();
    let list = desk.run("report list --quiet -o r.csv").ok();
    assert_eq!((add.stderr.as_str(), list.stderr.as_str(), list.stdout.as_str()), ("", "", ""));
}

/// A Chinese title is twice as wide as it has characters; what stands behind it must not move.
#[test]
fn columns_stand_below_each_other_behind_wide_characters() {
    let desk = Desk::with_registry();
    desk.run(HUANG).ok();
    desk.run(r#"report add li-2019 --kind "case report" --title "脐带间充质干细胞治疗2型糖尿病" --country 中国"#).ok();
    let list = desk.run("report list").ok();
    let column_of = |line: &str, word: &str| line.find(word).map(|at| line[..at].width());
    let line_of =
        |word: &str| list.stdout.lines().find(|line| line.contains(word)).expect("a line");
    let country = column_of(line_of("Country"), "Country");
    assert_eq!(column_of(line_of("脐带"), "中国"), country, "{list}");
    assert_eq!(column_of(line_of("A case"), "China"), country, "{list}");
    shows!(list);
}

/// A title is only text, also to a spreadsheet.
#[test]
fn a_formula_is_guarded_in_csv() {
    let desk = Desk::with_registry();
    desk.run(r#"report add x --kind second-hand --title "=HYPERLINK(1)""#).ok();
    let csv = desk.run("report list --format csv").ok().stdout;
    assert!(csv.contains(",'=HYPERLINK(1),"), "{csv}");
    assert!(desk.run("report list").ok().stdout.contains(" =HYPERLINK(1) "));
}

#[test]
fn silence_on_adverse_events_is_not_none() {
    let desk = Desk::with_registry();
    desk.run("report add a --kind second-hand").ok();
    let list = desk.run("report list --format json").ok().json();
    assert_eq!(list["reports"][0]["adverse_events"], "not mentioned");
}
