//! What each column of one table is taken for: by the map, else by its heading.

use super::headings::Known;
use crate::domain::{Mismatch, Problem, identifies, nearest};
use crate::import::delimited::problem;
use crate::import::map::{Column, Field, Map, Measured, Role};
use crate::import::table::Sheet;
use std::collections::HashMap;

/// The most columns a spreadsheet has.
pub(super) const MOST_COLUMNS: usize = 16_384;

/// So many columns that nobody asked for are named; of more, only how many there are.
const MOST_NAMED: usize = 100;

/// The columns of a table by what they hold.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The column of each field.
    pub fields: HashMap<Field, usize>,
    /// Columns of the registry's own, by key.
    pub attributes: Vec<(usize, String)>,
    /// Analytes with a column of their own.
    pub measured: Vec<(usize, Measured)>,
    /// Columns that are not taken, and why.
    pub ignored: Vec<(usize, &'static str)>,
    /// How many more of them there are.
    pub ignored_besides: usize,
    /// What the texts of a column stand for, where the map says so.
    pub values: HashMap<usize, HashMap<String, String>>,
}

impl Columns {
    /// True if each row holds one measurement.
    pub fn is_long(&self) -> bool {
        self.fields.contains_key(&Field::Value) || self.fields.contains_key(&Field::Status)
    }

    /// Take every column for something, by map and headings.
    ///
    /// # Errors
    /// Headings that stand twice, identify a person, or leave out what no table can do without.
    pub fn of(sheet: &Sheet, map: &Map, known: Known<'_>) -> Result<Columns, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |column: Option<usize>, what: &str, mismatch: Mismatch| {
            problems.push(problem(sheet.place(sheet.heading_row, column), what, mismatch));
        };
        if sheet.headings.len() > MOST_COLUMNS {
            let found = format!("{} columns", sheet.headings.len());
            let mismatch = Mismatch::new(found, format!("at most {MOST_COLUMNS}"));
            wrong(None, "headings", mismatch.mend("is the delimiter right?"));
            return Err(problems);
        }
        let mut first: HashMap<&str, usize> = HashMap::new();
        let by_map: HashMap<&str, &Column> =
            map.columns.iter().map(|(heading, column)| (heading.trim(), column)).collect();
        let mut columns = Columns::default();
        let mut roles: Vec<(usize, Role)> = Vec::new();
        for (at, heading) in sheet.headings.iter().enumerate().filter(|(_, text)| !text.is_empty())
        {
            if first.insert(heading, at).is_some() {
                let mismatch = Mismatch::new("the same heading again", "each heading once");
                wrong(Some(at), "headings", mismatch.mend("rename one of the two columns"));
            }
            match by_map.get(&**heading) {
                Some(column) => {
                    if !column.values.is_empty() {
                        columns.values.insert(at, column.values.clone());
                    }
                    if identifies(heading) && column.role != Role::Ignored {
                        wrong(Some(at), "identifying column", identifying());
                    }
                    roles.push((at, column.role.clone()));
                }
                None if identifies(heading) => wrong(Some(at), "identifying column", identifying()),
                None => roles.extend(known.role_of(heading).map(|role| (at, role))),
            }
        }
        for (heading, _) in &map.columns {
            if !first.contains_key(heading.trim()) {
                let headings = sheet.headings.iter().map(|heading| &**heading);
                let mismatch = Mismatch::new(heading.as_str(), "a heading of the table");
                let mismatch = match nearest(heading, headings) {
                    Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
                    None => mismatch,
                };
                wrong(None, "map, columns", mismatch);
            }
        }
        let is_field = |role: &Role, field| *role == Role::Field(field);
        let has = |field| roles.iter().any(|(_, role)| is_field(role, field));
        let is_long =
            has(Field::Analyte) || map.constants.iter().any(|(f, _)| *f == Field::Analyte);
        let mut taken = vec![false; sheet.headings.len()];
        for (at, role) in roles {
            taken[at] = true;
            match role {
                Role::Field(field) if field.is_of_long() && !is_long => taken[at] = false,
                Role::Field(field) => {
                    if let Some(other) = columns.fields.insert(field, at) {
                        let found = format!("as \"{}\", the {field}", sheet.headings[other]);
                        let mismatch = Mismatch::new(found, "one column for each");
                        let mend = "say in a map which one is meant: \"ignore\" the other";
                        wrong(Some(at), "headings", mismatch.mend(mend));
                    }
                }
                Role::Attribute(key) => columns.attributes.push((at, key)),
                Role::Measured(measured) => columns.measured.push((at, measured)),
                Role::Ignored => columns.ignored.push((at, "the map says so")),
            }
        }
        for at in (0..sheet.headings.len()).filter(|at| !taken[*at]) {
            match columns.ignored.len() {
                0..MOST_NAMED => {
                    columns.ignored.push((at, "the heading is not known; a map can say what it is"))
                }
                _ => columns.ignored_besides += 1,
            }
        }
        columns.lack(map, is_long, &mut wrong);
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }

    /// Name what no table can do without.
    fn lack(
        &self,
        map: &Map,
        is_long: bool,
        wrong: &mut impl FnMut(Option<usize>, &str, Mismatch),
    ) {
        let has = |field: Field| {
            self.fields.contains_key(&field) || map.constants.iter().any(|(f, _)| *f == field)
        };
        let mend =
            "write a first map with --propose-map map.toml, complete it, and pass --map map.toml";
        if !has(Field::Patient) {
            let mismatch = Mismatch::new(
                "no column that is known to be the patient",
                "a heading such as patient, subject or 患者",
            );
            wrong(None, "headings", mismatch.mend(mend));
            return;
        }
        if is_long && !self.is_long() {
            let mismatch = Mismatch::new(
                "analytes, but no column of their values",
                "a heading such as value, result or 结果",
            );
            wrong(None, "headings", mismatch.mend(mend));
        }
        let has_visit = has(Field::Visit) || has(Field::Day) || has(Field::Date);
        let needs_visit = self.is_long() && is_long
            || self.measured.iter().any(|(_, measured)| measured.visit.is_none());
        if needs_visit && !has_visit {
            let mismatch = Mismatch::new(
                "measurements, but no column that says when",
                "a heading such as visit, day, date or 访视",
            );
            let mend = "or, if all are of one visit, a map with visit = \"W0\" under [constants]";
            wrong(None, "headings", mismatch.mend(mend));
        }
        let is_patient =
            |field: &Field| !field.is_of_long() && !matches!(field, Field::Patient | Field::Report);
        let is_any = is_long || !self.measured.is_empty() || !self.attributes.is_empty();
        if !is_any && !self.fields.keys().any(is_patient) {
            let mismatch = Mismatch::new(
                "nothing to record beside the patient",
                "headings such as HbA1c (%) or FPG (mmol/L), or an analyte and its value",
            );
            wrong(None, "headings", mismatch.mend(mend));
        }
    }
}

fn identifying() -> Mismatch {
    Mismatch::new("", "columns that identify nobody").mend(
        "it could identify a person and is never recorded: take the column out of the file, \
              or let a map \"ignore\" it",
    )
}
