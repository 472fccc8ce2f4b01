//! The built-in analytes, which no entry of the log tells one by one: are the rows in the file still
//! what the program wrote? Another number or another canonical unit would give every value of the
//! analyte another meaning.

use super::{Check, Discrepancy, Verification};
use crate::domain::{AnalyteId, Catalogue};
use rusqlite::Connection;

/// Compare number, key and canonical unit of each row with the program's catalogue.
pub(super) fn check(
    connection: &Connection,
    found: &mut Verification,
) -> Result<(), rusqlite::Error> {
    let mut wrong = |key: &str, what: String| {
        let place = format!("analyte {key}");
        found.discrepancies.push(Discrepancy { check: Check::Records, place, what });
    };
    let mut missing: Vec<_> = Catalogue::built_in().analytes().iter().collect();
    let mut query =
        connection.prepare("SELECT id, key, canonical_unit, built_in FROM analyte ORDER BY id")?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let (id, key): (u16, String) = (row.get("id")?, row.get("key")?);
        let (unit, built_in): (String, bool) = (row.get("canonical_unit")?, row.get("built_in")?);
        if AnalyteId(id).is_own() && !built_in {
            continue; // the log tells of it
        }
        let Some(at) = missing.iter().position(|known| known.id.0 == id) else {
            wrong(&key, "it was added outside casebook".to_owned());
            continue;
        };
        let known = missing.remove(at);
        for (field, is, was) in
            [("key", &key, &known.key), ("canonical unit", &unit, &known.canonical_unit().ucum)]
        {
            if is != was {
                let what = format!("{field} is \"{is}\", the program wrote \"{was}\"");
                wrong(&known.key, format!("it was altered outside casebook: {what}"));
            }
        }
        if !built_in {
            let what = "it is no longer marked as built in";
            wrong(&known.key, format!("it was altered outside casebook: {what}"));
        }
    }
    for known in missing {
        wrong(&known.key, "it was removed outside casebook".to_owned());
    }
    Ok(())
}
