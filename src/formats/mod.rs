//! Is the file right? Turns one laid-out [`Page`] into bytes: text, CSV, JSON or Markdown.
//! Must not know what a number means, nor ask for the time, the terminal or any other file.
//! Start at [`write()`]; `text.rs` is the format people see first, `grid.rs` its tables.

mod cells;
mod columns;
mod csv;
mod grid;
mod json;
mod markdown;
mod schema;
mod text;
mod words;

pub use schema::{OUTPUT_VERSION, schema};

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use crate::domain::hex;
use crate::tables::{Block, Cell, Page, RecordSet, Row};
use sha2::{Digest, Sha256};

/// What a page is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text for a terminal or an e-mail.
    Table,
    /// The records, for a spreadsheet or a statistics program.
    Csv,
    /// The records with their context, footnotes and notes, for programs.
    Json,
    /// The blocks as Markdown with pipe tables, for a manuscript.
    Markdown,
}

impl Format {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Format; 4] = [Format::Table, Format::Csv, Format::Json, Format::Markdown];

    /// The word that chooses this format on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Markdown => "md",
        }
    }

    /// The format that the name of a file asks for, if its suffix is one of ours.
    pub fn from_suffix(file: &Path) -> Option<Format> {
        match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" => Some(Format::Table),
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "md" => Some(Format::Markdown),
            _ => None,
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        Format::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of a format we don't write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(pub String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown format {:?}, expected {}",
            self.0,
            Format::ALL.map(Format::name).join(", ")
        )
    }
}

impl std::error::Error for UnknownFormat {}

/// What the reader's screen is like; only [`Format::Table`] looks at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// Display columns a line may take; `None` is unlimited.
    pub width: Option<usize>,
    /// Whether headings are set in bold. It never carries meaning.
    pub colour: bool,
}

/// Writes the page; the bytes depend on nothing but these arguments.
///
/// # Panics
/// If the page breaks its own rules (a row without one cell for each column, a mark without its
/// footnote): what is written then could put a number under the wrong heading.
pub fn write(page: &Page, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    assert_sound(page);
    page.sections.iter().for_each(assert_sound);
    match format {
        Format::Table => text::write(page, layout, out),
        Format::Csv => csv::write(page, out),
        Format::Json => json::write(page, out),
        Format::Markdown => markdown::write(page, out),
    }
}

/// The SHA-256 of what [`Format::Csv`] writes of these records alone, in lower-case hexadecimal: what
/// `sha256sum` says of such a file.
pub fn digest(records: &RecordSet) -> String {
    let mut hasher = Sha256::new();
    csv::write_set(records, None, &mut Hashing(&mut hasher)).expect("a hash takes everything");
    hex(&hasher.finalize())
}

/// Bytes on their way into a hash.
struct Hashing<'a>(&'a mut Sha256);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn assert_sound(page: &Page) {
    for block in &page.blocks {
        let Block::Grid(grid) = block else { continue };
        for row in &grid.rows {
            let Row::Cells(cells) = row else { continue };
            assert_eq!(cells.len(), grid.columns.len(), "a row has one cell for each column");
            let mut marks = cells.iter().flat_map(|cell| &cell.marks);
            assert!(marks.all(|mark| mark.0 < page.footnotes.len()), "a mark has its footnote");
        }
    }
    for set in &page.records {
        for row in &set.rows {
            assert_eq!(row.len(), set.columns.len(), "a record has one value for each column");
        }
    }
}

/// The marks of a cell in the order of the footnotes, for example `a,b`.
fn letters(cell: &Cell) -> String {
    let mut marks = cell.marks.clone();
    marks.sort_unstable();
    marks.iter().map(|mark| mark.letter()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Column, Grid};

    #[test]
    fn a_format_is_named_or_told_by_the_suffix() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert_eq!(
            "xls".parse::<Format>().map_err(|e| e.to_string()),
            Err("unknown format \"xls\", expected table, csv, json, md".to_owned())
        );
        let told = |file: &str| Format::from_suffix(Path::new(file));
        assert_eq!(told("out/hba1c.md"), Some(Format::Markdown));
        assert_eq!(told("OUT.CSV"), Some(Format::Csv));
        assert_eq!(told("out.txt"), Some(Format::Table));
        assert_eq!(told("out.json"), Some(Format::Json));
        assert_eq!((told("out"), told("out.xls"), told(".md")), (None, None, None));
    }

    #[test]
    #[should_panic(expected = "one cell for each column")]
    fn a_short_row_is_never_written() {
        let grid = Grid {
            columns: vec![Column::stub("a"), Column::numbers("b")],
            rows: vec![Row::Cells(vec![Cell::new("W0")])],
            ..Grid::default()
        };
        let page = Page { blocks: vec![Block::Grid(grid)], ..Page::default() };
        let _ = write(&page, Format::Csv, Layout::default(), &mut Vec::new());
    }

    #[test]
    fn the_sections_of_a_document_follow_it_each_with_its_own_notes() {
        let section = |title: &str, value: f64| {
            let mut page = Page::new(title);
            page.footnote(&format!("of {title}"));
            let columns = vec!["value".to_owned()];
            let rows = vec![vec![value.into()]];
            page.records.push(RecordSet { name: "results".to_owned(), columns, rows });
            page
        };
        let mut page = Page::new("All");
        page.add_section(section("Change", 1.5));
        page.add_section(section("Safety", 2.5));
        let written = |format| {
            let mut bytes = Vec::new();
            let layout = Layout { width: Some(20), colour: false };
            write(&page, format, layout, &mut bytes).expect("memory takes everything");
            String::from_utf8(bytes).expect("UTF-8")
        };
        let line = "═".repeat(20);
        assert_eq!(
            written(Format::Table),
            format!(
                "All\n\n{line}\n\nChange\n\n[a] of Change\n\n{line}\n\nSafety\n\n[a] of Safety\n"
            )
        );
        assert_eq!(
            written(Format::Csv),
            "record,value\nChange: results,1.5\n\nrecord,value\nSafety: results,2.5\n"
        );
        let markdown = written(Format::Markdown);
        assert!(markdown.starts_with("# All\n\n## Change\n"), "{markdown}");
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).expect("JSON");
        assert_eq!(json["sections"][1]["results"][0]["value"], 2.5);
        assert_eq!(json["sections"][1]["footnotes"][0]["text"], "of Safety");
    }

    #[test]
    fn the_digest_is_that_of_the_csv() {
        let columns = vec!["a".to_owned()];
        let records = RecordSet { name: "r".into(), columns, rows: vec![vec!["x".into()]] };
        // printf 'a\nx\n' | sha256sum
        let known = "7a0e624fe91589d1deb4c2eb4dd23be329140728ca8c8571bcdc13124cf0f5a2";
        assert_eq!(digest(&records), known);
    }
}
