//! A first map of a table. Texts are shown only of columns that hold a few words of the trade (visits,
//! analytes, units), never of any other.

use super::open_table;
use crate::domain::identifies;
use crate::import::delimited::{Delimited, Problems, problem};
use crate::import::map::{Known, Map, Proposal, Proposed, Role, Seen, is_of_trade, known_of};
use crate::import::table::{Row, Sheet};
use crate::import::{How, ImportError, name_of};
use csv::StringRecord;
use std::path::Path;

/// So many columns are described; of a wider table, the others are counted.
const MOST_COLUMNS: usize = 1_000;

/// The text of a first map.
///
/// # Errors
/// If the file can't be opened; what is wrong inside comes back as problems.
pub(in crate::import) fn propose(
    path: &Path,
    how: &How<'_>,
) -> Result<Result<String, Problems>, ImportError> {
    let Delimited { sheet, delimiter, encoding, mut rows, .. } =
        match open_table(path, how, &Map::default())? {
            Ok(table) => table,
            Err(problems) => return Ok(Err(problems)),
        };
    let mut described = Described::of(&sheet, known_of(how));
    let mut row = Row { number: 0, cells: StringRecord::new() };
    loop {
        match rows.read(&mut row) {
            Ok(true) if row.is_blank() => {}
            Ok(true) => described.see(&row),
            Ok(false) => break,
            Err((at, mismatch)) => {
                return Ok(Err(vec![problem(sheet.place(at, None), "row", mismatch)]));
            }
        }
    }
    let mut proposal = Proposal::of(&name_of(path), described.rows, known_of(how));
    proposal.bytes(delimiter, encoding);
    proposal.headings(Some(sheet.heading_row));
    described.write(&mut proposal);
    Ok(Ok(proposal.finish()))
}

/// What was seen of a table.
pub(in crate::import) struct Described<'a> {
    sheet: &'a Sheet,
    roles: Vec<Option<Role>>,
    seen: Vec<Seen>,
    /// How many rows were seen.
    pub rows: usize,
}

impl<'a> Described<'a> {
    /// Begin with the headings.
    pub fn of(sheet: &'a Sheet, known: Known<'_>) -> Described<'a> {
        let headings = sheet.headings.iter().take(MOST_COLUMNS);
        let roles: Vec<_> = headings.map(|heading| known.role_of(heading)).collect();
        let seen = roles.iter().map(|_| Seen::default()).collect();
        Described { sheet, roles, seen, rows: 0 }
    }

    /// See a row.
    pub fn see(&mut self, row: &Row) {
        self.rows += 1;
        for (at, (seen, role)) in self.seen.iter_mut().zip(&self.roles).enumerate() {
            if let Some(text) = row.cell(at) {
                seen.see(text, role.as_ref().is_some_and(is_of_trade));
            }
        }
    }

    /// Write what each column is.
    pub fn write(&self, proposal: &mut Proposal<'_>) {
        proposal.rows = self.rows;
        let columns = self.sheet.headings.iter().zip(&self.roles).zip(&self.seen);
        for ((heading, role), seen) in columns.filter(|((heading, _), _)| !heading.is_empty()) {
            let perhaps = |what: &str, why: &str| Proposed::Perhaps(what.into(), why.into());
            let proposed = match role {
                _ if identifies(heading) => Proposed::Identifying,
                Some(role) => Proposed::Role(role.clone()),
                None if heading.eq_ignore_ascii_case("id") => {
                    perhaps("\"patient\"", "is this the patient?")
                }
                None => perhaps("\"ignore\"", "not known"),
            };
            proposal.column(heading, "", seen, proposed);
        }
        let more = self.sheet.headings.len().saturating_sub(self.seen.len());
        if more > 0 {
            proposal.remark(&format!("and {more} more columns"));
        }
    }
}
