//! A patient as rules see it: every visit with its day, every number with what it is compared by.

use crate::domain::{
    Analyte, Catalogue, Day, DayBasis, DayZero, Measurement, Number, PartialDate, PatientFile,
    Reading, Rules, Status, Visit,
};

/// One patient.
pub(super) struct Case<'a> {
    pub file: &'a PatientFile,
    pub rules: &'a Rules,
    /// In the order of their days; those without one come last.
    pub visits: Vec<Seen<'a>>,
}

/// A visit with its day, counted from dates if need be.
pub(super) struct Seen<'a> {
    pub visit: &'a Visit,
    pub day: Option<Day>,
    pub values: Vec<Value<'a>>,
}

/// A measurement with its analyte.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub analyte: &'a Analyte,
    pub measurement: &'a Measurement,
}

/// Something that happened on a day or date.
pub(super) struct Dated<'a> {
    pub place: String,
    pub kind: Kind,
    /// As recorded.
    pub day: Option<Day>,
    pub date: Option<&'a PartialDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Infusion,
    Visit,
    Event,
    Medication,
}

impl<'a> Case<'a> {
    pub fn new(file: &'a PatientFile, rules: &'a Rules, catalogue: &'a Catalogue) -> Case<'a> {
        let mut case = Case { file, rules, visits: Vec::new() };
        let value = |measurement: &'a Measurement| {
            let analyte = catalogue.get(measurement.analyte_id)?;
            Some(Value { analyte, measurement })
        };
        let seen = |(visit, found): &'a (Visit, Vec<Measurement>)| Seen {
            visit,
            day: case.day_of(visit.day, visit.date.as_ref()),
            values: found.iter().filter_map(value).collect(),
        };
        let mut visits: Vec<_> = file.visits.iter().map(seen).collect();
        visits.sort_by_key(|seen| (seen.day.is_none(), seen.day));
        case.visits = visits;
        case
    }

    pub fn key(&self) -> &'a str {
        &self.file.patient.key
    }

    /// The date of day 0, as far as it is known.
    pub fn day_zero(&self) -> Option<&'a PartialDate> {
        match self.rules.day_zero {
            DayZero::FirstInfusion => self.file.infusions.first()?.date.as_ref(),
            DayZero::LastInfusion => self.file.infusions.last()?.date.as_ref(),
            DayZero::Enrolment => self.file.patient.enrolment_date.as_ref(),
        }
    }

    /// The day itself, or the one counted from the date of day 0.
    pub fn day_of(&self, day: Option<Day>, date: Option<&PartialDate>) -> Option<Day> {
        day.or_else(|| date?.days_since(self.day_zero()?))
    }

    /// The visit in words.
    pub fn visit_place(&self, visit: &Visit) -> String {
        format!("{}, visit {}", self.key(), visit.label)
    }

    /// A value in words.
    pub fn place(&self, seen: &Seen<'_>, value: Value<'_>) -> String {
        format!("{}, {}", self.visit_place(seen.visit), value.analyte.symbol)
    }

    /// Every value with its visit.
    pub fn values(&self) -> impl Iterator<Item = (&Seen<'a>, Value<'a>)> {
        self.visits.iter().flat_map(|seen| seen.values.iter().map(move |value| (seen, *value)))
    }

    /// The numbers of each analyte in the order of the days.
    pub fn series(&self) -> Vec<(&'a Analyte, Vec<Point<'a>>)> {
        let mut series: Vec<(&Analyte, Vec<Point<'_>>)> = Vec::new();
        for (seen, value) in self.values() {
            let Some(point) = Point::of(seen, value) else { continue };
            match series.iter_mut().find(|(analyte, _)| analyte.id == value.analyte.id) {
                Some((_, points)) => points.push(point),
                None => series.push((value.analyte, vec![point])),
            }
        }
        series
    }

    /// Everything that has a day or a date. Planned days say nothing of when a thing was.
    pub fn dated(&self) -> Vec<Dated<'a>> {
        let file = self.file;
        let mut all = Vec::new();
        for one in &file.infusions {
            let place = super::infusion_place(self.key(), one);
            let date = one.date.as_ref();
            all.push(Dated { place, kind: Kind::Infusion, day: one.day, date });
        }
        for (one, _) in &file.visits {
            let day = one.day.filter(|_| one.day_basis == Some(DayBasis::Actual));
            let place = self.visit_place(one);
            all.push(Dated { place, kind: Kind::Visit, day, date: one.date.as_ref() });
        }
        for one in &file.events {
            let place = format!("{}, event {}", self.key(), one.term);
            let date = one.onset_date.as_ref();
            all.push(Dated { place, kind: Kind::Event, day: one.onset_day, date });
        }
        for one in &file.medications {
            let place = format!("{}, medication {}", self.key(), one.drug);
            let (from, to) = (one.start_date.as_ref(), one.end_date.as_ref());
            let start = Dated {
                place: place.clone(),
                kind: Kind::Medication,
                day: one.start_day,
                date: from,
            };
            all.push(start);
            all.push(Dated { place, kind: Kind::Medication, day: one.end_day, date: to });
        }
        all
    }
}

impl Dated<'_> {
    /// When, in words.
    pub fn when(&self) -> String {
        match (self.day, self.date) {
            (Some(day), Some(date)) => format!("day {day}, {date}"),
            (Some(day), None) => format!("day {day}"),
            (None, Some(date)) => date.to_string(),
            (None, None) => "no day".to_owned(),
        }
    }
}

impl<'a> Seen<'a> {
    /// What was measured of the analyte with this key.
    pub fn of(&self, key: &str) -> Option<Value<'a>> {
        self.values.iter().find(|value| value.analyte.key == key).copied()
    }

    /// The number of it, if it has one.
    pub fn number(&self, key: &str) -> Option<Amount> {
        Amount::of(self.of(key)?.reading())
    }
}

impl<'a> Value<'a> {
    /// The reading in force.
    pub fn reading(self) -> &'a Reading {
        self.measurement.in_force()
    }

    pub fn text(self) -> String {
        self.reading().text()
    }
}

/// The number as printed, for a reading that is one and no limit.
pub(super) fn number_of(reading: &Reading) -> Option<Number> {
    let printed = reading.printed.as_deref().filter(|_| reading.status == Status::Measured)?;
    Number::parse(printed).ok()
}

/// A number in the canonical unit, and the range its print was rounded from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Amount {
    fn of(reading: &Reading) -> Option<Amount> {
        let number = number_of(reading)?;
        let rule = &reading.unit.as_ref()?.rule;
        let half = 0.5 * 10f64.powi(-i32::from(number.decimals));
        Some(Amount {
            value: rule.to_canonical(number.value),
            low: rule.to_canonical(number.value - half),
            high: rule.to_canonical(number.value + half),
        })
    }

    /// The range in another unit.
    pub fn scaled(self, factor: f64) -> Amount {
        let Amount { value, low, high } = self;
        Amount { value: value * factor, low: low * factor, high: high * factor }
    }
}

/// One number of a series: canonical, or as printed where no unit was.
#[derive(Debug, Clone)]
pub(super) struct Point<'a> {
    pub visit: &'a str,
    pub value: f64,
    pub has_unit: bool,
    pub text: String,
}

impl<'a> Point<'a> {
    fn of(seen: &Seen<'a>, value: Value<'a>) -> Option<Point<'a>> {
        let reading = value.reading();
        let number = number_of(reading)?;
        let canonical = reading.unit.as_ref().map(|unit| unit.rule.to_canonical(number.value));
        Some(Point {
            visit: &seen.visit.label,
            value: canonical.unwrap_or(number.value),
            has_unit: canonical.is_some(),
            text: value.text(),
        })
    }
}
