//! The sheets of an .ods, cell by cell. A cell or row that says it stands there a million times is
//! counted as often.

use super::cells::{Collector, Kind, RawSheet, TooMuch, check_length, of_iso, shown};
use super::guard::{Refused, refused, too_much};
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor};
use std::ops::Range;

/// The most columns and rows a spreadsheet has.
const MOST_COLUMNS: usize = 16_384;
const MOST_ROWS: usize = 1_048_576;
const MEND: &str = "open it in LibreOffice, save it there, and import it again";

/// A cell under way.
#[derive(Default)]
struct Open {
    repeats: usize,
    kind: Option<Kind>,
    value: Option<String>,
    is_formula: bool,
    text: String,
}

/// Read every sheet.
pub(super) fn read_sheets(bytes: &[u8]) -> Result<Vec<RawSheet>, Refused> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let content = archive.by_name("content.xml").map_err(damaged)?;
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut at = Walk::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(damaged)?;
        let taken = match event {
            Event::Eof => return Ok(at.collector.finish()),
            Event::Start(element) => at.start(&element)?,
            Event::End(element) => at.end(element.name().as_ref()),
            Event::Text(text) => at.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = format!("&{};", reference.xml10_content());
                // What is no character is left as it stands: nothing that a file declares is expanded.
                at.text(&quick_xml::escape::unescape(&name).unwrap_or_else(|_| (&*name).into()))
            }
            _ => Ok(()),
        };
        taken.map_err(|much| too_much(at.collector.told(much, at.row)))?;
    }
}

fn damaged(error: impl std::fmt::Display) -> Refused {
    refused(format!("it is damaged ({error})"), MEND)
}

/// Where the reader is.
#[derive(Default)]
struct Walk {
    collector: Collector,
    row: usize,
    row_repeats: usize,
    column: usize,
    cell: Option<Open>,
    /// What stands in the columns of the row, which may be repeated.
    of_row: Vec<(Range<usize>, Kind, String)>,
    paragraphs: usize,
    /// How deep in a comment, whose text is none of the cell.
    annotation: usize,
}

impl Walk {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<Result<(), TooMuch>, Refused> {
        match element.name().as_ref() {
            "table:table" if self.cell.is_none() => {
                self.row = 0;
                let name = attribute(element, "table:name")?.unwrap_or_default();
                return Ok(self.collector.sheet(&name));
            }
            "table:table-row" if self.cell.is_none() => {
                self.row_repeats = repeats(element, "table:number-rows-repeated")?.min(MOST_ROWS);
                self.column = 0;
                self.of_row.clear();
            }
            "table:table-cell" | "table:covered-table-cell" if self.cell.is_none() => {
                self.cell = Some(open(element)?);
                self.paragraphs = 0;
            }
            "office:annotation" => self.annotation += 1,
            "text:p" if self.annotation == 0 => {
                self.paragraphs += 1;
                if self.paragraphs > 1 {
                    return Ok(self.text("\n"));
                }
            }
            "text:s" | "text:tab" | "text:line-break" => return Ok(self.text(" ")),
            _ => {}
        }
        Ok(Ok(()))
    }

    fn text(&mut self, text: &str) -> Result<(), TooMuch> {
        if let Some(cell) = &mut self.cell
            && self.annotation == 0
            && self.paragraphs > 0
        {
            cell.text.push_str(text);
            return check_length(&cell.text);
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), TooMuch> {
        match name {
            "office:annotation" => self.annotation = self.annotation.saturating_sub(1),
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    return self.close(cell);
                }
            }
            "table:table-row" if self.cell.is_none() => return self.end_row(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, cell: Open) -> Result<(), TooMuch> {
        let text = cell.value.unwrap_or(cell.text);
        let kind = match (cell.kind, text.trim().is_empty(), cell.is_formula) {
            // A text that a formula made empty has its kind; without one it was never computed.
            (None, true, true) => Kind::Uncomputed,
            (kind, ..) => kind.unwrap_or(Kind::Text),
        };
        let is_empty = text.trim().is_empty() && kind != Kind::Uncomputed;
        let repeats = cell.repeats.min(MOST_COLUMNS.saturating_sub(self.column));
        self.collector.count()?;
        let columns = self.column..self.column + repeats;
        self.column = columns.end;
        if !is_empty {
            self.of_row.push((columns, kind, text));
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), TooMuch> {
        let cells = std::mem::take(&mut self.of_row);
        if !cells.is_empty() {
            for row in self.row..(self.row + self.row_repeats).min(MOST_ROWS) {
                for (columns, kind, text) in &cells {
                    for column in columns.clone() {
                        self.collector.count()?;
                        self.collector.cell(row, column, *kind, text)?;
                    }
                }
            }
        }
        self.row = (self.row + self.row_repeats).min(MOST_ROWS);
        Ok(())
    }
}

fn open(element: &BytesStart<'_>) -> Result<Open, Refused> {
    let value = |name| attribute(element, name);
    let mut cell = Open {
        repeats: repeats(element, "table:number-columns-repeated")?,
        is_formula: value("table:formula")?.is_some(),
        ..Open::default()
    };
    let kind = value("office:value-type")?;
    if value("calcext:value-type")?.as_deref() == Some("error") {
        cell.kind = Some(Kind::Failed);
        return Ok(cell);
    }
    match kind.as_deref() {
        Some("float" | "percentage" | "currency") => {
            let printed = value("office:value")?.unwrap_or_default();
            cell.kind = Some(Kind::Number);
            cell.value = Some(printed.parse().map_or(printed, shown));
        }
        Some("date") => {
            let (kind, text) = of_iso(&value("office:date-value")?.unwrap_or_default());
            (cell.kind, cell.value) = (Some(kind), Some(text));
        }
        Some("time") => {
            (cell.kind, cell.value) = (Some(Kind::Time), value("office:time-value")?);
        }
        Some("boolean") => {
            let is_true = value("office:boolean-value")?.as_deref() == Some("true");
            cell.kind = Some(Kind::Flag);
            cell.value = Some(if is_true { "yes" } else { "no" }.to_owned());
        }
        Some("string") => {
            cell.kind = Some(Kind::Text);
            cell.value = value("office:string-value")?;
        }
        _ => {}
    }
    Ok(cell)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Refused> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(damaged)?;
        if attribute.key.as_ref() == name {
            return quick_xml::escape::unescape(&attribute.value)
                .map(|value| Some(value.into_owned()))
                .map_err(damaged);
        }
    }
    Ok(None)
}

fn repeats(element: &BytesStart<'_>, name: &str) -> Result<usize, Refused> {
    Ok(attribute(element, name)?.and_then(|count| count.parse().ok()).unwrap_or(1))
}
