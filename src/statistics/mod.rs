//! Knows how a number is computed: slices of `f64` in, estimates out, each formula with its source.
//! Must not know patients, visits, units, files or the clock; a question is asked in `analysis`.
//! Start at [`describe()`]; `tests/reference.rs` holds every number here against R.

mod describe;
mod interval;
mod moments;
mod quantile;
mod student_t;

pub use describe::{Description, describe};
pub use interval::{Interval, mean_interval};
pub use moments::{mean, standard_deviation};
pub use quantile::{QuantileType, quantile};
pub use student_t::t_quantile;

/// Says why a number can't be given.
///
/// The order of the checks is the order of the variants: no values at all says nothing about
/// their spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotEstimable {
    /// There are no values.
    NoValues,
    /// There is one value, and the statistic needs two: a spread has n − 1 in the denominator.
    OneValue,
    /// The arithmetic leaves the range of a 64-bit float, as the square of 10¹⁶⁰ does.
    ///
    /// No clinical quantity comes near; it keeps infinity and NaN out of every table.
    OutOfRange,
}

impl NotEstimable {
    /// Gives the reason in words, for a footnote.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoValues => "no values",
            Self::OneValue => "only one value",
            Self::OutOfRange => "outside the range of 64-bit arithmetic",
        }
    }
}

/// A number, in the unit of its values unless said otherwise, or the reason there is none.
///
/// The number is always finite.
pub type Estimate = Result<f64, NotEstimable>;

/// Lets only a finite number pass.
fn finite(number: f64) -> Estimate {
    if number.is_finite() { Ok(number) } else { Err(NotEstimable::OutOfRange) }
}
