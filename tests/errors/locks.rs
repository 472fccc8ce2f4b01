//! What is locked is not changed, whoever asks; the message says by whom, why and how to unlock it.

use crate::refuses;
use crate::support::Desk;

/// A registry whose report is locked.
fn locked() -> Desk {
    let desk = Desk::small();
    desk.run(r#"lock a-2024 --reason "checked by two readers" --actor "Dr Wu""#).ok();
    desk
}

#[test]
fn a_patient_of_a_locked_report() {
    let desk = locked();
    shows!(refuses(&desk, 1, "patient edit a-2024/1 --age 54 --reason chart"));
    for line in [
        "patient edit a-2024/1 --age 54 --reason chart --dry-run",
        "patient remove a-2024/1 --with-everything --reason twice",
        "infusion edit a-2024/1 1 --route IV --reason chart",
        "infusion remove a-2024/1 1 --reason chart",
        "infusion add a-2024/1 --day 7",
        r#"visit add a-2024/1 W4 "HbA1c=8.0 %""#,
        "visit edit a-2024/1 W0 --day 1 --reason chart",
        "visit remove a-2024/1 W0 --with-measurements --reason chart",
        r#"measurement add a-2024/2 W0 "FPG=8.0 mmol/L""#,
        r#"measurement edit a-2024/1 W0 "HbA1c=9.2 %" --reason chart"#,
        "measurement remove a-2024/1 W0 HbA1c --reason chart",
        "event add a-2024/1 fever",
        "medication add a-2024/1 metformin",
        "statement add a-2024/1 HbA1c improved",
    ] {
        refuses(&desk, 1, line).says("The report a-2024 is locked").says("checked by two readers");
    }
}

#[test]
fn a_locked_report_itself() {
    let desk = locked();
    shows!(
        refuses(&desk, 1, "report edit a-2024 --year 2025 --reason chart"),
        refuses(&desk, 1, "patient add a-2024/3"),
        refuses(&desk, 1, "report remove a-2024 --reason x"),
    );
}

#[test]
fn a_file_that_would_change_what_is_locked() {
    let desk = locked();
    desk.write(
        "case.toml",
        r#"[report]
key = "a-2024"
kind = "case series"
adverse_events = "none stated"

[[patient]]
label = "1"
sex = "female"
age = 53
follow_up = "12 wk"
[[patient.visit]]
label = "W4"
values = ["HbA1c=8.0 %"]

[[patient]]
label = "3"
"#,
    );
    shows!(refuses(&desk, 1, "import case.toml"), refuses(&desk, 1, "import case.toml --dry-run"));
}

#[test]
fn a_locked_registry() {
    let desk = Desk::small();
    desk.run(r#"lock --all --reason "analysis of December""#).ok();
    shows!(
        refuses(&desk, 1, "product edit cells --lot 7 --reason label"),
        refuses(&desk, 1, "lock a-2024 --reason checked"),
    );
    refuses(&desk, 1, "report add b-2025 --kind case-report");
    desk.run("summary change").ok();
}

#[test]
fn what_can_not_be_locked_or_unlocked() {
    let desk = locked();
    shows!(
        refuses(&desk, 1, "lock a-2024 --reason again"),
        refuses(&desk, 1, "lock a-2025 --reason checked"),
        refuses(&desk, 1, "lock a-2024/1"),
        refuses(&desk, 1, "unlock a-2024/1 --reason chart"),
        refuses(&desk, 1, "unlock --all --reason chart"),
        refuses(&desk, 2, "unlock"),
        refuses(&desk, 2, "lock a-2024 --all --reason both"),
    );
}
