//! The planned visits: which day belongs to which timepoint.

use super::{Day, Length, Mismatch};
use serde::Serialize;
use std::fmt;

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
    /// unless it names another. Without one, only the target day belongs to the timepoint. A name
    /// that stands for no day, or for another, is followed by the one aimed at: `discharge=D10±2`.
    ///
    /// # Errors
    /// If the label stands for no day, the name is none a visit could have, or the window can't be
    /// read.
    pub fn parse(text: &str) -> Result<Timepoint, Mismatch> {
        let text = text.trim();
        let Some((name, aimed_at)) = text.split_once('=') else { return Timepoint::of_label(text) };
        let name = name.trim();
        let is_odd = |c: char| c.is_control() || matches!(c, '=' | '＝' | ',' | ';' | '，');
        if name.is_empty()
            || name.chars().count() > 60
            || text.chars().any(|c| is_odd(c) && c != '=')
        {
            return Err(Mismatch::new(text, "a name and its day, such as discharge=D10±2"));
        }
        Ok(Timepoint { name: name.to_owned(), ..Timepoint::of_label(aimed_at.trim())? })
    }

    /// A timepoint that is named by the day it aims at.
    fn of_label(text: &str) -> Result<Timepoint, Mismatch> {
        let wrong = || {
            Mismatch::new(text, "a timepoint such as W4, W4±1 or W4±3d").mend(
                "name it by days, weeks, months or years (D14, W4, M6, Y1), or give its day: \
                 discharge=D10",
            )
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

impl fmt::Display for Timepoint {
    /// As [`Timepoint::parse`] reads it, the window in days: `W4±7d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if Day::of_label(&self.name) != Some(self.target_day) {
            write!(f, "=D{}", self.target_day)?;
        }
        let before = self.target_day.0 - self.first_day.0;
        let after = self.last_day.0 - self.target_day.0;
        match (before, after) {
            (0, 0) => Ok(()),
            (before, after) if before == after => write!(f, "±{before}d"),
            (before, after) => write!(f, "-{before}d+{after}d"),
        }
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
        let parts = text.split([',', ';', '，']).filter(|part| !part.trim().is_empty());
        parts.map(str::trim).try_fold(Schedule::default(), |schedule, part| {
            let timepoint = Timepoint::parse(part)?;
            schedule
                .with(timepoint)
                .map_err(|mismatch| Mismatch { found: part.to_owned(), ..mismatch })
        })
    }

    /// The schedule with one more timepoint.
    ///
    /// # Errors
    /// If its name or its target day is another's.
    pub fn with(&self, timepoint: Timepoint) -> Result<Schedule, Mismatch> {
        for known in &self.0 {
            let is_named_so = known.name.eq_ignore_ascii_case(&timepoint.name);
            if is_named_so || known.target_day == timepoint.target_day {
                let same =
                    if is_named_so { "has the same name" } else { "stands for the same day" };
                return Err(Mismatch::new(timepoint.to_string(), "each timepoint once")
                    .mend(format!("it {same} as {}", known.name)));
            }
        }
        let mut timepoints = self.0.clone();
        timepoints.push(timepoint);
        Ok(Schedule::new(timepoints))
    }

    /// The schedule without the timepoint of this name, in any case.
    #[must_use]
    pub fn without(&self, name: &str) -> Schedule {
        let others = self.0.iter().filter(|known| !known.name.eq_ignore_ascii_case(name));
        Schedule(others.cloned().collect())
    }

    /// Pairs of timepoints whose windows share days, with the first and the last of those.
    pub fn overlaps(&self) -> Vec<(&Timepoint, &Timepoint, Day, Day)> {
        let mut found = Vec::new();
        for (at, one) in self.0.iter().enumerate() {
            for other in &self.0[at + 1..] {
                let first = one.first_day.max(other.first_day);
                let last = one.last_day.min(other.last_day);
                if first <= last {
                    found.push((one, other, first, last));
                }
            }
        }
        found
    }

    /// The timepoints, earliest first.
    pub fn timepoints(&self) -> &[Timepoint] {
        &self.0
    }

    /// The timepoint with this name, in any case.
    pub fn named(&self, name: &str) -> Option<&Timepoint> {
        self.0.iter().find(|timepoint| timepoint.name.eq_ignore_ascii_case(name))
    }

    /// The day a visit of this label is planned for: by the schedule, or by the label itself.
    pub fn planned_day(&self, label: &str) -> Option<Day> {
        self.named(label).map_or_else(|| Day::of_label(label), |planned| Some(planned.target_day))
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
        assert_eq!(twice.found, "D28");
        let twice = Schedule::parse("W4,w4=D30").expect_err("one name");
        assert_eq!(twice.mend.as_deref(), Some("it has the same name as W4"));
    }

    #[test]
    fn a_timepoint_may_have_a_name_of_its_own() {
        assert_eq!(days("discharge=D10±2"), (8, 10, 12));
        assert_eq!(days("W4 = W5-1d+2d"), (34, 35, 37));
        assert_eq!(
            Timepoint::parse("end of study = W24").map(|t| t.name),
            Ok("end of study".into())
        );
        for wrong in ["=D10", "a=", "a=b=D1", "a=discharge", "a;b=D1", "discharge"] {
            assert!(Timepoint::parse(wrong).is_err(), "{wrong} was read");
        }
        let schedule = Schedule::parse("discharge=D10,W4=D30").expect("a schedule");
        let planned = |label| schedule.planned_day(label).map(|day| day.0);
        assert_eq!(
            ["Discharge", "w4", "W5", "x"].map(planned),
            [Some(10), Some(30), Some(35), None]
        );
    }

    #[test]
    fn windows_that_share_days_are_known() {
        let schedule = Schedule::parse("W4±7d,W6±7d,W9±7d").expect("a schedule");
        let shared: Vec<_> = schedule
            .overlaps()
            .iter()
            .map(|(one, other, first, last)| (&*one.name, &*other.name, first.0, last.0))
            .collect();
        assert_eq!(shared, [("W4", "W6", 35, 35)]);
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

        /// However a schedule came about, it is the one its text stands for.
        #[test]
        fn what_was_added_edited_and_removed_equals_a_fresh_parse(
            steps in proptest::collection::vec((0u8..3, 0i32..12, 0i32..12, 0i32..9, 0i32..9), 0..20),
        ) {
            let mut schedule = Schedule::default();
            let mut texts: Vec<String> = Vec::new();
            for (what, week, other, before, after) in steps {
                let text = format!("W{week}-{before}d+{after}d");
                let is_of = |name: i32| move |text: &String| text.starts_with(&format!("W{name}-"));
                let timepoint = Timepoint::parse(&text).expect("a timepoint");
                match what {
                    0 => {
                        let added = schedule.with(timepoint);
                        prop_assert_eq!(added.is_err(), texts.iter().any(is_of(week)));
                        if let Ok(added) = added {
                            schedule = added;
                            texts.push(text);
                        }
                    }
                    1 => {
                        schedule = schedule.without(&format!("w{other}"));
                        texts.retain(|text| !is_of(other)(text));
                    }
                    _ => if let Ok(edited) = schedule.without(&format!("W{other}")).with(timepoint) {
                        schedule = edited;
                        texts.retain(|text| !is_of(other)(text));
                        texts.push(text);
                    },
                }
            }
            prop_assert_eq!(Schedule::parse(&texts.join(",")), Ok(schedule.clone()));
            let told: Vec<_> = schedule.timepoints().iter().map(ToString::to_string).collect();
            prop_assert_eq!(Schedule::parse(&told.join(",")), Ok(schedule));
        }

        #[test]
        fn a_window_holds_its_target(week in 0i32..500, window in 0u8..20) {
            let (first, target, last) = days(&format!("W{week}±{window}"));
            prop_assert!(first <= target && target <= last && target == 7 * week);
        }
    }
}
