//! A first map of a table: what was seen of each column, and what it would be taken for. Texts are shown
//! only of columns that hold a few words of the trade (visits, analytes, units), never of any other.

use super::open_table;
use crate::domain::{Number, PartialDate, identifies};
use crate::import::delimited::{DELIMITERS, Delimited, Problems, problem};
use crate::import::map::{Field, Map, Measured, Role, known_of};
use crate::import::table::Row;
use crate::import::{How, ImportError, name_of};
use csv::StringRecord;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Of so many different texts each is named.
const MOST_NAMED: usize = 12;

/// So many columns are described; of a wider table, the others are counted.
const MOST_COLUMNS: usize = 1_000;

/// What was seen of one column.
#[derive(Debug, Default)]
struct Seen {
    filled: usize,
    numbers: usize,
    dates: usize,
    /// Different texts, as far as they are few and short.
    texts: BTreeSet<String>,
}

impl Seen {
    fn see(&mut self, text: &str, keep: bool) {
        self.filled += 1;
        let number = text.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']).replacen(',', ".", 1);
        self.numbers += usize::from(Number::parse(&number).is_ok());
        self.dates += usize::from(text.len() >= 7 && PartialDate::parse(text).is_ok());
        if keep && self.texts.len() <= MOST_NAMED && text.chars().count() <= 40 {
            self.texts.insert(text.to_owned());
        }
    }

    /// What kind of texts these are.
    fn kind(&self) -> &'static str {
        match self.filled {
            0 => "nothing",
            filled if self.dates == filled => "dates",
            filled if self.numbers == filled => "numbers",
            _ if self.numbers > 0 => "numbers and texts",
            _ => "texts",
        }
    }
}

/// The text of a first map.
///
/// # Errors
/// If the file can't be opened; what is wrong inside comes back as problems.
pub(in crate::import) fn propose(
    path: &Path,
    how: &How<'_>,
) -> Result<Result<String, Problems>, ImportError> {
    let mut table = match open_table(path, how, &Map::default())? {
        Ok(table) => table,
        Err(problems) => return Ok(Err(problems)),
    };
    let known = known_of(how);
    let described = table.sheet.headings.len().min(MOST_COLUMNS);
    let roles: Vec<Option<Role>> =
        table.sheet.headings[..described].iter().map(|heading| known.role_of(heading)).collect();
    let is_of_trade: Vec<bool> = roles
        .iter()
        .map(|role| {
            use Field::{Analyte, Comparator, Sex, Status, Unit, Visit};
            let shown = [Analyte, Comparator, Sex, Status, Unit, Visit];
            matches!(role, Some(Role::Field(field)) if shown.contains(field))
        })
        .collect();
    let mut seen: Vec<Seen> = (0..described).map(|_| Seen::default()).collect();
    let mut row = Row { number: 0, cells: StringRecord::new() };
    let mut rows = 0;
    loop {
        match table.rows.read(&mut row) {
            Ok(true) if row.is_blank() => {}
            Ok(true) => {
                rows += 1;
                for (at, seen) in seen.iter_mut().enumerate() {
                    if let Some(text) = row.cell(at) {
                        seen.see(text, is_of_trade[at]);
                    }
                }
            }
            Ok(false) => break,
            Err((at, mismatch)) => {
                let place = table.sheet.place(at, None);
                return Ok(Err(vec![problem(place, "row", mismatch)]));
            }
        }
    }
    Ok(Ok(write(path, &table, rows, &roles, &seen)))
}

fn write(
    path: &Path,
    table: &Delimited,
    rows: usize,
    roles: &[Option<Role>],
    seen: &[Seen],
) -> String {
    let mut text = String::new();
    let delimiter = DELIMITERS.iter().find(|(byte, _)| *byte == table.delimiter);
    let _ = writeln!(
        text,
        "# How to read {}: {rows} rows below the headings. Lines behind # are passed over.\n\n[file]\n\
         delimiter = {}\nencoding = {}\nheader_row = {}",
        name_of(path),
        quoted(delimiter.map_or("comma", |(_, word)| word)),
        quoted(table.encoding.as_str()),
        table.sheet.heading_row
    );
    text.push_str(FILE);
    text.push_str("\n[columns]\n");
    text.push_str(COLUMNS);
    for ((heading, role), seen) in table.sheet.headings.iter().zip(roles).zip(seen) {
        if heading.is_empty() {
            continue;
        }
        let key = quoted(heading);
        let _ = write!(text, "\n# filled in {} of {rows} rows", seen.filled);
        if identifies(heading) {
            let _ = writeln!(text, "; it could identify a person: passed over\n{key} = \"ignore\"");
            continue;
        }
        let _ = write!(text, ", {}", seen.kind());
        if (1..=MOST_NAMED).contains(&seen.texts.len()) {
            let texts: Vec<_> = seen.texts.iter().map(|text| quoted(text)).collect();
            let _ = write!(text, ": {}", texts.join(", "));
        }
        let line = match role {
            Some(Role::Field(field)) => format!("{key} = {}", quoted(field.as_str())),
            Some(Role::Attribute(key_of)) => {
                format!("{key} = {{ attribute = {} }}", quoted(key_of))
            }
            Some(Role::Measured(measured)) => of_measured(&key, measured),
            _ if heading.eq_ignore_ascii_case("id") => {
                format!("# is this the patient?\n# {key} = \"patient\"")
            }
            _ => format!("# not known\n# {key} = \"ignore\""),
        };
        let _ = writeln!(text, "\n{line}");
    }
    let more = table.sheet.headings.len().saturating_sub(seen.len());
    if more > 0 {
        let _ = writeln!(text, "\n# and {more} more columns");
    }
    text.push_str(REST);
    text
}

fn of_measured(key: &str, measured: &Measured) -> String {
    let visit = measured.visit.as_ref().map(|visit| format!(", visit = {}", quoted(visit)));
    let visit = visit.unwrap_or_default();
    let analyte = quoted(&measured.analyte);
    match &measured.unit {
        Some(unit) => {
            format!("{key} = {{ analyte = {analyte}, unit = {}{visit} }}", quoted(unit))
        }
        None => format!("# in which unit?\n{key} = {{ analyte = {analyte}{visit} }}"),
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

const FILE: &str = "\
# skip_rows = [3, 4]              # rows that are no data, as a spreadsheet numbers them
# decimal_comma = true            # 7,1 is seven and a tenth
# date_format = \"DD/MM/YYYY\"      # or MM/DD/YYYY, YYYY/MM/DD, YYYYMMDD; any mark for the slash
# labels_are_pseudonyms = true    # labels without a digit are no names
";

const COLUMNS: &str = "\
# A column is one of: patient, report, visit, day (counted from day 0), date, date of day 0; analyte,
# value, unit, lower limit, upper limit, comparator, status; sex, age, birth year, diagnosis,
# diabetes duration, height, follow-up, enrolment date; ignore. Or
#   { analyte = \"HbA1c\", unit = \"%\", visit = \"W12\" }   where a column holds one analyte
#   { attribute = \"arm\" }                             a column of the registry's own
#   { as = \"sex\", values = { 1 = \"male\", 2 = \"female\" } }
# What is left out here is told by its heading.
";

const REST: &str = "
# What holds for every row:
# [constants]
# visit = \"W0\"

# What a cell's text stands for, in every column; \"\" is nothing:
# [values]
# -99 = \"not done\"
# ND = \"not done\"
# NA = \"\"

# Analytes that the file calls otherwise:
# [analytes]
# \"Sugar, fasting\" = \"fpg\"

# Units where the file gives none; \"unit not reported\" where nobody knows:
# [units]
# fpg = \"mmol/L\"
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Catalogue, Schedule};
    use crate::import::map::{Known, MapOf, read_map};
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Map, Problems> {
        let (catalogue, schedule) = (Catalogue::built_in(), &Schedule::default());
        read_map("map.toml", text, Known { catalogue, schedule, attributes: &[] }, MapOf::Table)
    }

    #[test]
    fn what_a_proposal_offers_can_all_be_read() {
        let offered: String = [FILE, REST].map(|part| part.replace("\n# ", "\n")).join("");
        let offered = offered.replace("# skip", "skip").replacen("[constants]", "\n[constants]", 1);
        let lines: Vec<_> =
            offered.lines().filter(|line| line.contains(" = ") || line.starts_with('[')).collect();
        let text = format!("[file]\n{}", lines.join("\n"));
        let map = read(&text);
        assert!(map.is_ok(), "{map:?}\n{text}");
    }

    proptest! {
        #[test]
        fn any_heading_is_quoted_so_that_it_reads_back(heading in "\\PC{1,20}") {
            let text = format!("[columns]\n{} = \"ignore\"", quoted(&heading));
            let map = read(&text);
            prop_assert_eq!(map.map(|map| map.columns[0].0.clone()), Ok(heading));
        }
    }
}
