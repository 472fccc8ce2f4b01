//! A table as lines of text: a rule under the headings, no boxes; comfy-table sets the columns.

use comfy_table::{CellAlignment, ColumnConstraint, LineStyle, Table, TableStyle, Width};

use super::cells::{INDENT, Printed, PrintedRow, hang};
use super::columns::{self, GAP, Measure, Part};
use super::words;
use crate::tables::{Align, Grid};

/// What stands in place of the rows of an empty table: nothing at all could be an error.
const NO_ROWS: &str = "(none)";

/// One line of a table, and whether it is a heading of its own.
pub(super) struct Line {
    /// Without trailing blanks.
    pub text: String,
    /// True for sections.
    pub section: bool,
}

impl Line {
    fn plain(text: String) -> Line {
        Line { text: text.trim_end().to_owned(), section: false }
    }

    fn section(text: String) -> Line {
        Line { section: true, ..Line::plain(text) }
    }
}

/// Lays a grid out in lines of at most `limit` display columns; parts are parted by a blank line.
pub(super) fn lines(grid: &Grid, limit: usize) -> Vec<Line> {
    if grid.columns.is_empty() {
        return vec![Line::plain(NO_ROWS.to_owned())];
    }
    let printed = Printed::new(grid);
    let measures: Vec<_> = (0..grid.columns.len()).map(|at| printed.measure(at)).collect();
    let mut lines = Vec::new();
    for part in columns::parts(&measures, limit) {
        if !lines.is_empty() {
            lines.push(Line::plain(String::new()));
        }
        lines.extend(printed.group_lines(&measures, &part).into_iter().map(Line::plain));
        printed.draw(&part, limit, &mut lines);
    }
    lines
}

impl Printed<'_> {
    fn draw(&self, part: &Part, limit: usize, lines: &mut Vec<Line>) {
        let (table, heights) = self.table(part);
        let mut set = table.lines();
        lines.extend(set.by_ref().take(heights[0] + 1).map(Line::plain));
        let mut heights = heights[1..].iter();
        for row in &self.rows {
            match row {
                PrintedRow::Section(text) => {
                    lines.extend(words::wrap(text, limit, INDENT).into_iter().map(Line::section));
                }
                PrintedRow::Cells(_) => {
                    let height = heights.next().copied().unwrap_or_default();
                    lines.extend(set.by_ref().take(height).map(Line::plain));
                }
            }
        }
        if self.rows.is_empty() {
            lines.push(Line::plain(NO_ROWS.to_owned()));
        }
    }

    /// The part without its sections, and the height of its heading and of each row.
    ///
    /// Every text is wrapped before comfy-table sees it: its own wrapping may cut numbers.
    fn table(&self, part: &Part) -> (Table, Vec<usize>) {
        let mut table = Table::new();
        // Otherwise comfy-table asks the terminal for its width.
        table.force_no_tty();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
        let mut rows = vec![self.heading_row(part)];
        for row in &self.rows {
            let PrintedRow::Cells(texts) = row else { continue };
            let cells = part.columns.iter().zip(&part.widths).map(|(&at, &width)| {
                words::wrap(&texts[at], width, hang(self.grid.columns[at].stub))
            });
            rows.push(cells.collect());
        }
        let height = |row: &Vec<Vec<String>>| row.iter().map(Vec::len).max().unwrap_or(0);
        let heights = rows.iter().map(height).collect();
        let mut rows =
            rows.into_iter().map(|row| row.into_iter().map(|cell| cell.join("\n")).collect());
        table.set_header(rows.next().unwrap_or_else(Vec::new));
        table.add_rows(rows);
        for (at, (&column, &width)) in part.columns.iter().zip(&part.widths).enumerate() {
            let Some(set) = table.column_mut(at) else { continue };
            let gap = if at + 1 == part.columns.len() { 0 } else { GAP };
            let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
            set.set_padding((0, cells(gap)));
            set.set_constraint(ColumnConstraint::Absolute(Width::Fixed(cells(width + gap))));
            set.set_cell_alignment(match self.grid.columns[column].align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        (table, heights)
    }

    /// Headings stand on the rule, and those of numbers above the digits, not above the marks.
    fn heading_row(&self, part: &Part) -> Vec<Vec<String>> {
        let wrapped: Vec<Vec<String>> = part
            .columns
            .iter()
            .zip(&part.widths)
            .map(|(&at, &width)| words::wrap(&self.headings[at], width, 0))
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        let columns = wrapped.into_iter().zip(&part.columns).zip(&part.widths);
        columns
            .map(|((lines, &at), &width)| {
                let widest = lines.iter().map(|line| words::width(line)).max().unwrap_or(0);
                let tail = " ".repeat(self.tails[at].min(width.saturating_sub(widest)));
                let above = std::iter::repeat_n(String::new(), height - lines.len());
                above.chain(lines.into_iter().map(|line| line + &tail)).collect()
            })
            .collect()
    }

    /// The headings that columns share, each centred above a rule as wide as its columns.
    fn group_lines(&self, measures: &[Measure<'_>], part: &Part) -> Vec<String> {
        let mut shared = Vec::new();
        for run in columns::runs(measures, &part.columns) {
            let start =
                columns::total(&part.widths[..run.start]) + if run.start == 0 { 0 } else { GAP };
            let span = columns::total(&part.widths[run.clone()]);
            if let Some(heading) = measures[part.columns[run.start]].group {
                shared.push((start, span, words::wrap(heading, span, 0)));
            }
        }
        let height = shared.iter().map(|(.., heading)| heading.len()).max().unwrap_or(0);
        let mut lines = vec![String::new(); if height == 0 { 0 } else { height + 1 }];
        for (start, span, heading) in shared {
            let above = height - heading.len();
            for (text, line) in heading.iter().zip(&mut lines[above..]) {
                put(line, start + span.saturating_sub(words::width(text)) / 2, text);
            }
            put(&mut lines[height], start, &"─".repeat(span));
        }
        lines
    }
}

fn put(line: &mut String, at: usize, text: &str) {
    line.push_str(&" ".repeat(at.saturating_sub(words::width(line))));
    line.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Cell, Column, Row};

    fn shown(grid: &Grid, limit: usize) -> Vec<String> {
        lines(grid, limit).into_iter().map(|line| line.text).collect()
    }

    fn row(texts: &[&str]) -> Row {
        Row::Cells(texts.iter().map(|text| Cell::new(*text)).collect())
    }

    fn change() -> Grid {
        Grid {
            heading: None,
            columns: vec![
                Column::stub("Visit"),
                Column::numbers("n").under("Value"),
                Column::numbers("Mean (SD)").under("Value"),
                Column::numbers("Pairs").under("Change"),
                Column::numbers("95% CI").under("Change"),
            ],
            rows: vec![
                Row::Section("HbA1c (%)".into()),
                row(&["W0", "6", "8.15 (1.520)", "", ""]),
                row(&["W4", "5", "7.20 (1.104)", "5", "-1.41, -0.27"]),
                Row::Section("AFP (ng/mL)".into()),
                row(&["W4", "1", "33.40 (—)", "1", "—"]),
            ],
        }
    }

    #[test]
    fn groups_stand_centred_above_their_columns_and_sections_across() {
        let expected = [
            "            Value             Change",
            "       ───────────────  ───────────────────",
            "Visit  n     Mean (SD)  Pairs        95% CI",
            "───────────────────────────────────────────",
            "HbA1c (%)",
            "  W0   6  8.15 (1.520)",
            "  W4   5  7.20 (1.104)      5  -1.41, -0.27",
            "AFP (ng/mL)",
            "  W4   1     33.40 (—)      1             —",
        ];
        assert_eq!(shown(&change(), usize::MAX), expected);
        assert_eq!(shown(&change(), 43), expected);
    }

    #[test]
    fn a_wide_table_breaks_between_groups_and_repeats_row_names_and_sections() {
        let expected = [
            "            Value",
            "       ───────────────",
            "Visit  n     Mean (SD)",
            "──────────────────────",
            "HbA1c (%)",
            "  W0   6  8.15 (1.520)",
            "  W4   5  7.20 (1.104)",
            "AFP (ng/mL)",
            "  W4   1     33.40 (—)",
            "",
            "             Change",
            "       ───────────────────",
            "Visit  Pairs        95% CI",
            "──────────────────────────",
            "HbA1c (%)",
            "  W0",
            "  W4       5  -1.41, -0.27",
            "AFP (ng/mL)",
            "  W4       1             —",
        ];
        assert_eq!(shown(&change(), 42), expected);
        assert_eq!(shown(&change(), 26), expected);
    }

    #[test]
    fn a_column_that_does_not_fit_stands_out_whole() {
        let lines = shown(&change(), 9);
        assert!(lines.contains(&"  W4   -1.41, -0.27".to_owned()), "{lines:#?}");
        assert!(lines.contains(&"  W4   7.20 (1.104)".to_owned()), "{lines:#?}");
    }

    #[test]
    fn chinese_takes_two_columns_and_words_wrap_but_numbers_do_not() {
        let grid = Grid {
            heading: None,
            columns: vec![
                Column::stub("Patient"),
                Column::words("As reported"),
                Column::numbers("Value (Q1, Q3)"),
            ],
            rows: vec![
                row(&["黄某", "发热，次日自行缓解", "6.1 (5.0, 7.2)"]),
                row(&["Jose\u{301}", "mild\tfever\u{1b}[2J, resolved", "—"]),
            ],
        };
        let expected = [
            "Patient  As reported   Value (Q1, Q3)",
            "─────────────────────────────────────",
            "黄某     发热，次日自  6.1 (5.0, 7.2)",
            "         行缓解",
            "Jose\u{301}     mild          —",
            "         fever\u{fffd}[2J,",
            "         resolved",
        ];
        let shown = shown(&grid, 37);
        assert_eq!(shown, expected.map(|line| line.replace("—", "             —")));
    }

    #[test]
    fn a_wrapped_row_name_hangs_and_headings_stand_on_the_rule() {
        let grid = Grid {
            heading: None,
            columns: vec![Column::stub("Term"), Column::numbers("Patients with an event")],
            rows: vec![row(&["Gastrointestinal disorders", "3"]), row(&["Fever", "1"])],
        };
        let expected = [
            "                      Patients",
            "                       with an",
            "Term                     event",
            "──────────────────────────────",
            "Gastrointestinal             3",
            "  disorders",
            "Fever                        1",
        ];
        assert_eq!(shown(&grid, 30), expected);
    }

    #[test]
    fn an_empty_table_says_so() {
        let columns = vec![Column::stub("Patient"), Column::numbers("Day")];
        let grid = Grid { heading: None, columns, rows: Vec::new() };
        assert_eq!(shown(&grid, 80), ["Patient  Day", "────────────", "(none)"]);
        assert_eq!(shown(&Grid::default(), 80), ["(none)"]);
    }
}
