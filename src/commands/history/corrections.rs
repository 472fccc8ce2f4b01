//! Corrections and doubts in words: what a row of the log says of a measurement's readings, in one line
//! for each reading that came with it.

use serde_json::Value as Json;

/// Each reading that this row put beside a print, in words: `34 → 3.4 ng/mL, corrected by Dr Wu: …`.
pub(super) fn of_row(row: &Json) -> Vec<String> {
    let (before, after) = (&row["before"], &row["after"]);
    if row["noun"] != "measurement" || after.is_null() {
        return Vec::new();
    }
    let known = readings(before).len();
    // Where nothing was recorded before, what is corrected is the print itself.
    let was = if before.is_null() { text(after) } else { in_force(before) };
    let told = |other: &Json| {
        let (read_as, reason) = (text(&other["reading"]), word(other, "reason"));
        let by = format!("by {}: {reason}", word(other, "made_by"));
        match word(other, "standing") {
            "accepted" => format!("{was} → {read_as}, corrected {by}"),
            "proposed" => format!("{was}, perhaps {read_as}, proposed {by}"),
            _ => format!("{was}, not {read_as}, rejected {by}"),
        }
    };
    readings(after).iter().skip(known).map(told).collect()
}

fn readings(measurement: &Json) -> &[Json] {
    measurement["other_readings"].as_array().map_or(&[], Vec::as_slice)
}

/// The text of the reading in force: the last that was accepted, else the print.
fn in_force(measurement: &Json) -> String {
    let accepted = |other: &&Json| other["standing"] == "accepted";
    let accepted = readings(measurement).iter().rfind(accepted);
    accepted.map_or_else(|| text(measurement), |other| text(&other["reading"]))
}

/// A reading as printed, or what became of it where nothing was.
fn text(reading: &Json) -> String {
    let unit = reading["unit"]["printed"].as_str().filter(|unit| *unit != "1");
    match (reading["printed"].as_str(), unit) {
        (Some(printed), Some(unit)) => format!("{printed} {unit}"),
        (Some(printed), None) => printed.to_owned(),
        (None, _) => word(reading, "status").to_owned(),
    }
}

fn word<'a>(of: &'a Json, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_correction_is_told_from_what_was_in_force_to_what_is() {
        let reading = |printed: &str, standing: &str, by: &str| {
            json!({"reading": {"status": "measured", "printed": printed, "unit": {"printed": "ng/mL"}},
                "standing": standing, "made_by": by, "reason": "x"})
        };
        let measurement = |others: Vec<Json>| json!({"analyte": "cea", "status": "measured", "printed": "34", "other_readings": others});
        let row = |before: Json, after: Json| {
            of_row(&json!({"noun": "measurement", "before": before, "after": after}))
        };
        let (a, b) = (reading("3.4", "accepted", "a"), reading("3.5", "accepted", "b"));
        let bare = || measurement(Vec::new());
        assert_eq!(
            row(bare(), measurement(vec![a.clone()])),
            ["34 → 3.4 ng/mL, corrected by a: x"]
        );
        assert_eq!(
            row(measurement(vec![a.clone()]), measurement(vec![a.clone(), b])),
            ["3.4 ng/mL → 3.5 ng/mL, corrected by b: x"]
        );
        assert_eq!(
            row(bare(), measurement(vec![reading("3.4", "proposed", "c")])),
            ["34, perhaps 3.4 ng/mL, proposed by c: x"]
        );
        assert_eq!(row(Json::Null, measurement(vec![a])), ["34 → 3.4 ng/mL, corrected by a: x"]);
        assert_eq!(row(bare(), Json::Null), [""; 0]);
        assert_eq!(of_row(&json!({"noun": "visit", "after": bare()})), [""; 0]);
    }
}
