//! Adverse events in the file.

use super::change::{Change, new_uuid};
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, date, day, keys, optional_word, sources};
use crate::domain::{
    AdverseEvent, Cohort, EventSeen, EventsSeen, Mismatch, Outcome, Patient, Relation,
    SeriousReason,
};
use rusqlite::{Connection, Row, named_params};
use std::collections::HashMap;

impl Registry {
    /// All adverse events, each with its patient's key and its number there, from 1.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn events(&self) -> Result<Vec<(String, usize, AdverseEvent)>, StoreError> {
        self.numbered_of_all(load_of).in_file(&self.path)
    }

    /// The adverse events of a cohort.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn adverse_events(&self, cohort: &Cohort) -> Result<EventsSeen, StoreError> {
        load_seen(&self.connection, cohort).in_file(&self.path)
    }
}

/// The adverse events of one patient in the order they were recorded.
pub(super) fn load_of(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<AdverseEvent>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT e.*, i.number AS infusion FROM adverse_event e
               LEFT JOIN infusion i ON i.id = e.infusion_id
              WHERE e.patient_id = :patient ORDER BY e.id",
        )?
        .query_map(named_params! { ":patient": patient }, |row| from_row(connection, row))?
        .collect()
}

/// An adverse event from its row, with the number of its infusion as `infusion`.
fn from_row(connection: &Connection, row: &Row<'_>) -> Result<AdverseEvent, rusqlite::Error> {
    let relation = |column| optional_word(row, column, Relation::parse);
    Ok(AdverseEvent {
        term: row.get("term")?,
        coded_term: row.get("coded_term")?,
        coded_class: row.get("coded_class")?,
        dictionary: row.get("dictionary")?,
        onset_day: day(row, "onset_day")?,
        onset_date: date(row, "onset_date")?,
        end_day: day(row, "end_day")?,
        end_date: date(row, "end_date")?,
        ctcae_version: row.get("ctcae_version")?,
        grade: row.get("grade")?,
        serious: row.get("serious")?,
        serious_reason: optional_word(row, "serious_reason", SeriousReason::parse)?,
        related_to_cells: relation("related_to_cells")?,
        related_to_procedure: relation("related_to_procedure")?,
        related_to_premedication: relation("related_to_premedication")?,
        related_to_disease: relation("related_to_disease")?,
        infusion: row.get("infusion")?,
        action: row.get("action")?,
        outcome: optional_word(row, "outcome", Outcome::parse)?,
        source: sources::load(connection, row.get("source_id")?)?,
        note: row.get("note")?,
    })
}

/// The adverse events of a cohort's patients, and the reports that any are recorded from.
fn load_seen(connection: &Connection, cohort: &Cohort) -> Result<EventsSeen, rusqlite::Error> {
    let keys = cohort.subjects.iter().enumerate();
    let places: HashMap<&str, usize> =
        keys.map(|(at, subject)| (subject.key.as_str(), at)).collect();
    let mut query = connection.prepare(
        "SELECT e.*, i.number AS infusion, p.key AS patient, coalesce(r.key, '') AS report
           FROM adverse_event e JOIN patient p ON p.id = e.patient_id
           LEFT JOIN infusion i ON i.id = e.infusion_id
           LEFT JOIN patient_report pr ON pr.patient_id = p.id AND pr.first = 1
           LEFT JOIN report r ON r.id = pr.report_id
          ORDER BY e.patient_id, e.id",
    )?;
    let mut rows = query.query(())?;
    let mut seen = EventsSeen::default();
    while let Some(row) = rows.next()? {
        seen.reports.insert(row.get("report")?);
        let patient: String = row.get("patient")?;
        if let Some(&subject) = places.get(patient.as_str()) {
            seen.events.push(EventSeen { subject, event: from_row(connection, row)? });
        }
    }
    Ok(seen)
}

impl Change<'_> {
    /// The adverse events of one patient.
    pub(super) fn events_of(&self, patient: i64) -> Result<Vec<AdverseEvent>, StoreError> {
        self.told(load_of(&self.transaction, patient))
    }

    /// Record an adverse event; the infusion it names must be known.
    pub(super) fn add_event(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        event: &AdverseEvent,
    ) -> Result<(), StoreError> {
        self.put_event(None, patient, report, event)?;
        let key = keys::named(&patient.record.key, &event.term);
        self.added("event", &key, ("patient", &patient.uuid), event)
    }

    /// Edit the adverse event with this number in the patient's list, counted from 1.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_event(
        &mut self,
        patient: &Stored<Patient>,
        number: usize,
        edit: impl FnOnce(&mut AdverseEvent) -> Result<(), Mismatch>,
    ) -> Editing<AdverseEvent> {
        let sql = "SELECT id FROM adverse_event WHERE patient_id = :patient
                    ORDER BY id LIMIT 1 OFFSET :before";
        let known = self.events_of(patient.id)?;
        let Some(id) = self.id_of_number(sql, patient, number)? else {
            return Ok(Err(Unedited::NotThere));
        };
        let edited = match edited_of(&known, number - 1, edit) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        if let Some(mismatch) = self.check_event(patient, &edited.after)? {
            return Ok(Err(Unedited::Wrong(mismatch)));
        }
        let report = self.first_report(&patient.record)?;
        self.put_event(Some(id), patient, report, &edited.after)?;
        let key = |event: &AdverseEvent| keys::named(&patient.record.key, &event.term);
        let (was, now) = (key(&edited.before), key(&edited.after));
        self.renamed("event", (&was, &now), ("patient", &patient.uuid), &edited);
        Ok(Ok(edited))
    }

    /// Write a new adverse event, or all of the one with this number in the file.
    fn put_event(
        &self,
        id: Option<i64>,
        patient: &Stored<Patient>,
        report: Option<i64>,
        event: &AdverseEvent,
    ) -> Result<(), StoreError> {
        let source = self.source(report, event.source.as_ref())?;
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO adverse_event (id, uuid, patient_id, term, coded_term, coded_class,
                         dictionary, onset_day, onset_date, end_day, end_date, ctcae_version, grade,
                         serious, serious_reason, related_to_cells, related_to_procedure,
                         related_to_premedication, related_to_disease, infusion_id, action, outcome,
                         source_id, note)
                     VALUES (:id, :uuid, :patient, :term, :coded_term, :coded_class,
                         :dictionary, :onset_day, :onset_date, :end_day, :end_date, :version, :grade,
                         :serious, :serious_reason, :cells, :procedure,
                         :premedication, :disease,
                         (SELECT id FROM infusion WHERE patient_id = :patient AND number = :infusion),
                         :action, :outcome, :source, :note)
                     ON CONFLICT (id) DO UPDATE SET
                         (term, coded_term, coded_class, dictionary, onset_day, onset_date, end_day,
                         end_date, ctcae_version, grade, serious, serious_reason, related_to_cells,
                         related_to_procedure, related_to_premedication, related_to_disease,
                         infusion_id, action, outcome, source_id, note) =
                         (excluded.term, excluded.coded_term, excluded.coded_class,
                         excluded.dictionary, excluded.onset_day, excluded.onset_date,
                         excluded.end_day, excluded.end_date, excluded.ctcae_version,
                         excluded.grade, excluded.serious, excluded.serious_reason,
                         excluded.related_to_cells, excluded.related_to_procedure,
                         excluded.related_to_premedication, excluded.related_to_disease,
                         excluded.infusion_id, excluded.action, excluded.outcome,
                         excluded.source_id, excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id, ":uuid": new_uuid(), ":patient": patient.id, ":term": event.term,
                    ":coded_term": event.coded_term, ":coded_class": event.coded_class,
                    ":dictionary": event.dictionary,
                    ":onset_day": event.onset_day.map(|day| day.0),
                    ":onset_date": event.onset_date.as_ref().map(|date| date.as_str()),
                    ":end_day": event.end_day.map(|day| day.0),
                    ":end_date": event.end_date.as_ref().map(|date| date.as_str()),
                    ":version": event.ctcae_version, ":grade": event.grade,
                    ":serious": event.serious,
                    ":serious_reason": event.serious_reason.map(SeriousReason::as_str),
                    ":cells": event.related_to_cells.map(Relation::as_str),
                    ":procedure": event.related_to_procedure.map(Relation::as_str),
                    ":premedication": event.related_to_premedication.map(Relation::as_str),
                    ":disease": event.related_to_disease.map(Relation::as_str),
                    ":infusion": event.infusion, ":action": event.action,
                    ":outcome": event.outcome.map(Outcome::as_str), ":source": source,
                    ":note": event.note,
                })
        };
        self.told(put()).map(|_| ())
    }
}
