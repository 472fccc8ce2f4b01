//! The map: what a person wrote down about a table whose headings don't say it all. `--propose-map`
//! writes the first form of one.

use super::encoding::Encoding;
use super::roles::{Field, Measured, Role};
use super::rows::DELIMITERS;
use crate::domain::{
    Catalogue, Finding, Mismatch, NO_UNIT, Problem, Status, parse_attribute_key, parse_key,
};
use crate::import::document::{Node, NodeValue, Text};
use crate::import::fields::Fields;
use std::cell::RefCell;
use std::collections::HashMap;

/// What a map says; what it doesn't is told by the headings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TableMap {
    pub delimiter: Option<u8>,
    pub encoding: Option<Encoding>,
    pub heading_row: Option<usize>,
    pub skip_rows: Vec<usize>,
    pub decimal_comma: bool,
    pub date_format: Option<DateFormat>,
    /// Labels without a digit are pseudonyms, which the person answers for.
    pub labels_are_pseudonyms: bool,
    /// Columns by their heading, with the place that says so.
    pub columns: Vec<(String, Column)>,
    /// What holds for every row.
    pub constants: Vec<(Field, String)>,
    /// What a cell's text stands for.
    pub values: HashMap<String, String>,
    /// Names of analytes in the file, and their keys.
    pub analytes: HashMap<String, String>,
    /// Units of analytes for which the file gives none.
    pub units: HashMap<String, String>,
}

/// What the map says of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub role: Role,
    /// What its texts stand for.
    pub values: HashMap<String, String>,
}

/// The order of year, month and day in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateFormat {
    DayMonthYear(char),
    MonthDayYear(char),
    YearMonthDay(char),
    /// Eight digits: 20240305.
    Digits,
}

impl DateFormat {
    /// Read `DD/MM/YYYY`, `MM/DD/YYYY`, `YYYY.MM.DD`, `YYYYMMDD`.
    fn parse(text: &str) -> Result<DateFormat, Mismatch> {
        let plain = text.trim().to_uppercase();
        let mark = plain.chars().find(|c| !c.is_ascii_alphabetic());
        let parts: Vec<_> = mark.map_or(vec![plain.as_str()], |mark| plain.split(mark).collect());
        match (parts.as_slice(), mark) {
            (["DD", "MM", "YYYY"], Some(mark)) => Ok(DateFormat::DayMonthYear(mark)),
            (["MM", "DD", "YYYY"], Some(mark)) => Ok(DateFormat::MonthDayYear(mark)),
            (["YYYY", "MM", "DD"], Some(mark)) => Ok(DateFormat::YearMonthDay(mark)),
            (["YYYYMMDD"], None) => Ok(DateFormat::Digits),
            _ => Err(Mismatch::new(text, "DD/MM/YYYY, MM/DD/YYYY, YYYY/MM/DD or YYYYMMDD")
                .mend("any other mark may stand for the slash")),
        }
    }

    /// The date in ISO 8601; none if the text has another form. The day may still be none there is.
    pub fn iso(self, text: &str) -> Option<String> {
        let (year, month, day) = match self {
            DateFormat::Digits => (text.get(..4)?, text.get(4..6)?, text.get(6..)?),
            DateFormat::DayMonthYear(mark)
            | DateFormat::MonthDayYear(mark)
            | DateFormat::YearMonthDay(mark) => {
                let mut parts = text.split(mark);
                let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
                parts.next().is_none().then_some(())?;
                match self {
                    DateFormat::DayMonthYear(_) => (c, b, a),
                    DateFormat::MonthDayYear(_) => (c, a, b),
                    _ => (a, b, c),
                }
            }
        };
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        (year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2))
            .then(|| format!("{year}-{month:0>2}-{day:0>2}"))
    }
}

/// Read the text of a map; `file` is its name for the places.
///
/// # Errors
/// Everything in it that can't be used.
pub(super) fn read_map(
    file: &str,
    source: &str,
    catalogue: &Catalogue,
) -> Result<TableMap, Vec<Problem>> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let text = Text::new(file, source);
    let root = text.parse_toml()?;
    let problems = RefCell::default();
    let fields = Fields::new(&text, &root, "", &problems);
    let mut map = TableMap::default();
    if let Some(node) = fields.get("file") {
        read_file(fields.inside(node, "file"), &mut map);
    }
    for (heading, node) in entries(&fields, "columns") {
        if let Some(column) = read_column(&fields, heading, node, catalogue) {
            map.columns.push((heading.clone(), column));
        }
    }
    for (name, node) in entries(&fields, "constants") {
        let field = Field::parse(name).and_then(|field| match field {
            Field::Patient | Field::Value | Field::Comparator => {
                Err(Mismatch::new(name.as_str(), "what can be the same in every row"))
            }
            field => Ok(field),
        });
        match (field, text_of(node)) {
            (Ok(field), Some(text)) => map.constants.push((field, text.to_owned())),
            (Err(mismatch), _) => fields.wrong(node.at, "constants", mismatch),
            (_, None) => fields.wrong(node.at, "constants", no_text(node)),
        }
    }
    map.values = codes(&fields, fields.get("values"), "values");
    for (coded, meaning) in &map.values {
        let is_right = meaning.is_empty() || stands_for_no_number(meaning);
        if let (false, Some(node)) = (is_right, fields.get("values")) {
            let mismatch = Mismatch::new(
                meaning.as_str(),
                "\"\", \"not done\", \"not reported\", \
                 \"unreadable\" or a finding such as \"normal\"",
            )
            .mend(format!("what \"{coded}\" means in one column alone stands with the column"));
            fields.wrong(node.at, "values", mismatch);
        }
    }
    for (name, node) in entries(&fields, "analytes") {
        match text_of(node).map(|key| catalogue.find(key)) {
            Some(Ok(analyte)) => drop(map.analytes.insert(name.clone(), analyte.key.clone())),
            Some(Err(mismatch)) => fields.wrong(node.at, "analytes", mismatch),
            None => fields.wrong(node.at, "analytes", no_text(node)),
        }
    }
    for (name, node) in entries(&fields, "units") {
        let unit = text_of(node).unwrap_or_default();
        let analyte = catalogue.find(name);
        match analyte
            .and_then(|analyte| check_unit(unit, &analyte.key, catalogue).map(|()| analyte))
        {
            Ok(analyte) => drop(map.units.insert(analyte.key.clone(), unit.to_owned())),
            Err(mismatch) => fields.wrong(node.at, "units", mismatch),
        }
    }
    fields.finish();
    match problems.into_inner().in_order() {
        problems if problems.is_empty() => Ok(map),
        problems => Err(problems),
    }
}

/// True for a text that may stand for a value nobody has as a number.
pub(super) fn stands_for_no_number(text: &str) -> bool {
    let status = Status::parse(text).is_ok_and(|status| !status.is_number());
    status || Finding::parse(text).is_ok()
}

fn read_file(fields: Fields<'_>, map: &mut TableMap) {
    map.delimiter = fields.parsed("delimiter", |text| {
        let found = DELIMITERS
            .iter()
            .find(|(byte, word)| text == *word || text.as_bytes() == std::slice::from_ref(byte));
        let expected = "comma, semicolon, tab or pipe";
        found.map(|(byte, _)| *byte).ok_or_else(|| Mismatch::new(text, expected))
    });
    map.encoding = fields.parsed("encoding", Encoding::parse);
    let number = |text: &str| match text.parse::<usize>() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Mismatch::new(text, "the number of a row, counted from 1")),
    };
    map.heading_row = fields.parsed("header_row", number);
    for node in fields.list("skip_rows") {
        match text_of(node).map(number) {
            Some(Ok(number)) => map.skip_rows.push(number),
            Some(Err(mismatch)) => fields.wrong(node.at, "skip_rows", mismatch),
            None => fields.wrong(node.at, "skip_rows", no_text(node)),
        }
    }
    map.decimal_comma = fields.flag("decimal_comma").unwrap_or(false);
    map.date_format = fields.parsed("date_format", DateFormat::parse);
    map.labels_are_pseudonyms = fields.flag("labels_are_pseudonyms").unwrap_or(false);
    fields.finish();
}

/// One column: a word for what it is, or a table.
fn read_column(
    fields: &Fields<'_>,
    heading: &str,
    node: &Node,
    catalogue: &Catalogue,
) -> Option<Column> {
    let what = format!("column \"{heading}\"");
    if let NodeValue::Text(word) = &node.value {
        let role = role_of_word(word).map_err(|mismatch| fields.wrong(node.at, &what, mismatch));
        return role.ok().map(|role| Column { role, values: HashMap::new() });
    }
    let inside = fields.inside(node, what.clone());
    let word = inside.parsed("as", role_of_word);
    let analyte = inside.parsed("analyte", |name| catalogue.find(name).map(|one| one.key.clone()));
    let unit = inside.text("unit");
    let visit = inside.text("visit");
    let attribute = inside.parsed("attribute", parse_attribute_key);
    let values = codes(&inside, inside.get("values"), "values");
    if let (Some(unit), Some(analyte)) = (&unit, &analyte)
        && let Err(mismatch) = check_unit(unit, analyte, catalogue)
    {
        inside.wrong(node.at, "unit", mismatch);
    }
    let role = match (word, analyte, attribute) {
        (Some(role), None, None) if unit.is_none() && visit.is_none() => Some(role),
        (None, Some(analyte), None) => Some(Role::Measured(Measured { analyte, unit, visit })),
        (None, None, Some(key)) => Some(Role::Attribute(key)),
        (None, None, None) if inside.get("as").or(inside.get("analyte")).is_some() => None,
        _ => {
            let expected = "one of as = \"sex\", analyte = \"HbA1c\" with its unit, or \
                            attribute = \"arm\"";
            inside.wrong(node.at, "", Mismatch::new("", expected));
            None
        }
    };
    inside.finish();
    role.map(|role| Column { role, values })
}

fn role_of_word(word: &str) -> Result<Role, Mismatch> {
    match word.trim() {
        "ignore" | "ignored" => Ok(Role::Ignored),
        word => Field::parse(word).map(Role::Field).map_err(|mismatch| Mismatch {
            expected: format!("{}, ignore", mismatch.expected),
            ..mismatch
        }),
    }
}

fn check_unit(unit: &str, analyte: &str, catalogue: &Catalogue) -> Result<(), Mismatch> {
    let analyte = catalogue.keyed(analyte).ok_or_else(|| Mismatch::new(analyte, "an analyte"))?;
    if unit.trim() == NO_UNIT {
        return Ok(());
    }
    analyte.unit(unit).map(drop)
}

/// Texts and what they stand for.
fn codes(fields: &Fields<'_>, node: Option<&Node>, what: &str) -> HashMap<String, String> {
    let mut codes = HashMap::new();
    let Some(node) = node else { return codes };
    let NodeValue::Table(entries) = &node.value else {
        fields.wrong(
            node.at,
            what,
            Mismatch::new(
                node.value.kind(),
                "a table such as \
            { \"-99\" = \"not done\" }",
            ),
        );
        return codes;
    };
    for (coded, node) in entries {
        match text_of(node) {
            Some(text) => drop(codes.insert(coded.trim().to_owned(), text.trim().to_owned())),
            None => fields.wrong(node.at, what, no_text(node)),
        }
    }
    codes
}

/// The entries of a table that may have any names.
fn entries<'a>(fields: &Fields<'a>, name: &'static str) -> &'a [(String, Node)] {
    fields.get(name).map_or(&[], |node| fields.inside(node, name).entries())
}

fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        NodeValue::Text(text) | NodeValue::Number(text) => Some(text),
        _ => None,
    }
}

fn no_text(node: &Node) -> Mismatch {
    Mismatch::new(node.value.kind(), "a text or a number")
}

/// The report's key, if a constant gives it.
pub(super) fn report_of(map: &TableMap) -> Option<Result<String, Mismatch>> {
    let found = map.constants.iter().find(|(field, _)| *field == Field::Report);
    found.map(|(_, key)| parse_key(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(source: &str) -> Result<TableMap, Vec<Problem>> {
        read_map("map.toml", source, Catalogue::built_in())
    }

    #[test]
    fn a_map_says_what_headings_do_not() {
        let map = read(
            "[file]\ndelimiter = \"semicolon\"\nencoding = \"GBK\"\nheader_row = 3\n\
             skip_rows = [4]\ndecimal_comma = true\ndate_format = \"DD.MM.YYYY\"\n\
             [columns]\nid = \"patient\"\nbili = { analyte = \"bilirubin\", unit = \"mg/dL\" }\n\
             sex = { as = \"sex\", values = { 1 = \"male\", 2 = \"female\" } }\n\
             trt = { attribute = \"trt\" }\nx = \"ignore\"\n\
             [constants]\nvisit = \"W0\"\n[values]\n-99 = \"not done\"\nNA = \"\"\n\
             [analytes]\n\"Sugar\" = \"fpg\"\n[units]\nfpg = \"mmol/L\"\n",
        )
        .expect("a map");
        assert_eq!((map.delimiter, map.encoding), (Some(b';'), Some(Encoding::Gb18030)));
        assert_eq!((map.heading_row, map.skip_rows.as_slice()), (Some(3), [4].as_slice()));
        let bili = Measured { analyte: "tbil".into(), unit: Some("mg/dL".into()), visit: None };
        assert_eq!(map.columns[1].1.role, Role::Measured(bili));
        assert_eq!(map.columns[2].1.values["2"], "female");
        assert_eq!(map.constants, [(Field::Visit, "W0".to_owned())]);
        assert_eq!((map.values["-99"].as_str(), map.values["NA"].as_str()), ("not done", ""));
        assert_eq!((map.analytes["Sugar"].as_str(), map.units["fpg"].as_str()), ("fpg", "mmol/L"));
    }

    #[test]
    fn what_a_map_can_not_mean_is_named_with_its_line() {
        for (source, line, told) in [
            ("[columns]\nid = \"patiend\"", 2, "did you mean \"patient\"?"),
            ("[columns]\na = { analyte = \"fpg\", unit = \"kg\" }", 2, "a unit of FPG"),
            ("[columns]\na = { unit = \"kg\" }", 2, "one of as ="),
            ("[values]\n-99 = \"7.0\"", 2, "\"not done\""),
            ("[file]\ndelimter = \",\"", 2, "delimiter"),
            ("[file]\ndate_format = \"D/M/Y\"", 2, "DD/MM/YYYY"),
            ("[colums]\na = \"patient\"", 1, "did you mean \"columns\"?"),
        ] {
            let problems = read(source).expect_err(source);
            let text = format!("{} {}", problems[0].place, problems[0].mismatch);
            assert!(text.contains(told), "{text}");
            assert!(
                text.contains(&format!("line {line}")) || source.contains("[values]"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_date_is_read_in_the_order_that_was_declared() {
        let iso = |format: &str, text: &str| DateFormat::parse(format).expect(format).iso(text);
        assert_eq!(iso("DD/MM/YYYY", "3/4/2024").as_deref(), Some("2024-04-03"));
        assert_eq!(iso("MM/DD/YYYY", "3/4/2024").as_deref(), Some("2024-03-04"));
        assert_eq!(iso("YYYY.MM.DD", "2024.04.03").as_deref(), Some("2024-04-03"));
        assert_eq!(iso("YYYYMMDD", "20240403").as_deref(), Some("2024-04-03"));
        for wrong in ["3-4-2024", "3/4/24", "3/4", "3/4/2024/1", "a/b/2024", ""] {
            assert_eq!(iso("DD/MM/YYYY", wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_map_panics(text in "[\\[\\]{}=\"a-z0-9\\n -]{0,60}", date in "\\PC{0,12}") {
            let _ = read(&text);
            let _ = (DateFormat::Digits.iso(&date), DateFormat::DayMonthYear('/').iso(&date));
        }
    }
}
