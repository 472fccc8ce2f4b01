//! Lists of records: one line each, the same columns for people and machines.

use super::amounts::DASH;
use super::page::{Align, Block, Cell, Column, Grid, Page, RecordSet, Row, Value};

/// A column of a list: its machine name and what stands at its head. One without a heading is for
/// machines only.
pub type ListColumn<'a> = (&'a str, &'a str);

/// Lay out a list of `name` (for example `patients`).
pub fn lay_out_list(
    title: &str,
    name: &str,
    columns: &[ListColumn<'_>],
    rows: Vec<Vec<Value>>,
) -> Page {
    let mut page = Page::new(title);
    page.blocks.push(Block::Grid(list_grid(None, columns, &rows)));
    page.records.push(list_records(name, columns, rows));
    page
}

/// Put one more list on a page.
pub fn append_list(
    page: &mut Page,
    heading: Option<&str>,
    name: &str,
    columns: &[ListColumn<'_>],
    rows: Vec<Vec<Value>>,
) {
    page.blocks.push(Block::Grid(list_grid(heading, columns, &rows)));
    page.records.push(list_records(name, columns, rows));
}

/// The part of a list that people read.
pub(super) fn list_grid(
    heading: Option<&str>,
    columns: &[ListColumn<'_>],
    rows: &[Vec<Value>],
) -> Grid {
    let shown: Vec<usize> = (0..columns.len()).filter(|&at| !columns[at].1.is_empty()).collect();
    let is_number = |at: usize| {
        let mut values = rows.iter().map(|row| &row[at]).filter(|value| **value != Value::Null);
        let number = |value: &Value| match value {
            Value::Integer(_) | Value::Number(_) => true,
            // A limit stands among the numbers with its sign.
            Value::Text(text) => is_limit(text),
            Value::Null | Value::Flag(_) => false,
        };
        values.clone().next().is_some() && values.all(number)
    };
    let column = |(place, &at): (usize, &usize)| Column {
        heading: columns[at].1.to_owned(),
        group: None,
        align: if is_number(at) { Align::Right } else { Align::Left },
        stub: place == 0,
    };
    let cells =
        |row: &Vec<Value>| Row::Cells(shown.iter().map(|&at| Cell::new(text(&row[at]))).collect());
    Grid {
        heading: heading.map(str::to_owned),
        columns: shown.iter().enumerate().map(column).collect(),
        rows: rows.iter().map(cells).collect(),
    }
}

/// True for a number behind a sign such as `<`.
fn is_limit(text: &str) -> bool {
    let digits = text.trim_start_matches(['<', '>', '=']);
    digits != text && digits.parse::<f64>().is_ok()
}

/// The columns in which anything stands, and their cells.
pub(super) fn filled<'a>(
    columns: &[ListColumn<'a>],
    rows: &[Vec<Value>],
) -> (Vec<ListColumn<'a>>, Vec<Vec<Value>>) {
    let is_filled = |at: &usize| rows.iter().any(|row| row[*at] != Value::Null);
    let kept: Vec<usize> = (0..columns.len()).filter(is_filled).collect();
    let cells = |row: &Vec<Value>| kept.iter().map(|&at| row[at].clone()).collect();
    (kept.iter().map(|&at| columns[at]).collect(), rows.iter().map(cells).collect())
}

/// The part of a list that machines read.
pub(super) fn list_records(
    name: &str,
    columns: &[ListColumn<'_>],
    rows: Vec<Vec<Value>>,
) -> RecordSet {
    RecordSet {
        name: name.to_owned(),
        columns: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
        rows,
    }
}

/// A number as a person wrote it: what computing left behind its twelfth digit is dropped.
pub(super) fn plainly(number: f64) -> String {
    format!("{number:.11e}").parse::<f64>().unwrap_or(number).to_string()
}

pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => DASH.to_owned(),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => plainly(*number),
        Value::Text(text) => text.clone(),
    }
}
