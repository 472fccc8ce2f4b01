//! Each patient, where there are few: the values as recorded, with their changes.

use super::{heading, is_recorded};
use crate::analysis::{
    BASELINE, ChangeResults, Extra, LISTED_BELOW, Listed, ListedEntry, ListedValue, Series,
};
use crate::domain::{Cohort, Status};
use crate::tables::decimal::fixed;
use crate::tables::page::{Cell, Column, Grid, Page, RecordSet, Row, Value};

/// A block an analyte, a line a patient, a column a timepoint.
pub(super) fn lay_out_listing(page: &mut Page, found: &ChangeResults, cohort: &Cohort) -> Grid {
    let timepoints = timepoints(found);
    let mut columns = vec![Column::stub("Patient")];
    if !found.groups.is_empty() {
        columns.push(Column::stub("Group"));
    }
    columns.extend(timepoints.iter().map(|name| match name.as_str() {
        BASELINE => Column::numbers(name),
        name if Extra::ALL.iter().any(|extra| extra.name() == name) => {
            Column::numbers(&format!("{} (change)", name.trim_end_matches(" after baseline")))
        }
        name => Column::numbers(&format!("{name} (change)")),
    }));
    let is_small = cohort.subjects.len() < LISTED_BELOW;
    let whole = "Each patient".to_owned();
    let part = format!("Each patient, of analytes that fewer than {LISTED_BELOW} have");
    let mut grid =
        Grid { heading: Some(if is_small { whole } else { part }), columns, ..Grid::default() };
    for series in &found.series {
        let mut lines = lines_of(found, series).peekable();
        if lines.peek().is_some() {
            grid.rows.push(Row::Section(heading(series)));
        }
        for line in lines {
            let mut cells = vec![Cell::new(&*line.patient)];
            cells.extend(line.group.as_deref().map(Cell::new));
            let entry = |name: &&String| {
                series
                    .timepoints
                    .iter()
                    .position(|known| known == *name)
                    .map(|at| &line.entries[at])
            };
            let entries: Vec<_> = timepoints.iter().map(|name| entry(&name)).collect();
            let baseline = entries[0].and_then(|entry| entry.value.ok());
            let cell = |entry: Option<&ListedEntry>| {
                entry.map_or_else(Cell::default, |entry| entry_cell(page, entry, baseline))
            };
            cells.extend(entries.into_iter().map(cell));
            grid.rows.push(Row::Cells(cells));
        }
    }
    grid
}

fn lines_of<'a>(found: &'a ChangeResults, series: &'a Series) -> impl Iterator<Item = &'a Listed> {
    found.listed.iter().filter(|line| line.parameter == series.parameter)
}

/// The timepoints at which anything is recorded of an analyte that is listed, in their order.
fn timepoints(found: &ChangeResults) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let listed = found.series.iter().filter(|series| lines_of(found, series).next().is_some());
    let listed: Vec<&Series> = listed.collect();
    // Every series has them all, in the order of the schedule.
    for name in listed.iter().flat_map(|series| &series.timepoints) {
        let is_known = names.contains(name);
        if !is_known && listed.iter().any(|series| is_recorded(found, series, name)) {
            names.push(name.clone());
        }
    }
    names
}

/// `7.0 (-2.1)`, `<0.9`, `not done`, or the words that stand for a number.
fn entry_cell(page: &mut Page, entry: &ListedEntry, baseline: Option<ListedValue>) -> Cell {
    let mut cell = Cell::new(entry_text(entry, baseline));
    let Ok(value) = entry.value else { return cell };
    if value.converted {
        let mark = page.footnote("Printed in another unit and converted.");
        cell = cell.marked(mark);
    }
    if value.doubted {
        let mark = page.footnote(
            "Its print is doubted: the printed value is used, and `casebook show` gives the other \
             reading.",
        );
        cell = cell.marked(mark);
    }
    cell
}

fn entry_text(entry: &ListedEntry, baseline: Option<ListedValue>) -> String {
    match (entry.value, &entry.words) {
        (Ok(value), _) => match (entry.change, baseline) {
            (Some(change), Some(first)) => {
                let decimals = value.decimals.max(first.decimals);
                format!("{} ({})", value_text(value), fixed(change, decimals))
            }
            _ => value_text(value),
        },
        (Err(_), Some(words)) => format!("\"{words}\""),
        (Err(missing), None) => missing.reason().to_owned(),
    }
}

fn value_text(value: ListedValue) -> String {
    let sign = match value.status {
        Status::BelowLimit => "<",
        Status::AboveLimit => ">",
        _ => "",
    };
    format!("{sign}{}", fixed(value.number, value.decimals))
}

/// One row a patient, analyte and timepoint.
pub(super) fn listing_records(found: &ChangeResults) -> RecordSet {
    let columns = [
        "parameter",
        "name",
        "unit",
        "patient",
        "group",
        "timepoint",
        "visit",
        "day",
        "value",
        "status",
        "text",
        "change",
    ];
    let mut rows = Vec::new();
    for series in &found.series {
        for line in lines_of(found, series) {
            for (timepoint, entry) in series.timepoints.iter().zip(&line.entries) {
                rows.push(record(series, line, timepoint, entry));
            }
        }
    }
    RecordSet { name: "listing".to_owned(), columns: columns.map(str::to_owned).into(), rows }
}

fn record(series: &Series, line: &Listed, timepoint: &str, entry: &ListedEntry) -> Vec<Value> {
    let (visit, day) = entry.visit.clone().unzip();
    let words = entry.words.clone().filter(|_| entry.value.is_err());
    let (number, status, text) = match entry.value {
        Ok(value) => (Some(value.number), value.status.as_str(), value_text(value)),
        Err(missing) => {
            let reason = missing.reason();
            (None, reason, words.unwrap_or_else(|| reason.to_owned()))
        }
    };
    vec![
        series.parameter.as_str().into(),
        series.label.as_str().into(),
        series.unit.as_ref().map(|unit| unit.ucum.as_str()).into(),
        line.patient.as_str().into(),
        line.group.clone().into(),
        timepoint.into(),
        visit.into(),
        day.flatten().map(|day| day.0).into(),
        number.into(),
        status.into(),
        text.into(),
        entry.change.into(),
    ]
}
