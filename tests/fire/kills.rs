//! Killed at any moment (`kill -9`): what was acknowledged is there, the rest is not.

use crate::support::{Desk, words};
use crate::{Dice, assert_sound, case, patients, size};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Begin a command.
fn begin(desk: &Desk, line: &str) -> Child {
    let mut program = desk.program();
    program.args(words(line)).stdout(Stdio::null()).stderr(Stdio::null());
    program.spawn().expect("the program starts")
}

/// How long a command takes, the longest of three.
fn duration(of: impl Fn(usize)) -> Duration {
    let timed = (0..3).map(|at| {
        let begun = Instant::now();
        of(at);
        begun.elapsed()
    });
    timed.max().expect("three")
}

/// Kill after this while; true if it had succeeded by then.
fn kill_after(mut child: Child, pause: Duration) -> bool {
    std::thread::sleep(pause);
    let _ = child.kill(); // SIGKILL; an error says that it has ended
    child.wait().expect("it ends").success()
}

#[test]
fn an_acknowledged_write_outlives_a_kill() {
    let desk = Desk::with_registry();
    let mut dice = Dice(1);
    let (adds, imports) = (size(8, 120), size(4, 80));
    let each = 60;
    desk.run("report add a --kind \"case series\"").ok();
    let add = |at: usize| drop(desk.run(&format!("patient add a/t{at}")).ok());
    let of_an_add = duration(add);
    let import = |at: usize| {
        desk.write("case.toml", case(&format!("t-{at}"), each));
        desk.run("import case.toml").ok();
    };
    let of_an_import = duration(import);
    let mut expected = patients(&desk);
    let (mut killed, mut hot, mut there_all_the_same) = (0, 0, 0);
    for at in 0..adds + imports {
        let is_add = at < adds;
        let (line, whole) = if is_add {
            (format!("patient add a/{at}"), of_an_add)
        } else {
            desk.write("case.toml", case(&format!("big-{at}"), each));
            ("import case.toml".to_owned(), of_an_import)
        };
        // Spread over the whole of it and a little beyond.
        let moment = whole.mul_f64(dice.roll(1100) as f64 / 1000.0);
        let acknowledged = kill_after(begin(&desk, &line), moment);
        killed += usize::from(!acknowledged);
        let journal = std::fs::read(desk.path("casebook.db-journal")).unwrap_or_default();
        hot += usize::from(journal.first().is_some_and(|byte| *byte != 0));
        let mine: Vec<_> = if is_add {
            vec![format!("a/{at}")]
        } else {
            (0..each).map(|patient| format!("big-{at}/{patient}")).collect()
        };
        let now = patients(&desk);
        let found = mine.iter().filter(|key| now.contains(key)).count();
        assert!(found == 0 || found == mine.len(), "{line}: {found} of {}", mine.len());
        assert!(found > 0 || !acknowledged, "{line} was acknowledged, and is not there");
        there_all_the_same += usize::from(found > 0 && !acknowledged);
        if found > 0 {
            expected.extend(mine);
        }
        let mut all = (now.clone(), expected.clone());
        all.0.sort();
        all.1.sort();
        assert_eq!(all.0, all.1, "after {line}");
        // A journal that was never begun says so in its first byte: SQLite passes over it, and the next
        // write takes its place. Any other was played back by the list above.
        let journal = std::fs::read(desk.path("casebook.db-journal")).unwrap_or_default();
        assert_eq!(journal.first().unwrap_or(&0), &0, "a hot journal was left after {line}");
        if is_add || at % 8 == 0 {
            desk.run("verify").ok();
        }
    }
    desk.run("report add last --kind \"case series\"").ok();
    assert_sound(&desk, &["case.toml"]);
    println!(
        "{} begun, {killed} killed before they ended: {hot} left a hot journal, \
         {there_all_the_same} had committed",
        adds + imports
    );
    assert!(killed > 0, "nothing was killed in time");
}
