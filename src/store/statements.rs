//! Statements in the file.

use super::change::{Change, new_uuid};
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, keys, sources, word};
use crate::domain::{About, Finding, Mismatch, Patient, Statement};
use rusqlite::{Connection, named_params};

impl Registry {
    /// All statements, each with its patient's key and its number there, from 1.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn statements_of_all(&self) -> Result<Vec<(String, usize, Statement)>, StoreError> {
        self.numbered_of_all(load_of).in_file(&self.path)
    }
}

/// The statements about one patient in the order they were recorded.
pub(super) fn load_of(
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
    /// The statements about one patient.
    pub(super) fn statements_of(&self, patient: i64) -> Result<Vec<Statement>, StoreError> {
        self.told(load_of(&self.transaction, patient))
    }

    /// Record a statement; the visit it names must be known.
    pub(super) fn add_statement(
        &mut self,
        patient: &Stored<Patient>,
        report: Option<i64>,
        statement: &Statement,
    ) -> Result<(), StoreError> {
        self.put_statement(None, patient, report, statement)?;
        let key = keys::statement(&patient.record.key, statement);
        self.added("statement", &key, ("patient", &patient.uuid), statement)
    }

    /// Edit the statement with this number in the patient's list, counted from 1.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_statement(
        &mut self,
        patient: &Stored<Patient>,
        number: usize,
        edit: impl FnOnce(&mut Statement) -> Result<(), Mismatch>,
    ) -> Editing<Statement> {
        let sql = "SELECT id FROM statement WHERE patient_id = :patient
                    ORDER BY id LIMIT 1 OFFSET :before";
        let known = self.statements_of(patient.id)?;
        let Some(id) = self.id_of_number(sql, patient, number)? else {
            return Ok(Err(Unedited::NotThere));
        };
        let edited = match edited_of(&known, number - 1, edit) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        if let Some(mismatch) = self.check_statement(patient, &edited.after)? {
            return Ok(Err(Unedited::Wrong(mismatch)));
        }
        let report = self.first_report(&patient.record)?;
        self.put_statement(Some(id), patient, report, &edited.after)?;
        let key = |statement: &Statement| keys::statement(&patient.record.key, statement);
        let (was, now) = (key(&edited.before), key(&edited.after));
        self.renamed("statement", (&was, &now), ("patient", &patient.uuid), &edited);
        Ok(Ok(edited))
    }

    /// Write a new statement, or all of the one with this number in the file.
    fn put_statement(
        &self,
        id: Option<i64>,
        patient: &Stored<Patient>,
        report: Option<i64>,
        statement: &Statement,
    ) -> Result<(), StoreError> {
        let source = self.source(report, statement.source.as_ref())?;
        let (analyte, topic) = match &statement.about {
            About::Analyte(key) => (Some(key), None),
            About::Topic(topic) => (None, Some(topic)),
        };
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO statement (id, uuid, patient_id, visit_id, analyte_id, topic,
                         finding, source_id, note)
                     VALUES (:id, :uuid, :patient,
                         (SELECT id FROM visit WHERE patient_id = :patient AND label = :visit),
                         (SELECT id FROM analyte WHERE key = :analyte), :topic, :finding, :source,
                         :note)
                     ON CONFLICT (id) DO UPDATE SET
                         (visit_id, analyte_id, topic, finding, source_id, note) =
                         (excluded.visit_id, excluded.analyte_id, excluded.topic,
                         excluded.finding, excluded.source_id, excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id, ":uuid": new_uuid(), ":patient": patient.id,
                    ":visit": statement.visit, ":analyte": analyte, ":topic": topic,
                    ":finding": statement.finding.as_str(), ":source": source,
                    ":note": statement.note,
                })
        };
        self.told(put()).map(|_| ())
    }
}
