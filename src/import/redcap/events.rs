//! Events of a longitudinal project, and what repeats in them: which visit a row is of.

use crate::import::map::{Known, Map};

/// Columns that REDCap adds by itself.
pub(super) const EVENT: &str = "redcap_event_name";
pub(super) const INSTRUMENT: &str = "redcap_repeat_instrument";
pub(super) const INSTANCE: &str = "redcap_repeat_instance";

/// The number of the arm behind the name of an event: 1 of `w4_arm_1`.
pub(super) fn arm_of(event: &str) -> Option<&str> {
    let (_, arm) = event.rsplit_once("_arm_")?;
    arm.chars().all(|c| c.is_ascii_digit()).then_some(arm)
}

/// What a visit is called by the map, or by its event without the arm.
pub(super) fn visit_of(event: &str, map: &Map, known: Known<'_>) -> String {
    if let Some(visit) = map.event(event).and_then(|event| event.visit.clone()) {
        return visit;
    }
    let name = match (arm_of(event), event.rsplit_once("_arm_")) {
        (Some(_), Some((name, _))) => name,
        _ => event,
    };
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
