//! The only way to write: one described transaction that also writes the change log.
//!
//! Each entry of the log is a JSON text that names the hash of the entry before it; its own hash is
//! the SHA-256 of that text. Whoever has the file can recompute the chain with standard tools. It
//! shows that nothing inside the chain was altered without trace; it can't show who sat at the
//! keyboard, nor that the newest entries were not cut off together with their rows.

use super::analytes::{add_built_in, load_catalogue};
use super::batch::{self, Bulk};
use super::edit::Edited;
use super::error::{InFile, StoreError};
use super::journal::{has_no_such_thing, journal_of, sync_folder_of};
use super::locks::{self, Held};
use super::measurements::Met;
use super::registry::{Registry, load_rules};
use crate::domain::{Catalogue, Rules, hex};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// The hash that the first entry names as the one before it.
pub const FIRST_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A change under way. Its methods, in the files of this folder, are all that can write.
#[derive(Debug)]
pub struct Change<'a> {
    pub(super) transaction: Transaction<'a>,
    pub(super) path: &'a Path,
    /// False only in a bench that asks what the log costs.
    pub(super) keeps_log: bool,
    /// As they will be once this change is done; so is the catalogue.
    pub(super) rules: Rules,
    pub(super) catalogue: Option<Catalogue>,
    rows: Vec<Value>,
    accepted: Vec<String>,
    /// True if the log is to say what happened although no record changed.
    happened: bool,
    /// Whom the lines of the log are about, so that one history is found without reading all.
    subjects: BTreeSet<(&'static str, String)>,
    /// The identities of those whose records are written, which must not be locked.
    written: BTreeSet<String>,
    /// What was locked before anything was written.
    pub(super) held: Vec<Held>,
    /// The entry of another log that did what is written here, while a merge repeats it.
    pub(super) origin: Option<String>,
    /// Units and limits whose numbers are known already.
    pub(super) met: Met,
    /// Batches under way, while many records are taken in.
    pub(super) bulk: Option<Bulk>,
    /// The batch that the record of the next row left, and its place there.
    pub(super) left: Option<Value>,
}

/// What came of a change that was not refused.
struct Attempted<T> {
    /// What `work` returned.
    done: T,
    /// If the commit failed: the hash of the entry, and why.
    failed: Option<(String, StoreError)>,
    /// The rules and the analytes as they are now.
    rules: Rules,
    catalogue: Option<Catalogue>,
}

impl Registry {
    /// Do everything in `work` as one transaction, described by `command`. If `work` fails, or
    /// changes nothing and does not ask for an entry, the file stays as it was.
    ///
    /// # Errors
    /// What `work` returns, or that the file can't be written.
    pub fn change<T, E: From<StoreError>>(
        &mut self,
        command: &str,
        reason: Option<&str>,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut begun = false;
        match self.attempt(command, reason, work, &mut begun) {
            Ok(Attempted { done, failed, rules, catalogue }) => {
                if let Some((hash, failed)) = failed {
                    self.after_failed_commit(&hash, failed)?;
                }
                (self.rules, self.catalogue) = (rules, catalogue);
                Ok(done)
            }
            Err(error) => {
                if begun {
                    self.after_failed_work()?;
                }
                Err(error)
            }
        }
    }

    fn attempt<T, E: From<StoreError>>(
        &mut self,
        command: &str,
        reason: Option<&str>,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
        begun: &mut bool,
    ) -> Result<Attempted<T>, E> {
        let path = self.path.clone();
        let actor = self.caller.actor.clone();
        // Unchecked, but `self` is borrowed for writing: none can be begun inside another.
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
                .in_file(&path)?;
        *begun = true;
        // Whoever calls read the schedule and the analytes before: what follows from others must not
        // be written. A registry that is just being made has no rules yet.
        let rules = load_rules(&transaction).optional().in_file(&path)?;
        let catalogue = load_catalogue(&transaction).in_file(&path)?;
        if rules.is_some_and(|rules| rules != self.rules) || catalogue != self.catalogue {
            return Err(StoreError::Overtaken(path).into());
        }
        let held = locks::held(&transaction).in_file(&path)?;
        let mut change = Change {
            transaction,
            path: &path,
            keeps_log: self.keeps_log,
            rules: self.rules.clone(),
            catalogue,
            rows: Vec::new(),
            accepted: Vec::new(),
            happened: false,
            subjects: BTreeSet::new(),
            written: BTreeSet::new(),
            held,
            origin: None,
            met: Met::default(),
            bulk: None,
            left: None,
        };
        let done = work(&mut change)?;
        change.end_bulk()?;
        let mut failed = None;
        if !change.keeps_log {
            change.transaction.commit().in_file(&path)?;
        } else if !change.rows.is_empty() || change.happened {
            change.refuse_locked()?;
            let hash = change.write_log(command, reason, &actor).in_file(&path)?;
            let committed = change.transaction.commit().in_file(&path);
            failed = committed.err().map(|failed| (hash, failed));
        }
        Ok(Attempted { done, failed, rules: change.rules, catalogue: change.catalogue })
    }

    /// A disk that fails while pages are written leaves changed pages and a journal, which puts them
    /// back. The journal may also be that of somebody who is at work; then ours is dealt with: nobody
    /// gets in before it is played back.
    fn after_failed_work(&mut self) -> Result<(), StoreError> {
        if !journal_of(&self.path).exists() {
            return Ok(());
        }
        match self.recover() {
            Ok(()) | Err(StoreError::Locked(_)) => Ok(()),
            Err(error) => {
                Err(StoreError::Unsure { path: self.path.clone(), detail: error.to_string() })
            }
        }
    }

    /// A commit that failed may have been taken back, or have failed only in its last step, after
    /// everything was written. The file itself tells: does its log hold the entry?
    fn after_failed_commit(&mut self, hash: &str, failed: StoreError) -> Result<(), StoreError> {
        if matches!(failed, StoreError::Locked(_)) {
            return Err(failed); // it never began to write
        }
        let path = self.path.clone();
        let held = self.recover().and_then(|()| {
            let query = "SELECT EXISTS (SELECT 1 FROM change WHERE hash = :hash)";
            let found =
                self.connection.query_row(query, named_params! { ":hash": hash }, |row| row.get(0));
            found.in_file(&path)
        });
        match held {
            Ok(false) => Err(failed),
            // The last step waits for the folder, and some network drives know no such thing: there
            // SQLite has done all that can be done.
            Ok(true) if sync_folder_of(&path).is_err_and(|error| has_no_such_thing(&error)) => {
                Ok(())
            }
            Ok(true) => Err(StoreError::Unconfirmed { path, detail: failed.to_string() }),
            Err(error) => Err(StoreError::Unsure { path, detail: error.to_string() }),
        }
    }
}

impl Change<'_> {
    /// The analytes this registry knows: the built-in ones and its own.
    pub fn catalogue(&self) -> &Catalogue {
        self.catalogue.as_ref().unwrap_or_else(|| Catalogue::built_in())
    }

    /// Title, schedule and rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Have an entry in the log although no record changes: that records left the file is worth one.
    pub fn happened(&mut self) {
        self.happened = true;
    }

    /// Note for the log that a question was answered by taking the value as it is.
    pub fn accept(&mut self, question: String) {
        self.accepted.push(question);
    }

    /// Give the errors of SQLite the name of the file.
    pub(super) fn told<T>(&self, result: Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        result.in_file(self.path)
    }

    /// Note for the log that `record` was added. `owner` is the patient or report it belongs to.
    pub(super) fn added(
        &mut self,
        noun: &'static str,
        key: &str,
        owner: (&'static str, &str),
        record: &impl Serialize,
    ) -> Result<(), StoreError> {
        if !self.keeps_log {
            return Ok(());
        }
        self.is_about(noun, owner);
        if self.put_in_batch(noun, || batch::of_record(owner.1, key, record)) {
            return Ok(());
        }
        self.log_row(json!({
            "action": "add", "noun": noun, "key": key,
            "of": { "noun": owner.0, "uuid": owner.1 }, "after": image_of(record),
        }));
        Ok(())
    }

    /// Note for the log that `before` became `after`.
    pub(super) fn edited<T: Serialize>(
        &mut self,
        noun: &'static str,
        key: &str,
        owner: (&'static str, &str),
        before: &T,
        after: &T,
    ) {
        self.is_about(noun, owner);
        self.log_row(json!({
            "action": "edit", "noun": noun, "key": key,
            "of": { "noun": owner.0, "uuid": owner.1 },
            "before": image_of(before), "after": image_of(after),
        }));
    }

    /// The same for an edit that may have changed the name the log knows the record by.
    pub(super) fn renamed<T: Serialize>(
        &mut self,
        noun: &'static str,
        (was, key): (&str, &str),
        owner: (&'static str, &str),
        edited: &Edited<T>,
    ) {
        self.edited(noun, key, owner, &edited.before, &edited.after);
        if was != key {
            let row = self.rows.last_mut().expect("the row was pushed a line before");
            row["was"] = was.into();
        }
    }

    /// Note for the log that `record` went.
    pub(super) fn removed(
        &mut self,
        noun: &'static str,
        key: &str,
        owner: (&'static str, &str),
        record: &impl Serialize,
    ) {
        self.is_about(noun, owner);
        self.log_row(json!({
            "action": "remove", "noun": noun, "key": key,
            "of": { "noun": owner.0, "uuid": owner.1 }, "before": image_of(record),
        }));
    }

    /// Note whom a line of the log is about. A lock is nothing of what it locks.
    pub(super) fn is_about(&mut self, noun: &str, owner: (&'static str, &str)) {
        self.subjects.insert((owner.0, owner.1.to_owned()));
        if noun != "lock" {
            self.written.insert(owner.1.to_owned());
        }
    }

    /// True if records of this report or patient are written.
    pub(super) fn writes_to(&self, uuid: &str) -> bool {
        self.written.contains(uuid)
    }

    /// True if something but the removal of locks stands in the entry.
    pub(super) fn does_more_than_unlock(&self) -> bool {
        self.rows.iter().any(|row| row["noun"] != "lock" || row["action"] != "remove")
    }

    /// Note that the line just put into the log speaks of this patient or report as well.
    pub(super) fn about(&mut self, noun: &'static str, uuid: &str) {
        self.subjects.insert((noun, uuid.to_owned()));
        let row = self.rows.last_mut().expect("the row was pushed a line before");
        row["about"] = json!({ "noun": noun, "uuid": uuid });
    }

    /// The number of the entry this change will have in the log.
    pub(super) fn number(&self) -> Result<i64, StoreError> {
        let last = self
            .transaction
            .query_row("SELECT max(id) FROM change", (), |row| row.get::<_, Option<i64>>(0));
        Ok(self.told(last)?.unwrap_or(0) + 1)
    }

    /// Put a line into the entry of the log.
    pub(super) fn log_row(&mut self, mut row: Value) {
        if let Some(origin) = &self.origin {
            row["from"] = origin.as_str().into();
        }
        self.quote(&mut row);
        self.rows.push(row);
    }

    /// Write the entry; its hash.
    fn write_log(
        &self,
        command: &str,
        reason: Option<&str>,
        actor: &str,
    ) -> Result<String, rusqlite::Error> {
        let (newest, previous) = newest_entry(&self.transaction)?;
        let number = newest + 1;
        let mut body = Map::new();
        body.insert("number".into(), number.into());
        body.insert("previous".into(), previous.into());
        body.insert("at".into(), now().into());
        body.insert("actor".into(), actor.into());
        body.insert("command".into(), command.into());
        body.insert("reason".into(), reason.into());
        body.insert("program".into(), concat!("casebook ", env!("CARGO_PKG_VERSION")).into());
        if !self.accepted.is_empty() {
            body.insert("accepted".into(), self.accepted.clone().into());
        }
        body.insert("rows".into(), Value::Array(self.rows.clone()));
        let body = Value::Object(body).to_string();
        let hash = hash_of(&body);
        self.transaction.execute(
            "INSERT INTO change (id, body, hash) VALUES (:id, :body, :hash)",
            named_params! { ":id": number, ":body": body, ":hash": hash },
        )?;
        let mut subject = self.transaction.prepare_cached(
            "INSERT INTO change_subject (noun, uuid, change_id) VALUES (:noun, :uuid, :change)",
        )?;
        for (noun, uuid) in &self.subjects {
            subject.execute(named_params! { ":noun": noun, ":uuid": uuid, ":change": number })?;
        }
        Ok(hash)
    }

    /// Write the registry's own row, its schedule and its catalogue; only `init` does this.
    pub(super) fn add_rules(&mut self, rules: &Rules) -> Result<(), StoreError> {
        let uuid = new_uuid();
        let write = || {
            self.transaction.execute(
                "INSERT INTO registry (id, uuid, title, day_zero, baseline, rules_version, made_by)
                 VALUES (1, :uuid, :title, :day_zero, :baseline, :version, :made_by)",
                named_params! {
                    ":uuid": uuid, ":title": rules.title, ":day_zero": rules.day_zero.as_str(),
                    ":baseline": rules.baseline.as_str(), ":version": rules.version,
                    ":made_by": concat!("casebook ", env!("CARGO_PKG_VERSION")),
                },
            )
        };
        self.told(write())?;
        for timepoint in rules.schedule.timepoints() {
            self.put_timepoint(None, timepoint)?;
        }
        self.told(add_built_in(&self.transaction))?;
        self.added("registry", &rules.title, ("registry", &uuid), rules)
    }
}

/// SHA-256 in lower-case hexadecimal.
pub fn hash_of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

impl Registry {
    /// Number and hash of the newest entry of the change log, which vouches for all before it; 0 and
    /// [`FIRST_HASH`] before the first.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn newest_entry(&self) -> Result<(i64, String), StoreError> {
        newest_entry(&self.connection).in_file(&self.path)
    }
}

fn newest_entry(connection: &Connection) -> Result<(i64, String), rusqlite::Error> {
    let newest =
        connection.query_row("SELECT id, hash FROM change ORDER BY id DESC LIMIT 1", (), |row| {
            Ok((row.get::<_, i64>("id")?, row.get::<_, String>("hash")?))
        });
    match newest {
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok((0, FIRST_HASH.to_owned())),
        newest => newest,
    }
}

/// A new identity, in the order of time, so that indexes grow at their end.
pub(super) fn new_uuid() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// This moment in UTC, to the second.
fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).map_or(now, |whole| whole).to_string()
}

/// A record as the log pictures it.
pub(super) fn image_of(record: &impl Serialize) -> Value {
    let mut image = serde_json::to_value(record).expect("a record has text keys only");
    without_nulls(&mut image);
    image
}

/// The log says what is known; what is not, it leaves out.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(without_nulls);
        }
        Value::Array(values) => values.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_what_sha256sum_prints() {
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash_of("abc"), of_abc);
    }
}
