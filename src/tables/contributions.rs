//! What stands behind the numbers of a page: each patient's part in them.

use super::amounts::{DASH, counted};
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row};
use crate::analysis::{Contribution, Used, Variable};
use crate::domain::display_unit;
use std::collections::HashMap;

/// Each patient's part in the numbers of a page, as machines read it: one row a part.
pub fn contribution_records(parts: &[Contribution]) -> RecordSet {
    let columns = [
        "parameter",
        "name",
        "unit",
        "timepoint",
        "group",
        "variable",
        "patient",
        "item",
        "day",
        "value",
        "text",
        "used",
        "reason",
        "note",
    ];
    let row = |part: &Contribution| {
        vec![
            part.parameter.as_str().into(),
            part.label.as_str().into(),
            part.unit.as_str().into(),
            part.timepoint.as_str().into(),
            part.group.clone().into(),
            part.variable.name().into(),
            part.patient.as_str().into(),
            part.item.clone().into(),
            part.day.map(|day| day.0).into(),
            part.value.into(),
            part.text.as_str().into(),
            (part.used == Used::Yes).into(),
            part.used.reason().into(),
            part.note.into(),
        ]
    };
    RecordSet {
        name: "contributions".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: parts.iter().map(row).collect(),
    }
}

/// Put each patient's part below the numbers it is a part of. `records` are those of
/// [`contribution_records`], and `hash` is theirs.
pub fn append_contributions(
    page: &mut Page,
    parts: &[Contribution],
    records: RecordSet,
    hash: &str,
) {
    let used = parts.iter().filter(|part| part.used == Used::Yes).count();
    page.blocks.push(Block::Paragraph(format!(
        "Behind the numbers: {}, {used} of them counted.",
        counted(parts.len(), "record", "records"),
    )));
    let grouped = parts.iter().any(|part| part.group.is_some());
    let timed = parts.iter().any(|part| !part.timepoint.is_empty());
    let mut columns = Vec::new();
    if timed {
        columns.push(Column::stub("Timepoint"));
    }
    columns.push(Column::stub("Patient"));
    if grouped {
        columns.push(Column::words("Group"));
    }
    columns.extend([
        Column::words("From"),
        Column::numbers("Day"),
        Column::words("Recorded"),
        Column::words("Not counted because"),
    ]);
    let mut grid = Grid { columns, ..Grid::default() };
    // What belongs together stands together, in the order in which it first comes.
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut sorted: Vec<(usize, String, &Contribution)> = Vec::new();
    for part in parts {
        let heading = heading_of(part);
        let next = places.len();
        sorted.push((*places.entry(heading.clone()).or_insert(next), heading, part));
    }
    sorted.sort_by_key(|(place, ..)| *place);
    let mut section = None;
    for (place, heading, part) in sorted {
        if section != Some(place) {
            grid.rows.push(Row::Section(heading));
            section = Some(place);
        }
        let mut cells = Vec::new();
        if timed {
            let timepoint = if part.timepoint.is_empty() { DASH } else { &part.timepoint };
            cells.push(Cell::new(timepoint));
        }
        cells.push(Cell::new(&*part.patient));
        if grouped {
            cells.push(Cell::new(part.group.as_deref().unwrap_or_default()));
        }
        let mut text = Cell::new(&*part.text);
        if let Some(note) = part.note {
            let mark = page.footnote(&sentence(note));
            text = text.marked(mark);
        }
        cells.extend([
            Cell::new(part.item.as_deref().unwrap_or_default()),
            Cell::new(part.day.map(|day| day.0.to_string()).unwrap_or_default()),
            text,
            Cell::new(part.used.reason().unwrap_or_default()),
        ]);
        grid.rows.push(Row::Cells(cells));
    }
    page.blocks.push(Block::Grid(grid));
    page.note(format!(
        "Rows behind the numbers, SHA-256 of their csv (--explain --format csv): {hash}.",
    ));
    page.records.push(records);
}

fn heading_of(part: &Contribution) -> String {
    let unit = display_unit(&part.unit);
    let name =
        if unit.is_empty() { part.label.clone() } else { format!("{} ({unit})", part.label) };
    match part.variable {
        Variable::Change => format!("{name}, change"),
        _ => name,
    }
}

/// A note as a footnote.
fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(patient: &str, variable: Variable, used: Used) -> Contribution {
        Contribution {
            parameter: "fpg".to_owned(),
            label: "FPG".to_owned(),
            unit: "mmol/L".to_owned(),
            timepoint: "W4".to_owned(),
            group: None,
            variable,
            patient: patient.to_owned(),
            item: Some("W4".to_owned()),
            day: None,
            value: Some(7.0),
            text: "<7.0 mmol/L".to_owned(),
            used,
            note: Some("a limit, taken for the value"),
        }
    }

    #[test]
    fn every_part_has_a_line_under_what_it_is_a_part_of() {
        let parts = [
            part("a/1", Variable::Value, Used::Yes),
            part("a/1", Variable::Change, Used::Yes),
            part("a/2", Variable::Value, Used::No("no record".to_owned())),
        ];
        let mut page = Page::new("t");
        append_contributions(&mut page, &parts, contribution_records(&parts), "00ff");
        let Some(Block::Grid(grid)) = page.blocks.last() else { panic!("a grid") };
        let sections: Vec<_> = grid
            .rows
            .iter()
            .filter_map(|row| match row {
                Row::Section(text) => Some(text.as_str()),
                Row::Cells(_) => None,
            })
            .collect();
        assert_eq!(sections, ["FPG (mmol/L)", "FPG (mmol/L), change"]);
        assert_eq!(page.footnotes, ["A limit, taken for the value."]);
        assert!(page.notes[0].ends_with(": 00ff."), "{:?}", page.notes);
        assert_eq!(page.records[0].rows[2][11..13], [false.into(), "no record".into()]);
    }
}
