//! Answers to what `check` doubts, and the files of all patients one after another for it to read.

use super::change::{Change, new_uuid};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, visits};
use crate::domain::PatientFile;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A doubt that somebody answered by leaving the record as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The doubt, as `check` prints it.
    pub finding: String,
    /// The rule that doubts.
    pub rule: String,
    /// The record in words.
    pub place: String,
    /// What was found.
    pub evidence: String,
    /// Who answered.
    pub made_by: String,
    /// Why the record is right as it is.
    pub reason: String,
}

/// Whose files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// All patients'.
    All,
    /// One patient's, by its key.
    Patient(String),
    /// Those of the patients who stand in a report, by its key.
    Report(String),
}

/// A question that was answered when the value was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedAtEntry {
    /// Who entered it.
    pub actor: String,
    /// Why, if they said so.
    pub reason: Option<String>,
}

impl Registry {
    /// Everything recorded of one patient after another, in the order they were recorded; never more
    /// than one of them is in memory.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn each_patient(
        &self,
        whose: &Whose,
        mut look: impl FnMut(&PatientFile),
    ) -> Result<(), StoreError> {
        let mut run = || {
            let (patient, report) = match whose {
                Whose::All => (None, None),
                Whose::Patient(key) => (Some(key), None),
                Whose::Report(key) => (None, Some(key)),
            };
            let mut query = self.connection.prepare(
                "SELECT key FROM patient p
                  WHERE (:patient IS NULL OR p.key = :patient)
                    AND (:report IS NULL OR EXISTS (
                         SELECT 1 FROM patient_report link JOIN report r ON r.id = link.report_id
                          WHERE link.patient_id = p.id AND r.key = :report))
                  ORDER BY id",
            )?;
            let mut rows = query.query(named_params! { ":patient": patient, ":report": report })?;
            while let Some(row) = rows.next()? {
                let key: String = row.get("key")?;
                let file = visits::load_patient_file(&self.connection, self.catalogue(), &key)?;
                if let Some(file) = file {
                    look(&file);
                }
            }
            Ok(())
        };
        run().in_file(&self.path)
    }

    /// All answers, in the order they were given.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn answers(&self) -> Result<Vec<Answer>, StoreError> {
        let all = load(&self.connection).in_file(&self.path)?;
        Ok(all.into_iter().map(|stored| stored.record).collect())
    }

    /// Every doubt that was ever answered here or in a registry that was merged, also where the answer
    /// was taken back since.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn ever_answered(&self) -> Result<HashSet<String>, StoreError> {
        let load = || {
            let mut query = self.connection.prepare(
                "SELECT DISTINCT line.value ->> '$.key'
                   FROM (SELECT body FROM change UNION ALL SELECT body FROM merged_change) log,
                        json_each(log.body, '$.rows') line
                  WHERE line.value ->> '$.noun' = 'answer'",
            )?;
            query.query_map((), |row| row.get(0))?.collect::<Result<HashSet<_>, _>>()
        };
        load().in_file(&self.path)
    }

    /// The questions that were answered when values were entered, by the words the log has for them:
    /// patient, visit, analyte and the text of the value.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn accepted_at_entry(&self) -> Result<HashMap<String, AcceptedAtEntry>, StoreError> {
        let load = || {
            let mut query = self.connection.prepare(
                "SELECT one.value, log.body ->> '$.actor', log.body ->> '$.reason'
                   FROM (SELECT body FROM change UNION ALL SELECT body FROM merged_change) log,
                        json_each(log.body, '$.accepted') one",
            )?;
            let mut rows = query.query(())?;
            let mut found = HashMap::new();
            while let Some(row) = rows.next()? {
                let text: String = row.get(0)?;
                if let Some(value) = value_of_acceptance(&text) {
                    let accepted = AcceptedAtEntry { actor: row.get(1)?, reason: row.get(2)? };
                    found.insert(value.to_owned(), accepted);
                }
            }
            Ok(found)
        };
        load().in_file(&self.path)
    }
}

/// `a/1, visit W0, afp: 34 ng/mL` of `Accepted: case.toml, line 3, column 1, a/1, visit W0, afp: 34 ng/mL,
/// where usual is …`; a text of another form is none, and the value is asked about again.
fn value_of_acceptance(text: &str) -> Option<&str> {
    let (value, _) = text.strip_prefix("Accepted: ")?.rsplit_once(", where usual is ")?;
    let (before, _) = value.split_once(", visit ")?;
    // Keys hold no blanks: what stands before the last one is the place in a file.
    let start = before.rfind(", ").map_or(0, |at| at + 2);
    Some(&value[start..])
}

/// All answers in the order they were given.
pub(super) fn load(connection: &Connection) -> Result<Vec<Stored<Answer>>, rusqlite::Error> {
    let mut query = connection.prepare("SELECT * FROM answer ORDER BY id")?;
    query.query_map((), from_row)?.collect()
}

fn from_row(row: &Row<'_>) -> Result<Stored<Answer>, rusqlite::Error> {
    Ok(Stored {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        record: Answer {
            finding: row.get("finding")?,
            rule: row.get("rule")?,
            place: row.get("place")?,
            evidence: row.get("evidence")?,
            made_by: row.get("made_by")?,
            reason: row.get("reason")?,
        },
    })
}

impl Change<'_> {
    /// The answer to this doubt.
    pub(super) fn answer(&self, finding: &str) -> Result<Option<Stored<Answer>>, StoreError> {
        let load = || {
            self.transaction
                .prepare_cached("SELECT * FROM answer WHERE finding = :finding")?
                .query_row(named_params! { ":finding": finding }, from_row)
                .optional()
        };
        self.told(load())
    }

    /// Answer a doubt. False, and nothing done, if it is answered already.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn answer_doubt(&mut self, answer: &Answer) -> Result<bool, StoreError> {
        self.add_answer(&new_uuid(), answer)
    }

    /// The same under this identity.
    pub(super) fn add_answer(&mut self, uuid: &str, answer: &Answer) -> Result<bool, StoreError> {
        if self.answer(&answer.finding)?.is_some() {
            return Ok(false);
        }
        let add = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO answer (uuid, finding, rule, place, evidence, made_by, reason)
                     VALUES (:uuid, :finding, :rule, :place, :evidence, :made_by, :reason)",
                )?
                .execute(named_params! {
                    ":uuid": uuid, ":finding": answer.finding, ":rule": answer.rule,
                    ":place": answer.place, ":evidence": answer.evidence,
                    ":made_by": answer.made_by, ":reason": answer.reason,
                })
        };
        self.told(add())?;
        self.added("answer", &answer.finding, ("answer", uuid), answer)?;
        self.log_about(&answer.place)?;
        Ok(true)
    }

    /// Take an answer back: the doubt is asked again. Returns it as it was, if there was one.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn reopen(&mut self, finding: &str) -> Result<Option<Answer>, StoreError> {
        let Some(Stored { id, uuid, record }) = self.answer(finding)? else { return Ok(None) };
        let sql = "DELETE FROM answer WHERE id = :id";
        self.told(self.transaction.execute(sql, named_params! { ":id": id }))?;
        self.removed("answer", finding, ("answer", &uuid), &record);
        self.log_about(&record.place)?;
        Ok(Some(record))
    }

    /// Let the history of the patient or report that a place names show the line of the log just
    /// written; it may be gone by now.
    fn log_about(&mut self, place: &str) -> Result<(), StoreError> {
        // "a/1, visit W4, AFP", "a/1 and a/2", "report a": keys hold no commas and no blanks.
        let place = place.strip_prefix("report ").unwrap_or(place);
        let about = place.split([',', ' ']).next().unwrap_or(place);
        if let Some(patient) = self.patient(about)? {
            self.about("patient", &patient.uuid);
        } else if let Some(report) = self.report(about)? {
            self.about("report", &report.uuid);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{case, registry};

    fn answer(finding: &str) -> Answer {
        Answer {
            finding: finding.to_owned(),
            rule: "usual-range".to_owned(),
            place: "a/1, visit W4, AFP".to_owned(),
            evidence: "34 ng/mL".to_owned(),
            made_by: "tester".to_owned(),
            reason: "as printed".to_owned(),
        }
    }

    fn change<T>(
        registry: &mut Registry,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError>,
    ) -> T {
        registry.change("test", Some("because"), work).unwrap()
    }

    #[test]
    fn an_answer_is_kept_logged_and_taken_back() {
        let (_folder, mut registry) = registry();
        change(&mut registry, |change| change.take_in(&case(&["AFP=34 ng/mL"])));
        let one = answer("0a1b2c3d");
        assert!(change(&mut registry, |change| change.answer_doubt(&one)));
        assert!(!change(&mut registry, |change| change.answer_doubt(&one)), "once");
        assert_eq!(registry.answers().unwrap(), std::slice::from_ref(&one));
        assert_eq!(registry.verify().unwrap().discrepancies, []);
        let of_patient = crate::store::HistoryOf::Key("a/1".to_owned());
        let last = registry.history(&of_patient).unwrap().unwrap().pop().unwrap();
        assert_eq!(last.rows[0]["noun"], "answer", "the patient's history tells of it");
        assert_eq!(change(&mut registry, |change| change.reopen("0a1b2c3d")), Some(one));
        assert_eq!(change(&mut registry, |change| change.reopen("0a1b2c3d")), None);
        assert_eq!(registry.answers().unwrap(), []);
        assert_eq!(registry.verify().unwrap().discrepancies, []);
        assert!(registry.ever_answered().unwrap().contains("0a1b2c3d"));
    }

    #[test]
    fn an_answer_altered_or_removed_behind_the_log_is_named() {
        let (_folder, mut registry) = registry();
        for finding in ["11111111", "22222222"] {
            change(&mut registry, |change| change.answer_doubt(&answer(finding)));
        }
        let sql = "UPDATE answer SET reason = 'so' WHERE id = 1; DELETE FROM answer WHERE id = 2";
        registry.connection.execute_batch(sql).unwrap();
        let told: Vec<_> = registry.verify().unwrap().discrepancies;
        let told: Vec<_> = told.iter().map(|one| format!("{}: {}", one.place, one.what)).collect();
        assert_eq!(told.len(), 2, "{told:#?}");
        assert!(
            told[0].starts_with("answer 11111111: it was altered")
                || told[1].starts_with("answer 11111111: it was altered")
        );
        assert!(told.contains(&"answer 22222222: it was removed outside casebook".to_owned()));
    }

    #[test]
    fn what_was_accepted_at_entry_is_found_wherever_it_was_read() {
        let typed =
            "Accepted: a/1, visit W4, afp: 34 ng/mL, where usual is AFP from 0 to 20 ng/mL.";
        let read = "Accepted: my, case.toml, line 3, column 1, a/1, visit W4, afp: 34 ng/mL, where \
                    usual is AFP from 0 to 20 ng/mL.";
        for text in [typed, read] {
            assert_eq!(value_of_acceptance(text), Some("a/1, visit W4, afp: 34 ng/mL"));
        }
        assert_eq!(value_of_acceptance("Accepted: something else"), None);
    }

    #[test]
    fn patients_come_one_after_another_or_by_their_report() {
        let (_folder, mut registry) = registry();
        change(&mut registry, |change| change.take_in(&case(&["AFP=3 ng/mL", "HbA1c=7 %"])));
        let keys = |whose: Whose| {
            let mut keys = Vec::new();
            let read = registry.each_patient(&whose, |file| {
                assert_eq!(registry.patient_file(&file.patient.key).unwrap().as_ref(), Some(file));
                keys.push(file.patient.key.clone());
            });
            read.unwrap();
            keys
        };
        assert_eq!(keys(Whose::All), ["a/1"]);
        assert_eq!(keys(Whose::Report("a".to_owned())), ["a/1"]);
        assert_eq!(keys(Whose::Patient("a/1".to_owned())), ["a/1"]);
        assert_eq!(keys(Whose::Patient("a/2".to_owned())), [""; 0]);
        assert_eq!(keys(Whose::Report("b".to_owned())), [""; 0]);
    }
}
