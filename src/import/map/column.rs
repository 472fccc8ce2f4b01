//! What a map says of one column: a word, the heading it ought to have, or a table.

use super::read::{check_unit, codes};
use super::{Column, Field, Known, Measured, Role};
use crate::domain::{Mismatch, parse_attribute_key};
use crate::import::document::{Node, NodeValue};
use crate::import::fields::Fields;
use std::collections::HashMap;

/// Read what is said of the column of this heading.
pub(super) fn read_column<'a>(
    fields: &Fields<'a>,
    heading: &str,
    node: &'a Node,
    known: Known<'_>,
) -> Option<Column> {
    let what = format!("column \"{heading}\"");
    let place = fields.place_at(node.at);
    if let NodeValue::Text(word) = &node.value {
        let role = role_of(word, known).map_err(|wrong| fields.wrong(node.at, &what, wrong));
        return role.ok().map(|role| Column { place, role, values: HashMap::new() });
    }
    let inside = fields.inside(node, what);
    let word = inside.parsed("as", |word| role_of(word, known));
    let analyte =
        inside.parsed("analyte", |name| known.catalogue.find(name).map(|one| one.key.clone()));
    let unit = inside.text("unit");
    let visit = inside.text("visit");
    let attribute = inside.parsed("attribute", parse_attribute_key);
    let values = codes(&inside, inside.get("values"), "values");
    let values = values.into_iter().map(|(coded, meaning, _)| (coded, meaning)).collect();
    if let (Some(unit), Some(analyte)) = (&unit, &analyte)
        && let Err(mismatch) = check_unit(unit, analyte, known.catalogue)
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
    role.map(|role| Column { place, role, values })
}

/// What a word stands for: a field, or whatever a heading of these words would be.
fn role_of(word: &str, known: Known<'_>) -> Result<Role, Mismatch> {
    let word = word.trim();
    if matches!(word, "ignore" | "ignored") {
        return Ok(Role::Ignored);
    }
    Field::parse(word).map(Role::Field).or_else(|mismatch| {
        known.role_of(word).ok_or_else(|| {
            known.wrong_unit(word).unwrap_or_else(|| {
                let expected =
                    format!("{}, ignore; or an analyte such as \"HbA1c (%)\"", mismatch.expected);
                Mismatch { expected, ..mismatch }
            })
        })
    })
}

/// The text of a node, as printed.
pub(super) fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        NodeValue::Text(text) | NodeValue::Number(text) => Some(text),
        _ => None,
    }
}

/// What is said of a node that has none.
pub(super) fn no_text(node: &Node) -> Mismatch {
    Mismatch::new(node.value.kind(), "a text or a number")
}
