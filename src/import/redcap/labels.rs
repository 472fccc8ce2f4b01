//! An export under labels: its headings are the labels of fields, its values those of choices. It is read
//! where each label is of one field only; else nobody can tell which is meant, and raw data are asked for.
//!
//! What REDCap writes as headings: the label of a field, `LABEL (choice=CHOICE)` for a box, and `Complete?`
//! for the state of each form (REDCapR, MIT licence, has such an export: `read-oneshot/label-header.R`).

use super::dictionary::Field;
use super::events::{EVENT, INSTANCE, INSTRUMENT};
use crate::domain::Mismatch;
use crate::import::delimited::{Problems, problem};
use crate::import::table::Sheet;
use std::collections::HashMap;
use std::sync::Arc;

/// Headings of columns that REDCap adds by itself, and their names in raw data.
const OF_REDCAP: [(&str, &str); 5] = [
    ("Event Name", EVENT),
    ("Repeat Instrument", INSTRUMENT),
    ("Repeat Instance", INSTANCE),
    ("Data Access Group", "redcap_data_access_group"),
    ("Survey Identifier", "redcap_survey_identifier"),
];

/// The state of a form, of which an export has as many as forms.
const COMPLETE: &str = "Complete?";

/// How to get data whose headings leave no doubt.
const RAW: &str = "export raw data: in REDCap, Data Exports, \"CSV / Microsoft Excel (raw data)\"";

/// True for a row of headings under labels, as its first cell has it.
pub(super) fn begins_with_label(first: &str, fields: &[Field]) -> bool {
    fields.first().is_some_and(|field| !first.is_empty() && plain(&field.label) == plain(first))
}

/// The headings of raw data that stand for these labels; none if they are names already.
///
/// # Errors
/// Each label that several fields have, and each field whose codes and labels can be confused.
pub(super) fn names_of(sheet: &Sheet, fields: &[Field]) -> Result<Option<Vec<Arc<str>>>, Problems> {
    let by_name: HashMap<&str, &Field> =
        fields.iter().map(|field| (field.name.as_str(), field)).collect();
    let of_name = |name: &str| {
        let field = name.split_once("___").map_or(name, |(field, _)| field);
        by_name.get(field).copied()
    };
    let labels = labels_of(fields);
    let columns = || sheet.headings.iter().map(|heading| (heading, labels.get(&plain(heading))));
    // A label may be a field's name, too, and tells nothing then.
    let is_name = |heading: &str| heading.starts_with("redcap_") || of_name(heading).is_some();
    let is_raw = columns().any(|(heading, names)| names.is_none() && is_name(heading));
    if is_raw || !columns().any(|(heading, names)| names.is_some() && !is_name(heading)) {
        return Ok(None);
    }
    let mut problems = Problems::new();
    let mut headings = Vec::with_capacity(sheet.headings.len());
    for (at, (heading, names)) in columns().enumerate() {
        let mut wrong = |mismatch: Mismatch| {
            let place = sheet.place(sheet.heading_row, Some(at));
            problems.push(problem(place, "label", mismatch.mend(RAW)));
        };
        match names.map(Vec::as_slice) {
            None if &**heading == COMPLETE => headings.push(format!("form_{at}_complete").into()),
            None => headings.push(Arc::clone(heading)),
            Some([name]) => {
                if let Some((code, other)) = of_name(name).and_then(confusing) {
                    let found = format!("a code {code}, and the label {code} of code {other}");
                    wrong(Mismatch::new(found, "codes that are not labels of others"));
                }
                headings.push(name.as_str().into());
            }
            Some(names) => {
                let expected = format!("a label of one field, not of {}", names.join(" and "));
                wrong(Mismatch::new(&**heading, expected));
            }
        }
    }
    if problems.is_empty() { Ok(Some(headings)) } else { Err(problems) }
}

/// The names of all columns that may have a heading.
fn labels_of(fields: &[Field]) -> HashMap<String, Vec<String>> {
    let mut labels: HashMap<String, Vec<String>> = HashMap::new();
    for (label, name) in OF_REDCAP {
        labels.insert(label.to_owned(), vec![name.to_owned()]);
    }
    // A descriptive field is a text on the form, and no column.
    let of_columns = fields.iter().filter(|field| field.kind != "descriptive");
    for field in of_columns {
        let label = plain(&field.label);
        if label.is_empty() {
            continue;
        }
        if field.kind != "checkbox" {
            labels.entry(label).or_default().push(field.name.clone());
            continue;
        }
        for (code, choice) in &field.choices {
            let heading = format!("{label} (choice={})", plain(choice));
            labels.entry(heading).or_default().push(format!("{}___{code}", field.name));
        }
    }
    labels
}

/// A code of a field that is the label of another code, and that one.
fn confusing(field: &Field) -> Option<(&str, &str)> {
    let lower = |text: &str| text.to_ascii_lowercase();
    let choices = field.choices.iter().filter(|_| field.is_coded());
    let by_label: HashMap<String, &str> =
        choices.clone().map(|(code, label)| (lower(label), code.as_str())).collect();
    let mut codes = choices.map(|(code, _)| code.as_str());
    codes.find_map(|code| {
        let other = *by_label.get(&lower(code))?;
        (other != code).then_some((code, other))
    })
}

/// A label on one line and without marks of HTML, which dictionaries have and headings have not.
fn plain(label: &str) -> String {
    let mut text = String::with_capacity(label.len());
    let mut rest = label;
    while let Some((before, behind)) = rest.split_once('<') {
        text.push_str(before);
        let is_mark = behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match behind.split_once('>') {
            Some((_, after)) if is_mark => rest = after,
            _ => {
                text.push('<');
                rest = behind;
            }
        }
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_compared_without_lines_and_marks() {
        assert_eq!(plain("<b>HbA1c</b>\n (<i>%</i>)"), "HbA1c (%)");
        assert_eq!(plain("ALT < 40, AST > 20"), "ALT < 40, AST > 20");
        assert_eq!(plain("a < b"), "a < b");
        assert_eq!(plain("<div class=\"x\">Sex</div>"), "Sex");
    }
}
