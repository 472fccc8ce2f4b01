//! `casebook … remove` and `measurement edit`: with a reason, and nothing orphaned.

use crate::support::{Desk, SMALL};

#[test]
fn a_value_entered_doubted_corrected_explained_and_verified() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run(r#"measurement add a-2024/1 W0 "CEA=35 ng/mL" --accept"#).ok(),
        desk.run(r#"measurement edit a-2024/1 W0 "CEA=3.5 ng/mL" --propose --reason "decimal point likely lost""#).ok(),
        desk.run("summary change --analyte CEA").ok(),
        desk.run(r#"measurement edit a-2024/1 W0 "CEA=3.5 ng/mL" --reason "laboratory printout" --source "letter of the laboratory" --method lab"#).ok(),
        desk.run("show a-2024/1").ok(),
        desk.run("summary change --analyte CEA").ok(),
        desk.run("history a-2024/1").ok(),
        desk.run("verify").ok(),
    );
}

#[test]
fn what_others_hang_on_stays() {
    let desk = Desk::after(SMALL);
    let before = desk.files();
    shows!(
        desk.run("report remove a-2024 --reason x"),
        desk.run("product remove cells --reason x"),
        desk.run("patient remove a-2024/1 --reason x"),
        desk.run("visit remove a-2024/1 W0 --reason x"),
        desk.run("visit remove a-2024/1 W8 --reason x"),
        desk.run("infusion remove a-2024/1 3 --reason x"),
        desk.run("measurement remove a-2024/1 W0 ALT --reason x"),
        desk.run("patient remove a-2024/1 --with-everything"),
        desk.run(r#"measurement edit a-2024/1 W0 "HbA1c=at target" --reason x"#),
    );
    assert!(desk.files() == before, "nothing was changed");
}

#[test]
fn what_goes_is_gone_and_stands_in_the_history() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run("measurement remove a-2024/1 W12 HbA1c --reason misread").ok(),
        desk.run("visit remove a-2024/1 W0 --with-measurements --reason misread").ok(),
        desk.run("infusion remove a-2024/1 1 --reason misread").ok(),
        desk.run(r#"patient remove a-2024/1 --with-everything --reason "consent withdrawn""#).ok(),
        desk.run("patient remove a-2024/2 --with-everything --reason x --format json").ok(),
        desk.run("report remove a-2024 --reason x").ok(),
        desk.run("product remove cells --reason x").ok(),
        desk.run("patient list").ok(),
        desk.run("history").ok(),
        desk.run("verify").ok(),
    );
}
