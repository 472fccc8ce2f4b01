//! Whatever is typed as a schedule, it is refused or every window holds its own target day.
#![no_main]

use casebook::domain::{Day, Schedule};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(schedule) = Schedule::parse(text) else { return };
    for (at, timepoint) in schedule.timepoints().iter().enumerate() {
        let (first, target, last) = (timepoint.first_day, timepoint.target_day, timepoint.last_day);
        assert!(first <= target && target <= last, "{timepoint:?}");
        assert_eq!(schedule.timepoint_of(target), Some(at), "{timepoint:?}");
        assert_eq!(schedule.named(&timepoint.name), Some(timepoint));
        let _ = schedule.timepoint_of(Day(target.0.saturating_sub(1)));
    }
});
