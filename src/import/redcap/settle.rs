//! What each column of the data is: by the map, else by what the dictionary says of its field.

use super::dictionary::Field;
use super::events::{EVENT, INSTANCE, INSTRUMENT};
use crate::domain::{
    Analyte, Attribute, AttributeKind, Mismatch, find_attribute, identifies, parse_category_value,
};
use crate::import::How;
use crate::import::delimited::{Problems, problem};
use crate::import::map::{self, Column, Map, Measured, Role};
use crate::import::table::Sheet;
use std::collections::HashMap;

/// Decides what the columns of an export are.
pub(super) struct Settling<'a> {
    pub how: &'a How<'a>,
    pub sheet: &'a Sheet,
    /// The columns as the file has them.
    pub shown: &'a Sheet,
    pub fields: &'a [Field],
    pub map: &'a Map,
    pub problems: Problems,
    /// What each column is.
    pub roles: Vec<(usize, Role)>,
    /// Why a column is not taken.
    pub why_not: HashMap<usize, &'static str>,
    /// Analytes whose unit nothing names.
    pub without_unit: HashMap<usize, &'a Analyte>,
    /// Columns of the registry's own that the dictionary describes, and where.
    pub declared: Vec<(usize, Attribute)>,
}

impl<'a> Settling<'a> {
    /// Decide on every column.
    pub fn of(
        how: &'a How<'_>,
        (sheet, shown): (&'a Sheet, &'a Sheet),
        fields: &'a [Field],
        map: &'a Map,
    ) -> Settling<'a> {
        let mut settling = Settling {
            how,
            sheet,
            shown,
            fields,
            map,
            problems: Vec::new(),
            roles: Vec::new(),
            why_not: HashMap::new(),
            without_unit: HashMap::new(),
            declared: Vec::new(),
        };
        settling.unknown_names();
        for (at, heading) in sheet.headings.iter().enumerate() {
            if !heading.is_empty() {
                settling.column(at, heading);
            }
        }
        settling
    }

    fn wrong(&mut self, at: usize, what: &str, mismatch: Mismatch) {
        let place = self.shown.place(self.shown.heading_row, Some(at));
        self.problems.push(problem(place, what, mismatch));
    }

    fn pass_over(&mut self, at: usize, why: &'static str) {
        self.why_not.insert(at, why);
    }

    /// Names in the map that neither the data nor the dictionary has.
    fn unknown_names(&mut self) {
        let names = || {
            let headings = self.sheet.headings.iter().map(|heading| &**heading);
            headings.chain(self.fields.iter().map(|field| field.name.as_str()))
        };
        let expected = "a field of the dictionary, or a column of the data";
        self.problems.extend(crate::import::text_table::unknown_columns(self.map, names, expected));
    }

    fn column(&mut self, at: usize, heading: &str) {
        let (name, is_choice) = match heading.split_once("___") {
            Some((name, _)) => (name, true),
            None => (heading, false),
        };
        let field = self.fields.iter().find(|field| field.name == name);
        let own = self.map.column(heading);
        let of_field = self.map.column(name);
        if is_choice && own.is_none() && of_field.is_some_and(|one| one.role != Role::Ignored) {
            let mismatch = Mismatch::new(name, "each choice of a checkbox by itself");
            let mend = format!("{heading} = {{ attribute = \"KEY\" }}");
            return self.wrong(at, "map", mismatch.mend(mend));
        }
        let role = own.or(of_field).map(|column| column.role.clone());
        if role == Some(Role::Ignored) {
            return self.roles.push((at, Role::Ignored));
        }
        // Of a date of birth, no more than the year is taken.
        if is_of_person(at, heading, field) && role != Some(Role::Field(map::Field::BirthYear)) {
            let mismatch = Mismatch::new(heading, "a field that can't identify a person");
            let mend = "export without identifiers, or leave it out by the map: under [columns], ";
            let mend = format!("{mend}{heading} = \"ignore\"");
            return self.wrong(at, "identifying field", mismatch.mend(mend));
        }
        match (role, field) {
            (Some(role), _) => self.mapped(at, role, field),
            (None, _) if at == 0 => self.record(),
            (None, Some(field)) => self.guessed(at, field, heading),
            (None, None) if [EVENT, INSTRUMENT, INSTANCE].contains(&heading) => {}
            (None, None) if heading.starts_with("redcap_") => {
                self.pass_over(at, "added by REDCap; name it in the map to take it");
            }
            (None, None) if heading.ends_with("_complete") => {
                self.pass_over(at, "the state of a form");
            }
            (None, None) => self.pass_over(at, "not in the dictionary"),
        }
    }

    /// The first column is the record's id, and the patient unless the map names another.
    fn record(&mut self) {
        let is_patient =
            |(_, column): &(String, Column)| column.role == Role::Field(map::Field::Patient);
        match self.map.columns.iter().any(is_patient) {
            true => self.pass_over(0, "the map names another column as the patient"),
            false => self.roles.push((0, Role::Field(map::Field::Patient))),
        }
    }

    /// What the map says, completed by the dictionary.
    fn mapped(&mut self, at: usize, role: Role, field: Option<&Field>) {
        match role {
            Role::Attribute(key) => {
                if let Some(field) = field {
                    self.declare(at, &key, field);
                }
                self.roles.push((at, Role::Attribute(key)));
            }
            Role::Measured(measured) => {
                let Some(analyte) = self.how.catalogue.keyed(&measured.analyte) else { return };
                let found = field.and_then(|field| unit_of(field, analyte));
                let unit = measured.unit.or(found);
                if unit.is_none() && !self.map.units.contains_key(&analyte.key) {
                    let expected = format!("a unit of {}", analyte.symbol);
                    let (symbol, unit) = (&analyte.symbol, &analyte.canonical_unit().spelled);
                    let mismatch = Mismatch::new("no unit in map, label or note", expected)
                        .mend(format!("write it into the map: \"{symbol} ({unit})\""));
                    return self.wrong(at, &analyte.symbol, mismatch);
                }
                self.roles.push((at, Role::Measured(Measured { unit, ..measured })));
            }
            role => self.roles.push((at, role)),
        }
    }

    /// Without a map: a name that is an analyte's or a patient's field, never less than that.
    fn guessed(&mut self, at: usize, field: &Field, heading: &str) {
        if find_attribute(self.how.attributes, heading).is_ok() {
            return self.roles.push((at, Role::Attribute(heading.to_lowercase())));
        }
        if let Some(of_patient) = patient_field(field) {
            return self.roles.push((at, Role::Field(of_patient)));
        }
        let bare = field.label.split(['(', '[']).next().unwrap_or_default().trim();
        let catalogue = self.how.catalogue;
        let known = [field.name.as_str(), field.label.trim(), bare];
        let by_map = known.iter().find_map(|name| self.map.analytes.get(*name));
        let found = match by_map {
            Some(key) => catalogue.keyed(key),
            None => catalogue.find(&field.name).or_else(|_| catalogue.find(bare)).ok(),
        };
        let Some(analyte) = found.filter(|analyte| analyte.key != "height") else {
            return self.pass_over(
                at,
                match field.kind.as_str() {
                    "calc" => "calculated by REDCap; name it in the map to take it",
                    "checkbox" | "radio" | "dropdown" | "yesno" | "truefalse" => {
                        "name it in the map: { attribute = \"KEY\" }"
                    }
                    _ => "no analyte and no field of a patient; name it in the map to take it",
                },
            );
        };
        if field.kind != "text" && field.kind != "calc" {
            return self.pass_over(at, "an analyte's name, but no field of numbers");
        }
        let unit = unit_of(field, analyte);
        if unit.is_none() && !self.map.units.contains_key(&analyte.key) {
            self.without_unit.insert(at, analyte);
            let why = "neither label nor note names its unit; a map can, under [units]";
            return self.pass_over(at, why);
        }
        let measured = Measured { analyte: analyte.key.clone(), unit, visit: None };
        self.roles.push((at, Role::Measured(measured)));
    }

    /// A column of the registry's own, as the dictionary describes the field.
    fn declare(&mut self, at: usize, key: &str, field: &Field) {
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
            let values = self.map.column(&self.sheet.headings[at]).map(|column| &column.values);
            for (code, label) in &field.choices {
                let meant = values.and_then(|values| values.get(code).or(values.get(label)));
                let meant = meant.unwrap_or(label);
                if let Ok(value) = parse_category_value(meant) {
                    attribute.add_value(&value);
                }
            }
        }
        self.declared.push((at, attribute));
    }
}

/// True for a column that could identify a person. The record's id may be flagged, since what is no
/// pseudonym there is refused anyway.
pub(super) fn is_of_person(at: usize, heading: &str, field: Option<&Field>) -> bool {
    match field {
        Some(field) if at > 0 => field.names_a_person(),
        _ => identifies(heading) || heading == "redcap_survey_identifier",
    }
}

/// The field of a patient that a field of the project is, where its name and label leave no doubt.
fn patient_field(field: &Field) -> Option<map::Field> {
    let unit = in_brackets(&field.label).unwrap_or_default().to_lowercase();
    match field.name.to_lowercase().as_str() {
        "sex" | "gender" if field.is_coded() => Some(map::Field::Sex),
        "age_years" => Some(map::Field::Age),
        "age" if unit == "years" => Some(map::Field::Age),
        "height_cm" => Some(map::Field::Height),
        "height" if unit == "cm" => Some(map::Field::Height),
        "birth_year" => Some(map::Field::BirthYear),
        _ => None,
    }
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
