//! Adverse events, medications and statements in the file.

use super::change::{Change, new_uuid};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, date, day, keys, optional_word, sources, word};
use crate::domain::{
    About, AdverseEvent, Finding, Medication, Outcome, Patient, Relation, SeriousReason, Statement,
};
use rusqlite::{Connection, named_params};

impl Registry {
    /// All adverse events, each with its patient's key and its number there, from 1.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn events(&self) -> Result<Vec<(String, usize, AdverseEvent)>, StoreError> {
        self.of_all(load_events).in_file(&self.path)
    }

    /// All medications, each with its patient's key and its number there, from 1.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn medications(&self) -> Result<Vec<(String, usize, Medication)>, StoreError> {
        self.of_all(load_medications).in_file(&self.path)
    }

    /// All statements, each with its patient's key and its number there, from 1.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn statements_of_all(&self) -> Result<Vec<(String, usize, Statement)>, StoreError> {
        self.of_all(load_statements).in_file(&self.path)
    }

    /// What `load` finds for each patient, in the order the patients were recorded.
    fn of_all<T>(
        &self,
        load: impl Fn(&Connection, i64) -> Result<Vec<T>, rusqlite::Error>,
    ) -> Result<Vec<(String, usize, T)>, rusqlite::Error> {
        let mut query = self.connection.prepare("SELECT id, key FROM patient ORDER BY id")?;
        let mut rows = query.query(())?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let key: String = row.get("key")?;
            let records = load(&self.connection, row.get("id")?)?;
            let numbered = records.into_iter().enumerate();
            found.extend(numbered.map(|(at, record)| (key.clone(), at + 1, record)));
        }
        Ok(found)
    }
}

/// The adverse events of one patient in the order they were recorded.
pub(super) fn load_events(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<AdverseEvent>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT e.*, i.number AS infusion FROM adverse_event e
               LEFT JOIN infusion i ON i.id = e.infusion_id
              WHERE e.patient_id = :patient ORDER BY e.id",
        )?
        .query_map(named_params! { ":patient": patient }, |row| {
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
        })?
        .collect()
}

/// The medications of one patient in the order they were recorded.
pub(super) fn load_medications(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<Medication>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM medication WHERE patient_id = :patient ORDER BY id")?
        .query_map(named_params! { ":patient": patient }, |row| {
            Ok(Medication {
                drug: row.get("drug")?,
                atc: row.get("atc")?,
                atc_year: row.get("atc_year")?,
                dose_per_day: row.get("dose_per_day")?,
                dose_unit: row.get("dose_unit")?,
                start_day: day(row, "start_day")?,
                start_date: date(row, "start_date")?,
                end_day: day(row, "end_day")?,
                end_date: date(row, "end_date")?,
                stop_reason: row.get("stop_reason")?,
                source: sources::load(connection, row.get("source_id")?)?,
                note: row.get("note")?,
            })
        })?
        .collect()
}

/// The statements about one patient in the order they were recorded.
pub(super) fn load_statements(
    connection: &Connection,
    patient: i64,
) -> Result<Vec<Statement>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT s.*, v.label AS visit, a.key AS analyte FROM statement s
               LEFT JOIN visit v ON v.id = s.visit_id
               LEFT JOIN analyte a ON a.id = s.analyte_id
              WHERE s.patient_id = :patient ORDER BY s.id",
        )?
        .query_map(named_params! { ":patient": patient }, |row| {
            let analyte: Option<String> = row.get("analyte")?;
            Ok(Statement {
                about: match analyte {
                    Some(key) => About::Analyte(key),
                    None => About::Topic(row.get("topic")?),
                },
                visit: row.get("visit")?,
                finding: word(row, "finding", Finding::parse)?,
                source: sources::load(connection, row.get("source_id")?)?,
                note: row.get("note")?,
            })
        })?
        .collect()
}

impl Change<'_> {
    /// The adverse events of one patient.
    pub(super) fn events_of(&self, patient: i64) -> Result<Vec<AdverseEvent>, StoreError> {
        self.told(load_events(&self.transaction, patient))
    }

    /// The medications of one patient.
    pub(super) fn medications_of(&self, patient: i64) -> Result<Vec<Medication>, StoreError> {
        self.told(load_medications(&self.transaction, patient))
    }

    /// The statements about one patient.
    pub(super) fn statements_of(&self, patient: i64) -> Result<Vec<Statement>, StoreError> {
        self.told(load_statements(&self.transaction, patient))
    }

    /// Record an adverse event; the infusion it names must be known.
    pub(super) fn add_event(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        event: &AdverseEvent,
    ) -> Result<(), StoreError> {
        let source = self.source(report, event.source.as_ref())?;
        let insert = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO adverse_event (uuid, patient_id, term, coded_term, coded_class,
                         dictionary, onset_day, onset_date, end_day, end_date, ctcae_version, grade,
                         serious, serious_reason, related_to_cells, related_to_procedure,
                         related_to_premedication, related_to_disease, infusion_id, action, outcome,
                         source_id, note)
                     VALUES (:uuid, :patient, :term, :coded_term, :coded_class,
                         :dictionary, :onset_day, :onset_date, :end_day, :end_date, :version, :grade,
                         :serious, :serious_reason, :cells, :procedure,
                         :premedication, :disease,
                         (SELECT id FROM infusion WHERE patient_id = :patient AND number = :infusion),
                         :action, :outcome, :source, :note)",
                )?
                .execute(named_params! {
                    ":uuid": new_uuid(), ":patient": patient.id, ":term": event.term,
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
        self.told(insert())?;
        let key = keys::named(&patient.record.key, &event.term);
        self.added("event", &key, ("patient", &patient.uuid), event)
    }

    /// Record a dose episode.
    pub(super) fn add_medication(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        medication: &Medication,
    ) -> Result<(), StoreError> {
        let source = self.source(report, medication.source.as_ref())?;
        let insert = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO medication (uuid, patient_id, drug, atc, atc_year, dose_per_day,
                         dose_unit, start_day, start_date, end_day, end_date, stop_reason,
                         source_id, note)
                     VALUES (:uuid, :patient, :drug, :atc, :atc_year, :dose, :unit, :start_day,
                         :start_date, :end_day, :end_date, :stop_reason, :source, :note)",
                )?
                .execute(named_params! {
                    ":uuid": new_uuid(), ":patient": patient.id, ":drug": medication.drug,
                    ":atc": medication.atc, ":atc_year": medication.atc_year,
                    ":dose": medication.dose_per_day, ":unit": medication.dose_unit,
                    ":start_day": medication.start_day.map(|day| day.0),
                    ":start_date": medication.start_date.as_ref().map(|date| date.as_str()),
                    ":end_day": medication.end_day.map(|day| day.0),
                    ":end_date": medication.end_date.as_ref().map(|date| date.as_str()),
                    ":stop_reason": medication.stop_reason, ":source": source,
                    ":note": medication.note,
                })
        };
        self.told(insert())?;
        let key = keys::named(&patient.record.key, &medication.drug);
        self.added("medication", &key, ("patient", &patient.uuid), medication)
    }

    /// Record a statement; the visit it names must be known.
    pub(super) fn add_statement(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        statement: &Statement,
    ) -> Result<(), StoreError> {
        let source = self.source(report, statement.source.as_ref())?;
        let (analyte, topic) = match &statement.about {
            About::Analyte(key) => (Some(key), None),
            About::Topic(topic) => (None, Some(topic)),
        };
        let insert = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO statement (uuid, patient_id, visit_id, analyte_id, topic, finding,
                         source_id, note)
                     VALUES (:uuid, :patient,
                         (SELECT id FROM visit WHERE patient_id = :patient AND label = :visit),
                         (SELECT id FROM analyte WHERE key = :analyte), :topic, :finding, :source,
                         :note)",
                )?
                .execute(named_params! {
                    ":uuid": new_uuid(), ":patient": patient.id, ":visit": statement.visit,
                    ":analyte": analyte, ":topic": topic, ":finding": statement.finding.as_str(),
                    ":source": source, ":note": statement.note,
                })
        };
        self.told(insert())?;
        let key = keys::statement(&patient.record.key, statement);
        self.added("statement", &key, ("patient", &patient.uuid), statement)
    }
}
