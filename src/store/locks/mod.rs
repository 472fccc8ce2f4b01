//! What may not be changed until somebody unlocks it: a report with its patients, a patient, or all.
//!
//! It is enforced in one place, where a change is about to be committed: each line of the log named
//! whom it is about, so whatever writes is covered without knowing of locks. What a lock covered
//! before the change counts as well as what it covers after it: a patient can neither leave a locked
//! report nor enter one.

use super::change::{Change, new_uuid};
use super::error::{InFile, StoreError};
use super::{Registry, patients, reports};
use crate::domain::Mismatch;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Serialize;
use std::collections::BTreeSet;

/// What may be locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lockable {
    /// Everything: an analysis freeze.
    Registry,
    /// The patient or report with this key, and all that belongs to it.
    Key(String),
}

/// A lock, as the log pictures it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// What is locked: registry, report or patient.
    pub noun: String,
    /// Its key; of the registry, the word.
    pub key: String,
    /// Who locked it, as they said.
    pub made_by: String,
    /// Why.
    pub reason: String,
}

impl Lock {
    /// What is locked, in words.
    pub fn name(&self) -> String {
        match self.noun.as_str() {
            "registry" => "registry".to_owned(),
            noun => format!("{noun} {}", self.key),
        }
    }
}

/// Something that a lock keeps as it is: what is locked itself, or a patient of a locked report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Registry, report or patient.
    pub noun: String,
    /// Its identity.
    pub(super) uuid: String,
    /// Its key.
    pub key: String,
    /// The lock.
    pub lock: Lock,
    /// The lock's identity.
    pub(super) lock_uuid: String,
}

/// Why nothing was locked or unlocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlocked {
    /// There is no report or patient of this key.
    NotThere(String),
    /// It is locked already.
    Already(Lock),
    /// It is not locked itself; it may be held by another lock.
    NotLocked(String, Option<Lock>),
}

/// What became of locking or unlocking. Whoever calls must drop the change if it is an `Unlocked`.
pub type Locking = Result<Result<Lock, Unlocked>, StoreError>;

/// A lock as it stands in the file: its own identity and that of what it locks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Placed {
    #[serde(skip)]
    pub uuid: String,
    #[serde(skip)]
    pub subject: String,
    #[serde(flatten)]
    pub lock: Lock,
}

impl Registry {
    /// Every lock with the time it was made here, in UTC, in the order they were made.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn locks(&self) -> Result<Vec<(Lock, Option<String>)>, StoreError> {
        let load = || {
            let all = all(&self.connection)?;
            all.into_iter().map(|one| Ok((self.locked_at(&one)?, one.lock))).collect()
        };
        let found: Result<Vec<_>, rusqlite::Error> = load();
        Ok(found.in_file(&self.path)?.into_iter().map(|(at, lock)| (lock, at)).collect())
    }

    /// Everything that is held by a lock, each thing as often as locks hold it.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn held(&self) -> Result<Vec<Held>, StoreError> {
        held(&self.connection).in_file(&self.path)
    }

    fn locked_at(&self, placed: &Placed) -> Result<Option<String>, rusqlite::Error> {
        self.connection
            .prepare_cached(
                "SELECT c.at FROM change_subject s JOIN change c ON c.id = s.change_id
                  WHERE s.noun = :noun AND s.uuid = :subject
                    AND EXISTS (SELECT 1 FROM json_each(c.body, '$.rows') row
                                 WHERE row.value ->> '$.noun' = 'lock'
                                   AND row.value ->> '$.of.uuid' = :subject)
                  ORDER BY c.id DESC LIMIT 1",
            )?
            .query_row(
                named_params! { ":noun": placed.lock.noun, ":subject": placed.subject },
                |row| row.get(0),
            )
            .optional()
    }
}

/// All locks in the order they were made.
pub(super) fn all(connection: &Connection) -> Result<Vec<Placed>, rusqlite::Error> {
    let sql = "SELECT uuid, subject, noun, key, made_by, reason FROM lock ORDER BY id";
    let mut query = connection.prepare_cached(sql)?;
    let row = |row: &Row<'_>| {
        Ok(Placed { uuid: row.get("uuid")?, subject: row.get("subject")?, lock: from_row(row)? })
    };
    query.query_map((), row)?.collect()
}

fn from_row(row: &Row<'_>) -> Result<Lock, rusqlite::Error> {
    Ok(Lock {
        noun: row.get("noun")?,
        key: row.get("key")?,
        made_by: row.get("made_by")?,
        reason: row.get("reason")?,
    })
}

/// Everything that is held by a lock.
pub(super) fn held(connection: &Connection) -> Result<Vec<Held>, rusqlite::Error> {
    let mut query = connection.prepare_cached(
        "SELECT l.id, l.uuid, l.noun, l.key, l.made_by, l.reason,
                l.noun AS held, l.subject AS held_uuid, l.key AS held_key FROM lock l
          UNION ALL
         SELECT l.id, l.uuid, l.noun, l.key, l.made_by, l.reason, 'patient', p.uuid, p.key
           FROM lock l
           JOIN report r ON l.noun = 'report' AND r.uuid = l.subject
           JOIN patient_report pr ON pr.report_id = r.id
           JOIN patient p ON p.id = pr.patient_id
          ORDER BY 1, held DESC, held_key",
    )?;
    let row = |row: &Row<'_>| {
        Ok(Held {
            noun: row.get("held")?,
            uuid: row.get("held_uuid")?,
            key: row.get("held_key")?,
            lock_uuid: row.get("uuid")?,
            lock: from_row(row)?,
        })
    };
    query.query_map((), row)?.collect()
}

impl Change<'_> {
    /// Lock something.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn lock(&mut self, what: &Lockable, made_by: &str, reason: &str) -> Locking {
        let Some((noun, subject, key)) = self.lockable(what)? else {
            return Ok(Err(Unlocked::NotThere(key_of(what))));
        };
        if let Some(known) = self.locks()?.into_iter().find(|one| one.subject == subject) {
            return Ok(Err(Unlocked::Already(known.lock)));
        }
        let (made_by, reason) = (made_by.to_owned(), reason.to_owned());
        let lock = Lock { noun: noun.to_owned(), key, made_by, reason };
        self.add_lock(noun, &subject, &lock)?;
        Ok(Ok(lock))
    }

    /// Unlock something; the log keeps the lock.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn unlock(&mut self, what: &Lockable) -> Locking {
        let Some((noun, subject, key)) = self.lockable(what)? else {
            return Ok(Err(Unlocked::NotThere(key_of(what))));
        };
        let Some(known) = self.locks()?.into_iter().find(|one| one.subject == subject) else {
            let held = self.told(held(&self.transaction))?;
            let other = held.into_iter().find(|one| one.uuid == subject);
            let what =
                Lock { noun: noun.to_owned(), key, made_by: String::new(), reason: String::new() };
            return Ok(Err(Unlocked::NotLocked(what.name(), other.map(|one| one.lock))));
        };
        self.remove_lock(noun, &known)?;
        Ok(Ok(known.lock))
    }

    /// The locks as they are now.
    pub(super) fn locks(&self) -> Result<Vec<Placed>, StoreError> {
        self.told(all(&self.transaction))
    }

    /// What this is, its identity and its key.
    fn lockable(
        &self,
        what: &Lockable,
    ) -> Result<Option<(&'static str, String, String)>, StoreError> {
        let Lockable::Key(key) = what else {
            let uuid =
                self.transaction.query_row("SELECT uuid FROM registry", (), |row| row.get(0));
            return Ok(Some(("registry", self.told(uuid)?, "registry".to_owned())));
        };
        if let Some(patient) = self.told(patients::load(&self.transaction, key))? {
            return Ok(Some(("patient", patient.uuid, key.clone())));
        }
        let report = self.told(reports::load(&self.transaction, key))?;
        Ok(report.map(|report| ("report", report.uuid, key.clone())))
    }

    pub(super) fn add_lock(
        &mut self,
        noun: &'static str,
        subject: &str,
        lock: &Lock,
    ) -> Result<(), StoreError> {
        let put = self.transaction.execute(
            "INSERT INTO lock (uuid, noun, subject, key, made_by, reason)
             VALUES (:uuid, :noun, :subject, :key, :made_by, :reason)",
            named_params! {
                ":uuid": new_uuid(), ":noun": noun, ":subject": subject, ":key": lock.key,
                ":made_by": lock.made_by, ":reason": lock.reason,
            },
        );
        self.told(put)?;
        self.added("lock", &lock.name(), (noun, subject), lock)
    }

    pub(super) fn remove_lock(
        &mut self,
        noun: &'static str,
        placed: &Placed,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM lock WHERE uuid = :uuid";
        let gone = self.transaction.execute(sql, named_params! { ":uuid": placed.uuid });
        self.told(gone)?;
        self.removed("lock", &placed.lock.name(), (noun, &placed.subject), &placed.lock);
        Ok(())
    }

    /// What was locked before this change and is written to by it, each thing once; of a locked
    /// registry only that. Unlocking is possible whatever is locked.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn written_under_lock(&self) -> Result<Vec<Held>, StoreError> {
        if self.held.is_empty() {
            return Ok(Vec::new());
        }
        let locks: BTreeSet<&str> = self.held.iter().map(|one| one.lock_uuid.as_str()).collect();
        let mut now = self.told(held(&self.transaction))?;
        now.retain(|one| locks.contains(one.lock_uuid.as_str()));
        let mut known = BTreeSet::new();
        let mut found = Vec::new();
        for one in self.held.iter().chain(&now) {
            let is_written = match one.noun.as_str() {
                "registry" => self.does_more_than_unlock(),
                _ => self.writes_to(&one.uuid),
            };
            if is_written && known.insert(&one.uuid) {
                found.push(one.clone());
            }
        }
        if let Some(registry) = found.iter().find(|one| one.noun == "registry") {
            return Ok(vec![registry.clone()]);
        }
        Ok(found)
    }

    /// Refuse to write to what is locked.
    ///
    /// # Errors
    /// If something is, or the file can't be read.
    pub fn refuse_locked(&self) -> Result<(), StoreError> {
        match self.written_under_lock()? {
            held if held.is_empty() => Ok(()),
            held => Err(StoreError::Held(held)),
        }
    }
}

/// A locked record that would be changed, by whom and why it is locked, and how to unlock it.
pub fn describe_lock(held: &Held) -> (String, Mismatch) {
    let Lock { noun, key, made_by, reason } = &held.lock;
    let by_itself = *noun == held.noun;
    let name = held.lock.name();
    let what = match by_itself {
        true => format!("{name}, locked by {made_by}: {reason}"),
        false => format!("patient {}, locked with {name} by {made_by}: {reason}", held.key),
    };
    let named = if noun == "registry" { "--all" } else { key };
    let mend =
        format!("if it may be changed after all: `casebook unlock {named} --reason \"why\"`");
    (what, Mismatch::new("", "a record that is not locked").mend(mend))
}

fn key_of(what: &Lockable) -> String {
    match what {
        Lockable::Registry => "registry".to_owned(),
        Lockable::Key(key) => key.clone(),
    }
}

#[cfg(test)]
mod tests;
