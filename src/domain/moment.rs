//! A moment of the change log, as somebody types it.

use super::Mismatch;

/// A moment: an entry of the log by its number, or a day or time in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// This entry.
    Entry(i64),
    /// From its first second to its last, written as the log writes times.
    Time {
        /// As `2026-03-05T00:00:00Z`.
        first: String,
        /// As `2026-03-05T23:59:59Z`.
        last: String,
    },
}

impl Moment {
    /// Read `12` (an entry), `2026-03-05`, `2026-03-05T14:30` or `2026-03-05T14:30:00`; times are UTC,
    /// with or without the Z that says so.
    ///
    /// # Errors
    /// If the text has another form, or names a day or time that does not exist.
    pub fn parse(text: &str) -> Result<Moment, Mismatch> {
        let text = text.trim();
        let wrong = || {
            Mismatch::new(
                text,
                "an entry's number, a date as 2026-03-05, or a time as 2026-03-05T14:30",
            )
        };
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = text.parse().ok().filter(|number| *number >= 1);
            return number.map(Moment::Entry).ok_or_else(wrong);
        }
        let plain = text.strip_suffix(['Z', 'z']).unwrap_or(text).replace(' ', "T");
        let shape: String =
            plain.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let (first, last) = match shape.as_str() {
            "0000-00-00" => (format!("{plain}T00:00:00"), format!("{plain}T23:59:59")),
            "0000-00-00T00:00" => (format!("{plain}:00"), format!("{plain}:59")),
            "0000-00-00T00:00:00" => (plain.clone(), plain),
            _ if plain.contains('+') => {
                return Err(wrong().mend("times are UTC: leave out the offset"));
            }
            _ => return Err(wrong()),
        };
        if first.parse::<jiff::civil::DateTime>().is_err() {
            return Err(wrong());
        }
        Ok(Moment::Time { first: format!("{first}Z"), last: format!("{last}Z") })
    }

    /// True for an entry of this moment or later.
    pub fn begins_by(&self, number: i64, at: &str) -> bool {
        match self {
            Moment::Entry(first) => number >= *first,
            Moment::Time { first, .. } => at >= first.as_str(),
        }
    }

    /// True for an entry of this moment or earlier.
    pub fn lasts_until(&self, number: i64, at: &str) -> bool {
        match self {
            Moment::Entry(last) => number <= *last,
            Moment::Time { last, .. } => at <= last.as_str(),
        }
    }
}

impl std::str::FromStr for Moment {
    type Err = Mismatch;

    fn from_str(text: &str) -> Result<Moment, Mismatch> {
        Moment::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_holds_all_its_seconds_and_no_other() {
        let day = Moment::parse("2026-03-05").unwrap();
        for (at, begun, lasting) in [
            ("2026-03-04T23:59:59Z", false, true),
            ("2026-03-05T00:00:00Z", true, true),
            ("2026-03-05T23:59:59Z", true, true),
            ("2026-03-06T00:00:00Z", true, false),
        ] {
            assert_eq!((day.begins_by(1, at), day.lasts_until(1, at)), (begun, lasting), "{at}");
        }
        assert_eq!(Moment::parse(" 2026-03-05 14:30Z "), Moment::parse("2026-03-05T14:30"));
    }

    #[test]
    fn a_number_is_an_entry() {
        let entry = Moment::parse("7").unwrap();
        assert!(entry.begins_by(7, "") && entry.lasts_until(7, ""));
        assert!(!entry.begins_by(6, "") && !entry.lasts_until(8, ""));
    }

    #[test]
    fn nothing_else_is_guessed() {
        for text in ["", "0", "2026-13-01", "2026-02-30", "2026-03", "5.3.2026", "2026-03-05T25:00"]
        {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
        let offset = Moment::parse("2026-03-05T14:30+08:00").unwrap_err();
        assert_eq!(offset.mend.as_deref(), Some("times are UTC: leave out the offset"));
    }
}
