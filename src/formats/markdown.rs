//! Markdown as GitHub and pandoc read it: pipe tables, and nothing in the data becomes markup.
//! Written by hand, because comfy-table does not escape `|`.

use std::io::{self, Write};

use super::{letters, words};
use crate::tables::{Align, Block, Cell, Column, Grid, Mark, Page, Row};

/// Writes what people read, every part a paragraph, a list or a table of its own.
pub(super) fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut parts = parts(page, if page.sections.is_empty() { "##" } else { "#" });
    parts.extend(page.sections.iter().flat_map(|section| self::parts(section, "##")));
    parts.retain(|part| !part.is_empty());
    out.write_all(parts.join("\n\n").as_bytes())?;
    out.write_all(b"\n")
}

/// What stands on a page from top to bottom, its sections left aside; the title is a heading of this level.
fn parts(page: &Page, level: &str) -> Vec<String> {
    let mut parts = Vec::new();
    if !page.title.is_empty() {
        parts.push(format!("{level} {}", escaped(&page.title)));
    }
    for block in &page.blocks {
        match block {
            Block::Paragraph(text) => parts.push(paragraph(text)),
            Block::Facts(facts) => parts.push(list(facts)),
            Block::Grid(grid) => {
                parts.extend(grid.heading.iter().map(|text| format!("### {}", escaped(text))));
                parts.push(table(grid));
            }
        }
    }
    let footnotes = page.footnotes.iter().enumerate();
    parts.extend(
        footnotes.map(|(at, text)| format!("<sup>{}</sup> {}", Mark(at).letter(), escaped(text))),
    );
    parts.extend(page.notes.iter().map(|text| paragraph(text)));
    parts
}

fn list(facts: &[(String, String)]) -> String {
    let fact = |(name, value): &(String, String)| match escaped(value).as_str() {
        "" => format!("- **{}:**", escaped(name)),
        value => format!("- **{}:** {value}", escaped(name)),
    };
    facts.iter().map(fact).collect::<Vec<_>>().join("\n")
}

fn table(grid: &Grid) -> String {
    if grid.columns.is_empty() {
        return "(none)".to_owned();
    }
    let mut lines = vec![line(grid.columns.iter().map(heading))];
    lines.push(line(grid.columns.iter().map(|column| match column.align {
        Align::Left => ":---".to_owned(),
        Align::Right => "---:".to_owned(),
    })));
    let across = |text: String| line(std::iter::once(text).chain(blanks(grid.columns.len() - 1)));
    lines.extend(grid.rows.iter().map(|row| match row {
        Row::Section(text) => across(bold(&escaped(text))),
        Row::Cells(cells) => line(cells.iter().map(cell)),
    }));
    if grid.rows.is_empty() {
        lines.push(across("(none)".to_owned()));
    }
    lines.join("\n")
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut line = "|".to_owned();
    for cell in cells {
        line.push(' ');
        line.push_str(&cell);
        line.push_str(if cell.is_empty() { "|" } else { " |" });
    }
    line
}

fn blanks(count: usize) -> impl Iterator<Item = String> {
    std::iter::repeat_n(String::new(), count)
}

fn heading(column: &Column) -> String {
    match &column.group {
        Some(group) => escaped(&format!("{group}: {}", column.heading)),
        None => escaped(&column.heading),
    }
}

fn bold(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("**{text}**") }
}

/// A leading indent is kept: it says that a row belongs to the one above.
fn cell(cell: &Cell) -> String {
    let text = words::visible(&cell.text);
    let indent = text.chars().take_while(|c| *c == ' ').count();
    let mut shown = if text.trim().is_empty() {
        String::new()
    } else {
        "&nbsp;".repeat(indent) + &escaped(&text)
    };
    if !cell.marks.is_empty() {
        shown.push_str(&format!("<sup>{}</sup>", letters(cell)));
    }
    shown
}

/// A text on a line of its own, where `-`, `+`, `=` or `1.` would start a block.
fn paragraph(text: &str) -> String {
    let text = escaped(text);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut rest = text[digits..].chars();
    let numbered = digits > 0
        && rest.next().is_some_and(|c| c == '.' || c == ')')
        && rest.next().is_none_or(|c| c == ' ');
    let at = if numbered { digits } else { 0 };
    let starts_block = numbered || text.starts_with(['-', '+', '=']);
    if starts_block { format!("{}\\{}", &text[..at], &text[at..]) } else { text }
}

/// Escapes every character that Markdown, GitHub's or pandoc's, may read as markup in a line.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in words::visible(text).trim().chars() {
        if "\\`*_<>|[]&~^$#".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn markdown(page: &Page) -> String {
        let mut bytes = Vec::new();
        write(page, &mut bytes).expect("memory takes everything");
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn row(texts: &[&str]) -> Row {
        Row::Cells(texts.iter().map(|text| Cell::new(*text)).collect())
    }

    #[test]
    fn the_whole_page() {
        let mut page = Page::new("Change from baseline");
        page.blocks.push(Block::Paragraph("Six patients.".into()));
        page.blocks.push(Block::Facts(vec![
            ("Cohort".into(), "all".into()),
            ("Site".into(), String::new()),
        ]));
        let (one, low) = (page.footnote("one pair"), page.footnote("below 0.9"));
        page.blocks.push(Block::Grid(Grid {
            heading: Some("All analytes".into()),
            columns: vec![
                Column::stub("Visit"),
                Column::numbers("mean (SD)").under("Change"),
                Column::numbers("n"),
            ],
            rows: vec![
                Row::Section("HbA1c (%)".into()),
                Row::Cells(vec![
                    Cell::new("W4"),
                    Cell::new("-0.84 (—)").marked(low).marked(one),
                    Cell::new("1"),
                ]),
                row(&["  血糖", "", "0"]),
            ],
        }));
        page.note("Quartiles: SAS type 2.");
        page.note("SD has n - 1.");
        let expected = "\
## Change from baseline

Six patients.

- **Cohort:** all
- **Site:**

### All analytes

| Visit | Change: mean (SD) | n |
| :--- | ---: | ---: |
| **HbA1c (%)** | | |
| W4 | -0.84 (—)<sup>a,b</sup> | 1 |
| &nbsp;&nbsp;血糖 | | 0 |

<sup>a</sup> one pair

<sup>b</sup> below 0.9

Quartiles: SAS type 2.

SD has n - 1.
";
        assert_eq!(markdown(&page), expected);
    }

    #[test]
    fn an_empty_table_says_so() {
        let columns = vec![Column::stub("Patient"), Column::numbers("Day")];
        let grid = Grid { heading: None, columns, rows: Vec::new() };
        assert_eq!(table(&grid), "| Patient | Day |\n| :--- | ---: |\n| (none) | |");
        assert_eq!(table(&Grid::default()), "(none)");
    }

    #[test]
    fn nothing_in_the_data_becomes_markup() {
        assert_eq!(
            escaped("a|b\\c `d` *e* _f_ <b>g</b> [h](i) &amp; $j$"),
            "a\\|b\\\\c \\`d\\` \\*e\\* \\_f\\_ \\<b\\>g\\</b\\> \\[h\\](i) \\&amp; \\$j\\$"
        );
        assert_eq!(escaped(" one\r\ntwo\u{1b} "), "one two\u{fffd}");
    }

    #[test]
    fn a_sentence_never_starts_a_list_a_heading_or_a_quotation() {
        let shown = ["- x", "+ x", "# x", "> x", "12. x", "3) x", "=== x", "1.5 x", "12 x", ""];
        let expected = [
            "\\- x", "\\+ x", "\\# x", "\\> x", "12\\. x", "3\\) x", "\\=== x", "1.5 x", "12 x", "",
        ];
        assert_eq!(shown.map(paragraph), expected);
    }

    /// Bars that part cells: those not behind an odd number of backslashes.
    fn bars(line: &str) -> usize {
        let mut escape = false;
        let mut bars = 0;
        for c in line.chars() {
            bars += usize::from(c == '|' && !escape);
            escape = c == '\\' && !escape;
        }
        bars
    }

    proptest! {
        #[test]
        fn every_row_has_as_many_cells_as_the_heading(
            rows in prop::collection::vec(prop::collection::vec("[|\\\\a\n`]{0,6}|\\PC{0,9}", 3), 0..6),
            heading in any::<String>(), section in any::<String>(),
        ) {
            let columns =
                vec![Column::stub("a"), Column::words(&heading).under(&heading), Column::numbers("c")];
            let cells = |row: Vec<String>| Row::Cells(row.into_iter().map(Cell::new).collect());
            let mut all = vec![Row::Section(section)];
            all.extend(rows.into_iter().map(cells));
            let count = all.len() + 2;
            let text = table(&Grid { heading: None, columns, rows: all });
            prop_assert_eq!(text.lines().count(), count);
            prop_assert!(text.lines().all(|line| bars(line) == 4), "{}", text);
        }
    }
}
