//! Whose records a list shows: everybody's, one patient's, or those of the patients of a report. The
//! same two arguments in every list of what belongs to patients.

use super::session::not_there;
use crate::error::Error;
use crate::store::{Registry, Whose};
use std::collections::BTreeSet;

/// Arguments of every list of what belongs to patients.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct WhoseArgs {
    /// Only of this patient, for example ward-3/07 [default: of all]
    #[arg(value_name = "PATIENT", conflicts_with = "report")]
    patient: Option<String>,
    /// Only of the patients of this report
    #[arg(long, value_name = "KEY")]
    report: Option<String>,
}

impl WhoseArgs {
    /// Whose, if they are there.
    pub fn whose(&self, registry: &Registry) -> Result<Whose, Error> {
        whose(registry, self.patient.as_deref(), self.report.as_deref())
    }

    /// The keys of those patients.
    pub fn patients(&self, registry: &Registry) -> Result<Patients, Error> {
        Patients::of(registry, &self.whose(registry)?)
    }
}

/// The patient or the report of these keys, which must be there; all patients without either.
pub(super) fn whose(
    registry: &Registry,
    patient: Option<&str>,
    report: Option<&str>,
) -> Result<Whose, Error> {
    if let Some(key) = patient {
        if registry.patient(key)?.is_none() {
            return Err(not_there("patient", key, &registry.patient_keys()?));
        }
        return Ok(Whose::Patient(key.to_owned()));
    }
    let Some(key) = report else { return Ok(Whose::All) };
    if registry.report(key)?.is_none() {
        return Err(not_there("report", key, &registry.report_keys()?));
    }
    Ok(Whose::Report(key.to_owned()))
}

/// The patients that a list is of.
pub(super) enum Patients {
    All,
    Some(BTreeSet<String>),
}

impl Patients {
    /// The keys of the patients in a report, or the one patient.
    pub fn of(registry: &Registry, whose: &Whose) -> Result<Patients, Error> {
        Ok(match whose {
            Whose::All => Patients::All,
            Whose::Patient(key) => Patients::Some(BTreeSet::from([key.clone()])),
            Whose::Report(report) => {
                let lines = registry.patients()?.into_iter();
                let of_report = lines.filter(|line| line.patient.reports.contains(report));
                Patients::Some(of_report.map(|line| line.patient.key).collect())
            }
        })
    }

    /// True if the list is of this patient.
    pub fn has(&self, key: &str) -> bool {
        match self {
            Patients::All => true,
            Patients::Some(keys) => keys.contains(key),
        }
    }
}
