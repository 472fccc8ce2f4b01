use super::{Options, baseline, change, exposure, labs, medication, reports, response, safety};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_document;

/// Every summary, in one document
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook summary all -o all.md
  casebook summary all --by arm --real
  casebook summary all --cohort older --format json -o all.json

Each option counts for the summaries that have it. Rules of response and tests are asked with
`casebook summary response` and `casebook summary change`.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    options: Options,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    session.check_output()?;
    let registry = session.open(Access::Read)?;
    let options = || args.options.clone();
    let mut page = lay_out_document("All summaries", &args.options.cohort(&registry)?);
    for section in [
        reports::finished(&args.options, session, &registry)?,
        baseline::page(&baseline::Args::of(options()), session, &registry)?,
        exposure::page(&exposure::Args::of(options()), session, &registry)?,
        medication::page(&medication::Args::of(options()), session, &registry)?,
        change::finished(&change::Args::of(options()), session, &registry)?,
        response::page(&response::Args::of(options()), session, &registry)?,
        safety::page(&safety::Args::of(options()), session, &registry)?,
        labs::page(&labs::Args::of(options()), session, &registry)?,
    ] {
        page.add_section(section);
    }
    session.show(&page)
}
