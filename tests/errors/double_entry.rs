//! What `casebook import --compare` refuses.

use crate::refuses;
use crate::support::Desk;
use crate::support::double::{FIRST, SECOND};

fn desk() -> Desk {
    let desk = Desk::with_registry();
    desk.write("first.toml", FIRST);
    desk.write("second.toml", SECOND);
    desk.run("import first.toml").ok();
    desk
}

#[test]
fn a_decision_without_a_reason_about_nothing_or_both_ways() {
    let desk = desk();
    shows!(
        refuses(&desk, 1, "import second.toml --compare --take all"),
        refuses(&desk, 1, "import second.toml --compare --take 00000000 --reason chart"),
        refuses(
            &desk,
            1,
            r#"import second.toml --compare --take all --keep "W0, FPG" --reason chart"#
        ),
        refuses(&desk, 2, "import second.toml --take all"),
    );
}

#[test]
fn what_no_correction_can_do() {
    let desk = desk();
    let found = desk.run("import second.toml --compare --format json").json();
    let name = |recorded: &str| {
        let all = found["differences"].as_array().expect("differences");
        let one = all.iter().find(|one| one["recorded"] == recorded).expect(recorded);
        one["id"].as_str().expect("a name").to_owned()
    };
    let line = |name: &str| format!("import second.toml --compare --take {name} --reason chart");
    shows!(
        refuses(&desk, 1, &line(&name("not done"))),
        refuses(&desk, 1, &line(&name("drug gliclazide"))),
    );
}

#[test]
fn what_the_second_entry_can_not_be() {
    let desk = desk();
    desk.write("bad.toml", SECOND.replace("10.6 mmol/L", "10,6 mmol/L"));
    let days = SECOND.replace("onset_day = 0\n", "onset_day = 5\nend_day = 3\n");
    desk.write("days.toml", days);
    shows!(
        refuses(&desk, 1, "import bad.toml --compare"),
        refuses(&desk, 1, "import days.toml --compare --take event --reason chart"),
    );
}
