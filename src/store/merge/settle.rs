//! What becomes of one record that two registries have, or that one of them lacks.

use super::logs::{Log, Name};
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
    /// The entry over there that last touched it; for the log.
    pub from: Option<String>,
}

impl<T> Row<T> {
    pub fn new(id: String, key: String, record: T) -> Row<T> {
        Row { id, key, record, from: None }
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
            let what = match here.get(row.id.as_str()) {
                None => self.only_there(&name, &row.record),
                Some(here) => self.on_both(&name, &here.record, &row.record),
            };
            row.from = self.theirs.touch(&name).map(|touch| touch.origin.clone());
            todo.extend(what.map(|what| (what, row)));
        }
        for row in ours.iter().filter(|row| !there.contains(&row.id)) {
            let name = (noun.to_owned(), owner(row), row.key.clone());
            if self.is_to_go(&name, &row.record) {
                let from = self.theirs.touch(&name).map(|touch| touch.origin.clone());
                todo.push((Todo::Remove, Row { from, ..row.clone() }));
            }
        }
        todo
    }

    fn on_both<T: Serialize + PartialEq>(
        &mut self,
        name: &Name,
        here: &T,
        there: &T,
    ) -> Option<Todo> {
        let (here, there) = (image_of(here), image_of(there));
        if here == there {
            self.merged.of(name).same += 1;
            return None;
        }
        let side = match self.newer(name) {
            Side::Undecided => self.decide(name, Some(&here), Some(&there)),
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

    fn only_there<T: Serialize>(&mut self, name: &Name, there: &T) -> Option<Todo> {
        let removed_here = self.ours.touch(name).is_some_and(|touch| touch.removed);
        let side = match self.newer(name) {
            _ if !removed_here => Side::Theirs,
            Side::Undecided => self.decide(name, None, Some(&image_of(there))),
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

    fn is_to_go<T: Serialize>(&mut self, name: &Name, here: &T) -> bool {
        let removed_there = self.theirs.touch(name).is_some_and(|touch| touch.removed);
        let side = match self.newer(name) {
            _ if !removed_there => Side::Ours,
            Side::Undecided => self.decide(name, Some(&image_of(here)), None),
            side => side,
        };
        if side == Side::Theirs {
            self.merged.of(name).removed += 1;
        }
        side == Side::Theirs
    }

    /// The side that decided about a record, or changed it, knowing what the other last did to it;
    /// undecided if neither knew of the other, or an earlier merge left it so.
    fn newer(&self, name: &Name) -> Side {
        let (ours, theirs) = (&self.ours, &self.theirs);
        let (we_know, they_know) = (ours.knows(theirs, name), theirs.knows(ours, name));
        match (we_know && ours.is_decided(name), they_know && theirs.is_decided(name)) {
            (true, false) => return Side::Ours,
            (false, true) => return Side::Theirs,
            _ if ours.is_undecided(name) || theirs.is_undecided(name) => return Side::Undecided,
            _ => {}
        }
        match (we_know, they_know) {
            (true, false) => Side::Ours,
            (false, true) => Side::Theirs,
            _ => Side::Undecided,
        }
    }

    /// Decide by what the person prefers, and note that both sides say something else.
    fn decide(&mut self, name: &Name, here: Option<&Value>, there: Option<&Value>) -> Side {
        let at = |log: &Log| log.touch(name).map(|touch| touch.at.clone());
        let (here_at, there_at) = (at(&self.ours), at(&self.theirs));
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
