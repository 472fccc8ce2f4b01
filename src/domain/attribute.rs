//! The registry's own columns of a patient, such as arm, smoking or region.

use super::mismatch::words;
use super::{Mismatch, Number, PartialDate, identifies, nearest, plain};
use serde::Serialize;
use std::collections::BTreeMap;

words! {
    /// What the values of an attribute are.
    AttributeKind as "a kind" {
        /// One of the attribute's own values.
        Category = "category",
        /// A number.
        Number = "number",
        /// Any text.
        Text = "text",
        /// A date, as far as it is known.
        Date = "date",
        /// Yes or no.
        YesNo = "yes-no" | "yes/no",
    }
}

/// A category has at most so many values.
const MOST_VALUES: usize = 1_000;

/// Columns that every patient has under this or a similar name. Written plainly.
const BUILT_IN: [&str; 44] = [
    "adverseevents",
    "age",
    "ageyears",
    "alsoin",
    "attribute",
    "attributes",
    "birthyear",
    "cellsperkgtotal",
    "cellstotal",
    "diabetesduration",
    "diabetesdurationyears",
    "diagnosis",
    "duration",
    "enrolment",
    "enrolmentdate",
    "firstinfusionday",
    "followup",
    "followupdays",
    "height",
    "heightcm",
    "id",
    "infusions",
    "key",
    "knowncells",
    "label",
    "method",
    "note",
    "notreported",
    "patient",
    "products",
    "quote",
    "record",
    "report",
    "reportkind",
    "reportonadverseevents",
    "reports",
    "reportyear",
    "routes",
    "rowid",
    "sex",
    "simulated",
    "source",
    "uuid",
    "visits",
];

/// What a patient without a value is counted as; no value may be called so.
pub const NOT_REPORTED: &str = "not reported";

/// The longest text of an attribute, in characters: what is longer is a note.
const LONGEST: usize = 200;

/// A column of the registry's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// Unique short name, which becomes the name of a column.
    pub key: String,
    /// What people read instead of the key.
    pub label: Option<String>,
    /// What its values are.
    pub kind: AttributeKind,
    /// Of a category: the values there are, in the order tables have them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A value of an attribute as somebody wrote it, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeGiven {
    /// The key of the attribute.
    pub key: String,
    /// The value.
    pub text: String,
}

impl AttributeGiven {
    /// Read `arm=placebo`.
    ///
    /// # Errors
    /// If there is no `=`, or nothing on one side of it.
    pub fn parse(text: &str) -> Result<AttributeGiven, Mismatch> {
        match text.split_once('=').map(|(key, text)| (key.trim(), text.trim())) {
            Some((key, text)) if !key.is_empty() && !text.is_empty() => {
                Ok(AttributeGiven { key: key.to_owned(), text: text.to_owned() })
            }
            Some((key, "")) if !key.is_empty() => {
                let mend = format!("leave out what is not reported; an edit has --unset {key}");
                Err(Mismatch::new("", format!("a value, such as {key}=...")).mend(mend))
            }
            // What stands there without a key might be anything.
            _ => Err(Mismatch::new("", "an attribute and its value, such as arm=placebo")),
        }
    }
}

impl Attribute {
    /// What people read above its values.
    pub fn heading(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.key)
    }

    /// What does not fit together in the definition, if anything.
    pub fn wrong(&self) -> Option<Mismatch> {
        match (self.kind, self.values.is_empty()) {
            (AttributeKind::Category, true) => {
                Some(Mismatch::new("no values", "the values of a category").mend(format!(
                    "name them, as in placebo,msc; free text is kind {}",
                    AttributeKind::Text
                )))
            }
            (AttributeKind::Category, false) if self.values.len() > MOST_VALUES => {
                let found = format!("more than {MOST_VALUES} values");
                let mend = format!("what differs for each patient is kind {}", AttributeKind::Text);
                Some(Mismatch::new(found, "a few values, into which patients fall").mend(mend))
            }
            (AttributeKind::Category, false) | (_, true) => None,
            (kind, false) => {
                let expected = format!("values for a category only; this one is kind {kind}");
                Some(
                    Mismatch::new(self.values.join(", "), expected)
                        .mend("leave them out, or make it a category"),
                )
            }
        }
    }

    /// Put another value behind those of a category; one that is there stays where it is. Of too many, no
    /// more are kept than show that there are.
    pub fn add_value(&mut self, value: &str) {
        if self.values.len() <= MOST_VALUES
            && !self.values.iter().any(|known| known.to_lowercase() == value.to_lowercase())
        {
            self.values.push(value.to_owned());
        }
    }

    /// Read a value as it is kept: of a category as the attribute writes it, a number as printed, a
    /// date, yes or no, or a text on one line.
    ///
    /// # Errors
    /// Says what a value of this attribute looks like; of a category, the nearest.
    pub fn parse_value(&self, text: &str) -> Result<String, Mismatch> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Mismatch::new("", "a value").mend("leave out what is not reported"));
        }
        match self.kind {
            AttributeKind::Category => self.parse_category(text),
            AttributeKind::Number => Number::parse(text)
                .map(|_| text.replace('\u{2212}', "-").trim_start_matches('+').to_owned()),
            AttributeKind::Date => PartialDate::parse(text).map(|date| date.as_str().to_owned()),
            AttributeKind::YesNo => match text.to_lowercase().as_str() {
                "yes" | "y" | "true" => Ok("yes".to_owned()),
                "no" | "n" | "false" => Ok("no".to_owned()),
                _ => Err(Mismatch::new(text, "yes or no")),
            },
            AttributeKind::Text if means_nothing(text) => {
                Err(Mismatch::new(text, "a text that says something")
                    .mend("leave out what is not reported"))
            }
            AttributeKind::Text => line(text, "a text on one line"),
        }
    }

    fn parse_category(&self, text: &str) -> Result<String, Mismatch> {
        let lower = text.to_lowercase();
        if let Some(value) = self.values.iter().find(|value| value.to_lowercase() == lower) {
            return Ok(value.clone());
        }
        let mismatch = Mismatch::new(text, format!("one of: {}", self.values.join(", ")));
        Err(match nearest(text, self.values.iter().map(String::as_str)) {
            Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
            None => mismatch.mend(format!(
                "if it is a value of its own: casebook attribute edit {} --add-value ...",
                self.key
            )),
        })
    }
}

/// Read the key of an attribute: small letters, digits and `_`, a letter first.
///
/// # Errors
/// If it has another form, is a column every patient has, or would identify a person.
pub fn parse_attribute_key(text: &str) -> Result<String, Mismatch> {
    let text = text.trim();
    if identifies(text) {
        let mismatch = Mismatch::new(text, "a column that identifies nobody");
        return Err(mismatch.mend("it could identify a person and is never recorded: leave it out"));
    }
    let allowed = |c: char| c == '_' || c.is_alphanumeric();
    let starts = text.chars().next().is_some_and(char::is_alphabetic);
    let is_small = text.to_lowercase() == text;
    if !starts || !is_small || text.chars().count() > 30 || !text.chars().all(allowed) {
        let expected = "a short name of small letters, digits and _, such as arm or smoking";
        let mismatch = Mismatch::new(text, expected);
        return Err(match as_key(text) {
            Some(near) => mismatch.mend(format!("for example {near}")),
            None => mismatch,
        });
    }
    if BUILT_IN.contains(&plain(text).as_str()) {
        let mismatch = Mismatch::new(text, "a name that no column of a patient has yet");
        return Err(mismatch.mend(
            "every patient has this one: `casebook patient add --help` shows its option; \
             or choose another name",
        ));
    }
    Ok(text.to_owned())
}

/// What somebody may have meant as a key: `Treatment arm` as `treatment_arm`.
fn as_key(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace([' ', '-', '.'], "_");
    (lower != text && parse_attribute_key(&lower).is_ok()).then_some(lower)
}

/// Read one value of a category.
///
/// # Errors
/// If it says nothing, is longer than a line, holds a comma, or means that there is no value.
pub fn parse_category_value(text: &str) -> Result<String, Mismatch> {
    let value = line(text.trim(), "a value of a category, such as placebo")?;
    if value.contains(',') {
        return Err(
            Mismatch::new(value, "a value without a comma").mend("commas stand between values")
        );
    }
    if means_nothing(&value) {
        return Err(Mismatch::new(value, "a value that says something")
            .mend("patients without a value are counted as not reported anyway"));
    }
    Ok(value)
}

/// True for what tables call the patients without a value.
fn means_nothing(text: &str) -> bool {
    plain(text) == plain(NOT_REPORTED)
}

fn line(text: &str, expected: &str) -> Result<String, Mismatch> {
    if text.is_empty() {
        return Err(Mismatch::new("", expected));
    }
    if text.chars().any(char::is_control) {
        return Err(Mismatch::new("a line break or another control character", expected));
    }
    if text.chars().count() > LONGEST {
        let found = format!("{} characters", text.chars().count());
        return Err(Mismatch::new(found, format!("{expected}, of at most {LONGEST}"))
            .mend("put what is longer into the patient's note"));
    }
    Ok(text.to_owned())
}

/// The attribute with this key among those of a registry.
///
/// # Errors
/// Names the nearest, and how to add one.
pub fn find_attribute<'a>(known: &'a [Attribute], key: &str) -> Result<&'a Attribute, Mismatch> {
    let lower = key.trim().to_lowercase();
    if let Some(found) = known.iter().find(|attribute| attribute.key == lower) {
        return Ok(found);
    }
    // That it would identify a person, or is a column already, is worth more than a near name.
    parse_attribute_key(&lower)?;
    let keys: Vec<&str> = known.iter().map(|attribute| attribute.key.as_str()).collect();
    let expected = match keys.as_slice() {
        [] => "an attribute of this registry; it has none".to_owned(),
        keys => format!("an attribute of this registry: {}", keys.join(", ")),
    };
    let mismatch = Mismatch::new(key, expected);
    Err(match nearest(&lower, keys.into_iter()) {
        Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
        None => mismatch.mend(format!("add it first: casebook attribute add {lower} --kind ...")),
    })
}

/// Bring the values of a patient into the form they are kept in.
///
/// # Errors
/// The first that is of no known attribute, or is no value of it.
pub fn settle_attributes(
    values: &mut BTreeMap<String, String>,
    known: &[Attribute],
) -> Result<(), Mismatch> {
    let mut settled = BTreeMap::new();
    for (key, text) in &*values {
        let attribute = find_attribute(known, key)?;
        settled.insert(attribute.key.clone(), attribute.parse_value(text)?);
    }
    *values = settled;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn attribute(kind: AttributeKind) -> Attribute {
        let values = match kind {
            AttributeKind::Category => ["placebo", "MSC"].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        };
        Attribute { key: "arm".to_owned(), label: None, kind, values }
    }

    #[test]
    fn a_category_has_few_values() {
        let mut attribute = Attribute {
            key: "arm".to_owned(),
            label: None,
            kind: AttributeKind::Category,
            values: Vec::new(),
        };
        (0..MOST_VALUES).for_each(|at| attribute.add_value(&format!("arm {at}")));
        assert_eq!(attribute.wrong(), None);
        (0..30_000).for_each(|at| attribute.add_value(&format!("patient {at}")));
        assert_eq!(attribute.values.len(), MOST_VALUES + 1);
        assert!(attribute.wrong().is_some_and(|wrong| wrong.to_string().contains("kind text")));
    }

    #[test]
    fn each_kind_reads_its_values_as_they_are_kept() {
        let read = |kind, text| attribute(kind).parse_value(text).ok();
        let kept = |text: &str| Some(text.to_owned());
        assert_eq!(read(AttributeKind::Category, " msc "), kept("MSC"));
        assert_eq!(read(AttributeKind::Number, "\u{2212}7.10"), kept("-7.10"));
        assert_eq!(read(AttributeKind::Date, "2024-03"), kept("2024-03"));
        assert_eq!(read(AttributeKind::YesNo, "True"), kept("yes"));
        assert_eq!(read(AttributeKind::Text, "糖尿病 clinic"), kept("糖尿病 clinic"));
        for (kind, wrong) in [
            (AttributeKind::Category, "both"),
            (AttributeKind::Number, "7,1"),
            (AttributeKind::Date, "3/4/2024"),
            (AttributeKind::YesNo, "perhaps"),
            (AttributeKind::Text, "two\nlines"),
            (AttributeKind::Text, "Not reported"),
        ] {
            assert_eq!(read(kind, wrong), None, "{kind}");
            assert_eq!(read(kind, "  "), None, "{kind}");
        }
    }

    #[test]
    fn a_slip_names_the_value_that_is_meant() {
        let mismatch =
            attribute(AttributeKind::Category).parse_value("placbo").expect_err("a slip");
        assert_eq!(mismatch.mend.as_deref(), Some("did you mean \"placebo\"?"));
        let mismatch = attribute(AttributeKind::Category).parse_value("xyz").expect_err("another");
        assert!(mismatch.mend.is_some_and(|mend| mend.contains("--add-value")));
    }

    #[test]
    fn a_key_is_a_column_nobody_has_and_nobody_is_known_by() {
        for right in ["arm", "hba1c_target", "吸烟", "smoking2"] {
            assert_eq!(parse_attribute_key(right), Ok(right.to_owned()));
        }
        for wrong in ["Arm", "2nd", "a b", "", "a-b", "sex", "follow_up", "age_years", "e_mail"] {
            assert!(parse_attribute_key(wrong).is_err(), "{wrong}");
        }
        let mend = |text| parse_attribute_key(text).expect_err("wrong").mend.unwrap_or_default();
        assert_eq!(mend("Treatment arm"), "for example treatment_arm");
        assert!(mend("patient_name").contains("identify"));
    }

    #[test]
    fn an_unknown_attribute_is_named_with_the_nearest() {
        let known = [attribute(AttributeKind::Category)];
        assert_eq!(find_attribute(&known, "ARM").map(|found| found.key.as_str()), Ok("arm"));
        let mend = |key| find_attribute(&known, key).expect_err("unknown").mend.unwrap_or_default();
        assert_eq!(mend("arms"), "did you mean \"arm\"?");
        assert!(mend("smoking").contains("attribute add smoking"));
        assert!(mend("phone").contains("identify"));
    }

    #[test]
    fn only_a_category_has_values_and_it_must_have_some() {
        let mut arm = attribute(AttributeKind::Category);
        assert_eq!(arm.wrong(), None);
        arm.add_value("msc");
        assert_eq!(arm.values.len(), 2, "it is there in other letters");
        arm.kind = AttributeKind::Text;
        assert!(arm.wrong().is_some());
        arm.values.clear();
        assert_eq!(arm.wrong(), None);
        arm.kind = AttributeKind::Category;
        assert!(arm.wrong().is_some());
        assert!(parse_category_value("Not reported").is_err());
        assert!(parse_category_value("a,b").is_err());
    }

    #[test]
    fn a_given_value_has_a_key_and_a_text() {
        let read = |text| AttributeGiven::parse(text).map(|given| (given.key, given.text));
        assert_eq!(read(" arm = a=b "), Ok(("arm".to_owned(), "a=b".to_owned())));
        for wrong in ["arm", "=a", "arm=", ""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    fn any_kind() -> impl Strategy<Value = AttributeKind> {
        prop::sample::select(AttributeKind::ALL)
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_as_itself(kind in any_kind(), text in "\\PC{0,20}|-?[0-9]{1,3}(\\.[0-9])?|yes|msc") {
            let attribute = attribute(kind);
            if let Ok(kept) = attribute.parse_value(&text) {
                prop_assert_eq!(attribute.parse_value(&kept), Ok(kept.clone()));
                prop_assert!(!kept.trim().is_empty());
            }
        }

        #[test]
        fn a_key_that_is_read_stays_as_it_is(text in ".{0,20}|[a-z_0-9]{1,12}") {
            if let Ok(key) = parse_attribute_key(&text) {
                prop_assert_eq!(&key, text.trim());
                prop_assert_eq!(parse_attribute_key(&key), Ok(key.clone()));
            }
        }

        #[test]
        fn every_value_of_a_category_is_one(values in prop::collection::vec("[a-zé糖]{1,6}", 1..6)) {
            let mut of = attribute(AttributeKind::Category);
            of.values.clear();
            values.iter().for_each(|value| of.add_value(value));
            for value in &of.values {
                prop_assert_eq!(of.parse_value(value), Ok(value.clone()));
            }
        }
    }
}
