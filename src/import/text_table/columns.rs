//! What each column of one table is taken for: by the map, else by its heading.

use crate::domain::{Mismatch, Problem, identifies, nearest};
use crate::import::delimited::{Problems, problem};
use crate::import::map::{Field, Known, Map, Measured, Role};
use crate::import::table::Sheet;
use std::collections::{HashMap, HashSet};

/// The most columns a spreadsheet has.
pub(super) const MOST_COLUMNS: usize = 16_384;

/// So many columns that nobody asked for are named; of more, only how many there are.
const MOST_NAMED: usize = 100;

const WRITE_A_MAP: &str =
    "write a first map with --propose-map map.toml, complete it, and pass --map map.toml";

/// The columns of a table by what they hold.
#[derive(Debug, Default)]
pub(in crate::import) struct Columns {
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
    pub fn of(sheet: &Sheet, map: &Map, known: Known<'_>) -> Result<Columns, Problems> {
        let headings = || sheet.headings.iter().map(|heading| &**heading);
        let problems = unknown_columns(map, headings, "a heading of the table");
        Columns::known(sheet, map, known, problems)
    }

    /// The same where the map may be of other tables as well.
    pub fn known(
        sheet: &Sheet,
        map: &Map,
        known: Known<'_>,
        mut problems: Problems,
    ) -> Result<Columns, Problems> {
        if let Some(problem) = too_wide(sheet) {
            return Err(vec![problem]);
        }
        let mut roles: Vec<(usize, Role)> = Vec::new();
        let headings = sheet.headings.iter().enumerate();
        for (at, heading) in headings.filter(|(_, text)| !text.is_empty()) {
            let by_map = map.column(heading).map(|column| &column.role);
            // Of a date of birth, no more than the year is taken.
            let is_harmless = matches!(by_map, Some(Role::Ignored | Role::Field(Field::BirthYear)));
            if identifies(heading) && !is_harmless {
                let place = sheet.place(sheet.heading_row, Some(at));
                problems.push(problem(place, "identifying column", identifying()));
                continue;
            }
            roles.extend(by_map.cloned().or_else(|| known.role_of(heading)).map(|role| (at, role)));
        }
        let unknown = |_| Some("the heading is not known; a map can say what it is");
        let columns = Columns::settle(sheet, map, roles, unknown, &mut problems);
        columns.lack(sheet, map, &mut problems);
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }

    /// Give each column its role, and what it is not taken for its reason; without one, it is not worth
    /// mentioning. What can't be so is added to the problems.
    pub fn settle(
        sheet: &Sheet,
        map: &Map,
        roles: Vec<(usize, Role)>,
        why_not: impl Fn(usize) -> Option<&'static str>,
        problems: &mut Problems,
    ) -> Columns {
        let mut wrong = |column: usize, mismatch: Mismatch| {
            let place = sheet.place(sheet.heading_row, Some(column));
            problems.push(problem(place, "headings", mismatch));
        };
        let mut columns = Columns::default();
        let mut seen: HashSet<&str> = HashSet::new();
        for (at, heading) in sheet.headings.iter().enumerate() {
            if !heading.is_empty() && !seen.insert(heading) {
                let mismatch = Mismatch::new("the same heading again", "each heading once");
                wrong(at, mismatch.mend("rename one of the two columns"));
            }
            if let Some(column) = map.column(heading).filter(|column| !column.values.is_empty()) {
                columns.values.insert(at, column.values.clone());
            }
        }
        let is_long = roles.iter().any(|(_, role)| *role == Role::Field(Field::Analyte))
            || map.constant(Field::Analyte).is_some();
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
                        wrong(at, mismatch.mend(mend));
                    }
                }
                Role::Attribute(key) => columns.attributes.push((at, key)),
                Role::Measured(measured) => columns.measured.push((at, measured)),
                Role::Ignored => columns.ignored.push((at, "the map says so")),
            }
        }
        for at in (0..sheet.headings.len()).filter(|at| !taken[*at]) {
            match (columns.ignored.len(), why_not(at)) {
                (0..MOST_NAMED, Some(why)) => columns.ignored.push((at, why)),
                (_, Some(_)) => columns.ignored_besides += 1,
                (_, None) => {}
            }
        }
        columns
    }

    /// Name what no table can do without.
    pub fn lack(&self, sheet: &Sheet, map: &Map, problems: &mut Problems) {
        let mut wrong = |mismatch: Mismatch| {
            problems.push(problem(sheet.place(sheet.heading_row, None), "headings", mismatch));
        };
        let has = |field: Field| self.fields.contains_key(&field) || map.constant(field).is_some();
        let is_long = has(Field::Analyte);
        if !has(Field::Patient) {
            let mismatch = Mismatch::new(
                "no column that is known to be the patient",
                "a heading such as patient, subject or 患者",
            );
            wrong(mismatch.mend(WRITE_A_MAP));
            return;
        }
        if is_long && !self.is_long() {
            let mismatch = Mismatch::new(
                "analytes, but no column of their values",
                "a heading such as value, result or 结果",
            );
            wrong(mismatch.mend(WRITE_A_MAP));
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
            wrong(mismatch.mend(mend));
        }
        if !is_long && !self.hold_something() {
            let mismatch = Mismatch::new(
                "nothing to record beside the patient",
                "headings such as HbA1c (%) or FPG (mmol/L), or an analyte and its value",
            );
            wrong(mismatch.mend(WRITE_A_MAP));
        }
    }

    /// True if there is anything to record beside the patient.
    pub fn hold_something(&self) -> bool {
        let is_bare = |field: &Field| {
            matches!(field, Field::Patient | Field::Report) || field.is_of_long() && !self.is_long()
        };
        !self.measured.is_empty() || !self.attributes.is_empty() || !self.fields.keys().all(is_bare)
    }
}

/// What is wrong with a table that is wider than any.
fn too_wide(sheet: &Sheet) -> Option<Problem> {
    let count = sheet.headings.len();
    let mismatch = || {
        Mismatch::new(format!("{count} columns"), format!("at most {MOST_COLUMNS}"))
            .mend("is the delimiter right?")
    };
    let place = || sheet.place(sheet.heading_row, None);
    (count > MOST_COLUMNS).then(|| problem(place(), "headings", mismatch()))
}

/// Columns that the map names and the file has not, with the nearest that it has.
pub(in crate::import) fn unknown_columns<'h, I: Iterator<Item = &'h str>>(
    map: &Map,
    headings: impl Fn() -> I,
    expected: &str,
) -> Problems {
    let known: HashSet<&str> = headings().collect();
    let unknown = map.columns.iter().filter(|(heading, _)| !known.contains(heading.trim()));
    let problems = unknown.map(|(heading, column)| {
        let mismatch = Mismatch::new(heading.as_str(), expected);
        let mismatch = match nearest(heading, headings()) {
            Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
            None => mismatch,
        };
        problem(column.place.clone(), "columns", mismatch)
    });
    problems.collect()
}

fn identifying() -> Mismatch {
    Mismatch::new("", "columns that identify nobody").mend(
        "it could identify a person and is never recorded: take the column out of the file, \
              or let a map \"ignore\" it",
    )
}
