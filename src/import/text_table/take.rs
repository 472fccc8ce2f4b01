//! What a row says becomes records, whatever the layout: one row a measurement, a visit, or a patient.

use super::columns::Columns;
use super::map::{TableMap, stands_for_no_number};
use super::roles::{Field, Known, Measured};
use crate::domain::{
    Analyte, AttributeGiven, AttributeKind, Comparator, Day, Limits, Measurement, Mismatch,
    NO_UNIT, Number, PartialDate, Place, Reading, Sex, Status, Visit, find_attribute,
    parse_birth_year, parse_height, parse_key, parse_patient_key, parse_period, parse_years,
};
use crate::import::clock::{Times, split_time};
use crate::import::gather::{Gatherer, PatientAt, VisitAt};
use crate::import::table::{Row, Sheet};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Takes one row after the other.
pub(super) struct Taker<'a> {
    pub sheet: &'a Sheet,
    pub map: &'a TableMap,
    pub columns: &'a Columns,
    pub known: Known<'a>,
    /// The report of rows that name none.
    pub report: Option<&'a str>,
    pub decimal_comma: bool,
    pub gatherer: Gatherer,
    /// Analytes by their name in the file; none where it was named as a problem.
    analytes: HashMap<String, Option<&'a Analyte>>,
    /// Columns and analytes whose unit was missed already.
    units_missed: HashSet<String>,
    /// It was said that nothing names the report.
    lacks_report: bool,
    /// The visit of the row before: most rows are of the same.
    last: Option<(PatientAt, String, VisitAt)>,
    /// How many cells of each ignored column hold something, and where first.
    filled: Vec<(usize, usize)>,
    /// Rows without a value, and where first.
    empty: (usize, usize),
    /// Columns of dates, and times of day in them.
    dated: Vec<usize>,
    times: Times,
}

impl<'a> Taker<'a> {
    pub fn new(
        sheet: &'a Sheet,
        map: &'a TableMap,
        columns: &'a Columns,
        known: Known<'a>,
        report: Option<&'a str>,
    ) -> Taker<'a> {
        let dates = [Field::Date, Field::DayZeroDate, Field::Enrolment];
        let dates = dates.into_iter().filter_map(|field| columns.fields.get(&field));
        let is_date = |key: &str| {
            let known = find_attribute(known.attributes, key);
            known.is_ok_and(|known| known.kind == AttributeKind::Date)
        };
        let own = columns.attributes.iter().filter(|(_, key)| is_date(key));
        let dated = dates.chain(own.map(|(column, _)| column)).copied();
        Taker {
            sheet,
            map,
            columns,
            known,
            report,
            decimal_comma: map.decimal_comma,
            gatherer: Gatherer::default(),
            analytes: HashMap::new(),
            units_missed: HashSet::new(),
            lacks_report: false,
            last: None,
            filled: vec![(0, 0); columns.ignored.len()],
            empty: (0, 0),
            dated: dated.collect(),
            times: Times::default(),
        }
    }

    /// Begin a new piece: what was gathered is handed over. Places of visits are of one piece.
    pub fn hand_over(&mut self) -> Gatherer {
        self.last = None;
        std::mem::take(&mut self.gatherer)
    }

    /// Name what was not taken, once the last row was.
    pub fn name_ignored(&mut self) {
        self.times.tell(self.sheet, &mut self.gatherer);
        for ((column, why), (count, row)) in self.columns.ignored.iter().zip(&self.filled) {
            if *count > 0 {
                let what = format!("column \"{}\"", self.sheet.heading(*column));
                let place = self.sheet.place(*row, Some(*column));
                self.gatherer.ignore_many(place, what, *why, *count);
            }
        }
        if self.columns.ignored_besides > 0 {
            let place = self.sheet.place(self.sheet.heading_row, None);
            let (what, why) = ("further columns", "their headings are not known");
            self.gatherer.ignore_many(place, what, why, self.columns.ignored_besides);
        }
        if self.empty.0 > 0 {
            let (count, row) = self.empty;
            let (place, what) = (self.sheet.place(row, None), "rows without a value");
            self.gatherer.ignore_many(place, what, "no value stands there", count);
        }
    }

    /// The text of a field in this row: its cell, what the map makes of it, or the constant.
    fn field<'r>(&'r self, row: &'r Row, field: Field) -> Option<&'r str> {
        match self.columns.fields.get(&field) {
            Some(column) => self.cell(row, *column),
            None => {
                let constant = self.map.constants.iter().find(|(known, _)| *known == field);
                constant.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
            }
        }
    }

    /// A cell as the map has it; none if nothing stands there.
    fn cell<'r>(&'r self, row: &'r Row, column: usize) -> Option<&'r str> {
        let text = row.cell(column)?;
        let of_column = self.columns.values.get(&column).and_then(|values| values.get(text));
        let meaning = of_column.or_else(|| self.map.values.get(text));
        Some(meaning.map_or(text, String::as_str)).filter(|text| !text.is_empty())
    }

    fn place(&self, row: &Row, field: Field) -> Place {
        self.sheet.place(row.number, self.columns.fields.get(&field).copied())
    }

    fn wrong(&mut self, row: &Row, field: Field, mismatch: Mismatch) {
        self.gatherer.wrong(self.place(row, field), field.as_str(), mismatch);
    }

    /// Take everything a row says.
    pub fn take(&mut self, row: &Row) {
        for (count, (column, _)) in self.filled.iter_mut().zip(&self.columns.ignored) {
            if row.cell(*column).is_some() {
                if count.0 == 0 {
                    count.1 = row.number;
                }
                count.0 += 1;
            }
        }
        for column in &self.dated {
            self.times.see(*column, row.number, row.cell(*column).unwrap_or_default());
        }
        let key = match self.key(row) {
            Ok(key) => key,
            // Without any report, one row says it for all.
            Err((Field::Report, _)) if self.lacks_report => return,
            Err((field, mismatch)) => {
                let is_there = self.columns.fields.contains_key(&Field::Report);
                self.lacks_report |= field == Field::Report && !is_there;
                return self.wrong(row, field, mismatch);
            }
        };
        let place = self.place(row, Field::Patient);
        let at = self.gatherer.patient(&place, &key);
        self.take_patient(at, row);
        for index in 0..self.columns.measured.len() {
            let (column, measured) = &self.columns.measured[index];
            if self.cell(row, *column).is_some() {
                self.take_measured(at, row, *column, measured);
            }
        }
        if self.columns.is_long() {
            self.take_long(at, row);
        } else if self.columns.fields.contains_key(&Field::Visit) {
            // That a visit took place is worth recording, whatever was measured.
            self.visit(at, row, None);
        }
    }

    /// The key of the row's patient. What is no label may be a name, and is not shown.
    fn key(&self, row: &Row) -> Result<String, (Field, Mismatch)> {
        let nothing = |expected: &str, mend: &str| Mismatch::new("nothing", expected).mend(mend);
        let Some(label) = self.field(row, Field::Patient) else {
            let mend = "write the patient into every row: a blank cell is not filled from above";
            return Err((Field::Patient, nothing("a patient's label", mend)));
        };
        if label.contains('/') {
            let key = parse_patient_key(label).map(|_| label.trim().to_owned());
            return key.map_err(|_| (Field::Patient, not_a_label()));
        }
        let is_pseudonym = self.map.labels_are_pseudonyms
            || label.chars().any(|c| c.is_numeric())
            || (label.is_ascii() && label.len() <= 3);
        let label = match parse_key(label) {
            Ok(label) if is_pseudonym => label,
            _ => return Err((Field::Patient, not_a_label())),
        };
        let report = self.field(row, Field::Report).or(self.report).ok_or_else(|| {
            let mend = "pass --report KEY, and --report-kind KIND if it is not recorded yet; or give \
                        the table a column report";
            (Field::Report, nothing("the report of the patient", mend))
        })?;
        let report = parse_key(report).map_err(|mismatch| (Field::Report, mismatch))?;
        Ok(format!("{report}/{label}"))
    }

    /// A field of a patient, read by `parse`.
    fn set<T: PartialEq + Clone + std::fmt::Display>(
        &mut self,
        at: PatientAt,
        row: &Row,
        field: Field,
        parse: impl Fn(&str) -> Result<T, Mismatch>,
        of: impl Fn(&mut crate::domain::Patient) -> &mut Option<T>,
    ) {
        let Some(text) = self.field(row, field) else { return };
        if Status::parse(text).is_ok_and(|status| !status.is_number()) {
            return;
        }
        match self.with_point(text).and_then(|text| parse(&text)) {
            Ok(value) => {
                let place = self.place(row, field);
                self.gatherer.set(at, &place, field.as_str(), value, of);
            }
            Err(mismatch) => self.wrong(row, field, mismatch),
        }
    }

    fn take_patient(&mut self, at: PatientAt, row: &Row) {
        let sex = |text: &str| match text {
            "男" => Ok(Sex::Male),
            "女" => Ok(Sex::Female),
            text => Sex::parse(text).map_err(|mismatch| match text.parse::<u8>() {
                Ok(_) => Mismatch { mend: None, ..mismatch }
                    .mend("say in a map what the number means: values = { \"1\" = \"male\", … }"),
                Err(_) => mismatch,
            }),
        };
        let years = |text: &str| parse_years(text, 130.0);
        let text = |text: &str| Ok(text.to_owned());
        self.set(at, row, Field::Sex, sex, |patient| &mut patient.sex);
        self.set(at, row, Field::Age, years, |patient| &mut patient.age_years);
        self.set(at, row, Field::BirthYear, parse_birth_year, |patient| &mut patient.birth_year);
        self.set(at, row, Field::Diagnosis, text, |patient| &mut patient.diagnosis);
        self.set(at, row, Field::Duration, years, |p| &mut p.diabetes_duration_years);
        self.set(at, row, Field::Height, parse_height, |patient| &mut patient.height_cm);
        self.set(at, row, Field::FollowUp, parse_period, |patient| &mut patient.follow_up_days);
        if let Some(text) = self.field(row, Field::Enrolment) {
            match self.date(text) {
                Ok(date) => {
                    let place = self.place(row, Field::Enrolment);
                    let field = Field::Enrolment.as_str();
                    self.gatherer.set(at, &place, field, date, |p| &mut p.enrolment_date);
                }
                Err(mismatch) => self.wrong(row, Field::Enrolment, mismatch),
            }
        }
        for (column, key) in &self.columns.attributes {
            let Some(text) = self.cell(row, *column) else { continue };
            let mut given = AttributeGiven { key: key.clone(), text: text.to_owned() };
            let place = self.sheet.place(row.number, Some(*column));
            if self.dated.contains(column) {
                match self.date(text) {
                    Ok(date) => given.text = date.to_string(),
                    Err(mismatch) => {
                        self.gatherer.wrong(place, key.as_str(), mismatch);
                        continue;
                    }
                }
            }
            self.gatherer.attribute_value(at, place, given);
        }
    }

    /// A date, in ISO 8601 or the form that the map declares; a time behind it is noted elsewhere.
    fn date(&self, text: &str) -> Result<PartialDate, Mismatch> {
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
    fn visit(&mut self, at: PatientAt, row: &Row, of_column: Option<&str>) -> Option<VisitAt> {
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

    /// A number with a full stop, where the decimal mark is declared to be a comma.
    fn with_point<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Mismatch> {
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

    fn take_measured(&mut self, at: PatientAt, row: &Row, column: usize, measured: &Measured) {
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

    fn take_long(&mut self, at: PatientAt, row: &Row) {
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
            Some(unit) => Reading::of_number(&text, unit, analyte),
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
        let is_usual = |rule: &&crate::domain::UnitRule| {
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

/// What is no label might be a name, so it is not shown.
fn not_a_label() -> Mismatch {
    Mismatch::new(
        "",
        "a number or a pseudonym with a digit, such as 1 or P07: letters, digits, - _ .",
    )
    .mend(
        "a label is never a name; if these are pseudonyms, write labels_are_pseudonyms = true \
               under [file] in a map",
    )
}
