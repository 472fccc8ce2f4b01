//! The sheets of an .xlsx, cell by cell: a far cell costs no more than a near one.

use super::cells::{Collector, RawSheet, of_value};
use super::guard::{Refused, refused, too_much};
use calamine::{Reader, SheetType, Xlsx};
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
        collector.sheet(&name);
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
        while let Some(record) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
            collector.count().map_err(|much| too_much(format!("it has {}", much.0)))?;
            let Some((kind, text)) = of_value(&record.value, record.formula.is_some()) else {
                continue;
            };
            let (row, column) = record.pos;
            let kept = collector.cell(row as usize, column as usize, kind, &text);
            kept.map_err(|much| too_much(format!("it has {}", much.0)))?;
        }
    }
    Ok(collector.finish())
}
