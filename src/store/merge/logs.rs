//! What two change logs say together: whether each side knows what the other last did to a record.

use rusqlite::Connection;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A record as a log names it: what kind, of which report or patient, and its key.
pub(super) type Name = (String, String, String);

/// The last thing a log says of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Touch {
    /// The number of the entry.
    entry: i64,
    /// When, in UTC.
    pub at: String,
    /// True if it went.
    pub removed: bool,
    /// The hash of the entry that did it; for what a merge brought, of the entry over there.
    pub origin: String,
}

/// One registry's change log, as far as a merge asks.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Hashes of its entries, and of those that were merged into it.
    known: HashSet<String>,
    touched: HashMap<Name, Touch>,
    /// The entries that added many records at once, which are not named one by one, by their batch.
    batches: HashMap<i64, Touch>,
    /// Records that a merge left undecided, with the number of its entry.
    undecided: HashMap<Name, i64>,
    /// Records about which somebody decided in a merge.
    decided: HashSet<Name>,
}

impl Log {
    /// Read the log of an open registry.
    pub fn read(connection: &Connection) -> Result<Log, rusqlite::Error> {
        let mut log = Log::default();
        let mut query = connection.prepare("SELECT id, hash, body FROM change ORDER BY id")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let body: String = row.get("body")?;
            log.take(row.get("id")?, row.get("hash")?, &body);
        }
        let mut query = connection.prepare("SELECT hash FROM merged_change")?;
        for hash in query.query_map((), |row| row.get::<_, String>(0))? {
            log.known.insert(hash?);
        }
        Ok(log)
    }

    fn take(&mut self, entry: i64, hash: String, body: &str) {
        let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
        let at = text(&body["at"]);
        let rows = body["rows"].as_array().map_or(&[][..], Vec::as_slice);
        let merge = rows.iter().find(|row| row["action"] == "merge");
        for row in rows {
            // What a merge brought was done over there.
            let origin = row["from"].as_str().or(merge.and_then(|row| row["last_hash"].as_str()));
            let origin = origin.unwrap_or(&hash).to_owned();
            let removed = row.get("after").is_none_or(Value::is_null);
            let touch = Touch { entry, at: at.clone(), removed, origin };
            if row["action"] == "merge" {
                self.take_decisions(entry, row);
            } else if let Some(batch) = row["batch"].as_i64() {
                self.batches.insert(batch, Touch { removed: false, ..touch });
            } else {
                if let Some(was) = row.get("was") {
                    let was = name_of(row, was);
                    self.touched.insert(was, Touch { removed: true, ..touch.clone() });
                }
                self.touched.insert(name_of(row, &row["key"]), touch);
            }
        }
        self.known.insert(hash);
    }

    fn take_decisions(&mut self, entry: i64, row: &Value) {
        let names = |list: &str| row[list].as_array().map_or(&[][..], Vec::as_slice).to_vec();
        for record in names("undecided") {
            let name = name_of(&record, &record["key"]);
            self.decided.remove(&name);
            self.undecided.insert(name, entry);
        }
        for record in names("decided") {
            let name = name_of(&record, &record["key"]);
            self.undecided.remove(&name);
            self.decided.insert(name);
        }
    }

    /// The last thing this log says of a record, which is in this batch if it is in one.
    pub fn touch(&self, name: &Name, batch: Option<i64>) -> Option<&Touch> {
        match batch {
            // A record leaves its batch when it is touched.
            Some(batch) => self.batches.get(&batch),
            None => self.touched.get(name),
        }
    }

    /// True if this log, or one that was merged into it, has an entry of this hash.
    pub fn has(&self, hash: &str) -> bool {
        self.known.contains(hash)
    }

    /// True if this side knows what the other log last said of a record.
    pub fn knows(&self, touch: Option<&Touch>) -> bool {
        touch.is_none_or(|touch| self.has(&touch.origin))
    }

    /// True if somebody decided about the record in a merge into this registry.
    pub fn is_decided(&self, name: &Name) -> bool {
        self.decided.contains(name)
    }

    /// True if a merge left the record undecided, and nobody touched it since.
    pub fn is_undecided(&self, name: &Name, last: Option<&Touch>) -> bool {
        let left = self.undecided.get(name);
        left.is_some_and(|left| last.is_none_or(|touch| touch.entry < *left))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn name_of(row: &Value, key: &Value) -> Name {
    (text(&row["noun"]), text(&row["of"]["uuid"]), text(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(entries: &[(&str, &str)]) -> Log {
        let mut log = Log::default();
        for (at, (hash, body)) in entries.iter().enumerate() {
            log.take(i64::try_from(at).expect("few") + 1, (*hash).to_owned(), body);
        }
        log
    }

    fn name(noun: &str, key: &str) -> Name {
        (noun.to_owned(), "u".to_owned(), key.to_owned())
    }

    const ADDED: &str =
        r#"{"at":"1","rows":[{"noun":"visit","of":{"uuid":"u"},"key":"p W0","after":{}}]}"#;
    const GONE: &str =
        r#"{"at":"2","rows":[{"noun":"visit","of":{"uuid":"u"},"key":"p W0","before":{}}]}"#;
    const RENAMED: &str = r#"{"at":"2","rows":[{"noun":"visit","of":{"uuid":"u"},"was":"p W0",
        "key":"p W4","before":{},"after":{}}]}"#;

    #[test]
    fn the_last_thing_said_of_a_record_counts() {
        let visit = name("visit", "p W0");
        let touch =
            |log: &Log| log.touch(&visit, None).map(|touch| (touch.at.clone(), touch.removed));
        assert_eq!(touch(&log(&[("a", ADDED)])), Some(("1".to_owned(), false)));
        assert_eq!(touch(&log(&[("a", ADDED), ("b", GONE)])), Some(("2".to_owned(), true)));
        let renamed = log(&[("a", ADDED), ("b", RENAMED)]);
        assert_eq!(touch(&renamed), Some(("2".to_owned(), true)), "under its former name it went");
        assert!(renamed.touch(&name("visit", "p W4"), None).is_some_and(|touch| !touch.removed));
        let bulk = r#"{"at":"3","rows":[{"action":"add","noun":"visit","batch":1}]}"#;
        let bulk = log(&[("a", ADDED), ("b", GONE), ("c", bulk)]);
        assert!(bulk.touch(&visit, Some(1)).is_some_and(|touch| touch.at == "3"));
        assert!(bulk.touch(&visit, None).is_some_and(|touch| touch.removed));
    }

    #[test]
    fn a_side_knows_what_is_in_its_log_or_was_brought_from_there() {
        let visit = name("visit", "p W0");
        let (ours, theirs) = (log(&[("a", ADDED)]), log(&[("a", ADDED), ("b", GONE)]));
        assert!(theirs.knows(ours.touch(&visit, None)));
        assert!(!ours.knows(theirs.touch(&visit, None)));
        let brought = r#"{"rows":[{"noun":"visit","of":{"uuid":"u"},"key":"p W0","before":{},
            "from":"b"},{"action":"merge","last_hash":"b"}]}"#;
        let ours = log(&[("a", ADDED), ("merge", brought)]);
        assert!(theirs.knows(ours.touch(&visit, None)), "it came from there");
    }

    #[test]
    fn what_was_left_undecided_stays_so_until_somebody_decides() {
        let visit = name("visit", "p W0");
        let left = r#"{"rows":[{"action":"merge","undecided":[{"noun":"visit","of":{"uuid":"u"},
            "key":"p W0"}]}]}"#;
        let decided = left.replace("undecided", "decided");
        let is_undecided = |log: &Log| log.is_undecided(&visit, log.touch(&visit, None));
        assert!(is_undecided(&log(&[("a", ADDED), ("m", left)])));
        assert!(!is_undecided(&log(&[("a", ADDED), ("m", left), ("n", &decided)])));
        assert!(log(&[("a", ADDED), ("m", left), ("n", &decided)]).is_decided(&visit));
        assert!(!is_undecided(&log(&[("m", left), ("a", ADDED)])));
    }
}
