//! `casebook import --compare`: two people enter one report, and who read it right is settled.

use crate::support::double::{FIRST, SECOND};
use crate::support::{Desk, Run};

fn desk() -> Desk {
    let desk = Desk::with_registry();
    desk.write("first.toml", FIRST);
    desk.write("second.toml", SECOND);
    desk.run("import first.toml --actor anna").ok();
    desk
}

/// Differences are findings: exit 1, told on stdout.
#[track_caller]
fn finds(desk: &Desk, line: &str) -> Run {
    let run = desk.run(line);
    assert!(run.code == Some(1) && run.stderr.is_empty(), "{run}");
    run
}

#[test]
fn what_two_people_entered_is_compared_and_nothing_is_changed() {
    let desk = desk();
    let before = desk.files();
    shows!(
        desk.run("import first.toml --compare").ok(),
        finds(&desk, "import second.toml --compare"),
    );
    assert!(desk.files() == before);
}

#[test]
fn the_same_in_csv_and_json() {
    let desk = desk();
    shows!(
        finds(&desk, "import second.toml --compare --format csv"),
        finds(&desk, "import second.toml --compare --format json"),
    );
}

#[test]
fn each_difference_is_settled_and_stays_so() {
    let desk = desk();
    let ben = |line: &str| format!("import second.toml --compare {line} --actor ben");
    shows!(
        finds(&desk, &ben(r#"--take "W0, FPG" --reason "the chart says 10.6" --dry-run"#)),
        finds(&desk, &ben(r#"--take "W0, FPG" --take W12 --keep "age years" --reason chart"#)),
        finds(&desk, &ben(r#"--take medication --take "visit W4" --reason chart"#)),
        desk.run(&ben(r#"--keep all --reason "read again together""#)).ok(),
        desk.run("import second.toml --compare").ok(),
        desk.run("show a-2024/1").ok(),
        desk.run("history --format csv").ok(),
    );
    desk.run("verify").ok();
    // One of the two values changes: it is asked anew.
    desk.write("third.toml", SECOND.replace("age = 35", "age = 55"));
    let run = finds(&desk, "import third.toml --compare --format csv");
    assert!(run.stdout.contains("a-2024/1,age years,53,55"), "{run}");
}

#[test]
fn by_its_name_and_a_report_nobody_recorded() {
    let desk = desk();
    let found = finds(&desk, "import second.toml --compare --format json").json();
    let differences = found["differences"].as_array().expect("differences");
    let fpg = differences.iter().find(|one| one["recorded"] == "10.4 mmol/L").expect("FPG");
    let name = fpg["id"].as_str().expect("a name");
    let run = finds(&desk, &format!("import second.toml --compare --take {name} --reason chart"));
    assert!(run.stdout.starts_with("Settled 1 difference with second.toml"), "{run}");
    desk.write("new.toml", FIRST.replace("a-2024", "b-2025"));
    finds(&desk, "import new.toml --compare");
    desk.run("import new.toml --compare --take all --reason \"only the second has it\"").ok();
    let list = desk.run("patient list --format csv").ok().stdout;
    assert!(list.contains("b-2025/1") && list.contains("b-2025/2"), "{list}");
    desk.run("verify").ok();
}

/// A value few patients have is asked about, whoever entered it.
#[test]
fn an_unusual_value_of_the_second_entry_is_asked_about() {
    let desk = desk();
    desk.write("high.toml", SECOND.replace("HbA1c=6.5 %", "HbA1c=17.0 %"));
    let line = "import high.toml --compare --take W12 --reason chart";
    let run = desk.run(line);
    assert_eq!(run.code, Some(1), "{run}");
    run.says("--accept").says("Nothing was changed");
    finds(&desk, &format!("{line} --accept"));
    assert!(desk.run("history --format csv").ok().stdout.contains("Accepted: high.toml"));
}

/// What was settled in a copy is settled here once the copy is merged.
#[test]
fn answers_come_with_a_merge() {
    let desk = desk();
    desk.run("backup other.db").ok();
    desk.run("-r other.db import second.toml --compare --keep all --reason read").ok();
    finds(&desk, "import second.toml --compare");
    desk.run("merge other.db").ok();
    desk.run("import second.toml --compare").ok();
    desk.run("verify").ok();
}

/// What stands against reading and deciding is in the file that was asked for, whether there is any or not.
#[test]
fn problems_are_written_whatever_is_found() {
    let desk = desk();
    let written = |line: &str, code: i32| {
        let run = desk.run(&format!("{line} --problems problems.csv"));
        assert_eq!(run.code, Some(code), "{run}");
        desk.text("problems.csv").lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(written("import second.toml --compare", 1), [""; 0]);
    let found = desk.run("import second.toml --compare --format json").json();
    let all = found["differences"].as_array().expect("differences");
    let not_done = all.iter().find(|one| one["recorded"] == "not done").expect("a difference");
    let name = not_done["id"].as_str().expect("a name");
    let refused = written(&format!("import second.toml --compare --take {name} --reason x"), 1);
    assert!(refused[0].starts_with("second.toml,,,"), "{refused:?}");
    assert_eq!(written("import second.toml --compare --keep all --reason chart", 0), [""; 0]);
    desk.write("bad.toml", SECOND.replace("10.6 mmol/L", "10,6 mmol/L"));
    assert!(written("import bad.toml --compare", 1)[0].contains("FPG\",\"10,6\""));
    desk.write("t.csv", b"patient,visit,FPG (mmol/L),\xb5g\n1,W0,10.4,\n");
    let noted = written("import t.csv --report a-2024 --compare", 1);
    assert!(noted[0].contains("note,encoding,read as windows-1252"), "{noted:?}");
}
