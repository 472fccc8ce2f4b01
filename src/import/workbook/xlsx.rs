//! The sheets of an .xlsx, cell by cell: a far cell costs no more than a near one.

use super::cells::{Collector, RawSheet, TooMuch, check_length, of_value};
use super::guard::{Refused, refused, too_much};
use calamine::{DataRef, Reader, SheetType, Xlsx};
use std::io::Cursor;

/// Read every sheet.
pub(super) fn read_sheets(bytes: &[u8]) -> Result<Vec<RawSheet>, Refused> {
    const MEND: &str = "open it in Excel or LibreOffice, save it there, and import it again";
    let damaged = |error: calamine::XlsxError| refused(format!("it is damaged ({error})"), MEND);
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let is_sheet = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
    let sheets = workbook.sheets_metadata().iter().filter(is_sheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    let mut collector = Collector::default();
    for name in names {
        collector.sheet(&name).map_err(|much| too_much(collector.told(much, 0)))?;
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
        while let Some(record) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
            let (row, column) = (record.pos.0 as usize, record.pos.1 as usize);
            let is_formula = record.formula.is_some();
            let kept = keep(&mut collector, (row, column), &record.value, is_formula);
            kept.map_err(|much| too_much(collector.told(much, row)))?;
        }
    }
    Ok(collector.finish())
}

fn keep(
    collector: &mut Collector,
    (row, column): (usize, usize),
    value: &DataRef<'_>,
    is_formula: bool,
) -> Result<(), TooMuch> {
    collector.count()?;
    if let DataRef::String(text) = value {
        check_length(text)?;
    }
    match of_value(value, is_formula) {
        Some((kind, text)) => collector.cell(row, column, kind, &text),
        None => Ok(()),
    }
}
