//! The text of a map, in TOML: one section after the other.

use super::column::{no_text, read_column, text_of};
use super::{DateFormat, Event, Field, Known, Map};
use crate::domain::{Catalogue, Day, Finding, Mismatch, NO_UNIT, Problem, Schedule, Status, Visit};
use crate::import::delimited::{DELIMITERS, Encoding};
use crate::import::document::{Node, NodeValue, Text};
use crate::import::fields::Fields;
use std::cell::RefCell;

/// What a map is of; what one file has to be told, another says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum MapOf {
    /// A table under headings of its own.
    Table,
    /// An export of REDCap.
    Redcap,
    /// Data sets of SDTM, whose columns are known.
    Sdtm,
}

/// What people write for a section or field that is called otherwise.
const OTHERWISE: [(&str, &str); 6] = [
    ("fields", "columns"),
    ("headings", "columns"),
    ("missing", "values"),
    ("codes", "values"),
    ("heading_row", "header_row"),
    ("visits", "events"),
];

/// Read the text of a map; `file` is its name for the places.
///
/// # Errors
/// Everything in it that can't be used.
pub(in crate::import) fn read_map(
    file: &str,
    source: &str,
    known: Known<'_>,
    of: MapOf,
) -> Result<Map, Vec<Problem>> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let text = Text::new(file, source);
    let root = text.parse_toml()?;
    let problems = RefCell::default();
    let fields = Fields::new(&text, &root, "", &problems).of("the map", &OTHERWISE);
    let mut map = Map::default();
    if let Some(node) = fields.get("file") {
        read_file(fields.inside(node, "file"), &mut map, of);
    }
    if of != MapOf::Sdtm {
        for (heading, node) in entries(&fields, "columns") {
            if let Some(column) = read_column(&fields, heading, node, known) {
                map.columns.push((heading.clone(), column));
            }
        }
        read_constants(&fields, &mut map);
        read_values(&fields, &mut map);
        read_analytes(&fields, &mut map, known.catalogue);
        read_units(&fields, &mut map, known.catalogue);
    }
    if of == MapOf::Redcap {
        for (name, node) in entries(&fields, "events") {
            match read_event(&fields, node) {
                Ok(event) => map.events.push((name.clone(), event)),
                Err(mismatch) => fields.wrong(node.at, "events", mismatch),
            }
        }
    }
    fields.finish();
    match problems.into_inner().in_order() {
        problems if problems.is_empty() => Ok(map),
        problems => Err(problems),
    }
}

/// True for a text that may stand for a value nobody has as a number.
pub(in crate::import) fn stands_for_no_number(text: &str) -> bool {
    let status = Status::parse(text).is_ok_and(|status| !status.is_number());
    status || Finding::parse(text).is_ok()
}

fn read_file(fields: Fields<'_>, map: &mut Map, of: MapOf) {
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
    if of != MapOf::Sdtm {
        map.decimal_comma = fields.flag("decimal_comma").unwrap_or(false);
        map.date_format = fields.parsed("date_format", DateFormat::parse);
        map.labels_are_pseudonyms = fields.flag("labels_are_pseudonyms").unwrap_or(false);
    }
    fields.finish();
}

/// What holds for every row.
fn read_constants(fields: &Fields<'_>, map: &mut Map) {
    for (name, node) in entries(fields, "constants") {
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
}

/// What a text stands for in every column; there it can be no value.
fn read_values(fields: &Fields<'_>, map: &mut Map) {
    for (coded, meaning, node) in codes(fields, fields.get("values"), "values") {
        if meaning.is_empty() || stands_for_no_number(&meaning) {
            map.values.insert(coded, meaning);
            continue;
        }
        let expected = "\"\", \"not done\", \"not reported\", \"unreadable\" or a finding such as \
                        \"normal\"";
        let mend = format!("what \"{coded}\" means in one column alone stands with the column");
        fields.wrong(node.at, "values", Mismatch::new(meaning, expected).mend(mend));
    }
}

/// Analytes that the file calls otherwise.
fn read_analytes(fields: &Fields<'_>, map: &mut Map, catalogue: &Catalogue) {
    for (name, node) in entries(fields, "analytes") {
        match text_of(node).map(|key| catalogue.find(key)) {
            Some(Ok(analyte)) => drop(map.analytes.insert(name.clone(), analyte.key.clone())),
            Some(Err(mismatch)) => fields.wrong(node.at, "analytes", mismatch),
            None => fields.wrong(node.at, "analytes", no_text(node)),
        }
    }
}

/// Units where the file gives none.
fn read_units(fields: &Fields<'_>, map: &mut Map, catalogue: &Catalogue) {
    for (name, node) in entries(fields, "units") {
        let unit = text_of(node).unwrap_or_default();
        let analyte = catalogue.find(name);
        match analyte
            .and_then(|analyte| check_unit(unit, &analyte.key, catalogue).map(|()| analyte))
        {
            Ok(analyte) => drop(map.units.insert(analyte.key.clone(), unit.to_owned())),
            Err(mismatch) => fields.wrong(node.at, "units", mismatch),
        }
    }
}

/// What an event is: its day, the visit it is, or both.
fn read_event(fields: &Fields<'_>, node: &Node) -> Result<Event, Mismatch> {
    let mut event = Event { place: fields.place_at(node.at), visit: None, day: None };
    match &node.value {
        NodeValue::Number(text) => event.day = Some(Day::parse(text)?),
        NodeValue::Text(text) => event.visit = Some(parse_label(text)?),
        _ => {
            let inside = fields.inside(node, "events");
            event.visit = inside.parsed("visit", parse_label);
            event.day = inside.parsed("day", Day::parse);
            inside.finish();
        }
    }
    Ok(event)
}

/// The label of a visit.
fn parse_label(text: &str) -> Result<String, Mismatch> {
    Visit::new(text, None, None, &Schedule::default()).map(|_| text.trim().to_owned())
}

/// That an analyte has this unit, or that nobody knows its unit.
pub(super) fn check_unit(unit: &str, analyte: &str, catalogue: &Catalogue) -> Result<(), Mismatch> {
    let analyte = catalogue.keyed(analyte).ok_or_else(|| Mismatch::new(analyte, "an analyte"))?;
    if unit.trim() == NO_UNIT {
        return Ok(());
    }
    analyte.unit(unit).map(drop)
}

/// Texts and what they stand for, with the place that says so.
pub(super) fn codes<'a>(
    fields: &Fields<'a>,
    node: Option<&'a Node>,
    what: &str,
) -> Vec<(String, String, &'a Node)> {
    let Some(node) = node else { return Vec::new() };
    let NodeValue::Table(entries) = &node.value else {
        let expected = "a table such as { \"-99\" = \"not done\" }";
        fields.wrong(node.at, what, Mismatch::new(node.value.kind(), expected));
        return Vec::new();
    };
    let mut codes = Vec::new();
    for (coded, node) in entries {
        match text_of(node) {
            Some(text) => codes.push((coded.trim().to_owned(), text.trim().to_owned(), node)),
            None => fields.wrong(node.at, what, no_text(node)),
        }
    }
    codes
}

/// The entries of a table that may have any names.
fn entries<'a>(fields: &Fields<'a>, name: &'static str) -> &'a [(String, Node)] {
    fields.get(name).map_or(&[], |node| fields.inside(node, name).entries())
}

#[cfg(test)]
mod tests {
    use super::super::{Measured, Role};
    use super::*;
    use proptest::prelude::*;

    fn read_of(source: &str, of: MapOf) -> Result<Map, Vec<Problem>> {
        let (catalogue, schedule) = (Catalogue::built_in(), &Schedule::default());
        read_map("map.toml", source, Known { catalogue, schedule, attributes: &[] }, of)
    }

    fn read(source: &str) -> Result<Map, Vec<Problem>> {
        read_of(source, MapOf::Table)
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
        assert_eq!(map.columns[1].1.place.to_string(), "map.toml, line 10, column 8");
        assert_eq!(map.constants, [(Field::Visit, "W0".to_owned())]);
        assert_eq!((map.values["-99"].as_str(), map.values["NA"].as_str()), ("not done", ""));
        assert_eq!((map.analytes["Sugar"].as_str(), map.units["fpg"].as_str()), ("fpg", "mmol/L"));
    }

    #[test]
    fn a_column_may_be_said_in_the_words_of_a_heading() {
        let role = |word: &str| {
            let map = read(&format!("[columns]\nx = \"{word}\"\n"));
            map.map(|map| map.columns[0].1.role.clone()).ok()
        };
        let measured = |analyte: &str, unit: Option<&str>, visit: Option<&str>| {
            let [unit, visit] = [unit, visit].map(|text| text.map(str::to_owned));
            Some(Role::Measured(Measured { analyte: analyte.to_owned(), unit, visit }))
        };
        assert_eq!(role("HbA1c (%)"), measured("hba1c", Some("%"), None));
        assert_eq!(role("FPG W12 [mmol/L]"), measured("fpg", Some("mmol/L"), Some("W12")));
        assert_eq!(role("ALT"), measured("alt", None, None));
        assert_eq!(role("birth_year"), Some(Role::Field(Field::BirthYear)));
        assert_eq!((role("HbA1c (kg)"), role("zzz")), (None, None));
    }

    #[test]
    fn an_event_is_a_day_or_a_visit_or_both() {
        let text =
            "[events]\na_arm_1 = 28\nb_arm_1 = \"W4\"\nc_arm_1 = { visit = \"W8\", day = 57 }\n";
        let map = read_of(text, MapOf::Redcap).expect("a map");
        let said = map.events.iter().map(|(_, event)| (event.visit.as_deref(), event.day));
        let days = [(None, Some(Day(28))), (Some("W4"), None), (Some("W8"), Some(Day(57)))];
        assert_eq!(said.collect::<Vec<_>>(), days);
        assert!(read(text).is_err(), "a table has no events");
        assert!(read_of("[columns]\n", MapOf::Sdtm).is_err(), "its columns are known");
        assert!(read_of("[file]\nencoding = \"gbk\"\n", MapOf::Sdtm).is_ok());
    }

    #[test]
    fn what_a_map_can_not_mean_is_named_with_its_line() {
        for (source, line, told) in [
            ("[columns]\nid = \"patiend\"", 2, "did you mean \"patient\"?"),
            ("[columns]\na = { analyte = \"fpg\", unit = \"kg\" }", 2, "a unit of FPG"),
            ("[columns]\na = \"FPG (kg)\"", 2, "a unit of FPG"),
            ("[columns]\na = { unit = \"kg\" }", 2, "one of as ="),
            ("[values]\n-99 = \"7.0\"", 2, "\"not done\""),
            ("[file]\ndelimter = \",\"", 2, "delimiter"),
            ("[file]\ndate_format = \"D/M/Y\"", 2, "DD/MM/YYYY"),
            ("[colums]\na = \"patient\"", 1, "did you mean \"columns\"?"),
            ("\n[fields]\na = \"patient\"", 2, "a field of the map; did you mean \"columns\"?"),
            ("missing = [\"-99\"]", 1, "did you mean \"values\"?"),
            ("[columns]\na = { analyt = \"fpg\" }", 2, "one of as ="),
            ("[columns]\na = { analyte = \"fpg\", unti = \"g\" }", 2, "did you mean \"unit\"?"),
            ("[events]\n\na = 999999", 3, "a day"),
            ("[events]\na = { dya = 3 }", 2, "possible here: visit, day"),
        ] {
            let problems = read_of(source, MapOf::Redcap).expect_err(source);
            let text = format!("{} {}", problems[0].place, problems[0].mismatch);
            assert!(text.contains(told) && text.contains(&format!("line {line}")), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_map_panics(text in "[\\[\\]{}=\"a-z0-9\\n -]{0,60}") {
            let _ = read_of(&text, MapOf::Redcap);
        }
    }
}
