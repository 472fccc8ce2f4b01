use crate::commands::session::{Session, not_there};
use crate::commands::showing::Locks;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Described, lay_out_facts};

/// Show one report: every field
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook report show huang-2025
  casebook report show huang-2025 --format json")]
pub(in crate::commands) struct Args {
    /// Which report
    key: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let Some(report) = registry.report(&args.key)? else {
        return Err(not_there("report", &args.key, &registry.report_keys()?));
    };
    let title = format!("Report {}", args.key);
    let mut page = lay_out_facts(&title, "report", &report.record.facts(registry.catalogue()));
    if report.record.simulated {
        page.note(
            "Its patients are simulated: invented for demonstration, no evidence of anything.",
        );
    }
    Locks::of_registry(&registry)?.note(&mut page, "report", &args.key);
    session.show(&page)
}
