//! What each cell of a table shows before it is wrapped: its text, its marks, its indent.

use super::columns::Measure;
use super::letters;
use super::words::{self, COMFORTABLE, GLUE, NARROWEST, WIDEST};
use crate::tables::{Align, Cell, Grid, Row};

/// Columns by which rows stand in below a section, and by which a wrapped row name hangs.
pub(super) const INDENT: usize = 2;

/// The grid with every text as it is shown, before it is wrapped.
pub(super) struct Printed<'a> {
    /// What it was made from.
    pub grid: &'a Grid,
    /// The heading of each column.
    pub headings: Vec<String>,
    /// The heading that each column shares with its neighbours.
    pub groups: Vec<Option<String>>,
    /// How far the digits of a column stand from its right edge, to leave room for marks.
    pub tails: Vec<usize>,
    /// From top to bottom.
    pub rows: Vec<PrintedRow>,
}

/// One row of a [`Printed`] grid.
pub(super) enum PrintedRow {
    /// A heading across the table.
    Section(String),
    /// One text for each column.
    Cells(Vec<String>),
}

impl<'a> Printed<'a> {
    /// Prepares every text of a grid.
    pub(super) fn new(grid: &'a Grid) -> Printed<'a> {
        let tails: Vec<usize> = (0..grid.columns.len()).map(|at| tail(grid, at)).collect();
        let first = grid.columns.iter().position(|column| column.stub).unwrap_or(0);
        let mut in_section = false;
        let mut rows = Vec::new();
        for row in &grid.rows {
            rows.push(match row {
                Row::Section(text) => {
                    in_section = true;
                    PrintedRow::Section(words::visible(text).trim().to_owned())
                }
                Row::Cells(cells) => {
                    let mut texts: Vec<String> = cells
                        .iter()
                        .zip(&grid.columns)
                        .zip(&tails)
                        .map(|((cell, column), tail)| match column.align {
                            Align::Left => words_of(cell),
                            Align::Right => number_of(cell, *tail),
                        })
                        .collect();
                    if in_section && let Some(text) = texts.get_mut(first) {
                        text.insert_str(0, &" ".repeat(INDENT));
                    }
                    PrintedRow::Cells(texts)
                }
            });
        }
        let headings = grid.columns.iter().map(|c| words::visible(&c.heading)).collect();
        let groups = grid.columns.iter().map(|c| c.group.as_deref().map(words::visible)).collect();
        Printed { grid, headings, groups, tails, rows }
    }

    /// What a column needs, its heading and its texts considered.
    pub(super) fn measure(&self, at: usize) -> Measure<'_> {
        let column = &self.grid.columns[at];
        let heading = &self.headings[at];
        let hang = hang(column.stub);
        let mut natural = words::width(heading).max(1);
        let mut least = words::least_width(heading, 0, NARROWEST).max(1);
        let mut comfortable = least;
        for row in &self.rows {
            let PrintedRow::Cells(texts) = row else { continue };
            let text = &texts[at];
            natural = natural.max(words::width(text));
            let floor = |narrowest| match column.align {
                Align::Left => words::least_width(text, hang, narrowest),
                Align::Right => words::width(text),
            };
            least = least.max(floor(NARROWEST));
            comfortable = comfortable.max(floor(COMFORTABLE));
        }
        Measure {
            least: least.min(WIDEST),
            comfortable: comfortable.min(WIDEST),
            natural: natural.min(WIDEST),
            stub: column.stub,
            group: self.groups[at].as_deref(),
        }
    }
}

/// Row names that wrap hang, so that their second line doesn't look like a row.
pub(super) fn hang(stub: bool) -> usize {
    if stub { INDENT } else { 0 }
}

/// The widest marks of a column of numbers.
fn tail(grid: &Grid, at: usize) -> usize {
    let cells = grid.rows.iter().filter_map(|row| match row {
        Row::Section(_) => None,
        Row::Cells(cells) => cells.get(at),
    });
    match grid.columns[at].align {
        Align::Left => 0,
        Align::Right => cells.map(|cell| words::width(&marks(cell))).max().unwrap_or(0),
    }
}

fn words_of(cell: &Cell) -> String {
    let marks = marks(cell);
    // A mark never stands alone at the start of a line.
    words::visible(&cell.text) + &marks.replace(' ', &GLUE.to_string())
}

fn number_of(cell: &Cell, tail: usize) -> String {
    let marks = marks(cell);
    let blanks = tail.saturating_sub(words::width(&marks));
    words::visible(&cell.text) + &marks + &" ".repeat(blanks)
}

fn marks(cell: &Cell) -> String {
    if cell.marks.is_empty() {
        return String::new();
    }
    format!(" [{}]", letters(cell))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Column, Mark};

    fn marked(text: &str, marks: &[usize]) -> Cell {
        marks.iter().fold(Cell::new(text), |cell, mark| cell.marked(Mark(*mark)))
    }

    fn texts(grid: &Grid) -> Vec<Vec<String>> {
        let texts = |row| match row {
            PrintedRow::Section(text) => vec![text],
            PrintedRow::Cells(texts) => texts,
        };
        Printed::new(grid).rows.into_iter().map(texts).collect()
    }

    #[test]
    fn marks_stand_behind_and_leave_the_digits_below_each_other() {
        let grid = Grid {
            heading: None,
            columns: vec![Column::stub("Visit"), Column::numbers("n"), Column::words("Rule")],
            rows: vec![
                Row::Cells(vec![marked("W0", &[]), marked("12", &[]), marked("planned", &[2])]),
                Row::Cells(vec![marked("W4", &[]), marked("8", &[1, 0]), marked("nearest", &[])]),
            ],
        };
        let expected = [["W0", "12      ", "planned\u{a0}[c]"], ["W4", "8 [a,b]", "nearest"]];
        assert_eq!(texts(&grid), expected);
        let printed = Printed::new(&grid);
        let measure = printed.measure(1);
        assert_eq!((measure.least, measure.comfortable, measure.natural), (8, 8, 8));
    }

    #[test]
    fn rows_below_a_section_stand_in_and_control_characters_are_shown() {
        let grid = Grid {
            heading: None,
            columns: vec![Column::numbers("n"), Column::stub("Visit")],
            rows: vec![
                Row::Cells(vec![Cell::new("1"), Cell::new("W0")]),
                Row::Section("HbA1c\n(%)\u{7}".into()),
                Row::Cells(vec![Cell::new("2"), Cell::new("W\t4")]),
            ],
        };
        let expected = [vec!["1", "W0"], vec!["HbA1c (%)\u{fffd}"], vec!["2", "  W 4"]];
        assert_eq!(texts(&grid), expected);
    }
}
