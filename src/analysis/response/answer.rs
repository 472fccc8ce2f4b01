//! Whether a patient meets a rule, and why it is not known.

use crate::analysis::regimen::NoDose;
use crate::analysis::result::Missing;
use crate::domain::{Comparator, Demand, Observation, Status};
use std::fmt::Display;

/// Whether a patient meets a criterion or a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Met,
    Unmet,
    /// No number says so, but words do.
    Stated,
    /// Nothing was taken at baseline that could be reduced or stopped: the rule is not about this patient.
    NotAsked,
    Unknown(Unknown),
}

/// Why it is not known whether a patient meets a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    Missing(Missing),
    NoBaseline(Missing),
    ZeroBaseline,
    OnlyLimit,
    /// What was taken is not known.
    NoDose(NoDose),
    /// What was taken at baseline is not known.
    NoDoseAtBaseline(NoDose),
}

impl Answer {
    /// True if it is known whether this is met; words count where they are accepted.
    pub fn is_known(self, accepts_statements: bool) -> bool {
        matches!(self, Answer::Met | Answer::Unmet)
            || (accepts_statements && self == Answer::Stated)
    }

    /// True if this is met; words count where they are accepted.
    pub fn is_met(self, accepts_statements: bool) -> bool {
        self == Answer::Met || (accepts_statements && self == Answer::Stated)
    }

    /// In words why it is not known whether this is met.
    pub fn in_words(self, demand: &Demand, timepoint: &impl Display) -> String {
        let what = match demand {
            Demand::Number(number) => number.symbol.as_str(),
            Demand::InsulinReduced { .. } | Demand::InsulinFree { .. } => "insulin",
            Demand::DrugFree { .. } => "medication",
        };
        let at = |when: &dyn Display, reason: &str| format!("{what} {when}: {reason}");
        match self {
            Answer::Unknown(Unknown::Missing(missing)) => at(timepoint, missing.reason()),
            Answer::Unknown(Unknown::NoBaseline(missing)) => at(&"at baseline", missing.reason()),
            Answer::Unknown(Unknown::ZeroBaseline) => at(&"at baseline", "0"),
            Answer::Unknown(Unknown::OnlyLimit) => {
                at(timepoint, "a limit (<, >) that does not decide it")
            }
            Answer::Unknown(Unknown::NoDose(why)) => at(timepoint, why.reason()),
            Answer::Unknown(Unknown::NoDoseAtBaseline(why)) => at(&"at baseline", why.reason()),
            Answer::NotAsked => match demand {
                Demand::DrugFree { .. } => "no glucose-lowering drug at baseline".to_owned(),
                _ => "no insulin at baseline".to_owned(),
            },
            Answer::Stated => at(timepoint, "\"at target\", in words only"),
            Answer::Met | Answer::Unmet => String::new(),
        }
    }
}

/// On which side of a number the truth may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Exact,
    Below,
    Above,
    Either,
}

/// How far the truth may be from a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub side: Side,
    /// True if it is not the number itself: `<7.0`, not `<=7.0`.
    pub strict: bool,
}

impl Bound {
    pub fn of(observation: &Observation) -> Bound {
        let side = match observation.status {
            Status::BelowLimit => Side::Below,
            Status::AboveLimit => Side::Above,
            _ => Side::Exact,
        };
        let strict = matches!(observation.comparator, Some(Comparator::Less | Comparator::Greater));
        Bound { side, strict }
    }

    /// That of a difference between a number with this bound and one with another.
    pub fn minus(self, subtracted: Bound) -> Bound {
        let side = match (self.side, subtracted.side) {
            (side, Side::Exact) => side,
            (Side::Exact | Side::Below, Side::Above) => Side::Below,
            (Side::Exact | Side::Above, Side::Below) => Side::Above,
            _ => Side::Either,
        };
        Bound { side, strict: self.strict || subtracted.strict }
    }

    /// Whether the truth is on the side of the limit that is asked for.
    pub fn decides(self, number: f64, comparator: Comparator, limit: f64) -> Answer {
        // All that the truth may be is beyond the limit, or not.
        let below = number < limit || (number == limit && self.strict);
        let above = number > limit || (number == limit && self.strict);
        let is_met = match (self.side, comparator) {
            (Side::Exact, _) => Some(comparator.holds(number, limit)),
            (Side::Below, Comparator::Less) => below.then_some(true),
            (Side::Below, Comparator::AtMost) => (number <= limit).then_some(true),
            (Side::Below, Comparator::Greater) => (number <= limit).then_some(false),
            (Side::Below, Comparator::AtLeast) => below.then_some(false),
            (Side::Above, Comparator::Greater) => above.then_some(true),
            (Side::Above, Comparator::AtLeast) => (number >= limit).then_some(true),
            (Side::Above, Comparator::Less) => (number >= limit).then_some(false),
            (Side::Above, Comparator::AtMost) => above.then_some(false),
            (Side::Either, _) => None,
        };
        match is_met {
            Some(true) => Answer::Met,
            Some(false) => Answer::Unmet,
            None => Answer::Unknown(Unknown::OnlyLimit),
        }
    }
}
