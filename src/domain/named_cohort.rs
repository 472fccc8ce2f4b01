//! A selection of patients that has a name and counts its versions.

use serde::Serialize;

/// A named selection of patients. An edit of the condition makes the next version; the older ones stay
/// in the change log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedCohort {
    /// Unique short name.
    pub name: String,
    /// How often its condition was changed, counted from 1.
    pub version: u32,
    /// The condition that its patients meet.
    pub expression: String,
    /// What it is for.
    pub note: Option<String>,
}
