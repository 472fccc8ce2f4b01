//! Plain text: title, blocks, footnotes and notes, wrapped to the width of the screen.

use std::io::{self, Write};

use super::words::{self, NARROWEST};
use super::{Layout, grid};
use crate::tables::{Block, Grid, Mark, Page};

/// Writes what people read; its parts stand a blank line apart, its sections behind a double line.
pub(super) fn write(page: &Page, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let screen = Screen { limit: layout.width.unwrap_or(usize::MAX).max(1), bold: layout.colour };
    let mut parts = screen.parts(page);
    for section in &page.sections {
        parts.push(vec!["═".repeat(screen.limit.min(RULE))]);
        parts.extend(screen.parts(section));
    }
    parts.retain(|lines| !lines.is_empty());
    let parts: Vec<String> = parts.iter().map(|lines| lines.join("\n")).collect();
    out.write_all(parts.join("\n\n").as_bytes())?;
    out.write_all(b"\n")
}

/// Columns of the line between the sections of a document.
const RULE: usize = 80;

struct Screen {
    limit: usize,
    bold: bool,
}

impl Screen {
    /// What stands on a page from top to bottom, its sections left aside.
    fn parts(&self, page: &Page) -> Vec<Vec<String>> {
        let mut parts = Vec::new();
        if !page.title.is_empty() {
            parts.push(self.heading(&page.title));
        }
        parts.extend(page.blocks.iter().map(|block| match block {
            Block::Paragraph(text) => self.prose("", text, 0),
            Block::Facts(facts) => self.facts(facts),
            Block::Grid(grid) => self.grid(grid),
        }));
        parts.push(self.footnotes(&page.footnotes));
        parts.push(page.notes.iter().flat_map(|note| self.prose("", note, 2)).collect());
        parts
    }

    fn heading(&self, text: &str) -> Vec<String> {
        self.prose("", text, 0).into_iter().map(|line| self.bold(line)).collect()
    }

    fn grid(&self, grid: &Grid) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(heading) = &grid.heading {
            lines.extend(self.heading(heading));
            lines.push(String::new());
        }
        lines.extend(
            grid::lines(grid, self.limit)
                .into_iter()
                .map(|line| if line.section { self.bold(line.text) } else { line.text }),
        );
        lines
    }

    /// Names in one column and what they are in the next; on a narrow screen one below the other.
    fn facts(&self, facts: &[(String, String)]) -> Vec<String> {
        let names: Vec<String> = facts.iter().map(|(name, _)| words::visible(name)).collect();
        let widest = names.iter().map(|name| words::width(name)).max().unwrap_or(0);
        let column = widest + 2;
        if self.limit.saturating_sub(column) < NARROWEST {
            let fact =
                |(name, value): &(String, String)| self.prose(&format!("{name}: "), value, 2);
            return facts.iter().flat_map(fact).collect();
        }
        let padded = |name: &String| format!("{name}{}", " ".repeat(column - words::width(name)));
        let names = names.iter().map(padded);
        names.zip(facts).flat_map(|(name, (_, value))| self.prose(&name, value, column)).collect()
    }

    fn footnotes(&self, footnotes: &[String]) -> Vec<String> {
        let marks: Vec<String> =
            (0..footnotes.len()).map(|at| format!("[{}] ", Mark(at).letter())).collect();
        marks
            .iter()
            .zip(footnotes)
            .flat_map(|(mark, text)| self.prose(mark, text, words::width(mark)))
            .collect()
    }

    /// A text behind a prefix that stays whole; its further lines hang.
    fn prose(&self, prefix: &str, text: &str, hang: usize) -> Vec<String> {
        let text = words::visible(prefix) + words::visible(text).trim();
        let lines = words::wrap(text.trim(), self.limit, hang);
        lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
    }

    fn bold(&self, line: String) -> String {
        if self.bold && !line.is_empty() { format!("\u{1b}[1m{line}\u{1b}[0m") } else { line }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tables::{Cell, Column, Row};

    fn text(page: &Page, width: Option<usize>, colour: bool) -> String {
        let mut bytes = Vec::new();
        write(page, Layout { width, colour }, &mut bytes).expect("memory takes everything");
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn page() -> Page {
        let mut page = Page::new("Change from baseline");
        page.blocks.push(Block::Paragraph("Six patients\nof four reports.".into()));
        page.blocks.push(Block::Facts(vec![
            ("Cohort".into(), "all".into()),
            ("基线".into(), "last value on or before day 0".into()),
        ]));
        let one = page.footnote("not estimable: one pair");
        page.blocks.push(Block::Grid(Grid {
            heading: Some("All analytes".into()),
            columns: vec![Column::stub("Visit"), Column::numbers("SD")],
            rows: vec![
                Row::Section("HbA1c".into()),
                Row::Cells(vec![Cell::new("W4"), Cell::new("—").marked(one)]),
            ],
        }));
        page.note("Quartiles: SAS type 2.");
        page.note("SD has n - 1.");
        page
    }

    #[test]
    fn the_whole_page() {
        let expected = "\
Change from baseline

Six patients of four reports.

Cohort  all
基线    last value on or before day 0

All analytes

Visit  SD
────────────
HbA1c
  W4   — [a]

[a] not estimable: one pair

Quartiles: SAS type 2.
SD has n - 1.
";
        assert_eq!(text(&page(), None, false), expected);
    }

    #[test]
    fn a_narrow_screen_wraps_and_hangs() {
        let expected = "\
Change from
baseline

Six patients of
four reports.

Cohort: all
基线: last value
  on or before
  day 0

All analytes

Visit  SD
────────────
HbA1c
  W4   — [a]

[a] not
    estimable:
    one pair

Quartiles: SAS
  type 2.
SD has n - 1.
";
        assert_eq!(text(&page(), Some(16), false), expected);
    }

    #[test]
    fn only_headings_are_bold_and_each_line_by_itself() {
        let bold: Vec<String> = text(&page(), Some(16), true)
            .lines()
            .filter(|line| line.contains('\u{1b}'))
            .map(|line| line.replace("\u{1b}[1m", "<").replace("\u{1b}[0m", ">"))
            .collect();
        assert_eq!(bold, ["<Change from>", "<baseline>", "<All analytes>", "<HbA1c>"]);
    }

    #[test]
    fn an_empty_page_is_one_line_end() {
        assert_eq!(text(&Page::default(), None, true), "\n");
    }

    prop_compose! {
        fn any_grid()(columns in 1usize..8, grouped in any::<bool>())(
            rows in prop::collection::vec(
                (prop::collection::vec(0u32..20_000_000, columns), "[a-z 血糖]{0,40}", "[a-z]{1,8}"), 1..6,
            ),
            section in "[a-z ]{1,40}",
            grouped in Just(grouped),
            columns in Just(columns),
        ) -> Grid {
            let number = |at: usize| match grouped {
                true => Column::numbers(&format!("n{at}")).under(&format!("Group {}", at / 3)),
                false => Column::numbers(&format!("n{at}")),
            };
            let mut heads = vec![Column::stub("Row"), Column::words("Comment")];
            heads.extend((0..columns).map(number));
            let mut all = vec![Row::Section(section)];
            all.extend(rows.into_iter().map(|(numbers, words, name)| {
                let cells = [name, words].into_iter().chain(numbers.iter().map(u32::to_string));
                Row::Cells(cells.map(Cell::new).collect())
            }));
            Grid { heading: None, columns: heads, rows: all }
        }
    }

    proptest! {
        #[test]
        fn lines_keep_to_the_width_and_no_number_is_cut(grid in any_grid(), width in 56usize..130) {
            let page = Page { blocks: vec![Block::Grid(grid.clone())], ..Page::new("Title") };
            let text = text(&page, Some(width), false);
            for line in text.lines() {
                prop_assert!(words::width(line) <= width, "{line:?} in {width}");
                prop_assert_eq!(line, line.trim_end());
            }
            prop_assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
            let printed: Vec<&str> = text.split_whitespace().collect();
            for row in &grid.rows {
                let Row::Cells(cells) = row else { continue };
                for cell in &cells[2..] {
                    prop_assert!(printed.contains(&cell.text.as_str()), "{} in {text}", cell.text);
                }
            }
        }

        #[test]
        fn nothing_a_terminal_obeys_gets_through(hostile in any::<String>(), width in 1usize..60) {
            let mut page = Page::new(hostile.as_str());
            page.note(hostile.as_str());
            page.footnote(&hostile);
            page.blocks.push(Block::Paragraph(hostile.clone()));
            page.blocks.push(Block::Facts(vec![(hostile.clone(), hostile.clone())]));
            page.blocks.push(Block::Grid(Grid {
                heading: Some(hostile.clone()),
                columns: vec![Column::stub(&hostile), Column::numbers(&hostile).under(&hostile)],
                rows: vec![
                    Row::Section(hostile.clone()),
                    Row::Cells(vec![Cell::new(hostile.as_str()), Cell::new(hostile.as_str())]),
                ],
            }));
            let text = text(&page, Some(width), false);
            prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        }
    }
}
