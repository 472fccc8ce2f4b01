//! Which records are exported, and in which case file each stands.

use crate::commands::session::not_there;
use crate::domain::{Analyte, PatientFile, Product};
use crate::error::Error;
use crate::export::{Case, used};
use crate::store::Registry;
use std::collections::{BTreeMap, BTreeSet};

/// What was asked for.
pub(in crate::commands) struct Selection<'a> {
    /// These reports; none: all.
    pub reports: &'a [String],
    /// Without what was invented for demonstration.
    pub real: bool,
}

/// What is exported.
pub(in crate::commands) struct Selected {
    /// In the order of the reports' keys.
    pub cases: Vec<Case>,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Put the records of the registry into cases. A product stands in each file whose infusions name
/// it, an analyte or attribute of the registry's own in each file that uses it; those never used, and
/// the cohorts and the endpoints, stand in the first file, unless reports were chosen.
pub(in crate::commands) fn select(
    registry: &Registry,
    asked: Selection<'_>,
) -> Result<Selected, Error> {
    let mut reports: Vec<_> = registry.reports()?.into_iter().map(|line| line.report).collect();
    if let Some(key) =
        asked.reports.iter().find(|key| !reports.iter().any(|report| report.key == **key))
    {
        return Err(not_there("report", key, &registry.report_keys()?));
    }
    reports.retain(|report| asked.reports.is_empty() || asked.reports.contains(&report.key));
    reports.retain(|report| !(asked.real && report.simulated));
    reports.sort_by(|a, b| a.key.cmp(&b.key));
    let mut files: BTreeMap<String, Vec<PatientFile>> = BTreeMap::new();
    let (mut elsewhere, mut left_out) = (BTreeSet::new(), 0);
    for line in registry.patients()? {
        let Some(report) = line.patient.reports.first().cloned() else { continue };
        if !reports.iter().any(|known| known.key == report) {
            continue;
        }
        // A patient that also stands in a simulated report is simulated, here as in every summary.
        if asked.real && line.simulated {
            left_out += 1;
            continue;
        }
        let is_missing = |key: &&String| !reports.iter().any(|known| known.key == **key);
        elsewhere.extend(line.patient.reports.iter().filter(is_missing).cloned());
        let file = registry.patient_file(&line.patient.key)?;
        files.entry(report).or_default().extend(file);
    }
    let products: Vec<Product> =
        registry.products()?.into_iter().map(|line| line.product).collect();
    let infused = |files: &[PatientFile]| -> BTreeSet<String> {
        let infusions = files.iter().flat_map(|file| &file.infusions);
        infusions.filter_map(|infusion| infusion.product.clone()).collect()
    };
    let unused: BTreeSet<String> = registry
        .products()?
        .into_iter()
        .filter(|line| line.infusions == 0)
        .map(|line| line.product.key)
        .collect();
    let attributes = registry.attributes()?;
    let mut own: Vec<Analyte> =
        registry.own_analytes()?.into_iter().map(|one| one.record).collect();
    own.sort_by(|a, b| a.key.cmp(&b.key));
    let (cohorts, endpoints) = (registry.cohorts()?, registry.endpoints()?);
    let is_all = asked.reports.is_empty() && !asked.real;
    let mut cases = Vec::new();
    for report in reports {
        let patients = files.remove(&report.key).unwrap_or_default();
        let mut keys = infused(&patients);
        if is_all && cases.is_empty() {
            keys.extend(unused.iter().cloned());
        }
        let mut products: Vec<_> =
            products.iter().filter(|product| keys.contains(&product.key)).cloned().collect();
        products.sort_by(|a, b| a.key.cmp(&b.key));
        let mut known: BTreeSet<String> =
            patients.iter().flat_map(|file| file.patient.attributes.keys().cloned()).collect();
        if is_all && cases.is_empty() {
            known.extend(attributes.iter().map(|attribute| attribute.key.clone()));
        }
        let mut attributes: Vec<_> =
            attributes.iter().filter(|one| known.contains(&one.key)).cloned().collect();
        attributes.sort_by(|a, b| a.key.cmp(&b.key));
        let mut measured = used(&patients);
        if is_all && cases.is_empty() {
            measured.extend(own.iter().map(|analyte| analyte.key.clone()));
        }
        let analytes = own.iter().filter(|one| measured.contains(&one.key)).cloned().collect();
        let over_89 = BTreeSet::new();
        let (cohorts, endpoints) = match is_all && cases.is_empty() {
            true => (cohorts.clone(), endpoints.clone()),
            false => (Vec::new(), Vec::new()),
        };
        cases.push(Case {
            report,
            analytes,
            attributes,
            cohorts,
            endpoints,
            products,
            patients,
            over_89,
        });
    }
    let mut notes = Vec::new();
    if !elsewhere.is_empty() {
        let keys: Vec<_> = elsewhere.into_iter().collect();
        notes.push(format!(
            "Patients here also stand in {}, which is not exported: an import of these files needs it \
             to be recorded.",
            keys.join(", ")
        ));
    }
    if left_out > 0 {
        notes.push(format!("Left out as simulated (--real): {left_out} patients of real reports."));
    }
    Ok(Selected { cases, notes })
}
