use super::Fields;
use crate::commands::fields::Fields as _;
use crate::commands::recording::{lay_out_recorded, record_new};
use crate::commands::session::Session;
use crate::domain::{Placed, Records, Report, ReportKind, parse_key};
use crate::error::Error;
use crate::store::Kind;

/// Record a report
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook report add huang-2025 --kind \"case report\" --year 2025 --country China
  casebook report add ward-3 --kind case-series --adverse-events none-stated")]
pub(in crate::commands) struct Args {
    /// Short unique name such as huang-2025
    #[arg(value_parser = parse_key)]
    key: String,
    /// case report, case series, trial arm, registry extract or second-hand
    #[arg(long, value_name = "KIND")]
    kind: ReportKind,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut report = Report::new(args.key.clone(), args.kind);
    args.fields.put(&mut report);
    let records = Records { reports: vec![Placed::typed(report)], ..Records::default() };
    let command = format!("report add {}", args.key);
    let intake = record_new(session, &command, records, (Kind::Report, &args.key), false)?;
    session.show(&lay_out_recorded(format!("Recorded report {}", args.key), &intake))
}
