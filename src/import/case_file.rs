//! A case file: one report with its products, patients and everything about them, in TOML or JSON.

use super::analytes::read_analyte;
use super::document::{Node, NodeValue, Text};
use super::fields::Fields;
use super::input::is_input;
use super::people::read_patient;
use super::problems::Problems;
use super::{ImportError, Reading, name_of, read_text};
use crate::domain::{
    AdverseEventStance, Attribute, AttributeKind, Catalogue, Citation, Condition, Donor, Mismatch,
    NamedCohort, NamedEndpoint, Placed, Product, ProductState, Records, Report, ReportKind,
    Schedule, parse_attribute_key, parse_category_value, parse_key, parse_period, parse_year,
};
use std::borrow::Cow;
use std::cell::RefCell;
use std::path::Path;

/// Read a case file, TOML or JSON by its ending; of the standard input, JSON if it begins with a brace.
///
/// # Errors
/// If it can't be read at all; what is wrong inside comes back as problems.
pub fn read_case_file(
    path: &Path,
    schedule: &Schedule,
    catalogue: &Catalogue,
) -> Result<Reading, ImportError> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let is_json = match ending.as_deref() {
        Some("toml") => Some(false),
        Some("json") => Some(true),
        // The standard input has no name that tells.
        _ if is_input(path) => None,
        _ => return Err(ImportError::UnknownFormat(path.to_owned())),
    };
    let source = match read_text(path)? {
        Ok(source) => source,
        Err(problem) => return Ok(Reading { problems: vec![problem], ..Reading::default() }),
    };
    let begins_as_json = || source.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let is_json = is_json.unwrap_or_else(begins_as_json);
    Ok(read_case(&name_of(path), &source, is_json, schedule, catalogue))
}

/// Read the text of a case file; `file` is its name for the places.
pub fn read_case(
    file: &str,
    source: &str,
    is_json: bool,
    schedule: &Schedule,
    catalogue: &Catalogue,
) -> Reading {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let text = Text::new(file, source);
    let root = if is_json { text.parse_json() } else { text.parse_toml() };
    let root = match root {
        Ok(root) => root,
        Err(problems) => return Reading { problems, ..Reading::default() },
    };
    let problems = RefCell::default();
    let records = read_root(&text, &root, schedule, catalogue, &problems);
    Reading { records, problems: problems.into_inner().in_order(), ..Reading::default() }
}

fn read_root(
    text: &Text<'_>,
    root: &Node,
    schedule: &Schedule,
    catalogue: &Catalogue,
    problems: &RefCell<Problems>,
) -> Records {
    let fields = Fields::new(text, root, "", problems);
    let mut records = Records::default();
    let report = match fields.get("report") {
        Some(node) => {
            let inside = fields.inside(node, "report");
            let place = inside.place();
            let report = read_report(inside);
            report.map(|record| Placed { place, record })
        }
        None => {
            let missing = Mismatch::new("nothing", "a [report] with its key and kind");
            fields.wrong(root.at, "report", missing);
            None
        }
    };
    for node in fields.few("product") {
        let inside = fields.inside(node, "product");
        let place = inside.place();
        records.products.extend(read_product(inside).map(|record| Placed { place, record }));
    }
    for node in fields.few("attribute") {
        let inside = fields.inside(node, "attribute");
        let place = inside.place();
        records.attributes.extend(read_attribute(inside).map(|record| Placed { place, record }));
    }
    for node in fields.list("cohort") {
        let inside = fields.inside(node, "cohort");
        let place = inside.place();
        records.cohorts.extend(read_cohort(inside).map(|record| Placed { place, record }));
    }
    for node in fields.list("endpoint") {
        let inside = fields.inside(node, "endpoint");
        let place = inside.place();
        records.endpoints.extend(read_endpoint(inside).map(|record| Placed { place, record }));
    }
    // Before the values that use them.
    let mut known = Cow::Borrowed(catalogue);
    for node in fields.few("analyte") {
        let inside = fields.inside(node, "analyte");
        let place = inside.place();
        if let Some(record) = read_analyte(inside, &known) {
            known.to_mut().declare(&record);
            records.analytes.push(Placed { place, record });
        }
    }
    let catalogue = &*known;
    let key = report.as_ref().map_or("", |report| &report.record.key);
    for (at, node) in fields.list("patient").into_iter().enumerate() {
        let label = label_of(node).unwrap_or_else(|| format!("number {}", at + 1));
        let inside = fields.inside(node, format!("patient {label}"));
        records.patients.extend(read_patient(inside, key, schedule, catalogue));
    }
    fields.finish();
    records.reports.extend(report);
    records
}

/// What the patient is called, for messages, before the table is read.
fn label_of(node: &Node) -> Option<String> {
    let NodeValue::Table(entries) = &node.value else { return None };
    entries.iter().find(|(key, _)| key == "label").and_then(|(_, node)| match &node.value {
        // What is no key might be a name.
        NodeValue::Text(text) | NodeValue::Number(text) => parse_key(text).ok(),
        _ => None,
    })
}

fn read_report(fields: Fields<'_>) -> Option<Report> {
    fields.demand("key", "\"huang-2025\"");
    fields.demand("kind", "\"case report\"");
    let key = fields.parsed("key", parse_key);
    let kind = fields.parsed("kind", ReportKind::parse);
    let citation = Citation {
        title: fields.text("title"),
        authors: fields.text("authors"),
        journal: fields.text("journal"),
        year: fields.parsed("year", parse_year),
        volume: fields.text("volume"),
        issue: fields.text("issue"),
        pages: fields.text("pages"),
        doi: fields.text("doi"),
        pmid: fields.text("pmid"),
        registration: fields.text("registration"),
        country: fields.text("country"),
        language: fields.text("language"),
        site: fields.text("site"),
    };
    let simulated = fields.flag("simulated").unwrap_or(false);
    let adverse_events = fields.parsed("adverse_events", AdverseEventStance::parse);
    let adverse_events_days = fields.parsed("adverse_events_for", parse_period);
    let adverse_events_source = fields.source("adverse_events_source");
    let note = fields.text("note");
    fields.finish();
    Some(Report {
        key: key?,
        kind: kind?,
        simulated,
        citation,
        adverse_events: adverse_events.unwrap_or(AdverseEventStance::NotMentioned),
        adverse_events_days,
        adverse_events_source,
        note,
    })
}

fn read_product(fields: Fields<'_>) -> Option<Product> {
    fields.demand("key", "\"huc-msc\"");
    let key = fields.parsed("key", parse_key);
    let product = Product {
        key: key.clone().unwrap_or_default(),
        name: fields.text("product_name"),
        cell_type: fields.text("cell_type"),
        donor: fields.parsed("donor", Donor::parse),
        tissue: fields.text("tissue"),
        preparation: fields.text("preparation"),
        state: fields.parsed("state", ProductState::parse),
        identity: fields.text("identity"),
        release_tests: fields.text("release_tests"),
        lot: fields.text("lot"),
        source: fields.source("source"),
        note: fields.text("note"),
    };
    fields.finish();
    key.map(|_| product)
}

/// A named cohort. What its condition names is not asked here: the columns are those of the registry.
fn read_cohort(mut fields: Fields<'_>) -> Option<NamedCohort> {
    fields.demand("name", "\"older\"");
    fields.demand("where", "\"age > 60\"");
    let name = fields.parsed("name", parse_key);
    if let Some(name) = &name {
        fields.what = format!("cohort {name}");
    }
    let version = fields.parsed("version", parse_version);
    let expression = fields.parsed("where", |text| match Condition::parse(text) {
        Ok(condition) => Ok(condition.text),
        Err(misplaced) => Err(misplaced.mismatch),
    });
    let note = fields.text("note");
    fields.finish();
    Some(NamedCohort { name: name?, version: version.unwrap_or(1), expression: expression?, note })
}

/// A named rule of response. It is not asked here: its timepoints are those of the registry.
fn read_endpoint(mut fields: Fields<'_>) -> Option<NamedEndpoint> {
    fields.demand("name", "\"target\"");
    fields.demand("rule", "\"HbA1c < 7.0 %\"");
    let name = fields.parsed("name", parse_key);
    if let Some(name) = &name {
        fields.what = format!("endpoint {name}");
    }
    let version = fields.parsed("version", parse_version);
    let rule = fields.text("rule");
    let note = fields.text("note");
    fields.finish();
    Some(NamedEndpoint { name: name?, version: version.unwrap_or(1), rule: rule?, note })
}

fn parse_version(text: &str) -> Result<u32, Mismatch> {
    match text.parse::<u32>() {
        Ok(version) if version > 0 => Ok(version),
        _ => Err(Mismatch::new(text, "a version, counted from 1")),
    }
}

/// Read a column of the registry's own.
fn read_attribute(mut fields: Fields<'_>) -> Option<Attribute> {
    fields.demand("key", "\"arm\"");
    fields.demand("kind", "\"category\"");
    let key = fields.parsed("key", parse_attribute_key);
    if let Some(key) = &key {
        fields.what = format!("attribute {key}");
    }
    let kind = fields.parsed("kind", AttributeKind::parse);
    let label = fields.text("label");
    let mut attribute = Attribute {
        key: key.clone().unwrap_or_default(),
        label,
        kind: kind.unwrap_or(AttributeKind::Text),
        values: Vec::new(),
    };
    for node in fields.few("values") {
        match &node.value {
            NodeValue::Text(text) | NodeValue::Number(text) => match parse_category_value(text) {
                Ok(value) => attribute.add_value(&value),
                Err(mismatch) => fields.wrong(node.at, "values", mismatch),
            },
            other => {
                let mismatch = Mismatch::new(other.kind(), "texts such as \"placebo\"");
                fields.wrong(node.at, "values", mismatch);
            }
        }
    }
    let values = fields.get("values");
    if let Some(mismatch) = kind.and_then(|_| attribute.wrong()) {
        fields.wrong(values.map_or(fields.at(), |node| node.at), "values", mismatch);
    }
    fields.finish();
    key.and(kind).map(|_| attribute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(source: &str, is_json: bool) -> Reading {
        let schedule = Schedule::parse("W0,W4±1").expect("a schedule");
        read_case("case", source, is_json, &schedule, Catalogue::built_in())
    }

    const CASE: &str = r#"
[report]
key = "a-2024"
kind = "case report"

[[product]]
key = "cells"
tissue = "bone marrow"

[[patient]]
label = "1"
age = 53
[[patient.infusion]]
number = 1
product = "cells"
cells_per_kg = "1×10^6/kg"
[[patient.visit]]
label = "W4"
values = ["HbA1c=6.80 %", "ALT=not-done"]
"#;

    #[test]
    fn a_case_is_read_whole() {
        let reading = read(CASE, false);
        assert_eq!(reading.problems, []);
        let patient = &reading.records.patients[0];
        assert_eq!(patient.key.record, "a-2024/1");
        assert_eq!(patient.infusions[0].record.cells_per_kg, Some(1e6));
        let measurements = &patient.visits[0].measurements;
        assert_eq!(measurements[0].record.reading.text(), "6.80 %");
        assert_eq!(measurements[1].record.reading.text(), "not done");
    }

    #[test]
    fn a_case_carries_its_own_columns_and_each_value_its_place() {
        let source = CASE.replace(
            "[[patient]]\nlabel = \"1\"\n",
            "[[attribute]]\nkey = \"arm\"\nkind = \"category\"\nvalues = [\"placebo\", \"msc\"]\n\
             label = \"Treatment arm\"\n[[patient]]\nlabel = \"1\"\n\
             attributes = { arm = \"msc\", score = 7.50, smoking = true }\n",
        );
        let reading = read(&source, false);
        assert_eq!(reading.problems, []);
        let attribute = &reading.records.attributes[0].record;
        assert_eq!(attribute.kind, AttributeKind::Category);
        assert_eq!(attribute.values, ["placebo", "msc"]);
        assert_eq!(attribute.heading(), "Treatment arm");
        let given: Vec<_> = reading.records.patients[0]
            .attributes
            .iter()
            .map(|given| (given.place.to_string(), &*given.record.key, &*given.record.text))
            .collect();
        let place = |column: usize| format!("case, line 17, column {column}");
        let expected = [
            (place(22), "arm", "msc"),
            (place(37), "score", "7.50"),
            (place(53), "smoking", "yes"),
        ];
        assert_eq!(given, expected, "a number as printed");
        let json = r#"{"report": {"key": "a", "kind": "case report"},
            "attribute": [{"key": "arm", "kind": "category", "values": ["placebo", "msc"]}],
            "patient": [{"label": "1", "attributes": {"arm": "msc", "score": null}}]}"#;
        let reading = read(json, true);
        assert_eq!(reading.problems, []);
        assert_eq!(reading.records.attributes[0].record.values, ["placebo", "msc"]);
        assert_eq!(reading.records.patients[0].attributes.len(), 1, "null says nothing");
    }

    #[test]
    fn a_column_that_can_not_be_is_named_with_its_line() {
        let source = "[report]\nkey = \"a\"\nkind = \"case report\"\n[[attribute]]\nkey = \"phone\"\n\
            kind = \"txt\"\n[[attribute]]\nkey = \"arm\"\nkind = \"category\"\n[[attribute]]\nkey = \"b\"\n\
            kind = \"text\"\nvalues = [\"x\"]\ncolour = 1\n[[patient]]\nlabel = \"1\"\n\
            attributes = { arm = [1] }\n";
        let lines: Vec<_> = read(source, false)
            .problems
            .iter()
            .map(|problem| match problem.place {
                crate::domain::Place::Line { line, .. } => line,
                _ => 0,
            })
            .collect();
        assert_eq!(lines, [5, 6, 7, 13, 14, 17]);
    }

    #[test]
    fn json_of_the_same_shape_says_the_same() {
        let json = r#"{"report": {"key": "a-2024", "kind": "case report"},
            "product": [{"key": "cells", "tissue": "bone marrow"}],
            "patient": [{"label": "1", "age": 53,
                "infusion": [{"number": 1, "product": "cells", "cells_per_kg": "1×10^6/kg"}],
                "visit": [{"label": "W4", "values": ["HbA1c=6.80 %", "ALT=not-done"]}]}]}"#;
        let (toml, json) = (read(CASE, false), read(json, true));
        assert_eq!(json.problems, []);
        let records = |reading: &Reading| {
            let patient = &reading.records.patients[0];
            (
                patient.patient.clone(),
                patient.infusions[0].record.clone(),
                patient.visits[0].measurements[0].record.clone(),
            )
        };
        assert_eq!(records(&toml), records(&json));
    }

    #[test]
    fn every_problem_is_named_at_once_with_its_line() {
        let source = "[report]\nkey = \"a 2024\"\nkind = \"case reprt\"\n[[patient]]\nlabel = \"1\"\n\
            email = \"someone\"\nage = \"old\"\n[[patient.visit]]\nlabel = \"W4\"\n\
            values = [\"HbA1c=6,8 %\", \"Hb1Ac=7 %\"]\n";
        let reading = read(source, false);
        let told: Vec<_> = reading
            .problems
            .iter()
            .map(|problem| format!("{}: {} {}", problem.place, problem.what, problem.mismatch))
            .collect();
        let lines: Vec<_> = reading
            .problems
            .iter()
            .map(|problem| problem.place.to_string().split(", column").next().map(str::to_owned))
            .collect();
        let line = |number: usize| Some(format!("case, line {number}"));
        assert_eq!(lines, [line(2), line(3), line(6), line(7), line(10), line(10)], "{told:#?}");
        assert!(told[2].contains("could identify a person") && !told[2].contains("someone"));
        assert!(told[1].contains("did you mean \"case report\"?"));
    }

    /// Such a file is small enough to be read, and was once waited for without end.
    #[test]
    fn a_list_of_endless_repetitions_is_read_at_once() {
        let head = "[report]\nkey = \"a\"\nkind = \"case report\"\n[[patient]]\nlabel = \"1\"\n";
        let values = "\"HbA1c=7.1 %\", ".repeat(100_000);
        let one = format!("{head}[[patient.visit]]\nlabel = \"W0\"\nvalues = [{values}]\n");
        let reading = read(&one, false);
        assert_eq!(reading.records.patients[0].visits[0].measurements.len(), 1);
        assert!(reading.problems.len() > 1000 && reading.problems.len() < 100_000);
        let visits = "[[patient.visit]]\nlabel = \"W0\"\n".repeat(20_000);
        let reading = read(&format!("{head}{visits}"), false);
        assert_eq!(reading.problems.len(), 19_999);
    }

    #[test]
    fn a_list_that_people_write_by_hand_is_short() {
        let values: Vec<_> = (0..2_000).map(|at| format!("\"v{at}\"")).collect();
        let values = values.join(", ");
        let source = format!(
            "[report]\nkey = \"a\"\nkind = \"case report\"\n[[attribute]]\nkey = \"arm\"\n\
             kind = \"category\"\nvalues = [{values}]\n"
        );
        let reading = read(&source, false);
        assert_eq!(reading.records.attributes[0].record.values.len(), 1_000);
        let told = &reading.problems[0];
        assert!(told.place.to_string().starts_with("case, line 7, column 7"), "{}", told.place);
        assert_eq!(told.mismatch.to_string(), "found \"2000 of them\", expected at most 1000");
    }

    #[test]
    fn the_template_is_a_case_file() {
        let reading = read(crate::import::CASE_TEMPLATE, false);
        assert_eq!(reading.problems, []);
        assert_eq!(reading.records.patients[0].visits.len(), 3);
    }

    #[test]
    fn the_columns_of_the_template_are_understood_once_they_are_no_comment() {
        let own = ["[[analyte]]", "name ", "symbol ", "unit ", "decimals ", "hard ", "also_unit "];
        let own = own.into_iter().chain([
            "[[attribute]]",
            "key ",
            "kind ",
            "values ",
            "label ",
            "attributes =",
        ]);
        let own: Vec<_> = own.collect();
        let uncommented = |line: &str| match line.strip_prefix("# ") {
            Some(rest) if own.iter().any(|start| rest.starts_with(start)) => rest.to_owned(),
            _ => line.to_owned(),
        };
        let lines: Vec<_> = crate::import::CASE_TEMPLATE.lines().map(uncommented).collect();
        let reading = read(&lines.join("\n"), false);
        assert_eq!(reading.problems, []);
        assert_eq!(reading.records.analytes[0].record.other_units()[0].slope, 10.0);
        assert_eq!(reading.records.attributes[0].record.values, ["placebo", "msc"]);
        assert_eq!(reading.records.patients[0].attributes[0].record.text, "msc");
    }

    proptest! {
        #[test]
        fn no_text_panics(source in "\\PC{0,200}") {
            read(&source, false);
            read(&source, true);
        }

        #[test]
        fn no_change_of_a_case_panics(at in 0usize..400, with in "\\PC{0,3}") {
            let mut chars: Vec<char> = CASE.chars().collect();
            let at = at % chars.len();
            chars.splice(at..=at, with.chars());
            read(&chars.into_iter().collect::<String>(), false);
        }
    }
}
