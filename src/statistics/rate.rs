//! Events over time at risk.

use super::distribution::{gamma_lower, gamma_upper, root_of_increasing, tail_of};
use super::{Interval, NotEstimable, finite};

/// A rate of events, per unit of the time at risk (per patient-year if that is in patient-years).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many events there were.
    pub events: u64,
    /// The time at risk of all patients together.
    pub person_time: f64,
    /// Events per unit of time.
    pub rate: f64,
    /// The exact Poisson interval of the rate.
    pub interval: Interval,
}

/// Computes a rate with its exact Poisson interval.
///
/// F. Garwood, Biometrika 1936;28:437-442, as R's `poisson.test`. Without events the lower limit is
/// exactly 0 and the upper one −ln((1 − level)/2) over the time: 3.69 events at 0.95. It supposes
/// that events come independently and at one rate; a patient prone to them makes it too narrow.
///
/// # Errors
///
/// [`NotEstimable::NoPersonTime`] if the time is zero, and [`NotEstimable::OutOfRange`] if a rate
/// is beyond a double.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or the time is negative.
pub fn rate(events: u64, person_time: f64, level: f64) -> Result<Rate, NotEstimable> {
    assert!(person_time >= 0.0, "a time at risk, not {person_time}");
    let tail = tail_of(level);
    if person_time == 0.0 {
        return Err(NotEstimable::NoPersonTime);
    }
    let interval = Interval {
        lower: finite(lower_limit(events, tail) / person_time)?,
        upper: finite(upper_limit(events, tail) / person_time)?,
        level,
    };
    Ok(Rate { events, person_time, rate: finite(events as f64 / person_time)?, interval })
}

/// Finds the mean with P(X ≥ events) = tail.
fn lower_limit(events: u64, tail: f64) -> f64 {
    if events == 0 {
        return 0.0;
    }
    let k = events as f64;
    root_of_increasing(0.0, k, |mean| gamma_lower(k, mean) - tail)
}

/// Finds the mean with P(X ≤ events) = tail.
fn upper_limit(events: u64, tail: f64) -> f64 {
    if events == 0 {
        return -tail.ln();
    }
    let k = events as f64;
    let mut most = 2.0 * k + 10.0;
    while gamma_upper(k + 1.0, most) > tail {
        most *= 2.0;
    }
    root_of_increasing(k, most, |mean| tail - gamma_upper(k + 1.0, mean))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_time_has_no_rate() {
        assert_eq!(rate(0, 0.0, 0.95), Err(NotEstimable::NoPersonTime));
        assert_eq!(rate(3, 1e-320, 0.95), Err(NotEstimable::OutOfRange));
    }

    #[test]
    fn no_events_have_an_upper_limit() {
        let none = rate(0, 12.5, 0.95).unwrap();
        assert_eq!((none.rate, none.interval.lower), (0.0, 0.0));
        assert!((none.interval.upper - 3.688_879_454_113_936 / 12.5).abs() < 1e-15);
    }

    #[test]
    fn one_event_has_a_closed_lower_limit() {
        // P(X ≥ 1) = 1 − e^−mean.
        let one = rate(1, 1.0, 0.95).unwrap();
        assert!((one.interval.lower / -(-0.025_f64).ln_1p() - 1.0).abs() < 1e-13);
    }

    proptest! {
        #[test]
        fn holds_the_rate_and_scales_with_time(
            events in 0u64..5000, time in 0.1..1e4, level in 0.5..0.99,
        ) {
            let found = rate(events, time, level).unwrap();
            let Interval { lower, upper, .. } = found.interval;
            prop_assert!(0.0 <= lower && lower <= found.rate && found.rate < upper, "{found:?}");
            let per_unit = rate(events, 1.0, level).unwrap().interval;
            prop_assert!((upper * time / per_unit.upper - 1.0).abs() < 1e-14);
            let more = rate(events + 1, time, level).unwrap().interval;
            prop_assert!(lower < more.lower && upper < more.upper);
        }
    }
}
