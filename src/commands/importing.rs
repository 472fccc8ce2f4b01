//! What an import says: its outcome record by record and in numbers, what it passed over, and every
//! problem in a file of its own.

use super::recording::{lay_out_intake, note_accepted};
use super::session::Session;
use crate::domain::{Ignored, Place, Problem};
use crate::error::{Error, counted};
use crate::store::{Changed, Intake, Kind, Listed};
use crate::tables::{Block, Page, Value, append_list, lay_out_list};
use std::path::Path;

/// So many lines of a list are told on the screen; a file gets all.
const MOST_LISTED: usize = 50;

/// What an import is asked to tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// Nothing was changed.
    pub dry_run: bool,
    /// What is recorded otherwise was to be changed.
    pub updates: bool,
    /// Each record that was added.
    pub lists: bool,
    /// The result is read on a screen.
    pub on_screen: bool,
}

/// The page of an import: by outcome, what changed, what was added, and what was passed over.
pub(super) fn lay_out_import(
    title: &str,
    intake: &Intake,
    (ignored, repeated): (&[Ignored], usize),
    told: Told,
) -> Page {
    let mut page =
        if told.updates { lay_out_updates(title, intake) } else { lay_out_intake(title, intake) };
    if intake.added.total() + intake.changed.total() == 0 {
        let what = match intake.known.total() {
            0 => "It holds nothing to record",
            _ => "Everything was there already",
        };
        page.blocks.push(Block::Paragraph(format!("{what}: nothing was changed.")));
    }
    if !intake.changes.is_empty() {
        let rows: Vec<_> = intake.changes.iter().map(changed).collect();
        capped(&mut page, "Changed", "changes", &CHANGES, rows, told.on_screen);
    }
    if told.lists {
        let rows: Vec<_> = intake.listed.iter().map(listed).collect();
        let heading = if told.dry_run { "Would be added" } else { "Added" };
        capped(&mut page, heading, "records", &LISTED, rows, told.on_screen);
    }
    if !ignored.is_empty() {
        let rows: Vec<_> = ignored.iter().map(passed_over).collect();
        capped(&mut page, "Not taken", "ignored", &IGNORED, rows, told.on_screen);
    }
    if repeated > 0 {
        let what = if repeated == 1 { "1 measurement stands" } else { "measurements stand" };
        let count = if repeated == 1 { String::new() } else { format!("{} ", counted(repeated)) };
        page.note(format!("{count}{what} there twice, exactly so, and counted once."));
        page.context.push(("repeated_measurements".to_owned(), repeated.into()));
    }
    note_accepted(&mut page, &intake.problems);
    if told.dry_run {
        page.note("Nothing was changed (--dry-run).");
    }
    page
}

/// The numbers with a column of what was changed.
fn lay_out_updates(title: &str, intake: &Intake) -> Page {
    let outcomes =
        |kind: &Kind| [intake.added.of(*kind), intake.changed.of(*kind), intake.known.of(*kind)];
    let rows: Vec<Vec<Value>> = Kind::ALL
        .iter()
        .filter(|kind| outcomes(kind).iter().sum::<usize>() > 0)
        .map(|kind| {
            let counts = outcomes(kind).into_iter().map(Value::from);
            std::iter::once(kind.words().1.into()).chain(counts).collect()
        })
        .collect();
    let columns = [
        ("kind", "Records"),
        ("added", "Added"),
        ("changed", "Changed"),
        ("already_there", "Already there"),
    ];
    lay_out_list(title, "intake", &columns, rows)
}

const CHANGES: [(&str, &str); 6] = [
    ("kind", ""),
    ("record", "Record"),
    ("field", "Field"),
    ("before", "Recorded"),
    ("after", "Now"),
    ("place", "Place"),
];

fn changed(change: &Changed) -> Vec<Value> {
    let Changed { kind, what, field, before, after, place } = change;
    vec![
        kind.words().0.into(),
        what.as_str().into(),
        field.as_str().into(),
        before.clone().into(),
        after.clone().into(),
        place.to_string().into(),
    ]
}

const LISTED: [(&str, &str); 4] =
    [("kind", "Kind"), ("record", "Record"), ("says", "What"), ("place", "Place")];

fn listed(one: &Listed) -> Vec<Value> {
    let Listed { kind, what, says, place } = one;
    let says = Some(says.clone()).filter(|text| !text.is_empty());
    vec![kind.words().0.into(), what.as_str().into(), says.into(), place.to_string().into()]
}

const IGNORED: [(&str, &str); 4] =
    [("what", "What"), ("why", "Why"), ("times", "Times"), ("first_place", "First place")];

fn passed_over(ignored: &Ignored) -> Vec<Value> {
    let Ignored { place, what, why, count } = ignored;
    vec![what.as_str().into(), why.as_str().into(), (*count).into(), place.to_string().into()]
}

/// Put a list on the page: all of it for machines and files, its beginning on a screen.
fn capped(
    page: &mut Page,
    heading: &str,
    name: &str,
    columns: &[(&str, &str)],
    rows: Vec<Vec<Value>>,
    on_screen: bool,
) {
    let more = rows.len().saturating_sub(MOST_LISTED);
    append_list(page, Some(heading), name, columns, rows);
    if more == 0 || !on_screen {
        return;
    }
    if let Some(Block::Grid(grid)) = page.blocks.last_mut() {
        grid.rows.truncate(MOST_LISTED);
    }
    page.blocks
        .push(Block::Paragraph(format!("and {} more; -o FILE writes all of them.", counted(more))));
}

const PROBLEMS: [(&str, &str); 10] = [
    ("file", "File"),
    ("sheet", "Sheet"),
    ("row", "Row"),
    ("line", "Line"),
    ("column", "Column"),
    ("level", "Level"),
    ("what", "What"),
    ("found", "Found"),
    ("expected", "Expected"),
    ("mend", "To mend"),
];

/// Write every problem to the file that was asked for, one a row.
pub(super) fn write_problems(
    session: &Session,
    path: Option<&Path>,
    problems: &[Problem],
) -> Result<(), Error> {
    let Some(path) = path else { return Ok(()) };
    session.put_beside(path, &lay_out_problems(problems))
}

/// One row a problem, with each part of its place in a column of its own.
fn lay_out_problems(problems: &[Problem]) -> Page {
    let row = |problem: &Problem| -> Vec<Value> {
        let Problem { level, place, what, mismatch } = problem;
        let (file, sheet, row, line, column) = match place {
            Place::CommandLine => (None, None, None, None, Value::Null),
            Place::File { file } => (Some(file.clone()), None, None, None, Value::Null),
            Place::Line { file, line, column } => {
                (Some(file.clone()), None, None, Some(*line), (*column).into())
            }
            Place::Cell { file, sheet, row, column } => {
                let text = |text: &std::sync::Arc<str>| text.to_string();
                let column = column.as_ref().map(text).into();
                (Some(text(file)), sheet.as_ref().map(text), Some(*row), None, column)
            }
        };
        vec![
            file.into(),
            sheet.into(),
            row.into(),
            line.into(),
            column,
            level.as_str().into(),
            what.as_str().into(),
            mismatch.found.as_str().into(),
            mismatch.expected.as_str().into(),
            mismatch.mend.clone().into(),
        ]
    };
    let rows = problems.iter().map(row).collect();
    lay_out_list("Problems", "problems", &PROBLEMS, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Level, Mismatch};

    /// File, sheet, row, line and column of a problem at this place.
    fn placed(place: Place) -> Vec<Value> {
        let mismatch = Mismatch::new("7,1", "a number");
        let problem = Problem { level: Level::Error, place, what: "FPG".to_owned(), mismatch };
        let page = lay_out_problems(&[problem]);
        page.records[0].rows[0][..5].to_vec()
    }

    #[test]
    fn each_part_of_a_place_has_a_column_of_its_own() {
        let cell = |sheet: Option<&str>, column: Option<&str>| Place::Cell {
            file: "visits.xlsx".into(),
            sheet: sheet.map(Into::into),
            row: 17,
            column: column.map(Into::into),
        };
        let row = || Value::from(17usize);
        let file = || Value::from("visits.xlsx");
        let null = || Value::Null;
        let line = Place::Line { file: "case.toml".to_owned(), line: 8, column: 11 };
        for (place, expected) in [
            (
                cell(Some("W12"), Some("HbA1c (%)")),
                [file(), "W12".into(), row(), null(), "HbA1c (%)".into()],
            ),
            (cell(None, Some("D")), [file(), null(), row(), null(), "D".into()]),
            (cell(Some("W12"), None), [file(), "W12".into(), row(), null(), null()]),
            (line, ["case.toml".into(), null(), null(), 8usize.into(), 11usize.into()]),
            (
                Place::File { file: "lb.xpt".to_owned() },
                ["lb.xpt".into(), null(), null(), null(), null()],
            ),
            (Place::CommandLine, [null(), null(), null(), null(), null()]),
        ] {
            assert_eq!(placed(place.clone()), expected, "{place:?}");
        }
    }
}
