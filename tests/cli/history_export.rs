//! `casebook history export`: a stranger checks the log with the documented steps alone.

use crate::support::{Desk, Run};
use std::process::Command;

const README: &str = include_str!("../../migrations/README.md");

/// A registry with a log of its own and one that was merged into it, exported to `log.txt`.
fn exported() -> Desk {
    let desk = Desk::small();
    desk.run("backup ward-2.db").ok();
    desk.run(r#"-r ward-2.db visit add a-2024/2 W4 "HbA1c=7.9 %" --actor 吴医生"#).ok();
    desk.run("-r ward-2.db patient edit a-2024/1 --age 54 --reason \"a \\ b\ttab\"").ok();
    desk.run("merge ward-2.db").ok();
    desk.run("patient edit a-2024/2 --age 62 --reason chart").ok();
    desk.run("history export log.txt").ok();
    desk
}

/// The programs that check a log, by how they are run, as the page of the folder prints them.
fn programs(desk: &Desk) -> Vec<(&'static str, &'static str)> {
    let fenced = |language: &str| {
        let (_, rest) = README.split_once(&format!("```{language}\n")).expect("a fenced program");
        rest.split_once("```").expect("its end").0.to_owned()
    };
    desk.write("check.sh", fenced("sh"));
    desk.write("check.py", fenced("python"));
    let is_there = |name: &str| Command::new(name).arg("--version").output().is_ok();
    let mut found = Vec::new();
    if is_there("sha256sum") {
        found.push(("sh", "check.sh"));
    }
    if is_there("python3") {
        found.push(("python3", "check.py"));
    }
    if found.is_empty() {
        eprintln!("not tried, neither sha256sum nor python3 is here");
    }
    found
}

fn check(desk: &Desk, (program, script): (&str, &str), log: &str) -> Run {
    let mut command = Command::new(program);
    command.args([script, log]).current_dir(desk.path(""));
    Run::of(&format!("{program} {script} {log}"), command)
}

#[test]
fn the_whole_log_is_written_and_never_over_a_file() {
    let desk = exported();
    shows!(
        desk.run("history export again.txt").ok(),
        desk.run("history export again.txt --format csv")
    );
    assert!(desk.text("again.txt") == desk.text("log.txt"));
    let text = desk.text("log.txt");
    let head: String = text.lines().take_while(|line| line.starts_with('#')).collect();
    assert!(head.contains("does not prove") && !head.contains("/work"));
}

#[test]
fn the_steps_in_the_head_are_those_of_the_page() {
    let desk = exported();
    programs(&desk);
    let text = desk.text("log.txt");
    for (mark, script) in [("#sh", "check.sh"), ("#py", "check.py")] {
        let lines = text.lines().filter_map(|line| line.strip_prefix(mark));
        let steps: String =
            lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect();
        assert_eq!(steps, desk.text(script), "{mark}");
    }
}

#[test]
fn a_log_as_it_was_written_is_found_right() {
    let desk = exported();
    for program in programs(&desk) {
        let run = check(&desk, program, "log.txt").ok();
        assert!(run.stdout.starts_with("11 own entries, 2 merged ones; last hash "), "{run}");
        let last = desk.run("verify --format json").ok().json()["last_hash"].clone();
        assert!(run.stdout.trim_end().ends_with(last.as_str().expect("a hash")), "{run}");
    }
}

/// The entries of the export, without its head.
fn entries(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn write(desk: &Desk, name: &str, entries: &[String]) {
    desk.write(name, entries.iter().map(|line| format!("{line}\n")).collect::<String>());
}

#[test]
fn what_was_altered_cut_out_or_put_elsewhere_is_found() {
    let desk = exported();
    let all = entries(&desk.text("log.txt"));
    let with = |change: &dyn Fn(&mut Vec<String>)| {
        let mut entries = all.clone();
        change(&mut entries);
        assert!(entries != all, "nothing was altered");
        entries
    };
    let own = |number: usize| number - 1;
    let merged = all.iter().position(|line| line.starts_with("merged")).expect("a merged entry");
    let anew = |line: &str| {
        // Altered, and given the hash that its new text has.
        let parts: Vec<_> = line.splitn(4, '\t').collect();
        let body = parts[3].replace("tester", "nobody");
        format!("{}\t{}\t{}\t{body}", parts[0], parts[1], casebook::store::hash_of(&body))
    };
    let cases: [(&str, Vec<String>, &str); 9] = [
        (
            "altered",
            with(&|e| e[own(4)] = e[own(4)].replace("53.0", "35.0")),
            "own entry 4 was altered",
        ),
        ("anew", with(&|e| e[own(5)] = anew(&e[own(5)])), "own entry 6 does not follow"),
        ("cut", with(&|e| drop(e.remove(own(5)))), "does not follow"),
        ("first", with(&|e| drop(e.remove(own(1)))), "does not follow"),
        ("swapped", with(&|e| e.swap(own(5), own(6))), "does not follow"),
        ("twice", with(&|e| e.insert(own(5), e[own(5)].clone())), "does not follow"),
        ("merged", with(&|e| e[merged] = e[merged].replace("7.9", "6.9")), "was altered"),
        ("merged-cut", with(&|e| drop(e.remove(merged))), "merged entry"),
        ("merged-last", with(&|e| drop(e.pop())), "merges brought 2 entries, 1 are here"),
    ];
    for program in programs(&desk) {
        for (name, entries, told) in &cases {
            write(&desk, name, entries);
            let run = check(&desk, program, name);
            assert_eq!(run.code, Some(1), "{name}: {run}");
            assert!(run.stdout.contains("WRONG: ") && run.stdout.contains(told), "{name}: {run}");
        }
    }
}

/// What it can't prove, and says so: the hash noted elsewhere is what tells.
#[test]
fn cutting_off_the_newest_is_told_by_the_last_hash_alone() {
    let desk = exported();
    let mut entries = entries(&desk.text("log.txt"));
    let whole = desk.run("verify --format json").ok().json()["last_hash"].clone();
    let newest = entries.iter().rposition(|line| line.starts_with("own")).expect("an entry");
    entries.remove(newest);
    write(&desk, "short.txt", &entries);
    for program in programs(&desk) {
        let run = check(&desk, program, "short.txt").ok();
        assert!(!run.stdout.contains(whole.as_str().expect("a hash")), "{run}");
    }
}
