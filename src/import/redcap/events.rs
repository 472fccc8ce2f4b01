//! Events of a longitudinal project, and what repeats in them: which visit a row is of.

use crate::import::map::{Known, Map};

/// Columns that REDCap adds by itself.
pub(super) const EVENT: &str = "redcap_event_name";
pub(super) const INSTRUMENT: &str = "redcap_repeat_instrument";
pub(super) const INSTANCE: &str = "redcap_repeat_instance";

/// An event without its arm, and the number of that: `w4` and 1 of `w4_arm_1`, or of its label, which is
/// `Week 4 (Arm 1: MSC)` where a project has several.
fn parts(event: &str) -> (&str, Option<&str>) {
    let is_number = |arm: &&str| !arm.is_empty() && arm.bytes().all(|byte| byte.is_ascii_digit());
    let labelled = || {
        let (name, behind) = event.strip_suffix(')')?.rsplit_once(" (Arm ")?;
        Some((name, behind.split_once(": ")?.0))
    };
    let found = event.rsplit_once("_arm_").or_else(labelled);
    match found.filter(|(_, arm)| is_number(arm)) {
        Some((name, arm)) => (name, Some(arm)),
        None => (event, None),
    }
}

/// The number of the arm of an event.
pub(super) fn arm_of(event: &str) -> Option<&str> {
    parts(event).1
}

/// What a visit is called by the map, or by its event without the arm.
pub(super) fn visit_of(event: &str, map: &Map, known: Known<'_>) -> String {
    if let Some(visit) = map.event(event).and_then(|event| event.visit.clone()) {
        return visit;
    }
    let (name, _) = parts(event);
    known.visit_label(name).unwrap_or_else(|| name.to_owned())
}

/// What a visit is called whose event has this name, with the instrument and the instance that repeat.
pub(super) fn label(
    event: Option<&str>,
    instrument: Option<&str>,
    instance: Option<&str>,
) -> String {
    let instance =
        instance.map(|instance| format!("{} {instance}", instrument.unwrap_or("instance")));
    match (event, instance) {
        (Some(event), Some(instance)) => format!("{event}, {instance}"),
        (Some(event), None) => event.to_owned(),
        (None, Some(instance)) => instance,
        (None, None) => "record".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_parted_from_its_arm() {
        for (event, expected) in [
            ("w4_arm_1", ("w4", Some("1"))),
            ("Week 4 (Arm 2: MSC (UC))", ("Week 4", Some("2"))),
            ("Week 4", ("Week 4", None)),
            ("Left (Arm raised)", ("Left (Arm raised)", None)),
            ("on_arm_left", ("on_arm_left", None)),
        ] {
            assert_eq!(parts(event), expected, "{event}");
        }
    }
}
