//! A workbook to fill in, which `import` takes back: one sheet a noun, drop-downs, and a dictionary.
//! The same input gives the same bytes.
//! Start with `Template`, then `rows` (records become rows), `rules` (what a cell may hold).

mod dictionary;
mod rows;
mod rules;

use super::Case;
use crate::domain::{
    Analyte, Attribute, Catalogue, EXAMPLE, FormColumn, FormSheet, Holds, Schedule,
};
pub use rows::NotHeld;
use rules::Lists;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError,
};

/// What a template is made for.
#[derive(Debug)]
pub struct Template<'a> {
    /// The planned visits, for the drop-downs.
    pub schedule: &'a Schedule,
    /// The analytes there are.
    pub catalogue: &'a Catalogue,
    /// Analytes with a column of their own, each with the unit of its heading.
    pub analytes: &'a [(&'a Analyte, String)],
    /// The registry's own columns of a patient.
    pub attributes: &'a [Attribute],
    /// So many rows of each sheet have drop-downs.
    pub rows: u32,
    /// What is filled in.
    pub cases: &'a [Case],
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
enum Entry {
    Text(String),
    Number(f64),
}

/// A column of a sheet of this template.
struct Column<'a> {
    heading: String,
    holds: Holds,
    needed: bool,
    meaning: String,
    example: String,
    /// The analyte whose results stand here, with the unit.
    analyte: Option<(&'a Analyte, &'a str)>,
}

struct Styles {
    heading: Format,
    needed: Format,
    example: Format,
    text: Format,
}

impl Template<'_> {
    /// The workbook, and what of the records it has no room for.
    ///
    /// # Errors
    /// If a text is longer than a cell can hold.
    pub fn write(&self) -> Result<(Vec<u8>, NotHeld), XlsxError> {
        let mut workbook = Workbook::new();
        // A fixed moment: the same records give the same bytes.
        let moment = ExcelDateTime::from_ymd(2025, 1, 1)?;
        workbook.set_properties(
            &DocProperties::new()
                .set_title("casebook: a form to fill in")
                .set_creation_datetime(&moment),
        );
        let heading = Format::new().set_bold().set_background_color(Color::RGB(0x00DD_E8F0));
        let styles = Styles {
            needed: heading.clone().set_background_color(Color::RGB(0x00FF_E8B0)),
            heading: heading.set_align(FormatAlign::Top),
            example: Format::new().set_italic().set_font_color(Color::Gray).set_num_format("@"),
            text: Format::new().set_num_format("@"),
        };
        let held = rows::of_cases(self);
        let mut lists = Lists::new(self);
        for form in FormSheet::ALL {
            let columns = self.columns(*form);
            let sheet = workbook.add_worksheet();
            sheet.set_name(form.as_str())?;
            head(sheet, &columns, &styles)?;
            let last = self.fill(sheet, *form, &columns, held.of(*form), &styles)?;
            let rows = last.max(self.rows);
            for (at, column) in columns.iter().enumerate() {
                lists.rule(sheet, column, u16::try_from(at).unwrap_or(u16::MAX), rows)?;
            }
        }
        dictionary::write(workbook.add_worksheet(), self, &styles, &held.left)?;
        lists.write(workbook.add_worksheet())?;
        Ok((workbook.save_to_buffer()?, held.left))
    }

    fn columns(&self, form: FormSheet) -> Vec<Column<'_>> {
        let built_in = |column: &FormColumn| Column {
            heading: column.name.to_owned(),
            holds: column.holds,
            needed: column.needed,
            meaning: column.meaning.to_owned(),
            example: column.example.to_owned(),
            analyte: None,
        };
        let mut columns: Vec<Column<'_>> = form.columns().iter().map(built_in).collect();
        let behind = |name: &str| {
            let is_there = |column: &Column<'_>| column.heading == name;
            columns.iter().position(is_there).map_or(columns.len(), |at| at + 1)
        };
        match form {
            FormSheet::Visits => {
                let at = behind("date");
                let of = self.analytes.iter().map(|(analyte, unit)| of_analyte(analyte, unit));
                columns.splice(at..at, of);
            }
            FormSheet::Patients => {
                let at = behind("enrolment_date");
                columns.splice(at..at, self.attributes.iter().map(of_attribute));
            }
            _ => {}
        }
        columns
    }

    /// Write the example and the records; the last row that is filled, counted from 0.
    fn fill(
        &self,
        sheet: &mut Worksheet,
        form: FormSheet,
        columns: &[Column<'_>],
        rows: &[rows::Row],
        styles: &Styles,
    ) -> Result<u32, XlsxError> {
        for (at, column) in (0u16..).zip(columns) {
            let example = match at {
                0 => format!("{EXAMPLE}{}", column.example),
                _ => column.example.clone(),
            };
            if !example.is_empty() {
                sheet.write_string_with_format(1, at, example, &styles.example)?;
            }
        }
        let mut last = 1;
        for row in rows {
            last += 1;
            for (name, entry) in row {
                let column = columns.iter().position(|column| column.heading == *name);
                let Some(at) = column.and_then(|at| u16::try_from(at).ok()) else {
                    debug_assert!(false, "{form} has no column {name}");
                    continue;
                };
                match entry {
                    Entry::Text(text) => {
                        sheet.write_string_with_format(last, at, text, &styles.text)?
                    }
                    Entry::Number(number) => sheet.write_number(last, at, *number)?,
                };
            }
        }
        Ok(last)
    }
}

/// Write the headings, with a note on each.
fn head(sheet: &mut Worksheet, columns: &[Column<'_>], styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 1)?;
    for (at, column) in (0u16..).zip(columns) {
        // Text, so that no spreadsheet makes a date or a number of what is typed.
        let is_text = !matches!(column.holds, Holds::Whole(..) | Holds::Number(..) | Holds::Day)
            && column.analyte.is_none();
        if is_text {
            sheet.set_column_format(at, &styles.text)?;
        }
        let wide = column.heading.chars().count().max(column.example.chars().count() + 1);
        let wide = if at == 0 { wide.max(22) } else { wide };
        sheet.set_column_width(at, u32::try_from(wide + 3).unwrap_or(12).clamp(9, 36))?;
        let style = if column.needed { &styles.needed } else { &styles.heading };
        sheet.write_string_with_format(0, at, column.heading.as_str(), style)?;
        let needed = if column.needed { " Needed in every row." } else { "" };
        let note = Note::new(format!("{}.{needed}", column.meaning))
            .add_author_prefix(false)
            .set_width(240);
        sheet.insert_note(0, at, &note)?;
    }
    Ok(())
}

fn of_analyte<'a>(analyte: &'a Analyte, unit: &'a str) -> Column<'a> {
    let heading = heading(analyte, unit);
    let state = analyte.state.as_ref().map_or_else(String::new, |state| format!(", {state}"));
    let unit_of = if unit.is_empty() { "without unit".to_owned() } else { format!("in {unit}") };
    Column {
        heading,
        holds: Holds::Result,
        needed: false,
        meaning: format!(
            "{}{state}, {unit_of}; with another unit behind the number if the lab has another; \
             <0.9, not done, not reported, figure only, unreadable, or words such as at target. \
             Empty says nothing",
            analyte.name
        ),
        example: String::new(),
        analyte: Some((analyte, unit)),
    }
}

/// What stands above the results of an analyte in this unit.
fn heading(analyte: &Analyte, unit: &str) -> String {
    match unit {
        "" => analyte.symbol.clone(),
        unit => format!("{} ({unit})", analyte.symbol),
    }
}

fn of_attribute(attribute: &Attribute) -> Column<'_> {
    Column {
        heading: attribute.key.clone(),
        holds: Holds::Text,
        needed: false,
        meaning: match attribute.values.as_slice() {
            [] => format!("{}: {}, a column of this registry", attribute.heading(), attribute.kind),
            values => format!("{}: one of {}", attribute.heading(), values.join(", ")),
        },
        example: String::new(),
        analyte: None,
    }
}
