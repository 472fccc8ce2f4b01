//! What is asked of a summary, beside whom it speaks of.

use super::grouping::Grouping;
use super::timeline::BASELINE;
use crate::domain::{Day, Mismatch, Schedule, nearest};
use crate::statistics::QuantileType;

/// In which unit an analyte is summarised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnitChoice {
    /// The unit most of its values were printed in; the canonical one if there are as many.
    #[default]
    Recorded,
    /// The canonical unit, which is that of the SI where there is one.
    Canonical,
    /// The unit of laboratories that do not use the SI.
    Conventional,
}

impl UnitChoice {
    /// The word it is asked for by.
    pub fn name(self) -> &'static str {
        match self {
            UnitChoice::Recorded => "recorded",
            UnitChoice::Canonical => "si",
            UnitChoice::Conventional => "conventional",
        }
    }
}

/// What is asked of a summary; each uses the parts that make sense for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What patients are grouped by.
    pub by: Option<Grouping>,
    /// Only these timepoints, by their names; none means all.
    pub timepoints: Vec<String>,
    /// In which unit analytes are summarised.
    pub units: UnitChoice,
    /// By which definition quantiles are taken; type 2 of Hyndman & Fan, as SAS, unless another is
    /// asked for.
    pub quantile: QuantileType,
    /// The level of confidence intervals.
    pub level: f64,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            by: None,
            timepoints: Vec::new(),
            units: UnitChoice::default(),
            quantile: QuantileType::default(),
            level: 0.95,
        }
    }
}

impl Question {
    /// True if this timepoint is asked about. The baseline always is: changes are counted from it.
    pub fn asks_about(&self, timepoint: &str) -> bool {
        timepoint == BASELINE
            || self.timepoints.is_empty()
            || self.timepoints.iter().any(|known| known == timepoint)
    }
}

/// Read a confidence level: `0.95`.
///
/// # Errors
/// If it is no number from 0.5 to 0.9999.
pub fn parse_level(text: &str) -> Result<f64, Mismatch> {
    let wrong = || Mismatch::new(text, "a level from 0.5 to 0.9999, such as 0.95");
    let number = text.trim().trim_end_matches('%').trim_end().parse::<f64>();
    match number {
        Ok(level) if (0.5..=0.9999).contains(&level) && !text.contains('%') => Ok(level),
        Ok(percent) if (50.0..=99.99).contains(&percent) => {
            let fraction = format!("{:.4}", percent / 100.0);
            Err(wrong().mend(format!("for {percent}% say {}", fraction.trim_end_matches('0'))))
        }
        _ => Err(wrong()),
    }
}

/// Read the name of a timepoint; one on or before day 0 stands for the baseline.
///
/// # Errors
/// Names the timepoints there are.
pub fn parse_timepoint(text: &str, schedule: &Schedule) -> Result<String, Mismatch> {
    let wanted = text.trim().to_lowercase();
    if wanted == BASELINE.to_lowercase() {
        return Ok(BASELINE.to_owned());
    }
    let planned = schedule.timepoints();
    if let Some(found) = planned.iter().find(|known| known.name.to_lowercase() == wanted) {
        let is_baseline = found.target_day <= Day(0);
        return Ok(if is_baseline { BASELINE.to_owned() } else { found.name.clone() });
    }
    let names = || [BASELINE].into_iter().chain(planned.iter().map(|known| known.name.as_str()));
    let all: Vec<&str> = names().collect();
    let mismatch = Mismatch::new(text, format!("a timepoint: {}", all.join(", ")));
    Err(match nearest(text, names()) {
        Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
        None => mismatch.mend("`casebook timepoint add` plans another"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_fraction_and_percent_are_told_how_to_be_one() {
        assert_eq!(parse_level("0.95"), Ok(0.95));
        assert_eq!(parse_level(" 0.9999"), Ok(0.9999));
        let mend = |text: &str| parse_level(text).expect_err(text).mend;
        assert_eq!(mend("95").as_deref(), Some("for 95% say 0.95"));
        assert_eq!(mend("97.5 %").as_deref(), Some("for 97.5% say 0.975"));
        for text in ["0.4999", "1", "0.99991", "-0.9", "NaN", "inf", "", "high", "0.9%"] {
            assert_eq!(mend(text), None, "{text}");
        }
    }

    #[test]
    fn a_timepoint_is_one_of_the_schedule_and_day_zero_is_the_baseline() {
        let schedule = Schedule::parse("W0,W4±1,W12±2").expect("a schedule");
        let parse = |text: &str| parse_timepoint(text, &schedule);
        assert_eq!(parse("w12").as_deref(), Ok("W12"));
        assert_eq!(parse("W0").as_deref(), Ok(BASELINE));
        assert_eq!(parse("baseline").as_deref(), Ok(BASELINE));
        let wrong = parse("W13").expect_err("not planned");
        assert_eq!(wrong.expected, "a timepoint: Baseline, W0, W4, W12");
        assert_eq!(wrong.mend.as_deref(), Some("did you mean \"W12\"?"));
    }

    #[test]
    fn the_baseline_is_always_asked_about() {
        let all = Question::default();
        assert!(all.asks_about(BASELINE) && all.asks_about("W4"));
        let one = Question { timepoints: vec!["W12".to_owned()], ..Question::default() };
        assert!(one.asks_about(BASELINE) && one.asks_about("W12") && !one.asks_about("W4"));
    }
}
