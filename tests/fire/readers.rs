//! Who reads while others write sees the file before or after, never between, and never fails.

use crate::support::Desk;
use crate::{assert_sound, case, size, texts};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

#[test]
fn readers_see_an_import_whole_or_not_at_all() {
    let desk = Desk::small();
    let (imports, each) = (size(3, 8), size(100, 500));
    let done = AtomicBool::new(false);
    let (looks, between) = std::thread::scope(|scope| {
        let done = &done;
        let writer = scope.spawn(|| {
            for at in 0..imports {
                desk.write("case.toml", case(&format!("big-{at}"), each));
                desk.run("import case.toml").ok();
                std::thread::sleep(Duration::from_millis(20));
            }
            done.store(true, SeqCst);
        });
        let look = |line: &'static str| {
            let desk = &desk;
            scope.spawn(move || {
                let mut seen = Vec::new();
                while !done.load(SeqCst) {
                    seen.push(desk.run(line).ok());
                }
                seen
            })
        };
        let lists = look("patient list --format json");
        let summaries = look("summary change --analyte HbA1c --format json");
        let reports = look("summary reports --format json");
        writer.join().expect("the writer");
        let mut between = 0;
        let lists = lists.join().expect("a reader");
        for list in &lists {
            let keys = texts(&list.json(), "patient");
            let big = keys.iter().filter(|key| key.starts_with("big-")).count();
            assert_eq!(big % each, 0, "{big} patients are seen of files with {each} each");
            between += usize::from(big > 0 && big < imports * each);
        }
        let mut looks = lists.len();
        for run in summaries.join().expect("a reader") {
            run.json();
            looks += 1;
        }
        looks += reports.join().expect("a reader").len();
        (looks, between)
    });
    println!("{looks} looks at {imports} imports; {between} between the first and the last");
    assert!(looks > 3, "the readers hardly read");
    assert_sound(&desk, &["case.toml"]);
}

/// Somebody looks at a long list in a pager and goes to lunch.
#[test]
fn a_result_that_nobody_takes_holds_up_nobody() {
    let desk = Desk::small();
    desk.write("case.toml", case("big", 600));
    desk.run("import case.toml").ok();
    let mut program = desk.program();
    program.args(["visit", "list", "--format", "json"]).stdout(Stdio::piped());
    let mut reader = program.spawn().expect("the program starts");
    std::thread::sleep(Duration::from_millis(500));
    desk.run("report add b --kind case-report --wait 5").ok();
    assert!(reader.try_wait().expect("a state").is_none(), "the list fits into the pipe");
    let list = reader.wait_with_output().expect("the rest of the list");
    assert!(list.status.success());
    serde_json::from_slice::<serde_json::Value>(&list.stdout).expect("a whole list");
}
