use crate::commands::recording::{SourceArgs, lay_out_recorded, record_new};
use crate::commands::session::Session;
use crate::domain::{
    AdverseEventStance, Citation, Placed, Records, Report, ReportKind, parse_key, parse_period,
    parse_year,
};
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
    /// Title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Authors as printed
    #[arg(long, value_name = "TEXT")]
    authors: Option<String>,
    /// Journal
    #[arg(long, value_name = "TEXT")]
    journal: Option<String>,
    /// Year of publication
    #[arg(long, value_parser = parse_year)]
    year: Option<i32>,
    /// Volume
    #[arg(long, value_name = "TEXT")]
    volume: Option<String>,
    /// Issue
    #[arg(long, value_name = "TEXT")]
    issue: Option<String>,
    /// Pages
    #[arg(long, value_name = "TEXT")]
    pages: Option<String>,
    /// Digital object identifier
    #[arg(long)]
    doi: Option<String>,
    /// PubMed identifier
    #[arg(long)]
    pmid: Option<String>,
    /// Trial registration number
    #[arg(long, value_name = "TEXT")]
    registration: Option<String>,
    /// Country
    #[arg(long, value_name = "TEXT")]
    country: Option<String>,
    /// Language of the text
    #[arg(long, value_name = "TEXT")]
    language: Option<String>,
    /// Hospital or institute
    #[arg(long, value_name = "TEXT")]
    site: Option<String>,
    /// What it says on adverse events: given, none stated, not mentioned. Silence is not zero
    #[arg(long, value_name = "STANCE", default_value = "not mentioned")]
    adverse_events: AdverseEventStance,
    /// For how long they were looked for, such as "12 wk"
    #[arg(long, value_name = "PERIOD", value_parser = parse_period)]
    adverse_events_for: Option<i32>,
    /// Its patients are invented for demonstration
    #[arg(long)]
    simulated: bool,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    adverse_events_source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let report = Report {
        key: args.key.clone(),
        kind: args.kind,
        simulated: args.simulated,
        citation: Citation {
            title: args.title.clone(),
            authors: args.authors.clone(),
            journal: args.journal.clone(),
            year: args.year,
            volume: args.volume.clone(),
            issue: args.issue.clone(),
            pages: args.pages.clone(),
            doi: args.doi.clone(),
            pmid: args.pmid.clone(),
            registration: args.registration.clone(),
            country: args.country.clone(),
            language: args.language.clone(),
            site: args.site.clone(),
        },
        adverse_events: args.adverse_events,
        adverse_events_days: args.adverse_events_for,
        adverse_events_source: args.adverse_events_source.source(),
        note: args.note.clone(),
    };
    let records = Records { reports: vec![Placed::typed(report)], ..Records::default() };
    let command = format!("report add {}", args.key);
    let intake = record_new(session, &command, &records, (Kind::Report, &args.key), false)?;
    session.show(&lay_out_recorded(format!("Recorded report {}", args.key), &intake))
}
