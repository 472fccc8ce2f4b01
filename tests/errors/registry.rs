//! The registry file can't be used: exit 3.

use super::refuses;
use crate::support::{Desk, Run};
use rusqlite::Connection;
use std::process::Command;

#[test]
fn missing() {
    let desk = Desk::empty();
    shows!(refuses(&desk, 3, "summary change"), refuses(&desk, 3, "-r ward.db visit add a/1 W0"));
}

#[test]
fn a_text_file() {
    let desk = Desk::empty();
    desk.write("casebook.db", "Patient;HbA1c\n".repeat(100));
    shows!(refuses(&desk, 3, "summary change"));
    refuses(&desk, 3, "report add a --kind case-report");
}

#[test]
fn an_empty_file() {
    let desk = Desk::empty();
    desk.write("casebook.db", "");
    shows!(refuses(&desk, 3, "summary change"));
}

#[test]
fn a_folder() {
    let desk = Desk::empty();
    std::fs::create_dir(desk.path("casebook.db")).expect("a folder");
    shows!(refuses(&desk, 3, "summary change"));
}

#[test]
fn a_database_of_another_program() {
    let desk = Desk::empty();
    let other = Connection::open(desk.path("casebook.db")).expect("a file");
    other.execute_batch("CREATE TABLE patient (name TEXT)").expect("a table");
    drop(other);
    shows!(refuses(&desk, 3, "summary change"));
    refuses(&desk, 3, "report add a --kind case-report");
}

#[test]
fn a_newer_file() {
    let desk = changed("PRAGMA user_version = 99");
    shows!(refuses(&desk, 3, "summary change"));
    refuses(&desk, 3, "report add b --kind case-report");
    assert_eq!(desk.names(), ["casebook.db"]);
}

/// A registry that somebody changed with another program.
fn changed(by: &str) -> Desk {
    let desk = Desk::small();
    let file = Connection::open(desk.path("casebook.db")).expect("the registry");
    file.execute_batch("PRAGMA foreign_keys = off").expect("a setting");
    file.execute_batch(by).expect("changed");
    desk
}

/// As a power cut between making the file and writing its first row would leave it.
#[test]
fn a_file_that_was_never_finished() {
    let desk = changed("DELETE FROM timepoint; DELETE FROM registry");
    shows!(refuses(&desk, 3, "summary change"));
}

#[test]
fn a_table_is_gone() {
    let desk = changed("DROP TABLE timepoint");
    shows!(refuses(&desk, 3, "summary change"));
}

#[test]
fn cut_off() {
    let desk = Desk::small();
    let bytes = desk.bytes("casebook.db");
    desk.write("casebook.db", &bytes[..bytes.len() / 2]);
    shows!(refuses(&desk, 3, "summary change"));
}

#[test]
fn overwritten_in_the_middle() {
    let desk = Desk::small();
    let mut bytes = desk.bytes("casebook.db");
    bytes[4096..].fill(0xaa);
    desk.write("casebook.db", bytes);
    shows!(refuses(&desk, 3, "summary change"));
    refuses(&desk, 3, "report add b --kind case-report");
}

#[test]
fn there_already() {
    let desk = Desk::with_registry();
    shows!(refuses(&desk, 3, "init"));
}

#[test]
fn demo_over_a_demo() {
    let desk = Desk::after(["demo -q"]);
    shows!(refuses(&desk, 3, "demo"));
}

#[test]
fn no_such_folder() {
    let desk = Desk::empty();
    shows!(refuses(&desk, 3, "-r nowhere/casebook.db init"));
    shows!(refuses(&desk, 3, "-r nowhere/casebook.db summary change"));
}

/// Somebody else writes for longer than we wait. Nobody has to wait for readers.
///
/// The file must not be read here while the lock is held: closing it would give up the lock.
#[test]
fn in_use() {
    let desk = Desk::small();
    let before = desk.files();
    let add = r#"visit add a-2024/2 W4 "HbA1c=8.0 %" --wait 0"#;
    let other = Connection::open(desk.path("casebook.db")).expect("the registry");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let while_writing = desk.run(add);
    desk.run("summary change --wait 0").ok();
    other.execute_batch("ROLLBACK; BEGIN EXCLUSIVE").expect("a lock");
    let while_committing = desk.run("summary change --wait 0");
    drop(other);
    assert!(desk.files() == before);
    super::assert_refused(&while_writing, 3, add);
    super::assert_refused(&while_committing, 3, "summary change");
    shows!(while_writing, while_committing);
}

#[test]
fn whoever_waits_gets_in() {
    let desk = Desk::small();
    let other = Connection::open(desk.path("casebook.db")).expect("the registry");
    other.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| desk.run(r#"visit add a-2024/2 W4 "HbA1c=8.0 %""#));
        std::thread::sleep(std::time::Duration::from_secs(1));
        other.execute_batch("ROLLBACK").expect("unlocked");
        waiting.join().expect("a run").ok();
    });
}

/// A file may not grow (`ulimit -f`): the commit fails half-way and is taken back.
#[test]
#[cfg(unix)]
fn a_write_that_fails_half_way() {
    let desk = Desk::small();
    desk.write("big.toml", big_case());
    let blocks = desk.bytes("casebook.db").len() / 512 + 16;
    let run =
        in_shell(&desk, &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" import big.toml"));
    super::assert_refused(&run, 3, "import big.toml");
    assert_unchanged(&desk);
    shows!(run);
}

/// A disk of its own, as small as the registry. Where no disk may be mounted, nothing is tried.
#[test]
#[cfg(target_os = "linux")]
fn the_disk_is_full() {
    let desk = Desk::small();
    desk.write("big.toml", big_case());
    std::fs::create_dir(desk.path("disk")).expect("a folder");
    let size = desk.bytes("casebook.db").len() + 8 * 4096;
    let script = format!(
        "mount -t tmpfs -o size={size} tmpfs disk && cp casebook.db disk/ || exit 99
         \"$0\" -r disk/casebook.db import big.toml; code=$?
         cmp casebook.db disk/casebook.db && ls disk; exit $code"
    );
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    unshare.arg(desk.program().get_program()).current_dir(desk.path(""));
    let mut run = Run::of("import big.toml", unshare);
    if run.code == Some(99) || run.stderr.contains("unshare") {
        eprintln!("not tried, no disk may be mounted here: {}", run.stderr);
        return;
    }
    assert_eq!(run.stdout, "casebook.db\n", "the file differs, or has company:\n{run}");
    run.stdout.clear();
    super::assert_refused(&run, 3, "import big.toml");
    shows!(run);
}

/// More patients than fit.
fn big_case() -> String {
    let mut case = "[report]\nkey = \"big\"\nkind = \"case series\"\n".to_owned();
    for patient in 0..400 {
        case += &format!("[[patient]]\nlabel = \"{patient}\"\n");
        for week in [0, 4, 12] {
            let values = r#"["HbA1c=8.0 %", "FPG=8.2 mmol/L", "ALT=30 U/L"]"#;
            case += &format!("[[patient.visit]]\nlabel = \"W{week}\"\nvalues = {values}\n");
        }
    }
    case
}

fn in_shell(desk: &Desk, script: &str) -> Run {
    let program = desk.program();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).arg(program.get_program()).current_dir(desk.path(""));
    Run::of("import big.toml", shell)
}

fn assert_unchanged(desk: &Desk) {
    assert!(desk.bytes("casebook.db") == Desk::small().bytes("casebook.db"));
    assert_eq!(desk.names(), ["big.toml", "casebook.db"]);
}
