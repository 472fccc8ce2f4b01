//! When what a row says was: the visit by its label, its day or its date.

use super::Taker;
use crate::domain::{Day, Mismatch, PartialDate, Visit};
use crate::import::clock::split_time;
use crate::import::gather::{PatientAt, VisitAt};
use crate::import::map::Field;
use crate::import::table::Row;

impl Taker<'_> {
    /// A date, in ISO 8601 or the form that the map declares; a time behind it is noted elsewhere.
    pub(super) fn date(&self, text: &str) -> Result<PartialDate, Mismatch> {
        let (day, _) = split_time(text);
        if let Some(iso) = self.map.date_format.and_then(|format| format.iso(day)) {
            return PartialDate::parse(&iso)
                .map_err(|mismatch| Mismatch { found: text.to_owned(), ..mismatch });
        }
        PartialDate::parse(day).map_err(|mismatch| {
            if day.contains(['/', '.']) && self.map.date_format.is_none() {
                let mend =
                    "write date_format = \"DD/MM/YYYY\", or whatever it is, under [file] in a map";
                return mismatch.mend(format!("day and month can't be told apart: {mend}"));
            }
            match self.map.date_format {
                Some(_) => mismatch.mend("or in the form that the map declares under [file]"),
                None => mismatch,
            }
        })
    }

    /// The row's visit, or the one its column names.
    pub(super) fn visit(
        &mut self,
        at: PatientAt,
        row: &Row,
        of_column: Option<&str>,
    ) -> Option<VisitAt> {
        let label = of_column.or_else(|| self.field(row, Field::Visit));
        let (day, date) = match of_column {
            // Day and date of the row would be the same for every visit in it.
            Some(_) => (None, None),
            None => (self.field(row, Field::Day), self.field(row, Field::Date)),
        };
        let zero = self.field(row, Field::DayZeroDate);
        let parts = [label, day, date, zero].map(Option::unwrap_or_default);
        let same = |text: &str| {
            text.len() == parts.iter().map(|part| part.len() + 1).sum::<usize>()
                && text.split_terminator('\n').eq(parts)
        };
        if let Some((of, text, visit)) = &self.last
            && *of == at
            && same(text)
        {
            return Some(*visit);
        }
        let text = parts.iter().flat_map(|part| [part, "\n"]).collect();
        let visit = self.new_visit(label, day, date, zero);
        match visit {
            Ok(visit) => {
                let place = self.place(row, Field::Visit);
                let visit = self.gatherer.visit(at, &place, visit);
                self.last = Some((at, text, visit));
                Some(visit)
            }
            Err((field, mismatch)) => {
                self.wrong(row, field, mismatch);
                None
            }
        }
    }

    fn new_visit(
        &self,
        label: Option<&str>,
        day: Option<&str>,
        date: Option<&str>,
        zero: Option<&str>,
    ) -> Result<Visit, (Field, Mismatch)> {
        let day = day.map(Day::parse).transpose().map_err(|wrong| (Field::Day, wrong))?;
        let date = date.map(|text| self.date(text)).transpose();
        let date = date.map_err(|wrong| (Field::Date, wrong))?;
        let zero = zero.map(|text| self.date(text)).transpose();
        let zero = zero.map_err(|wrong| (Field::DayZeroDate, wrong))?;
        let counted =
            date.as_ref().zip(zero.as_ref()).and_then(|(date, zero)| date.days_since(zero));
        if let (Some(day), Some(counted)) = (day, counted)
            && day != counted
        {
            let expected = format!("{counted}, the days from day 0 to the date");
            return Err((Field::Day, Mismatch::new(day.to_string(), expected)));
        }
        let day = day.or(counted);
        let label = match (label, day, &date) {
            (Some(label), ..) => self.known.visit_label(label).unwrap_or_else(|| label.to_owned()),
            (None, Some(day), _) => format!("D{day}"),
            (None, None, Some(date)) => date.to_string(),
            (None, None, None) => {
                let mismatch = Mismatch::new("nothing", "the visit, its day or its date");
                return Err((Field::Visit, mismatch));
            }
        };
        Visit::new(&label, day, date, self.known.schedule).map_err(|wrong| (Field::Visit, wrong))
    }
}
