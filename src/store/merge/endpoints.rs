//! Named rules of response, matched by identity. Two of one name that were defined independently are one if they
//! say the same; else ours stays and the other is told.

use super::records::Side;
use super::settle::{Row, Todo};
use super::{Change, Merge, StoreError, set};
use crate::domain::NamedEndpoint;
use crate::store::Registry;
use crate::store::error::InFile;

impl Change<'_> {
    pub(super) fn merge_endpoints(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let here = self.told(self.side().endpoints())?;
        let mut there = Side::of_registry(theirs).endpoints().in_file(&theirs.path)?;
        let independent = |row: &Row<NamedEndpoint>| {
            here.iter().find(|known| known.key == row.key && known.id != row.id)
        };
        for row in &there {
            let Some(known) = independent(row) else { continue };
            let (ours, theirs) = (&known.record.rule, &row.record.rule);
            if ours == theirs {
                let name = ("endpoint".to_owned(), String::new(), row.key.clone());
                merge.settling.merged.of(&name).same += 1;
            } else {
                merge.settling.refuse("endpoint", &row.key, "rule", ours.clone(), theirs.clone());
            }
        }
        there.retain(|row| independent(row).is_none());
        for (todo, row) in merge.settling.settle("endpoint", |row| row.id.clone(), &here, there) {
            let Row { id, key, record, from, .. } = row;
            self.origin = from;
            match todo {
                Todo::Add => self.add_endpoint(&id, &record)?,
                Todo::Take => drop(self.edit_endpoint(&key, set(record))?),
                Todo::Remove => drop(self.remove_endpoint(&key)?),
            }
        }
        Ok(())
    }
}
