//! The one shape every result is laid out in before it is written.

/// What one command shows: blocks for people, records for machines.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// First line, for example "Change from baseline".
    pub title: String,
    /// What people read, in order.
    pub blocks: Vec<Block>,
    /// Footnotes in the order of their marks; see [`Page::footnote`].
    pub footnotes: Vec<String>,
    /// Notes that belong to the whole page: rules, denominators, exclusions.
    pub notes: Vec<String>,
    /// What machines read: CSV writes the sets one after the other, JSON one array each.
    pub records: Vec<RecordSet>,
    /// Named facts about the whole result for JSON: population, rules, versions.
    pub context: Vec<(String, Value)>,
    /// Whole pages that follow, each with footnotes and notes of its own; see [`Page::add_section`].
    pub sections: Vec<Page>,
}

impl Page {
    /// An empty page with a title.
    pub fn new(title: impl Into<String>) -> Page {
        Page { title: title.into(), ..Page::default() }
    }

    /// The mark of a footnote with this text: 0 is shown as `[a]`. One text has one mark.
    pub fn footnote(&mut self, text: &str) -> Mark {
        if let Some(at) = self.footnotes.iter().position(|known| known == text) {
            return Mark(at);
        }
        self.footnotes.push(text.to_owned());
        Mark(self.footnotes.len() - 1)
    }

    /// Put another page below this one; its title becomes the heading of its first table.
    pub fn append(&mut self, other: Page) {
        let moved: Vec<Mark> = other.footnotes.iter().map(|text| self.footnote(text)).collect();
        let mut title = Some(other.title);
        for mut block in other.blocks {
            if let Block::Grid(grid) = &mut block {
                if grid.heading.is_none() {
                    grid.heading = title.take();
                }
                let cells = grid.rows.iter_mut().filter_map(|row| match row {
                    Row::Cells(cells) => Some(cells),
                    Row::Section(_) => None,
                });
                for mark in cells.flatten().flat_map(|cell| &mut cell.marks) {
                    *mark = moved[mark.0];
                }
            }
            let is_there = |known: &Block| match (known, &block) {
                (Block::Paragraph(known), Block::Paragraph(text)) => known == text,
                _ => false,
            };
            if !self.blocks.iter().any(is_there) {
                self.blocks.push(block);
            }
        }
        other.notes.into_iter().for_each(|note| self.note(note));
        self.records.extend(other.records);
        let is_new = |(name, _): &(String, Value), known: &[(String, Value)]| {
            !known.iter().any(|(other, _)| other == name)
        };
        for fact in other.context {
            if is_new(&fact, &self.context) {
                self.context.push(fact);
            }
        }
    }

    /// Let a whole page follow this one. Paragraphs and notes that stand here already are not repeated.
    pub fn add_section(&mut self, mut section: Page) {
        let paragraph = |block: &Block| match block {
            Block::Paragraph(text) => Some(text.clone()),
            _ => None,
        };
        let known: Vec<String> = self.blocks.iter().filter_map(paragraph).collect();
        section.blocks.retain(|block| paragraph(block).is_none_or(|text| !known.contains(&text)));
        section.notes.retain(|note| !self.notes.contains(note));
        self.sections.push(section);
    }

    /// Add a note for the whole page once.
    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }
}

/// One part of a page.
#[derive(Debug, Clone)]
pub enum Block {
    /// A sentence or two.
    Paragraph(String),
    /// Names and what they are, one a line.
    Facts(Vec<(String, String)>),
    /// A table.
    Grid(Grid),
}

/// A table of cells under headings.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// The heading above the table, if it needs one.
    pub heading: Option<String>,
    /// Columns from left to right.
    pub columns: Vec<Column>,
    /// Rows from top to bottom.
    pub rows: Vec<Row>,
}

/// One column of a [`Grid`].
#[derive(Debug, Clone)]
pub struct Column {
    /// What stands at its head.
    pub heading: String,
    /// The heading above it that it shares with its neighbours; a wide table breaks between groups.
    pub group: Option<String>,
    /// Where its text stands.
    pub align: Align,
    /// True for columns that name the row: they are repeated wherever a wide table breaks.
    pub stub: bool,
}

/// Where a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// One row of a [`Grid`].
#[derive(Debug, Clone)]
pub enum Row {
    /// A heading across the whole width, for example the analyte of the rows below.
    Section(String),
    /// One cell for each column.
    Cells(Vec<Cell>),
}

/// A text in a table, with the marks of its footnotes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// What is printed.
    pub text: String,
    /// Marks from [`Page::footnote`], printed as `[a]` or `[a,b]` behind the text.
    pub marks: Vec<Mark>,
}

/// Which footnote a cell points to, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(pub usize);

impl Mark {
    /// The letter it is printed as: a … z, then aa, ab …
    pub fn letter(self) -> String {
        let mut rest = self.0;
        let mut letters = Vec::new();
        loop {
            letters.push(char::from(b'a' + u8::try_from(rest % 26).expect("below 26")));
            if rest < 26 {
                break;
            }
            rest = rest / 26 - 1;
        }
        letters.iter().rev().collect()
    }
}

/// Rows for machines: named columns, one value each.
#[derive(Debug, Clone, Default)]
pub struct RecordSet {
    /// What the rows are, for example "results" or "patients".
    pub name: String,
    /// Machine names of the columns.
    pub columns: Vec<String>,
    /// One value for each column.
    pub rows: Vec<Vec<Value>>,
}

/// A value as a machine reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Not estimable or not recorded: null in JSON, empty in CSV.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A count or a day.
    Integer(i64),
    /// Full precision; never NaN or infinite.
    Number(f64),
    /// Words.
    Text(String),
}

impl Cell {
    /// A cell with this text and no footnote.
    pub fn new(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), marks: Vec::new() }
    }

    /// The same cell with one more footnote mark.
    #[must_use]
    pub fn marked(mut self, mark: Mark) -> Cell {
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
        }
        self
    }
}

impl Column {
    /// A column of words that names its row.
    pub fn stub(heading: &str) -> Column {
        Column { heading: heading.to_owned(), group: None, align: Align::Left, stub: true }
    }

    /// A column of words.
    pub fn words(heading: &str) -> Column {
        Column { heading: heading.to_owned(), group: None, align: Align::Left, stub: false }
    }

    /// A column of numbers.
    pub fn numbers(heading: &str) -> Column {
        Column { heading: heading.to_owned(), group: None, align: Align::Right, stub: false }
    }

    /// The same column under a shared heading.
    #[must_use]
    pub fn under(mut self, group: &str) -> Column {
        self.group = Some(group.to_owned());
        self
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

macro_rules! value_from {
    ($($from:ty => $make:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Value {
                #[allow(clippy::redundant_closure_call)]
                ($make)(value)
            }
        })*
    };
}

value_from! {
    bool => Value::Flag,
    i64 => Value::Integer,
    i32 => |v| Value::Integer(i64::from(v)),
    u32 => |v| Value::Integer(i64::from(v)),
    usize => |v| Value::Integer(i64::try_from(v).expect("counts fit in 63 bits")),
    f64 => |v: f64| if v.is_finite() { Value::Number(v) } else { Value::Null },
    &str => |v: &str| Value::Text(v.to_owned()),
    String => Value::Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footnote_is_kept_once_and_marks_count_in_letters() {
        let mut page = Page::new("t");
        let first = page.footnote("one value");
        assert_eq!(page.footnote("no value"), Mark(1));
        assert_eq!(page.footnote("one value"), first);
        assert_eq!(page.footnotes.len(), 2);
        let letters: Vec<_> = [0, 25, 26, 701, 702].map(|at| Mark(at).letter()).into();
        assert_eq!(letters, ["a", "z", "aa", "zz", "aaa"]);
    }

    #[test]
    fn an_appended_page_keeps_its_footnotes() {
        let mut first = Page::new("first");
        first.footnote("one value");
        let mut second = Page::new("second");
        let none = second.footnote("no value");
        let one = second.footnote("one value");
        let cells = vec![Cell::new("—").marked(none), Cell::new("7").marked(one)];
        second.blocks.push(Block::Grid(Grid { rows: vec![Row::Cells(cells)], ..Grid::default() }));
        first.append(second);
        assert_eq!(first.footnotes, ["one value", "no value"]);
        let Some(Block::Grid(grid)) = first.blocks.last() else { panic!("a grid") };
        let Row::Cells(cells) = &grid.rows[0] else { panic!("cells") };
        assert_eq!((cells[0].marks[0], cells[1].marks[0]), (Mark(1), Mark(0)));
        assert_eq!(grid.heading.as_deref(), Some("second"));
    }

    #[test]
    fn a_section_does_not_say_again_what_the_page_says() {
        let mut page = Page::new("all");
        page.blocks.push(Block::Paragraph("25 patients.".to_owned()));
        page.note("Some are simulated.");
        let mut section = Page::new("change");
        section.blocks.push(Block::Paragraph("25 patients.".to_owned()));
        section.blocks.push(Block::Paragraph("Only W12.".to_owned()));
        section.note("Some are simulated.");
        section.note("SD: n - 1.");
        page.add_section(section);
        let section = &page.sections[0];
        assert!(matches!(&section.blocks[..], [Block::Paragraph(text)] if text == "Only W12."));
        assert_eq!(section.notes, ["SD: n - 1."]);
    }

    #[test]
    fn what_is_not_a_number_is_null() {
        assert_eq!(Value::from(f64::NAN), Value::Null);
        assert_eq!(Value::from(None::<f64>), Value::Null);
        assert_eq!(Value::from(Some(2.5)), Value::Number(2.5));
    }
}
