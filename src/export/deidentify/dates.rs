//! Dates of one patient: days from day 0 in their place, or all moved by one offset.

use super::account::{Account, LEFT_OUT};
use crate::domain::{Day, DayZero, PartialDate, PatientFile};

/// What becomes of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// Days from day 0, counted by this rule.
    Days(DayZero),
    /// Dates that are moved by one random number of days for each patient.
    Shifted,
}

/// What becomes of the dates of one patient.
pub(super) enum Clock {
    /// Days are counted from here, if it is known.
    Days(Option<PartialDate>),
    /// They are moved by so many days.
    Shifted(i32),
}

/// A shifted date moves by up to a year either way, and by a day at least.
const FURTHEST: u64 = 365;

impl Clock {
    pub fn new(dates: Dates, file: &PatientFile, dice: &mut impl FnMut(u64) -> u64) -> Clock {
        match dates {
            Dates::Days(rule) => Clock::Days(file.date_of_day_zero(rule)),
            Dates::Shifted => {
                let thrown = i32::try_from(dice(2 * FURTHEST)).expect("a small number");
                let furthest = i32::try_from(FURTHEST).expect("a small number");
                let offset = thrown - furthest;
                Clock::Shifted(if offset >= 0 { offset + 1 } else { offset })
            }
        }
    }

    /// The day and date that stand in place of these.
    pub fn put(
        &self,
        account: &mut Account,
        (noun, field): (&'static str, &'static str),
        day: Option<Day>,
        date: Option<PartialDate>,
    ) -> (Option<Day>, Option<PartialDate>) {
        let Some(date) = date else { return (day, None) };
        let (done, day, date) = match self {
            Clock::Days(_) if day.is_some() => ("left out beside its day", day, None),
            Clock::Days(zero) => match zero.as_ref().and_then(|zero| date.days_since(zero)) {
                Some(day) => ("a day from day 0 in its place", Some(day), None),
                None => (LEFT_OUT, None, None),
            },
            Clock::Shifted(offset) => match date.later_by(*offset) {
                Some(moved) => ("moved by the patient's offset", day, Some(moved)),
                None => (LEFT_OUT, day, None),
            },
        };
        account.count(noun, field, done);
        (day, date)
    }
}
