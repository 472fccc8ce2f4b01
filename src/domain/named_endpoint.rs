//! A rule of response that has a name and counts its versions.

use serde::Serialize;

/// A named rule of response. An edit of the rule makes the next version; the older ones stay in the change
/// log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedEndpoint {
    /// Unique short name.
    pub name: String,
    /// How often its rule was changed, counted from 1.
    pub version: u32,
    /// Who is a responder.
    pub rule: String,
    /// What it is for.
    pub note: Option<String>,
}
