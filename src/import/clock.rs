//! The time of day behind a date. A registry keeps dates: what stands behind one is told apart and never
//! dropped without a word.

use super::gather::Gatherer;
use super::table::Sheet;
use std::collections::BTreeMap;

/// Why it is not taken.
pub(super) const DATES_ONLY: &str = "the registry keeps dates only";

/// A text such as `2024-03-05 14:20` or `2024-03-05T14:20:00Z` as its date and what stands behind it, if that
/// is a time of day at all. Midnight is what programs write behind a date of which no time is known.
pub(super) fn split_time(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let Some((date, time)) = text.split_once(['T', 't', ' ']) else { return (text, None) };
    let time = time.trim();
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    let behind = time.as_bytes().get(digits);
    let is_iso = text.as_bytes()[date.len()] != b' ';
    let is_time = match digits {
        1..=2 => matches!(behind, Some(b':' | b'.' | b'h')) || is_iso && behind.is_none(),
        // The basic form of ISO 8601, such as T1420.
        4 | 6 => is_iso,
        _ => false,
    };
    let is_midnight = |time: &str| {
        let clock = time.split(['Z', 'z', '+', '-']).next().unwrap_or_default();
        clock.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'))
    };
    match is_time {
        true => (date, Some(time).filter(|time| !is_midnight(time))),
        false => (text, None),
    }
}

/// Times of day in the columns of a table: how many there are, and in which row the first.
#[derive(Debug, Default)]
pub(super) struct Times(BTreeMap<usize, (usize, usize)>);

impl Times {
    /// Note the time behind a date, if there is one.
    pub fn see(&mut self, column: usize, row: usize, text: &str) {
        if split_time(text).1.is_some() {
            self.0.entry(column).or_insert((0, row)).0 += 1;
        }
    }

    /// Name them, once for each column.
    pub fn tell(&self, sheet: &Sheet, gatherer: &mut Gatherer) {
        for (column, (count, row)) in &self.0 {
            let what = format!("column \"{}\", time of day", sheet.heading(*column));
            gatherer.ignore_many(sheet.place(*row, Some(*column)), what, DATES_ONLY, *count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_of_day_is_told_from_its_date() {
        for (text, date, time) in [
            ("2024-03-05 14:20", "2024-03-05", Some("14:20")),
            ("2024-03-05T14:20:00Z", "2024-03-05", Some("14:20:00Z")),
            ("05/03/2024  2:20 PM", "05/03/2024", Some("2:20 PM")),
            ("2024-03-05T1420", "2024-03-05", Some("1420")),
            ("2024-03-05T14", "2024-03-05", Some("14")),
            ("05.03.2024 14.20", "05.03.2024", Some("14.20")),
            ("2024-03-05T23:30:00+09:00", "2024-03-05", Some("23:30:00+09:00")),
            ("2024-03-05 00:00:00", "2024-03-05", None),
            ("2024-03-05T00:00:00.000Z", "2024-03-05", None),
            ("2024-03-05", "2024-03-05", None),
            ("5 March 2024", "5 March 2024", None),
            ("12 03 2024", "12 03 2024", None),
            ("October 2024", "October 2024", None),
        ] {
            assert_eq!(split_time(text), (date, time), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}|[0-9T: .Zh-]{0,20}") {
            split_time(&text);
        }
    }
}
