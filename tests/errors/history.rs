//! What `casebook history` does not know.

use crate::refuses;
use crate::support::Desk;

#[test]
fn what_the_log_does_not_know() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "history a-2042/1"),
        refuses(&desk, 1, "history a-2024/1 W4"),
        refuses(&desk, 1, "history a-2024/1 event 1"),
        refuses(&desk, 1, "history a-2024/1 W0 HbA1d"),
    );
}

#[test]
fn a_moment_that_is_none() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "history --as-of 99"),
        refuses(&desk, 2, "history --as-of 5.3.2026"),
        refuses(&desk, 2, "history --since 2026-03-05T14:30+08:00"),
        refuses(&desk, 2, "history --as-of 3 --fields"),
    );
}

#[test]
fn an_export_over_a_file() {
    let desk = Desk::small();
    desk.write("log.txt", "mine");
    shows!(
        refuses(&desk, 3, "history export log.txt"),
        refuses(&desk, 3, "history export casebook.db"),
        refuses(&desk, 1, "history export nowhere/log.txt"),
    );
}
