//! Which sheet of a workbook is which sheet of the form, and where its headings stand.

use super::cells::{RawSheet, SheetRow};
use crate::domain::{FormSheet, plain};

/// So many of the first rows are looked at for headings: people put titles above them.
pub(super) const HEADINGS_WITHIN: usize = 20;

/// A sheet that is one of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recognised {
    /// Which one.
    pub sheet: FormSheet,
    /// The place of its headings among the rows.
    pub headings: usize,
}

/// Tell which sheet of the form this is: by its headings, and by its name where they leave a choice.
pub(super) fn recognise(raw: &RawSheet) -> Option<Recognised> {
    let by_name = of_name(&raw.name);
    let mut best: Option<((bool, usize), Recognised)> = None;
    for (at, row) in raw.rows.iter().take(HEADINGS_WITHIN).enumerate() {
        for sheet in FormSheet::ALL {
            let Some(known) = known(row, *sheet) else { continue };
            let score = (by_name == Some(*sheet), known);
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, Recognised { sheet: *sheet, headings: at }));
            }
        }
    }
    best.map(|(_, recognised)| recognised)
}

/// How many cells of a row are headings of this sheet; none if one that every row needs is missing,
/// or if the row could be of any sheet.
fn known(row: &SheetRow, sheet: FormSheet) -> Option<usize> {
    let columns = sheet.columns();
    let stands = |name: &str| row.cells.iter().any(|cell| plain(&cell.text) == plain(name));
    if !columns.iter().filter(|column| column.needed).all(|column| stands(column.name)) {
        return None;
    }
    let known = columns.iter().filter(|column| stands(column.name)).count();
    // "patient" alone heads many a table.
    (known >= 2).then_some(known)
}

/// The sheet that a name means: "Patients", "patients (2)", "Visit ward 3".
fn of_name(name: &str) -> Option<FormSheet> {
    let name = plain(name);
    let singular = |sheet: &FormSheet| sheet.as_str().trim_end_matches('s').to_owned();
    FormSheet::ALL.iter().copied().find(|sheet| name.contains(&singular(sheet)))
}

/// True for a sheet of the template that has no records: the dictionary, and the lists of the drop-downs.
pub(super) fn is_ours(raw: &RawSheet) -> bool {
    ["dictionary", "lists"].contains(&plain(&raw.name).as_str())
}
