//! Named rules of response in the file.

use super::change::{Change, new_uuid};
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::remove::{Kept, Removal};
use super::{Registry, Stored};
use crate::domain::{Mismatch, NamedEndpoint};
use rusqlite::{Connection, Row, named_params};

impl Registry {
    /// All named rules of response, by name.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn endpoints(&self) -> Result<Vec<NamedEndpoint>, StoreError> {
        let known = load_all(&self.connection).in_file(&self.path)?;
        Ok(known.into_iter().map(|known| known.record).collect())
    }
}

/// All named rules of response, by name.
pub(super) fn load_all(
    connection: &Connection,
) -> Result<Vec<Stored<NamedEndpoint>>, rusqlite::Error> {
    let mut query = connection.prepare_cached("SELECT * FROM endpoint ORDER BY name")?;
    query.query_map((), from_row)?.collect()
}

fn from_row(row: &Row<'_>) -> Result<Stored<NamedEndpoint>, rusqlite::Error> {
    let record = NamedEndpoint {
        name: row.get("name")?,
        version: row.get("version")?,
        rule: row.get("rule")?,
        note: row.get("note")?,
    };
    Ok(Stored { id: row.get("id")?, uuid: row.get("uuid")?, record })
}

impl Change<'_> {
    /// The endpoint with this name.
    pub(super) fn named_endpoint(
        &self,
        name: &str,
    ) -> Result<Option<Stored<NamedEndpoint>>, StoreError> {
        let known = self.told(load_all(&self.transaction))?;
        Ok(known.into_iter().find(|known| known.record.name == name))
    }

    /// Define an endpoint; false if there is one of this name.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn define_endpoint(&mut self, endpoint: &NamedEndpoint) -> Result<bool, StoreError> {
        if self.named_endpoint(&endpoint.name)?.is_some() {
            return Ok(false);
        }
        self.add_endpoint(&new_uuid(), endpoint)?;
        Ok(true)
    }

    /// Add an endpoint under this identity; its name must be new.
    pub(super) fn add_endpoint(
        &mut self,
        uuid: &str,
        endpoint: &NamedEndpoint,
    ) -> Result<(), StoreError> {
        self.put_endpoint(None, uuid, endpoint)?;
        self.added("endpoint", &endpoint.name, ("endpoint", uuid), endpoint)
    }

    /// Edit the endpoint with this name; the name stays, and another rule is the next version.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_endpoint(
        &mut self,
        name: &str,
        edit: impl FnOnce(&mut NamedEndpoint) -> Result<(), Mismatch>,
    ) -> Editing<NamedEndpoint> {
        let Some(known) = self.named_endpoint(name)? else { return Ok(Err(Unedited::NotThere)) };
        let before = known.record.clone();
        let counted = |endpoint: &mut NamedEndpoint| {
            edit(endpoint)?;
            if endpoint.rule != before.rule {
                endpoint.version = endpoint.version.max(before.version + 1);
            }
            Ok(())
        };
        let edited = match edited_of(std::slice::from_ref(&known.record), 0, counted) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        self.put_endpoint(Some(known.id), &known.uuid, &edited.after)?;
        let owner = ("endpoint", known.uuid.as_str());
        self.edited("endpoint", name, owner, &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Remove the endpoint with this name; nothing hangs on it.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_endpoint(&mut self, name: &str) -> Removal {
        let Some(known) = self.named_endpoint(name)? else { return Ok(Err(Kept::NotThere)) };
        let done = self
            .transaction
            .execute("DELETE FROM endpoint WHERE id = :id", named_params! { ":id": known.id });
        self.told(done)?;
        self.removed("endpoint", name, ("endpoint", &known.uuid), &known.record);
        Ok(Ok(1))
    }

    fn put_endpoint(
        &self,
        id: Option<i64>,
        uuid: &str,
        endpoint: &NamedEndpoint,
    ) -> Result<(), StoreError> {
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO endpoint (id, uuid, name, version, rule, note)
                     VALUES (:id, :uuid, :name, :version, :rule, :note)
                     ON CONFLICT (id) DO UPDATE SET (version, rule, note) =
                         (excluded.version, excluded.rule, excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id, ":uuid": uuid, ":name": endpoint.name, ":version": endpoint.version,
                    ":rule": endpoint.rule, ":note": endpoint.note,
                })
        };
        self.told(put()).map(|_| ())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::testing::registry;

    fn endpoint(rule: &str) -> NamedEndpoint {
        NamedEndpoint { name: "response".to_owned(), version: 1, rule: rule.to_owned(), note: None }
    }

    /// The log, played back, is what the file holds.
    #[test]
    fn each_rule_is_a_version_and_the_log_keeps_them_all() {
        let (_folder, mut registry) = registry();
        let define = |change: &mut Change<'_>| change.define_endpoint(&endpoint("HbA1c < 7 %"));
        assert!(registry.change::<_, StoreError>("endpoint add response", None, define).unwrap());
        assert!(!registry.change::<_, StoreError>("again", None, define).unwrap());
        for (rule, note, version) in [
            ("HbA1c < 6.5 %", None, 2),
            ("HbA1c < 6.5 %", Some("as in the protocol"), 2),
            ("HbA1c < 7 %", Some("as in the protocol"), 3),
        ] {
            let edited =
                registry.change::<_, StoreError>("endpoint edit response", None, |change| {
                    change.edit_endpoint("response", |endpoint| {
                        endpoint.rule = rule.to_owned();
                        endpoint.note = note.map(str::to_owned);
                        Ok(())
                    })
                });
            assert_eq!(edited.unwrap().unwrap().after.version, version);
        }
        let known = registry.endpoints().unwrap();
        assert_eq!((known[0].version, known[0].rule.as_str()), (3, "HbA1c < 7 %"));
        assert_eq!(registry.verify().unwrap().discrepancies, []);
        let removed =
            registry.change::<_, StoreError>("endpoint remove response", None, |change| {
                change.remove_endpoint("response")
            });
        assert_eq!(removed.unwrap(), Ok(1));
        assert_eq!(registry.endpoints().unwrap(), []);
        assert_eq!(registry.verify().unwrap().discrepancies, []);
        let entries =
            registry.history(&crate::store::HistoryOf::Key("response".to_owned())).unwrap();
        assert_eq!(entries.map(|entries| entries.len()), Some(5));
    }
}
