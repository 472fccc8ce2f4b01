//! When something was: the TimeElement of a packet, and ages as ISO 8601 durations.

use super::{NO_ROOM, Packets, Subject};
use crate::domain::Mismatch;
use crate::import::element::{Element, date_of};
use crate::import::occasions::When;

/// Read an age such as `P44Y6M` or `P20D` as years, of 12 months, 52.1786 weeks or 365.25 days; to two
/// decimals, which is finer than an age in days is ever reported.
pub(super) fn parse_age(text: &str) -> Result<f64, Mismatch> {
    let wrong = || Mismatch::new("another text", "an age such as P44Y, P44Y6M or P20D");
    let parts = text.strip_prefix('P').filter(|parts| text.len() <= 20 && !parts.is_empty());
    // Hours tell nothing of an age in years.
    let mut rest = parts.ok_or_else(wrong)?.split('T').next().unwrap_or_default();
    let mut years = 0.0;
    for (letter, per_year) in [('Y', 1.0), ('M', 12.0), ('W', 365.25 / 7.0), ('D', 365.25)] {
        if let Some((count, behind)) = rest.split_once(letter) {
            if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            years += count.parse::<f64>().map_err(|_| wrong())? / per_year;
            rest = behind;
        }
    }
    let is_empty = text.strip_prefix('P').is_none_or(|parts| parts.starts_with('T'));
    if !rest.is_empty() || is_empty || years > 130.0 {
        return Err(wrong());
    }
    Ok((years * 100.0).round() / 100.0)
}

/// When something was observed.
///
/// # Errors
/// If the element is of no kind that is known, or can't be read.
pub(super) fn when(element: Option<Element<'_>>) -> Result<When, Mismatch> {
    let Some(element) = element else { return Ok(When::Unknown) };
    if let Some(age) = element.text("age.iso8601duration") {
        return parse_age(age).map(|_| When::Named(age.to_owned()));
    }
    let range = |side: &str| element.text(&format!("ageRange.{side}.iso8601duration"));
    if let (Some(start), Some(end)) = (range("start"), range("end")) {
        parse_age(start).and(parse_age(end))?;
        return Ok(When::Named(format!("{start} to {end}")));
    }
    if let Some(time) = element.text("timestamp") {
        return date_of(time).map(|_| When::At(time.to_owned()));
    }
    if let Some(start) = element.text("interval.start") {
        let end = element.text("interval.end").unwrap_or(start);
        let (first, last) = (date_of(start)?, date_of(end)?);
        return Ok(match first == last {
            true => When::At(start.to_owned()),
            false => When::During(format!("{first}/{last}"), first),
        });
    }
    if let Some(label) = element.text("ontologyClass.label") {
        return Ok(When::Named(label.to_owned()));
    }
    if let Some(weeks) = element.number("gestationalAge.weeks") {
        let days = element.number("gestationalAge.days").unwrap_or("0");
        return Ok(When::Named(format!("gestational age {weeks} wk {days} d")));
    }
    Err(Mismatch::new("another element", "an age, a timestamp, an interval or a named time"))
}

impl Packets<'_> {
    /// The age at the last encounter. The registry keeps the age on day 0, so it is taken only where no
    /// infusion makes a day 0 that it would be wrong for.
    pub(super) fn read_age(&mut self, of: Subject<'_>, element: Element<'_>) {
        let Some(text) = element.text("age.iso8601duration") else {
            self.gatherer.ignore(element.place(), "subject, timeAtLastEncounter", NO_ROOM);
            return;
        };
        if self.gatherer.infusions(of.at) > 0 {
            let why = "it is an age at the last encounter, not on the day of the first infusion";
            return self.gatherer.ignore(element.place(), "subject, timeAtLastEncounter", why);
        }
        match parse_age(text) {
            Ok(age) => {
                self.gatherer
                    .set(of.at, &element.place(), "age", age, |patient| &mut patient.age_years);
            }
            Err(mismatch) => {
                let what = format!("{}, timeAtLastEncounter", of.key);
                element.wrong(&mut self.gatherer, what, mismatch);
            }
        }
    }
}
