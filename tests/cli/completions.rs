//! `casebook completions`: scripts for shells. Needs no registry.

use crate::support::Desk;

#[test]
fn each_shell_gets_every_command() {
    let desk = Desk::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = desk.run(&format!("completions {shell}")).ok();
        for command in ["init", "import", "visit", "summary", "change", "history"] {
            assert!(run.stdout.contains(command), "{shell} does not know {command}");
        }
        assert_eq!(run.stderr, "");
    }
    assert!(desk.names().is_empty());
}

#[test]
fn two_runs_are_the_same() {
    let script = || Desk::empty().run("completions bash").ok().stdout;
    assert_eq!(script(), script());
}

/// `-o` works wherever a result is written.
#[test]
fn it_writes_to_a_file() {
    let desk = Desk::empty();
    let run = desk.run("completions bash -o casebook.bash").ok();
    assert!(run.stdout.is_empty(), "the script went to the screen");
    assert!(desk.text("casebook.bash") == desk.run("completions bash").ok().stdout);
}
