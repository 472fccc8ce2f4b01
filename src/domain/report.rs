//! A report: where evidence comes from.

use super::mismatch::words;
use super::{Mismatch, Source};
use serde::Serialize;

words! {
    /// What kind of evidence a report is.
    ReportKind as "a kind of report" {
        /// One patient, or a few told one by one.
        CaseReport = "case report",
        /// Several patients treated alike.
        CaseSeries = "case series",
        /// An arm of a trial.
        TrialArm = "trial arm",
        /// Rows of another registry.
        RegistryExtract = "registry extract",
        /// Somebody else's account of a report that was not read.
        SecondHand = "second-hand",
    }
}

words! {
    /// What a report says on adverse events; silence is not zero.
    AdverseEventStance as "what the report says on adverse events" {
        /// Events are given.
        Given = "given",
        /// The report states that there were none.
        NoneStated = "none stated",
        /// The report does not speak of them.
        NotMentioned = "not mentioned",
    }
}

/// A published or site-made case report, series or trial arm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Short unique name such as `huang-2025`.
    pub key: String,
    /// What kind of evidence it is.
    pub kind: ReportKind,
    /// True if its patients are invented for demonstration.
    pub simulated: bool,
    /// Its citation.
    pub citation: Citation,
    /// What it says on adverse events.
    pub adverse_events: AdverseEventStance,
    /// For how many days they were looked for.
    pub adverse_events_days: Option<i32>,
    /// Where it says so.
    pub adverse_events_source: Option<Source>,
    /// Anything else.
    pub note: Option<String>,
}

impl Report {
    /// A report of which no more is known yet than what it is.
    pub fn new(key: impl Into<String>, kind: ReportKind) -> Report {
        Report {
            key: key.into(),
            kind,
            simulated: false,
            citation: Citation::default(),
            adverse_events: AdverseEventStance::NotMentioned,
            adverse_events_days: None,
            adverse_events_source: None,
            note: None,
        }
    }
}

/// The parts of a citation, each as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Citation {
    /// Title.
    pub title: Option<String>,
    /// Authors as printed.
    pub authors: Option<String>,
    /// Journal.
    pub journal: Option<String>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Volume.
    pub volume: Option<String>,
    /// Issue.
    pub issue: Option<String>,
    /// Pages.
    pub pages: Option<String>,
    /// Digital object identifier.
    pub doi: Option<String>,
    /// PubMed identifier.
    pub pmid: Option<String>,
    /// Trial registration number.
    pub registration: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Language of the text.
    pub language: Option<String>,
    /// Hospital or institute.
    pub site: Option<String>,
}

/// Read a key: a short name of letters, digits, `-`, `_` and `.`.
///
/// # Errors
/// If it is empty, longer than 60 characters, or holds another character.
pub fn parse_key(text: &str) -> Result<String, Mismatch> {
    let text = text.trim();
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.chars().count() > 60 || !text.chars().all(allowed) {
        return Err(Mismatch::new(text, "a short name such as huang-2025: letters, digits, - _ ."));
    }
    Ok(text.to_owned())
}

/// Read a year of publication.
///
/// # Errors
/// If it is no year between 1800 and 2200.
pub fn parse_year(text: &str) -> Result<i32, Mismatch> {
    match text.trim().parse() {
        Ok(year) if (1800..=2200).contains(&year) => Ok(year),
        _ => Err(Mismatch::new(text, "a year such as 2025")),
    }
}
