//! A first map of a file: what was seen of each column, and what it would be taken for, in the words a
//! map has for it.

use super::{Field, Known, Measured, Role};
use crate::domain::{Number, PartialDate};
use crate::import::delimited::{DELIMITERS, Encoding};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Of so many different texts each is named.
const MOST_NAMED: usize = 12;

/// What was seen of one column.
#[derive(Debug, Default)]
pub(in crate::import) struct Seen {
    filled: usize,
    numbers: usize,
    dates: usize,
    /// Different texts, as far as they are few and short.
    texts: BTreeSet<String>,
}

impl Seen {
    /// See the text of one cell. It is kept only where it can't identify a person.
    pub fn see(&mut self, text: &str, keep: bool) {
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

/// What is proposed for a column.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::import) enum Proposed {
    /// What it would be taken for without a map.
    Role(Role),
    /// It could identify a person.
    Identifying,
    /// A line that may be right, and why it is not certain.
    Perhaps(String, String),
}

/// A map under way.
pub(in crate::import) struct Proposal<'a> {
    known: Known<'a>,
    /// How many rows the columns have that come next.
    pub rows: usize,
    /// Headings that were told.
    told: BTreeSet<String>,
    text: String,
}

impl<'a> Proposal<'a> {
    /// Begin the map of a file with so many rows.
    pub fn of(file: &str, rows: usize, known: Known<'a>) -> Proposal<'a> {
        let text = format!(
            "# How to read {file}: {rows} rows below the headings. Lines behind # are passed over.\n\n\
             [file]\n"
        );
        Proposal { known, rows, told: BTreeSet::new(), text }
    }

    /// How the bytes are read.
    pub fn bytes(&mut self, delimiter: u8, encoding: Encoding) {
        let word = DELIMITERS.iter().find(|(byte, _)| *byte == delimiter);
        let word = quoted(word.map_or("comma", |(_, word)| word));
        let encoding = quoted(encoding.as_str());
        let _ = writeln!(self.text, "delimiter = {word}\nencoding = {encoding}");
    }

    /// Where the headings stand, if in one row; what follows is of columns.
    pub fn headings(&mut self, row: Option<usize>) {
        if let Some(row) = row {
            let _ = writeln!(self.text, "header_row = {row}");
        }
        let _ = writeln!(self.text, "{FILE}\n[columns]");
        self.text.push_str(COLUMNS);
    }

    /// One column; `about` is what is known of it beside its heading. A heading is told once.
    pub fn column(&mut self, heading: &str, about: &str, seen: &Seen, proposed: Proposed) {
        if !self.told.insert(heading.to_owned()) {
            return;
        }
        let (key, rows) = (quoted(heading), self.rows);
        let about = if about.is_empty() { String::new() } else { format!("{about}; ") };
        let _ = write!(self.text, "\n# {about}filled in {} of {rows} rows", seen.filled);
        if proposed == Proposed::Identifying {
            let why = "it could identify a person: passed over";
            let _ = writeln!(self.text, "; {why}\n{key} = \"ignore\"");
            return;
        }
        let _ = write!(self.text, ", {}", seen.kind());
        if (1..=MOST_NAMED).contains(&seen.texts.len()) {
            let texts: Vec<_> = seen.texts.iter().map(|text| quoted(text)).collect();
            let _ = write!(self.text, ": {}", texts.join(", "));
        }
        let line = match proposed {
            Proposed::Role(role) => self.line(&key, &role),
            Proposed::Identifying => String::new(),
            Proposed::Perhaps(what, why) => format!("# {why}\n# {key} = {what}"),
        };
        let _ = writeln!(self.text, "\n{line}");
    }

    /// A remark on a line of its own.
    pub fn remark(&mut self, text: &str) {
        let _ = writeln!(self.text, "\n# {text}");
    }

    /// Events of a project: each by its name, in how many rows, and the visit it is, where that is certain.
    pub fn events(&mut self, events: &[(String, usize, Option<String>)]) {
        let _ = writeln!(self.text, "\n[events]\n{EVENTS}");
        for (name, rows, visit) in events {
            let line = match visit {
                Some(visit) => format!("{} = {}", quoted(name), quoted(visit)),
                None => format!("# which visit, or which day?\n# {} = 0", quoted(name)),
            };
            let rows = if *rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            let _ = writeln!(self.text, "\n# in {rows}\n{line}");
        }
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        self.text.push_str(REST);
        self.text
    }

    /// A line that says what a column is.
    fn line(&self, key: &str, role: &Role) -> String {
        match role {
            Role::Field(field) => format!("{key} = {}", quoted(field.as_str())),
            Role::Attribute(of) => format!("{key} = {{ attribute = {} }}", quoted(of)),
            Role::Ignored => format!("{key} = \"ignore\""),
            Role::Measured(measured) => {
                let ask = self.ask(measured).map(|ask| format!("# in which unit? {ask}\n"));
                format!("{}{key} = {}", ask.unwrap_or_default(), self.measured(measured))
            }
        }
    }

    /// An example of what is missing where a column has no unit.
    fn ask(&self, measured: &Measured) -> Option<String> {
        let analyte = self.known.catalogue.keyed(&measured.analyte)?;
        let unit = &analyte.canonical_unit().spelled;
        let visit = measured.visit.as_ref().map(|visit| format!(" {visit}")).unwrap_or_default();
        let example = format!("{}{visit} ({unit})", analyte.symbol);
        (measured.unit.is_none() && !analyte.is_dimensionless())
            .then(|| format!("For example {}", quoted(&example)))
    }

    /// An analyte as a heading, where that reads back as the same; else as a table.
    fn measured(&self, measured: &Measured) -> String {
        let Measured { analyte, unit, visit } = measured;
        let symbol = self.known.catalogue.keyed(analyte).map(|analyte| analyte.symbol.as_str());
        let mut heading = symbol.unwrap_or_default().to_owned();
        if let Some(visit) = visit {
            let _ = write!(heading, " {visit}");
        }
        if let Some(unit) = unit {
            let _ = write!(heading, " ({unit})");
        }
        if self.known.role_of(&heading) == Some(Role::Measured(measured.clone())) {
            return quoted(&heading);
        }
        let part = |name: &str, text: &Option<String>| {
            text.as_ref().map(|text| format!(", {name} = {}", quoted(text))).unwrap_or_default()
        };
        let (unit, visit) = (part("unit", unit), part("visit", visit));
        format!("{{ analyte = {}{unit}{visit} }}", quoted(analyte))
    }
}

/// A text as TOML writes it.
pub(in crate::import) fn quoted(text: &str) -> String {
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

/// True for a column whose texts are words of the trade: visits, analytes, units.
pub(in crate::import) fn is_of_trade(role: &Role) -> bool {
    use Field::{Analyte, Comparator, Sex, Status, Unit, Visit};
    let shown = [Analyte, Comparator, Sex, Status, Unit, Visit];
    matches!(role, Role::Field(field) if shown.contains(field))
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
#   \"HbA1c (%)\" or \"FPG W12 (mmol/L)\"       the heading it ought to have, where it holds one analyte
#   { attribute = \"arm\" }                   a column of the registry's own
#   { as = \"sex\", values = { 1 = \"male\", 2 = \"female\" } }
# Also { analyte = \"HbA1c\", unit = \"%\", visit = \"W12\" }, and values = { … } beside an attribute.
# What is left out here is told by its heading.
";

const EVENTS: &str = "\
# An event is a visit, \"W4\", or a day counted from day 0, 28; or both: { visit = \"W4\", day = 29 }.
# What is left out here is told by its name.";

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
    use super::super::{Map, MapOf, read_map};
    use super::*;
    use crate::domain::{Catalogue, Problem, Schedule};
    use proptest::prelude::*;

    fn known(schedule: &Schedule) -> Known<'_> {
        Known { catalogue: Catalogue::built_in(), schedule, attributes: &[] }
    }

    fn read(text: &str) -> Result<Map, Vec<Problem>> {
        read_map("map.toml", text, known(&Schedule::default()), MapOf::Redcap)
    }

    #[test]
    fn what_a_proposal_offers_can_all_be_read() {
        let schedule = Schedule::default();
        let mut proposal = Proposal::of("t.csv", 2, known(&schedule));
        proposal.bytes(b';', Encoding::Utf8);
        proposal.headings(Some(1));
        proposal.events(&[("w0_arm_1".into(), 1, Some("W0".into())), ("x".into(), 1, None)]);
        let text = proposal.finish();
        assert!(read(&text).is_ok(), "{text}");
        // Each offer behind its # as well, but for the words on columns.
        let offered = text.replace(COLUMNS, "").replace(EVENTS, "");
        let offers = offered.lines().filter_map(|line| {
            let line = line.strip_prefix("# ").unwrap_or(line);
            (line.contains(" = ") || line.starts_with('[')).then_some(line)
        });
        let text = offers.collect::<Vec<_>>().join("\n");
        let map = read(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        assert_eq!((map.skip_rows.len(), map.events.len(), map.values.len()), (2, 2, 3));
        let unit = map.units.get("fpg").map(String::as_str);
        assert_eq!((map.constant(Field::Visit), unit), (Some("W0"), Some("mmol/L")));
    }

    #[test]
    fn what_is_proposed_for_a_column_reads_back_as_the_same() {
        let schedule = Schedule::default();
        let proposal = Proposal::of("t.csv", 2, known(&schedule));
        for analyte in Catalogue::built_in().analytes() {
            for unit in analyte.units.iter().map(|unit| Some(unit.spelled.clone())).chain([None]) {
                let (key, visit) = (analyte.key.clone(), Some("W4".to_owned()));
                let role = Role::Measured(Measured { analyte: key, unit, visit });
                let text = format!("[columns]\n{}\n", proposal.line("\"x\"", &role));
                let map = read(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
                assert_eq!(map.columns[0].1.role, role, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_heading_is_quoted_so_that_it_reads_back(heading in "\\PC{1,20}") {
            let text = format!("[columns]\n{} = \"ignore\"", quoted(&heading));
            prop_assert_eq!(read(&text).map(|map| map.columns[0].0.clone()), Ok(heading));
        }
    }
}
