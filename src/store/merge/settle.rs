//! What becomes of one record that two registries have, or that one of them lacks.

use super::logs::{Log, Name, Touch};
use super::{Differing, Disagreement, Merged, Prefer};
use crate::store::change::image_of;
use serde::Serialize;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A record with its identity in every file and the key the log knows it by.
#[derive(Debug, Clone)]
pub(super) struct Row<T> {
    pub id: String,
    pub key: String,
    pub record: T,
    /// The batch it was logged in, if it still is in one.
    pub batch: Option<i64>,
    /// The entry over there that last touched it; for the log.
    pub from: Option<String>,
}

/// A record as both logs know it: its name, and the batch it is in here and there.
struct Known {
    name: Name,
    here: Option<i64>,
    there: Option<i64>,
}

impl<T> Row<T> {
    pub fn new(id: String, key: String, record: T) -> Row<T> {
        Row { id, key, record, batch: None, from: None }
    }

    /// The same row of a record that is in a batch.
    pub fn in_batch(self, batch: Option<i64>) -> Row<T> {
        Row { batch, ..self }
    }
}

/// What is to be done here about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Todo {
    Add,
    Take,
    Remove,
}

/// Two logs and how to decide where both sides changed a record.
pub(super) struct Settling {
    pub ours: Log,
    pub theirs: Log,
    prefer: Option<Prefer>,
    pub merged: Merged,
}

/// Which side is right about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Ours,
    Theirs,
    Undecided,
}

impl Settling {
    pub fn new(ours: Log, theirs: Log, prefer: Option<Prefer>) -> Settling {
        Settling { ours, theirs, prefer, merged: Merged::default() }
    }

    /// What is to be done about each record of one noun that belongs to `owner`: those of the other
    /// registry in its order, then those that only this one has.
    pub fn settle<T: Serialize + PartialEq + Clone>(
        &mut self,
        noun: &'static str,
        owner: impl Fn(&Row<T>) -> String,
        ours: &[Row<T>],
        theirs: Vec<Row<T>>,
    ) -> Vec<(Todo, Row<T>)> {
        let mut todo = Vec::new();
        let there: HashSet<String> = theirs.iter().map(|row| row.id.clone()).collect();
        let here: HashMap<&str, &Row<T>> = ours.iter().map(|row| (row.id.as_str(), row)).collect();
        for mut row in theirs {
            let name = (noun.to_owned(), owner(&row), row.key.clone());
            let here = here.get(row.id.as_str());
            let known = Known { name, here: here.and_then(|row| row.batch), there: row.batch };
            let what = match here {
                None => self.only_there(&known, &row.record),
                Some(here) => self.on_both(&known, &here.record, &row.record),
            };
            row.from = self.theirs_of(&known).map(|touch| touch.origin.clone());
            todo.extend(what.map(|what| (what, row)));
        }
        for row in ours.iter().filter(|row| !there.contains(&row.id)) {
            let name = (noun.to_owned(), owner(row), row.key.clone());
            let known = Known { name, here: row.batch, there: None };
            if self.is_to_go(&known, &row.record) {
                let from = self.theirs_of(&known).map(|touch| touch.origin.clone());
                todo.push((Todo::Remove, Row { from, ..row.clone() }));
            }
        }
        todo
    }

    /// The last thing our log says of a record.
    fn ours_of(&self, known: &Known) -> Option<&Touch> {
        self.ours.touch(&known.name, known.here)
    }

    /// The last thing their log says of it.
    fn theirs_of(&self, known: &Known) -> Option<&Touch> {
        self.theirs.touch(&known.name, known.there)
    }

    fn on_both<T: Serialize + PartialEq>(
        &mut self,
        known: &Known,
        here: &T,
        there: &T,
    ) -> Option<Todo> {
        let name = &known.name;
        let (here, there) = (image_of(here), image_of(there));
        if here == there {
            self.merged.of(name).same += 1;
            return None;
        }
        let side = match self.newer(known) {
            Side::Undecided => self.decide(known, Some(&here), Some(&there)),
            Side::Ours => {
                self.merged.of(name).newer_here += 1;
                Side::Ours
            }
            Side::Theirs => Side::Theirs,
        };
        (side == Side::Theirs).then(|| {
            self.merged.of(name).taken += 1;
            Todo::Take
        })
    }

    fn only_there<T: Serialize>(&mut self, known: &Known, there: &T) -> Option<Todo> {
        let name = &known.name;
        let removed_here = self.ours_of(known).is_some_and(|touch| touch.removed);
        let side = match self.newer(known) {
            _ if !removed_here => Side::Theirs,
            Side::Undecided => self.decide(known, None, Some(&image_of(there))),
            Side::Ours => {
                self.merged.of(name).newer_here += 1;
                Side::Ours
            }
            Side::Theirs => Side::Theirs,
        };
        (side == Side::Theirs).then(|| {
            self.merged.of(name).added += 1;
            Todo::Add
        })
    }

    fn is_to_go<T: Serialize>(&mut self, known: &Known, here: &T) -> bool {
        let name = &known.name;
        let removed_there = self.theirs_of(known).is_some_and(|touch| touch.removed);
        let side = match self.newer(known) {
            _ if !removed_there => Side::Ours,
            Side::Undecided => self.decide(known, Some(&image_of(here)), None),
            side => side,
        };
        if side == Side::Theirs {
            self.merged.of(name).removed += 1;
        }
        side == Side::Theirs
    }

    /// The side that decided about a record, or changed it, knowing what the other last did to it;
    /// undecided if neither knew of the other, or an earlier merge left it so.
    fn newer(&self, known: &Known) -> Side {
        let name = &known.name;
        let (ours, theirs) = (&self.ours, &self.theirs);
        let (last_here, last_there) = (self.ours_of(known), self.theirs_of(known));
        let (we_know, they_know) = (ours.knows(last_there), theirs.knows(last_here));
        match (we_know && ours.is_decided(name), they_know && theirs.is_decided(name)) {
            (true, false) => return Side::Ours,
            (false, true) => return Side::Theirs,
            _ if ours.is_undecided(name, last_here) => return Side::Undecided,
            _ if theirs.is_undecided(name, last_there) => return Side::Undecided,
            _ => {}
        }
        match (we_know, they_know) {
            (true, false) => Side::Ours,
            (false, true) => Side::Theirs,
            _ => Side::Undecided,
        }
    }

    /// Decide by what the person prefers, and note that both sides say something else.
    fn decide(&mut self, known: &Known, here: Option<&Value>, there: Option<&Value>) -> Side {
        let name = &known.name;
        let at = |touch: Option<&Touch>| touch.map(|touch| touch.at.clone());
        let (here_at, there_at) = (at(self.ours_of(known)), at(self.theirs_of(known)));
        let side = match self.prefer {
            None => Side::Undecided,
            Some(Prefer::Ours) => Side::Ours,
            Some(Prefer::Theirs) => Side::Theirs,
            Some(Prefer::Newest) if there_at > here_at => Side::Theirs,
            Some(Prefer::Newest) if there_at < here_at => Side::Ours,
            Some(Prefer::Newest) => Side::Undecided,
        };
        self.merged.disagreements.push(Disagreement {
            noun: name.0.clone(),
            owner: name.1.clone(),
            key: name.2.clone(),
            fields: differing(here, there),
            here_at,
            there_at,
            outcome: match side {
                Side::Ours => "kept as it is here",
                Side::Theirs => "taken as it is there",
                Side::Undecided => "left out, not decided",
            },
            is_open: side == Side::Undecided,
        });
        side
    }

    /// Note that a record could not be taken, and why.
    pub fn refuse(&mut self, noun: &str, key: &str, field: &str, here: String, there: String) {
        self.merged.disagreements.push(Disagreement {
            noun: noun.to_owned(),
            owner: String::new(),
            key: key.to_owned(),
            fields: vec![Differing { field: field.to_owned(), here, there }],
            here_at: None,
            there_at: None,
            outcome: "left out",
            is_open: true,
        });
    }
}

/// The fields in which two images of a record differ; of a record that one side lacks, only that.
fn differing(here: Option<&Value>, there: Option<&Value>) -> Vec<Differing> {
    let whole = |image: Option<&Value>| if image.is_some() { "recorded" } else { "removed" };
    let (Some(one), Some(other)) = (here, there) else {
        let (here, there) = (whole(here).to_owned(), whole(there).to_owned());
        return vec![Differing { field: "record".to_owned(), here, there }];
    };
    crate::store::intake::differences(one, other)
        .into_iter()
        .map(|(field, here, there)| Differing { field, here, there })
        .collect()
}
