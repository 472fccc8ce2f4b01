//! Two entries of one measurement: as printed, with its unit; the same value may be printed otherwise.

use super::fields::source_text;
use crate::domain::{Measurement, OtherReading, Reading, Standing};

/// A field of a measurement: its name, both texts, and whether they are one value.
pub(super) type Told = (&'static str, Option<String>, Option<String>, bool);

/// Every field that either entry has.
pub(super) fn fields(here: &Measurement, there: &Measurement) -> Vec<Told> {
    let (value_here, value_there) = values(here, there);
    let limit = |of: &Measurement, low: bool| {
        let limits = of.limits.clone()?;
        if low { limits.low } else { limits.high }
    };
    let doubts = |of: &Measurement| {
        let proposed = of.other_readings.iter().filter(|one| one.standing == Standing::Proposed);
        let mut texts: Vec<_> = proposed.map(|one| shown(&one.reading)).collect();
        texts.sort();
        Some(texts.join(", ")).filter(|text| !text.is_empty())
    };
    let source = |of: &Measurement| of.source.as_ref().map(source_text);
    let same = here.reading.is_same_value(&there.reading);
    vec![
        ("value", Some(value_here), Some(value_there), same),
        ("lower limit", limit(here, true), limit(there, true), false),
        ("upper limit", limit(here, false), limit(there, false), false),
        ("doubt", doubts(here), doubts(there), false),
        ("source", source(here), source(there), false),
    ]
}

/// True if one reading can correct the other: a correction replaces a number by a number and leaves
/// what became of the measurement as it is.
pub(super) fn is_correctable(here: &Reading, there: &Reading) -> bool {
    let kind = |of: &Reading| (of.status, of.comparator);
    here.status.is_number() && kind(here) == kind(there)
}

/// The print, and that no unit was printed.
fn shown(reading: &Reading) -> String {
    let without_unit = reading.unit.is_none() && reading.status.is_number();
    let unit = if without_unit { " (unit not reported)" } else { "" };
    format!("{}{unit}", reading.text())
}

/// The values as they are compared. A value that was corrected is told by its correction, unless the
/// other entry repeats the print: it was read alike, whatever was found out later.
fn values(here: &Measurement, there: &Measurement) -> (String, String) {
    let corrected = |of: &Measurement| {
        let accepted = |one: &&OtherReading| one.standing == Standing::Accepted;
        of.other_readings.iter().rfind(accepted).map(|one| shown(&one.reading))
    };
    let (print_here, print_there) = (shown(&here.reading), shown(&there.reading));
    let (now_here, now_there) = (corrected(here), corrected(there));
    let repeats = |print: &String, now: &Option<String>, other: &String| {
        print == other || now.as_ref() == Some(other)
    };
    if repeats(&print_here, &now_here, &print_there) {
        return (print_there.clone(), print_there);
    }
    if repeats(&print_there, &now_there, &print_here)
        || (now_here.is_some() && now_here == now_there)
    {
        return (print_here.clone(), print_here);
    }
    let told = |print: String, now: Option<String>| match now {
        Some(now) => format!("{now} (corrected; printed {print})"),
        None => print,
    };
    (told(print_here, now_here), told(print_there, now_there))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Catalogue;

    fn parse(text: &str) -> Measurement {
        Measurement::parse(text, Catalogue::built_in()).expect(text)
    }

    #[test]
    fn a_correction_is_told_unless_the_other_entry_repeats_the_print() {
        let mut here = parse("HbA1c=6.8 %");
        here.put_reading(OtherReading {
            reading: parse("HbA1c=6.9 %").reading,
            standing: Standing::Accepted,
            made_by: "a".to_owned(),
            reason: "b".to_owned(),
            source: None,
        });
        let value = |there: &str| values(&here, &parse(there));
        for repeated in ["HbA1c=6.8 %", "HbA1c=6.9 %"] {
            let (here, there) = value(repeated);
            assert_eq!(here, there, "{repeated}");
        }
        assert_eq!(value("HbA1c=7.0 %").0, "6.9 % (corrected; printed 6.8 %)");
    }
}
