use super::{
    Options, baseline, change, difference, exposure, labs, medication, reports, response, safety,
};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_document;

/// Every summary of a report, in one document
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook summary all -o all.md
  casebook summary all --by arm --real
  casebook summary all --cohort older --format json -o all.json

Each option counts for the summaries that have it; with --by the document ends with the differences
between groups. What has to be chosen is asked by itself: rules of response, tests, correlation, model.")]
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
    if args.options.divides() {
        // Groups of whom all but one have nobody can't be compared, and no document fails for that.
        match difference::page(&difference::Args::of(options()), session, &registry) {
            Ok(section) => page.add_section(section),
            Err(Error::Request { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    session.show(&page)
}
