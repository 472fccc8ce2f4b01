//! The planned visits: which day belongs to which timepoint.

use super::{Day, Length, Mismatch};
use serde::Serialize;

/// A planned visit: its name, the day aimed at, and the window of days that count as it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Timepoint {
    /// For example W12; unique in a schedule.
    pub name: String,
    /// The day aimed at.
    pub target_day: Day,
    /// The first day of the window.
    pub first_day: Day,
    /// The last day of the window.
    pub last_day: Day,
}

impl Timepoint {
    /// Read `W12`, `W12±2`, `W12±3d` or `W12-1+2`. A window is counted in the label's own unit
    /// unless it names another. Without one, only the target day belongs to the timepoint.
    ///
    /// # Errors
    /// If the label stands for no day or the window can't be read.
    pub fn parse(text: &str) -> Result<Timepoint, Mismatch> {
        let text = text.trim();
        let wrong = || {
            Mismatch::new(text, "a timepoint such as W4, W4±1 or W4±3d")
                .mend("name it by days, weeks, months or years: D14, W4, M6, Y1")
        };
        let ascii = text.replace("±", "+-").replace("+/-", "+-").replace('\u{2212}', "-");
        // The sign of a negative label (D-7) is not the start of its window.
        let start = ascii
            .char_indices()
            .skip(1)
            .find(|&(at, c)| {
                (c == '+' || c == '-') && ascii[..at].ends_with(|c: char| c.is_ascii_digit())
            })
            .map_or(ascii.len(), |(at, _)| at);
        let (name, window) = ascii.split_at(start);
        let name = name.trim();
        let target = Day::of_label(name).ok_or_else(wrong)?;
        let own = name.chars().next().and_then(Length::of_letter).ok_or_else(wrong)?;
        let (before, after) = parse_window(window.trim(), own).ok_or_else(wrong)?;
        Ok(Timepoint {
            name: name.to_owned(),
            target_day: target,
            first_day: Day(target.0 - before),
            last_day: Day(target.0 + after),
        })
    }
}

/// Days before and after the target that `+-1`, `+-3d`, `-1+2` or nothing allow.
fn parse_window(text: &str, own: Length) -> Option<(i32, i32)> {
    if text.is_empty() {
        return Some((0, 0));
    }
    if let Some(both) = text.strip_prefix("+-") {
        let days = parse_days(both, own)?;
        return Some((days, days));
    }
    let rest = text.strip_prefix('-')?;
    let (before, after) = rest.split_once('+')?;
    Some((parse_days(before, own)?, parse_days(after, own)?))
}

fn parse_days(text: &str, own: Length) -> Option<i32> {
    let text = text.trim();
    let (count, length) = match text.chars().last()? {
        letter if letter.is_ascii_alphabetic() => {
            (&text[..text.len() - 1], Length::of_letter(letter)?)
        }
        _ => (text, own),
    };
    let count: f64 = count.trim().parse().ok().filter(|count| (0.0..=1e4).contains(count))?;
    length.days(count)
}

/// The planned visits in the order of their target days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Schedule(Vec<Timepoint>);

impl std::str::FromStr for Schedule {
    type Err = Mismatch;
    fn from_str(text: &str) -> Result<Schedule, Mismatch> {
        Schedule::parse(text)
    }
}

impl Schedule {
    /// A schedule of these timepoints.
    pub fn new(mut timepoints: Vec<Timepoint>) -> Schedule {
        timepoints.sort_by_key(|timepoint| timepoint.target_day);
        Schedule(timepoints)
    }

    /// Read timepoints separated by commas, such as `W0,W4±1,W12±2`.
    ///
    /// # Errors
    /// The first timepoint that can't be read, or one that is named twice.
    pub fn parse(text: &str) -> Result<Schedule, Mismatch> {
        let mut timepoints: Vec<Timepoint> = Vec::new();
        for part in text.split([',', ';', '，']).filter(|part| !part.trim().is_empty()) {
            let timepoint = Timepoint::parse(part)?;
            let same = |known: &Timepoint| {
                known.name.eq_ignore_ascii_case(&timepoint.name)
                    || known.target_day == timepoint.target_day
            };
            if let Some(known) = timepoints.iter().find(|known| same(known)) {
                return Err(Mismatch::new(part.trim(), "each timepoint once")
                    .mend(format!("it stands for the same day as {}", known.name)));
            }
            timepoints.push(timepoint);
        }
        Ok(Schedule::new(timepoints))
    }

    /// The timepoints, earliest first.
    pub fn timepoints(&self) -> &[Timepoint] {
        &self.0
    }

    /// The timepoint with this name, in any case.
    pub fn named(&self, name: &str) -> Option<&Timepoint> {
        self.0.iter().find(|timepoint| timepoint.name.eq_ignore_ascii_case(name))
    }

    /// The timepoint whose window holds the day: the one with the nearest target, a tie to the
    /// earlier; its place in [`Schedule::timepoints`].
    pub fn timepoint_of(&self, day: Day) -> Option<usize> {
        (0..self.0.len())
            .filter(|&at| self.0[at].first_day <= day && day <= self.0[at].last_day)
            .min_by_key(|&at| (self.0[at].target_day.0 - day.0).abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(text: &str) -> (i32, i32, i32) {
        let timepoint = Timepoint::parse(text).expect(text);
        (timepoint.first_day.0, timepoint.target_day.0, timepoint.last_day.0)
    }

    #[test]
    fn a_window_is_counted_in_the_labels_unit_unless_it_names_another() {
        assert_eq!(days("W4"), (28, 28, 28));
        assert_eq!(days("W4±1"), (21, 28, 35));
        assert_eq!(days("W12+-3d"), (81, 84, 87));
        assert_eq!(days("W12-1+2"), (77, 84, 98));
        assert_eq!(days("D-7±2"), (-9, -7, -5));
        assert_eq!(days("M6±1w"), (176, 183, 190));
    }

    #[test]
    fn a_timepoint_that_cant_be_read_says_what_would_be() {
        for wrong in ["", "Baseline", "W4±", "W4±x", "W4+1", "W4±1q"] {
            assert!(Timepoint::parse(wrong).is_err(), "{wrong} was read");
        }
        let twice = Schedule::parse("W4,D28").expect_err("one day");
        assert_eq!(twice.mend.as_deref(), Some("it stands for the same day as W4"));
    }

    #[test]
    fn a_day_belongs_to_the_nearest_target_and_a_tie_to_the_earlier() {
        let schedule = Schedule::parse("W0,W4±2,W8±2").expect("a schedule");
        let at =
            |day| schedule.timepoint_of(Day(day)).map(|at| schedule.timepoints()[at].name.clone());
        assert_eq!(at(41).as_deref(), Some("W4")); // 13 days from W4, 15 from W8
        assert_eq!(at(42).as_deref(), Some("W4")); // 14 days from both
        assert_eq!(at(43).as_deref(), Some("W8"));
        assert_eq!(at(13), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[wWdDmM0-9±+,. -]{0,24}") {
            let _ = Schedule::parse(&text);
        }

        #[test]
        fn a_window_holds_its_target(week in 0i32..500, window in 0u8..20) {
            let (first, target, last) = days(&format!("W{week}±{window}"));
            prop_assert!(first <= target && target <= last && target == 7 * week);
        }
    }
}
