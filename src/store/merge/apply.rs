//! Writing what a merge decided, noun by noun: what others need comes first.

use super::records::{Below, Measured, Side};
use super::settle::{Row, Todo};
use super::{Change, Merge, StoreError, Stored, set};
use crate::domain::Patient;
use crate::store::Registry;
use crate::store::error::InFile;

impl Change<'_> {
    pub(super) fn merge_reports(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let here = self.told(self.side().reports())?;
        let there = Side::of_registry(theirs).reports().in_file(&theirs.path)?;
        let there = merge.without_others("report", &here, there);
        for (todo, row) in merge.settling.settle("report", |row| row.id.clone(), &here, there) {
            let Row { id, key, record, from, .. } = row;
            self.origin = from;
            match todo {
                Todo::Add => self.add_report(&id, &record)?,
                Todo::Take => {
                    let done = self.edit_report(&key, set(record))?;
                    merge.unless_wrong("report", &key, done.err());
                }
                Todo::Remove => {
                    let named = key.clone();
                    merge.later("report", self.origin.clone(), key, move |change| {
                        change.remove_report(&named)
                    });
                }
            }
        }
        Ok(())
    }

    pub(super) fn merge_products(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let here = self.told(self.side().products())?;
        let there = Side::of_registry(theirs).products().in_file(&theirs.path)?;
        let there = merge.without_others("product", &here, there);
        for (todo, row) in merge.settling.settle("product", |row| row.id.clone(), &here, there) {
            let Row { id, key, record, from, .. } = row;
            self.origin = from;
            match todo {
                Todo::Add => self.add_product(&id, &record)?,
                Todo::Take => {
                    let done = self.edit_product(&key, set(record))?;
                    merge.unless_wrong("product", &key, done.err());
                }
                Todo::Remove => {
                    let named = key.clone();
                    merge.later("product", self.origin.clone(), key, move |change| {
                        change.remove_product(&named)
                    });
                }
            }
        }
        Ok(())
    }

    pub(super) fn merge_patients(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let here = self.told(self.side().patients())?;
        let there = Side::of_registry(theirs).patients().in_file(&theirs.path)?;
        let mut there = merge.without_others("patient", &here, there);
        self.merge_values(theirs, &here, &mut there, merge)?;
        // A patient of a report that is another one here stays where it is.
        there.retain(|row| !row.record.reports.iter().any(|key| merge.others.contains(key)));
        let keys: Vec<String> = there.iter().map(|row| row.key.clone()).collect();
        for (todo, row) in merge.settling.settle("patient", |row| row.id.clone(), &here, there) {
            let Row { id, key, record, from, .. } = row;
            self.origin = from;
            match todo {
                Todo::Add => {
                    if let Some(mismatch) = self.odd_value(&record)? {
                        merge.wrong("patient", &key, &mismatch);
                        continue;
                    }
                    let mut reports = Vec::new();
                    for report in &record.reports {
                        reports.extend(self.report(report)?.map(|report| report.id));
                    }
                    if reports.len() < record.reports.len() {
                        merge.missing("patient", &key, "a report it stands in");
                        continue;
                    }
                    self.add_patient(id, &record, &reports)?;
                }
                Todo::Take => {
                    let done = self.edit_patient(&key, set(record))?;
                    merge.unless_wrong("patient", &key, done.err());
                }
                Todo::Remove => {
                    let named = key.clone();
                    merge.later("patient", self.origin.clone(), key, move |change| {
                        match change.patient_file(&named)? {
                            Some(file) => change.remove_patient(&file, false),
                            None => Ok(Ok(0)),
                        }
                    });
                }
            }
        }
        for key in keys {
            let there = Side::of_registry(theirs).below(&key).in_file(&theirs.path)?;
            if let Some(patient) = self.patient(&key)? {
                self.merge_below(&patient, there, merge)?;
            }
        }
        Ok(())
    }

    /// Everything that belongs to one patient that is on both sides by now.
    fn merge_below(
        &mut self,
        patient: &Stored<Patient>,
        mut there: Below,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let key = &patient.record.key;
        let report = self.first_report(&patient.record)?;
        for row in &mut there.visits {
            row.record = self.planned_here(row.record.clone());
        }
        let here = self.told(self.side().below(key))?;
        for (todo, row) in merge.settling.settle(
            "infusion",
            |_| patient.uuid.clone(),
            &here.infusions,
            there.infusions,
        ) {
            let number = row.record.number;
            self.origin = row.from;
            match todo {
                Todo::Add => {
                    match self.check_infusion(&row.record, &self.infusions_of(patient.id)?)? {
                        Some(mismatch) => merge.wrong("infusion", &row.key, &mismatch),
                        None => self.add_infusion(patient, report, &row.record)?,
                    }
                }
                Todo::Take => {
                    let done = self.edit_infusion(patient, number, set(row.record))?;
                    merge.unless_wrong("infusion", &row.key, done.err());
                }
                Todo::Remove => {
                    let patient = patient.clone();
                    merge.later("infusion", self.origin.clone(), row.key, move |change| {
                        change.remove_infusion(&patient, number)
                    });
                }
            }
        }
        for (todo, row) in
            merge.settling.settle("visit", |_| patient.uuid.clone(), &here.visits, there.visits)
        {
            let label = row.record.label.clone();
            self.origin = row.from;
            match todo {
                Todo::Add => self.add_visit(patient, report, &row.record).map(|_| ())?,
                Todo::Take => {
                    let done = self.edit_visit(patient, &label, set(row.record))?;
                    merge.unless_wrong("visit", &row.key, done.err());
                }
                Todo::Remove => {
                    let (patient, visit) = (patient.clone(), row.record);
                    merge.later("visit", self.origin.clone(), row.key, move |change| {
                        let file = change.patient_file(&patient.record.key)?;
                        let at = file.into_iter().flat_map(|file| file.visits);
                        let at = at.filter(|(known, _)| known.label == visit.label);
                        let measured: Vec<_> = at.flat_map(|(_, measured)| measured).collect();
                        change.remove_visit(&patient, &visit, &measured, false)
                    });
                }
            }
        }
        self.merge_measurements(patient, report, (&here.measurements, there.measurements), merge)?;
        let statements = self.about_known(there.statements, merge);
        self.merge_numbered(patient, report, (&here.statements, statements), merge)?;
        self.merge_numbered(patient, report, (&here.events, there.events), merge)?;
        self.merge_numbered(patient, report, (&here.medications, there.medications), merge)
    }

    fn merge_measurements(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        (here, there): (&[Row<Measured>], Vec<Row<Measured>>),
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let there = self.known_here(there, merge);
        let settled = merge.settling.settle("measurement", |_| patient.uuid.clone(), here, there);
        let visits = self.visits_of(patient.id)?;
        for (todo, Row { key, record: (label, measurement), from, .. }) in settled {
            self.origin = from;
            let Some(visit) = visits.iter().find(|known| known.record.label == label) else {
                merge.missing("measurement", &key, "its visit");
                continue;
            };
            match todo {
                Todo::Add => {}
                Todo::Take => {
                    let before = self.measurement(visit.id, measurement.analyte_id)?;
                    let before = before.expect("what is taken instead is there");
                    self.remove_measurement(patient, &visit.record, &before)?;
                }
                Todo::Remove => {
                    let (patient, visit) = (patient.clone(), visit.record.clone());
                    merge.later("measurement", self.origin.clone(), key, move |change| {
                        change.remove_measurement(&patient, &visit, &measurement).map(|()| Ok(1))
                    });
                    continue;
                }
            }
            self.add_measurement(patient, report, (visit.id, &label), &measurement)?;
        }
        Ok(())
    }
}
