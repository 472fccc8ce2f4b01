//! The data dictionary of a REDCap project: what each field is, in the words of the project.
//!
//! The columns are those of the dictionary that REDCap itself exports; a field of type checkbox has a
//! column `field___code` for each choice in the data (REDCapR, MIT licence, has samples of both).

use crate::domain::{Mismatch, identifies};
use crate::import::delimited::column;
use crate::import::table::{Row, Sheet};

/// A field of the project.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Field {
    pub name: String,
    /// The form (instrument) it stands on.
    pub form: String,
    /// `text`, `radio`, `checkbox`, `calc` …
    pub kind: String,
    pub label: String,
    pub note: String,
    /// `integer`, `number`, `date_ymd` …
    pub validation: String,
    /// Codes with their labels.
    pub choices: Vec<(String, String)>,
    /// True if the project itself flags it as identifying.
    pub identifies: bool,
}

impl Field {
    /// The label of a code; a text that is no code is none.
    pub fn label_of(&self, code: &str) -> Option<&str> {
        let by_code = self.choices.iter().find(|(known, _)| known == code);
        // An export may have labels in place of codes.
        let found = by_code
            .or_else(|| self.choices.iter().find(|(_, label)| label.eq_ignore_ascii_case(code)));
        found.map(|(_, label)| label.as_str())
    }

    /// True if it could identify a person: by the project's own flag, by its name or label, or by what
    /// REDCap checks its texts to be.
    pub fn names_a_person(&self) -> bool {
        self.identifies
            || identifies(&self.name)
            || identifies(&self.label)
            || ["email", "phone"].contains(&self.validation.as_str())
    }

    /// True if its values are codes.
    pub fn is_coded(&self) -> bool {
        !self.choices.is_empty() && self.kind != "checkbox"
    }
}

/// The heading of the fields' names: as REDCap exports the dictionary, and as its interface for other
/// programs does.
pub(super) const FIELD_NAME: [&str; 2] = ["Variable / Field Name", "field_name"];

/// The fields of a dictionary in their order.
///
/// # Errors
/// If the file has not the columns of one.
pub(super) fn read_dictionary(sheet: &Sheet, rows: &[Row]) -> Result<Vec<Field>, Mismatch> {
    let of = |long: &str, short: &str| column(sheet, long).or_else(|| column(sheet, short));
    let names = of(FIELD_NAME[0], FIELD_NAME[1]);
    let kinds = of("Field Type", "field_type");
    let (Some(names), Some(kinds)) = (names, kinds) else {
        return Err(Mismatch::new("other columns", "\"Variable / Field Name\" and \"Field Type\"")
            .mend("download it in REDCap: Data Dictionary, Download the current Data Dictionary"));
    };
    let forms = of("Form Name", "form_name");
    let labels = of("Field Label", "field_label");
    let notes = of("Field Note", "field_note");
    let choices = of("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations");
    let validations = of(
        "Text Validation Type OR Show Slider Number",
        "text_validation_type_or_show_slider_number",
    );
    let identifiers = of("Identifier?", "identifier");
    let mut fields = Vec::new();
    for row in rows {
        let text = |at: Option<usize>| {
            at.and_then(|at| row.cell(at)).map(str::to_owned).unwrap_or_default()
        };
        let kind = text(Some(kinds)).to_lowercase();
        let choices = match kind.as_str() {
            "radio" | "dropdown" | "checkbox" => parse_choices(&text(choices)),
            "yesno" => two("Yes", "No"),
            "truefalse" => two("True", "False"),
            _ => Vec::new(),
        };
        fields.push(Field {
            name: text(Some(names)),
            form: text(forms),
            label: text(labels),
            note: text(notes),
            validation: text(validations),
            identifies: matches!(text(identifiers).to_lowercase().as_str(), "y" | "yes" | "1"),
            kind,
            choices,
        });
    }
    Ok(fields)
}

fn two(yes: &str, no: &str) -> Vec<(String, String)> {
    vec![("1".to_owned(), yes.to_owned()), ("0".to_owned(), no.to_owned())]
}

/// `0, Female | 1, Male`
fn parse_choices(text: &str) -> Vec<(String, String)> {
    text.split('|')
        .filter_map(|choice| choice.split_once(','))
        .map(|(code, label)| (code.trim().to_owned(), label.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_codes_with_labels() {
        let choices = parse_choices("0, Female | 1, Male, or so|a,A");
        let expected = [("0", "Female"), ("1", "Male, or so"), ("a", "A")];
        assert_eq!(choices, expected.map(|(code, label)| (code.to_owned(), label.to_owned())));
        let field = Field { choices, ..Field::default() };
        assert_eq!(
            (field.label_of("0"), field.label_of("female")),
            (Some("Female"), Some("Female"))
        );
        assert_eq!(field.label_of("2"), None);
    }
}
