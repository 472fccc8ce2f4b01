//! When something was: --DY and --DTC of SDTM as a day counted from day 0 and a partial date.

use super::super::clock::{DATES_ONLY, split_time};
use super::super::gather::PatientAt;
use super::Study;
use super::data_set::Observation;
use crate::domain::{Day, Mismatch, Number, PartialDate};

/// What the days of one patient are counted from.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Reference {
    /// RFSTDTC: day 1 of SDTM.
    pub start: Option<PartialDate>,
    /// RFXSTDTC: the first exposure.
    pub exposure: Option<PartialDate>,
}

/// A day, a date, or both.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct When {
    pub day: Option<Day>,
    pub date: Option<PartialDate>,
}

/// A study day as a day counted from 0.
///
/// # Errors
/// If it is no whole number, or 0.
pub(super) fn parse_study_day(text: &str) -> Result<Day, Mismatch> {
    let expected = "a study day of CDISC such as 1 or -7, which has no 0";
    // A CSV made by R or SAS may write 12 as 12.0.
    let number = Number::parse(text)?;
    let whole = number.value.round();
    if whole == 0.0 || (whole - number.value).abs() > 0.0 || whole.abs() > 54_787.0 {
        return Err(Mismatch::new(text, expected));
    }
    #[allow(clippy::cast_possible_truncation)] // bounded just before
    let day = whole as i32;
    Ok(Day(if day > 0 { day - 1 } else { day }))
}

/// The date of an ISO 8601 date and time, as far as it is known. A part in the middle that is not known
/// (`2003---15`) ends it.
pub(super) fn parse_dtc(text: &str) -> Result<PartialDate, Mismatch> {
    let date = text.split('T').next().unwrap_or_default();
    let known = match date.find("--") {
        Some(at) => &date[..at],
        None => date.trim_end_matches('-'),
    };
    PartialDate::parse(known).map_err(|wrong| Mismatch { found: text.to_owned(), ..wrong })
}

impl Study<'_> {
    /// When an observation was, by its variables: `("LBDY", "LBDTC")`. A day that contradicts the date
    /// and RFSTDTC is asked about.
    pub(super) fn when(
        &mut self,
        at: PatientAt,
        row: &Observation<'_>,
        (day, dtc): (&str, &str),
    ) -> When {
        let date = self.parsed(row, dtc, parse_dtc);
        if let Some((_, Some(_))) = row.get(dtc).map(split_time) {
            self.gathered.ignore(row.at(dtc), format!("{dtc}, time of day"), DATES_ONLY);
        }
        let mut known = self.parsed(row, day, parse_study_day);
        let reference = self.references.get(self.gathered.key(at)).cloned().unwrap_or_default();
        let counted = date
            .as_ref()
            .zip(reference.start.as_ref())
            .and_then(|(date, start)| date.days_since(start));
        if let (Some(given), Some(counted)) = (known, counted)
            && given != counted
        {
            let study_day = if counted.0 >= 0 { counted.0 + 1 } else { counted.0 };
            let found = row.get(day).unwrap_or_default();
            let expected = format!("{study_day}, counted from RFSTDTC to {dtc}");
            let what = format!("{}, {day}", self.gathered.key(at));
            let mismatch = Mismatch::new(found, expected)
                .mend("mend the day, the date or RFSTDTC in the data set");
            self.gathered.wrong(row.at(day), what, mismatch);
        }
        known = known.or(counted);
        // Day 1 of SDTM is day 0 here only where the reference is the first exposure.
        if let (Some(start), Some(exposure)) = (&reference.start, &reference.exposure)
            && let Some(Day(later)) = exposure.days_since(start)
        {
            known = known.map(|Day(day)| Day(day.saturating_sub(later)));
        }
        When { day: known, date }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_day_has_no_0_and_ours_has() {
        let days = ["1", "2", "-1", "29", "15.0"].map(|text| parse_study_day(text).ok());
        assert_eq!(days, [0, 1, -1, 28, 14].map(|day| Some(Day(day))));
        for wrong in ["0", "1.5", "x", "99999999"] {
            assert!(parse_study_day(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_date_is_as_partial_as_it_is_known() {
        let date = |text| parse_dtc(text).map(|date| date.to_string()).ok();
        let read = ["2014-01-02T11:30", "2014-01", "2014", "2003---15", "2003-12--"].map(date);
        let expected = ["2014-01-02", "2014-01", "2014", "2003", "2003-12"];
        assert_eq!(read, expected.map(|text| Some(text.to_owned())));
        assert_eq!(date("--12-15"), None);
    }
}
