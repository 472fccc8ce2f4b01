//! What a row says was measured: one analyte a column, or one a row.

use super::Taker;
use crate::domain::{
    Analyte, Comparator, Limits, Measurement, Mismatch, NO_UNIT, Number, Place, PrintedUnit,
    Reading, Status, UnitRule, read_unit,
};
use crate::import::gather::PatientAt;
use crate::import::map::{Field, Measured, stands_for_no_number};
use crate::import::table::Row;
use std::borrow::Cow;
use std::sync::Arc;

impl<'a> Taker<'a> {
    /// A number with a full stop, where the decimal mark is declared to be a comma.
    pub(super) fn with_point<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Mismatch> {
        if !self.decimal_comma || !text.contains([',', '.']) {
            return Ok(Cow::Borrowed(text));
        }
        let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '+');
        let number = text.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']);
        let number = number.split(|c| !is_of_number(c)).next().unwrap_or_default();
        if number.contains('.') || number.matches(',').count() > 1 {
            return Err(Mismatch::new(text, "a number such as 7,1").mend(
                "the decimal mark is declared to be a comma: write no full stop and no \
                       thousands separators",
            ));
        }
        Ok(Cow::Owned(text.replacen(',', ".", 1)))
    }

    pub(super) fn take_measured(
        &mut self,
        at: PatientAt,
        row: &Row,
        column: usize,
        measured: &Measured,
    ) {
        let Some(analyte) = self.known.catalogue.keyed(&measured.analyte) else { return };
        let Some(text) = self.cell(row, column).map(str::to_owned) else { return };
        let unit = measured.unit.as_deref().or(self.unit_of(analyte));
        match self.reading(&text, unit, analyte) {
            Ok(reading) => {
                let Some(visit) = self.visit(at, row, measured.visit.as_deref()) else { return };
                let place = self.sheet.place(row.number, Some(column));
                let measurement = Measurement::plain(analyte, reading);
                self.gatherer.measurement(visit, place, measurement);
            }
            Err(None) => {
                self.miss_unit(self.sheet.place(row.number, Some(column)), &text, analyte, true)
            }
            Err(Some(mismatch)) => {
                let place = self.sheet.place(row.number, Some(column));
                self.gatherer.wrong(place, analyte.symbol.as_str(), mismatch);
            }
        }
    }

    pub(super) fn take_long(&mut self, at: PatientAt, row: &Row) {
        let value = self.field(row, Field::Value);
        let status = self.field(row, Field::Status);
        if value.is_none() && status.is_none() {
            if self.empty.0 == 0 {
                self.empty.1 = row.number;
            }
            self.empty.0 += 1;
            return;
        }
        let Some(name) = self.field(row, Field::Analyte) else {
            let mismatch = Mismatch::new("nothing", "an analyte such as HbA1c");
            return self.wrong(row, Field::Analyte, mismatch);
        };
        let Some(analyte) = (match self.analytes.get(name) {
            Some(known) => *known,
            None => {
                let name = name.to_owned();
                self.find_analyte(row, name)
            }
        }) else {
            return;
        };
        match self.long_measurement(row, analyte) {
            Ok(measurement) => {
                let Some(visit) = self.visit(at, row, None) else { return };
                let place = self.place(row, Field::Value);
                self.gatherer.measurement(visit, place, measurement);
            }
            Err((field, Some(mismatch))) => self.wrong(row, field, mismatch),
            Err((_, None)) => {
                let text = self.field(row, Field::Value).unwrap_or_default().to_owned();
                self.miss_unit(self.place(row, Field::Unit), &text, analyte, false);
            }
        }
    }

    /// The analyte of a name, looked up once; an unknown one is told where it stands first.
    fn find_analyte(&mut self, row: &Row, name: String) -> Option<&'a Analyte> {
        let catalogue = self.known.catalogue;
        let found = match self.map.analytes.get(&name) {
            Some(key) => catalogue.find(key),
            None => catalogue.find(&name),
        };
        let found = match found {
            Ok(analyte) => Some(analyte),
            Err(mismatch) => {
                let mend = mismatch.mend.clone().unwrap_or_default();
                let mend = format!(
                    "{mend}; or say which one it is under [analytes] in a map. Told once for all rows"
                );
                self.wrong(row, Field::Analyte, mismatch.mend(mend));
                None
            }
        };
        self.analytes.insert(name, found);
        found
    }

    fn long_measurement(
        &self,
        row: &Row,
        analyte: &Analyte,
    ) -> Result<Measurement, (Field, Option<Mismatch>)> {
        let unit = self.field(row, Field::Unit).or(self.unit_of(analyte));
        let status = self.field(row, Field::Status).map(Status::parse).transpose();
        let status = status.map_err(|wrong| (Field::Status, Some(wrong)))?;
        let reading = match (self.field(row, Field::Value), status) {
            (Some(value), status) => {
                let sign = self.field(row, Field::Comparator).filter(|sign| *sign != "=");
                let sign = sign.map(Comparator::parse).transpose();
                let sign = sign.map_err(|wrong| (Field::Comparator, Some(wrong)))?;
                let value = match sign {
                    Some(sign) => Cow::Owned(format!("{sign}{value}")),
                    None => Cow::Borrowed(value),
                };
                let reading = self.reading(&value, unit, analyte);
                let reading = reading.map_err(|wrong| (Field::Value, wrong))?;
                if let Some(status) = status.filter(|status| *status != reading.status) {
                    let expected = format!("a status that the value can have: {}", reading.status);
                    let mismatch = Mismatch::new(status.as_str(), expected);
                    let mismatch = mismatch.mend("leave out the value, or the status");
                    return Err((Field::Status, Some(mismatch)));
                }
                reading
            }
            (None, Some(status)) => Reading::parse(status.as_str(), analyte)
                .map_err(|wrong| (Field::Status, Some(wrong)))?,
            (None, None) => return Err((Field::Value, Some(Mismatch::new("nothing", "a value")))),
        };
        let limits = Limits {
            low: self.limit(row, Field::LowerLimit)?,
            high: self.limit(row, Field::UpperLimit)?,
        };
        let number = |text: &Option<String>| Number::parse(text.as_deref()?).ok();
        if let (Some(low), Some(high)) = (number(&limits.low), number(&limits.high))
            && low.value > high.value
        {
            let mismatch = Mismatch::new(high.value.to_string(), "a limit above the lower one");
            return Err((Field::UpperLimit, Some(mismatch)));
        }
        let limits = (limits != Limits::default()).then_some(limits);
        Ok(Measurement { limits, ..Measurement::plain(analyte, reading) })
    }

    fn limit(&self, row: &Row, field: Field) -> Result<Option<String>, (Field, Option<Mismatch>)> {
        let Some(text) = self.field(row, field) else { return Ok(None) };
        let text = self.with_point(text).map_err(|wrong| (field, Some(wrong)))?;
        Number::parse(&text).map_err(|wrong| (field, Some(wrong)))?;
        Ok(Some(text.into_owned()))
    }

    /// The unit the map gives an analyte for which the file has none.
    fn unit_of(&self, analyte: &Analyte) -> Option<&'a str> {
        self.map.units.get(&analyte.key).map(String::as_str)
    }

    /// What a cell says of an analyte.
    ///
    /// # Errors
    /// What is wrong; nothing more where only the unit is missing.
    fn reading(
        &self,
        text: &str,
        unit: Option<&str>,
        analyte: &Analyte,
    ) -> Result<Reading, Option<Mismatch>> {
        if matches!(text, "未检" | "未查" | "未做" | "未测") {
            return Ok(Reading::without_number(Status::NotDone));
        }
        let text = self.with_point(text).map_err(Some)?;
        let begins_as_number = |c: char| c.is_numeric() || "<>≤≥+-\u{2212}.".contains(c);
        if !text.starts_with(begins_as_number) && stands_for_no_number(&text) {
            return Reading::parse(&text, analyte).map_err(Some);
        }
        let reading = match unit {
            Some(unit) => {
                Reading::of_number_in(&text, unit, analyte, || self.unit(unit, analyte, &text))
            }
            None => Reading::parse(&text, analyte),
        };
        reading.map_err(|mismatch| {
            let number = text.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']);
            if unit.is_none() && !analyte.is_dimensionless() && Number::parse(number).is_ok() {
                return None;
            }
            if number.contains(|c: char| c.is_numeric()) {
                return Some(mismatch);
            }
            let expected = format!("a number, or {}", "\"not done\", \"not reported\" or a finding");
            let mend = format!(
                "leave the cell empty if nothing is known, or say what it means under [values] in a \
                 map: \"{text}\" = \"not done\""
            );
            Some(Mismatch::new(text.as_ref(), expected).mend(mend))
        })
    }

    /// What a printed unit is, found out once in each piece.
    fn unit(
        &self,
        unit: &str,
        analyte: &Analyte,
        number: &str,
    ) -> Result<Option<Arc<PrintedUnit>>, Mismatch> {
        let mut units = self.units.borrow_mut();
        let met = units.entry(analyte.id).or_default();
        if let Some((_, known)) = met.iter().find(|(printed, _)| **printed == *unit) {
            return Ok(known.clone());
        }
        let found = read_unit(unit, analyte, number.trim())?;
        met.push((unit.into(), found.clone()));
        Ok(found)
    }

    /// A unit that is missing is told once for its column or analyte.
    fn miss_unit(&mut self, place: Place, text: &str, analyte: &Analyte, is_heading: bool) {
        let column = match &place {
            Place::Cell { column: Some(column), .. } => column,
            _ => "",
        };
        if !self.units_missed.insert(format!("{} {column}", analyte.key)) {
            return;
        }
        let units: Vec<_> = analyte.units.iter().map(|rule| rule.spelled.as_str()).collect();
        let expected = format!("a unit: {}", units.join(", "));
        // The unit in which the number would be usual, so that the advice is no trap.
        let number = Number::parse(text.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']));
        let (min, max) = analyte.query_range;
        let is_usual = |rule: &&UnitRule| {
            number.as_ref().is_ok_and(|n| (min..=max).contains(&rule.to_canonical(n.value)))
        };
        let usual = analyte.units.iter().find(is_usual).unwrap_or(analyte.canonical_unit());
        let example = usual.spelled.as_str();
        let write = if is_heading {
            format!("write it into the heading: \"{} ({example})\"", analyte.symbol)
        } else {
            "write it into the unit's column".to_owned()
        };
        let mend = format!(
            "{write}, or {} = \"{example}\" under [units] in a map, or \"{NO_UNIT}\" there if nobody \
             knows. Told once for all rows",
            analyte.key
        );
        self.gatherer.wrong(
            place,
            analyte.symbol.as_str(),
            Mismatch::new(text, expected).mend(mend),
        );
    }
}
