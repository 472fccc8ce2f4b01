//! The end of every summary: what stands behind its numbers, and by which registry they are vouched for.

use super::Options;
use crate::analysis::Contribution;
use crate::commands::session::Session;
use crate::error::Error;
use crate::formats::{Format, digest};
use crate::store::Registry;
use crate::tables::{Page, Value, append_contributions, contribution_records};

/// The page of a summary with each patient's part below it where that is asked for, which is what a csv
/// then holds; json has the hash of those rows in any case, and the newest entry of the change log.
pub(super) fn finish(
    session: &Session,
    registry: &Registry,
    options: &Options,
    mut page: Page,
    parts: impl FnOnce() -> Vec<Contribution>,
) -> Result<Page, Error> {
    session.check_output()?;
    let format = session.format()?;
    if format == Format::Json {
        let (entries, hash) = registry.newest_entry()?;
        page.context.push(("registry_entries".to_owned(), entries.into()));
        page.context.push(("registry_hash".to_owned(), hash.into()));
    }
    if options.explains() || format == Format::Json {
        let parts = parts();
        let records = contribution_records(&parts);
        let hash = digest(&records);
        page.context.push(("rows_sha256".to_owned(), Value::from(hash.as_str())));
        if options.explains() {
            if format == Format::Csv {
                page.records.clear();
            }
            append_contributions(&mut page, &parts, records, &hash);
        }
    }
    Ok(page)
}
