//! A schedule that can't be so.

use super::refuses;
use crate::support::Desk;

#[test]
fn timepoint_that_can_not_be_read() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 2, "timepoint add discharge").says("discharge=D10"),
        refuses(&desk, 2, "timepoint add W4±x"),
        refuses(&desk, 2, "timepoint add =D10"),
        refuses(&desk, 2, "timepoint edit W4 --reason x"),
    );
}

#[test]
fn timepoint_that_is_there_already() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "timepoint add D28±3").says("the same day as W4"),
        refuses(&desk, 1, "timepoint add w4=D30").says("the same name as W4"),
        refuses(&desk, 1, "timepoint edit W12 --to W4 --reason x"),
        refuses(&desk, 1, "timepoint edit W12 --to W12±2 --reason x").says("timepoint show W12"),
    );
}

#[test]
fn timepoint_that_is_not_there() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "timepoint edit W13 --to W12±1 --reason x").says("timepoint list"),
        refuses(&desk, 1, "timepoint remove W24 --reason x --dry-run"),
        refuses(&desk, 1, "timepoint show W24"),
    );
}

#[test]
fn timepoint_change_without_a_reason() {
    let desk = Desk::small();
    shows!(
        refuses(&desk, 1, "timepoint edit W12 --to W12±1"),
        refuses(&desk, 1, "timepoint remove W12"),
    );
}
