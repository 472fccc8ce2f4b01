//! What an export says it did.

use super::writing::{File, Files};
use crate::error::Error;
use crate::export::{Account, Case, Review, Treated};
use crate::formats::{Format, Layout, write};
use crate::import::name_of;
use crate::tables::{Page, Value, append_list, lay_out_list};
use std::path::Path;

const FILES: [(&str, &str); 2] = [("file", "File"), ("records", "Records")];
const TREATED: [(&str, &str); 4] =
    [("record", "Record"), ("field", "Field"), ("done", "What was done"), ("values", "Values")];
const REVIEW: [(&str, &str); 3] = [("record", "Record"), ("field", "Field"), ("text", "Text")];

/// The files with how much is in each.
pub(super) fn lay_out(target: &Path, files: &Files, cases: &[Case], notes: &[String]) -> Page {
    let row = |file: &File| -> Vec<Value> { vec![name_of(&file.path).into(), file.records.into()] };
    let rows = files.files.iter().map(row).collect();
    let reports = match cases.len() {
        1 => "1 report".to_owned(),
        many => format!("{many} reports"),
    };
    let title = format!("Exported {reports} to {}", target.display());
    let mut page = lay_out_list(&title, "files", &FILES, rows);
    notes.iter().for_each(|note| page.note(note.as_str()));
    page
}

/// What was done to each field, which texts are left, and what all this is worth.
pub(super) fn lay_out_account(account: &Account, shifted: bool) -> Page {
    let row = |one: &Treated| -> Vec<Value> {
        vec![one.noun.into(), one.field.into(), one.done.into(), one.values.into()]
    };
    let treated = account.treated();
    let rows = treated.iter().filter(|one| one.values > 0).map(row).collect();
    let mut page = lay_out_list("De-identification", "treated", &TREATED, rows);
    let row = |one: &Review| -> Vec<Value> {
        vec![one.noun.into(), one.field.into(), one.text.as_str().into()]
    };
    let rows: Vec<_> = account.review().map(row).collect();
    if !rows.is_empty() {
        let heading = "Texts that were kept: read them before you pass the export on";
        append_list(&mut page, Some(heading), "review", &REVIEW, rows);
    }
    page.note(if shifted {
        "Full dates are moved by one random number of days for each patient, from 1 to 365 either way: \
         order and intervals are kept, the offset is stored nowhere. Dates known only in part are left \
         out, because moved they would say more or something else."
    } else {
        "Dates are days from day 0; a date that can't be counted from it is left out."
    });
    page.note(
        "An age over 89, on day 0 or at the last day recorded, is told as 90 or older and no closer.",
    );
    page.note(
        "The list of identifiers followed is that of 45 CFR 164.514(b)(2)(i). This is a help and no \
         guarantee, and no claim of compliance: small groups are not suppressed, a rare value, event \
         or course may be recognised, and a published report can be looked up.",
    );
    page
}

/// The page as plain text.
pub(super) fn as_text(page: &Page) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let target = "deidentification.txt".to_owned();
    write(page, Format::Table, Layout::default(), &mut bytes).map_err(|source| Error::Output {
        target,
        source,
        recorded: false,
    })?;
    Ok(bytes)
}
