//! One value of a JSON document whose shape somebody else decided: what is asked for is taken, what is of
//! another kind is named, and the rest is counted.

use super::document::{Node, NodeValue, Text};
use super::gather::Gatherer;
use crate::domain::{Mismatch, PartialDate, Place};

/// A value of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    text: &'a Text<'a>,
    node: &'a Node,
}

impl<'a> Element<'a> {
    /// A value of this text.
    pub fn new(text: &'a Text<'a>, node: &'a Node) -> Element<'a> {
        Element { text, node }
    }

    /// Where it begins.
    pub fn place(&self) -> Place {
        self.text.place(self.node.at)
    }

    /// The field of this name; `None` if there is none, or this has no fields.
    pub fn get(&self, name: &str) -> Option<Element<'a>> {
        let NodeValue::Table(entries) = &self.node.value else { return None };
        let (_, node) = entries.iter().find(|(key, _)| key == name)?;
        (node.value != NodeValue::Null).then_some(Element { node, ..*self })
    }

    /// The field at the end of a path such as `value.quantity`.
    pub fn at(&self, path: &str) -> Option<Element<'a>> {
        path.split('.').try_fold(*self, |element, name| element.get(name))
    }

    /// The items of a list in a field; of nothing and of another kind of value there are none.
    pub fn list(&self, name: &str) -> Vec<Element<'a>> {
        match self.get(name).map(|element| &element.node.value) {
            Some(NodeValue::List(items)) => {
                items.iter().map(|node| Element { node, ..*self }).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Its text, without the blanks around it; `None` if it is none, or empty.
    pub fn as_text(&self) -> Option<&'a str> {
        match &self.node.value {
            NodeValue::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The text at the end of a path, on one line: control characters are no part of a label.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        let text = self.at(path)?.as_text()?;
        (!text.contains(char::is_control)).then_some(text)
    }

    /// The number at the end of a path, as printed.
    pub fn number(&self, path: &str) -> Option<&'a str> {
        match &self.at(path)?.node.value {
            NodeValue::Number(number) => Some(number),
            _ => None,
        }
    }

    /// What is wrong with a field that should hold a number; none if nothing stands there.
    pub fn no_number(&self, name: &str) -> Option<Mismatch> {
        let field =
            self.get(name).filter(|field| !matches!(field.node.value, NodeValue::Number(_)))?;
        let mend = "a number stands without quotes, and with a full stop: \"value\": 7.1";
        Some(Mismatch::new(field.kind(), "a number such as 7.1").mend(mend))
    }

    /// True or false, at the end of a path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        match self.at(path)?.node.value {
            NodeValue::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// True if it has fields.
    pub fn is_table(&self) -> bool {
        matches!(self.node.value, NodeValue::Table(_))
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        self.node.value.kind()
    }

    /// The names of its fields, each with its value.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, Element<'a>)> {
        let entries = match &self.node.value {
            NodeValue::Table(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, node)| (key.as_str(), Element { node, ..*self }))
    }

    /// Say that this can't be used.
    pub fn wrong(&self, gatherer: &mut Gatherer, what: impl Into<String>, mismatch: Mismatch) {
        gatherer.wrong(self.place(), what, mismatch);
    }

    /// Count every field that is not among `known`, one for each item of a list.
    pub fn ignore_rest(&self, gatherer: &mut Gatherer, of: &str, known: &[&str], why: &str) {
        for (name, element) in self.fields().filter(|(name, _)| !known.contains(name)) {
            let what = if of.is_empty() { label(name) } else { format!("{of}, {}", label(name)) };
            let times = match &element.node.value {
                NodeValue::Null => 0,
                NodeValue::List(items) => items.len(),
                _ => 1,
            };
            if times > 0 {
                gatherer.ignore_many(element.place(), what, why, times);
            }
        }
    }
}

/// A field's name as messages give it; what no standard would call a field is not repeated.
fn label(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.len() <= 60 && name.chars().all(is_plain) { name.to_owned() } else { "a field".into() }
}

/// The date of a point in time, as it was where it was written: `2024-03-05` of
/// `2024-03-05T23:30:00+09:00`. A date of fewer parts stays as it is.
///
/// # Errors
/// If it is none. A text that might be more than a date is not repeated.
pub(super) fn date_of(time: &str) -> Result<PartialDate, Mismatch> {
    PartialDate::parse(time.split(['T', 't']).next().unwrap_or_default()).map_err(|wrong| {
        let is_date =
            time.len() <= 40 && time.chars().all(|c| c.is_ascii_digit() || "/.-:+TZ ".contains(c));
        let found = if is_date { time } else { "another text" };
        let expected = "a date or time such as 2024-03-05 or 2024-03-05T08:30:00Z";
        Mismatch { found: found.to_owned(), expected: expected.to_owned(), ..wrong }
    })
}

/// The hour and minute of a point in time, where it has them.
pub(super) fn minute_of(time: &str) -> Option<&str> {
    let minute = time.split(['T', 't']).nth(1)?.get(..5)?;
    let is_right = |(at, c): (usize, char)| if at == 2 { c == ':' } else { c.is_ascii_digit() };
    minute.chars().enumerate().all(is_right).then_some(minute)
}

/// A pseudonym as the label of a patient. Blanks and colons become hyphens where the words can't be a
/// name: each holds a digit, or says what role somebody has in a report.
///
/// # Errors
/// If the text may be a name. It is not repeated.
pub(super) fn parse_label(text: &str) -> Result<String, Mismatch> {
    const ROLES: [&str; 30] = [
        "individual",
        "patient",
        "proband",
        "subject",
        "participant",
        "case",
        "index",
        "current",
        "family",
        "mother",
        "father",
        "brother",
        "sister",
        "sibling",
        "twin",
        "child",
        "son",
        "daughter",
        "fetus",
        "control",
        "affected",
        "unaffected",
        "donor",
        "recipient",
        "no",
        "i",
        "ii",
        "iii",
        "iv",
        "v",
    ];
    let wrong = || {
        Mismatch::new(
            "another text",
            "a pseudonym such as P014, \"individual 1\" or \"index patient\"",
        )
        .mend("a label of letters, digits, - _ . that is no name; replace it in the file")
    };
    let text = text.trim();
    if let Ok(label) = crate::domain::parse_key(text) {
        return Ok(label);
    }
    let is_harmless = |word: &str| {
        word.chars().any(|c| c.is_ascii_digit())
            || word.chars().count() == 1
            || ROLES.contains(&word.to_lowercase().as_str())
    };
    let words: Vec<_> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() || !words.iter().all(|word| is_harmless(word)) {
        return Err(wrong());
    }
    let parts: Vec<_> = text
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .filter(|part| !part.is_empty())
        .collect();
    crate::domain::parse_key(&parts.join("-")).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_label_is_a_pseudonym_and_never_repeated() {
        let label = |text| parse_label(text);
        for (text, expected) in [
            ("individual 1", "individual-1"),
            ("Index patient", "Index-patient"),
            ("Family 3 proband", "Family-3-proband"),
            ("F1, II:2", "F1-II-2"),
            ("P014", "P014"),
            ("caaf8343-159a-476b", "caaf8343-159a-476b"),
        ] {
            assert_eq!(label(text), Ok(expected.to_owned()), "{text}");
        }
        for wrong in ["Maria Huber", "patient Huber", "", " : ", "王 小明"] {
            let told = label(wrong).expect_err(wrong).to_string();
            assert!(!told.contains("Huber"), "{told}");
        }
    }

    #[test]
    fn a_time_has_the_date_of_its_own_place() {
        let date = |text| date_of(text).map(|date| date.to_string());
        assert_eq!(date("2024-03-05T23:30:00+09:00"), Ok("2024-03-05".to_owned()));
        assert_eq!(date("2024-03"), Ok("2024-03".to_owned()));
        let wrong = date_of("03/04/2024").expect_err("ambiguous");
        assert_eq!(wrong.found, "03/04/2024");
        assert!(wrong.mend.is_some_and(|mend| mend.contains("can't be told apart")));
        assert_eq!(date_of("Maria 1968").expect_err("no date").found, "another text");
        assert!(date("05.03.2024").is_err() && date("").is_err());
        assert_eq!(minute_of("2024-03-05T23:30:00+09:00"), Some("23:30"));
        assert_eq!((minute_of("2024-03-05"), minute_of("2024-03-05Tnoon!")), (None, None));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = (parse_label(&text), date_of(&text), minute_of(&text));
        }
    }
}
