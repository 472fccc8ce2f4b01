//! `casebook infusion`: one record each, never one for a course.

use crate::support::{Desk, SMALL};

#[test]
fn infusions_are_numbered_recorded_and_listed() {
    let desk = Desk::after(SMALL[..5].iter().copied());
    shows!(
        desk.run("infusion add a-2024/1 --day 0 --product cells --route intravenous --cells-per-kg 1e6 --volume 100 --viability 95").ok(),
        desk.run("infusion add a-2024/1 --day 7 --product cells --route intravenous --cells-per-kg 1×10^6/kg").ok(),
        desk.run("infusion add a-2024/2 --date 2024-03 --cells 60x10^6 --passage 4").ok(),
        desk.run("infusion list").ok(),
    );
}

#[test]
fn the_list_in_csv_and_json() {
    let desk = Desk::small();
    shows!(
        desk.run("infusion list --format csv").ok(),
        desk.run("infusion list --format json").ok()
    );
}

/// Everything about a dose may be unknown; the infusion still took place.
#[test]
fn an_infusion_of_which_nothing_is_known_counts() {
    let desk = Desk::small();
    desk.run("infusion add a-2024/2").ok();
    let infusions = desk.run("infusion list --format json").ok().json();
    let second = &infusions["infusions"][1];
    assert_eq!((&second["patient"], &second["number"]), (&"a-2024/2".into(), &1.into()));
    assert!(second["cells"].is_null() && second["day"].is_null(), "{second}");
}

#[test]
fn a_day_before_day_zero_is_negative() {
    let desk = Desk::after([
        "init --day-zero last-infusion",
        "report add a --kind case-report",
        "patient add a/1",
        "infusion add a/1 --day -7",
    ]);
    let infusions = desk.run("infusion list --format json").ok().json();
    assert_eq!(infusions["infusions"][0]["day"], -7);
}

/// Where day 0 is the day of the first infusion, none is before it and the first is on it; and days
/// follow the numbers.
#[test]
fn days_that_contradict_the_order_are_refused() {
    let desk = Desk::small();
    let before = desk.files();
    shows!(
        desk.run("infusion add a-2024/2 --day -7"),
        desk.run("infusion add a-2024/2 --day 5"),
        desk.run("infusion add a-2024/1 --number 2 --day -1"),
    );
    assert!(desk.files() == before, "nothing was changed");
}

/// Two people at work at once both get what they were told. The lock makes both count before
/// either may write.
#[test]
fn two_at_once_are_two_infusions() {
    let desk = Desk::small();
    let other = rusqlite::Connection::open(desk.path("casebook.db")).expect("the registry");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    std::thread::scope(|scope| {
        let add = || scope.spawn(|| desk.run("infusion add a-2024/2 --product cells"));
        let both = [add(), add()];
        std::thread::sleep(std::time::Duration::from_secs(1));
        other.execute_batch("ROLLBACK").expect("unlocked");
        for done in both {
            done.join().expect("a run").ok();
        }
    });
    let infusions = desk.run("infusion list --format json").ok().json();
    assert_eq!(infusions["infusions"].as_array().map(Vec::len), Some(3), "{infusions}");
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    assert_eq!(desk.run("infusion add a-2024/2 -q").ok().stderr, "");
    desk.run("infusion list -q -o infusions.csv").ok();
    assert_eq!(desk.text("infusions.csv"), desk.run("infusion list --format csv").ok().stdout);
}
