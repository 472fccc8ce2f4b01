//! Whether a patient meets a rule, and why it is not known.

use crate::analysis::regimen::NoDose;
use crate::analysis::result::Missing;
use crate::domain::{Comparator, Demand, Observation, Status};

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
    /// In words why it is not known whether this is met.
    pub fn in_words(self, demand: &Demand, timepoint: &str) -> String {
        let what = match demand {
            Demand::Number(number) => number.symbol.as_str(),
            Demand::InsulinReduced { .. } | Demand::InsulinFree { .. } => "insulin",
            Demand::DrugFree { .. } => "medication",
        };
        let at = |timepoint: &str, reason: &str| format!("{what} at {timepoint}: {reason}");
        match self {
            Answer::Unknown(Unknown::Missing(missing)) => at(timepoint, missing.reason()),
            Answer::Unknown(Unknown::NoBaseline(missing)) => at("baseline", missing.reason()),
            Answer::Unknown(Unknown::ZeroBaseline) => at("baseline", "0"),
            Answer::Unknown(Unknown::OnlyLimit) => {
                at(timepoint, "a limit (<, >) that does not decide it")
            }
            Answer::Unknown(Unknown::NoDose(why)) => at(timepoint, why.reason()),
            Answer::Unknown(Unknown::NoDoseAtBaseline(why)) => at("baseline", why.reason()),
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
pub(super) enum Bound {
    Exact,
    Below,
    Above,
    Either,
}

impl Bound {
    pub fn of(observation: &Observation) -> Bound {
        match observation.status {
            Status::BelowLimit => Bound::Below,
            Status::AboveLimit => Bound::Above,
            _ => Bound::Exact,
        }
    }

    /// That of a difference between a number with this bound and one with another.
    pub fn minus(self, subtracted: Bound) -> Bound {
        match (self, subtracted) {
            (bound, Bound::Exact) => bound,
            (Bound::Exact | Bound::Below, Bound::Above) => Bound::Below,
            (Bound::Exact | Bound::Above, Bound::Below) => Bound::Above,
            _ => Bound::Either,
        }
    }

    /// Whether the truth is on the side of the limit that is asked for.
    pub fn decides(self, number: f64, comparator: Comparator, limit: f64) -> Answer {
        let answer = if comparator.holds(number, limit) { Answer::Met } else { Answer::Unmet };
        let is_upper = matches!(comparator, Comparator::Less | Comparator::AtMost);
        let is_decided = match self {
            Bound::Exact => true,
            // What is below a number that is low enough is so as well; what is above one that is not, neither.
            Bound::Below => (answer == Answer::Met) == is_upper,
            Bound::Above => (answer == Answer::Met) != is_upper,
            Bound::Either => false,
        };
        if is_decided { answer } else { Answer::Unknown(Unknown::OnlyLimit) }
    }
}
