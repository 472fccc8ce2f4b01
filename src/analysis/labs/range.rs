//! On which side of its reference range a value lies.

use super::super::timeline::ten_decimals;
use crate::domain::{Day, Observation, ReferenceRange, Status};

/// Where a patient's values lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RangeClass {
    /// Below the lower limit.
    Low,
    /// Neither below nor above; a side without a limit is open.
    Normal,
    /// Above the upper limit.
    High,
    /// Of several values, one is low and another high.
    LowAndHigh,
    /// There are numbers, but none whose range is recorded, or that decides.
    CannotTell,
    /// There is no number.
    Missing,
}

impl RangeClass {
    /// Where a baseline can be, in the order of a table.
    pub const BASELINE: [RangeClass; 5] = [
        RangeClass::Low,
        RangeClass::Normal,
        RangeClass::High,
        RangeClass::CannotTell,
        RangeClass::Missing,
    ];

    /// Where values after it can be, in the order of a table.
    pub const AFTER: [RangeClass; 6] = [
        RangeClass::Low,
        RangeClass::Normal,
        RangeClass::High,
        RangeClass::LowAndHigh,
        RangeClass::CannotTell,
        RangeClass::Missing,
    ];

    /// Its name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            RangeClass::Low => "low",
            RangeClass::Normal => "normal",
            RangeClass::High => "high",
            RangeClass::LowAndHigh => "low and high",
            RangeClass::CannotTell => "can't tell",
            RangeClass::Missing => "missing",
        }
    }

    /// That of one value; `None` where there is none.
    pub(super) fn of(seen: Option<&Seen<'_>>) -> RangeClass {
        seen.map_or(RangeClass::Missing, |seen| seen.side().unwrap_or(RangeClass::CannotTell))
    }

    /// The worst of several values; those that tell nothing are passed over.
    pub(super) fn worst(seen: &[Seen<'_>]) -> RangeClass {
        let sides: Vec<RangeClass> = seen.iter().filter_map(Seen::side).collect();
        let has = |side| sides.contains(&side);
        match (has(RangeClass::Low), has(RangeClass::High)) {
            (true, true) => RangeClass::LowAndHigh,
            (true, false) => RangeClass::Low,
            (false, true) => RangeClass::High,
            (false, false) if has(RangeClass::Normal) => RangeClass::Normal,
            _ if seen.is_empty() => RangeClass::Missing,
            _ => RangeClass::CannotTell,
        }
    }
}

/// A number of one patient, beside the range that was recorded with it.
#[derive(Debug, Clone, Copy)]
pub(in crate::analysis) struct Seen<'a> {
    pub observation: &'a Observation,
    /// In the canonical unit; the limit itself for values below or above it.
    pub value: f64,
    pub range: Option<ReferenceRange>,
    pub day: Day,
}

impl Seen<'_> {
    fn status(&self) -> Status {
        self.observation.status
    }

    /// The lower limit.
    pub fn low(&self) -> Option<f64> {
        self.range.and_then(|range| range.low)
    }

    /// The upper limit; one of 0 has no multiples.
    pub fn high(&self) -> Option<f64> {
        self.range.and_then(|range| range.high).filter(|high| *high > 0.0)
    }

    /// True if the number is only a limit (<, >).
    pub fn is_censored(&self) -> bool {
        matches!(self.status(), Status::BelowLimit | Status::AboveLimit)
    }

    /// The side of its range; `None` without a range, or where a limit (<, >) leaves it open.
    pub fn side(&self) -> Option<RangeClass> {
        let range = self.range?;
        // Both in the canonical unit: a trace of converting is no difference.
        let from = |limit: f64| ten_decimals(self.value - limit);
        let (low, high) = (range.low.map(from), range.high.map(from));
        let is_low = low.is_some_and(|from| from < 0.0);
        let is_high = high.is_some_and(|from| from > 0.0);
        match self.status() {
            // The truth is lower than the number.
            Status::BelowLimit if low.is_some_and(|from| from <= 0.0) => Some(RangeClass::Low),
            Status::BelowLimit if low.is_some() || is_high => None,
            // The truth is higher than the number.
            Status::AboveLimit if high.is_some_and(|from| from >= 0.0) => Some(RangeClass::High),
            Status::AboveLimit if high.is_some() || is_low => None,
            _ if is_low => Some(RangeClass::Low),
            _ if is_high => Some(RangeClass::High),
            _ => Some(RangeClass::Normal),
        }
    }

    /// The value as a multiple of the upper limit recorded with it.
    pub fn upper_multiple(&self) -> Option<f64> {
        self.high().map(|high| ten_decimals(self.value / high))
    }

    /// What is compared to find the worst of several: the multiple of the upper limit, as laboratories
    /// differ, else the value.
    pub fn badness(&self) -> f64 {
        self.upper_multiple().unwrap_or(self.value)
    }

    /// Whether it exceeds so many upper limits; `None` where that can't be told.
    pub fn exceeds(&self, times: f64) -> Option<bool> {
        let multiple = self.upper_multiple()?;
        match self.status() {
            Status::BelowLimit => (multiple <= times).then_some(false),
            Status::AboveLimit => (multiple >= times).then_some(true),
            _ => Some(multiple > times),
        }
    }
}

/// Whether any of several values exceeds so many upper limits, and `None` where none can tell.
pub(super) fn any_exceeds(seen: &[Seen<'_>], times: f64) -> Option<bool> {
    seen.iter().filter_map(|one| one.exceeds(times)).reduce(|some, one| some || one)
}
