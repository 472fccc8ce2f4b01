//! Where values were read: one row for each place, shared by all that was read there.

use super::change::{Change, new_uuid};
use super::error::StoreError;
use super::optional_word;
use crate::domain::{Method, Source};
use rusqlite::{Connection, OptionalExtension, named_params};

/// The source with this number.
pub(super) fn load(
    connection: &Connection,
    id: Option<i64>,
) -> Result<Option<Source>, rusqlite::Error> {
    let Some(id) = id else { return Ok(None) };
    connection
        .prepare_cached("SELECT place, quote, method FROM source WHERE id = :id")?
        .query_row(named_params! { ":id": id }, |row| {
            Ok(Source {
                place: row.get("place")?,
                quote: row.get("quote")?,
                method: optional_word(row, "method", Method::parse)?,
            })
        })
        .optional()
}

impl Change<'_> {
    /// The number of this source within a report, made if it is new.
    pub(super) fn source(
        &self,
        report: Option<i64>,
        source: Option<&Source>,
    ) -> Result<Option<i64>, StoreError> {
        let Some(source) = source else { return Ok(None) };
        self.told(self.find_or_add_source(report, source)).map(Some)
    }

    fn find_or_add_source(
        &self,
        report: Option<i64>,
        source: &Source,
    ) -> Result<i64, rusqlite::Error> {
        let method = source.method.map(Method::as_str);
        let known = self
            .transaction
            .prepare_cached(
                "SELECT id FROM source WHERE report_id IS :report AND place IS :place
                    AND quote IS :quote AND method IS :method ORDER BY id LIMIT 1",
            )?
            .query_row(
                named_params! {
                    ":report": report, ":place": source.place, ":quote": source.quote,
                    ":method": method,
                },
                |row| row.get(0),
            )
            .optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO source (uuid, report_id, place, quote, method)
                 VALUES (:uuid, :report, :place, :quote, :method)",
            )?
            .execute(named_params! {
                ":uuid": new_uuid(), ":report": report, ":place": source.place,
                ":quote": source.quote, ":method": method,
            })?;
        Ok(self.transaction.last_insert_rowid())
    }
}
