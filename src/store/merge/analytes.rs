//! The registry's own analytes, before all that is recorded of them.

use super::records::{Measured, Side};
use super::settle::{Row, Todo};
use super::{Change, Merge, StoreError, set};
use crate::domain::{About, Analyte, Statement, Visit};
use crate::store::Registry;
use crate::store::error::InFile;
use std::sync::Arc;

impl Change<'_> {
    pub(super) fn merge_analytes(
        &mut self,
        theirs: &Registry,
        merge: &mut Merge,
    ) -> Result<(), StoreError> {
        let here = self.told(self.side().analytes())?;
        let there = Side::of_registry(theirs).analytes().in_file(&theirs.path)?;
        let there = merge.without_alike(&here, there);
        for (todo, row) in merge.settling.settle("analyte", |row| row.id.clone(), &here, there) {
            let Row { id, key, record, from, .. } = row;
            self.origin = from;
            match todo {
                Todo::Add => {
                    if let Err(mismatch) = self.add_analyte_as(&id, &record)? {
                        merge.wrong("analyte", &key, &mismatch);
                        merge.unknown.insert(key);
                    }
                }
                Todo::Take => {
                    let done = self.edit_analyte(&key, |known| {
                        let id = known.id;
                        set(Analyte { id, ..record })(known)
                    })?;
                    merge.unless_wrong("analyte", &key, done.err());
                }
                Todo::Remove => {
                    let named = key.clone();
                    merge.later("analyte", self.origin.clone(), key, move |change| {
                        change.remove_analyte(&named)
                    });
                }
            }
        }
        Ok(())
    }

    /// Give measurements from over there the number their analyte has here; those of an analyte that
    /// is not here are named, and left out.
    pub(super) fn known_here(
        &self,
        there: Vec<Row<Measured>>,
        merge: &mut Merge,
    ) -> Vec<Row<Measured>> {
        let mut known_here = Vec::new();
        for mut row in there {
            let measurement = &mut row.record.1;
            let is_unknown = merge.unknown.contains(&measurement.analyte);
            let analyte = self.catalogue().keyed(&measurement.analyte).filter(|_| !is_unknown);
            let Some(analyte) = analyte else {
                merge.missing("measurement", &row.key, "its analyte");
                continue;
            };
            measurement.analyte_id = analyte.id;
            // Two registries may say in other words where the same factor comes from; the file keeps
            // one of them.
            let readings = measurement.other_readings.iter_mut().map(|other| &mut other.reading);
            let units = std::iter::once(&mut measurement.reading).chain(readings);
            for unit in units.filter_map(|reading| reading.unit.as_mut()) {
                let same = analyte.unit(&unit.printed).ok().filter(|rule| {
                    (rule.slope, rule.intercept) == (unit.rule.slope, unit.rule.intercept)
                });
                if let Some(rule) = same.filter(|_| analyte.id.is_own()) {
                    Arc::make_mut(unit).rule = rule.clone();
                }
            }
            known_here.push(row);
        }
        known_here
    }

    /// Statements from over there but those about an analyte that is not here, which are named.
    pub(super) fn about_known(
        &self,
        there: Vec<Row<Statement>>,
        merge: &mut Merge,
    ) -> Vec<Row<Statement>> {
        let (known, unknown): (Vec<_>, Vec<_>) =
            there.into_iter().partition(|row| match &row.record.about {
                About::Analyte(key) => {
                    !merge.unknown.contains(key) && self.catalogue().keyed(key).is_some()
                }
                About::Topic(_) => true,
            });
        for row in unknown {
            merge.missing("statement", &row.key, "its analyte");
        }
        known
    }

    /// A visit from over there as the schedule here plans it.
    pub(super) fn planned_here(&self, visit: Visit) -> Visit {
        visit.scheduled(&self.rules().schedule)
    }
}

impl Merge {
    /// Those of `there` whose key is no other analyte's here. Two registries may have added the same
    /// analyte independently: kept in the same unit, it is one, and stays as it is here; in another,
    /// none of its values mean the same.
    fn without_alike(
        &mut self,
        here: &[Row<Analyte>],
        there: Vec<Row<Analyte>>,
    ) -> Vec<Row<Analyte>> {
        let mut kept = Vec::new();
        for row in there {
            let known = here.iter().find(|known| known.key == row.key && known.id != row.id);
            let Some(known) = known else {
                kept.push(row);
                continue;
            };
            let unit = |row: &Row<Analyte>| row.record.canonical_unit().ucum.clone();
            if unit(known) == unit(&row) {
                self.settling.merged.outcomes.entry("analyte".to_owned()).or_default().same += 1;
            } else {
                let (here, there) = (unit(known), unit(&row));
                self.settling.refuse("analyte", &row.key, "canonical unit", here, there);
                self.unknown.insert(row.key);
            }
        }
        kept
    }
}
