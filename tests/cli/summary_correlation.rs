//! `casebook summary correlation`: whether two numbers of the patients go together.

use crate::support::Desk;

/// HbA1c before and its change: who has more loses more.
#[test]
fn the_demonstration() {
    let desk = Desk::demo();
    let asked = "summary correlation --x hba1c_baseline --y hba1c_change_w12";
    shows!(
        desk.run(asked).ok().sound().explained(),
        desk.run(&format!("{asked} --by sex --test --level 0.9")).ok().sound().explained(),
        desk.run(&format!("{asked} --real")).ok().sound().explained(),
    );
    let page = desk.run(&format!("{asked} --test --format json")).ok().sound().json();
    for result in page["results"].as_array().expect("results") {
        assert_eq!(result["value"].is_null(), result["reason"].is_string(), "{result}");
    }
}

#[test]
fn few_patients_and_every_part() {
    let desk = Desk::small();
    let asked = "summary correlation --x age --y follow_up_days --test";
    shows!(
        desk.run(&format!("{asked} --explain")).ok().sound(),
        desk.run(&format!("{asked} --format csv")).ok().sound(),
        desk.run(&format!("{asked} --format md")).ok().sound(),
    );
    Desk::with_registry().run(asked).ok().sound().explained();
}

#[test]
fn two_runs_are_the_same() {
    let desk = Desk::demo();
    for format in ["table", "csv", "json", "md"] {
        let line = format!("summary correlation --x age --y follow_up_days --format {format}");
        let run = || desk.run(&line).ok().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let asked = "summary correlation --x age --y infusions";
    let run = desk.run(&format!("{asked} -q -o correlation.md")).ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("correlation.md"), desk.run(&format!("{asked} --format md")).ok().stdout);
}
