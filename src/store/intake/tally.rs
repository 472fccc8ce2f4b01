//! The kinds of records, and how many there are of each.

/// What kinds of things an intake counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Analytes of the registry's own.
    Analyte,
    /// Columns of the registry's own.
    Attribute,
    /// Named cohorts.
    Cohort,
    /// Named rules of response.
    Endpoint,
    /// Reports.
    Report,
    /// Patients.
    Patient,
    /// Products.
    Product,
    /// Infusions.
    Infusion,
    /// Visits.
    Visit,
    /// Measurements.
    Measurement,
    /// Statements.
    Statement,
    /// Adverse events.
    Event,
    /// Medications.
    Medication,
}

impl Kind {
    /// Every kind, in the order people are told of them.
    pub const ALL: [Kind; 13] = [
        Kind::Analyte,
        Kind::Attribute,
        Kind::Cohort,
        Kind::Endpoint,
        Kind::Report,
        Kind::Product,
        Kind::Patient,
        Kind::Infusion,
        Kind::Visit,
        Kind::Measurement,
        Kind::Statement,
        Kind::Event,
        Kind::Medication,
    ];

    /// The word for one and for several.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Analyte => ("analyte", "analytes"),
            Kind::Attribute => ("attribute", "attributes"),
            Kind::Cohort => ("cohort", "cohorts"),
            Kind::Endpoint => ("endpoint", "endpoints"),
            Kind::Report => ("report", "reports"),
            Kind::Patient => ("patient", "patients"),
            Kind::Product => ("product", "products"),
            Kind::Infusion => ("infusion", "infusions"),
            Kind::Visit => ("visit", "visits"),
            Kind::Measurement => ("measurement", "measurements"),
            Kind::Statement => ("statement", "statements"),
            Kind::Event => ("adverse event", "adverse events"),
            Kind::Medication => ("medication", "medications"),
        }
    }
}

/// How many of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([usize; Kind::ALL.len()]);

impl Tally {
    /// How many of this kind.
    pub fn of(&self, kind: Kind) -> usize {
        self.0[kind as usize]
    }

    /// How many of all kinds.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    pub(super) fn count(&mut self, kind: Kind) {
        self.0[kind as usize] += 1;
    }
}
