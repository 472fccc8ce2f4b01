//! How the change log names a record, in one place, so that it is found again by the same name.

use crate::domain::{About, Statement};

/// An infusion of a patient.
pub(super) fn infusion(patient: &str, number: u32) -> String {
    format!("{patient} infusion {number}")
}

/// A visit of a patient.
pub(super) fn visit(patient: &str, label: &str) -> String {
    format!("{patient} {label}")
}

/// A measurement at a visit.
pub(super) fn measurement(patient: &str, label: &str, analyte: &str) -> String {
    format!("{patient} {label} {analyte}")
}

/// An adverse event or a medication, by its term or drug; several may share one name.
pub(super) fn named(patient: &str, name: &str) -> String {
    format!("{patient} {name}")
}

/// A statement about a patient.
pub(super) fn statement(patient: &str, statement: &Statement) -> String {
    let (About::Analyte(about) | About::Topic(about)) = &statement.about;
    format!("{patient} {about}: {}", statement.finding)
}
