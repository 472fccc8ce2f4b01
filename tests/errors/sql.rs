//! Queries that are refused: exit 1, and the file is as it was.

use super::refuses;
use crate::support::Desk;

#[test]
fn query_that_does_more_than_read() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "sql \"DELETE FROM patient\""),
        refuses(&desk, 1, "sql \"ATTACH 'other.db' AS other\""),
        refuses(&desk, 1, "sql \"SELECT load_extension('other')\""),
        refuses(&desk, 1, "sql \"PRAGMA user_version = 9\""),
        refuses(&desk, 1, "sql \"SELECT 1; DROP TABLE patient\""),
    );
    assert_eq!(desk.names(), ["casebook.db"]);
}

#[test]
fn query_that_can_not_be_understood() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "sql \"SELECT patiant FROM patients\""),
        refuses(&desk, 1, "sql \"SELECT * FROM patient_list\""),
        refuses(&desk, 1, "sql \"SELEC 1\""),
        refuses(&desk, 1, "sql \"SELECT median(sex) FROM patients\""),
        refuses(&desk, 1, "sql \"SELECT binomial_lower('three', 5)\""),
        refuses(&desk, 1, "sql \"SELECT fisher_p(1, 2, 3)\""),
        refuses(&desk, 1, "sql \"SELECT 1 FROM\""),
        refuses(&desk, 2, "sql"),
    );
}
