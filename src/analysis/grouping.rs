//! Which patients are looked at apart.

use crate::domain::{Mismatch, Subject, nearest};

/// What patients are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// The report they were recorded from.
    Report,
    /// Their sex.
    Sex,
    /// Their diagnosis.
    Diagnosis,
}

impl Grouping {
    const NAMES: [(&'static str, Grouping); 3] =
        [("report", Grouping::Report), ("sex", Grouping::Sex), ("diagnosis", Grouping::Diagnosis)];

    /// Read the name of a column.
    ///
    /// # Errors
    /// Names the columns that are possible.
    pub fn parse(text: &str) -> Result<Grouping, Mismatch> {
        let name = text.trim().to_lowercase();
        let found = Grouping::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, grouping)| *grouping).ok_or_else(|| {
            let names = Grouping::NAMES.map(|(name, _)| name);
            let mismatch = Mismatch::new(text, format!("a column: {}", names.join(", ")));
            match nearest(&name, names.into_iter()) {
                Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
                None => mismatch,
            }
        })
    }

    /// The column's name.
    pub fn name(self) -> &'static str {
        let found = Grouping::NAMES.iter().find(|(_, grouping)| *grouping == self);
        found.map_or("", |(name, _)| name)
    }
}

/// The group a patient belongs to.
pub fn group_of(subject: &Subject, grouping: Grouping) -> String {
    let text = match grouping {
        Grouping::Report => Some(subject.report.clone()),
        Grouping::Sex => subject.sex.clone(),
        Grouping::Diagnosis => subject.diagnosis.clone(),
    };
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "not reported".to_owned())
}
