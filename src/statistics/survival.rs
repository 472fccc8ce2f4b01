//! The Kaplan–Meier curve.

use super::distribution::{normal_factor, tail_of};
use super::{Estimate, Interval, NotEstimable};

/// A survival within this of a half is a half: the product of fractions that make ½ is not exact.
const HALF: f64 = 1e-9;

/// How long one patient was followed, and how that ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FollowUp {
    /// The time to the event, or to the last observation without it; not negative.
    pub time: f64,
    /// Whether it ended with the event; else it is censored.
    pub event: bool,
}

/// The curve at one time at which follow-up of somebody ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// The time, in the unit of the follow-up.
    pub time: f64,
    /// How many are followed up to this time or longer.
    pub at_risk: usize,
    /// How many have the event at this time.
    pub events: usize,
    /// How many are censored at this time; they count as at risk of the events of the same time.
    pub censored: usize,
    /// The probability to be without the event after this time.
    pub survival: f64,
    /// Its standard error by Greenwood's formula; [`NotEstimable::NobodyLeft`] where it is 0.
    pub standard_error: Estimate,
    /// Its log-log interval; [`NotEstimable::NoEvents`] as long as it is 1, and
    /// [`NotEstimable::NobodyLeft`] where it is 0.
    pub interval: Result<Interval, NotEstimable>,
}

/// The curve at a time asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalAt {
    /// How many are followed up to this time or longer.
    pub at_risk: usize,
    /// The probability to be without the event; [`NotEstimable::BeyondFollowUp`] after the last.
    pub survival: Estimate,
    /// Its log-log interval, or why there is none.
    pub interval: Result<Interval, NotEstimable>,
}

/// A Kaplan–Meier curve.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalCurve {
    /// How many are followed.
    pub n: usize,
    /// How many of them have the event.
    pub events: usize,
    /// The curve, by time.
    pub steps: Vec<SurvivalStep>,
    /// The median time; [`NotEstimable::NotReached`] if the curve stays above a half.
    pub median: Estimate,
    /// The lower confidence limit of the median, or [`NotEstimable::NotReached`].
    pub median_lower: Estimate,
    /// The upper confidence limit of the median, often [`NotEstimable::NotReached`].
    pub median_upper: Estimate,
}

impl SurvivalCurve {
    /// Reads the curve at a time.
    pub fn at(&self, time: f64) -> SurvivalAt {
        let ended = self.steps.partition_point(|step| step.time < time);
        let at_risk = self.steps.get(ended).map_or(0, |step| step.at_risk);
        let (survival, interval) = if at_risk == 0 {
            (Err(NotEstimable::BeyondFollowUp), Err(NotEstimable::BeyondFollowUp))
        } else {
            let passed = self.steps.partition_point(|step| step.time <= time);
            let before_all = (Ok(1.0), Err(NotEstimable::NoEvents));
            let last = passed.checked_sub(1).map(|last| &self.steps[last]);
            last.map_or(before_all, |step| (Ok(step.survival), step.interval))
        };
        SurvivalAt { at_risk, survival, interval }
    }
}

/// Computes the Kaplan–Meier curve with its median.
///
/// E. L. Kaplan, P. Meier, J Am Stat Assoc 1958;53:457-481; the variance is M. Greenwood's (1926),
/// the interval is on the scale of ln(−ln S) (J. D. Kalbfleisch, R. L. Prentice, 1980). The median
/// is where the curve crosses a half, the middle of the level part if it rests there; its limits
/// are where the limits of the curve do (R. Brookmeyer, J. Crowley, Biometrics 1982;38:29-41). All
/// as R's `survfit(conf.type = "log-log")`. It supposes that who is censored fares as the others.
///
/// # Errors
///
/// [`NotEstimable::NoValues`] if nobody is followed.
///
/// # Panics
///
/// If `level` is not between 0 and 1, both excluded, or a time is negative or not a number.
pub fn kaplan_meier(follow_ups: &[FollowUp], level: f64) -> Result<SurvivalCurve, NotEstimable> {
    let times_are_times = follow_ups.iter().all(|one| one.time >= 0.0 && one.time.is_finite());
    assert!(times_are_times, "times of follow-up are not negative");
    tail_of(level);
    if follow_ups.is_empty() {
        return Err(NotEstimable::NoValues);
    }
    let mut sorted = follow_ups.to_vec();
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let steps = steps(&sorted, level);
    let limit = |of: fn(Interval) -> f64| half_crossed(&steps, |step| step.interval.ok().map(of));
    Ok(SurvivalCurve {
        n: sorted.len(),
        events: sorted.iter().filter(|one| one.event).count(),
        median: half_crossed(&steps, |step| Some(step.survival)),
        median_lower: limit(|interval| interval.lower),
        median_upper: limit(|interval| interval.upper),
        steps,
    })
}

fn steps(sorted: &[FollowUp], level: f64) -> Vec<SurvivalStep> {
    let mut at_risk = sorted.len();
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut steps = Vec::new();
    for same_time in sorted.chunk_by(|a, b| a.time == b.time) {
        let events = same_time.iter().filter(|one| one.event).count();
        let without = at_risk - events;
        survival *= without as f64 / at_risk as f64;
        if events > 0 && without > 0 {
            greenwood += events as f64 / (at_risk as f64 * without as f64);
        }
        steps.push(SurvivalStep {
            time: same_time[0].time,
            at_risk,
            events,
            censored: same_time.len() - events,
            survival,
            standard_error: if survival > 0.0 {
                Ok(survival * greenwood.sqrt())
            } else {
                Err(NotEstimable::NobodyLeft)
            },
            interval: log_log(survival, greenwood, level),
        });
        at_risk -= same_time.len();
    }
    steps
}

/// S to the powers exp(±z·SE), SE = √(Greenwood's sum)/−ln S that of ln(−ln S).
fn log_log(survival: f64, greenwood: f64, level: f64) -> Result<Interval, NotEstimable> {
    if greenwood == 0.0 && survival > 0.0 {
        return Err(NotEstimable::NoEvents);
    }
    if survival == 0.0 {
        return Err(NotEstimable::NobodyLeft);
    }
    let width = normal_factor(level) * greenwood.sqrt() / -survival.ln();
    let (lower, upper) = (survival.powf(width.exp()), survival.powf((-width).exp()));
    Ok(Interval { lower, upper, level })
}

/// Finds the time at which a curve crosses a half: the middle of the level part if it rests there.
fn half_crossed(steps: &[SurvivalStep], curve: impl Fn(&SurvivalStep) -> Option<f64>) -> Estimate {
    let first_below = |most: f64| {
        steps.iter().find(|step| curve(step).is_some_and(|value| value <= most)).map(|s| s.time)
    };
    let reached = first_below(0.5 + HALF).ok_or(NotEstimable::NotReached)?;
    let last = steps.last().map_or(reached, |step| step.time);
    Ok(reached.midpoint(first_below(0.5 - HALF).unwrap_or(last)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn followed(times: &[(f64, bool)]) -> Vec<FollowUp> {
        times.iter().map(|&(time, event)| FollowUp { time, event }).collect()
    }

    #[test]
    fn nobody_has_no_curve() {
        assert_eq!(kaplan_meier(&[], 0.95), Err(NotEstimable::NoValues));
    }

    #[test]
    fn one_patient_has_a_median_without_limits() {
        let event = kaplan_meier(&followed(&[(28.0, true)]), 0.95).unwrap();
        assert_eq!((event.median, event.steps[0].survival), (Ok(28.0), 0.0));
        assert_eq!(event.steps[0].interval, Err(NotEstimable::NobodyLeft));
        assert_eq!(event.median_lower, Err(NotEstimable::NotReached));
        let censored = kaplan_meier(&followed(&[(28.0, false)]), 0.95).unwrap();
        assert_eq!((censored.median, censored.events), (Err(NotEstimable::NotReached), 0));
        assert_eq!(censored.steps[0].standard_error, Ok(0.0));
        assert_eq!(censored.steps[0].interval, Err(NotEstimable::NoEvents));
    }

    #[test]
    fn the_censored_are_at_risk_of_events_of_their_time() {
        let all = followed(&[(5.0, false), (5.0, true), (9.0, true), (2.0, false)]);
        let curve = kaplan_meier(&all, 0.95).unwrap();
        let counts = curve.steps.iter().map(|s| (s.time, s.at_risk, s.events, s.censored));
        let expected = [(2.0, 4, 0, 1), (5.0, 3, 1, 1), (9.0, 1, 1, 0)];
        assert!(counts.eq(expected), "{curve:?}");
        assert!((curve.steps[1].survival - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn a_median_on_a_level_part_is_its_middle() {
        let curve =
            kaplan_meier(&followed(&[(1.0, true), (2.0, true), (6.0, true), (7.0, true)]), 0.95);
        assert_eq!(curve.unwrap().median, Ok(4.0));
        let six: Vec<FollowUp> =
            (1..=6).map(|t| FollowUp { time: t.into(), event: true }).collect();
        assert_eq!(kaplan_meier(&six, 0.95).unwrap().median, Ok(3.5));
    }

    #[test]
    fn the_curve_is_read_where_it_is_asked_for() {
        let all = followed(&[(5.0, false), (5.0, true), (9.0, false), (2.0, false)]);
        let curve = kaplan_meier(&all, 0.95).unwrap();
        let read = |time| (curve.at(time).at_risk, curve.at(time).survival);
        assert_eq!(read(0.0), (4, Ok(1.0)));
        assert_eq!(read(2.0), (4, Ok(1.0)));
        assert_eq!(read(5.0), (3, Ok(2.0 / 3.0)));
        assert_eq!(read(5.1), (1, Ok(2.0 / 3.0)));
        assert_eq!(read(9.1), (0, Err(NotEstimable::BeyondFollowUp)));
    }

    proptest! {
        #[test]
        fn without_censoring_it_is_the_share_left(times in prop::collection::vec(1..30i32, 1..40)) {
            let all: Vec<FollowUp> =
                times.iter().map(|&time| FollowUp { time: time.into(), event: true }).collect();
            for step in kaplan_meier(&all, 0.95).unwrap().steps {
                let left = times.iter().filter(|&&time| f64::from(time) > step.time).count();
                prop_assert!((step.survival - left as f64 / times.len() as f64).abs() < 1e-14);
            }
        }

        #[test]
        fn the_curve_falls_within_its_limits_and_counts_everybody(
            times in prop::collection::vec((0..30i32, any::<bool>()), 1..40), level in 0.5..0.99,
        ) {
            let all: Vec<FollowUp> =
                times.iter().map(|&(time, event)| FollowUp { time: time.into(), event }).collect();
            let curve = kaplan_meier(&all, level).unwrap();
            let counted: usize = curve.steps.iter().map(|s| s.events + s.censored).sum();
            prop_assert_eq!(counted, times.len());
            prop_assert!(curve.steps.is_sorted_by(|a, b| a.survival >= b.survival));
            for step in &curve.steps {
                if let Ok(Interval { lower, upper, .. }) = step.interval {
                    prop_assert!(0.0 <= lower && lower <= step.survival, "{step:?}");
                    prop_assert!(step.survival <= upper && upper <= 1.0, "{step:?}");
                }
            }
            if let (Ok(lower), Ok(median)) = (curve.median_lower, curve.median) {
                prop_assert!(lower <= median);
            }
            if let (Ok(upper), Ok(median)) = (curve.median_upper, curve.median) {
                prop_assert!(median <= upper);
            }
        }
    }
}
