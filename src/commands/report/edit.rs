use super::Fields;
use crate::commands::editing::{EditArgs, edit};
use crate::commands::session::{Session, not_there};
use crate::domain::ReportKind;
use crate::error::Error;
use crate::store::Access;

/// Change what is recorded of a report
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook report edit ward-3 --adverse-events none-stated --source \"p. 4\" --reason \"read again\"
  casebook report edit ward-3 --clear year --reason \"not printed\"

Only what is given changes. The source is that of what the report says on adverse events;
--clear simulated says that its patients are real.")]
pub(in crate::commands) struct Args {
    /// Which report
    key: String,
    /// case report, case series, trial arm, registry extract or second-hand
    #[arg(long, value_name = "KIND")]
    kind: Option<ReportKind>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &["kind"])?;
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    if registry.report(key)?.is_none() {
        return Err(not_there("report", key, &registry.report_keys()?));
    }
    let page = edit(session, &mut registry, ("report", key), &args.edit, |change| {
        change.edit_report(key, |record| {
            edits.apply(record);
            record.kind = args.kind.unwrap_or(record.kind);
            Ok(())
        })
    })?;
    session.show(&page)
}
