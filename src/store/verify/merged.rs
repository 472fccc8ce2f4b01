//! The logs of registries that were merged into this one: is each entry what its hash says, and are
//! all there that our own log speaks of?

use super::{Check, Discrepancy, Verification};
use crate::store::change::hash_of;
use rusqlite::{Connection, named_params};
use serde_json::Value;

/// Check the kept entries that one entry of our own log brought.
pub(super) fn check(
    connection: &Connection,
    entry: i64,
    merge: &Value,
    found: &mut Verification,
) -> Result<(), rusqlite::Error> {
    let mut wrong = |place: String, what: &str| {
        let what = what.to_owned();
        found.discrepancies.push(Discrepancy { check: Check::Chain, place, what });
    };
    let mut query = connection.prepare_cached(
        "SELECT number, body, hash FROM merged_change WHERE change_id = :entry ORDER BY id",
    )?;
    let mut rows = query.query(named_params! { ":entry": entry })?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        let body: String = row.get("body")?;
        if hash_of(&body) != row.get::<_, String>("hash")? {
            let place = format!("merged entry {}", row.get::<_, i64>("number")?);
            wrong(place, "its text was altered: it does not have the hash that stands beside it");
        }
    }
    if merge["entries"].as_u64() != Some(count) {
        let told = &merge["entries"];
        wrong(format!("entry {entry}"), &format!("it brought {told} entries, {count} are there"));
    }
    Ok(())
}
