//! Named cohorts in the file.

use super::change::{Change, new_uuid};
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::remove::{Kept, Removal};
use super::{Registry, Stored};
use crate::domain::{Mismatch, NamedCohort};
use rusqlite::{Connection, Row, named_params};

impl Registry {
    /// All named cohorts, by name.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn cohorts(&self) -> Result<Vec<NamedCohort>, StoreError> {
        let known = load_all(&self.connection).in_file(&self.path)?;
        Ok(known.into_iter().map(|known| known.record).collect())
    }
}

/// All named cohorts, by name.
pub(super) fn load_all(
    connection: &Connection,
) -> Result<Vec<Stored<NamedCohort>>, rusqlite::Error> {
    let mut query = connection.prepare_cached("SELECT * FROM cohort ORDER BY name")?;
    query.query_map((), from_row)?.collect()
}

fn from_row(row: &Row<'_>) -> Result<Stored<NamedCohort>, rusqlite::Error> {
    let record = NamedCohort {
        name: row.get("name")?,
        version: row.get("version")?,
        expression: row.get("expression")?,
        note: row.get("note")?,
    };
    Ok(Stored { id: row.get("id")?, uuid: row.get("uuid")?, record })
}

impl Change<'_> {
    /// The cohort with this name.
    pub(super) fn named_cohort(
        &self,
        name: &str,
    ) -> Result<Option<Stored<NamedCohort>>, StoreError> {
        let known = self.told(load_all(&self.transaction))?;
        Ok(known.into_iter().find(|known| known.record.name == name))
    }

    /// Define a cohort; false if there is one of this name.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn define_cohort(&mut self, cohort: &NamedCohort) -> Result<bool, StoreError> {
        if self.named_cohort(&cohort.name)?.is_some() {
            return Ok(false);
        }
        self.add_cohort(&new_uuid(), cohort)?;
        Ok(true)
    }

    /// Add a cohort under this identity; its name must be new.
    pub(super) fn add_cohort(
        &mut self,
        uuid: &str,
        cohort: &NamedCohort,
    ) -> Result<(), StoreError> {
        self.put_cohort(None, uuid, cohort)?;
        self.added("cohort", &cohort.name, ("cohort", uuid), cohort)
    }

    /// Edit the cohort with this name; the name stays, and another condition is the next version.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_cohort(
        &mut self,
        name: &str,
        edit: impl FnOnce(&mut NamedCohort) -> Result<(), Mismatch>,
    ) -> Editing<NamedCohort> {
        let Some(known) = self.named_cohort(name)? else { return Ok(Err(Unedited::NotThere)) };
        let before = known.record.clone();
        let counted = |cohort: &mut NamedCohort| {
            edit(cohort)?;
            if cohort.expression != before.expression {
                cohort.version = cohort.version.max(before.version + 1);
            }
            Ok(())
        };
        let edited = match edited_of(std::slice::from_ref(&known.record), 0, counted) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        self.put_cohort(Some(known.id), &known.uuid, &edited.after)?;
        let owner = ("cohort", known.uuid.as_str());
        self.edited("cohort", name, owner, &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Remove the cohort with this name; nothing hangs on it.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn remove_cohort(&mut self, name: &str) -> Removal {
        let Some(known) = self.named_cohort(name)? else { return Ok(Err(Kept::NotThere)) };
        let done = self
            .transaction
            .execute("DELETE FROM cohort WHERE id = :id", named_params! { ":id": known.id });
        self.told(done)?;
        self.removed("cohort", name, ("cohort", &known.uuid), &known.record);
        Ok(Ok(1))
    }

    fn put_cohort(
        &self,
        id: Option<i64>,
        uuid: &str,
        cohort: &NamedCohort,
    ) -> Result<(), StoreError> {
        let put = || {
            self.transaction
                .prepare_cached(
                    "INSERT INTO cohort (id, uuid, name, version, expression, note)
                     VALUES (:id, :uuid, :name, :version, :expression, :note)
                     ON CONFLICT (id) DO UPDATE SET (version, expression, note) =
                         (excluded.version, excluded.expression, excluded.note)",
                )?
                .execute(named_params! {
                    ":id": id, ":uuid": uuid, ":name": cohort.name, ":version": cohort.version,
                    ":expression": cohort.expression, ":note": cohort.note,
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

    fn cohort(expression: &str) -> NamedCohort {
        NamedCohort {
            name: "older".to_owned(),
            version: 1,
            expression: expression.to_owned(),
            note: None,
        }
    }

    /// The log, played back, is what the file holds.
    #[test]
    fn each_condition_is_a_version_and_the_log_keeps_them_all() {
        let (_folder, mut registry) = registry();
        let define = |change: &mut Change<'_>| change.define_cohort(&cohort("age > 60"));
        assert!(registry.change::<_, StoreError>("cohort add older", None, define).unwrap());
        assert!(!registry.change::<_, StoreError>("again", None, define).unwrap());
        for (expression, note, version) in [
            ("age > 65", None, 2),
            ("age > 65", Some("as in the protocol"), 2),
            ("age > 60", Some("as in the protocol"), 3),
        ] {
            let edited = registry.change::<_, StoreError>("cohort edit older", None, |change| {
                change.edit_cohort("older", |cohort| {
                    cohort.expression = expression.to_owned();
                    cohort.note = note.map(str::to_owned);
                    Ok(())
                })
            });
            assert_eq!(edited.unwrap().unwrap().after.version, version);
        }
        let known = registry.cohorts().unwrap();
        assert_eq!((known[0].version, known[0].expression.as_str()), (3, "age > 60"));
        assert_eq!(registry.verify().unwrap().discrepancies, []);
        let removed = registry.change::<_, StoreError>("cohort remove older", None, |change| {
            change.remove_cohort("older")
        });
        assert_eq!(removed.unwrap(), Ok(1));
        assert_eq!(registry.cohorts().unwrap(), []);
        assert_eq!(registry.verify().unwrap().discrepancies, []);
        let entries = registry.history(&crate::store::HistoryOf::Key("older".to_owned())).unwrap();
        assert_eq!(entries.map(|entries| entries.len()), Some(5));
    }
}
