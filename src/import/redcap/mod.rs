//! An export of REDCap: the data in raw or label form, with the data dictionary of the project.
//!
//! A row is a record, at an event where the project is longitudinal (`redcap_event_name`), and an
//! instance of an instrument or event that repeats (`redcap_repeat_instrument`,
//! `redcap_repeat_instance`). A row of a repeating instrument has only that instrument's fields.

mod dictionary;
mod map;

use super::clock::{DATES_ONLY, split_time};
use super::delimited::{column, place_of_file, read_bytes, read_delimited, wrong};
use super::gather::{Gatherer, PatientAt};
use super::table::{Row, Sheet};
use super::{How, ImportError, Reading, name_of};
use crate::domain::{
    Analyte, Attribute, AttributeGiven, AttributeKind, Measurement, Mismatch, PartialDate, Place,
    Problem, Reading as Value, Report, Sex, Visit, find_attribute, identifies, parse_birth_year,
    parse_category_value, parse_height, parse_key, parse_years,
};
use dictionary::{Field, read_dictionary};
use map::{Map, Use, parse_map};
use std::path::Path;
use std::rc::Rc;

/// Read an export.
///
/// # Errors
/// If one of its files can't be read at all; what is wrong inside comes back as problems.
pub(super) fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let data = read_bytes(path)?;
    let file = |path: &Path| -> Result<(String, Vec<u8>), ImportError> {
        Ok((name_of(path), read_bytes(path)?.into_owned()))
    };
    let dictionary = how.dictionary.as_deref().map(file).transpose()?;
    let map = how.map.as_deref().map(file).transpose()?;
    Ok(read_export((&name_of(path), &data), dictionary.as_ref(), map.as_ref(), how))
}

/// Read the text of an export and of its dictionary, without a map.
pub fn read_redcap_text(data: &str, dictionary: &str, how: &How<'_>) -> Reading {
    let dictionary = ("dictionary.csv".to_owned(), dictionary.as_bytes().to_vec());
    read_export(("data.csv", data.as_bytes()), Some(&dictionary), None, how)
}

fn read_export(
    (file, data): (&str, &[u8]),
    dictionary: Option<&(String, Vec<u8>)>,
    map: Option<&(String, Vec<u8>)>,
    how: &How<'_>,
) -> Reading {
    let mut gathered = Gatherer::default();
    if let Err(problem) = take(&mut gathered, (file, data), dictionary, map, how) {
        gathered.tell(*problem);
    }
    gathered.finish()
}

fn take(
    gathered: &mut Gatherer,
    (file, data): (&str, &[u8]),
    dictionary: Option<&(String, Vec<u8>)>,
    map: Option<&(String, Vec<u8>)>,
    how: &How<'_>,
) -> Result<(), Box<Problem>> {
    let Some((dictionary_file, bytes)) = dictionary else {
        let mismatch = Mismatch::new("no dictionary", "the data dictionary of the project")
            .mend("pass --dictionary FILE: REDCap, Data Dictionary, Download");
        return Err(wrong(place_of_file(file), "dictionary", mismatch));
    };
    let (sheet, rows) = read_delimited(dictionary_file, bytes)?;
    let fields = read_dictionary(&sheet, &rows)
        .map_err(|mismatch| wrong(place_of_file(dictionary_file), "dictionary", mismatch))?;
    let map = match map {
        None => Map::default(),
        Some((map_file, bytes)) => std::str::from_utf8(bytes)
            .map_err(|_| Mismatch::new("bytes that are not UTF-8", "a map in UTF-8"))
            .and_then(parse_map)
            .map_err(|mismatch| wrong(place_of_file(map_file), "map", mismatch))?,
    };
    let fields = fields.into_iter().map(Rc::new).collect();
    let Some(report) = how.report.clone() else {
        let mismatch = Mismatch::new("no report", "the report that the records belong to")
            .mend("pass --report KEY: the export does not say which study it is");
        return Err(wrong(place_of_file(file), "report", mismatch));
    };
    let (sheet, rows) = read_delimited(file, data)?;
    if rows.is_empty() {
        let mismatch = Mismatch::new("nothing", "rows below the headings")
            .mend("export the records once more: does the filter or the report hold any?");
        return Err(wrong(sheet.place(sheet.heading_row, None), "rows", mismatch));
    }
    if let Some(kind) = how.report_kind {
        let report = Report::new(report.clone(), kind);
        gathered.report(place_of_file(file), report);
    }
    let columns = Vec::new();
    let mut export = Export { how, gathered, sheet, fields, map, report, columns, arms_at: None };
    export.settle_columns()?;
    export.declare_arms(&rows);
    for row in &rows {
        export.take_row(row);
    }
    Ok(())
}

/// An export under way.
struct Export<'a, 'b> {
    how: &'a How<'a>,
    gathered: &'b mut Gatherer,
    sheet: Sheet,
    fields: Vec<Rc<Field>>,
    map: Map,
    report: String,
    /// What each column of the data becomes.
    columns: Vec<Column<'a>>,
    /// The column whose arms are taken, if there are several arms.
    arms_at: Option<usize>,
}

/// What a column of the data becomes, with its place in the row.
struct Column<'a> {
    at: usize,
    field: usize,
    /// True for one choice of a checkbox.
    is_choice: bool,
    meaning: Meaning<'a>,
}

#[derive(Debug, Clone)]
enum Meaning<'a> {
    Patient(String),
    Analyte(&'a Analyte, String),
    Attribute(String),
}

/// Columns that REDCap adds by itself.
const OWN: [&str; 6] = [
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "redcap_data_access_group",
    "redcap_survey_identifier",
    "redcap_survey_timestamp",
];

/// Fields of a patient that can be filled.
const PATIENT: [&str; 7] = [
    "sex",
    "age",
    "birth_year",
    "height_cm",
    "diagnosis",
    "diabetes_duration_years",
    "enrolment_date",
];

impl<'a> Export<'a, '_> {
    /// Decide what each column is; what identifies a person is refused unless the map leaves it out.
    fn settle_columns(&mut self) -> Result<(), Box<Problem>> {
        let headings: Vec<String> = self.sheet.headings.iter().map(|one| one.to_string()).collect();
        let is_known = |name: &str| {
            let name = name.split("___").next().unwrap_or_default();
            self.fields.iter().any(|one| one.name == name) || headings.iter().any(|one| one == name)
        };
        let unknown = self.map.fields.keys().find(|name| !is_known(name));
        if let Some(name) = unknown {
            let mismatch = Mismatch::new(name.as_str(), "a field of the dictionary");
            return Err(wrong(self.sheet.place(1, None), "map", mismatch));
        }
        for (at, heading) in headings.iter().enumerate().skip(1) {
            let place = self.sheet.place(1, Some(at));
            if OWN.contains(&heading.as_str()) || heading.is_empty() {
                continue;
            }
            let what = format!("field {heading}");
            let (name, is_choice) = match heading.split_once("___") {
                Some((name, _)) => (name, true),
                None => (heading.as_str(), false),
            };
            let Some(field) = self.fields.iter().position(|one| one.name == name) else {
                let is_state = heading.ends_with("_complete");
                let why = if is_state { "the state of a form" } else { "not in the dictionary" };
                if self.map.fields.get(heading) == Some(&Use::Ignore) {
                    self.gathered.ignore(place, what, "left out by the map");
                } else if identifies(heading) {
                    self.refuse(place, heading);
                } else {
                    self.gathered.ignore(place, what, why);
                }
                continue;
            };
            match self.meaning(field, heading, is_choice) {
                Ok(Some(meaning)) => self.columns.push(Column { at, field, is_choice, meaning }),
                Ok(None) => {}
                Err(mismatch) => self.gathered.wrong(place, what, mismatch),
            }
        }
        Ok(())
    }

    fn refuse(&mut self, place: Place, name: &str) {
        let mismatch = Mismatch::new(name, "a field that can't identify a person").mend(format!(
            "export without identifiers, or leave it out by the map: [fields] {name} = \"ignore\""
        ));
        self.gathered.wrong(place, format!("field {name}"), mismatch);
    }

    /// What a field becomes: by the map, else by its name and the unit of its label or note.
    fn meaning(
        &mut self,
        at: usize,
        heading: &str,
        is_choice: bool,
    ) -> Result<Option<Meaning<'a>>, Mismatch> {
        let field = Rc::clone(&self.fields[at]);
        let place = self.sheet.place(1, column(&self.sheet, heading));
        let what = format!("field {heading}");
        let by_field = self.map.fields.get(&field.name);
        let used = self.map.fields.get(heading).or(by_field).cloned();
        if is_choice
            && used != Some(Use::Ignore)
            && !self.map.fields.contains_key(heading)
            && by_field.is_some()
        {
            let mend = format!("{heading} = \"attribute KEY\"");
            return Err(Mismatch::new(field.name.as_str(), "each choice of a checkbox by itself")
                .mend(mend));
        }
        if used == Some(Use::Ignore) {
            self.gathered.ignore(place, what, "left out by the map");
            return Ok(None);
        }
        let is_birth = matches!(&used, Some(Use::Patient(to)) if to == "birth_year");
        let names_person = identifies(&field.name)
            || identifies(&field.label)
            || ["email", "phone"].contains(&field.validation.as_str());
        if (field.identifies || names_person) && !is_birth {
            self.refuse(place, &field.name);
            return Ok(None);
        }
        let analyte_of = |name: &str| self.how.catalogue.find(name);
        match used {
            Some(Use::Ignore) => Ok(None),
            Some(Use::Patient(to)) if PATIENT.contains(&to.as_str()) => {
                Ok(Some(Meaning::Patient(to)))
            }
            Some(Use::Patient(to)) => {
                Err(Mismatch::new(to, format!("a field of a patient: {}", PATIENT.join(", "))))
            }
            Some(Use::Attribute(key)) => {
                self.declare(&key, &field, place);
                Ok(Some(Meaning::Attribute(key)))
            }
            Some(Use::Analyte(name, unit)) => {
                let analyte = analyte_of(&name)?;
                let unit = unit.or_else(|| unit_of(&field, analyte)).ok_or_else(|| {
                    let example = &analyte.canonical_unit().spelled;
                    Mismatch::new("no unit", format!("a unit of {}", analyte.symbol))
                        .mend(format!("\"analyte {}, {example}\"", analyte.symbol))
                })?;
                Ok(Some(Meaning::Analyte(analyte, unit)))
            }
            None => Ok(self.guess_free(&field, place, what)),
        }
    }

    /// Without a map: a name that is an analyte's or a patient's field, never less than that.
    fn guess_free(&mut self, field: &Field, place: Place, what: String) -> Option<Meaning<'a>> {
        if find_attribute(self.how.attributes, &field.name).is_ok() {
            return Some(Meaning::Attribute(field.name.clone()));
        }
        let bare = field.label.split(['(', '[']).next().unwrap_or_default().trim();
        let unit_in_label = in_brackets(&field.label).unwrap_or_default().to_lowercase();
        let patient = match field.name.to_lowercase().as_str() {
            "sex" | "gender" if field.is_coded() => Some("sex"),
            "age" | "age_years" if field.name == "age_years" || unit_in_label == "years" => {
                Some("age")
            }
            "height" | "height_cm" if field.name == "height_cm" || unit_in_label == "cm" => {
                Some("height_cm")
            }
            "birth_year" => Some("birth_year"),
            _ => None,
        };
        if let Some(to) = patient {
            return Some(Meaning::Patient(to.to_owned()));
        }
        let catalogue = self.how.catalogue;
        let found = catalogue.named(&field.name).or_else(|| catalogue.named(bare));
        match found.filter(|analyte| analyte.key != "height") {
            None => {
                let why = match field.kind.as_str() {
                    "calc" => "calculated by REDCap; name it in the map to take it",
                    "checkbox" | "radio" | "dropdown" | "yesno" | "truefalse" => {
                        "name it in the map: \"attribute KEY\""
                    }
                    _ => "no analyte and no field of a patient; name it in the map to take it",
                };
                self.gathered.ignore(place, what, why);
                None
            }
            Some(analyte) if field.kind == "text" || field.kind == "calc" => {
                match unit_of(field, analyte) {
                    Some(unit) => Some(Meaning::Analyte(analyte, unit)),
                    None => {
                        let why = "neither label nor note names its unit; name it in the map";
                        self.gathered.ignore(place, what, why);
                        None
                    }
                }
            }
            Some(_) => {
                self.gathered.ignore(place, what, "an analyte's name, but no field of numbers");
                None
            }
        }
    }

    /// A column of the registry's own, as the dictionary describes the field.
    fn declare(&mut self, key: &str, field: &Field, place: Place) {
        if find_attribute(self.how.attributes, key).is_ok() {
            return;
        }
        let kind = match (field.kind.as_str(), field.validation.as_str()) {
            // Of a checkbox, each choice is a column of its own.
            ("yesno" | "truefalse" | "checkbox", _) => AttributeKind::YesNo,
            ("radio" | "dropdown", _) => AttributeKind::Category,
            ("calc" | "slider", _) | (_, "integer" | "number") => AttributeKind::Number,
            (_, "date_ymd" | "date_mdy" | "date_dmy") => AttributeKind::Date,
            _ => AttributeKind::Text,
        };
        let label = Some(field.label.clone()).filter(|label| !label.is_empty());
        let mut attribute = Attribute { key: key.to_owned(), label, kind, values: Vec::new() };
        if kind == AttributeKind::Category {
            for (_, label) in &field.choices {
                if let Ok(value) = parse_category_value(label) {
                    attribute.add_value(&value);
                }
            }
        }
        if let Some(mismatch) = attribute.wrong() {
            self.gathered.wrong(place.clone(), format!("field {}", field.name), mismatch);
        }
        self.gathered.attribute(place, attribute);
    }

    /// Arms become a column of the registry's own where there are several.
    fn declare_arms(&mut self, rows: &[Row]) {
        let Some(at) = column(&self.sheet, "redcap_event_name") else { return };
        let mut arms: Vec<_> =
            rows.iter().filter_map(|row| Some(arm_of(row.cell(at)?)?.to_owned())).collect();
        arms.sort();
        arms.dedup();
        let is_mapped = self.map.fields.values().any(|used| *used == Use::Attribute("arm".into()));
        if arms.len() < 2 || is_mapped || find_attribute(self.how.attributes, "arm").is_ok() {
            return;
        }
        let label = Some("Arm".to_owned());
        let kind = AttributeKind::Category;
        let mut arm = Attribute { key: "arm".to_owned(), label, kind, values: Vec::new() };
        arms.iter().for_each(|number| arm.add_value(&format!("arm {number}")));
        self.gathered.attribute(self.sheet.place(1, Some(at)), arm);
        self.arms_at = Some(at);
    }

    fn take_row(&mut self, row: &Row) {
        let place = self.sheet.place(row.number, Some(0));
        // What is no pseudonym might be a name, so it is not shown.
        let Some(label) = row.cell(0).and_then(|label| parse_key(label).ok()) else {
            let mismatch = Mismatch::new("", "a record's id such as 101: letters, digits, - _ .")
                .mend("a label is never a name");
            self.gathered.wrong(place, "record id", mismatch);
            return;
        };
        let own = |name: &str| column(&self.sheet, name).and_then(|at| row.cell(at));
        let event = own("redcap_event_name").map(str::to_owned);
        let instrument = own("redcap_repeat_instrument").map(str::to_owned);
        let instance = own("redcap_repeat_instance").map(str::to_owned);
        let at = self.gathered.patient(&place, &format!("{}/{label}", self.report));
        if let Some((column, arm)) = self.arms_at.zip(event.as_deref().and_then(arm_of)) {
            let given = AttributeGiven { key: "arm".to_owned(), text: format!("arm {arm}") };
            self.gathered.attribute_value(at, self.sheet.place(row.number, Some(column)), given);
        }
        let visit = visit_label(event.as_deref(), instrument.as_deref(), instance.as_deref());
        for number in 0..self.columns.len() {
            self.take_cell(at, row, number, &visit, event.as_deref());
        }
    }

    fn take_cell(
        &mut self,
        at: PatientAt,
        row: &Row,
        number: usize,
        visit: &str,
        event: Option<&str>,
    ) {
        let column = &self.columns[number];
        let (place, meaning) =
            (self.sheet.place(row.number, Some(column.at)), column.meaning.clone());
        let (field, is_choice) = (Rc::clone(&self.fields[column.field]), column.is_choice);
        let Some(text) = row.cell(column.at) else { return };
        if self.map.missing.iter().any(|missing| missing == text) {
            self.gathered.ignore(place, "cells with a code for what is missing", "by the map");
            return;
        }
        let what = format!("{}, field {}", self.gathered.key(at), field.name);
        let text = match (field.is_coded(), field.label_of(text)) {
            (true, Some(label)) => label.to_owned(),
            (true, None) => {
                let mismatch = Mismatch::new(text, format!("a code of field {}", field.name))
                    .mend("a code for what is missing is named in the map: missing = [\"-99\"]");
                self.gathered.wrong(place, what, mismatch);
                return;
            }
            (false, _) => text.to_owned(),
        };
        let taken = match meaning {
            Meaning::Patient(to) => self.take_patient(at, &place, &to, &text),
            Meaning::Attribute(key) => {
                let text = match is_choice {
                    false => yes_no(&field, &text),
                    true if matches!(text.as_str(), "1" | "Checked") => "yes".to_owned(),
                    // REDCap exports 0 for every box of a form that nobody filled in.
                    true => {
                        let why = "an empty box may be one that nobody looked at: it says no more";
                        self.gathered.ignore(place, "boxes that are not ticked", why);
                        return;
                    }
                };
                self.gathered.attribute_value(at, place.clone(), AttributeGiven { key, text });
                Ok(())
            }
            Meaning::Analyte(analyte, unit) => {
                self.take_value(at, &place, (analyte, &unit), &text, visit, event)
            }
        };
        if let Err(mismatch) = taken {
            self.gathered.wrong(place, what, mismatch);
        }
    }

    fn take_value(
        &mut self,
        at: PatientAt,
        place: &Place,
        (analyte, unit): (&Analyte, &str),
        text: &str,
        visit: &str,
        event: Option<&str>,
    ) -> Result<(), Mismatch> {
        let text = if self.how.decimal_comma { text.replace(',', ".") } else { text.to_owned() };
        let reading = Value::of_number(&text, unit, analyte)?;
        let day = event.and_then(|event| self.map.events.get(event)).copied();
        let visit = Visit::new(visit, day, None, self.how.schedule)?;
        let visit = self.gathered.visit(at, place, visit);
        self.gathered.measurement(visit, place.clone(), Measurement::plain(analyte, reading));
        Ok(())
    }

    fn take_patient(
        &mut self,
        at: PatientAt,
        place: &Place,
        to: &str,
        text: &str,
    ) -> Result<(), Mismatch> {
        let g = &mut self.gathered;
        match to {
            "sex" => g.set(at, place, to, Sex::parse(text)?, |one| &mut one.sex),
            "age" => g.set(at, place, to, parse_years(text, 130.0)?, |one| &mut one.age_years),
            "birth_year" => {
                // Of a date, only the year is taken.
                let year = parse_birth_year(text.split('-').next().unwrap_or_default())
                    .map_err(|_| Mismatch::new("", "a year, or a date that begins with it"))?;
                g.set(at, place, to, year, |one| &mut one.birth_year);
            }
            "height_cm" => g.set(at, place, to, parse_height(text)?, |one| &mut one.height_cm),
            "diabetes_duration_years" => {
                let years = parse_years(text, 130.0)?;
                g.set(at, place, to, years, |one| &mut one.diabetes_duration_years);
            }
            "enrolment_date" => {
                let (date, time) = split_time(text);
                let date = PartialDate::parse(date)?;
                if time.is_some() {
                    g.ignore(place.clone(), "enrolment date, time of day", DATES_ONLY);
                }
                g.set(at, place, to, date, |one| &mut one.enrolment_date);
            }
            _ => g.set(at, place, to, text.to_owned(), |one| &mut one.diagnosis),
        }
        Ok(())
    }
}

/// A yes or no in the words of the registry.
fn yes_no(field: &Field, text: &str) -> String {
    match (field.kind.as_str(), text) {
        ("yesno" | "truefalse", "Yes" | "True") => "yes".to_owned(),
        ("yesno" | "truefalse", "No" | "False") => "no".to_owned(),
        _ => text.to_owned(),
    }
}

/// What a visit is called: its event without the arm, the instrument and the instance where they repeat.
fn visit_label(event: Option<&str>, instrument: Option<&str>, instance: Option<&str>) -> String {
    let event = event.map(|event| match (arm_of(event), event.rsplit_once("_arm_")) {
        (Some(_), Some((name, _))) => name,
        _ => event,
    });
    let instance =
        instance.map(|instance| format!("{} {instance}", instrument.unwrap_or("instance")));
    match (event, instance) {
        (Some(event), Some(instance)) => format!("{event}, {instance}"),
        (Some(event), None) => event.to_owned(),
        (None, Some(instance)) => instance,
        (None, None) => "record".to_owned(),
    }
}

/// The number of the arm behind the name of an event: 1 of `w4_arm_1`.
fn arm_of(event: &str) -> Option<&str> {
    let (_, arm) = event.rsplit_once("_arm_")?;
    arm.chars().all(|c| c.is_ascii_digit()).then_some(arm)
}

/// What stands in the last pair of brackets.
fn in_brackets(text: &str) -> Option<&str> {
    let (_, rest) = text.rsplit_once(['(', '['])?;
    rest.split([')', ']']).next().map(str::trim)
}

/// The unit of a field: in brackets in its label, or its note, if the analyte has such a unit.
fn unit_of(field: &Field, analyte: &Analyte) -> Option<String> {
    let candidates = [in_brackets(&field.label), Some(field.note.trim()), in_brackets(&field.note)];
    let mut units = candidates.into_iter().flatten().filter(|unit| analyte.unit(unit).is_ok());
    let first = units.next()?;
    // Label and note that name two units leave it open.
    let same = |unit: &str| analyte.unit(unit).ok() == analyte.unit(first).ok();
    units.all(same).then(|| first.to_owned())
}

#[cfg(test)]
mod tests;
