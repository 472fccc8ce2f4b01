use super::rule_of;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// List the endpoints
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook endpoint list
  casebook endpoint list --format json")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 4] =
    [("endpoint", "Endpoint"), ("version", "Version"), ("rule", "Responders"), ("note", "Note")];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut lost = Vec::new();
    for endpoint in registry.endpoints()? {
        // A timepoint that a rule names may be gone since; the list is where one looks then.
        if rule_of(&registry, &endpoint).is_err() {
            lost.push(endpoint.name.clone());
        }
        rows.push(vec![
            endpoint.name.into(),
            endpoint.version.into(),
            endpoint.rule.into(),
            endpoint.note.into(),
        ]);
    }
    let mut page = lay_out_list("Endpoints", "endpoints", &COLUMNS, rows);
    if !lost.is_empty() {
        page.note(format!(
            "The rule can't be asked any more: {}. `casebook summary response --endpoint` says why.",
            lost.join(", ")
        ));
    }
    session.show_list(&registry, page)
}
