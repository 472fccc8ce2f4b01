//! Answers to what `check` doubts. Both sides may have answered the same doubt: one answer is enough,
//! and ours stays.

use super::records::Side;
use super::settle::Todo;
use super::{Change, Merge, StoreError};
use crate::store::Registry;
use crate::store::error::InFile;

impl Change<'_> {
    pub(super) fn merge_answers(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let here = self.told(self.side().answers())?;
        let there = Side::of_registry(theirs).answers().in_file(&theirs.path)?;
        let mut settled = merge.settling.settle("answer", |row| row.id.clone(), &here, there);
        // An answer taken back there makes room for the one that was given instead.
        settled.sort_by_key(|(todo, _)| *todo != Todo::Remove);
        for (todo, row) in settled {
            self.origin = row.from;
            if todo != Todo::Add {
                self.reopen(&row.key)?;
            }
            if todo == Todo::Remove {
                continue;
            }
            let added = self.add_answer(&row.id, &row.record)?;
            if !added {
                merge.settling.merged.outcomes.entry("answer".to_owned()).and_modify(|counted| {
                    counted.added -= 1;
                    counted.same += 1;
                });
            }
        }
        Ok(())
    }
}
