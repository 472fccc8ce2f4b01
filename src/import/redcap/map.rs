//! What the person says of the fields of a REDCap project, in TOML.
//!
//! ```toml
//! missing = ["-99", "NI"]                 # codes for what is missing
//! [fields]
//! a1c = "analyte HbA1c, %"                # also: "analyte HbA1c" where the dictionary names the unit
//! birth_y = "patient birth_year"
//! smoker = "attribute smoking"
//! first_name = "ignore"
//! [events]
//! visit_1_arm_1 = 28                      # the day of an event
//! ```

use crate::domain::{Day, Mismatch};
use std::collections::BTreeMap;

/// What a field becomes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Use {
    /// A field of the patient: sex, age, birth_year …
    Patient(String),
    /// An analyte with its unit, where one is named.
    Analyte(String, Option<String>),
    /// A column of the registry's own.
    Attribute(String),
    Ignore,
}

/// The map.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Map {
    pub missing: Vec<String>,
    pub fields: BTreeMap<String, Use>,
    pub events: BTreeMap<String, Day>,
}

/// Read a map.
///
/// # Errors
/// The first thing that is no map.
pub(super) fn parse_map(text: &str) -> Result<Map, Mismatch> {
    #[derive(serde::Deserialize, Default)]
    #[serde(deny_unknown_fields, default)]
    struct Written {
        missing: Vec<String>,
        fields: BTreeMap<String, String>,
        events: BTreeMap<String, i32>,
    }
    let written: Written = toml::from_str(text).map_err(|error| {
        Mismatch::new(
            error.message(),
            "[fields] name = \"analyte HbA1c, %\", [events], missing = []",
        )
    })?;
    let mut map = Map { missing: written.missing, ..Map::default() };
    for (name, text) in written.fields {
        let used = parse_use(&text)?;
        map.fields.insert(name, used);
    }
    for (name, day) in written.events {
        map.events.insert(name, Day::parse(&day.to_string())?);
    }
    Ok(map)
}

fn parse_use(text: &str) -> Result<Use, Mismatch> {
    let wrong = || {
        Mismatch::new(
            text,
            "\"patient FIELD\", \"analyte NAME, UNIT\", \"attribute KEY\" or \"ignore\"",
        )
    };
    let text = text.trim();
    if text == "ignore" {
        return Ok(Use::Ignore);
    }
    let (word, rest) = text.split_once(' ').ok_or_else(wrong)?;
    let rest = rest.trim();
    match word {
        "patient" => Ok(Use::Patient(rest.to_owned())),
        "attribute" => Ok(Use::Attribute(rest.to_owned())),
        // The unit stands behind the last comma: names have commas too.
        "analyte" => Ok(match rest.rsplit_once(',') {
            Some((name, unit)) => {
                Use::Analyte(name.trim().to_owned(), Some(unit.trim().to_owned()))
            }
            None => Use::Analyte(rest.to_owned(), None),
        }),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_says_what_fields_and_events_are() {
        let text = "missing = [\"-99\"]\n[fields]\na = \"analyte HbA1c, %\"\nb = \"patient age\"\n\
            c = \"ignore\"\nd = \"analyte FPG\"\n[events]\nw4_arm_1 = 28\n";
        let map = parse_map(text).expect("a map");
        assert_eq!(map.fields["a"], Use::Analyte("HbA1c".into(), Some("%".into())));
        assert_eq!(map.fields["d"], Use::Analyte("FPG".into(), None));
        assert_eq!(
            (&map.fields["b"], &map.fields["c"]),
            (&Use::Patient("age".into()), &Use::Ignore)
        );
        assert_eq!((map.events["w4_arm_1"], map.missing[0].as_str()), (Day(28), "-99"));
        for wrong in ["[fields]\na = \"analyt HbA1c\"", "[field]\n", "x", "[events]\na = 999999"] {
            assert!(parse_map(wrong).is_err(), "{wrong}");
        }
    }
}
