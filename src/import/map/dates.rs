//! Dates that are not written as ISO 8601 has them.

use crate::domain::Mismatch;

/// The order of year, month and day in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum DateFormat {
    DayMonthYear(char),
    MonthDayYear(char),
    YearMonthDay(char),
    /// Eight digits: 20240305.
    Digits,
}

impl DateFormat {
    /// Read `DD/MM/YYYY`, `MM/DD/YYYY`, `YYYY.MM.DD`, `YYYYMMDD`.
    pub fn parse(text: &str) -> Result<DateFormat, Mismatch> {
        let plain = text.trim().to_uppercase();
        let mark = plain.chars().find(|c| !c.is_ascii_alphabetic());
        let parts: Vec<_> = mark.map_or(vec![plain.as_str()], |mark| plain.split(mark).collect());
        match (parts.as_slice(), mark) {
            (["DD", "MM", "YYYY"], Some(mark)) => Ok(DateFormat::DayMonthYear(mark)),
            (["MM", "DD", "YYYY"], Some(mark)) => Ok(DateFormat::MonthDayYear(mark)),
            (["YYYY", "MM", "DD"], Some(mark)) => Ok(DateFormat::YearMonthDay(mark)),
            (["YYYYMMDD"], None) => Ok(DateFormat::Digits),
            _ => Err(Mismatch::new(text, "DD/MM/YYYY, MM/DD/YYYY, YYYY/MM/DD or YYYYMMDD")
                .mend("any other mark may stand for the slash")),
        }
    }

    /// The date in ISO 8601; none if the text has another form. The day may still be none there is.
    pub fn iso(self, text: &str) -> Option<String> {
        let (year, month, day) = match self {
            DateFormat::Digits => (text.get(..4)?, text.get(4..6)?, text.get(6..)?),
            DateFormat::DayMonthYear(mark)
            | DateFormat::MonthDayYear(mark)
            | DateFormat::YearMonthDay(mark) => {
                let mut parts = text.split(mark);
                let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
                parts.next().is_none().then_some(())?;
                match self {
                    DateFormat::DayMonthYear(_) => (c, b, a),
                    DateFormat::MonthDayYear(_) => (c, a, b),
                    _ => (a, b, c),
                }
            }
        };
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        (year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2))
            .then(|| format!("{year}-{month:0>2}-{day:0>2}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_is_read_in_the_order_that_was_declared() {
        let iso = |format: &str, text: &str| DateFormat::parse(format).expect(format).iso(text);
        assert_eq!(iso("DD/MM/YYYY", "3/4/2024").as_deref(), Some("2024-04-03"));
        assert_eq!(iso("MM/DD/YYYY", "3/4/2024").as_deref(), Some("2024-03-04"));
        assert_eq!(iso("YYYY.MM.DD", "2024.04.03").as_deref(), Some("2024-04-03"));
        assert_eq!(iso("YYYYMMDD", "20240403").as_deref(), Some("2024-04-03"));
        for wrong in ["3-4-2024", "3/4/24", "3/4", "3/4/2024/1", "a/b/2024", ""] {
            assert_eq!(iso("DD/MM/YYYY", wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_date_panics(date in "\\PC{0,12}") {
            let _ = (DateFormat::Digits.iso(&date), DateFormat::DayMonthYear('/').iso(&date));
        }
    }
}
