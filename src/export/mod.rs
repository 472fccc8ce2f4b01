//! What does another program get? Records become case files that `import` takes back, or one table
//! a noun with a dictionary; on request without what could identify a person.
//! Knows the shape of a case file; must not know the registry file, the command line or a disk.
//! Start with `Case`, then `case_file` (one report as TOML or JSON), `tables`, `deidentify`.

mod case_file;
mod columns;
mod deidentify;
mod document;
mod tables;
mod workbook;

pub use deidentify::{Account, Dates, Deidentified, Review, Treated, deidentify};
pub use document::Kind;
pub use tables::{DICTIONARY, tables, used};
pub use workbook::{NotHeld, Template};

use crate::domain::{Analyte, Attribute, NamedCohort, NamedEndpoint, PatientFile, Product, Report};
use std::collections::BTreeSet;

/// What one case file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The report.
    pub report: Report,
    /// The registry's own analytes, in the order of their keys.
    pub analytes: Vec<Analyte>,
    /// The registry's own columns of a patient, in the order of their keys.
    pub attributes: Vec<Attribute>,
    /// Named cohorts, in the order of their names.
    pub cohorts: Vec<NamedCohort>,
    /// Named rules of response, in the order of their names.
    pub endpoints: Vec<NamedEndpoint>,
    /// Products, in the order of their keys.
    pub products: Vec<Product>,
    /// The patients recorded from it.
    pub patients: Vec<PatientFile>,
    /// Keys of patients whose age is told as 90 or older and no closer.
    pub over_89: BTreeSet<String>,
}

impl Case {
    /// The case file: the same records give the same bytes.
    pub fn write(&self, kind: Kind) -> String {
        document::write(&case_file::of_case(self), kind)
    }

    /// How many records it holds: the report, products, patients and all that belongs to each.
    pub fn records(&self) -> usize {
        let of_patient = |file: &PatientFile| {
            let measured: usize = file.visits.iter().map(|(_, found)| 1 + found.len()).sum();
            let others = file.statements.len() + file.events.len() + file.medications.len();
            1 + file.infusions.len() + measured + others
        };
        1 + self.products.len() + self.patients.iter().map(of_patient).sum::<usize>()
    }
}
