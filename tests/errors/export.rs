//! What `casebook export` refuses: nothing is overwritten, nothing half written.

use crate::refuses;
use crate::support::Desk;

#[test]
fn what_is_in_the_way() {
    let desk = Desk::small();
    desk.run("export study").ok();
    desk.write("a.toml", "mine");
    shows!(
        refuses(&desk, 1, "export study"),
        refuses(&desk, 1, "export study --deidentified"),
        refuses(&desk, 1, "export a.toml"),
        refuses(&desk, 1, "export missing/study"),
    );
}

#[test]
fn a_form_there_is_not() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "export patients.csv"),
        refuses(&desk, 2, "export a.toml --tables"),
        refuses(&desk, 2, "export out --shift-dates"),
    );
}

#[test]
fn a_report_that_is_not_there_none_at_all_or_too_many() {
    let empty = Desk::with_registry();
    let demo = Desk::demo();
    shows!(
        refuses(&demo, 1, "export out --report huang-2024"),
        refuses(&demo, 1, "export all.json"),
        refuses(&empty, 1, "export out"),
    );
}

#[test]
fn a_key_map_in_the_folder_that_is_passed_on() {
    let desk = Desk::small();
    shows!(refuses(&desk, 1, "export out --deidentified --key-map out/keys.csv"));
}
