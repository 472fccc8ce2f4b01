use super::session::Session;
use crate::error::Error;
use crate::formats::schema;

/// The JSON Schema of every result: what each fact and column holds, in json and in csv
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook schema -o casebook.schema.json
  casebook summary change --format json -o change.json     one of those that it describes")]
pub(super) struct Args {}

pub(super) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
    session.show_bytes(format!("{text}\n").as_bytes())
}
