//! Days of the study, dates as far as they are known, and labels such as W12.

use super::{Mismatch, Number};
use serde::Serialize;
use std::fmt;

/// Days since day 0; the day before is −1. Weeks have 7 days, months 30.4375, years 365.25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Day(pub i32);

impl Day {
    /// The furthest day that is believed: 150 years either way.
    const FURTHEST: i32 = 54_787;

    /// Read a day number such as 0, 28 or -14.
    ///
    /// # Errors
    /// If it is no whole number, or more than 150 years away.
    pub fn parse(text: &str) -> Result<Day, Mismatch> {
        let plain = text.trim().replace('\u{2212}', "-");
        match plain.parse::<i32>() {
            Ok(day) if (-Day::FURTHEST..=Day::FURTHEST).contains(&day) => Ok(Day(day)),
            _ => Err(Mismatch::new(text, "a day counted from day 0, such as 28 or -14")),
        }
    }

    /// The planned day that a visit's label stands for: W4 is day 28, D-7 the day −7, M3 day 91.
    pub fn of_label(label: &str) -> Option<Day> {
        let unit = label.chars().next()?;
        let length = Length::of_letter(unit)?;
        let count: i32 = label[unit.len_utf8()..].replace('\u{2212}', "-").parse().ok()?;
        length.days(f64::from(count)).map(Day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A unit of time that labels and periods are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// One day.
    Day,
    /// Seven days.
    Week,
    /// 30.4375 days, a twelfth of the Julian year (UCUM `mo_j`).
    Month,
    /// 365.25 days (UCUM `a_j`).
    Year,
}

impl Length {
    /// The unit that a letter of a label stands for.
    pub fn of_letter(letter: char) -> Option<Length> {
        match letter.to_ascii_lowercase() {
            'd' => Some(Length::Day),
            'w' => Some(Length::Week),
            'm' => Some(Length::Month),
            'y' | 'a' => Some(Length::Year),
            _ => None,
        }
    }

    /// Days in `count` of this unit, rounded to whole days; none if unbelievably far away.
    pub fn days(self, count: f64) -> Option<i32> {
        let days = count
            * match self {
                Length::Day => 1.0,
                Length::Week => 7.0,
                Length::Month => 30.4375,
                Length::Year => 365.25,
            };
        #[allow(clippy::cast_possible_truncation)] // bounded just before
        (days.abs() <= f64::from(Day::FURTHEST)).then(|| days.round() as i32)
    }
}

/// Read a period such as `84 d`, `12 wk`, `3 mo`, `2 years` as whole days.
///
/// # Errors
/// If the number or the unit can't be read, or the period is negative.
pub fn parse_period(text: &str) -> Result<i32, Mismatch> {
    let wrong = || Mismatch::new(text, "a period such as 84 d, 12 wk, 6 mo or 2 y");
    let text_of = text.trim();
    let split = text_of.find(|c: char| c.is_alphabetic()).unwrap_or(text_of.len());
    let (count, unit) = text_of.split_at(split);
    let count = Number::parse(count).map_err(|_| wrong())?;
    let length = match unit.trim().to_lowercase().as_str() {
        "d" | "day" | "days" => Length::Day,
        "w" | "wk" | "wks" | "week" | "weeks" => Length::Week,
        "m" | "mo" | "month" | "months" => Length::Month,
        "y" | "a" | "yr" | "year" | "years" => Length::Year,
        _ => return Err(wrong()),
    };
    length.days(count.value).filter(|days| *days >= 0).ok_or_else(wrong)
}

/// A date as far as it is known: a year, a month, or a day; ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PartialDate(String);

impl PartialDate {
    /// Read `2024`, `2024-03` or `2024-03-05`; nothing else is guessed.
    ///
    /// # Errors
    /// If the text has another form or names a day that does not exist.
    pub fn parse(text: &str) -> Result<PartialDate, Mismatch> {
        let text = text.trim();
        let wrong = || Mismatch::new(text, "a date as 2024-03-05, 2024-03 or 2024");
        let shape: String =
            text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let full = match shape.as_str() {
            "0000" => format!("{text}-01-01"),
            "0000-00" => format!("{text}-01"),
            "0000-00-00" => text.to_owned(),
            _ if text.contains('/') || text.matches('.').count() == 2 => {
                return Err(wrong().mend("day and month can't be told apart: write year-month-day"));
            }
            _ => return Err(wrong()),
        };
        match full.parse::<jiff::civil::Date>() {
            Ok(date) if (1800..=2200).contains(&date.year()) => Ok(PartialDate(text.to_owned())),
            _ => Err(wrong()),
        }
    }

    /// The text, as read.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The date so many days later, if this one is known to the day and the other is believed.
    pub fn later_by(&self, days: i32) -> Option<PartialDate> {
        let date: jiff::civil::Date = self.0.parse().ok()?;
        let later = date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        PartialDate::parse(&later.to_string()).ok()
    }

    /// Whole days from `earlier` to this date, if both are known to the day.
    pub fn days_since(&self, earlier: &PartialDate) -> Option<Day> {
        let full = |date: &PartialDate| date.0.parse::<jiff::civil::Date>().ok();
        let span = full(earlier)?.until(full(self)?).ok()?;
        Some(Day(span.get_days()))
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_label_stands_for_its_planned_day() {
        let days = ["W4", "w12", "D-7", "M3", "Y1", "Baseline", "W", "W4x", "周4"]
            .map(|label| Day::of_label(label).map(|day| day.0));
        assert_eq!(
            days,
            [Some(28), Some(84), Some(-7), Some(91), Some(365), None, None, None, None]
        );
    }

    #[test]
    fn a_period_is_read_in_days() {
        let periods = ["84 d", "12 wk", "12wk", "24 months", "1.5 y"].map(|t| parse_period(t).ok());
        assert_eq!(periods, [Some(84), Some(84), Some(84), Some(731), Some(548)]);
        assert!(parse_period("84").is_err(), "24 what?");
        assert!(parse_period("soon").is_err() && parse_period("-3 d").is_err());
    }

    #[test]
    fn a_date_is_as_partial_as_it_was_printed() {
        for right in ["2024", "2024-03", "2024-03-05"] {
            assert_eq!(PartialDate::parse(right).map(|d| d.to_string()), Ok(right.to_owned()));
        }
        for wrong in ["2025-02-30", "2024-13", "24-03-05", "20240305", "2024-3-5", "1066-01-01"] {
            assert!(PartialDate::parse(wrong).is_err(), "{wrong} was taken as a date");
        }
        let mend = PartialDate::parse("03/04/2024").expect_err("ambiguous").mend;
        assert!(mend.is_some_and(|mend| mend.contains("can't be told apart")));
    }

    #[test]
    fn days_are_counted_only_between_full_dates() {
        let date = |text| PartialDate::parse(text).expect("a date");
        assert_eq!(date("2024-03-01").days_since(&date("2024-02-01")), Some(Day(29)));
        assert_eq!(date("2024-02-01").days_since(&date("2024-03-01")), Some(Day(-29)));
        assert_eq!(date("2024-03").days_since(&date("2024-02-01")), None);
    }

    proptest! {
        #[test]
        fn a_later_date_is_as_many_days_later(days in -40_000i32..40_000) {
            let date = PartialDate::parse("2000-02-29").expect("a date");
            let later = date.later_by(days).expect("a date that is believed");
            prop_assert_eq!(later.days_since(&date), Some(Day(days)));
            prop_assert_eq!(PartialDate::parse("2000-02").expect("a month").later_by(days), None);
        }

        #[test]
        fn no_text_panics(text in ".{0,20}") {
            let _ = (Day::parse(&text), Day::of_label(&text), PartialDate::parse(&text));
            let _ = parse_period(&text);
        }
    }
}
