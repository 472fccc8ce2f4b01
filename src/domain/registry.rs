//! What a registry says about itself.

use super::Schedule;
use super::mismatch::words;
use serde::Serialize;

words! {
    /// Which day is day 0.
    DayZero as "a rule for day 0" {
        /// The day of the first infusion.
        FirstInfusion = "first infusion",
        /// The day of the last infusion.
        LastInfusion = "last infusion",
        /// The day of enrolment.
        Enrolment = "enrolment",
    }
}

words! {
    /// Which value is the baseline.
    BaselineRule as "a rule for the baseline" {
        /// The last measured value on or before day 0.
        LastBeforeDayZero = "last on or before day 0",
    }
}

words! {
    /// Whose record is kept where two registries changed the same one.
    Prefer as "whose record to keep" {
        /// The one of the registry that is merged into.
        Ours = "ours",
        /// The one of the registry that is merged.
        Theirs = "theirs",
        /// The one that was changed last.
        Newest = "newest",
    }
}

/// Title and rules of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// What the study is called.
    pub title: String,
    /// Which day is day 0.
    pub day_zero: DayZero,
    /// Which value is the baseline.
    pub baseline: BaselineRule,
    /// How often schedule or rules were changed, counted from 1.
    pub version: u32,
    /// The planned visits.
    pub schedule: Schedule,
}
