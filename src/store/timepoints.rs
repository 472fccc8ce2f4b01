//! Timepoints in the file. A schedule is part of the rules, so each change of it counts up their
//! version, and the visits follow: a planned day and the timepoint are those of the label, an actual
//! day never moves.

use super::change::{Change, new_uuid};
use super::edit::Unedited;
use super::error::StoreError;
use super::{Stored, keys};
use crate::domain::{Patient, Rules, Schedule, Timepoint, Visit};
use rusqlite::named_params;

/// A visit behind its patient.
type Labelled = (Stored<Patient>, Stored<Visit>);

/// What became of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescheduled {
    /// The timepoint as it was; `None` if it is new.
    pub before: Option<Timepoint>,
    /// As it is now; `None` if it went.
    pub after: Option<Timepoint>,
    /// How many visits got, lost or changed their timepoint or their planned day.
    pub visits: usize,
}

/// What became of a change of the schedule. Whoever calls must drop the change where there was none.
pub type Rescheduling = Result<Result<Rescheduled, Unedited>, StoreError>;

impl Change<'_> {
    /// Add a timepoint. Visits labelled so get it.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn add_timepoint(&mut self, timepoint: &Timepoint) -> Rescheduling {
        self.reschedule(None, Some(timepoint))
    }

    /// Put another timepoint in the place of the one with this name, in any case.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_timepoint(&mut self, name: &str, after: &Timepoint) -> Rescheduling {
        let Some(before) = self.rules.schedule.named(name).cloned() else {
            return Ok(Err(Unedited::NotThere));
        };
        if before == *after {
            return Ok(Err(Unedited::Same));
        }
        self.reschedule(Some(before), Some(after))
    }

    /// Remove the timepoint with this name, in any case. Its visits stay, without a timepoint.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_timepoint(&mut self, name: &str) -> Rescheduling {
        let Some(before) = self.rules.schedule.named(name).cloned() else {
            return Ok(Err(Unedited::NotThere));
        };
        self.reschedule(Some(before), None)
    }

    /// Take one timepoint out of the schedule and put another in.
    fn reschedule(&mut self, before: Option<Timepoint>, after: Option<&Timepoint>) -> Rescheduling {
        let was = before.as_ref().map(|timepoint| timepoint.name.as_str());
        let others =
            was.map_or(self.rules.schedule.clone(), |was| self.rules.schedule.without(was));
        let schedule = match after {
            None => others,
            Some(after) => match others.with(after.clone()) {
                Ok(schedule) => schedule,
                Err(mismatch) => return Ok(Err(Unedited::Wrong(mismatch))),
            },
        };
        let labels: Vec<&str> =
            was.into_iter().chain(after.map(|timepoint| timepoint.name.as_str())).collect();
        // As the log knows them: from here on the file calls their timepoint otherwise.
        let visits = self.visits_labelled(&labels)?;
        if let Some(after) = after {
            self.put_timepoint(was, after)?;
        }
        let visits = self.follow(visits, schedule)?;
        if let (Some(was), None) = (was, after) {
            let name = named_params! { ":name": was };
            self.told(self.transaction.execute("DELETE FROM timepoint WHERE name = :name", name))?;
        }
        Ok(Ok(Rescheduled { before, after: after.cloned(), visits }))
    }

    /// Write a new timepoint, or all of the one with this name.
    pub(super) fn put_timepoint(
        &self,
        name: Option<&str>,
        timepoint: &Timepoint,
    ) -> Result<(), StoreError> {
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO timepoint (id, uuid, name, target_day, first_day, last_day)
                     VALUES ((SELECT id FROM timepoint WHERE name = :was), :uuid, :name, :target,
                         :first, :last)
                     ON CONFLICT (id) DO UPDATE SET
                         (name, target_day, first_day, last_day) =
                         (excluded.name, excluded.target_day, excluded.first_day,
                         excluded.last_day)",
                )?
                .execute(named_params! {
                    ":was": name, ":uuid": new_uuid(), ":name": timepoint.name,
                    ":target": timepoint.target_day.0, ":first": timepoint.first_day.0,
                    ":last": timepoint.last_day.0,
                })
        };
        self.told(put()).map(|_| ())
    }

    /// Make this the schedule, log it, and let these visits follow, which are as they were before;
    /// how many did.
    fn follow(&mut self, visits: Vec<Labelled>, schedule: Schedule) -> Result<usize, StoreError> {
        let before = self.rules.clone();
        let after = Rules { version: before.version + 1, schedule, ..before.clone() };
        let uuid = self.transaction.query_row(
            "UPDATE registry SET rules_version = :version RETURNING uuid",
            named_params! { ":version": after.version },
            |row| row.get::<_, String>("uuid"),
        );
        let uuid = self.told(uuid)?;
        self.edited("registry", &before.title, ("registry", &uuid), &before, &after);
        self.rules = after;
        let mut followed = 0;
        for (patient, visit) in visits {
            let after = visit.record.clone().scheduled(&self.rules.schedule);
            if after == visit.record {
                continue;
            }
            let report = self.first_report(&patient.record)?;
            self.put_visit(Some(visit.id), &patient, report, &after)?;
            let key = keys::visit(&patient.record.key, &after.label);
            self.edited("visit", &key, ("patient", &patient.uuid), &visit.record, &after);
            followed += 1;
        }
        Ok(followed)
    }

    /// The visits with one of these labels, in any case.
    fn visits_labelled(&self, labels: &[&str]) -> Result<Vec<Labelled>, StoreError> {
        let is_one = |visit: &Stored<Visit>| {
            labels.iter().any(|label| label.eq_ignore_ascii_case(&visit.record.label))
        };
        let mut found = Vec::new();
        for key in self.patients_with_visits(labels)? {
            let Some(patient) = self.patient(&key)? else { continue };
            let visits = self.visits_of(patient.id)?.into_iter().filter(is_one);
            found.extend(visits.map(|visit| (patient.clone(), visit)));
        }
        Ok(found)
    }

    /// The keys of the patients who have a visit with one of these labels, in any case.
    fn patients_with_visits(&self, labels: &[&str]) -> Result<Vec<String>, StoreError> {
        let labels = serde_json::json!(labels).to_string();
        let load = || {
            self.transaction
                .prepare(
                    "SELECT DISTINCT p.key FROM patient p JOIN visit v ON v.patient_id = p.id
                      WHERE v.label COLLATE NOCASE IN (SELECT value FROM json_each(:labels))
                      ORDER BY p.id",
                )?
                .query_map(named_params! { ":labels": labels }, |row| row.get(0))?
                .collect::<Result<Vec<_>, _>>()
        };
        self.told(load())
    }
}

#[cfg(test)]
mod tests;
