//! Questions to the cohort that can't be answered: exit 1, or 2 if the command line asks for an option
//! that a summary could only ignore.

use super::refuses;
use crate::support::Desk;

#[test]
fn timepoint_that_is_not_planned() {
    shows!(refuses(&Desk::small(), 1, "summary change --timepoint W13"));
}

#[test]
fn level_that_is_none() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "summary change --level 95"),
        refuses(&desk, 2, "summary change --level 1"),
    );
}

#[test]
fn option_that_a_summary_could_only_ignore() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "summary exposure --analyte HbA1c"),
        refuses(&desk, 2, "summary reports --by sex"),
    );
    for option in ["--timepoint W12", "--units si", "--level 0.9"] {
        refuses(&desk, 2, &format!("summary exposure {option}"));
        refuses(&desk, 2, &format!("summary reports {option}"));
    }
}
