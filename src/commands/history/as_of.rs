//! `history … --as-of`: the records as they stood at a moment.

use super::lines::in_words;
use super::unknown;
use crate::commands::session::Session;
use crate::domain::{Mismatch, Moment};
use crate::error::Error;
use crate::store::{HistoryOf, Past, Registry};
use crate::tables::{Block, ListColumn, Value, lay_out_list};

const RECORDS: [ListColumn; 4] =
    [("noun", "Record"), ("key", "Key"), ("record", ""), ("recorded", "Recorded")];

pub(super) fn run(
    registry: &Registry,
    of: &HistoryOf,
    name: &str,
    when: &Moment,
    session: &Session,
) -> Result<(), Error> {
    let Some(then) = registry.as_of(of, when)? else { return Err(unknown(registry, of)?) };
    if let Moment::Entry(number) = when
        && *number > then.newest
    {
        let expected = format!("an entry of the log: 1 to {}", then.newest);
        let mismatch = Mismatch::new(number.to_string(), expected)
            .mend("`casebook history` lists them; a day is written 2026-03-05");
        let heading = format!("There is no entry {number}. Nothing was changed");
        return Err(Error::request(heading, "--as-of", mismatch));
    }
    let moment = match &then.entry {
        Some((number, at)) => format!("as of entry {number} of {at} (UTC)"),
        None => "before the first entry of the log".to_owned(),
    };
    let name = if name.is_empty() { "The registry" } else { name };
    let row = |past: &Past| -> Vec<Value> {
        vec![
            past.noun.as_str().into(),
            past.key.as_str().into(),
            past.image.to_string().into(),
            in_words(&past.image).into(),
        ]
    };
    let rows: Vec<_> = then.records.iter().map(row).collect();
    let is_empty = rows.is_empty();
    let mut page = lay_out_list(&format!("{name}, {moment}"), "records", &RECORDS, rows);
    if is_empty {
        let nothing = "Nothing of it was recorded then.".to_owned();
        page.blocks = vec![Block::Paragraph(nothing)];
    }
    page.context = vec![
        ("entry".to_owned(), then.entry.as_ref().map(|(number, _)| *number).into()),
        ("at".to_owned(), then.entry.as_ref().map(|(_, at)| at.clone()).into()),
    ];
    page.note("Later entries of the log are undone here, in print only: the file is as it was.");
    session.show(&page)
}
