//! What `casebook merge` refuses.

use crate::refuses;
use crate::support::{Desk, SMALL};
use rusqlite::Connection;

#[test]
fn a_registry_that_counts_its_days_otherwise() {
    let desk = Desk::after(SMALL);
    desk.run(r#"-r other.db init --title Other --day-zero enrolment"#).ok();
    shows!(refuses(&desk, 1, "merge other.db"));
}

#[test]
fn a_file_that_is_not_what_its_log_says_or_is_not_there() {
    let desk = Desk::after(SMALL);
    desk.run("backup other.db").ok();
    let other = Connection::open(desk.path("other.db")).expect("the other registry");
    let sql = "UPDATE patient SET age_years = 35 WHERE key = 'a-2024/1'";
    other.execute_batch(sql).expect("SQL");
    drop(other);
    shows!(refuses(&desk, 1, "merge other.db"), refuses(&desk, 3, "merge nothing.db"));
}
